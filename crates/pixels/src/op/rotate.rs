//! Turning by any angle.

use plan::{Paint, Size};

use crate::{
    Error,
    limits::Cancel,
    picture::{Layout, Picture},
};

/// Turns clockwise by `degrees` onto a canvas of size `to`, centre on centre; what the picture does not cover
/// becomes `background`. Catmull-Rom interpolation on the encoded samples; the picture's edges are smooth.
pub(crate) fn rotate(
    picture: &Picture,
    degrees: f64,
    to: Size,
    background: Paint,
    cancel: &Cancel,
) -> Result<Picture, Error> {
    let Paint::Solid(color) = background else {
        return Err(Error::Unavailable("a background made of the picture"));
    };
    let layout = picture.layout.with(color);
    let under = {
        let alpha = f32::from(color.a) / 255.0;
        [f32::from(color.r) * alpha, f32::from(color.g) * alpha, f32::from(color.b) * alpha, alpha]
    };
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = (f64::from(picture.size.width), f64::from(picture.size.height));
    let mut result = Picture::blank(to, layout);
    let channels = layout.channels();
    for y in 0..to.height {
        cancel.check()?;
        let dy = f64::from(y) + 0.5 - f64::from(to.height) / 2.0;
        for (x, target) in result.row_mut(y).chunks_exact_mut(channels).enumerate() {
            let dx = x as f64 + 0.5 - f64::from(to.width) / 2.0;
            let (sx, sy) = (dx * cos + dy * sin + width / 2.0, dy * cos - dx * sin + height / 2.0);
            let inside = covered(sx, width) * covered(sy, height);
            let mut pixel = under;
            if inside > 0.0 {
                let over = sample(picture, sx as f32 - 0.5, sy as f32 - 0.5);
                let inside = inside as f32;
                let shines = 1.0 - over[3] * inside;
                for c in 0..4 {
                    pixel[c] = over[c] * inside + under[c] * shines;
                }
            }
            store(pixel, target);
        }
    }
    Ok(result)
}

/// The part of a pixel at `place` that lies between the edges 0 and `side`.
fn covered(place: f64, side: f64) -> f64 {
    (place + 0.5).min(side - place + 0.5).clamp(0.0, 1.0)
}

/// Premultiplied colour, 0 to 255, and alpha, 0 to 1, at a place in pixels from the centre of the first one. Edges
/// are replicated.
fn sample(picture: &Picture, x: f32, y: f32) -> [f32; 4] {
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (weights(x - left), weights(y - top));
    let place = |start: f32, i: i64, side: u32| {
        (start as i64 - 1 + i).clamp(0, i64::from(side) - 1) as usize
    };
    let columns: [usize; 4] = std::array::from_fn(|i| place(left, i as i64, picture.size.width));
    let mut sum = [0.0_f32; 4];
    for (j, down) in down.iter().enumerate() {
        let row = picture.row(place(top, j as i64, picture.size.height) as u32);
        let mut line = [0.0_f32; 4];
        for (&column, across) in columns.iter().zip(across) {
            let pixel = load(row, picture.layout, column);
            for c in 0..4 {
                line[c] += pixel[c] * across;
            }
        }
        for c in 0..4 {
            sum[c] += line[c] * down;
        }
    }
    // Overshoot must not make colours that are brighter than their alpha allows.
    let alpha = sum[3].clamp(0.0, 1.0);
    [
        sum[0].clamp(0.0, 255.0 * alpha),
        sum[1].clamp(0.0, 255.0 * alpha),
        sum[2].clamp(0.0, 255.0 * alpha),
        alpha,
    ]
}

/// Catmull-Rom weights of the four samples around a place, `t` of the way from the second to the third.
fn weights(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        0.5 * (-t3 + 2.0 * t2 - t),
        0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
        0.5 * (-3.0 * t3 + 4.0 * t2 + t),
        0.5 * (t3 - t2),
    ]
}

#[inline]
fn load(row: &[u8], layout: Layout, column: usize) -> [f32; 4] {
    match layout {
        Layout::Gray => {
            let level = f32::from(row[column]);
            [level, level, level, 1.0]
        }
        Layout::Rgb => {
            let pixel = &row[column * 3..column * 3 + 3];
            [f32::from(pixel[0]), f32::from(pixel[1]), f32::from(pixel[2]), 1.0]
        }
        Layout::Rgba => {
            let pixel = &row[column * 4..column * 4 + 4];
            let alpha = f32::from(pixel[3]) * (1.0 / 255.0);
            [
                f32::from(pixel[0]) * alpha,
                f32::from(pixel[1]) * alpha,
                f32::from(pixel[2]) * alpha,
                alpha,
            ]
        }
    }
}

