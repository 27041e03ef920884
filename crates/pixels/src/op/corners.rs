//! Rounded corners.

use plan::{Corners, Size};

use crate::picture::{Layout, Picture};

/// Rounds the corners; outside of them the picture becomes transparent. Edges are smooth: a pixel that the
/// curve crosses keeps the part that is inside. Radii in pixels, at most half of the shorter side (larger ones are
/// limited to it); [`Corners::Max`] is the ellipse that touches all sides.
pub(crate) fn round_corners(picture: Picture, corners: Corners) -> Picture {
    let mut picture = picture.into_layout(Layout::Rgba);
    let size = picture.size;
    let limit = f64::from(size.width.min(size.height)) / 2.0;
    let circle = |radius: f64| {
        let radius = if radius.is_finite() { radius.clamp(0.0, limit) } else { 0.0 };
        (radius, radius)
    };
    let radii = match corners {
        Corners::Radii { top_left, top_right, bottom_right, bottom_left } => {
            [top_left, top_right, bottom_left, bottom_right].map(circle)
        }
        Corners::Max => [(f64::from(size.width) / 2.0, f64::from(size.height) / 2.0); 4],
    };
    for (place, radii) in radii.into_iter().enumerate() {
        round_one(&mut picture, size, place % 2 == 1, place >= 2, radii);
    }
    picture
}

/// Seen from the corner, whichever it is: `x` and `y` count from it inwards.
fn round_one(
    picture: &mut Picture,
    size: Size,
    is_right: bool,
    is_bottom: bool,
    (rx, ry): (f64, f64),
) {
    if rx <= 0.0 || ry <= 0.0 {
        return;
    }
    let (columns, rows) = ((rx.ceil() as u32).min(size.width), (ry.ceil() as u32).min(size.height));
    for y in 0..rows {
        let row = picture.row_mut(if is_bottom { size.height - 1 - y } else { y });
        let pixels = row.as_chunks_mut::<4>().0;
        for x in 0..columns {
            let (dx, dy) = (rx - (f64::from(x) + 0.5), ry - (f64::from(y) + 0.5));
            if dx <= 0.0 || dy <= 0.0 {
                // Beyond the centre of the curve: another corner's, or straight.
                continue;
            }
            let inside = coverage(dx, dy, rx, ry);
            let index = if is_right { size.width - 1 - x } else { x };
            let alpha = &mut pixels[index as usize][3];
            *alpha = (f64::from(*alpha) * inside + 0.5) as u8;
        }
    }
}

/// The part of the pixel with its centre at `dx`, `dy` that lies inside the ellipse around 0, from the centre's distance to the curve.
fn coverage(dx: f64, dy: f64, rx: f64, ry: f64) -> f64 {
    let value = (dx / rx).powi(2) + (dy / ry).powi(2) - 1.0;
    let slope = 2.0 * ((dx / (rx * rx)).powi(2) + (dy / (ry * ry)).powi(2)).sqrt();
    (0.5 - value / slope).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(width: u32, height: u32, corners: Corners) -> Picture {
        round_corners(Picture::of(width, height, |_, _| [10, 20, 30]), corners)
    }

    fn radii(top_left: f64, top_right: f64, bottom_right: f64, bottom_left: f64) -> Corners {
        Corners::Radii { top_left, top_right, bottom_right, bottom_left }
    }

    fn alpha(picture: &Picture, x: u32, y: u32) -> u8 {
        picture.at(x, y)[3]
    }

    /// Pixels' worth of opacity that is missing.
    fn missing(picture: &Picture) -> f64 {
        picture.data.as_chunks::<4>().0.iter().map(|pixel| 1.0 - f64::from(pixel[3]) / 255.0).sum()
    }

    #[test]
    fn cuts_the_area_that_geometry_says() {
        for radius in [3.0, 10.5, 40.0] {
            let expected = (4.0 - std::f64::consts::PI) * radius * radius;
            let got = missing(&rounded(120, 90, radii(radius, radius, radius, radius)));
            assert!(
                (got - expected).abs() < 0.02 * expected + 0.5,
                "radius {radius}: {got}, expected {expected}"
            );
        }
        let expected = 120.0 * 90.0 * (1.0 - std::f64::consts::PI / 4.0);
        let got = missing(&rounded(120, 90, Corners::Max));
        assert!((got - expected).abs() < 0.01 * expected, "{got}, expected {expected}");
    }

    #[test]
    fn each_corner_has_its_own_radius() {
        let got = rounded(40, 30, radii(0.0, 5.0, 10.0, 15.0));
        let corners = [(0, 0), (39, 0), (39, 29), (0, 29)].map(|(x, y)| alpha(&got, x, y));
        assert_eq!(corners, [255, 0, 0, 0]);
        assert_eq!(
            [alpha(&got, 34, 0), alpha(&got, 29, 29), alpha(&got, 15, 29), alpha(&got, 20, 15)],
            [255; 4]
        );
    }

    #[test]
    fn the_edge_is_smooth() {
        let got = rounded(40, 40, Corners::Max);
        assert!(
            got.data.as_chunks::<4>().0.iter().filter(|pixel| (1..255).contains(&pixel[3])).count()
                > 40
        );
        assert_eq!(got.at(20, 20), [10, 20, 30, 255]);
    }

    #[test]
    fn a_radius_is_limited_to_half_of_the_shorter_side() {
        assert_eq!(
            rounded(40, 20, radii(99.0, 99.0, 99.0, 99.0)),
            rounded(40, 20, radii(10.0, 10.0, 10.0, 10.0))
        );
    }

    #[test]
    fn alpha_that_was_there_is_multiplied() {
        let got = round_corners(Picture::of(20, 20, |_, _| [1, 2, 3, 100]), Corners::Max);
        assert_eq!((alpha(&got, 10, 10), alpha(&got, 0, 0)), (100, 0));
    }
}
