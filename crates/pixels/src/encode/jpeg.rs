//! JPEG, through jpegli.

use std::{ffi::c_int, mem, panic, ptr};

use jpegli_sys::{
    self as ffi, J_COLOR_SPACE, boolean, jpegli_common_struct, jpegli_compress_struct, jpegli_destination_mgr,
    jpegli_error_mgr,
};
use plan::{Color, Format};

use super::Still;
use crate::{Error, picture::Layout};

/// Longest side that libjpeg's family accepts; the header could express 65,535.
const LONGEST_SIDE: u32 = 65_500;

/// Rows per call: one band of blocks at 4:2:0. Between bands somebody may stop us.
const BAND: usize = 16;

pub(super) fn encode(still: &Still<'_>) -> Result<Vec<u8>, Error> {
    super::check_side(still.picture.size, Format::Jpeg, LONGEST_SIDE)?;
    // jpegli reports errors by unwinding out of its frames (see `error_exit`); none is expected, because
    // everything that it checks has been checked here.
    panic::catch_unwind(panic::AssertUnwindSafe(|| compress(still))).unwrap_or_else(|payload| {
        match payload.downcast::<Refusal>() {
            Ok(refusal) => Err(Error::Damaged { format: Format::Jpeg, reason: format!("encoder error {}", refusal.0) }),
            Err(other) => panic::resume_unwind(other),
        }
    })
}

/// What jpegli objected to, by its message number.
struct Refusal(c_int);

fn compress(still: &Still<'_>) -> Result<Vec<u8>, Error> {
    let picture = still.picture;
    let flat;
    let (data, components, space) = match picture.layout {
        Layout::Gray => (&picture.data, 1, J_COLOR_SPACE::JCS_GRAYSCALE),
        Layout::Rgb => (&picture.data, 3, J_COLOR_SPACE::JCS_RGB),
        Layout::Rgba => {
            flat = super::flatten(picture, still.output.flatten.unwrap_or(Color::BLACK));
            (&flat, 3, J_COLOR_SPACE::JCS_RGB)
        }
    };
    let mut compressor = Compressor::new();
    let cinfo = &mut *compressor.cinfo;
    cinfo.image_width = picture.size.width;
    cinfo.image_height = picture.size.height;
    cinfo.input_components = components as c_int;
    cinfo.in_color_space = space;
    // SAFETY: `cinfo` is created, has a destination, and its input fields are set; every pointer
    // in it leads into `compressor`, which outlives these calls.
    unsafe {
        ffi::jpegli_set_defaults(cinfo);
        ffi::jpegli_set_quality(cinfo, c_int::from(still.quality()), 1);
        if let Some(dpi) = still.density {
            cinfo.density_unit = 1;
            cinfo.X_density = dpi;
            cinfo.Y_density = dpi;
        }
        ffi::jpegli_start_compress(cinfo, 1);
    }
    let stride = picture.size.width as usize * components;
    let mut rows = [ptr::null(); BAND];
    for band in data.chunks(stride * BAND) {
        still.limits.cancel.check()?;
        let mut count = 0;
        for (pointer, row) in rows.iter_mut().zip(band.chunks_exact(stride)) {
            *pointer = row.as_ptr();
            count += 1;
        }
        // SAFETY: `rows[..count]` point at rows of `stride` samples, which are only read.
        unsafe { ffi::jpegli_write_scanlines(cinfo, rows.as_ptr(), count) };
    }
    // SAFETY: every row was written.
    unsafe { ffi::jpegli_finish_compress(cinfo) };
    Ok(mem::take(&mut compressor.sink.bytes))
}

/// A compression object with what it points at; boxed, because it keeps the addresses.
struct Compressor {
    cinfo: Box<jpegli_compress_struct>,
    sink: Box<Sink>,
    _errors: Box<jpegli_error_mgr>,
}

