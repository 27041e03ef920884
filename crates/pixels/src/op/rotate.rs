//! Turning by any angle.

use plan::{Color, Size};

use super::sampling::{covered, sample, store};
use crate::{Error, limits::Cancel, picture::Picture};

/// Turns clockwise by `degrees` onto a canvas of size `to`, centre on centre; what the picture does not cover
/// becomes `color`. Catmull-Rom interpolation on the encoded samples; the picture's edges are smooth.
pub(crate) fn rotate(
    picture: &Picture,
    degrees: f64,
    to: Size,
    color: Color,
    cancel: &Cancel,
) -> Result<Picture, Error> {
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
                // Only what the picture does not cover takes the colour; where it is clear itself, it stays so.
                for c in 0..4 {
                    pixel[c] = over[c] * inside + under[c] * (1.0 - inside);
                }
            }
            store(pixel, target);
        }
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Layout;

    fn rotated(picture: &Picture, degrees: f64, to: Size, color: Color) -> Picture {
        rotate(picture, degrees, to, color, &Cancel::default()).unwrap()
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
    fn what_is_clear_stays_clear() {
        let clear =
            Picture { layout: Layout::Rgba, ..Picture::blank(Size::new(40, 40), Layout::Rgba) };
        let got = rotated(&clear, 45.0, Size::new(57, 57), Color::rgb(9, 8, 7));
        assert_eq!(got.at(28, 28)[3], 0);
        assert_eq!(got.at(1, 1), [9, 8, 7, 255]);
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
