//! Blurring.

use plan::{Light, Size};

use super::{
    gaussian::{Sweep, weights},
    resize::{Axis, Curve, Edge, Kernels, Resampler},
};
use crate::{Error, limits::Cancel, picture::Picture};

/// Up to this many pixels of standard deviation, every weight of the Gaussian is worked out.
const SMALL: f64 = 5.0;

/// Wider Gaussians cannot be told from an even colour.
const LARGEST: f64 = 1000.0;

/// Gaussian blur, standard deviation in pixels, edges replicated. Within one level of the true Gaussian, for any
/// deviation; the cost hardly depends on it. Not above zero: nothing happens; above 1000 counts as 1000.
pub(crate) fn blur(picture: Picture, sigma: f64, cancel: &Cancel) -> Result<Picture, Error> {
    if sigma.is_nan() || sigma <= 0.01 {
        return Ok(picture);
    }
    if sigma <= SMALL {
        let reach = (3.5 * sigma).ceil() as usize;
        convolve(picture, weights(sigma, reach), cancel)
    } else {
        blur_coarsely(&picture, sigma.min(LARGEST), cancel)
    }
}

/// Mean of each pixel's 3 x 3 neighbourhood, edges replicated.
pub(crate) fn box_blur(picture: Picture, cancel: &Cancel) -> Result<Picture, Error> {
    convolve(picture, vec![1.0 / 3.0; 3], cancel)
}

/// Bytes that a blur needs beside the picture.
pub(crate) fn memory(size: Size, channels: u64, sigma: f64) -> u64 {
    if sigma <= SMALL {
        Sweep::memory(u64::from(size.width) * channels, (3.5 * sigma).ceil() as u64)
    } else {
        // The result, and few lines of floats.
        size.pixels() * channels + 4 * channels * u64::from(size.width) * 24
    }
}

fn convolve(mut picture: Picture, weights: Vec<f32>, cancel: &Cancel) -> Result<Picture, Error> {
    let (layout, kernels) = (picture.layout, Kernels::of_this_processor());
    let length = picture.row_bytes();
    let mut sweep = Sweep::new(length, layout.channels(), picture.size.height as usize, weights);
    for y in 0..picture.size.height {
        cancel.check()?;
        let load = |y: usize, row: &mut [f32]| {
            kernels.load_row(picture.row(y as u32), layout, Light::Srgb, row);
        };
        let Some(row) = sweep.next(load) else { break };
        kernels.store_row(row, layout, Light::Srgb, picture.row_mut(y));
    }
    Ok(picture)
}

/// A wide Gaussian has nothing fine in it, so a coarse grid holds it: the picture is blurred onto a grid with
/// 1.6 points to a standard deviation, and the grid is joined by a cubic spline, which blurs, too. Variances add up, so
/// the first blur is made narrower by the spline's part, an eighth of the whole.
fn blur_coarsely(picture: &Picture, sigma: f64, cancel: &Cancel) -> Result<Picture, Error> {
    let step = sigma / 1.6;
    let first = (sigma * sigma - step * step / 3.0).sqrt();
    let coarse = |side: u32| (f64::from(side) / step).ceil() as u32 + 2 * MARGIN;
    let onto = |side: u32| {
        let grid = coarse(side);
        let start = -f64::from(MARGIN) * step;
        Axis::new(
            side,
            start,
            f64::from(grid) * step,
            grid,
            &Curve::gaussian(first),
            Edge::Replicate,
        )
    };
    let from = |side: u32| {
        let (grid, start) = (coarse(side), f64::from(MARGIN));
        Axis::new(grid, start, f64::from(side) / step, side, &Curve::spline(1.0), Edge::Replicate)
    };
    let Size { width, height } = picture.size;
    let (layout, light) = (picture.layout, Light::Srgb);
    let grid = Resampler::of_axes(picture.size, layout, onto(width), onto(height), light)
        .run(picture, cancel)?;
    Resampler::of_axes(grid.size, layout, from(width), from(height), light).run(&grid, cancel)
}

