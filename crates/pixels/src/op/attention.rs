//! The most salient window: where a crop loses least.
//!
//! The picture is made small, and each pixel of it gets a weight from what draws the eye: how much its colour
//! differs from that of the picture's rim, edges, saturated colours, tones of skin. The window that holds most
//! weight wins; among windows that hold nearly as much, the one with the weight in its middle. On an even ground the
//! window is then moved to the pixel, so that nothing of what lies on it is cut that need not be. Nothing is random.

use plan::{Kernel, Light, Rect, Region, Size};

use super::{resize::resize, trim};
use crate::{
    Error,
    limits::Cancel,
    picture::{Layout, Picture},
};

/// Longest side of the small picture, in cells.
const CELLS: u32 = 96;

/// Levels by which an even ground may differ from itself: noise, and what compression leaves around things.
const NOISE: u8 = 5;

/// The most salient window of `window` pixels (whole or parts of them, at most the picture).
pub(crate) fn find(
    picture: &Picture,
    window: (f64, f64),
    cancel: &Cancel,
) -> Result<Region, Error> {
    Ok(Map::new(picture, cancel)?.window(picture.size, window))
}

/// The same in whole pixels.
pub(crate) fn find_rect(picture: &Picture, window: Size, cancel: &Cancel) -> Result<Rect, Error> {
    let width = window.width.min(picture.size.width);
    let height = window.height.min(picture.size.height);
    let Region { x, y, .. } = find(picture, (f64::from(width), f64::from(height)), cancel)?;
    let (x, y) = (x.round() as u32, y.round() as u32);
    Ok(Rect {
        x: x.min(picture.size.width - width),
        y: y.min(picture.size.height - height),
        width,
        height,
    })
}

/// Weights of the cells of the small picture.
struct Map {
    width: usize,
    height: usize,
    /// Cells per pixel.
    scale: (f64, f64),
    /// Sums of all weights above and left of each corner of a cell: `(width + 1) * (height + 1)`.
    sums: Vec<f64>,
    /// Centre of the weights, in cells.
    center: (f64, f64),
    /// Where the picture, in pixels, is not as most of its rim is.
    object: Option<Rect>,
}

impl Map {
    fn new(picture: &Picture, cancel: &Cancel) -> Result<Self, Error> {
        let small = shrunk(picture, cancel)?;
        let (width, height) = (small.size.width as usize, small.size.height as usize);
        let weights = weights(&small);
        let mut sums = vec![0.0; (width + 1) * (height + 1)];
        let (mut total, mut mx, mut my) = (1e-9, 0.0, 0.0);
        for y in 0..height {
            let mut row = 0.0;
            for x in 0..width {
                let weight = weights[y * width + x];
                row += weight;
                total += weight;
                mx += weight * (x as f64 + 0.5);
                my += weight * (y as f64 + 0.5);
                sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
            }
        }
        let center = if total > 1e-6 {
            (mx / total, my / total)
        } else {
            (width as f64 / 2.0, height as f64 / 2.0)
        };
        let scale = (
            width as f64 / f64::from(picture.size.width),
            height as f64 / f64::from(picture.size.height),
        );
        let object = trim::around(picture, Some(&rim(picture)), NOISE);
        Ok(Self { width, height, scale, sums, center, object })
    }

    /// The best window of a picture of this size.
    fn window(&self, picture: Size, window: (f64, f64)) -> Region {
        let (width, height) = (f64::from(picture.width), f64::from(picture.height));
        let window = (window.0.min(width), window.1.min(height));
        let (x, y) = self.best(window.0 * self.scale.0, window.1 * self.scale.1);
        let (mut x, mut y) = (x / self.scale.0, y / self.scale.1);
        if let Some(Rect { x: left, y: top, width, height }) = self.object {
            x = onto(x, window.0, left.into(), width.into());
            y = onto(y, window.1, top.into(), height.into());
        }
        Region {
            x: x.clamp(0.0, width - window.0),
            y: y.clamp(0.0, height - window.1),
            width: window.0,
            height: window.1,
        }
    }

    /// Top-left corner of the best window of this size; all in cells.
    fn best(&self, width: f64, height: f64) -> (f64, f64) {
        let (free_x, free_y) =
            ((self.width as f64 - width).max(0.0), (self.height as f64 - height).max(0.0));
        let total = self.sum(0.0, 0.0, self.width as f64, self.height as f64).max(1e-9);
        let mut best = (f64::MIN, 0.0, 0.0);
        for y in places(free_y) {
            for x in places(free_x) {
                let held = self.sum(x, y, x + width, y + height) / total;
                let off = ((x + width / 2.0 - self.center.0) / self.width as f64)
                    .hypot((y + height / 2.0 - self.center.1) / self.height as f64);
                // To win a thousandth of the weight, the window moves by a twentieth of the picture.
                let score = held - 0.02 * off;
                if score > best.0 + 1e-12 {
                    best = (score, x, y);
                }
            }
        }
        (best.1, best.2)
    }

