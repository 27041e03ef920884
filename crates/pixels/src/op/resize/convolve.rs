//! The inner loops of a resampling. Rows are interleaved samples, as floats; see [`super::Resampler`].
//!
//! Each loop is written once and compiled twice: for any processor, and for x86 with AVX2 and FMA,
//! chosen when the program runs. The loops are shaped so that the compiler turns them into vector
//! instructions; `benches/resize.rs` shows when it no longer does.

use plan::Light;

use super::axis::Axis;
use crate::{
    color::curve::{mul_add, to_code, to_linear},
    picture::Layout,
};

/// Samples of a row that are worked on at a time. Eight vectors of eight floats: as many as fit in registers with
/// what else is needed.
const BLOCK: usize = 64;

/// Source rows that [`Kernels::gather_rows`] takes at once.
pub(super) const BATCH: usize = 16;

/// A finished row of weights for one output row over a batch of source rows.
pub(super) struct Target<'a> {
    /// Sums so far.
    pub(super) sums: &'a mut [f32],
    /// Whether nothing has been added yet.
    pub(super) fresh: bool,
    /// First row of the batch that counts.
    pub(super) first: usize,
    /// Weights from there on.
    pub(super) weights: &'a [f32],
}

/// The inner loops for this processor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kernels {
    fused: bool,
}

