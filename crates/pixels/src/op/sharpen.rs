//! Sharpening: three ways.

use plan::{Light, Sharpen, Size, UnsharpMask};

use super::{
    gaussian::{Sweep, weights},
    resize::Kernels,
};
use crate::{Error, color::lab, limits::Cancel, picture::Picture};

/// Rows or columns that an unsharp mask looks at, at most, to each side.
const FARTHEST: usize = 300;

/// Sharpens colours; alpha stays as it is.
pub(crate) fn sharpen(picture: Picture, how: Sharpen, cancel: &Cancel) -> Result<Picture, Error> {
    match how {
        Sharpen::Simple { strength } => simple(picture, strength, cancel),
        Sharpen::Lab { sigma } => lab(picture, sigma, cancel),
        Sharpen::Unsharp(mask) => unsharp(picture, mask, cancel),
    }
}

/// Bytes that sharpening needs beside the picture.
pub(crate) fn memory(size: Size, channels: u64, how: Sharpen) -> u64 {
    let reach = match how {
        Sharpen::Simple { .. } => 1,
        Sharpen::Lab { sigma } => reach_of(sigma),
        Sharpen::Unsharp(mask) => reach_of_mask(&mask),
    };
    Sweep::memory(u64::from(size.width) * channels, reach as u64)
}

/// Adds a third of the difference from the mean of the eight neighbours, times `strength`.
fn simple(picture: Picture, strength: f64, cancel: &Cancel) -> Result<Picture, Error> {
    // The mean of the nine, c + (8 n - 8 c) / 9, holds that difference times 8/9.
    let part = (strength * 9.0 / 8.0 / 3.0) as f32;
    add_difference(picture, vec![1.0 / 3.0; 3], cancel, |difference| part * difference)
}

/// The classic mask: where a channel differs from its blurred self by more than the threshold, `amount` of the difference
/// is added.
fn unsharp(picture: Picture, mask: UnsharpMask, cancel: &Cancel) -> Result<Picture, Error> {
    let (amount, threshold) = (mask.amount as f32, (mask.threshold * 255.0) as f32);
    let weights = weights(mask.sigma.max(0.01), reach_of_mask(&mask));
    add_difference(picture, weights, cancel, |difference| {
        if difference.abs() < threshold { 0.0 } else { amount * difference }
    })
}

fn reach_of_mask(mask: &UnsharpMask) -> usize {
    let radius =
        if mask.radius.is_finite() { mask.radius.max(1.0).ceil() as usize } else { FARTHEST };
    radius.min(reach_of(mask.sigma))
}

/// As far as a Gaussian matters.
fn reach_of(sigma: f64) -> usize {
    ((4.0 * sigma).ceil().max(1.0) as usize).min(FARTHEST)
}

/// To each sample adds what `rule` makes of its difference from the blurred picture. Differences are weighed with
/// alpha: next to clear pixels, whose colour is arbitrary, nothing is sharpened.
fn add_difference(
    mut picture: Picture,
    weights: Vec<f32>,
    cancel: &Cancel,
    rule: impl Fn(f32) -> f32,
) -> Result<Picture, Error> {
    let (layout, kernels) = (picture.layout, Kernels::of_this_processor());
    let channels = layout.channels();
    let mut sweep =
        Sweep::new(picture.row_bytes(), channels, picture.size.height as usize, weights);
    for y in 0..picture.size.height {
        cancel.check()?;
        let load = |y: usize, row: &mut [f32]| {
            kernels.load_row(picture.row(y as u32), layout, Light::Srgb, row);
        };
        let Some(blurred) = sweep.next(load) else { break };
        for (pixel, blurred) in
            picture.row_mut(y).chunks_exact_mut(channels).zip(blurred.chunks_exact(channels))
        {
            // What is clear is blurred into the alpha of the blurred pixel; dividing by it leaves the mean of what shows.
            let (whole, own) = match (blurred, &*pixel) {
                ([_, _, _, alpha], [_, _, _, own]) => (alpha.max(0.001), f32::from(*own) / 255.0),
                _ => (1.0, 1.0),
            };
            for (sample, blurred) in pixel.iter_mut().zip(blurred).take(3) {
                let level = f32::from(*sample);
                let change = rule((level - blurred / whole) * own);
                *sample = (level + change + 0.5).clamp(0.0, 255.0) as u8;
            }
        }
    }
    Ok(picture)
}

