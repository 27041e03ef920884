//! Backgrounds that are made of the picture itself.

use plan::{Color, GradientColors, Kernel, Light, Paint, Region, Size};

use super::{
    blur,
    resize::{self, resize},
};
use crate::{
    Error,
    color::dominant::{Dominant, Histogram},
    limits::Cancel,
    picture::{Layout, Picture},
};

/// What lies behind a picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ground {
    Even(Color),
    /// As large as what it fills.
    Drawn(Picture),
}

impl Ground {
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Even(_) => 0,
            Self::Drawn(picture) => picture.data.len(),
        }
    }
}

/// What `paint` is for this picture, for an area of size `to`.
pub(crate) fn ground(
    paint: Paint,
    picture: &Picture,
    to: Size,
    cancel: &Cancel,
) -> Result<Ground, Error> {
    let drawn = match paint {
        Paint::Solid(color) => return Ok(Ground::Even(color)),
        Paint::Dominant => return Ok(Ground::Even(dominant(picture))),
        Paint::Blurred { intensity, brightness } => {
            Some(blurred(picture, to, intensity, brightness, cancel)?)
        }
        Paint::DominantGradient(GradientColors::Two) => gradient_of_two(picture, to),
        Paint::DominantGradient(GradientColors::Four) => gradient_of_four(picture, to),
    };
    Ok(drawn.map_or(Ground::Even(Color::TRANSPARENT), Ground::Drawn))
}

/// Bytes that a ground needs beside the picture, at most.
pub(crate) fn memory(paint: Paint, picture: &Picture, to: Size) -> u64 {
    let layout = picture.layout;
    match paint {
        Paint::Solid(_) | Paint::Dominant => 0,
        Paint::DominantGradient(_) => to.pixels().saturating_mul(3),
        Paint::Blurred { .. } => to
            .pixels()
            .saturating_mul(3 * layout.channels() as u64)
            .saturating_add(resize::memory(picture.size, layout, to)),
    }
}

/// Standard deviation of the blur at an intensity of 100, in parts of the background's shorter side.
const LARGEST: f64 = 0.1;

/// Intensity that is used where none is given: shapes are still guessed, and draw nobody.
const USUAL: u8 = 40;

/// A picture of a size: the middle of this one scaled so that it covers it, blurred, `brightness` added to every
/// sample. It is opaque; where the picture is clear, it shows the colours nearby, or black.
fn blurred(
    picture: &Picture,
    to: Size,
    intensity: Option<u8>,
    brightness: i16,
    cancel: &Cancel,
) -> Result<Picture, Error> {
    let sigma = f64::from(intensity.unwrap_or(USUAL).min(100)) / 100.0
        * LARGEST
        * f64::from(to.width.min(to.height));
    // What is blurred anyway is blurred small: pixels of which two fit into a standard deviation.
    let coarse = (sigma / 2.0).max(1.0);
    let small = scaled(to, coarse);
    let from = covering(picture.size, to);
    let copy = resize(picture, from, small, Kernel::Mitchell, Light::Srgb, cancel)?;
    let copy = blur::blur(copy, sigma / coarse, cancel)?;
    let copy = copy.into_layout(match picture.layout {
        Layout::Gray => Layout::Gray,
        Layout::Rgb | Layout::Rgba => Layout::Rgb,
    });
    let copy = brightened(copy, brightness);
    if small == to {
        return Ok(copy);
    }
    resize(&copy, Region::whole(small), to, Kernel::Mitchell, Light::Srgb, cancel)
}

/// The colour that covers most of the picture; of one that is clear, none.
pub(crate) fn dominant(picture: &Picture) -> Color {
    histogram(picture).first().unwrap_or(Color::TRANSPARENT)
}

/// A picture of a size that runs through the picture's two dominant colours, from left to right where more room was
/// added at the sides than above and below, else from top to bottom. Each end has the colour that is nearer to
/// it in the picture. Where the picture has one colour only, so has this.
fn gradient_of_two(picture: &Picture, to: Size) -> Option<Picture> {
    let [a, b] = spread(picture)?;
    let wider = i64::from(to.width) - i64::from(picture.size.width);
    let higher = i64::from(to.height) - i64::from(picture.size.height);
    Some(if wider > higher {
        let (left, right) = if a.place.0 <= b.place.0 { (a, b) } else { (b, a) };
        bilinear(to, [left.color, right.color, left.color, right.color])
    } else {
        let (top, bottom) = if a.place.1 <= b.place.1 { (a, b) } else { (b, a) };
        bilinear(to, [top.color, top.color, bottom.color, bottom.color])
    })
}

