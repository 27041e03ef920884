//! The libjpeg API, wrapped so that it cannot be misused and its errors are values.
//!
//! libjpeg reports fatal errors through a callback that must not return. The library is compiled with
//! unwind tables (`unwinding` feature, `extern "C-unwind"`), so the callback unwinds to the call in
//! [`Decompress::guarded`], carrying an [`Error`]. `resume_unwind` starts it without running the panic hook.

use std::{
    marker::PhantomData,
    mem,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    ptr,
};

use mozjpeg_sys as ffi;
use plan::{Format, Size};

use crate::{Cancel, Error, Limits, decode::guard::damaged};

/// What one row of output holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Samples {
    Gray,
    Rgb,
    /// As stored: Adobe's files hold 255 minus the ink.
    Cmyk,
}

/// A decompressor whose header has been read.
pub(super) struct Decompress<'a> {
    /// Owned; a raw pointer, because libjpeg keeps pointers between the parts of it.
    state: *mut State,
    is_started: bool,
    bytes: PhantomData<&'a [u8]>,
}

/// All that libjpeg points to, at one stable address.
struct State {
    common: ffi::jpeg_decompress_struct,
    errors: ffi::jpeg_error_mgr,
    progress: ffi::jpeg_progress_mgr,
    watch: Watch,
}

/// What the callbacks look at.
struct Watch {
    cancel: Cancel,
    scans: u32,
    /// The first warning that coded picture data was missing or broken.
    first: Option<String>,
}

impl<'a> Decompress<'a> {
    /// Reads the header up to the first scan.
    pub(super) fn new(bytes: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        // SAFETY: all-zero is a valid value of these C structs (null pointers, `None` callbacks, zeros, first enum variants).
        let (common, errors, progress) = unsafe { (mem::zeroed(), mem::zeroed(), mem::zeroed()) };
        let watch = Watch { cancel: limits.cancel.clone(), scans: limits.jpeg_scans, first: None };
        let state = Box::into_raw(Box::new(State { common, errors, progress, watch }));
        let mut this = Self { state, is_started: false, bytes: PhantomData };
        this.guarded(|state| {
            // SAFETY: `state` is live and exclusively ours. The error manager is complete before libjpeg can
            // report through it; the fields point into the same allocation, which lives until `drop`.
            unsafe {
                ffi::jpeg_std_error(&mut (*state).errors);
                (*state).errors.error_exit = Some(on_error);
                (*state).errors.emit_message = Some(on_message);
                (*state).common.common.err = &raw mut (*state).errors;
                (*state).common.common.client_data = (&raw mut (*state).watch).cast();
                ffi::jpeg_create_decompress(&raw mut (*state).common);
                // Creating wipes the struct but for the error manager and the client's pointer.
                (*state).progress.progress_monitor = Some(on_progress);
                (*state).common.common.progress = &raw mut (*state).progress;
                let length = bytes.len() as ffi::c_ulong;
                ffi::jpeg_mem_src(&mut (*state).common, bytes.as_ptr(), length);
                ffi::jpeg_read_header(&mut (*state).common, 1);
            }
        })?;
        this.choose_output()?;
        Ok(this)
    }

    /// Full size, from the frame header.
    pub(super) fn source_size(&self) -> Size {
        let common = self.common();
        Size::new(common.image_width, common.image_height)
    }

    /// What rows hold.
    pub(super) fn samples(&self) -> Samples {
        match self.common().out_color_space {
            ffi::JCS_GRAYSCALE => Samples::Gray,
            ffi::JCS_CMYK => Samples::Cmyk,
            _ => Samples::Rgb,
        }
    }

    /// Asks for `eighths`/8 of the full size and tells the size that this makes: sides are rounded up.
    pub(super) fn scale(&mut self, eighths: u32) -> Size {
        let common = self.common_mut();
        common.scale_num = eighths;
        common.scale_denom = 8;
        let part = |side: u32| (u64::from(side) * u64::from(eighths)).div_ceil(8) as u32;
        let full = self.source_size();
        Size::new(part(full.width), part(full.height))
    }