/// Grid points beyond each edge, for the spline to lean on.
const MARGIN: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Layout;

    /// By definition, in double precision.
    fn reference(picture: &Picture, sigma: f64) -> Vec<f64> {
        let channels = picture.layout.channels();
        let (width, height) = (picture.size.width as usize, picture.size.height as usize);
        let reach = (6.0 * sigma).ceil() as i64;
        let weights: Vec<f64> =
            (-reach..=reach).map(|i| (-0.5 * (i as f64 / sigma).powi(2)).exp()).collect();
        let sum: f64 = weights.iter().sum();
        let pass = |source: &[f64], count: usize, stride: usize, lines: &[usize]| {
            let mut result = vec![0.0; source.len()];
            for &line in lines {
                for i in 0..count {
                    let total: f64 = weights
                        .iter()
                        .zip(-reach..)
                        .map(|(w, k)| {
                            w * source
                                [line + (i as i64 + k).clamp(0, count as i64 - 1) as usize * stride]
                        })
                        .sum();
                    result[line + i * stride] = total / sum;
                }
            }
            result
        };
        let source: Vec<f64> = picture.data.iter().map(|&code| f64::from(code)).collect();
        let columns: Vec<usize> = (0..width * channels).collect();
        let down = pass(&source, height, width * channels, &columns);
        let rows: Vec<usize> = (0..height)
            .flat_map(|y| (0..channels).map(move |c| y * width * channels + c))
            .collect();
        pass(&down, width, channels, &rows)
    }

    #[test]
    fn equals_a_true_gaussian() {
        let picture = Picture::of(90, 70, |x, y| {
            let stripes = if (x / 7 + y / 11) % 2 == 0 { 230 } else { 20 };
            [stripes, (x * 2) as u8, if x > 60 && y < 30 { 255 } else { 0 }]
        });
        for sigma in [0.3, 0.8, 2.0, 4.9, 5.1, 8.0, 20.0, 60.0, 250.0] {
            let got = blur(picture.clone(), sigma, &Cancel::default()).unwrap();
            let worst = got
                .data
                .iter()
                .zip(reference(&picture, sigma))
                .map(|(&got, expected)| (f64::from(got) - expected).abs())
                .fold(0.0, f64::max);
            assert!(worst <= 1.5, "sigma {sigma}: off by {worst}");
        }
    }

    #[test]
    fn a_step_has_the_values_of_the_reference() {
        let step = Picture::of(40, 20, |x, _| [if x < 20 { 0 } else { 255 }; 3]);
        let got = blur(step.clone(), 2.0, &Cancel::default()).unwrap();
        let values = [18, 19, 20, 21].map(|x| got.at(x, 10)[0]);
        for (value, expected) in values.iter().zip([50_u8, 100, 155, 205]) {
            // The reference cuts its kernel short; this is within its tolerance of 14.
            assert!(value.abs_diff(expected) <= 8, "{values:?}");
        }
        let got = box_blur(step, &Cancel::default()).unwrap();
        assert_eq!([18, 19, 20, 21].map(|x| got.at(x, 10)[0]), [0, 85, 170, 255]);
    }

    #[test]
    fn clear_pixels_have_no_colour() {
        let picture =
            Picture::of(60, 30, |x, _| if x < 30 { [255, 0, 0, 255] } else { [0, 255, 0, 0] });
        for sigma in [1.0, 10.0] {
            let got = blur(picture.clone(), sigma, &Cancel::default()).unwrap();
            assert!(got.data.as_chunks::<4>().0.iter().all(|pixel| pixel[1] <= 1), "sigma {sigma}");
            assert!((70..130).contains(&got.at(30, 15)[3]));
        }
    }

    #[test]
    fn an_even_picture_stays() {
        for layout in [Layout::Gray, Layout::Rgb] {
            let picture = Picture {
                size: Size::new(33, 21),
                layout,
                data: vec![77; 33 * 21 * layout.channels()],
            };
            for sigma in [0.5, 3.0, 30.0, 1e9] {
                assert_eq!(
                    blur(picture.clone(), sigma, &Cancel::default()).unwrap(),
                    picture,
                    "sigma {sigma}"
                );
            }
        }
    }

    #[test]
    fn no_blur_is_no_blur() {
        let picture = Picture::of(5, 5, |x, y| [x as u8 * y as u8]);
        for sigma in [0.0, -3.0, f64::NAN] {
            assert_eq!(blur(picture.clone(), sigma, &Cancel::default()).unwrap(), picture);
        }
    }
}
