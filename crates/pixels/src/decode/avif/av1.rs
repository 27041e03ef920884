//! One AV1 picture through libaom.

use std::{mem, ptr, slice};

use libaom_sys as ffi;
use plan::{Format, Size};

use crate::{
    Error, Limits,
    decode::guard::{self, damaged},
};

/// A decoded picture, its planes still where the library put them.
pub(super) struct Coded {
    context: ffi::aom_codec_ctx_t,
    image: *const ffi::aom_image_t,
}

/// One plane: rows of samples.
pub(super) struct Plane<'a> {
    data: &'a [u8],
    /// Bytes from row to row.
    stride: usize,
    width: usize,
    is_wide: bool,
}

impl Coded {
    /// Decodes the one picture in `data`.
    pub(super) fn decode(data: &[u8], limits: &Limits) -> Result<Self, Error> {
        check(data, limits)?;
        limits.cancel.check()?;
        let config = ffi::aom_codec_dec_cfg_t { threads: 1, w: 0, h: 0, allow_lowbitdepth: 1 };
        let mut context = mem::MaybeUninit::<ffi::aom_codec_ctx_t>::zeroed();
        // SAFETY: the function fills the context; the configuration is only read.
        let context = unsafe {
            let status = ffi::aom_codec_dec_init_ver(
                context.as_mut_ptr(),
                ffi::aom_codec_av1_dx(),
                &raw const config,
                0,
                ffi::AOM_DECODER_ABI_VERSION as i32,
            );
            if status != ffi::AOM_CODEC_OK {
                return Err(broken());
            }
            context.assume_init()
        };
        let mut this = Self { context, image: ptr::null() };
        let mut position: ffi::aom_codec_iter_t = ptr::null();
        // SAFETY: the context is initialised; `data` is read during the call only. The picture belongs to the context, and stays
        // until the next call on it, which is the one that destroys it.
        unsafe {
            let status = ffi::aom_codec_decode(
                &raw mut this.context,
                data.as_ptr(),
                data.len(),
                ptr::null_mut(),
            );
            if status != ffi::AOM_CODEC_OK {
                return Err(broken());
            }
            this.image = ffi::aom_codec_get_frame(&raw mut this.context, &raw mut position);
        }
        if this.image.is_null() {
            return Err(broken());
        }
        guard::picture(this.size(), 4, Format::Avif, limits)?;
        Ok(this)
    }

    pub(super) fn size(&self) -> Size {
        Size::new(self.image().d_w, self.image().d_h)
    }

    /// 8, 10 or 12.
    pub(super) fn bits(&self) -> u32 {
        self.image().bit_depth
    }

    pub(super) fn is_monochrome(&self) -> bool {
        self.image().monochrome != 0
    }

    pub(super) fn is_full_range(&self) -> bool {
        self.image().range == ffi::AOM_CR_FULL_RANGE
    }

    /// Code point of the matrix, as the coded picture says it.
    pub(super) fn matrix(&self) -> u16 {
        self.image().mc as u16
    }

    /// By how many bits the sides of the colour planes are smaller.
    pub(super) fn chroma_shift(&self) -> (u32, u32) {
        (self.image().x_chroma_shift, self.image().y_chroma_shift)
    }

    /// Luma (0) or a colour plane (1, 2).
    pub(super) fn plane(&self, number: usize) -> Result<Plane<'_>, Error> {
        let image = self.image();
        let (x, y) = if number == 0 { (0, 0) } else { self.chroma_shift() };
        let part = |side: u32, shift: u32| (side + (1 << shift) - 1) >> shift;
        let (width, height) = (part(image.d_w, x) as usize, part(image.d_h, y) as usize);
        let is_wide = image.fmt & ffi::AOM_IMG_FMT_HIGHBITDEPTH != 0;
        let stride = usize::try_from(image.stride[number]).map_err(|_| broken())?;
        let row = width * if is_wide { 2 } else { 1 };
        let start = image.planes[number];
        if start.is_null() || stride < row || height == 0 {
            return Err(broken());
        }
        // SAFETY: the library's plane has `height` rows, `stride` bytes apart, of which the last holds `row` bytes at least;
        // it stays while `self` does.
        let data = unsafe { slice::from_raw_parts(start, stride * (height - 1) + row) };
        Ok(Plane { data, stride, width, is_wide })
    }

    fn image(&self) -> &ffi::aom_image_t {
        // SAFETY: not null since `decode`, and owned by the context, which lives as long as `self`.
        unsafe { &*self.image }
    }
}

