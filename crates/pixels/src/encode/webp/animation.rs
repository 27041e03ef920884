//! Animated WebP, frame by frame.

use std::{ffi::c_int, ptr, slice};

use libwebp_sys as ffi;
use libwebp_sys::{WebPAnimEncoder, WebPAnimEncoderOptions, WebPConfig, WebPData};
use plan::{Format, Output, Size};

use super::{Frame, LONGEST_SIDE, config, failed, riff, wrong_library};
use crate::{
    Error, Limits,
    encode::{AnimationEncoder, Extras, check_side},
    picture::{Blocks, Picture},
};

/// libwebp keeps the previous canvas and writes only what differs from it.
pub(in crate::encode) struct Animation {
    /// Never null; freed on drop.
    encoder: *mut WebPAnimEncoder,
    config: WebPConfig,
    size: Size,
    /// When the next frame begins, in milliseconds.
    clock: i64,
    profile: Option<Vec<u8>>,
    metadata: Blocks,
    limits: Limits,
}

impl Animation {
    pub(in crate::encode) fn new(
        size: Size,
        extras: Extras<'_>,
        output: &Output,
        limits: &Limits,
    ) -> Result<Self, Error> {
        check_side(size, Format::Webp, LONGEST_SIDE)?;
        let config = config(output)?;
        let version = ffi::WEBP_MUX_ABI_VERSION as c_int;
        // SAFETY: the struct holds integers only, and is filled by the initialiser before it is read.
        let encoder = unsafe {
            let mut options: WebPAnimEncoderOptions = std::mem::zeroed();
            if ffi::WebPAnimEncoderOptionsInitInternal(&raw mut options, version) == 0 {
                return Err(wrong_library());
            }
            options.anim_params.loop_count = extras.loops.min(0xffff) as c_int;
            // Transparent. Players ignore it, and those that do not must not paint white.
            options.anim_params.bgcolor = 0;
            ffi::WebPAnimEncoderNewInternal(
                size.width as c_int,
                size.height as c_int,
                &raw const options,
                version,
            )
        };
        if encoder.is_null() {
            return Err(Error::TooLarge(format!(
                "no memory for an animation of {}x{}",
                size.width, size.height
            )));
        }
        Ok(Self {
            encoder,
            config,
            size,
            clock: 0,
            profile: extras.profile.map(<[u8]>::to_vec),
            metadata: extras.metadata.clone(),
            limits: limits.clone(),
        })
    }

    /// The clock as libwebp wants it.
    fn timestamp(&self) -> Result<c_int, Error> {
        c_int::try_from(self.clock)
            .map_err(|_| Error::TooLarge("an animation lasts at most 24 days".to_owned()))
    }
}

impl AnimationEncoder for Animation {
    fn add(&mut self, picture: &Picture, delay_ms: u32) -> Result<(), Error> {
        self.limits.cancel.check()?;
        debug_assert_eq!(picture.size, self.size);
        let mut frame = Frame::import(picture, true)?;
        frame.stop_with(&self.limits.cancel);
        let start = self.timestamp()?;
        // SAFETY: encoder and picture are alive; the picture is copied, the hook is used during the call only.
        let added = unsafe {
            ffi::WebPAnimEncoderAdd(self.encoder, &raw mut frame.0, start, &raw const self.config)
        };
        if added == 0 {
            self.limits.cancel.check()?;
            return Err(failed(frame.0.error_code, self.size));
        }
        // A frame that is shown for no time at all would be dropped by libwebp, and browsers show such
        // frames for a moment anyway.
        self.clock += i64::from(delay_ms.max(1));
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error> {
        let end = self.timestamp()?;
        let mut data = WebPData { bytes: ptr::null(), size: 0 };
        // SAFETY: a null frame marks the end; `data` is filled with a buffer that is ours to free, and
        // copied before that.
        let bytes = unsafe {
            let ended = ffi::WebPAnimEncoderAdd(self.encoder, ptr::null_mut(), end, ptr::null());
            if ended == 0 || ffi::WebPAnimEncoderAssemble(self.encoder, &raw mut data) == 0 {
                return Err(Error::Damaged {
                    format: Format::Webp,
                    reason: "the animation has no frames".to_owned(),
                });
            }
            let bytes = slice::from_raw_parts(data.bytes, data.size).to_vec();
            ffi::WebPFree(data.bytes.cast_mut().cast());
            bytes
        };
        let extras =
            Extras { profile: self.profile.as_deref(), metadata: &self.metadata, loops: 0 };
        riff::attach(bytes, self.size, extras)
    }
}

impl Drop for Animation {
    fn drop(&mut self) {
        // SAFETY: made in `new`, not freed elsewhere.
        unsafe { ffi::WebPAnimEncoderDelete(self.encoder) };
    }
}