fn store([r, g, b, alpha]: [f32; 4], target: &mut [u8]) {
    let factor = if alpha > 0.001 { 1.0 / alpha } else { 0.0 };
    let code = |sample: f32| (sample * factor + 0.5) as u8;
    match target {
        [level] => *level = code(g),
        [red, green, blue, rest @ ..] => {
            (*red, *green, *blue) = (code(r), code(g), code(b));
            if let [a] = rest {
                *a = (alpha * 255.0 + 0.5) as u8;
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use plan::Color;

    use super::*;

    fn rotated(picture: &Picture, degrees: f64, to: Size, color: Color) -> Picture {
        rotate(picture, degrees, to, Paint::Solid(color), &Cancel::default()).unwrap()
    }

    fn quadrants() -> Picture {
        Picture::of(80, 60, |x, y| match (x < 40, y < 30) {
            (true, true) => [255, 0, 0],
            (false, true) => [0, 255, 0],
            (true, false) => [0, 0, 255],
            (false, false) => [255, 255, 0],
        })
    }

    #[test]
    fn turns_clockwise_around_the_centre() {
        let got = rotated(&quadrants(), 45.0, Size::new(99, 99), Color::BLACK);
        // After an eighth of a turn the quadrants point up, right, down and left.
        assert_eq!((got.at(49, 25), got.at(75, 49)), (&[255, 0, 0][..], &[0, 255, 0][..]));
        assert_eq!((got.at(49, 75), got.at(25, 49)), (&[255, 255, 0][..], &[0, 0, 255][..]));
        assert_eq!(got.at(1, 1), [0, 0, 0]);
    }

    #[test]
    fn a_right_angle_is_what_a_turn_gives() {
        let got = rotated(&quadrants(), 90.0, Size::new(60, 80), Color::WHITE);
        assert_eq!(got, super::super::turn::Pose::of_turns(1).apply(quadrants()));
        assert_eq!(rotated(&quadrants(), 0.0, Size::new(80, 60), Color::WHITE), quadrants());
    }

    #[test]
    fn corners_take_the_background_and_edges_are_smooth() {
        let red = Picture::of(60, 60, |_, _| [255, 0, 0]);
        let got = rotated(&red, 30.0, Size::new(82, 82), Color::rgb(0, 0, 255));
        assert_eq!(
            (got.layout, got.at(0, 0), got.at(41, 41)),
            (Layout::Rgb, &[0, 0, 255][..], &[255, 0, 0][..])
        );
        assert!(
            got.data
                .as_chunks::<3>()
                .0
                .iter()
                .filter(|pixel| pixel[0] > 20 && pixel[2] > 20)
                .count()
                > 60
        );
        // Opacity lost and won at the edges evens out: the red area stays what it was.
        let area: f64 =
            got.data.as_chunks::<3>().0.iter().map(|pixel| f64::from(pixel[0]) / 255.0).sum();
        assert!((area - 3600.0).abs() < 36.0, "{area}");
    }

    #[test]
    fn a_clear_background_makes_the_corners_clear() {
        let got = rotated(&quadrants(), 20.0, Size::new(96, 84), Color::TRANSPARENT);
        assert_eq!((got.layout, got.at(0, 0)), (Layout::Rgba, &[0, 0, 0, 0][..]));
        let edge =
            got.data.as_chunks::<4>().0.iter().find(|pixel| (20..230).contains(&pixel[3])).unwrap();
        // Straight alpha: the colour of an edge pixel is that of the picture, not darkened.
        assert!(edge.iter().take(3).any(|&sample| sample > 200), "{edge:?}");
    }

    #[test]
    fn clear_pixels_do_not_bleed() {
        let picture =
            Picture::of(40, 40, |x, _| if x < 20 { [255, 0, 0, 255] } else { [0, 255, 0, 0] });
        let got = rotated(&picture, 10.0, Size::new(46, 46), Color::TRANSPARENT);
        assert!(got.data.as_chunks::<4>().0.iter().all(|pixel| pixel[1] == 0));
    }
}
