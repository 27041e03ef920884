//! WebP, through libwebp: lossy, lossless, animated.
//!
//! Methods chosen by measurement: eight photographs reduced to 512 px, quality 75, encoder alone,
//! milliseconds of CPU on an AMD EPYC.
//!
//! | method | bytes | SSIMULACRA2 | ms |
//! |---|---|---|---|
//! | 0 | 21,900 | 70.6 | 3.1 |
//! | 1 | 19,600 | 70.6 | 4.0 |
//! | **2** | 16,900 | 69.9 | 5.2 |
//! | 3 | 16,300 | 69.7 | 12.2 |
//! | 4 (libwebp's default) | 16,300 | 69.8 | 12.3 |
//! | 6 | 15,400 | 69.2 | 24.9 |
//!
//! Method 2 is the knee: from there 4 % of the bytes cost more than twice the time. Careful chroma ("sharp YUV") gains
//! 1.6 points for 4 % more bytes and 8 ms, which raising the quality gives cheaper; other strengths of noise shaping,
//! segmentation and loop filter than libwebp's defaults lose bytes or points.

mod animation;
mod riff;

use std::{
    ffi::{c_int, c_void},
    slice,
};

pub(super) use animation::Animation;
use libwebp_sys as ffi;
use libwebp_sys::{WebPConfig, WebPEncodingError, WebPPicture};
use plan::{Format, Output, Size};

use super::Still;
use crate::{
    Cancel, Error,
    picture::{Layout, Picture},
};

/// Longest side that 14 bits of the header express.
pub(super) const LONGEST_SIDE: u32 = 16_383;

/// Our reductions keep more detail than those of other servers, so at the same quality an answer would be 1.5 % larger
/// than theirs; with this it is a little smaller, and still scores higher.
const TAKEN_BACK: f32 = 1.75;

/// See the table above.
const LOSSY_METHOD: c_int = 2;

/// Lossless: on photographs of 512 px, method 0 gives 206 kB in 6 ms, 1 gives 194 kB in 29 ms, 2 gives 188 kB in 42 ms, 4 gives
/// 183 kB in 59 ms; on a drawing of 720x540 they give 138, 100, 93 and 99 kB in 7, 54, 67 and 105 ms.
const LOSSLESS_METHOD: c_int = 2;

/// Effort of the lossless entropy search, 0 to 100; more than this gains 1 % for half as much time again.
const LOSSLESS_EFFORT: f32 = 20.0;

pub(super) fn encode(still: &Still<'_>) -> Result<Vec<u8>, Error> {
    super::check_side(still.picture.size, Format::Webp, LONGEST_SIDE)?;
    let mut config = config(still.output)?;
    let mut frame = Frame::import(still.picture, config.lossless != 0)?;
    // The first partition holds at most 512 kB of modes; very large and detailed pictures overflow it
    // unless they are told to spend less there.
    for limit in [0, 60, 100] {
        config.partition_limit = limit;
        match frame.encode(&config, &still.limits.cancel) {
            Ok(bytes) => return riff::attach(bytes, still.picture.size, still.extras),
            Err(WebPEncodingError::VP8_ENC_ERROR_PARTITION0_OVERFLOW) => {}
            Err(error) => return Err(failed(error, still.picture.size)),
        }
    }
    Err(failed(WebPEncodingError::VP8_ENC_ERROR_PARTITION0_OVERFLOW, still.picture.size))
}

fn config(output: &Output) -> Result<WebPConfig, Error> {
    let mut config = WebPConfig::new().map_err(|()| wrong_library())?;
    if output.lossless {
        config.lossless = 1;
        config.method = LOSSLESS_METHOD;
        config.quality = LOSSLESS_EFFORT;
    } else {
        config.method = LOSSY_METHOD;
        let quality = output.quality.unwrap_or(plan::Quality::DEFAULT).get();
        config.quality =
            if quality == 100 { 100.0 } else { (f32::from(quality) - TAKEN_BACK).max(0.0) };
    }
    Ok(config)
}

/// A picture in libwebp's own planes.
struct Frame(WebPPicture);