/// The same with four colours, one in each corner.
fn gradient_of_four(picture: &Picture, to: Size) -> Option<Picture> {
    let colors = spread::<4>(picture)?;
    let (width, height) = (f64::from(picture.size.width), f64::from(picture.size.height));
    let corner = |corner: usize| ([0.0, width][corner % 2], [0.0, height][corner / 2]);
    let away = |order: &[usize; 4]| -> f64 {
        let far = |(at, which): (usize, &usize)| {
            let (x, y) = colors[*which].place;
            ((x - corner(at).0) / width).powi(2) + ((y - corner(at).1) / height).powi(2)
        };
        order.iter().enumerate().map(far).sum()
    };
    let best = orders().into_iter().min_by(|a, b| away(a).total_cmp(&away(b)))?;
    Some(bilinear(to, best.map(|which| colors[which].color)))
}

/// The dominant colours of a picture, from the start again where it has fewer; `None` where it is clear.
fn spread<const COUNT: usize>(picture: &Picture) -> Option<[Dominant; COUNT]> {
    let found = histogram(picture).most(COUNT);
    (!found.is_empty()).then(|| std::array::from_fn(|i| found[i % found.len()]))
}

/// All orders of four things.
fn orders() -> Vec<[usize; 4]> {
    (0..256)
        .map(|code| [code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6])
        .filter(|order| (0..4).all(|which| order.contains(&which)))
        .collect()
}

/// Pixels that are counted along each side, at most: what covers much of a picture is found all the same.
const SAMPLES: u32 = 256;

/// Counts the colours of a picture.
fn histogram(picture: &Picture) -> Histogram {
    let mut histogram = Histogram::new();
    let step = |side: u32| side.div_ceil(SAMPLES).max(1) as usize;
    for y in (0..picture.size.height).step_by(step(picture.size.height)) {
        let pixels = picture.row(y).chunks_exact(picture.layout.channels());
        for (x, pixel) in (0..).zip(pixels).step_by(step(picture.size.width)) {
            let pixel = match *pixel {
                [r, g, b, a] => [r, g, b, a],
                [r, g, b] => [r, g, b, 255],
                [level, ..] => [level, level, level, 255],
                [] => continue,
            };
            histogram.add(pixel, (x, y));
        }
    }
    histogram
}

/// Colours from corner to corner: top left, top right, bottom left, bottom right.
fn bilinear(to: Size, corners: [Color; 4]) -> Picture {
    let samples = corners.map(|Color { r, g, b, .. }| [r, g, b].map(f32::from));
    let mut picture = Picture::blank(to, Layout::Rgb);
    let part = |i: usize, side: u32| (i as f32 + 0.5) / side as f32;
    let mix = |a: [f32; 3], b: [f32; 3], part: f32| -> [f32; 3] {
        std::array::from_fn(|c| a[c] + (b[c] - a[c]) * part)
    };
    for y in 0..to.height {
        let down = part(y as usize, to.height);
        let (left, right) = (mix(samples[0], samples[2], down), mix(samples[1], samples[3], down));
        for (x, pixel) in picture.row_mut(y).as_chunks_mut::<3>().0.iter_mut().enumerate() {
            *pixel = mix(left, right, part(x, to.width)).map(|sample| (sample + 0.5) as u8);
        }
    }
    picture
}

/// The largest part in the middle of a picture that has the ratio of `to`.
fn covering(picture: Size, to: Size) -> Region {
    let (width, height) = (f64::from(picture.width), f64::from(picture.height));
    let scale = (width / f64::from(to.width)).min(height / f64::from(to.height));
    let (kept_width, kept_height) =
        ((f64::from(to.width) * scale).min(width), (f64::from(to.height) * scale).min(height));
    Region {
        x: (width - kept_width) / 2.0,
        y: (height - kept_height) / 2.0,
        width: kept_width,
        height: kept_height,
    }
}

fn scaled(size: Size, divisor: f64) -> Size {
    let side = |side: u32| ((f64::from(side) / divisor).round() as u32).clamp(1, side);
    Size::new(side(size.width), side(size.height))
}