    /// Weight inside a box whose edges may lie inside cells.
    fn sum(&self, x0: f64, y0: f64, x1: f64, y1: f64) -> f64 {
        self.corner(x1, y1) - self.corner(x0, y1) - self.corner(x1, y0) + self.corner(x0, y0)
    }

    fn corner(&self, x: f64, y: f64) -> f64 {
        let (x, y) = (x.clamp(0.0, self.width as f64), y.clamp(0.0, self.height as f64));
        let (left, top) = ((x as usize).min(self.width - 1), (y as usize).min(self.height - 1));
        let (tx, ty) = (x - left as f64, y - top as f64);
        let at = |x: usize, y: usize| self.sums[y * (self.width + 1) + x];
        let upper = at(left, top) * (1.0 - tx) + at(left + 1, top) * tx;
        let lower = at(left, top + 1) * (1.0 - tx) + at(left + 1, top + 1) * tx;
        upper * (1.0 - ty) + lower * ty
    }
}

/// Moves a window along one axis as little as possible, until it holds the object, or shows nothing else.
fn onto(window: f64, length: f64, object: f64, own: f64) -> f64 {
    let (first, last) = (object.min(object + own - length), object.max(object + own - length));
    window.clamp(first, last)
}

/// The colour that each channel of the picture's outermost pixels has in the median.
fn rim(picture: &Picture) -> Vec<u8> {
    let channels = picture.layout.channels();
    let mut counts = vec![[0_u32; 256]; channels];
    let mut count = |pixels: &[u8]| {
        for pixel in pixels.chunks_exact(channels) {
            let clear = matches!(pixel, [_, _, _, 0]);
            for (counts, &sample) in counts.iter_mut().zip(pixel) {
                counts[if clear { 0 } else { usize::from(sample) }] += 1;
            }
        }
    };
    let last = picture.size.height - 1;
    for y in 0..=last {
        let row = picture.row(y);
        if y == 0 || y == last {
            count(row);
        } else {
            count(&row[..channels]);
            count(&row[row.len() - channels..]);
        }
    }
    let median = |counts: &[u32; 256]| {
        let half = counts.iter().sum::<u32>() / 2;
        let mut sum = 0;
        let below = counts.iter().take_while(|&&count| {
            sum += count;
            sum <= half
        });
        below.count().min(255) as u8
    };
    counts.iter().map(median).collect()
}

/// Half cells from 0 to `free`, the end included.
fn places(free: f64) -> impl Iterator<Item = f64> {
    let count = (free * 2.0).floor() as usize;
    (0..=count).map(|i| i as f64 / 2.0).chain((free > count as f64 / 2.0).then_some(free))
}

fn shrunk(picture: &Picture, cancel: &Cancel) -> Result<Picture, Error> {
    let Size { width, height } = picture.size;
    let scale = f64::from(CELLS) / f64::from(width.max(height).max(CELLS));
    let side = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    let to = Size::new(side(width), side(height));
    let small =
        resize(picture, Region::whole(picture.size), to, Kernel::Mitchell, Light::Srgb, cancel)?;
    Ok(small.into_layout(Layout::Rgba))
}

fn weights(small: &Picture) -> Vec<f64> {
    let (width, height) = (small.size.width as usize, small.size.height as usize);
    let pixels: Vec<[f64; 4]> = small
        .data
        .as_chunks::<4>()
        .0
        .iter()
        .map(|pixel| {
            // As on a neutral ground: what is clear has no colour, and no weight below.
            let alpha = f64::from(pixel[3]) / 255.0;
            let shown = |code: u8| f64::from(code) / 255.0 * alpha + 0.5 * (1.0 - alpha);
            [shown(pixel[0]), shown(pixel[1]), shown(pixel[2]), alpha]
        })
        .collect();
    let rim = median_of_rim(&pixels, width, height);
    let luma = |pixel: &[f64; 4]| 0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2];
    let mut weights = Vec::with_capacity(pixels.len());
    for y in 0..height {
        for x in 0..width {
            let at = |dx: i64, dy: i64| {
                let x = (x as i64 + dx).clamp(0, width as i64 - 1) as usize;
                let y = (y as i64 + dy).clamp(0, height as i64 - 1) as usize;
                luma(&pixels[y * width + x])
            };
            let pixel = &pixels[y * width + x];
            let edge = (4.0 * at(0, 0) - at(-1, 0) - at(1, 0) - at(0, -1) - at(0, 1)).abs();
            let away = (0..3).map(|c| (pixel[c] - rim[c]).powi(2)).sum::<f64>().sqrt();
            // Skin is smooth; wood, sand and brocade of its colour are not.
            let skin = skin(pixel) * (1.0 - 3.0 * edge).max(0.0);
            let draws = 2.0 * edge + away.powi(2) + 0.3 * saturation(pixel) + 0.8 * skin;
            let place = ((x as f64 + 0.5) / width as f64, (y as f64 + 0.5) / height as f64);
            weights.push(pixel[3] * draws * expected(place));
        }
    }
    // What most of the picture looks like draws nobody: an even ground, whatever its colour, grain, sky. Each of its
    // cells weighs little, but there are many.
    let mut sorted = weights.clone();
    sorted.sort_by(f64::total_cmp);
    let ground = sorted[sorted.len() / 2];
    let mut weights: Vec<f64> = weights.iter().map(|weight| (weight - ground).max(0.0)).collect();
    favour_heads(&mut weights, width);
    weights
}

