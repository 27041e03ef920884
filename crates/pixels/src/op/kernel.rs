//! Sums of a neighbourhood with weights of one's own.

use plan::Convolve;

use crate::{Error, limits::Cancel, picture::Picture};

/// Colour channels as they are encoded; alpha stays. Edges replicated.
pub(crate) fn convolve(
    picture: &Picture,
    kernel: &Convolve,
    cancel: &Cancel,
) -> Result<Picture, Error> {
    let (columns, rows) = (usize::from(kernel.width.max(1)), kernel.height());
    let sum: f64 = kernel.weights.iter().sum();
    let scale = if sum == 0.0 || !sum.is_finite() { 1.0 } else { sum };
    let weights: Vec<f32> = kernel.weights.iter().map(|weight| (weight / scale) as f32).collect();
    let (width, height) = (picture.size.width as usize, picture.size.height as usize);
    let channels = picture.layout.channels();
    let mut result = picture.clone();
    for y in 0..height {
        cancel.check()?;
        let target = result.row_mut(y as u32);
        for x in 0..width {
            let mut sums = [0.0_f32; 3];
            for (row, weights) in weights.chunks_exact(columns).enumerate() {
                let source = (y + row).saturating_sub(rows / 2).min(height - 1);
                let source = picture.row(source as u32);
                for (column, weight) in weights.iter().enumerate() {
                    let at = (x + column).saturating_sub(columns / 2).min(width - 1) * channels;
                    for (sum, &level) in sums.iter_mut().zip(&source[at..at + channels]) {
                        *sum += weight * f32::from(level);
                    }
                }
            }
            let pixel = &mut target[x * channels..][..channels];
            for (sample, sum) in pixel.iter_mut().zip(sums) {
                *sample = sum.round() as u8;
            }
        }
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convolved(picture: &Picture, width: u8, weights: &[f64]) -> Picture {
        let kernel = Convolve { width, weights: weights.to_vec() };
        convolve(picture, &kernel, &Cancel::default()).unwrap()
    }

    #[test]
    fn weights_are_divided_by_their_sum() {
        let dot = Picture::of(5, 5, |x, y| [if (x, y) == (2, 2) { 90 } else { 0 }, 0, 0, 7]);
        let mean = convolved(&dot, 3, &[1.0; 9]);
        assert_eq!(
            (mean.at(1, 1), mean.at(3, 3), mean.at(4, 4)[0]),
            (&[10, 0, 0, 7][..], &[10, 0, 0, 7][..], 0)
        );
    }

    #[test]
    fn a_sum_of_zero_finds_edges() {
        let step = Picture::of(6, 1, |x, _| [if x < 3 { 10 } else { 60 }]);
        assert_eq!(convolved(&step, 3, &[-1.0, 0.0, 1.0]).data, [0, 0, 50, 50, 0, 0]);
        // The other way round it is negative, and cut.
        assert_eq!(convolved(&step, 3, &[1.0, 0.0, -1.0]).data, [0; 6]);
    }

    #[test]
    fn rows_are_read_from_top_to_bottom() {
        let column = Picture::of(1, 4, |_, y| [10 * y as u8]);
        assert_eq!(convolved(&column, 1, &[1.0, 0.0, 0.0]).data, [0, 0, 10, 20]);
    }
}
