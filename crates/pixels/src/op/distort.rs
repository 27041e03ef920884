//! Bending: perspective and arc.
//!
//! Each pixel of the result is asked where in the picture it comes from, and how fast that place moves from pixel to
//! pixel. Where it moves by more than a pixel, several places are averaged, so that nothing flickers; at the
//! picture's edges a pixel keeps the part that is covered, so that they are smooth.

use std::f64::consts::PI;

use plan::{Distort, Size};

use super::sampling::{sample, store};
use crate::{
    Error,
    limits::Cancel,
    picture::{Layout, Picture},
};

/// Places along each axis that are averaged for one pixel, at most.
const FINEST: f64 = 8.0;

/// Bends the picture on its own canvas; what it no longer covers is clear.
///
/// Perspective: its corners lie at the given points (pixel edges, from top left clockwise). Corners on one line show
/// nothing. Arc: its middle row lies on a circle's arc of so many degrees (up to a full circle), upwards if they are
/// positive; the whole arc fits the canvas, in its middle.
pub(crate) fn distort(
    picture: &Picture,
    distort: Distort,
    cancel: &Cancel,
) -> Result<Picture, Error> {
    match distort {
        Distort::Perspective(corners) => match Homography::onto(corners, picture.size) {
            Some(homography) => warp(picture, |x, y| homography.spot(x, y), cancel),
            None => Ok(Picture::blank(picture.size, Layout::Rgba)),
        },
        Distort::Arc(degrees) => match Arc::new(degrees, picture.size) {
            Some(arc) => warp(picture, |x, y| Some(arc.spot(x, y)), cancel),
            None => Ok(picture.clone()),
        },
    }
}

/// Where in the picture a pixel of the result comes from.
struct Spot {
    u: f64,
    v: f64,
    /// What one pixel to the right changes, and one down.
    across: (f64, f64),
    down: (f64, f64),
    /// Whether left and right edge of the picture meet here, so that neither shows.
    closed: bool,
}

fn warp(
    picture: &Picture,
    spot: impl Fn(f64, f64) -> Option<Spot>,
    cancel: &Cancel,
) -> Result<Picture, Error> {
    let size = picture.size;
    let mut result = Picture::blank(size, Layout::Rgba);
    for y in 0..size.height {
        cancel.check()?;
        for (x, target) in result.row_mut(y).as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let Some(spot) = spot(x as f64 + 0.5, f64::from(y) + 0.5) else { continue };
            let inside = spot.covered(size) as f32;
            if inside > 0.0 {
                store(spot.average(picture).map(|sample| sample * inside), target);
            }
        }
    }
    Ok(result)
}

impl Spot {
    /// The part of the pixel that the picture covers, from the distances to its edges in pixels of the result.
    fn covered(&self, size: Size) -> f64 {
        let along = |place: f64, side: u32, across: f64, down: f64| {
            let speed = across.hypot(down).max(1e-9);
            let (before, behind) = (place / speed, (f64::from(side) - place) / speed);
            (before + 0.5).min(behind + 0.5).clamp(0.0, 1.0)
        };
        let down = along(self.v, size.height, self.across.1, self.down.1);
        if self.closed {
            return down;
        }
        down * along(self.u, size.width, self.across.0, self.down.0)
    }

    /// Premultiplied colour and alpha; see [`sample`].
    fn average(&self, picture: &Picture) -> [f32; 4] {
        let count = |(u, v): (f64, f64)| u.hypot(v).ceil().clamp(1.0, FINEST) as u32;
        let (columns, rows) = (count(self.across), count(self.down));
        let at = |x: f64, y: f64| {
            let u = self.u + self.across.0 * x + self.down.0 * y;
            let v = self.v + self.across.1 * x + self.down.1 * y;
            sample(picture, u as f32 - 0.5, v as f32 - 0.5)
        };
        if columns * rows == 1 {
            return at(0.0, 0.0);
        }
        let place = |i: u32, count: u32| (f64::from(i) + 0.5) / f64::from(count) - 0.5;
        let mut sum = [0.0; 4];
        for row in 0..rows {
            for column in 0..columns {
                let part = at(place(column, columns), place(row, rows));
                sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
            }
        }
        sum.map(|sum| sum / (columns * rows) as f32)
    }
}

