//! A colour behind the picture.

use plan::Color;

use crate::picture::{Layout, Picture};

/// Lays the picture onto `color`: `over * alpha + under * (1 - alpha)` on the encoded samples. The result is opaque
/// if the colour is; a picture without alpha stays as it is.
pub(crate) fn background(mut picture: Picture, color: Color) -> Picture {
    if picture.layout != Layout::Rgba {
        return picture;
    }
    let under_alpha = f32::from(color.a) / 255.0;
    let under = [color.r, color.g, color.b].map(f32::from);
    for pixel in picture.data.as_chunks_mut::<4>().0 {
        let over_alpha = f32::from(pixel[3]) / 255.0;
        let behind = under_alpha * (1.0 - over_alpha);
        let alpha = over_alpha + behind;
        if alpha > 0.0 {
            for c in 0..3 {
                pixel[c] =
                    ((f32::from(pixel[c]) * over_alpha + under[c] * behind) / alpha + 0.5) as u8;
            }
        }
        pixel[3] = (alpha * 255.0 + 0.5) as u8;
    }
    if color.is_opaque() { picture.into_layout(Layout::Rgb) } else { picture }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pixel: [u8; 4], color: Color, expected: &[u8]) {
        let got = background(Picture::of(1, 1, |_, _| pixel), color);
        assert_eq!(got.data, expected);
    }

    #[test]
    fn mixes_by_alpha() {
        let pixel = [200, 100, 50, 128];
        check(pixel, Color::BLACK, &[100, 50, 25]);
        check(pixel, Color::WHITE, &[227, 177, 152]);
        check([9, 9, 9, 0], Color::rgb(1, 2, 3), &[1, 2, 3]);
        check([9, 8, 7, 255], Color::WHITE, &[9, 8, 7]);
    }

    #[test]
    fn a_half_transparent_colour_leaves_alpha() {
        check([200, 100, 50, 0], Color { r: 10, g: 20, b: 30, a: 128 }, &[10, 20, 30, 128]);
        check([200, 100, 50, 255], Color { r: 10, g: 20, b: 30, a: 128 }, &[200, 100, 50, 255]);
        check([200, 100, 50, 128], Color { r: 200, g: 100, b: 50, a: 128 }, &[200, 100, 50, 192]);
        check([1, 2, 3, 0], Color::TRANSPARENT, &[1, 2, 3, 0]);
    }

    #[test]
    fn without_alpha_nothing_shows_through() {
        let picture = Picture::of(2, 2, |x, _| [x as u8]);
        assert_eq!(background(picture.clone(), Color::WHITE), picture);
    }
}