    /// Bytes of the coefficients that the library keeps when there are several scans.
    pub(super) fn coefficient_bytes(&self) -> u64 {
        let common = self.common();
        // SAFETY: the header has been read, so this only looks at the state.
        if unsafe { ffi::jpeg_has_multiple_scans(common) } == 0 {
            return 0;
        }
        // SAFETY: `comp_info` points to `num_components` elements after the header has been read.
        let components = unsafe {
            std::slice::from_raw_parts(common.comp_info, common.num_components.max(0) as usize)
        };
        components
            .iter()
            .map(|c| u64::from(c.width_in_blocks) * u64::from(c.height_in_blocks) * 128)
            .sum()
    }

    /// Fills `rows` from its start with the rows that follow, `stride` bytes each: as many as fit and are
    /// left. Returns how many; 0 after the last. The first call starts the decompression, which
    /// for a progressive file reads all scans.
    pub(super) fn read(&mut self, rows: &mut [u8], stride: usize) -> Result<usize, Error> {
        /// Rows offered in one call; the library fills as many as one block row yields.
        const BATCH: usize = 16;
        if !self.is_started {
            self.start(stride)?;
        }
        let common = self.common();
        let left = common.output_height.saturating_sub(common.output_scanline) as usize;
        self.guarded(|state| {
            let mut pointers: [*mut u8; BATCH] = [ptr::null_mut(); BATCH];
            let wanted = left.min(rows.len() / stride);
            let mut done = 0;
            while done < wanted {
                let rest = rows[done * stride..].chunks_exact_mut(stride).take(wanted - done);
                let mut offered = 0;
                for (pointer, row) in pointers.iter_mut().zip(rest) {
                    *pointer = row.as_mut_ptr();
                    offered += 1;
                }
                // SAFETY: the decompressor is started; `pointers[..offered]` are distinct rows of `stride` bytes, which
                // `start` compared with the row size of the library.
                let filled = unsafe {
                    (*state).watch.check();
                    ffi::jpeg_read_scanlines(&mut (*state).common, pointers.as_mut_ptr(), offered)
                };
                if filled == 0 {
                    break;
                }
                done += filled as usize;
            }
            done
        })
    }

    /// Interpolating is the default; without it chroma is repeated, in one go with the conversion to RGB.
    pub(super) fn interpolate_chroma(&mut self, interpolates: bool) {
        self.common_mut().do_fancy_upsampling = i32::from(interpolates);
    }

    /// What was wrong with the coded data, if it was shown all the same.
    pub(super) fn damage(&self) -> Option<&str> {
        // SAFETY: `state` is live, and no call into libjpeg runs while the reference lives.
        unsafe { (*self.state).watch.first.as_deref() }
    }

    /// Picks the output colour space that needs the least work from us.
    fn choose_output(&mut self) -> Result<(), Error> {
        let common = self.common_mut();
        common.dct_method = ffi::J_DCT_METHOD::JDCT_ISLOW;
        common.do_fancy_upsampling = 1;
        common.out_color_space = match (common.num_components, common.jpeg_color_space) {
            (1, _) => ffi::JCS_GRAYSCALE,
            (3, ffi::JCS_RGB | ffi::JCS_YCbCr) => ffi::JCS_RGB,
            (4, ffi::JCS_CMYK | ffi::JCS_YCCK) => ffi::JCS_CMYK,
            (count, _) => {
                return Err(damaged(Format::Jpeg, format!("{count} components have no meaning")));
            }
        };
        Ok(())
    }

    fn start(&mut self, stride: usize) -> Result<(), Error> {
        self.guarded(|state| {
            // SAFETY: the header has been read and the output chosen.
            unsafe { ffi::jpeg_start_decompress(&mut (*state).common) };
        })?;
        let common = self.common();
        // The buffers were sized by our arithmetic; never let the library write by different numbers.
        if common.output_width as usize * common.output_components as usize != stride {
            return Err(damaged(Format::Jpeg, "the row size is inconsistent"));
        }
        self.is_started = true;
        Ok(())
    }

    /// Runs calls into libjpeg and turns what its callbacks unwind with into an error.
    fn guarded<T>(&mut self, calls: impl FnOnce(*mut State) -> T) -> Result<T, Error> {
        let state = self.state;
        // After an error only `drop` touches the state, and libjpeg allows destroying at any time.
        catch_unwind(AssertUnwindSafe(|| calls(state))).map_err(|payload| {
            match payload.downcast::<Error>() {
                Ok(error) => *error,
                Err(other) => resume_unwind(other),
            }
        })
    }

