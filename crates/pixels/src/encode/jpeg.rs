//! JPEG, through jpegli.
//!
//! Chosen by measurement: eight photographs reduced to 512 px, encoder alone, milliseconds of CPU
//! on an AMD EPYC, all at a SSIMULACRA2 score of about 78.6.
//!
//! | encoder | bytes | ms |
//! |---|---|---|
//! | jpegli, 4:4:4, progressive in six scans (default) | 27,500 | 2.1 |
//! | jpegli, 4:4:4, its own progressive script | 27,500 | 3.3 |
//! | jpegli, 4:4:4, one scan, tables made for the picture (`progressive: false`) | 28,200 | 1.4 |
//! | jpegli, 4:4:4, one scan, standard tables | 30,500 | 1.3 |
//! | jpegli, 4:2:0, six scans (quality raised to reach the score) | 30,800 | 1.5 |
//! | libjpeg-turbo, 4:2:0, one scan, tables made for the picture | 31,300 | 1.1 |
//! | libjpeg-turbo, 4:2:0, progressive | 30,500 | 2.5 |
//! | libjpeg-turbo, 4:4:4, one scan, tables made for the picture | 31,900 | 1.5 |
//!
//! At 720 px the order is the same (47,700 bytes in 4.1 ms for the default). So jpegli saves 10 % of the bytes at
//! the CPU of libjpeg-turbo; full chroma beats halved chroma at every quality from 50 up; and adaptive quantisation, which
//! is on, is worth 4 %. What a quality means is jpegli's mapping of
//! the familiar scale, but for one step ([`step`]).
//!
//! One scan here is "extended sequential" (SOF1) whenever jpegli finds that the two chroma planes deserve
//! tables of their own; every libjpeg since 1991 and every browser reads it.

use std::{ffi::c_int, mem, panic, ptr};

