//! The inner loops of a resampling. Rows are interleaved samples, as floats; see [`super::Resampler`].
//!
//! Each loop is written once and compiled for several kinds of processor, of which the best is chosen when
//! the program runs. The loops are shaped so that the compiler turns them into vector instructions;
//! `benches/resize.rs` shows when it no longer does.

// The bodies must be compiled into the functions that name a kind of processor, or they are compiled for none.
#![allow(clippy::inline_always)]

use plan::Light;

use super::axis::Axis;
#[cfg(target_arch = "x86_64")]
use super::lookup::Lookup;
use crate::{
    color::curve::{mul_add, to_code, to_linear},
    picture::Layout,
};

/// Samples of a row that are worked on at a time: four or eight vectors, which fit in registers with what else is
/// needed.
const BLOCK: usize = 64;

/// Source rows that [`Kernels::add_rows`] takes at once.
pub(super) const BATCH: usize = 16;

/// Output rows that [`Kernels::across_quad`] makes at once.
pub(super) const QUAD: usize = 4;

/// What a batch of source rows adds to one output row.
pub(super) struct Target<'a> {
    /// Sums so far, padded to whole blocks.
    pub(super) sums: &'a mut [f32],
    /// Whether nothing has been added yet.
    pub(super) fresh: bool,
    /// First row of the batch that counts.
    pub(super) first: usize,
    /// Weights from there on.
    pub(super) weights: &'a [f32],
}

