//! A shadow below what is not transparent.

use plan::{Shadow, Size};

use super::{blur, compose::over};
use crate::{
    Error,
    limits::Cancel,
    picture::{Layout, Picture},
};

/// Lays the picture onto its own shadow: its alpha, blurred with a standard deviation of half the radius, moved by whole
/// pixels, black. Beyond the canvas there is nothing that casts a shadow. A picture without alpha hides its shadow
/// and stays as it is.
pub(crate) fn shadow(
    mut picture: Picture,
    shadow: Shadow,
    cancel: &Cancel,
) -> Result<Picture, Error> {
    if picture.layout != Layout::Rgba {
        return Ok(picture);
    }
    let (width, height) = (f64::from(picture.size.width), f64::from(picture.size.height));
    let (x, y) = (offset(shadow.x, width), offset(shadow.y, height));
    let sigma = shadow.blur.clamp(0.0, 15.0) / 100.0 * width.min(height) / 2.0;
    let mask = blur::blur(alpha_moved(&picture, x, y), sigma, cancel)?;
    let strength = shadow.strength.clamp(0.0, 1.0);
    let levels: [u8; 256] = std::array::from_fn(|alpha| (alpha as f64 * strength).round() as u8);
    for y in 0..picture.size.height {
        cancel.check()?;
        // A rim of one pixel is around the mask.
        let mask = &mask.row(y + 1)[1..];
        for (pixel, &alpha) in picture.row_mut(y).as_chunks_mut::<4>().0.iter_mut().zip(mask) {
            match levels[usize::from(alpha)] {
                0 => {}
                shade => *pixel = over(*pixel, [0, 0, 0, shade]),
            }
        }
    }
    Ok(picture)
}

/// Bytes that a shadow needs beside its picture.
pub(crate) fn memory(size: Size, shadow: Shadow) -> u64 {
    let rimmed = Size::new(size.width.saturating_add(2), size.height.saturating_add(2));
    let sigma = shadow.blur.clamp(0.0, 15.0) / 200.0 * f64::from(size.width.min(size.height));
    rimmed.pixels() + blur::memory(rimmed, 1, sigma)
}

/// Percent of a side in whole pixels. More than the side moves all of the shadow off the canvas.
fn offset(percent: f64, side: f64) -> i64 {
    (percent.clamp(-100.0, 100.0) / 100.0 * side).round() as i64
}

/// The alpha of a picture as levels, moved, with a rim of one clear pixel: what blurs beyond the edge then finds
/// nothing there.
fn alpha_moved(picture: &Picture, x: i64, y: i64) -> Picture {
    let Size { width, height } = picture.size;
    let mut mask = Picture::blank(Size::new(width + 2, height + 2), Layout::Gray);
    let columns = i64::from(width);
    let (from, to) = ((-x).clamp(0, columns) as usize, (columns - x).clamp(0, columns) as usize);
    for row in 0..height {
        let source = i64::from(row) - y;
        if !(0..i64::from(height)).contains(&source) || from >= to {
            continue;
        }
        let pixels = &picture.row(source as u32).as_chunks::<4>().0[from..to];
        let start = (from as i64 + x) as usize + 1;
        let levels = &mut mask.row_mut(row + 1)[start..start + pixels.len()];
        levels.iter_mut().zip(pixels).for_each(|(level, pixel)| *level = pixel[3]);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A red block in the middle of nothing.
    fn block() -> Picture {
        Picture::of(100, 50, |x, y| {
            let inside = (40..60).contains(&x) && (20..30).contains(&y);
            if inside { [255, 0, 0, 255] } else { [0, 255, 0, 0] }
        })
    }

    fn with(picture: Picture, blur: f64, strength: f64, x: f64, y: f64) -> Picture {
        shadow(picture, Shadow { blur, strength, x, y }, &Cancel::default()).unwrap()
    }

    #[test]
    fn lies_beside_the_picture_and_below_it() {
        let got = with(block(), 0.0, 0.4, 10.0, -10.0);
        assert_eq!(got.size, block().size);
        assert_eq!(
            (got.at(45, 25), got.at(59, 20)),
            (&[255, 0, 0, 255][..], &[255, 0, 0, 255][..])
        );
        // Ten columns to the right, five rows up.
        for (place, alpha) in [
            ((69, 15), 102),
            ((69, 24), 102),
            ((70, 20), 0),
            ((69, 25), 0),
            ((50, 15), 102),
            ((49, 15), 0),
        ] {
            assert_eq!(got.at(place.0, place.1)[3], alpha, "{place:?}");
        }
        assert_eq!(got.at(65, 20), [0, 0, 0, 102]);
    }

    #[test]
    fn is_soft_and_keeps_its_weight() {
        let hard = with(block(), 0.0, 1.0, 0.0, 40.0);
        let soft = with(block(), 10.0, 1.0, 0.0, 40.0);
        let weight = |picture: &Picture| -> u64 {
            picture.data.as_chunks::<4>().0.iter().map(|pixel| u64::from(pixel[3])).sum()
        };
        assert!(soft.at(50, 38)[3] < 255 && soft.at(37, 45)[3] > 0);
        assert!(weight(&soft) < weight(&hard), "some of it lies below the block or off the canvas");
    }

    #[test]
    fn an_edge_of_the_canvas_casts_no_shadow() {
        // Opaque up to the right edge: to the left of it the shadow fades as on every side.
        let picture = Picture::of(40, 40, |x, _| [9, 9, 9, if x >= 20 { 255 } else { 0 }]);
        let got = with(picture, 0.0, 1.0, -25.0, 0.0);
        assert_eq!((got.at(10, 5), got.at(9, 5)[3]), (&[0, 0, 0, 255][..], 0));
    }

    #[test]
    fn half_transparent_pixels_show_it() {
        let picture = Picture::of(10, 10, |_, _| [255, 255, 255, 128]);
        assert_eq!(with(picture, 0.0, 1.0, 0.0, 0.0).at(5, 5), [170, 170, 170, 192]);
    }

    #[test]
    fn an_opaque_picture_hides_it_and_extremes_do_no_harm() {
        let opaque = Picture::of(10, 10, |_, _| [1, 2, 3]);
        assert_eq!(with(opaque.clone(), 10.0, 1.0, 5.0, 5.0), opaque);
        for value in [1e300, -1e300, f64::INFINITY, f64::NAN] {
            assert_eq!(with(block(), value, value, value, value).size, block().size);
        }
        let far = with(block(), 0.0, 1.0, 100.0, 0.0);
        assert_eq!(far, block());
        assert_eq!(with(Picture::of(1, 1, |_, _| [1, 2, 3, 4]), 15.0, 1.0, 2.0, 2.0).size.width, 1);
    }
}
