//! One AV1 key frame.

use std::{
    ffi::{c_int, c_uint},
    mem::MaybeUninit,
    ptr, slice,
};

use libaom_sys as ffi;
use plan::Format;

use super::planes::Planes;
use crate::Error;

/// libaom's "cpu-used" in all-intra mode: 0 (slowest) to 9.
///
/// The fastest, by measurement: eight photographs reduced to 512 px, milliseconds of CPU on an AMD EPYC.
///
/// | speed | quality | bytes | SSIMULACRA2 | ms |
/// |---|---|---|---|---|
/// | **9** | 50 | 11,800 | 59.6 | 5.4 |
/// | **9** | 60 | 17,400 | 70.7 | 6.6 |
/// | 8 | 50 | 20,800 | 67.2 | 30 |
/// | 7 | 50 | 10,600 | 61.5 | 38 |
/// | 7 | 60 | 15,500 | 71.7 | 42 |
///
/// So 8 is worse in every way, and 7 gains some 15 % of the bytes for seven times the time: something for a
/// second, settled answer, not for the one that somebody waits for.
const SPEED: c_int = 9;

/// At equal bytes up to a point better than tuning for PSNR, at no cost.
const TUNING: c_int = ffi::AOM_TUNE_SSIM as c_int;

pub(super) struct Settings {
    /// 0 to 63.
    pub(super) quantizer: u32,
    /// Whether the samples are sRGB; otherwise a profile beside the picture tells, or they are no colours.
    pub(super) srgb: bool,
}

/// The frame's AV1 units, sequence header first, without a temporal delimiter (an AVIF item holds none).
pub(super) fn encode(planes: &Planes, settings: &Settings) -> Result<Vec<u8>, Error> {
    let mut encoder = Encoder::new(planes, settings)?;
    let mut units = encoder.encode(planes, settings)?;
    if units.starts_with(&[0x12, 0x00]) {
        units.drain(..2);
    }
    Ok(units)
}

struct Encoder(ffi::aom_codec_ctx_t);

impl Encoder {
    fn new(planes: &Planes, settings: &Settings) -> Result<Self, Error> {
        // SAFETY: config and context are plain C structs, filled by libaom before anything reads
        // them; every answer is checked before the next call. The controls named here take one int.
        unsafe {
            let interface = ffi::aom_codec_av1_cx();
            let mut config = MaybeUninit::<ffi::aom_codec_enc_cfg_t>::uninit();
            check(ffi::aom_codec_enc_config_default(
                interface,
                config.as_mut_ptr(),
                ffi::AOM_USAGE_ALL_INTRA,
            ))?;
            let mut config = config.assume_init();
            config.g_w = planes.size.width;
            config.g_h = planes.size.height;
            // One picture, one thread: the caller's pool is what uses the cores.
            config.g_threads = 1;
            config.g_limit = 1;
            config.g_lag_in_frames = 0;
            config.monochrome = c_uint::from(planes.chroma.is_none());
            config.rc_end_usage = ffi::AOM_Q;
            config.rc_min_quantizer = 0;
            config.rc_max_quantizer = 63;

            let mut context = MaybeUninit::<ffi::aom_codec_ctx_t>::zeroed();
            check(ffi::aom_codec_enc_init_ver(
                context.as_mut_ptr(),
                interface,
                &raw const config,
                0,
                ffi::AOM_ENCODER_ABI_VERSION as c_int,
            ))?;
            let mut encoder = Self(context.assume_init());
            let srgb = |code: c_int| if settings.srgb { code } else { UNSPECIFIED };
            for (control, value) in [
                (ffi::AOME_SET_CPUUSED, SPEED),
                (ffi::AOME_SET_CQ_LEVEL, settings.quantizer as c_int),
                (ffi::AOME_SET_TUNING, TUNING),
                (ffi::AV1E_SET_COLOR_RANGE, ffi::AOM_CR_FULL_RANGE as c_int),
                (ffi::AV1E_SET_COLOR_PRIMARIES, srgb(BT709)),
                (ffi::AV1E_SET_TRANSFER_CHARACTERISTICS, srgb(SRGB)),
                (
                    ffi::AV1E_SET_MATRIX_COEFFICIENTS,
                    if planes.chroma.is_some() { BT601 } else { UNSPECIFIED },
                ),
            ] {
                check(ffi::aom_codec_control(&raw mut encoder.0, control as c_int, value))?;
            }
            Ok(encoder)
        }
    }

