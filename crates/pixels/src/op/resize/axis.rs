//! Weights of a resampling along one axis.

use std::{f64::consts::PI, ops::RangeInclusive};

use plan::Kernel;

/// Which samples count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// Those of the part that is resampled; their weights are scaled up to make 1.
    Ignore,
    /// Those of the whole line, and what lies outside of it equals the nearest inside.
    Replicate,
}

/// A resampling kernel as a function of the distance in source samples.
pub(crate) struct Curve {
    weight: Box<dyn Fn(f64) -> f64>,
    /// Beyond this distance, in source samples, the weight is zero.
    reach: f64,
}

impl Curve {
    /// `scale`: source samples per output sample. Kernels are widened by it when reducing, so that they
    /// cut off what the smaller picture cannot hold.
    pub(crate) fn of(kernel: Kernel, scale: f64) -> Self {
        let (shape, radius): (fn(f64) -> f64, f64) = match kernel {
            // Nearest does not average; this is what averaging over half a pixel would be.
            Kernel::Nearest => (|_| 1.0, 0.5),
            Kernel::Cubic => (|x| cubic(0.0, 0.5, x), 2.0),
            Kernel::Mitchell => (|x| cubic(1.0 / 3.0, 1.0 / 3.0, x), 2.0),
            Kernel::Lanczos2 => (lanczos2, 2.0),
            Kernel::Lanczos3 => (lanczos3, 3.0),
        };
        let width = scale.max(1.0);
        Self { weight: Box::new(move |x| shape(x / width)), reach: radius * width }
    }

    /// Gaussian with a standard deviation in source samples, cut where it has fallen below 0.03 %.
    pub(crate) fn gaussian(sigma: f64) -> Self {
        Self { weight: Box::new(move |x| (-0.5 * (x / sigma).powi(2)).exp()), reach: 4.0 * sigma }
    }

    /// Cubic B-spline, `width` source samples wide for each of its four pieces. Its variance is `width² / 3`.
    pub(crate) fn spline(width: f64) -> Self {
        Self { weight: Box::new(move |x| cubic(1.0, 0.0, x / width)), reach: 2.0 * width }
    }
}

#[cfg(test)]
impl Curve {
    pub(crate) fn at(&self, distance: f64) -> f64 {
        (self.weight)(distance)
    }
}

/// Weights of every output sample along one axis.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    /// First source sample of each output sample. Never falls.
    starts: Vec<u32>,
    /// Where the weights of each output sample begin in `weights`; one more than output samples.
    offsets: Vec<u32>,
    weights: Vec<f32>,
}