impl Frame {
    /// Copies `picture`; as ARGB where the encoder works on that, else as YUV, which is half the memory.
    fn import(picture: &Picture, argb: bool) -> Result<Self, Error> {
        let mut frame = Self(WebPPicture::new().map_err(|()| wrong_library())?);
        frame.0.width = picture.size.width as c_int;
        frame.0.height = picture.size.height as c_int;
        frame.0.use_argb = c_int::from(argb);
        let stride = (picture.size.width as usize * picture.layout.channels()) as c_int;
        // SAFETY: size and use_argb are set; `data` holds `height` rows of `stride` bytes, by the contract of `Picture`.
        let imported = unsafe {
            match picture.layout {
                Layout::Gray => {
                    let rgb: Vec<u8> = picture.data.iter().flat_map(|&gray| [gray; 3]).collect();
                    ffi::WebPPictureImportRGB(&raw mut frame.0, rgb.as_ptr(), stride * 3)
                }
                Layout::Rgb => {
                    ffi::WebPPictureImportRGB(&raw mut frame.0, picture.data.as_ptr(), stride)
                }
                Layout::Rgba => {
                    ffi::WebPPictureImportRGBA(&raw mut frame.0, picture.data.as_ptr(), stride)
                }
            }
        };
        if imported == 0 { Err(failed(frame.0.error_code, picture.size)) } else { Ok(frame) }
    }

    fn encode(
        &mut self,
        config: &WebPConfig,
        cancel: &Cancel,
    ) -> Result<Vec<u8>, WebPEncodingError> {
        let mut bytes: Vec<u8> = Vec::new();
        self.0.writer = Some(append);
        self.0.custom_ptr = (&raw mut bytes).cast();
        self.stop_with(cancel);
        // SAFETY: the picture is imported; `writer` and `progress_hook` get the pointers set here, which
        // point at a vector and a switch that outlive the call.
        let done = unsafe { ffi::WebPEncode(config, &raw mut self.0) };
        self.0.custom_ptr = std::ptr::null_mut();
        if done == 0 { Err(self.0.error_code) } else { Ok(bytes) }
    }

    /// Lets `cancel` end the encoding of this picture. It must outlive that.
    fn stop_with(&mut self, cancel: &Cancel) {
        self.0.progress_hook = Some(go_on);
        self.0.user_data = std::ptr::from_ref(cancel).cast_mut().cast();
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        // SAFETY: initialised by `WebPPicture::new`; frees the planes, if there are any.
        unsafe { ffi::WebPPictureFree(&raw mut self.0) };
    }
}

/// libwebp's writer: appends to the vector behind `custom_ptr`.
unsafe extern "C" fn append(data: *const u8, size: usize, picture: *const WebPPicture) -> c_int {
    // SAFETY: libwebp hands over `size` readable bytes and the picture of `Frame::encode`, whose
    // `custom_ptr` is the vector that it set.
    unsafe {
        let bytes: &mut Vec<u8> = &mut *(*picture).custom_ptr.cast();
        bytes.extend_from_slice(slice::from_raw_parts(data, size));
    }
    1
}

/// libwebp's progress hook: 0 stops.
unsafe extern "C" fn go_on(_percent: c_int, picture: *const WebPPicture) -> c_int {
    // SAFETY: `user_data` was set by `Frame::stop_with` to a switch that is still alive.
    let cancel: &Cancel = unsafe { &*(*picture).user_data.cast::<c_void>().cast() };
    c_int::from(cancel.check().is_ok())
}

fn failed(error: WebPEncodingError, size: Size) -> Error {
    match error {
        WebPEncodingError::VP8_ENC_ERROR_USER_ABORT => Error::Cancelled,
        WebPEncodingError::VP8_ENC_ERROR_PARTITION0_OVERFLOW
        | WebPEncodingError::VP8_ENC_ERROR_PARTITION_OVERFLOW
        | WebPEncodingError::VP8_ENC_ERROR_FILE_TOO_BIG
        | WebPEncodingError::VP8_ENC_ERROR_OUT_OF_MEMORY
        | WebPEncodingError::VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY => Error::TooLarge(format!(
            "{}x{} pixels of this detail do not fit into a WebP",
            size.width, size.height
        )),
        other => {
            Error::Damaged { format: Format::Webp, reason: format!("encoder error {other:?}") }
        }
    }
}

/// Headers and library of different versions: a broken build.
fn wrong_library() -> Error {
    Error::Unsupported(Format::Webp)
}