    fn common(&self) -> &ffi::jpeg_decompress_struct {
        // SAFETY: `state` is live, and no call into libjpeg is running while the reference lives.
        unsafe { &(*self.state).common }
    }

    fn common_mut(&mut self) -> &mut ffi::jpeg_decompress_struct {
        // SAFETY: as above, and `self` is borrowed exclusively.
        unsafe { &mut (*self.state).common }
    }
}

impl Drop for Decompress<'_> {
    fn drop(&mut self) {
        // SAFETY: `state` came from `Box::into_raw` and is freed once. Destroying is allowed in any state, also on a struct whose
        // creation failed (its memory manager is null then); it reports no errors.
        unsafe {
            ffi::jpeg_destroy_decompress(&mut (*self.state).common);
            drop(Box::from_raw(self.state));
        }
    }
}

impl Watch {
    /// Unwinds when the render was cancelled. Only to be called inside [`Decompress::guarded`].
    fn check(&self) {
        if let Err(error) = self.cancel.check() {
            resume_unwind(Box::new(error));
        }
    }
}

/// What the callbacks look at.
///
/// # Safety
/// `common` must come from a [`Decompress`].
unsafe fn watch(common: &ffi::jpeg_common_struct) -> *mut Watch {
    common.client_data.cast()
}

extern "C-unwind" fn on_error(common: &mut ffi::jpeg_common_struct) {
    let text = message(common);
    resume_unwind(Box::new(damaged(Format::Jpeg, text)));
}

/// Level -1 is a warning, 0 and above are traces.
extern "C-unwind" fn on_message(common: &mut ffi::jpeg_common_struct, level: ffi::c_int) {
    if level >= 0 {
        return;
    }
    // SAFETY: libjpeg calls back with the struct that `Decompress` gave it; `err` points to its error manager.
    let code = unsafe { (*common.err).msg_code };
    let loses_pixels =
        [ffi::JWRN_HIT_MARKER, ffi::JWRN_HUFF_BAD_CODE, ffi::JWRN_JPEG_EOF, ffi::JWRN_MUST_RESYNC]
            .contains(&code);
    // SAFETY: as above; the watch is not referred to by anything else while libjpeg runs.
    let first = unsafe { &mut (*watch(common)).first };
    if loses_pixels && first.is_none() {
        *first = Some(message(common));
    }
}

/// Called for every block row of every scan.
extern "C-unwind" fn on_progress(common: &mut ffi::jpeg_common_struct) {
    // SAFETY: libjpeg calls back with the struct that `Decompress` gave it, which begins with `common`.
    let (scan, watch) = unsafe {
        let whole: *const ffi::jpeg_decompress_struct = ptr::from_mut(common).cast();
        ((*whole).input_scan_number, &*watch(common))
    };
    watch.check();
    if i64::from(scan) > i64::from(watch.scans) {
        let limit = watch.scans;
        let text = format!("the progressive JPEG has more than {limit} scans");
        resume_unwind(Box::new(Error::TooLarge(text)));
    }
}

/// The library's text for its current message.
fn message(common: &mut ffi::jpeg_common_struct) -> String {
    /// `JMSG_LENGTH_MAX` of `jpeglib.h`: the function writes up to this many bytes, whatever the
    /// binding's type says.
    const LENGTH: usize = 200;
    type Declared = unsafe extern "C-unwind" fn(&mut ffi::jpeg_common_struct, &[u8; 80]);
    type InC = unsafe extern "C-unwind" fn(*mut ffi::jpeg_common_struct, *mut u8);

    // SAFETY: `err` is the error manager that `Decompress` filled.
    let Some(format) = (unsafe { (*common.err).format_message }) else { return String::new() };
    let mut text = [0u8; LENGTH];
    // SAFETY: both types describe the same C function taking two pointers; the second is the true one.
    unsafe { mem::transmute::<Declared, InC>(format)(common, text.as_mut_ptr()) };
    let end = text.iter().position(|&byte| byte == 0).unwrap_or(LENGTH);
    String::from_utf8_lossy(&text[..end]).into_owned()
}
