//! Separable convolution at the same size, for small kernels.

use super::resize::Kernels;

/// Weights of a Gaussian with a standard deviation in samples, `reach` samples to each side; their sum is 1.
pub(super) fn weights(sigma: f64, reach: usize) -> Vec<f32> {
    let weight = |i: usize| {
        let distance = i as f64 - reach as f64;
        (-0.5 * (distance / sigma).powi(2)).exp()
    };
    let all: Vec<f64> = (0..=2 * reach).map(weight).collect();
    let sum: f64 = all.iter().sum();
    all.iter().map(|weight| (weight / sum) as f32).collect()
}

/// Convolves rows of floats with the same symmetric weights along both axes, row after row. What lies
/// outside equals the nearest sample inside.
pub(super) struct Sweep {
    kernels: Kernels,
    weights: Vec<f32>,
    channels: usize,
    /// Floats of a row.
    length: usize,
    height: usize,
    /// The last source rows: row `i` lies in line `i % weights.len()`.
    ring: Vec<f32>,
    loaded: usize,
    row: usize,
    /// A row convolved downwards, with what lies outside of it.
    padded: Vec<f32>,
    result: Vec<f32>,
}

impl Sweep {
    /// For `height` rows of `length` floats, `channels` of them to a pixel. `weights` are odd in number.
    pub(super) fn new(length: usize, channels: usize, height: usize, weights: Vec<f32>) -> Self {
        let reach = weights.len() / 2;
        Self {
            kernels: Kernels::of_this_processor(),
            channels,
            length,
            height,
            ring: vec![0.0; weights.len() * length],
            loaded: 0,
            row: 0,
            padded: vec![0.0; length + 2 * reach * channels],
            result: vec![0.0; length],
            weights,
        }
    }

    /// Bytes that a sweep needs.
    pub(super) fn memory(length: u64, reach: u64) -> u64 {
        4 * length * (2 * reach + 4)
    }

    /// The next row; `None` after the last. `load` is asked for each source row once, in order, and always for
    /// rows at or below the one that is returned.
    pub(super) fn next(&mut self, mut load: impl FnMut(usize, &mut [f32])) -> Option<&mut [f32]> {
        if self.row >= self.height {
            return None;
        }
        let (length, reach, lines) = (self.length, self.weights.len() / 2, self.weights.len());
        while self.loaded < self.height.min(self.row + reach + 1) {
            let line = self.loaded % lines * length;
            load(self.loaded, &mut self.ring[line..line + length]);
            self.loaded += 1;
        }
        let edge = reach * self.channels;
        let rows: Vec<&[f32]> = (0..lines)
            .map(|i| (self.row + i).saturating_sub(reach).min(self.height - 1) % lines * length)
            .map(|line| &self.ring[line..line + length])
            .collect();
        self.kernels.down(&rows, &self.weights, &mut self.padded[edge..edge + length]);
        self.pad(edge);
        let shifted: Vec<&[f32]> =
            (0..lines).map(|i| &self.padded[i * self.channels..][..length]).collect();
        self.kernels.down(&shifted, &self.weights, &mut self.result);
        self.row += 1;
        Some(&mut self.result)
    }

    fn pad(&mut self, edge: usize) {
        let channels = self.channels;
        for at in (0..edge).step_by(channels) {
            self.padded.copy_within(edge..edge + channels, at);
            self.padded.copy_within(
                edge + self.length - channels..edge + self.length,
                edge + self.length + at,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_definition() {
        let (width, height, channels) = (13_usize, 7_usize, 3);
        let source: Vec<f32> =
            (0..width * height * channels).map(|i| ((i * 37) % 101) as f32).collect();
        for reach in [1, 4, 20] {
            let weights = weights(1.7, reach);
            let at = |x: i64, y: i64, c: usize| {
                let (x, y) =
                    (x.clamp(0, width as i64 - 1) as usize, y.clamp(0, height as i64 - 1) as usize);
                source[(y * width + x) * channels + c]
            };
            let mut sweep = Sweep::new(width * channels, channels, height, weights.clone());
            for y in 0..height {
                let row = sweep
                    .next(|y, row| row.copy_from_slice(&source[y * row.len()..][..row.len()]))
                    .unwrap();
                for x in 0..width {
                    for c in 0..channels {
                        let mut sum = 0.0;
                        for (j, down) in weights.iter().enumerate() {
                            for (i, across) in weights.iter().enumerate() {
                                let (dx, dy) = (i as i64 - reach as i64, j as i64 - reach as i64);
                                sum += down * across * at(x as i64 + dx, y as i64 + dy, c);
                            }
                        }
                        assert!(
                            (row[x * channels + c] - sum).abs() < 0.01,
                            "reach {reach} at {x}, {y}"
                        );
                    }
                }
            }
            assert!(sweep.next(|_, _| unreachable!()).is_none());
        }
    }
}