/// From the result to the picture, in homogeneous coordinates: rows for `u * w`, `v * w` and `w`.
struct Homography([[f64; 3]; 3]);

impl Homography {
    /// The one that lays the picture's corners onto these; `None` if they enclose nothing.
    fn onto(corners: [(f64, f64); 4], size: Size) -> Option<Self> {
        let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = corners;
        // From the unit square to the corners (Heckbert, Fundamentals of Texture Mapping, 2.2.3).
        let (dx1, dx2, sx) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
        let (dy1, dy2, sy) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
        let area = dx1 * dy2 - dx2 * dy1;
        let g = (sx * dy2 - dx2 * sy) / area;
        let h = (dx1 * sy - sx * dy1) / area;
        let square = [
            [x1 - x0 + g * x1, x3 - x0 + h * x3, x0],
            [y1 - y0 + g * y1, y3 - y0 + h * y3, y0],
            [g, h, 1.0],
        ];
        let (inverse, determinant) = adjugate(square);
        let is_flat = determinant.abs() < 1e-6 || !determinant.is_finite();
        if area.abs() < 1e-6 || is_flat {
            return None;
        }
        // Signs such that `w` is above zero on the side of the horizon where the picture lies.
        let scale = determinant.recip();
        let (width, height) = (f64::from(size.width) * scale, f64::from(size.height) * scale);
        let [u, v, w] = inverse;
        Some(Self([u.map(|n| n * width), v.map(|n| n * height), w.map(|n| n * scale)]))
    }

    fn spot(&self, x: f64, y: f64) -> Option<Spot> {
        let [nu, nv, w] = self.0.map(|[a, b, c]| a * x + b * y + c);
        if w <= 1e-9 {
            return None;
        }
        let (u, v) = (nu / w, nv / w);
        let change = |i: usize| {
            let slope = |row: usize, place: f64| (self.0[row][i] - place * self.0[2][i]) / w;
            (slope(0, u), slope(1, v))
        };
        Some(Spot { u, v, across: change(0), down: change(1), closed: false })
    }
}