use jpegli_sys::{
    self as ffi, J_COLOR_SPACE, boolean, jpegli_common_struct, jpegli_compress_struct,
    jpegli_destination_mgr, jpegli_error_mgr, jpegli_scan_info,
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
            Ok(refusal) => Err(Error::Damaged {
                format: Format::Jpeg,
                reason: format!("encoder error {}", refusal.0),
            }),
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
    // in it leads into `compressor`, which outlives these calls, or to a static.
    unsafe {
        ffi::jpegli_set_defaults(cinfo);
        // The last argument: tables of one byte per step, which is all that baseline allows.
        ffi::jpegli_set_quality(cinfo, step(still.quality()), 1);
        if still.output.half_chroma && components == 3 {
            // Of the three components that the defaults have set up, brightness comes first.
            let brightness = &mut *cinfo.comp_info;
            (brightness.h_samp_factor, brightness.v_samp_factor) = (2, 2);
        }
        let scans = scans(components, is_progressive(still));
        cinfo.scan_info = scans.as_ptr();
        cinfo.num_scans = scans.len() as c_int;
        // 18 bytes that tell every reader how to make RGB of it; jpegli writes them only when told.
        cinfo.write_JFIF_header = 1;
        // Progressive scans always get tables of their own, a single one must ask.
        cinfo.optimize_coding = 1;
        if let Some(dpi) = still.density {
            cinfo.density_unit = 1;
            cinfo.X_density = dpi;
            cinfo.Y_density = dpi;
        }
        ffi::jpegli_start_compress(cinfo, 1);
        write_segments(cinfo, still);
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

/// jpegli's number for a quality of 1 to 100: one step less.
///
/// Our reductions keep more detail than those of other servers that use jpegli's scale, so at the same step an answer would
/// be 0.3 to 1 % larger than theirs. This way it is 2 % smaller, and still scores higher.
fn step(quality: u8) -> c_int {
    c_int::from(if quality == 100 { quality } else { (quality - 1).max(1) })
}

/// Below this, the headers of several scans cost more bytes than the scans save, and half as much time again.
const PROGRESSIVE_FROM_PIXELS: u64 = 192 * 192;

fn is_progressive(still: &Still<'_>) -> bool {
    still.output.progressive.unwrap_or(still.picture.size.pixels() >= PROGRESSIVE_FROM_PIXELS)
}

const fn scan(components: &[c_int], from: c_int, to: c_int) -> jpegli_scan_info {
    let mut component_index = [0; 4];
    let mut index = 0;
    while index < components.len() {
        component_index[index] = components[index];
        index += 1;
    }
    jpegli_scan_info {
        comps_in_scan: components.len() as c_int,
        component_index,
        Ss: from,
        Se: to,
        Ah: 0,
        Al: 0,
    }
}

/// Which coefficients come in which scan. Bands only, no successive bits: those double the work of
/// the entropy coder and save under 0.1 %. Luma in three bands, because their statistics differ; chroma in one.
fn scans(components: usize, progressive: bool) -> &'static [jpegli_scan_info] {
    static GRAY: [jpegli_scan_info; 1] = [scan(&[0], 0, 63)];
    static COLOR: [jpegli_scan_info; 1] = [scan(&[0, 1, 2], 0, 63)];
    static GRAY_BANDS: [jpegli_scan_info; 4] =
        [scan(&[0], 0, 0), scan(&[0], 1, 2), scan(&[0], 3, 9), scan(&[0], 10, 63)];
    static COLOR_BANDS: [jpegli_scan_info; 6] = [
        scan(&[0, 1, 2], 0, 0),
        scan(&[0], 1, 2),
        scan(&[0], 3, 9),
        scan(&[0], 10, 63),
        scan(&[1], 1, 63),
        scan(&[2], 1, 63),
    ];
    match (components, progressive) {
        (1, false) => &GRAY,
        (1, true) => &GRAY_BANDS,
        (_, false) => &COLOR,
        (_, true) => &COLOR_BANDS,
    }
}

const APP1: c_int = 0xe1;
const APP2: c_int = 0xe2;
const APP13: c_int = 0xed;

/// Longest content of one segment: its length field counts itself.
const LONGEST_SEGMENT: usize = 65_533;

/// Profile and metadata, each in the segment that its standard names. A block that does not fit into
/// one segment is left out, because readers of split EXIF, XMP and IPTC are rare; a profile is split, as ICC.1 says.
///
/// SAFETY: `cinfo` must be started and have no row yet.
unsafe fn write_segments(cinfo: &mut jpegli_compress_struct, still: &Still<'_>) {
    let blocks = &still.extras.metadata;
    let mut segment = Vec::new();
    let mut write = |marker: c_int, parts: &[&[u8]]| {
        segment.clear();
        for part in parts {
            segment.extend_from_slice(part);
        }
        if segment.len() <= LONGEST_SEGMENT {
            // SAFETY: the caller's promise; jpegli copies the bytes.
            unsafe {
                ffi::jpegli_write_marker(cinfo, marker, segment.as_ptr(), segment.len() as u32);
            }
        }
    };
    if let Some(exif) = &blocks.exif {
        write(APP1, &[b"Exif\0\0", exif]);
    }
    if let Some(xmp) = &blocks.xmp {
        write(APP1, &[b"http://ns.adobe.com/xap/1.0/\0", xmp]);
    }
    if let Some(profile) = still.extras.profile {
        const HEAD: &[u8] = b"ICC_PROFILE\0";
        let chunks = profile.chunks(LONGEST_SEGMENT - HEAD.len() - 2);
        // The count is one byte; 16 MB of profile do not occur within the limits.
        if let Ok(count) = u8::try_from(chunks.len()) {
            for (number, chunk) in (1..=count).zip(chunks) {
                write(APP2, &[HEAD, &[number, count], chunk]);
            }
        }
    }
    if let Some(iptc) = &blocks.iptc {
        let length = (iptc.len() as u32).to_be_bytes();
        // Photoshop's resource 0x0404 without a name; contents are padded to an even length.
        let padding: &[u8] = if iptc.len() % 2 == 1 { &[0] } else { &[] };
        write(APP13, &[b"Photoshop 3.0\08BIM\x04\x04\0\0", &length, iptc, padding]);
    }
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