/// What grows out of the lower edge and ends below the upper one is somebody, or a tower, or a flower: its head is what
/// must not be cut. So the more of the weight lies above a row, the less the row weighs.
fn favour_heads(weights: &mut [f64], width: usize) {
    let total: f64 = weights.iter().sum();
    // A twelfth of the rows at either edge.
    let strip = (weights.len() / width / 12).max(1) * width;
    let sum = |cells: &[f64]| -> f64 { cells.iter().sum() };
    let (top, bottom) = (sum(&weights[..strip]), sum(&weights[weights.len() - strip..]));
    if bottom <= 3.0 * top || bottom < total / 60.0 {
        return;
    }
    let mut above = 0.0;
    for row in weights.chunks_exact_mut(width) {
        let own = sum(row);
        let part = (above + own / 2.0) / total;
        above += own;
        for weight in row {
            *weight *= (1.0 - part).max(0.0).powi(2);
        }
    }
}

/// How likely something that matters lies here, in parts of the sides. People put it in the middle, and heads are above it.
fn expected((x, y): (f64, f64)) -> f64 {
    const REACH: f64 = 0.4;
    (-0.5 * (((x - 0.5) / REACH).powi(2) + ((y - 0.4) / REACH).powi(2))).exp()
}

/// What the rim of the picture mostly looks like, channel by channel.
fn median_of_rim(pixels: &[[f64; 4]], width: usize, height: usize) -> [f64; 3] {
    let is_rim = |i: usize| {
        i.is_multiple_of(width)
            || i % width == width - 1
            || i / width == 0
            || i / width == height - 1
    };
    let rim: Vec<&[f64; 4]> =
        pixels.iter().enumerate().filter(|(i, _)| is_rim(*i)).map(|(_, pixel)| pixel).collect();
    std::array::from_fn(|c| {
        let mut values: Vec<f64> = rim.iter().map(|pixel| pixel[c]).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(0.5)
    })
}

/// Chroma that is neither very dark nor very bright.
fn saturation([r, g, b, _]: &[f64; 4]) -> f64 {
    let (high, low) = (r.max(*g).max(*b), r.min(*g).min(*b));
    if (0.05..1.95).contains(&(high + low)) { (high - low).powi(2) } else { 0.0 }
}