impl Axis {
    /// Resamples the part of a line of `source` samples that begins at edge `from` and is `length` long to `to`
    /// samples. With [`Edge::Ignore`], nothing beside that part is looked at, but for the rest of a sample in which it
    /// ends: what a crop cut away must not shine through.
    pub(crate) fn new(
        source: u32,
        from: f64,
        length: f64,
        to: u32,
        curve: &Curve,
        edge: Edge,
    ) -> Self {
        let scale = length / f64::from(to);
        let last = i64::from(source) - 1;
        // Whole samples, in spite of the last bit of a float.
        let (head, tail) = match edge {
            Edge::Ignore => {
                let head = ((from + 1e-6).floor() as i64).clamp(0, last);
                (head, ((from + length - 1e-6).ceil() as i64 - 1).clamp(head, last))
            }
            Edge::Replicate => (0, last),
        };
        let mut axis = Self {
            starts: Vec::with_capacity(to as usize),
            offsets: Vec::with_capacity(to as usize + 1),
            weights: Vec::new(),
        };
        axis.offsets.push(0);
        let mut line: Vec<f64> = Vec::new();
        for i in 0..to {
            let center = from + (f64::from(i) + 0.5) * scale - 0.5;
            let first = (center - curve.reach).ceil() as i64;
            let end = (center + curve.reach).floor() as i64;
            let inside = first.clamp(head, tail)..=end.clamp(head, tail);
            line.clear();
            line.resize((inside.end() - inside.start() + 1) as usize, 0.0);
            for k in first..=end {
                if edge == Edge::Ignore && !inside.contains(&k) {
                    continue;
                }
                let place = k.clamp(*inside.start(), *inside.end()) - inside.start();
                line[place as usize] += (curve.weight)(k as f64 - center);
            }
            axis.push(*inside.start() as u32, &line, center, head..=tail);
        }
        axis
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    /// First source sample of output sample `i`, and the weights from there on.
    #[inline]
    pub(crate) fn get(&self, i: usize) -> (usize, &[f32]) {
        let weights = &self.weights[self.offsets[i] as usize..self.offsets[i + 1] as usize];
        (self.starts[i] as usize, weights)
    }

    /// One past the last source sample of output sample `i`.
    pub(crate) fn end(&self, i: usize) -> usize {
        self.starts[i] as usize + (self.offsets[i + 1] - self.offsets[i]) as usize
    }

    /// The source samples that any output sample uses.
    pub(crate) fn used(&self) -> std::ops::Range<usize> {
        let end = (0..self.len()).map(|i| self.end(i)).max().unwrap_or(0);
        self.starts.first().map_or(0, |&s| s as usize)..end
    }

    /// Zeros at the ends of `line` stay: without them the starts would no longer be sorted.
    fn push(&mut self, start: u32, line: &[f64], center: f64, part: RangeInclusive<i64>) {
        let sum: f64 = line.iter().sum();
        let size: f64 = line.iter().map(|w| w.abs()).sum();
        if sum > 0.2 * size {
            self.starts.push(start);
            self.weights.extend(line.iter().map(|w| (w / sum) as f32));
        } else {
            // Only the outermost lobes reach the picture: a region far outside. The nearest sample counts.
            self.starts.push((center.round() as i64).clamp(*part.start(), *part.end()) as u32);
            self.weights.push(1.0);
        }
        self.offsets.push(self.weights.len() as u32);
    }
}

/// Piecewise cubics of Mitchell and Netravali.
fn cubic(b: f64, c: f64, x: f64) -> f64 {
    let x = x.abs();
    if x < 1.0 {
        ((12.0 - 9.0 * b - 6.0 * c) * x.powi(3)
            + (-18.0 + 12.0 * b + 6.0 * c) * x.powi(2)
            + (6.0 - 2.0 * b))
            / 6.0
    } else if x < 2.0 {
        ((-b - 6.0 * c) * x.powi(3)
            + (6.0 * b + 30.0 * c) * x.powi(2)
            + (-12.0 * b - 48.0 * c) * x
            + (8.0 * b + 24.0 * c))
            / 6.0
    } else {
        0.0
    }
}

fn lanczos2(x: f64) -> f64 {
    if x.abs() >= 2.0 { 0.0 } else { sinc(x) * sinc(x / 2.0) }
}

/// `sinc(x) * sinc(x / 3)` with one sine instead of two: `sin 3a = 3 sin a - 4 sin^3 a`. Of a thumbnail, working
/// out weights is a measurable part.
fn lanczos3(x: f64) -> f64 {
    if x.abs() >= 3.0 {
        return 0.0;
    }
    let a = PI * x / 3.0;
    if a.abs() < 1e-6 {
        return 1.0;
    }
    let sine = a.sin();
    sine * sine * (3.0 - 4.0 * sine * sine) / (3.0 * a * a)
}

fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-9 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_lanczos_is_the_long_one() {
        for i in -400..=400 {
            let x = f64::from(i) / 100.0;
            let long = if x.abs() >= 3.0 { 0.0 } else { sinc(x) * sinc(x / 3.0) };
            assert!((lanczos3(x) - long).abs() < 1e-12, "{x}");
        }
    }
}