macro_rules! compiled_twice {
    ($(#[$doc:meta])* $vis:vis fn $name:ident / $fused:ident = $body:ident ( $($arg:ident : $type:ty),* $(,)? )) => {
        $(#[$doc])*
        $vis fn $name(self, $($arg: $type),*) {
            #[cfg(target_arch = "x86_64")]
            if self.fused {
                // SAFETY: `fused` is true only if the processor has AVX2 and FMA.
                return unsafe { $fused($($arg),*) };
            }
            $body::<BASE_FMA>($($arg),*);
        }
    };
}

/// Every 64-bit ARM processor fuses multiply and add; on x86 it depends.
const BASE_FMA: bool = cfg!(any(target_arch = "aarch64", target_feature = "fma"));

impl Kernels {
    pub(super) fn of_this_processor() -> Self {
        #[cfg(target_arch = "x86_64")]
        let fused = std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("fma");
        #[cfg(not(target_arch = "x86_64"))]
        let fused = false;
        Self { fused }
    }

    /// For any processor.
    #[cfg(test)]
    pub(super) fn portable() -> Self {
        Self { fused: false }
    }

    compiled_twice! {
        /// Turns 8-bit samples into floats: linear light 0 to 1 or codes 0 to 255, colour premultiplied by alpha
        /// (0 to 1).
        pub(super) fn load_row / load_row_fused = load_row_body(
            codes: &[u8], layout: Layout, light: Light, row: &mut [f32])
    }

    compiled_twice! {
        /// Adds a batch of source rows (at most [`BATCH`]) to the sums of the output rows that they touch.
        pub(super) fn add_rows / add_rows_fused = add_rows_body(
            rows: &[&[u8]], layout: Layout, light: Light, targets: &mut [Target<'_>])
    }

    compiled_twice! {
        /// Resamples a row. `row` begins with source sample `origin` (in pixels) and is at least three floats longer
        /// than the pixels that `axis` uses.
        pub(super) fn across / across_fused = across_body(
            row: &[f32], origin: usize, layout: Layout, axis: &Axis, result: &mut [f32])
    }

    compiled_twice! {
        /// Sum of weighted rows.
        pub(super) fn down / down_fused = down_body(rows: &[&[f32]], weights: &[f32], result: &mut [f32])
    }

    compiled_twice! {
        /// The opposite of [`Kernels::load_row`].
        pub(super) fn store_row / store_row_fused = store_row_body(
            row: &mut [f32], layout: Layout, light: Light, codes: &mut [u8])
    }
}

macro_rules! fused {
    ($(fn $fused:ident = $body:ident ( $($arg:ident : $type:ty),* ))*) => {
        $(
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn $fused($($arg: $type),*) {
                $body::<true>($($arg),*);
            }
        )*
    };
}

fused! {
    fn load_row_fused = load_row_body(codes: &[u8], layout: Layout, light: Light, row: &mut [f32])
    fn add_rows_fused = add_rows_body(rows: &[&[u8]], layout: Layout, light: Light, targets: &mut [Target<'_>])
    fn across_fused = across_body(row: &[f32], origin: usize, layout: Layout, axis: &Axis, result: &mut [f32])
    fn down_fused = down_body(rows: &[&[f32]], weights: &[f32], result: &mut [f32])
    fn store_row_fused = store_row_body(row: &mut [f32], layout: Layout, light: Light, codes: &mut [u8])
}

#[inline(always)]
fn load_row_body<const FMA: bool>(codes: &[u8], layout: Layout, light: Light, row: &mut [f32]) {
    match light {
        Light::Linear => {
            for (sample, &code) in row.iter_mut().zip(codes) {
                *sample = to_linear::<FMA>(f32::from(code));
            }
        }
        Light::Srgb => {
            for (sample, &code) in row.iter_mut().zip(codes) {
                *sample = f32::from(code);
            }
        }
    }
    if layout == Layout::Rgba {
        for (pixel, code) in row
            .as_chunks_mut::<4>()
            .0
            .iter_mut()
            .zip(codes.as_chunks::<4>().0)
        {
            let alpha = f32::from(code[3]) * (1.0 / 255.0);
            pixel[3] = 1.0;
            for sample in pixel {
                *sample *= alpha;
            }
        }
    }
}

#[inline(always)]
fn add_rows_body<const FMA: bool>(
    rows: &[&[u8]],
    layout: Layout,
    light: Light,
    targets: &mut [Target<'_>],
) {
    let mut floats = [[0.0_f32; BLOCK]; BATCH];
    let length = rows.first().map_or(0, |row| row.len());
    let mut at = 0;
    while at < length {
        let width = BLOCK.min(length - at);
        for (line, row) in floats.iter_mut().zip(rows) {
            if width == BLOCK {
                load_row_body::<FMA>(&row[at..at + BLOCK], layout, light, line);
            } else {
                load_row_body::<FMA>(&row[at..at + width], layout, light, &mut line[..width]);
            }
        }
        for target in targets.iter_mut() {
            let lines = &floats[target.first..target.first + target.weights.len()];
            // Sums are padded to whole blocks; what is added beyond the row's end is never read.
            if let Some(sums) = target.sums[at..].first_chunk_mut::<BLOCK>() {
                add_block::<FMA>(lines, target.weights, target.fresh, sums);
            }
        }
        at += BLOCK;
    }
}

#[inline(always)]
fn add_block<const FMA: bool>(
    lines: &[[f32; BLOCK]],
    weights: &[f32],
    fresh: bool,
    sums: &mut [f32; BLOCK],
) {
    const HALF: usize = BLOCK / 2;
    for half in [0, HALF] {
        let mut sum = [0.0_f32; HALF];
        if !fresh {
            sum.copy_from_slice(&sums[half..half + HALF]);
        }
        for (line, &weight) in lines.iter().zip(weights) {
            for (i, sum) in sum.iter_mut().enumerate() {
                *sum = mul_add::<FMA>(line[half + i], weight, *sum);
            }
        }
        sums[half..half + HALF].copy_from_slice(&sum);
    }
}

#[inline(always)]
fn across_body<const FMA: bool>(
    row: &[f32],
    origin: usize,
    layout: Layout,
    axis: &Axis,
    result: &mut [f32],
) {
    match layout {
        Layout::Gray => across_gray::<FMA>(row, origin, axis, result),
        Layout::Rgb => across_color::<FMA, 3>(row, origin, axis, result),
        Layout::Rgba => across_color::<FMA, 4>(row, origin, axis, result),
    }
}

#[inline(always)]
fn across_gray<const FMA: bool>(row: &[f32], origin: usize, axis: &Axis, result: &mut [f32]) {
    for (x, result) in result.iter_mut().enumerate() {
        let (start, weights) = axis.get(x);
        let samples = &row[start - origin..][..weights.len()];
        let mut sums = [0.0_f32; 8];
        let (samples, last_samples) = samples.as_chunks::<8>();
        let (weights, last_weights) = weights.as_chunks::<8>();
        for (samples, weights) in samples.iter().zip(weights) {
            for i in 0..8 {
                sums[i] = mul_add::<FMA>(samples[i], weights[i], sums[i]);
            }
        }
        let mut sum: f32 = sums.iter().sum();
        for (sample, weight) in last_samples.iter().zip(last_weights) {
            sum = mul_add::<FMA>(*sample, *weight, sum);
        }
        *result = sum;
    }
}

/// Four floats are read for each pixel, also where only three belong to it: one vector instruction.
#[inline(always)]
fn across_color<const FMA: bool, const CHANNELS: usize>(
    row: &[f32],
    origin: usize,
    axis: &Axis,
    result: &mut [f32],
) {
    for (x, result) in result.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
        let (start, weights) = axis.get(x);
        let samples =
            &row[(start - origin) * CHANNELS..][..weights.len() * CHANNELS + (4 - CHANNELS)];
        let mut even = [0.0_f32; 4];
        let mut odd = [0.0_f32; 4];
        let pairs = weights.len() / 2;
        for (pair, weights) in weights.as_chunks::<2>().0.iter().enumerate() {
            let samples = &samples[pair * 2 * CHANNELS..][..CHANNELS + 4];
            for c in 0..4 {
                even[c] = mul_add::<FMA>(samples[c], weights[0], even[c]);
            }
            for c in 0..4 {
                odd[c] = mul_add::<FMA>(samples[CHANNELS + c], weights[1], odd[c]);
            }
        }
        if let [weight] = weights[pairs * 2..] {
            let samples = &samples[pairs * 2 * CHANNELS..][..4];
            for c in 0..4 {
                even[c] = mul_add::<FMA>(samples[c], weight, even[c]);
            }
        }
        for c in 0..CHANNELS {
            result[c] = even[c] + odd[c];
        }
    }
}

#[inline(always)]
fn down_body<const FMA: bool>(rows: &[&[f32]], weights: &[f32], result: &mut [f32]) {
    result.fill(0.0);
    for (row, &weight) in rows.iter().zip(weights) {
        for (result, &sample) in result.iter_mut().zip(*row) {
            *result = mul_add::<FMA>(sample, weight, *result);
        }
    }
}

#[inline(always)]
fn store_row_body<const FMA: bool>(
    row: &mut [f32],
    layout: Layout,
    light: Light,
    codes: &mut [u8],
) {
    if layout == Layout::Rgba {
        for pixel in row.as_chunks_mut::<4>().0 {
            let alpha = pixel[3].clamp(0.0, 1.0);
            // Fainter than a quarter of a level: it will be stored as clear, and clear has no colour.
            let factor = if alpha > 0.001 { 1.0 / alpha } else { 0.0 };
            for sample in &mut pixel[..3] {
                *sample *= factor;
            }
            pixel[3] = alpha;
        }
    }
    match light {
        Light::Linear => {
            for (code, &sample) in codes.iter_mut().zip(&*row) {
                *code = round(to_code::<FMA>(sample));
            }
        }
        Light::Srgb => {
            for (code, &sample) in codes.iter_mut().zip(&*row) {
                *code = round(sample.max(0.0).min(255.0));
            }
        }
    }
    if layout == Layout::Rgba {
        for (code, pixel) in codes
            .as_chunks_mut::<4>()
            .0
            .iter_mut()
            .zip(row.as_chunks::<4>().0)
        {
            code[3] = round(pixel[3] * 255.0);
        }
    }
}

/// Rounds what is already within 0 to 255.
#[inline(always)]
fn round(code: f32) -> u8 {
    // SAFETY: no NaN and no overflow: 0.5 to 255.5. Unlike `as`, this needs no saturating comparisons.
    unsafe { (code + 0.5).to_int_unchecked::<i32>() as u8 }
}
