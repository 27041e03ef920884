//! The classic DCT fingerprint: similar pictures differ in few of its 64 bits.
//!
//! Luma, a 7 by 7 mean, 32 by 32, DCT-II, the 8 by 8 coefficients with both indexes 1 to 8 (without the
//! constant terms), threshold at their median, one bit each in row order. It starts from a small copy of the
//! picture, so that it does not depend on the size: that is where copies of other sizes look the same.

use plan::Size;

use super::look::Small;

/// Transparent parts count as white.
pub(super) fn of(small: &Small) -> u64 {
    let luma = small.rgba.iter().map(|&pixel| luma(pixel)).collect();
    let blurred = blur(&Plane { size: small.size, values: luma });
    let coefficients = coefficients(&square(&blurred));
    let mut sorted = coefficients;
    sorted.sort_by(f64::total_cmp);
    let median = f64::midpoint(sorted[31], sorted[32]);
    // The first coefficient is the highest bit.
    coefficients.iter().fold(0, |bits, &value| bits << 1 | u64::from(value > median))
}

struct Plane {
    size: Size,
    values: Vec<f64>,
}

/// Rec. 601, over white.
fn luma([r, g, b, alpha]: [u8; 4]) -> f64 {
    let luma = 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b);
    let alpha = f64::from(alpha) / 255.0;
    luma * alpha + 255.0 * (1.0 - alpha)
}

/// The mean of 7 by 7, at the edges of what is there.
fn blur(plane: &Plane) -> Plane {
    let Size { width, height } = plane.size;
    let (width, height) = (width as usize, height as usize);
    let mut rows = Vec::with_capacity(plane.values.len());
    for row in plane.values.chunks_exact(width) {
        rows.extend((0..width).map(|x| mean(width, x, |x| row[x])));
    }
    let mut values = Vec::with_capacity(rows.len());
    for y in 0..height {
        values.extend((0..width).map(|x| mean(height, y, |y| rows[y * width + x])));
    }
    Plane { size: plane.size, values }
}

/// The mean over three positions to both sides.
fn mean(length: usize, at: usize, value: impl Fn(usize) -> f64) -> f64 {
    let (from, to) = (at.saturating_sub(3), (at + 4).min(length));
    (from..to).map(value).sum::<f64>() / (to - from) as f64
}

const SIDE: usize = 32;

/// Averages over the area of each of 32 by 32 cells, parts of pixels included.
fn square(plane: &Plane) -> Vec<f64> {
    let (width, height) = (plane.size.width as usize, plane.size.height as usize);
    let mut columns = Vec::with_capacity(height * SIDE);
    for row in plane.values.chunks_exact(width) {
        columns.extend((0..SIDE).map(|cell| cell_mean(width, cell, |x| row[x])));
    }
    let mut values = Vec::with_capacity(SIDE * SIDE);
    for y in 0..SIDE {
        values.extend((0..SIDE).map(|x| cell_mean(height, y, |y| columns[y * SIDE + x])));
    }
    values
}

fn cell_mean(length: usize, cell: usize, value: impl Fn(usize) -> f64) -> f64 {
    let scale = length as f64 / SIDE as f64;
    let (from, to) = (cell as f64 * scale, (cell + 1) as f64 * scale);
    let (first, last) = (from as usize, (to.ceil() as usize).clamp(1, length));
    let first = first.min(last - 1);
    let share = |at: usize| (to.min((at + 1) as f64) - from.max(at as f64)).max(0.0);
    let (sum, weight) = (first..last)
        .fold((0.0, 0.0), |(sum, weight), at| (sum + value(at) * share(at), weight + share(at)));
    sum / weight.max(f64::MIN_POSITIVE)
}

/// Coefficients 1 to 8 in both directions, row by row.
fn coefficients(square: &[f64]) -> [f64; 64] {
    let wave = |frequency: usize, at: usize| {
        let angle = std::f64::consts::PI * frequency as f64 * (2 * at + 1) as f64;
        (angle / (2 * SIDE) as f64).cos()
    };
    let waves: Vec<[f64; SIDE]> =
        (1..=8).map(|frequency| std::array::from_fn(|at| wave(frequency, at))).collect();
    let mut coefficients = [0.0; 64];
    for (v, down) in waves.iter().enumerate() {
        // The sum over the rows first: it serves all frequencies across.
        let mut line = [0.0; SIDE];
        for (row, weight) in square.chunks_exact(SIDE).zip(down) {
            for (sum, value) in line.iter_mut().zip(row) {
                *sum += value * weight;
            }
        }
        for (u, across) in waves.iter().enumerate() {
            let sum: f64 = line.iter().zip(across).map(|(value, wave)| value * wave).sum();
            // Without the errors of floating point, so that a flat picture has no bits.
            coefficients[v * 8 + u] = (sum * 1e6).round();
        }
    }
    coefficients
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(size: Size, pixel: impl Fn(u32, u32) -> u8) -> Small {
        let rows = (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
        let rgba = rows.map(|(x, y)| [pixel(x, y); 3]).map(|[r, g, b]| [r, g, b, 255]).collect();
        Small { size, rgba }
    }

    #[test]
    fn a_wave_across_sets_the_bits_of_its_frequency() {
        // A picture that is exactly one of the basis functions has one large coefficient.
        let pixel = |x: u32, y: u32| {
            let wave =
                |at: u32, f: f64| (std::f64::consts::PI * f * (f64::from(at) + 0.5) / 128.0).cos();
            (128.0 + 100.0 * wave(x, 3.0) * wave(y, 2.0)) as u8
        };
        let bits = of(&small(Size::new(128, 128), pixel));
        // Row (down) 2, column (across) 3, counted from 1 at the highest bit.
        let expected = 63 - (8 + 2);
        assert_eq!(bits >> expected & 1, 1);
    }

    #[test]
    fn a_flat_picture_has_no_bits() {
        assert_eq!(of(&small(Size::new(77, 41), |_, _| 101)), 0);
    }

    #[test]
    fn half_of_the_bits_are_set() {
        let bits = of(&small(Size::new(100, 70), |x, y| (x * y % 251) as u8));
        assert_eq!(bits.count_ones(), 32);
    }
}