/// The adjugate of a matrix, which is its inverse times its determinant, and the determinant.
fn adjugate(m: [[f64; 3]; 3]) -> ([[f64; 3]; 3], f64) {
    let minor = |r: usize, c: usize| {
        let ((r1, r2), (c1, c2)) = (((r + 1) % 3, (r + 2) % 3), ((c + 1) % 3, (c + 2) % 3));
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    let adjugate = std::array::from_fn(|r| std::array::from_fn(|c| minor(c, r)));
    let determinant = (0..3).map(|c| m[0][c] * minor(0, c)).sum();
    (adjugate, determinant)
}

/// The picture around a centre: rows are circles, columns are rays.
struct Arc {
    size: Size,
    /// Radians from the left to the right edge.
    angle: f64,
    /// Distance of the first row from the centre, in pixels of the picture.
    outer: f64,
    /// Pixels of the picture to one of the result.
    scale: f64,
    /// The middle of the canvas seen from the centre, downwards.
    middle: f64,
    /// Whether all is upside down.
    hangs: bool,
}

impl Arc {
    /// `None` for an arc that is straight.
    fn new(degrees: f64, size: Size) -> Option<Self> {
        let angle = degrees.abs().min(360.0).to_radians();
        if angle.is_nan() || angle < 1e-3 {
            return None;
        }
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        // The last row may shrink to a point, but not turn inside out.
        let mean = (width / angle).max(height / 2.0);
        let (outer, inner) = (mean + height / 2.0, mean - height / 2.0);
        let half = angle / 2.0;
        let reach = if half < PI / 2.0 { half.sin() * outer } else { outer };
        let lowest = if half < PI / 2.0 { -half.cos() * inner } else { -half.cos() * outer };
        let scale = (2.0 * reach / width).max((outer + lowest) / height);
        let middle = (lowest - outer) / 2.0;
        Some(Self { size, angle, outer, scale, middle, hangs: degrees < 0.0 })
    }

    fn spot(&self, x: f64, y: f64) -> Spot {
        let (width, height) = (f64::from(self.size.width), f64::from(self.size.height));
        let sign = if self.hangs { -1.0 } else { 1.0 };
        let right = (x - width / 2.0) * self.scale;
        let down = (y - height / 2.0) * sign * self.scale + self.middle;
        let distance = right.hypot(down).max(1e-9);
        let per_radian = width / self.angle;
        let u = right.atan2(-down) * per_radian + width / 2.0;
        let v = self.outer - distance;
        let v = if self.hangs { height - v } else { v };
        let turn = per_radian * self.scale / (distance * distance);
        let shift = self.scale / distance;
        Spot {
            u,
            v,
            across: (-down * turn, -right * shift * sign),
            down: (right * turn * sign, -down * shift),
            closed: self.angle > 2.0 * PI - 1e-6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quadrants() -> Picture {
        Picture::of(80, 60, |x, y| match (x < 40, y < 30) {
            (true, true) => [255, 0, 0],
            (false, true) => [0, 255, 0],
            (true, false) => [0, 0, 255],
            (false, false) => [255, 255, 0],
        })
    }

    fn perspective(corners: [(f64, f64); 4]) -> Picture {
        distort(&quadrants(), Distort::Perspective(corners), &Cancel::default()).unwrap()
    }

    fn arc(degrees: f64) -> Picture {
        distort(&quadrants(), Distort::Arc(degrees), &Cancel::default()).unwrap()
    }

    fn opaque(picture: &Picture) -> f64 {
        picture.data.as_chunks::<4>().0.iter().map(|pixel| f64::from(pixel[3]) / 255.0).sum()
    }

    const RED: &[u8] = &[255, 0, 0, 255];
    const GREEN: &[u8] = &[0, 255, 0, 255];
    const BLUE: &[u8] = &[0, 0, 255, 255];
    const YELLOW: &[u8] = &[255, 255, 0, 255];

    #[test]
    fn corners_that_stay_change_nothing() {
        let got = perspective([(0.0, 0.0), (80.0, 0.0), (80.0, 60.0), (0.0, 60.0)]);
        assert_eq!(got, quadrants().into_layout(Layout::Rgba));
    }

    #[test]
    fn corners_go_where_they_are_sent() {
        // Smaller, moved, mirrored, turned: what is next to a corner comes along.
        for corners in [
            [(20.0, 10.0), (60.0, 10.0), (60.0, 50.0), (20.0, 50.0)],
            [(80.0, 0.0), (0.0, 0.0), (0.0, 60.0), (80.0, 60.0)],
            [(70.0, 5.0), (70.0, 55.0), (10.0, 55.0), (10.0, 5.0)],
            [(25.0, 0.0), (55.0, 5.0), (79.0, 58.0), (3.0, 50.0)],
            [(0.0, 20.0), (80.0, 0.0), (80.0, 60.0), (0.0, 40.0)],
        ] {
            let got = perspective(corners);
            let center =
                corners.iter().fold((0.0, 0.0), |sum, at| (sum.0 + at.0 / 4.0, sum.1 + at.1 / 4.0));
            for (corner, color) in corners.iter().zip([RED, GREEN, YELLOW, BLUE]) {
                let near = |at: f64, center: f64| (at + (center - at) * 0.15) as u32;
                let (x, y) = (near(corner.0, center.0), near(corner.1, center.1));
                assert_eq!(got.at(x, y), color, "{corners:?} at {x}, {y}");
            }
        }
    }

    #[test]
    fn covers_the_area_that_geometry_says() {
        let corners = [(25.0, 2.5), (55.3, 5.0), (79.0, 58.0), (3.0, 50.0)];
        let mut area = 0.0;
        for (i, a) in corners.iter().enumerate() {
            let b = corners[(i + 1) % 4];
            area += (a.0 * b.1 - b.0 * a.1) / 2.0;
        }
        let got = opaque(&perspective(corners));
        assert!((got - area).abs() < 0.01 * area, "{got}, expected {area}");
    }

    #[test]
    fn straight_lines_stay_straight() {
        // The middle line of the picture goes through the crossing of the diagonals.
        let corners = [(20.0, 0.0), (60.0, 0.0), (80.0, 60.0), (0.0, 60.0)];
        let got = perspective(corners);
        // Diagonals from (20, 0) to (80, 60) and (60, 0) to (0, 60) cross at (40, 20).
        assert_eq!((got.at(35, 16), got.at(35, 24)), (RED, BLUE));
        assert_eq!((got.at(45, 16), got.at(45, 24)), (GREEN, YELLOW));
    }

    #[test]
    fn corners_that_enclose_nothing_leave_nothing() {
        for corners in [
            [(5.0, 5.0); 4],
            [(0.0, 0.0), (10.0, 0.0), (20.0, 0.0), (30.0, 0.0)],
            [(f64::NAN, 0.0), (10.0, 0.0), (20.0, 9.0), (0.0, 9.0)],
        ] {
            assert!(opaque(&perspective(corners)) < 1.0, "{corners:?}");
        }
        for corners in [
            [(0.0, 0.0), (80.0, 60.0), (80.0, 0.0), (0.0, 60.0)],
            [(-1e9, 0.0), (1e9, 0.0), (1e9, 1e9), (-1e9, 1e9)],
        ] {
            assert_eq!(perspective(corners).size, quadrants().size);
        }
    }

    #[test]
    fn fine_detail_is_averaged() {
        let stripes = Picture::of(400, 40, |x, _| [if x % 2 == 0 { 0 } else { 255 }; 3]);
        let corners = [(100.0, 0.0), (150.0, 0.0), (150.0, 40.0), (100.0, 40.0)];
        let got = distort(&stripes, Distort::Perspective(corners), &Cancel::default()).unwrap();
        for x in 102..148 {
            let pixel = got.at(x, 20);
            assert!(pixel[0].abs_diff(128) < 12 && pixel[3] == 255, "{pixel:?} at {x}");
        }
    }

    #[test]
    fn an_arc_bends_upwards_and_its_opposite_downwards() {
        let up = arc(120.0);
        // Corners are cut, the upper middle is the picture's upper middle, and below the arc nothing is.
        assert_eq!([up.at(1, 1)[3], up.at(78, 1)[3], up.at(40, 58)[3]], [0; 3]);
        let column = |picture: &Picture, x: u32| -> Vec<u32> {
            (0..60).filter(|&y| picture.at(x, y)[3] == 255).collect()
        };
        let (left, middle) = (column(&up, 12), column(&up, 39));
        assert!(middle[0] < left[0], "the middle is higher: {middle:?}, {left:?}");
        assert_eq!((up.at(37, middle[2]), up.at(42, middle[2])), (RED, GREEN));
        let last = middle[middle.len() - 3];
        assert_eq!((up.at(36, last), up.at(43, last)), (BLUE, YELLOW));

        let down = arc(-120.0);
        let (left, middle) = (column(&down, 12), column(&down, 39));
        assert!(middle.last() > left.last(), "the middle is lower: {middle:?}, {left:?}");
        assert_eq!((down.at(36, middle[2]), down.at(43, middle[2])), (RED, GREEN));
    }

    #[test]
    fn an_arc_fits_its_canvas() {
        for degrees in [1.0, 45.0, 90.0, 180.0, 270.0, 360.0, -60.0, -360.0] {
            let got = arc(degrees);
            let reaches = |places: &mut dyn Iterator<Item = (u32, u32)>| {
                places.map(|(x, y)| got.at(x, y)[3]).max().unwrap() > 100
            };
            let wide =
                reaches(&mut (0..60).map(|y| (0, y))) && reaches(&mut (0..60).map(|y| (79, y)));
            let high =
                reaches(&mut (0..80).map(|x| (x, 0))) && reaches(&mut (0..80).map(|x| (x, 59)));
            assert!(wide || high, "{degrees}");
        }
        assert_eq!(arc(0.0), quadrants());
    }

    #[test]
    fn a_full_circle_has_no_seam() {
        let got = distort(
            &Picture::of(200, 40, |_, _| [9, 9, 9]),
            Distort::Arc(360.0),
            &Cancel::default(),
        )
        .unwrap();
        // Straight below the centre the ends meet.
        let alpha: Vec<u8> = (0..40).map(|y| got.at(100, y)[3]).collect();
        assert!(alpha[36] == 255, "{alpha:?}");
    }

    #[test]
    fn clear_pixels_do_not_bleed() {
        let picture =
            Picture::of(40, 40, |x, _| if x < 20 { [255, 0, 0, 255] } else { [0, 255, 0, 0] });
        let got = distort(&picture, Distort::Arc(70.0), &Cancel::default()).unwrap();
        assert!(got.data.as_chunks::<4>().0.iter().all(|pixel| pixel[1] == 0));
    }
}
