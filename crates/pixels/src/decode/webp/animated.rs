//! Frames, composed by the library onto the canvas.

use std::{borrow::Cow, mem, num::NonZeroU32, ptr, slice};

use libwebp_sys as ffi;
use plan::{Format, Frames, Region};

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
    let size = chunks.size;
    // The canvas, its state before a frame, and one frame being decoded.
    let working_bytes = size.pixels() * 4 * 3;
    guard::memory(size.pixels() * 4 + working_bytes, limits)?;
    let damage = chunks.damage;
    let file = if damage.is_some() {
        Cow::Owned(shortened(&bytes[..chunks.whole_bytes]))
    } else {
        Cow::Borrowed(bytes)
    };
    let only = match want.frames {
        Frames::All => None,
        Frames::One(number) => NonZeroU32::new(number.get().min(chunks.frames)),
    };
    let info = Info {
        size,
        source: size,
        covers: Region::whole(size),
        layout: Layout::Rgba,
        loops: chunks.loops,
        profile: chunks.profile,
        metadata: chunks.blocks,
        working_bytes,
    };
    let decoder = Decoder::new(file, &info)?;
    let limits = limits.clone();
    Ok(Box::new(Animated { decoder: Some(decoder), info, limits, only, shown_ms: 0, damage }))
}

/// The file up to its last whole chunk, with a header that says so.
fn shortened(whole: &[u8]) -> Vec<u8> {
    let mut file = whole.to_vec();
    let length = (file.len().saturating_sub(8) as u32).to_le_bytes();
    if let Some(announced) = file.get_mut(4..8) {
        announced.copy_from_slice(&length);
    }
    file
}

struct Animated<'a> {
    /// `None` after the last frame.
    decoder: Option<Decoder<'a>>,
    info: Info,
    limits: Limits,
    /// The one frame that is wanted, counted from 1.
    only: Option<NonZeroU32>,
    /// When the frame before ended.
    shown_ms: i32,
    damage: Option<String>,
}

impl FrameSource for Animated<'_> {
    fn info(&self) -> &Info {
        &self.info
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, Error> {
        let Some(mut decoder) = self.decoder.take() else { return Ok(None) };
        // Frames build on each other, so those before a wanted one are decoded, too.
        for _ in 1..self.only.map_or(1, NonZeroU32::get) {
            self.limits.cancel.check()?;
            if let Some((_, end_ms)) = decoder.next_canvas() {
                self.shown_ms = end_ms;
            }
        }
        self.limits.cancel.check()?;
        let is_first = self.shown_ms == 0 && !decoder.has_begun;
        let Some((canvas, end_ms)) = decoder.next_canvas() else {
            if is_first || self.only.is_some() {
                return Err(damaged(Format::Webp, "the coded data is broken"));
            }
            if decoder.has_more() {
                self.damage = Some("the coded data of a frame is broken".to_owned());
            }
            return Ok(None);
        };
        let data = canvas.to_vec();
        let delay_ms = end_ms.saturating_sub(self.shown_ms).max(0) as u32;
        self.shown_ms = end_ms;
        if self.only.is_none() {
            self.decoder = Some(decoder);
        }
        let picture = Picture { size: self.info.size, layout: self.info.layout, data };
        Ok(Some(Frame { picture, delay_ms }))
    }

    fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }
}

/// The library's animation decoder, with the file that it reads from.
struct Decoder<'a> {
    handle: *mut ffi::WebPAnimDecoder,
    canvas_bytes: usize,
    has_begun: bool,
    /// The decoder points into it; neither moving the box nor the borrow moves the bytes.
    #[expect(dead_code, reason = "kept for the decoder's pointers")]
    file: Cow<'a, [u8]>,
}

impl<'a> Decoder<'a> {
    fn new(file: Cow<'a, [u8]>, info: &Info) -> Result<Self, Error> {
        let refused = || damaged(Format::Webp, "the animation is broken");
        let version = ffi::WEBP_DEMUX_ABI_VERSION as i32;
        let mut options = mem::MaybeUninit::<ffi::WebPAnimDecoderOptions>::uninit();
        // SAFETY: the function fills the struct, and says so by returning true.
        let mut options = unsafe {
            if ffi::WebPAnimDecoderOptionsInitInternal(options.as_mut_ptr(), version) == 0 {
                return Err(refused());
            }
            options.assume_init()
        };
        options.color_mode = ffi::WEBP_CSP_MODE::MODE_RGBA;
        options.use_threads = 0;
        let data = ffi::WebPData { bytes: file.as_ptr(), size: file.len() };
        // SAFETY: `data` describes a slice that `self` keeps; both structs are only read during the call.
        let decoder = unsafe {
            ffi::WebPAnimDecoderNewInternal(&raw const data, &raw const options, version)
        };
        if decoder.is_null() {
            return Err(refused());
        }
        let this = Self {
            handle: decoder,
            canvas_bytes: info.frame_bytes() as usize,
            has_begun: false,
            file,
        };
        // SAFETY: all zeros are a valid value of this struct of numbers.
        let mut found: ffi::WebPAnimInfo = unsafe { mem::zeroed() };
        // SAFETY: the decoder is live.
        let is_known = unsafe { ffi::WebPAnimDecoderGetInfo(decoder, &raw mut found) } != 0;
        let is_ours =
            found.canvas_width == info.size.width && found.canvas_height == info.size.height;
        if is_known && is_ours { Ok(this) } else { Err(refused()) }
    }

    fn has_more(&self) -> bool {
        // SAFETY: the decoder is live.
        unsafe { ffi::WebPAnimDecoderHasMoreFrames(self.handle) != 0 }
    }

    /// The canvas with the next frame on it, and the time at which that frame ends. `None` after the last, and
    /// when a frame is broken.
    fn next_canvas(&mut self) -> Option<(&[u8], i32)> {
        if !self.has_more() {
            return None;
        }
        let (mut canvas, mut end_ms) = (ptr::null_mut(), 0);
        // SAFETY: the decoder is live; both pointers are to locals.
        let is_there = unsafe {
            ffi::WebPAnimDecoderGetNext(self.handle, &raw mut canvas, &raw mut end_ms) != 0
        };
        if !is_there || canvas.is_null() {
            return None;
        }
        self.has_begun = true;
        // SAFETY: the canvas has four bytes for each of its pixels, whose number was compared in `new`, and
        // stays until the next call, which needs `self` exclusively.
        let canvas = unsafe { slice::from_raw_parts(canvas, self.canvas_bytes) };
        Some((canvas, end_ms))
    }
}

impl Drop for Decoder<'_> {
    fn drop(&mut self) {
        // SAFETY: deleted once.
        unsafe { ffi::WebPAnimDecoderDelete(self.handle) };
    }
}
