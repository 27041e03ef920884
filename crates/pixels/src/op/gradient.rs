//! A linear gradient laid over the picture.

use plan::{Color, Size};

use super::compose::lay;
use crate::{Error, limits::Cancel, picture::Picture};

/// Colours from one end to the other: finer than codes are, so that no step shows.
const STEPS: usize = 2048;

/// What to lay over a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ramp {
    /// Where it runs to: 0 towards the top, 90 towards the right, clockwise.
    pub(crate) degrees: f64,
    pub(crate) from: Color,
    pub(crate) to: Color,
    /// Pixels from the start at which `to` is reached; it goes on from there.
    pub(crate) stop: f64,
}

/// Lays a gradient over the picture, clear parts of it included. It starts where gradients of CSS do: in the corner, or at
/// the edge, that lies farthest back. Colours are mixed by their alpha: from white to clear black all is white.
pub(crate) fn gradient(picture: Picture, ramp: Ramp, cancel: &Cancel) -> Result<Picture, Error> {
    let colors = colors(ramp);
    let is_neutral = colors.iter().all(|[r, g, b, _]| r == g && g == b);
    let layout = if is_neutral { picture.layout } else { picture.layout.with_colors() };
    let mut picture = picture.into_layout(layout);
    let way = Way::new(picture.size, ramp.degrees);
    let last = (STEPS - 1) as f64;
    let scale = last / ramp.stop.max(1e-6);
    let mut row = vec![[0; 4]; picture.size.width as usize];
    for y in 0..picture.size.height {
        cancel.check()?;
        let start = way.place(0, y);
        for (x, pixel) in row.iter_mut().enumerate() {
            let step = ((start + x as f64 * way.across) * scale).clamp(0.0, last);
            *pixel = colors[(step + 0.5) as usize];
        }
        lay(&row, layout, picture.row_mut(y));
    }
    Ok(picture)
}

/// How far a pixel lies along a direction.
struct Way {
    /// Pixels of the way to one pixel to the right and down.
    across: f64,
    down: f64,
    /// Where the middle of the first pixel lies.
    first: f64,
}

impl Way {
    fn new(size: Size, degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (across, down) = (sin, -cos);
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        let length = width * sin.abs() + height * cos.abs();
        let middle = (width - 1.0) / 2.0 * across + (height - 1.0) / 2.0 * down;
        Self { across, down, first: length / 2.0 - middle }
    }

    fn place(&self, x: u32, y: u32) -> f64 {
        self.first + f64::from(x) * self.across + f64::from(y) * self.down
    }
}

/// The colours on the way from the start to the stop.
fn colors(Ramp { from, to, .. }: Ramp) -> Vec<[u8; 4]> {
    let premultiplied = |Color { r, g, b, a }: Color| {
        let alpha = f64::from(a) / 255.0;
        [f64::from(r) * alpha, f64::from(g) * alpha, f64::from(b) * alpha, alpha]
    };
    let (from, to) = (premultiplied(from), premultiplied(to));
    (0..STEPS)
        .map(|step| {
            let part = step as f64 / (STEPS - 1) as f64;
            let [r, g, b, alpha] = std::array::from_fn(|c| from[c] + (to[c] - from[c]) * part);
            let code = |sample: f64| if alpha > 0.0 { (sample / alpha).round() as u8 } else { 0 };
            [code(r), code(g), code(b), (alpha * 255.0).round() as u8]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Layout;

    const CLEAR_BLACK: Color = Color::TRANSPARENT;

    fn with(picture: Picture, degrees: f64, from: Color, to: Color, stop: f64) -> Picture {
        gradient(picture, Ramp { degrees, from, to, stop }, &Cancel::default()).unwrap()
    }

    fn gray(width: u32, height: u32) -> Picture {
        Picture::of(width, height, |_, _| [0, 0, 0])
    }

    #[test]
    fn runs_from_one_edge_to_the_other() {
        for (degrees, start, end) in [
            (0.0, (10, 29), (10, 0)),
            (90.0, (0, 10), (39, 10)),
            (180.0, (10, 0), (10, 29)),
            (270.0, (39, 10), (0, 10)),
            (45.0, (0, 29), (39, 0)),
            (135.0, (0, 0), (39, 29)),
            (225.0, (39, 0), (0, 29)),
            (-45.0, (39, 29), (0, 0)),
        ] {
            let (sin, cos) = f64::to_radians(degrees).sin_cos();
            let stop = 40.0 * sin.abs() + 30.0 * cos.abs();
            let got = with(gray(40, 30), degrees, Color::WHITE, Color::BLACK, stop);
            let at = |(x, y): (u32, u32)| got.at(x, y)[0];
            assert!(at(start) >= 250 && at(end) <= 5, "{degrees}: {} to {}", at(start), at(end));
            assert!(got.at(20, 15)[0].abs_diff(128) < 8, "{degrees}: {:?}", got.at(20, 15));
        }
    }

    #[test]
    fn ends_at_its_stop() {
        let got = with(gray(100, 4), 90.0, Color::WHITE, Color::rgb(255, 0, 0), 50.0);
        assert_eq!((got.at(50, 0), got.at(99, 3)), (&[255, 0, 0][..], &[255, 0, 0][..]));
        assert!(got.at(25, 1)[1].abs_diff(128) < 4);
        let at_once = with(gray(9, 9), 90.0, Color::WHITE, Color::rgb(1, 2, 3), 0.0);
        assert_eq!(at_once.at(0, 0), [1, 2, 3]);
    }

    #[test]
    fn fading_away_does_not_darken() {
        let blue = Picture::of(100, 3, |_, _| [0, 0, 255]);
        let got = with(blue, 90.0, Color::WHITE, CLEAR_BLACK, 100.0);
        assert!(got.at(0, 0)[0] >= 253 && got.at(99, 0)[0] <= 2);
        // White over blue: the blue channel stays full.
        assert!(got.data.as_chunks::<3>().0.iter().all(|pixel| pixel[2] == 255));
    }

    #[test]
    fn covers_what_is_clear() {
        let clear = Picture::of(10, 1, |_, _| [0, 0, 0, 0]);
        let got = with(clear, 90.0, Color::WHITE, CLEAR_BLACK, 10.0);
        assert_eq!(got.at(0, 0)[..3], [255, 255, 255]);
        assert!(got.at(0, 0)[3] > 235 && got.at(9, 0)[3] < 20);
    }

    #[test]
    fn the_layout_grows_with_the_colours() {
        let picture = Picture::of(4, 4, |_, _| [50]);
        let layout = |to| with(picture.clone(), 0.0, Color::WHITE, to, 4.0).layout;
        assert_eq!((layout(CLEAR_BLACK), layout(Color::rgb(9, 0, 0))), (Layout::Gray, Layout::Rgb));
    }

    #[test]
    fn extremes_do_no_harm() {
        for value in [1e300, -1e300, f64::NAN, f64::INFINITY] {
            assert_eq!(
                with(gray(3, 2), value, Color::WHITE, CLEAR_BLACK, value).size,
                Size::new(3, 2)
            );
        }
    }
}