fn brightened(mut picture: Picture, brightness: i16) -> Picture {
    if brightness != 0 {
        let table: [u8; 256] =
            std::array::from_fn(|code| (code as i32 + i32::from(brightness)).clamp(0, 255) as u8);
        picture.data.iter_mut().for_each(|sample| *sample = table[usize::from(*sample)]);
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    fn halves() -> Picture {
        Picture::of(60, 40, |x, _| if x < 30 { [200, 0, 0] } else { [0, 0, 200] })
    }

    fn blur_of(picture: &Picture, to: Size, intensity: Option<u8>, brightness: i16) -> Picture {
        blurred(picture, to, intensity, brightness, &Cancel::default()).unwrap()
    }

    #[test]
    fn a_blurred_copy_covers_all() {
        for intensity in [None, Some(0), Some(30), Some(100)] {
            let got = blur_of(&halves(), Size::new(200, 100), intensity, 0);
            assert_eq!((got.size, got.layout), (Size::new(200, 100), Layout::Rgb));
            assert!(got.at(2, 50)[0] > 190 && got.at(197, 50)[2] > 190, "{intensity:?}");
            let steps = got
                .row(50)
                .as_chunks::<3>()
                .0
                .windows(2)
                .map(|pair| pair[0][0].abs_diff(pair[1][0]));
            assert_eq!(steps.max() < Some(40), intensity != Some(0), "{intensity:?}");
        }
    }

    #[test]
    fn brightness_is_added() {
        let gray = Picture::of(10, 10, |_, _| [100, 100, 100]);
        let level = |brightness| blur_of(&gray, Size::new(30, 20), None, brightness).at(9, 9)[0];
        assert_eq!(
            [level(0), level(15), level(-15), level(255), level(-255)],
            [100, 115, 85, 255, 0]
        );
    }

    #[test]
    fn a_clear_picture_lends_the_colours_that_show() {
        let picture =
            Picture::of(40, 40, |x, _| if x < 20 { [10, 20, 200, 255] } else { [255, 255, 0, 0] });
        let got = blur_of(&picture, Size::new(80, 40), Some(50), 0);
        assert_eq!(got.layout, Layout::Rgb);
        assert!(got.data.as_chunks::<3>().0.iter().all(|pixel| pixel[0] < 14 && pixel[1] < 24));
    }

    #[test]
    fn two_colours_run_where_there_is_room() {
        let across = gradient_of_two(&halves(), Size::new(120, 40)).unwrap();
        let ends = [across.at(0, 0), across.at(119, 39)];
        assert!(ends[0][0] > 196 && ends[1][2] > 196, "{ends:?}");
        assert!(across.at(60, 20)[0].abs_diff(100) < 4);
        let down = gradient_of_two(&halves(), Size::new(60, 90)).unwrap();
        assert_eq!((down.at(0, 9), down.size), (down.at(59, 9), Size::new(60, 90)));
        assert_ne!(down.at(0, 0), down.at(0, 89));
    }

    #[test]
    fn four_colours_lie_where_they_are_in_the_picture() {
        let colors = [[200, 0, 0], [0, 200, 0], [0, 0, 200], [200, 200, 0]];
        let picture =
            Picture::of(40, 40, |x, y| colors[usize::from(x >= 20) + 2 * usize::from(y >= 20)]);
        let got = gradient_of_four(&picture, Size::new(400, 400)).unwrap();
        for (corner, color) in [(0, 0), (399, 0), (0, 399), (399, 399)].into_iter().zip(colors) {
            let pixel = got.at(corner.0, corner.1);
            assert!(
                pixel.iter().zip(color).all(|(a, b)| a.abs_diff(b) <= 1),
                "{pixel:?} at {corner:?}"
            );
        }
    }

    #[test]
    fn one_colour_is_no_gradient_and_none_is_none() {
        let even = Picture::of(9, 9, |_, _| [1, 2, 3]);
        assert_eq!(dominant(&even), Color::rgb(1, 2, 3));
        for got in
            [gradient_of_two(&even, Size::new(3, 9)), gradient_of_four(&even, Size::new(3, 9))]
        {
            assert!(got.unwrap().data.as_chunks::<3>().0.iter().all(|pixel| *pixel == [1, 2, 3]));
        }
        let clear = Picture::of(9, 9, |_, _| [1, 2, 3, 0]);
        assert_eq!(dominant(&clear), Color::TRANSPARENT);
        assert_eq!(gradient_of_two(&clear, Size::new(3, 9)), None);
    }

    #[test]
    fn tiny_and_odd_sizes_are_fine() {
        let dot = Picture::of(1, 1, |_, _| [5]);
        for size in [Size::new(1, 1), Size::new(1, 500), Size::new(500, 1)] {
            assert_eq!(blur_of(&dot, size, None, 0).size, size);
        }
    }
}