/// The inner loops for this processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernels {
    Any,
    /// x86 with AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// x86 with AVX-512 F, BW, DQ, VL and VBMI.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Kernels {
    pub(crate) fn of_this_processor() -> Self {
        Self::all().last().copied().unwrap_or(Self::Any)
    }

    /// All that this processor can run, the best last.
    pub(super) fn all() -> Vec<Self> {
        let mut all = vec![Self::Any];
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            if has!("avx2") && has!("fma") {
                all.push(Self::Avx2);
                if has!("avx512f")
                    && has!("avx512bw")
                    && has!("avx512dq")
                    && has!("avx512vl")
                    && has!("avx512vbmi")
                {
                    all.push(Self::Avx512);
                }
            }
        }
        all
    }

    /// Adds a batch of source rows (at most [`BATCH`]) to the sums of the output rows that they touch.
    pub(super) fn add_rows(
        self,
        rows: &[&[u8]],
        layout: Layout,
        light: Light,
        targets: &mut [Target<'_>],
    ) {
        match self {
            Self::Any => add_rows_body::<BASE_FMA, 32>(rows, layout, light, targets, &Polynomial),
            // SAFETY: `all` makes this variant only where the processor has these instructions.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { add_rows_avx2(rows, layout, light, targets) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { add_rows_avx512(rows, layout, light, targets) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn add_rows_avx2(rows: &[&[u8]], layout: Layout, light: Light, targets: &mut [Target<'_>]) {
    add_rows_body::<true, 32>(rows, layout, light, targets, &Polynomial);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi")]
fn add_rows_avx512(rows: &[&[u8]], layout: Layout, light: Light, targets: &mut [Target<'_>]) {
    add_rows_body::<true, 64>(rows, layout, light, targets, &Lookup::new());
}

/// How [`add_rows_body`] turns codes into linear light.
trait Linearize {
    fn linearize<const FMA: bool>(&self, codes: &[u8; BLOCK], line: &mut [f32; BLOCK]);
}

struct Polynomial;

impl Linearize for Polynomial {
    #[inline(always)]
    fn linearize<const FMA: bool>(&self, codes: &[u8; BLOCK], line: &mut [f32; BLOCK]) {
        load_row_body::<FMA>(codes, Layout::Rgb, Light::Linear, line);
    }
}

#[cfg(target_arch = "x86_64")]
impl Linearize for Lookup {
    #[inline(always)]
    fn linearize<const FMA: bool>(&self, codes: &[u8; BLOCK], line: &mut [f32; BLOCK]) {
        // SAFETY: whoever could make a `Lookup` runs on a processor with these instructions.
        unsafe { self.floats(codes, line) }
    }
}

/// Every 64-bit ARM processor fuses multiply and add; on x86 it depends.
const BASE_FMA: bool = cfg!(any(target_arch = "aarch64", target_feature = "fma"));

/// Compiles a loop for each kind of processor, and makes the method that chooses.
macro_rules! for_each_processor {
    ($(
        $(#[$doc:meta])*
        fn $name:ident / $avx2:ident / $avx512:ident = $body:ident ( $($arg:ident : $type:ty),* $(,)? );
    )*) => {
        impl Kernels {
            $(
                $(#[$doc])*
                pub(crate) fn $name(self, $($arg: $type),*) {
                    match self {
                        Self::Any => $body::<BASE_FMA>($($arg),*),
                        // SAFETY: `all` makes this variant only where the processor has these instructions.
                        #[cfg(target_arch = "x86_64")]
                        Self::Avx2 => unsafe { $avx2($($arg),*) },
                        // SAFETY: as above.
                        #[cfg(target_arch = "x86_64")]
                        Self::Avx512 => unsafe { $avx512($($arg),*) },
                    }
                }
            )*
        }
        $(
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn $avx2($($arg: $type),*) {
                $body::<true>($($arg),*);
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi")]
            fn $avx512($($arg: $type),*) {
                $body::<true>($($arg),*);
            }
        )*
    };
}

for_each_processor! {
    /// Turns 8-bit samples into floats: linear light 0 to 1 or codes 0 to 255, colour premultiplied by alpha
    /// (0 to 1).
    fn load_row / load_row_avx2 / load_row_avx512 = load_row_body(
        codes: &[u8], layout: Layout, light: Light, row: &mut [f32]);

    /// Lays four rows side by side; see [`Kernels::across_quad`].
    fn fill_quad / fill_quad_avx2 / fill_quad_avx512 = fill_quad_body(
        rows: &[&[f32]; QUAD], layout: Layout, quad: &mut [f32]);

    /// Resamples four rows at once. In a quad, the four rows of a source pixel lie side by side, each with four
    /// floats (one for [`Layout::Gray`]; the fourth means nothing for [`Layout::Rgb`]). `quad` begins with source pixel
    /// `origin`; `result` holds the four rows one after the other, with at least a float to spare behind each.
    fn across_quad / across_quad_avx2 / across_quad_avx512 = across_quad_body(
        quad: &[f32], origin: usize, layout: Layout, axis: &Axis, result: &mut [f32]);

    /// Sum of weighted rows.
    fn down / down_avx2 / down_avx512 = down_body(rows: &[&[f32]], weights: &[f32], result: &mut [f32]);

    /// The opposite of [`Kernels::load_row`].
    fn store_row / store_row_avx2 / store_row_avx512 = store_row_body(
        row: &mut [f32], layout: Layout, light: Light, codes: &mut [u8]);
}

/// Floats of one pixel of one row of a quad.
pub(super) fn quad_lanes(layout: Layout) -> usize {
    if layout == Layout::Gray { 1 } else { 4 }
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
        premultiply(codes, row);
    }
}

/// Two pixels at a time: one vector.
#[inline(always)]
fn premultiply(codes: &[u8], row: &mut [f32]) {
    let (pairs, rest) = row.as_chunks_mut::<8>();
    let (codes, last) = codes.as_chunks::<8>();
    for (pair, codes) in pairs.iter_mut().zip(codes) {
        let codes = codes.map(|code| f32::from(code) * (1.0 / 255.0));
        let alpha: [f32; 8] = std::array::from_fn(|i| codes[i | 3]);
        for i in 0..8 {
            pair[i] = if i & 3 == 3 { alpha[i] } else { pair[i] * alpha[i] };
        }
    }
    if let ([r, g, b, a], [.., alpha]) = (rest, last) {
        *a = f32::from(*alpha) * (1.0 / 255.0);
        for sample in [r, g, b] {
            *sample *= *a;
        }
    }
}

/// One block of every row of a batch. Begins at a cache line, as [`super::aligned::Aligned`].
#[repr(align(64))]
struct Block([[f32; BLOCK]; BATCH]);

#[inline(always)]
fn add_rows_body<const FMA: bool, const SPAN: usize>(
    rows: &[&[u8]],
    layout: Layout,
    light: Light,
    targets: &mut [Target<'_>],
    curve: &impl Linearize,
) {
    let mut floats = Block([[0.0; BLOCK]; BATCH]);
    let floats = &mut floats.0;
    let length = rows.first().map_or(0, |row| row.len());
    let mut at = 0;
    while at < length {
        for (line, row) in floats.iter_mut().zip(rows) {
            let mut last = [0; BLOCK];
            let codes = row[at..].first_chunk::<BLOCK>().unwrap_or_else(|| {
                last[..length - at].copy_from_slice(&row[at..]);
                &last
            });
            match light {
                Light::Linear => curve.linearize::<FMA>(codes, line),
                Light::Srgb => load_row_body::<FMA>(codes, Layout::Rgb, light, line),
            }
            if layout == Layout::Rgba {
                premultiply(codes, line);
            }
        }
        for pair in targets.chunks_mut(2) {
            match pair {
                [a, b] => add_to_two::<FMA, SPAN>(floats, at, a, b),
                [only] => add_to_one::<FMA, SPAN>(floats, at, only),
                _ => {}
            }
        }
        at += BLOCK;
    }
}

/// Adds a block of all rows to one output row.
#[inline(always)]
fn add_to_one<const FMA: bool, const SPAN: usize>(
    floats: &[[f32; BLOCK]; BATCH],
    at: usize,
    target: &mut Target<'_>,
) {
    for span in (0..BLOCK).step_by(SPAN) {
        let mut sum = target.sum::<SPAN>(at + span);
        target.add::<FMA, SPAN>(floats, span, target.first..target.end(), &mut sum);
        target.sums[at + span..][..SPAN].copy_from_slice(&sum);
    }
}

/// The same for two neighbouring output rows, which need mostly the same source rows: these are then read once.
#[inline(always)]
fn add_to_two<const FMA: bool, const SPAN: usize>(
    floats: &[[f32; BLOCK]; BATCH],
    at: usize,
    a: &mut Target<'_>,
    b: &mut Target<'_>,
) {
    let shared = b.first.max(a.first)..a.end().min(b.end());
    if shared.is_empty() || a.first > b.first || a.end() > b.end() {
        add_to_one::<FMA, SPAN>(floats, at, a);
        add_to_one::<FMA, SPAN>(floats, at, b);
        return;
    }
    for span in (0..BLOCK).step_by(SPAN) {
        let (mut sum_a, mut sum_b) = (a.sum::<SPAN>(at + span), b.sum::<SPAN>(at + span));
        a.add::<FMA, SPAN>(floats, span, a.first..shared.start, &mut sum_a);
        let weights_a = &a.weights[shared.start - a.first..];
        let weights_b = &b.weights[shared.start - b.first..];
        for ((line, &weight_a), &weight_b) in
            floats[shared.clone()].iter().zip(weights_a).zip(weights_b)
        {
            for i in 0..SPAN {
                sum_a[i] = mul_add::<FMA>(line[span + i], weight_a, sum_a[i]);
                sum_b[i] = mul_add::<FMA>(line[span + i], weight_b, sum_b[i]);
            }
        }
        b.add::<FMA, SPAN>(floats, span, shared.end..b.end(), &mut sum_b);
        a.sums[at + span..][..SPAN].copy_from_slice(&sum_a);
        b.sums[at + span..][..SPAN].copy_from_slice(&sum_b);
    }
}

impl Target<'_> {
    fn end(&self) -> usize {
        self.first + self.weights.len()
    }

    #[inline(always)]
    fn sum<const SPAN: usize>(&self, at: usize) -> [f32; SPAN] {
        let mut sum = [0.0; SPAN];
        if !self.fresh {
            sum.copy_from_slice(&self.sums[at..at + SPAN]);
        }
        sum
    }

    /// Adds the rows of a range, which lies within this target's.
    #[inline(always)]
    fn add<const FMA: bool, const SPAN: usize>(
        &self,
        floats: &[[f32; BLOCK]; BATCH],
        span: usize,
        rows: std::ops::Range<usize>,
        sum: &mut [f32; SPAN],
    ) {
        let weights = &self.weights[rows.start - self.first..];
        for (line, &weight) in floats[rows].iter().zip(weights) {
            for i in 0..SPAN {
                sum[i] = mul_add::<FMA>(line[span + i], weight, sum[i]);
            }
        }
    }
}

#[inline(always)]
fn fill_quad_body<const FMA: bool>(rows: &[&[f32]; QUAD], layout: Layout, quad: &mut [f32]) {
    match layout {
        Layout::Gray => fill_lanes::<1, 1, QUAD>(rows, quad),
        // Four floats are copied also where only three belong to the pixel: one instruction.
        Layout::Rgb => fill_lanes::<3, 4, { 4 * QUAD }>(rows, quad),
        Layout::Rgba => fill_lanes::<4, 4, { 4 * QUAD }>(rows, quad),
    }
}

#[inline(always)]
fn fill_lanes<const CHANNELS: usize, const LANES: usize, const ALL: usize>(
    rows: &[&[f32]; QUAD],
    quad: &mut [f32],
) {
    let places = quad.as_chunks_mut::<ALL>().0;
    let length = places.len() * CHANNELS + (LANES - CHANNELS);
    let rows = rows.map(|row| &row[..length]);
    for (place, at) in places.iter_mut().zip((0..length).step_by(CHANNELS)) {
        for (row, lanes) in rows.iter().zip(place.as_chunks_mut::<LANES>().0) {
            lanes.copy_from_slice(&row[at..at + LANES]);
        }
    }
}

#[inline(always)]
fn across_quad_body<const FMA: bool>(
    quad: &[f32],
    origin: usize,
    layout: Layout,
    axis: &Axis,
    result: &mut [f32],
) {
    match layout {
        Layout::Gray => across_lanes::<FMA, 1, 1, QUAD>(quad, origin, axis, result),
        Layout::Rgb => across_lanes::<FMA, 3, 4, { 4 * QUAD }>(quad, origin, axis, result),
        Layout::Rgba => across_lanes::<FMA, 4, 4, { 4 * QUAD }>(quad, origin, axis, result),
    }
}

/// `LANES` floats per pixel and row, `ALL` for the four rows, of which `CHANNELS` a row are kept.
#[inline(always)]
fn across_lanes<const FMA: bool, const CHANNELS: usize, const LANES: usize, const ALL: usize>(
    quad: &[f32],
    origin: usize,
    axis: &Axis,
    result: &mut [f32],
) {
    let pixels = quad.as_chunks::<ALL>().0;
    let stride = result.len() / QUAD;
    for x in 0..axis.len() {
        let (start, weights) = axis.get(x);
        let pixels = &pixels[start - origin..][..weights.len()];
        let mut sums = [[0.0_f32; ALL]; 2];
        let (pixels, last_pixel) = pixels.as_chunks::<2>();
        let (weights, last_weight) = weights.as_chunks::<2>();
        for (pixels, weights) in pixels.iter().zip(weights) {
            for i in 0..ALL {
                sums[0][i] = mul_add::<FMA>(pixels[0][i], weights[0], sums[0][i]);
            }
            for i in 0..ALL {
                sums[1][i] = mul_add::<FMA>(pixels[1][i], weights[1], sums[1][i]);
            }
        }
        if let ([pixel], [weight]) = (last_pixel, last_weight) {
            for i in 0..ALL {
                sums[0][i] = mul_add::<FMA>(pixel[i], *weight, sums[0][i]);
            }
        }
        let mut sum = [0.0_f32; ALL];
        for i in 0..ALL {
            sum[i] = sums[0][i] + sums[1][i];
        }
        for row in 0..QUAD {
            // All lanes, also the one without meaning, which the next pixel overwrites: leaving it out would
            // make the compiler take the vectors apart.
            result[row * stride + x * CHANNELS..][..LANES]
                .copy_from_slice(&sum[row * LANES..][..LANES]);
        }
    }
}

#[inline(always)]
fn down_body<const FMA: bool>(rows: &[&[f32]], weights: &[f32], result: &mut [f32]) {
    let whole = result.len() - result.len() % BLOCK;
    let (blocks, rest) = result.as_chunks_mut::<BLOCK>();
    for (at, block) in blocks.iter_mut().enumerate() {
        let mut sum = [0.0_f32; BLOCK];
        for (row, &weight) in rows.iter().zip(weights) {
            let samples = &row[at * BLOCK..][..BLOCK];
            for i in 0..BLOCK {
                sum[i] = mul_add::<FMA>(samples[i], weight, sum[i]);
            }
        }
        *block = sum;
    }
    rest.fill(0.0);
    for (row, &weight) in rows.iter().zip(weights) {
        for (result, &sample) in rest.iter_mut().zip(&row[whole..]) {
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
            // Unlike `clamp`, this turns what is no number into clear.
            #[allow(clippy::manual_clamp)]
            let alpha = pixel[3].max(0.0).min(1.0);
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
                // Unlike `clamp`, this makes 0 of a NaN.
                #[allow(clippy::manual_clamp)]
                let inside = sample.max(0.0).min(255.0);
                *code = round(inside);
            }
        }
    }
    if layout == Layout::Rgba {
        for (code, pixel) in codes.as_chunks_mut::<4>().0.iter_mut().zip(row.as_chunks::<4>().0) {
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
