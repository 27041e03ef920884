//! One picture.

use std::{mem, ptr};

use libwebp_sys as ffi;
use plan::{Format, Region, Size};

use super::Chunks;
use crate::{
    Error, Limits,
    decode::{
        FrameSource, Info, Want,
        guard::{self, damaged},
    },
    picture::{Frame, Layout, Picture},
};

pub(super) fn open<'a>(
    bytes: &'a [u8],
    chunks: Chunks,
    want: Want,
    limits: &Limits,
) -> Result<Box<dyn FrameSource + 'a>, Error> {
    let source = chunks.size;
    let size = scaled(source, want.scale);
    let layout = if chunks.has_alpha { Layout::Rgba } else { Layout::Rgb };
    // Lossless pictures are unpacked as a whole before they are copied out; of lossy ones only the alpha is.
    let bytes_per_pixel = match (chunks.is_lossless, chunks.has_alpha) {
        (true, _) => 4,
        (false, true) => 1,
        (false, false) => 0,
    };
    let working_bytes = source.pixels() * bytes_per_pixel;
    guard::memory(size.pixels() * layout.channels() as u64 + working_bytes, limits)?;
    let info = Info {
        size,
        source,
        covers: Region::whole(size),
        layout,
        loops: 0,
        profile: chunks.profile,
        metadata: chunks.blocks,
        working_bytes,
    };
    Ok(Box::new(Still { bytes, info, limits: limits.clone(), is_done: false, damage: None }))
}

/// Both sides at least `scale` of the full ones.
fn scaled(source: Size, scale: f64) -> Size {
    let part = |side: u32| ((f64::from(side) * scale).ceil() as u32).clamp(1, side);
    Size::new(part(source.width), part(source.height))
}

struct Still<'a> {
    bytes: &'a [u8],
    info: Info,
    limits: Limits,
    is_done: bool,
    damage: Option<String>,
}

impl FrameSource for Still<'_> {
    fn info(&self) -> &Info {
        &self.info
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, Error> {
        if mem::replace(&mut self.is_done, true) {
            return Ok(None);
        }
        let mut data = vec![0; self.info.frame_bytes() as usize];
        self.damage = decode(self.bytes, &self.info, &mut data, &self.limits)?;
        let picture = Picture { size: self.info.size, layout: self.info.layout, data };
        Ok(Some(Frame { picture, delay_ms: 0 }))
    }

    fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }
}

/// Decodes into `data`; what was wrong, if something can be shown all the same.
fn decode(
    bytes: &[u8],
    info: &Info,
    data: &mut [u8],
    limits: &Limits,
) -> Result<Option<String>, Error> {
    /// How much is handed to the decoder between looks at the cancel switch.
    const STEP: usize = 256 << 10;
    let mut config = config(bytes, info)?;
    let channels = info.layout.channels();
    config.output.is_external_memory = 1;
    config.output.u.RGBA = ffi::WebPRGBABuffer {
        rgba: data.as_mut_ptr(),
        stride: (info.size.width as usize * channels) as i32,
        size: data.len(),
    };
    let mut incremental = Incremental::new(&mut config)?;
    let mut status = ffi::VP8StatusCode::VP8_STATUS_SUSPENDED;
    let mut given = 0;
    while given < bytes.len() && status == ffi::VP8StatusCode::VP8_STATUS_SUSPENDED {
        limits.cancel.check()?;
        given = (given + STEP).min(bytes.len());
        status = incremental.update(&bytes[..given]);
    }
    if status == ffi::VP8StatusCode::VP8_STATUS_OK {
        return Ok(None);
    }
    let reason = if status == ffi::VP8StatusCode::VP8_STATUS_SUSPENDED {
        "the data ends early"
    } else {
        "the coded data is broken"
    };
    if incremental.has_rows() {
        Ok(Some(reason.to_owned()))
    } else {
        Err(damaged(Format::Webp, reason))
    }
}

/// The decoder's settings but for the memory that it writes to.
fn config(bytes: &[u8], info: &Info) -> Result<ffi::WebPDecoderConfig, Error> {
    let mut config = mem::MaybeUninit::<ffi::WebPDecoderConfig>::uninit();
    // SAFETY: the function fills the struct, and says so by returning true.
    let mut config = unsafe {
        if !ffi::WebPInitDecoderConfig(config.as_mut_ptr()) {
            return Err(damaged(Format::Webp, "the decoder has another version"));
        }
        config.assume_init()
    };
    // SAFETY: the pointer and length are those of a slice.
    let status =
        unsafe { ffi::WebPGetFeatures(bytes.as_ptr(), bytes.len(), &raw mut config.input) };
    let found = Size::new(config.input.width as u32, config.input.height as u32);
    // The library must never write a picture of another size than ours.
    if status != ffi::VP8StatusCode::VP8_STATUS_OK || found != info.source {
        return Err(damaged(Format::Webp, "the header of the coded picture is broken"));
    }
    config.output.colorspace = match info.layout {
        Layout::Rgba => ffi::WEBP_CSP_MODE::MODE_RGBA,
        Layout::Rgb | Layout::Gray => ffi::WEBP_CSP_MODE::MODE_RGB,
    };
    if info.size != info.source {
        config.options.use_scaling = 1;
        config.options.scaled_width = info.size.width as i32;
        config.options.scaled_height = info.size.height as i32;
    }
    Ok(config)
}

/// A decoder that takes data as it comes. It refers to the config, and through that to the pixels.
struct Incremental<'a> {
    decoder: *mut ffi::WebPIDecoder,
    config: std::marker::PhantomData<&'a mut ffi::WebPDecoderConfig>,
}

impl<'a> Incremental<'a> {
    fn new(config: &'a mut ffi::WebPDecoderConfig) -> Result<Self, Error> {
        // SAFETY: no data yet; the config outlives the decoder by the lifetime.
        let decoder = unsafe { ffi::WebPIDecode(ptr::null(), 0, config) };
        if decoder.is_null() {
            return Err(damaged(Format::Webp, "the decoder refuses the picture"));
        }
        Ok(Self { decoder, config: std::marker::PhantomData })
    }

    /// `bytes` from the start of the file; each call gives more of the same.
    fn update(&mut self, bytes: &[u8]) -> ffi::VP8StatusCode {
        // SAFETY: the decoder is live, and every call gets the same buffer, longer than before.
        unsafe { ffi::WebPIUpdate(self.decoder, bytes.as_ptr(), bytes.len()) }
    }

    /// Whether a row has been written.
    fn has_rows(&self) -> bool {
        let mut last = 0;
        // SAFETY: the decoder is live; null stands for what is not asked for.
        let rows = unsafe {
            ffi::WebPIDecGetRGB(
                self.decoder,
                &raw mut last,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        !rows.is_null() && last > 0
    }
}

impl Drop for Incremental<'_> {
    fn drop(&mut self) {
        // SAFETY: deleted once; external pixels stay ours.
        unsafe { ffi::WebPIDelete(self.decoder) };
    }
}