    fn encode(&mut self, planes: &Planes, settings: &Settings) -> Result<Vec<u8>, Error> {
        let image = describe(planes, settings);
        let mut units = Vec::new();
        // SAFETY: the image points at planes that outlive the call and are as large as it says; libaom
        // copies them. A null image flushes. Packets are copied before the next call.
        unsafe {
            for image in [&raw const image, ptr::null()] {
                check(ffi::aom_codec_encode(&raw mut self.0, image, 0, 1, 0))?;
                let mut iterator = ptr::null();
                loop {
                    let packet = ffi::aom_codec_get_cx_data(&raw mut self.0, &raw mut iterator);
                    if packet.is_null() {
                        break;
                    }
                    if (*packet).kind == ffi::AOM_CODEC_CX_FRAME_PKT {
                        let frame = (*packet).data.frame;
                        units.extend_from_slice(slice::from_raw_parts(
                            frame.buf.cast::<u8>(),
                            frame.sz,
                        ));
                    }
                }
            }
        }
        if units.is_empty() { Err(damaged("encoder wrote no frame".to_owned())) } else { Ok(units) }
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: initialised in `new`.
        unsafe { ffi::aom_codec_destroy(&raw mut self.0) };
    }
}

// Codes of ISO/IEC 23091-2.
pub(super) const BT709: c_int = 1;
pub(super) const UNSPECIFIED: c_int = 2;
pub(super) const BT601: c_int = 6;
pub(super) const SRGB: c_int = 13;

/// libaom's view of `planes`.
fn describe(planes: &Planes, settings: &Settings) -> ffi::aom_image_t {
    // SAFETY: integers and pointers, for which zero is a value.
    let mut image: ffi::aom_image_t = unsafe { std::mem::zeroed() };
    let half = Planes::chroma_size(planes.size);
    image.fmt = ffi::AOM_IMG_FMT_I420;
    image.bit_depth = 8;
    image.bps = 12;
    image.range = ffi::AOM_CR_FULL_RANGE;
    image.cp = if settings.srgb { BT709 as _ } else { UNSPECIFIED as _ };
    image.tc = if settings.srgb { SRGB as _ } else { UNSPECIFIED as _ };
    image.mc = BT601 as _;
    image.w = planes.size.width;
    image.h = planes.size.height;
    image.d_w = planes.size.width;
    image.d_h = planes.size.height;
    image.x_chroma_shift = 1;
    image.y_chroma_shift = 1;
    image.planes[0] = planes.luma.as_ptr().cast_mut();
    image.stride[0] = planes.size.width as c_int;
    match &planes.chroma {
        Some([cb, cr]) => {
            image.planes[1] = cb.as_ptr().cast_mut();
            image.planes[2] = cr.as_ptr().cast_mut();
            image.stride[1] = half.width as c_int;
            image.stride[2] = half.width as c_int;
        }
        None => image.monochrome = 1,
    }
    image
}

fn check(code: ffi::aom_codec_err_t) -> Result<(), Error> {
    match code {
        ffi::AOM_CODEC_OK => Ok(()),
        ffi::AOM_CODEC_MEM_ERROR => {
            Err(Error::TooLarge("no memory to encode an AVIF of this size".to_owned()))
        }
        code => Err(damaged(format!("encoder error {code}"))),
    }
}

fn damaged(reason: String) -> Error {
    Error::Damaged { format: Format::Avif, reason }
}