/// Unsharp mask on the L of CIELAB (D65, 0 to 100): differences up to 2 count once, beyond that twice; at most 10 is
/// added and 20 taken. So edges are enhanced and noise is not, and colours stay.
fn lab(mut picture: Picture, sigma: f64, cancel: &Cancel) -> Result<Picture, Error> {
    let sigma = sigma.clamp(0.01, 100.0);
    let (width, height) = (picture.size.width as usize, picture.size.height as usize);
    let channels = picture.layout.channels();
    let mut sweep = Sweep::new(width, 1, height, weights(sigma, reach_of(sigma)));
    for y in 0..picture.size.height {
        cancel.check()?;
        let load = |y: usize, row: &mut [f32]| {
            for (lightness, pixel) in
                row.iter_mut().zip(picture.row(y as u32).chunks_exact(channels))
            {
                *lightness = 116.0 * lab::roots(pixel)[1] - 16.0;
            }
        };
        let Some(blurred) = sweep.next(load) else { break };
        for (pixel, blurred) in picture.row_mut(y).chunks_exact_mut(channels).zip(&*blurred) {
            let roots = lab::roots(pixel);
            let difference = 116.0 * roots[1] - 16.0 - blurred;
            let change = if difference.abs() <= 2.0 {
                difference
            } else {
                difference.signum() * (2.0 + 2.0 * (difference.abs() - 2.0))
            };
            let change = change.clamp(-20.0, 10.0) / 116.0;
            if change.abs() > 1e-4 {
                // a and b are differences of the roots: moving all three alike leaves them.
                lab::store(roots.map(|root| root + change), pixel);
            }
        }
    }
    Ok(picture)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        color::{curve::linear_of, lab::root_of},
        picture::Layout,
    };

    fn step() -> Picture {
        Picture::of(40, 20, |x, _| [if x < 20 { 100 } else { 150 }; 3])
    }

    fn sharpened(picture: Picture, how: Sharpen) -> Picture {
        sharpen(picture, how, &Cancel::default()).unwrap()
    }

    fn mask(radius: f64, sigma: f64, amount: f64, threshold: f64) -> Sharpen {
        Sharpen::Unsharp(UnsharpMask { radius, sigma, amount, threshold })
    }

    const WAYS: [Sharpen; 3] = [
        Sharpen::Simple { strength: 1.0 },
        Sharpen::Lab { sigma: 1.5 },
        Sharpen::Unsharp(UnsharpMask { radius: 2.0, sigma: 2.0, amount: 0.8, threshold: 0.024 }),
    ];

    #[test]
    fn edges_get_steeper_and_the_rest_stays() {
        for how in WAYS {
            let got = sharpened(step(), how);
            assert!(got.at(19, 10)[0] < 95 && got.at(20, 10)[0] > 155, "{how:?}");
            assert_eq!((got.at(3, 10), got.at(36, 10)), (&[100; 3][..], &[150; 3][..]), "{how:?}");
        }
    }

    #[test]
    fn even_colours_stay_whatever_they_are() {
        for how in WAYS {
            for color in [[200, 100, 50], [255, 255, 255], [0, 0, 0], [0, 0, 255]] {
                let picture = Picture::of(9, 9, |_, _| color);
                assert_eq!(sharpened(picture.clone(), how), picture, "{how:?}");
            }
        }
    }

    #[test]
    fn simple_adds_a_third_of_the_difference_from_the_neighbours() {
        let dot = Picture::of(5, 5, |x, y| [if (x, y) == (2, 2) { 130 } else { 100 }]);
        let got = sharpened(dot.clone(), Sharpen::Simple { strength: 1.0 });
        assert_eq!((got.at(2, 2), got.at(1, 1), got.at(0, 0)), (&[140][..], &[99][..], &[100][..]));
        let got = sharpened(dot, Sharpen::Simple { strength: 3.0 });
        assert_eq!(got.at(2, 2), [160]);
    }

    #[test]
    fn a_mask_adds_its_amount_beyond_its_threshold() {
        // Next to the step the blur is 25 - 25 * erf-like less; far more than 0.01, far less than 0.5 of the range.
        assert_eq!(sharpened(step(), mask(3.0, 1.0, 1.0, 0.5)), step());
        let once = sharpened(step(), mask(3.0, 1.0, 1.0, 0.0)).at(20, 10)[0] - 150;
        let twice = sharpened(step(), mask(3.0, 1.0, 2.0, 0.0)).at(20, 10)[0] - 150;
        assert!(once > 8 && twice.abs_diff(2 * once) <= 1, "{once}, {twice}");
    }

    #[test]
    fn lab_changes_lightness_by_ten_up_and_twenty_down_at_most() {
        let edge = Picture::of(40, 20, |x, _| [if x < 20 { 60 } else { 160 }; 3]);
        let got = sharpened(edge, Sharpen::Lab { sigma: 3.0 });
        let lightness = |level: u8| 116.0 * root_of(linear_of(level)) - 16.0;
        let up = lightness(got.at(20, 10)[0]) - lightness(160);
        let down = lightness(60) - lightness(got.at(19, 10)[0]);
        assert!((9.5..=10.3).contains(&up), "{up}");
        assert!((19.4..=20.5).contains(&down), "{down}");
    }

    #[test]
    fn lab_keeps_hues() {
        let picture =
            Picture::of(40, 20, |x, _| if x < 20 { [100, 50, 25] } else { [200, 120, 70] });
        let got = sharpened(picture, Sharpen::Lab { sigma: 1.5 });
        let pixel = got.at(20, 10);
        assert!(pixel[0] > pixel[1] && pixel[1] > pixel[2] && pixel[0] > 200, "{pixel:?}");
    }

    #[test]
    fn alpha_stays_and_clear_pixels_do_not_matter() {
        let picture =
            Picture::of(20, 9, |x, _| if x < 10 { [100, 100, 100, 255] } else { [255, 0, 255, 0] });
        for how in [Sharpen::Simple { strength: 1.0 }, mask(2.0, 2.0, 1.0, 0.0)] {
            let got = sharpened(picture.clone(), how);
            assert_eq!(got.at(9, 4), [100, 100, 100, 255], "{how:?}");
            assert_eq!(got.at(10, 4)[3], 0);
        }
    }

    #[test]
    fn a_gray_picture_is_sharpened_like_a_neutral_one() {
        let gray = step().into_layout(Layout::Gray);
        for how in WAYS {
            let (gray, color) = (sharpened(gray.clone(), how), sharpened(step(), how));
            assert!(
                gray.data
                    .iter()
                    .zip(color.data.chunks_exact(3))
                    .all(|(a, b)| a.abs_diff(b[1]) <= 1),
                "{how:?}"
            );
        }
    }

    #[test]
    fn extreme_parameters_do_no_harm() {
        for how in [
            mask(1e9, 1e9, 1e9, 0.0),
            mask(0.0, 0.0, 1.0, 0.0),
            mask(f64::NAN, f64::NAN, f64::NAN, f64::NAN),
            Sharpen::Lab { sigma: 1e9 },
            Sharpen::Simple { strength: 1e9 },
        ] {
            assert_eq!(sharpened(step(), how).size, step().size);
        }
    }
}