/// 1 for the direction in which colours of skin lie, whatever their brightness, falling to 0 around it.
fn skin([r, g, b, _]: &[f64; 4]) -> f64 {
    let length = (r * r + g * g + b * b).sqrt();
    if length < 0.2 {
        return 0.0;
    }
    let distance =
        ((r / length - 0.78).powi(2) + (g / length - 0.50).powi(2) + (b / length - 0.37).powi(2))
            .sqrt();
    (1.0 - distance / 0.12).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_object(
        width: u32,
        height: u32,
        (ox, oy): (u32, u32),
        side: u32,
        ground: [u8; 3],
        object: [u8; 3],
    ) -> Picture {
        Picture::of(width, height, |x, y| {
            let inside = (ox..ox + side).contains(&x) && (oy..oy + side).contains(&y);
            if inside { object } else { ground }
        })
    }

    #[track_caller]
    fn check_holds(picture: &Picture, window: Size, (ox, oy): (u32, u32), side: u32) {
        let rect = find_rect(picture, window, &Cancel::default()).unwrap();
        assert_eq!(rect.size(), window);
        assert!(
            rect.x + rect.width <= picture.size.width
                && rect.y + rect.height <= picture.size.height
        );
        let holds = rect.x <= ox
            && rect.y <= oy
            && ox + side <= rect.x + rect.width
            && oy + side <= rect.y + rect.height;
        assert!(holds, "{rect:?} does not hold the object at {ox}, {oy}");
    }

    #[test]
    fn an_object_on_a_flat_ground_stays() {
        for (ground, object) in [
            ([255, 255, 255], [200, 30, 30]),
            ([0, 0, 0], [90, 90, 90]),
            ([200, 120, 90], [250, 250, 250]),
            ([40, 200, 40], [20, 20, 20]),
        ] {
            for place in [(5, 5), (330, 10), (10, 220), (300, 200), (150, 100), (0, 130)] {
                let picture = with_object(400, 300, place, 60, ground, object);
                check_holds(&picture, Size::new(150, 150), place, 60);
                check_holds(&picture, Size::new(300, 300), place, 60);
                check_holds(&picture, Size::new(400, 100), place, 60);
            }
        }
    }

    /// Places from corner to corner, sizes from a 40th of the picture to half of it, objects that can hardly be told from
    /// their ground, windows of every shape: whatever the window can hold, it holds.
    #[test]
    fn whatever_fits_the_window_stays_in_it() {
        const PICTURE: Size = Size::new(400, 300);
        let colors = [
            ([255, 255, 255], [200, 30, 30]),
            ([255, 255, 255], [0, 0, 0]),
            ([255, 255, 255], [240, 240, 240]),
            ([128, 128, 128], [118, 118, 118]),
            ([0, 0, 0], [14, 14, 14]),
            ([0, 0, 0], [20, 0, 60]),
            ([30, 60, 200], [40, 60, 200]),
            // The ground is of the colours that draw the eye, the object is not.
            ([224, 172, 140], [70, 70, 70]),
            ([255, 0, 0], [128, 128, 128]),
            ([255, 0, 0], [240, 10, 10]),
            ([255, 255, 0], [250, 250, 250]),
        ];
        let windows =
            [(300, 300), (169, 300), (100, 300), (400, 225), (400, 120), (200, 150), (150, 250)];
        for (ground, object) in colors {
            for side in [10, 24, 60, 100, 150] {
                for place in 0..9 {
                    let at = |index: u32, whole: u32| (whole - side) * index / 2;
                    let (x, y) = (at(place % 3, PICTURE.width), at(place / 3, PICTURE.height));
                    let picture = with_object(400, 300, (x, y), side, ground, object);
                    let map = Map::new(&picture, &Cancel::default()).unwrap();
                    for (width, height) in windows.map(|(w, h)| (f64::from(w), f64::from(h))) {
                        let side = f64::from(side);
                        if side > width || side > height {
                            continue;
                        }
                        let found = map.window(PICTURE, (width, height));
                        let (x, y) = (f64::from(x), f64::from(y));
                        // To the pixel: a crop has whole ones.
                        let holds = found.x <= x + 0.5
                            && found.y <= y + 0.5
                            && found.x + width >= x + side - 0.5
                            && found.y + height >= y + side - 0.5;
                        assert!(
                            holds,
                            "{object:?} on {ground:?}, {side} at {x}, {y}: {found:?} does not hold it"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn an_object_on_a_clear_ground_stays() {
        let picture = Picture::of(400, 300, |x, y| {
            if (310..370).contains(&x) && (20..80).contains(&y) {
                [128, 128, 128, 255]
            } else {
                [255, 0, 0, 0]
            }
        });
        check_holds(&picture, Size::new(150, 150), (310, 20), 60);
    }

    #[test]
    fn detail_draws_more_than_smoothness() {
        let picture = Picture::of(400, 200, |x, y| {
            let texture = if x >= 250 && (x / 4 + y / 4) % 2 == 0 { 60 } else { 0 };
            [100 + (x / 8) as u8 - texture; 3]
        });
        let rect = find_rect(&picture, Size::new(150, 200), &Cancel::default()).unwrap();
        assert!(rect.x >= 235, "{rect:?}");
    }

    #[test]
    fn an_even_picture_is_cut_in_the_middle() {
        let picture = Picture::of(400, 300, |_, _| [10, 20, 30]);
        let rect = find_rect(&picture, Size::new(100, 300), &Cancel::default()).unwrap();
        assert!(rect.x.abs_diff(150) <= 2 && rect.y == 0, "{rect:?}");
    }

    #[test]
    fn the_same_picture_gives_the_same_window() {
        let picture = with_object(123, 77, (50, 40), 9, [9, 99, 199], [199, 99, 9]);
        let find = || find(&picture, (33.3, 44.4), &Cancel::default()).unwrap();
        assert_eq!(find(), find());
        let region = find();
        assert!(
            region.x >= 0.0
                && region.y >= 0.0
                && region.x + 33.3 <= 123.0
                && region.y + 44.4 <= 77.0
        );
    }

    #[test]
    fn tiny_pictures_and_windows_as_large_as_the_picture_are_fine() {
        for size in [Size::new(1, 1), Size::new(1, 9), Size::new(500, 1)] {
            let picture =
                Picture { size, layout: Layout::Gray, data: vec![7; size.pixels() as usize] };
            let rect = find_rect(&picture, size, &Cancel::default()).unwrap();
            assert_eq!(rect, Rect { x: 0, y: 0, width: size.width, height: size.height });
        }
    }
}