impl Drop for Coded {
    fn drop(&mut self) {
        // SAFETY: initialised in `decode`, destroyed once.
        unsafe { ffi::aom_codec_destroy(&raw mut self.context) };
    }
}

impl Plane<'_> {
    /// Copies row `y` into `samples`, which has the plane's width.
    pub(super) fn read(&self, y: usize, samples: &mut [i32]) {
        let row = &self.data[y * self.stride..];
        if self.is_wide {
            for (sample, bytes) in samples.iter_mut().zip(row.as_chunks::<2>().0) {
                *sample = u16::from_ne_bytes(*bytes).into();
            }
        } else {
            for (sample, &byte) in samples.iter_mut().zip(row) {
                *sample = byte.into();
            }
        }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }
}

/// The size that the sequence header of `data` announces.
pub(super) fn announced(data: &[u8]) -> Result<Size, Error> {
    // SAFETY: all zeros are a valid value of this struct of numbers; zero says that the data is not in Annex B form.
    let mut stream: ffi::aom_codec_stream_info_t = unsafe { mem::zeroed() };
    // SAFETY: the pointer and length are those of a slice.
    let status = unsafe {
        ffi::aom_codec_peek_stream_info(
            ffi::aom_codec_av1_dx(),
            data.as_ptr(),
            data.len(),
            &raw mut stream,
        )
    };
    if status == ffi::AOM_CODEC_OK { Ok(Size::new(stream.w, stream.h)) } else { Err(broken()) }
}

/// Holds the sequence header against the limits. A second one that differs could announce anything and is
/// refused, as are more frames than the layers of a picture.
fn check(data: &[u8], limits: &Limits) -> Result<(), Error> {
    const SEQUENCE_HEADER: u8 = 1;
    const FRAME_HEADER: u8 = 3;
    const FRAME: u8 = 6;
    const LAYERS: usize = 8;
    // Three planes of samples, and what the decoder keeps beside them.
    guard::picture(announced(data)?, 8, Format::Avif, limits)?;
    let (mut sequence, mut frames) = (None, 0);
    for (kind, content) in Units(data) {
        match kind {
            SEQUENCE_HEADER if *sequence.get_or_insert(content) != content => {
                return Err(broken());
            }
            FRAME_HEADER | FRAME => frames += 1,
            _ => {}
        }
    }
    if frames > LAYERS {
        return Err(Error::TooLarge("the AVIF item holds too many frames".to_owned()));
    }
    Ok(())
}

/// Open bitstream units: their types and contents.
struct Units<'a>(&'a [u8]);

impl<'a> Iterator for Units<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (&header, mut rest) = self.0.split_first()?;
        let has_extension = header & 4 != 0;
        let has_size = header & 2 != 0;
        rest = rest.get(usize::from(has_extension)..)?;
        let mut length = rest.len();
        if has_size {
            let mut value = 0u64;
            for shift in 0..8 {
                let (&byte, after) = rest.split_first()?;
                rest = after;
                value |= u64::from(byte & 0x7F) << (shift * 7);
                if byte & 0x80 == 0 {
                    break;
                }
            }
            length = usize::try_from(value).ok()?;
        }
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((header >> 3 & 15, content))
    }
}

fn broken() -> Error {
    damaged(Format::Avif, "the coded picture is broken")
}