impl Compressor {
    fn new() -> Self {
        // SAFETY: these C structs hold integers, pointers and optional functions, for which zero
        // is a value, and libjpeg's protocol asks for zeroed ones. `err` is set before the creation, as it must be.
        unsafe {
            let mut errors: Box<jpegli_error_mgr> = Box::new(mem::zeroed());
            ffi::jpegli_std_error(&mut errors);
            errors.error_exit = Some(error_exit);
            errors.emit_message = Some(emit_message);
            let mut sink = Box::new(Sink {
                manager: jpegli_destination_mgr {
                    next_output_byte: ptr::null_mut(),
                    free_in_buffer: 0,
                    init_destination: Some(Sink::init),
                    empty_output_buffer: Some(Sink::grow),
                    term_destination: Some(Sink::close),
                },
                bytes: Vec::new(),
            });
            let mut cinfo: Box<jpegli_compress_struct> = Box::new(mem::zeroed());
            cinfo.common.err = &raw mut *errors;
            ffi::jpegli_create_compress(&mut cinfo);
            cinfo.dest = (&raw mut *sink).cast();
            Self { cinfo, sink, _errors: errors }
        }
    }
}

impl Drop for Compressor {
    fn drop(&mut self) {
        // SAFETY: created in `new`; destroying is allowed in every state and frees what jpegli allocated.
        unsafe { ffi::jpegli_destroy_compress(&mut self.cinfo) };
    }
}

/// Where the bytes go: jpegli fills the spare capacity of `bytes` and asks for more when it is full.
#[repr(C)]
struct Sink {
    /// First, so that a pointer to it is one to the whole.
    manager: jpegli_destination_mgr,
    bytes: Vec<u8>,
}

impl Sink {
    /// Enough for most answers without growing.
    const FIRST: usize = 64 * 1024;

    /// SAFETY: `cinfo.dest` must be what [`Compressor::new`] has put there.
    unsafe fn of(cinfo: &mut jpegli_compress_struct) -> &mut Self {
        unsafe { &mut *cinfo.dest.cast::<Self>() }
    }

    fn offer_spare(&mut self) {
        let spare = self.bytes.spare_capacity_mut();
        self.manager.next_output_byte = spare.as_mut_ptr().cast();
        self.manager.free_in_buffer = spare.len();
    }

    unsafe extern "C-unwind" fn init(cinfo: &mut jpegli_compress_struct) {
        // SAFETY: called by jpegli with a `cinfo` of ours.
        let sink = unsafe { Self::of(cinfo) };
        sink.bytes.reserve(Self::FIRST);
        sink.offer_spare();
    }

    unsafe extern "C-unwind" fn grow(cinfo: &mut jpegli_compress_struct) -> boolean {
        // SAFETY: called by jpegli with a `cinfo` of ours, once it has filled the whole spare capacity.
        let sink = unsafe { Self::of(cinfo) };
        unsafe { sink.bytes.set_len(sink.bytes.capacity()) };
        sink.bytes.reserve(sink.bytes.capacity());
        sink.offer_spare();
        1
    }

    unsafe extern "C-unwind" fn close(cinfo: &mut jpegli_compress_struct) {
        // SAFETY: as in `grow`; all but `free_in_buffer` bytes of the capacity have been written.
        let sink = unsafe { Self::of(cinfo) };
        unsafe { sink.bytes.set_len(sink.bytes.capacity() - sink.manager.free_in_buffer) };
        sink.manager.free_in_buffer = 0;
    }
}

/// Must not return: jpegli would go on with a broken state. Skips the panic hook, because it is no panic of ours.
unsafe extern "C-unwind" fn error_exit(cinfo: &mut jpegli_common_struct) {
    // SAFETY: `err` was set in `Compressor::new` and lives as long as `cinfo`.
    let code = unsafe { (*cinfo.err).msg_code };
    panic::resume_unwind(Box::new(Refusal(code)));
}

/// Warnings and traces go nowhere.
unsafe extern "C-unwind" fn emit_message(_cinfo: &mut jpegli_common_struct, _level: c_int) {}
