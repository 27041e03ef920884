//! Tinting.

use plan::Colorize;

use crate::{
    Error,
    color::curve::{linear_of, to_code},
    limits::Cancel,
    picture::{Layout, Picture},
};

/// Luminances from black to white for which the tint is worked out.
const STEPS: usize = 4096;

/// Moves each pixel towards the shade of the colour that has the pixel's luminance (BT.709, linear light): dark pixels
/// towards the colour in less light, bright ones towards the colour mixed with white. So luminance stays, black stays
/// black, white stays white, and a grey colour takes all colour away. The colour's alpha lessens the intensity.
pub(crate) fn colorize(
    picture: Picture,
    Colorize { color, intensity }: Colorize,
    cancel: &Cancel,
) -> Result<Picture, Error> {
    let part = (intensity.clamp(0.0, 1.0) * f64::from(color.a) / 255.0) as f32;
    let is_neutral = color.r == color.g && color.g == color.b;
    let is_gray = picture.layout == Layout::Gray;
    if part <= 0.0 || part.is_nan() || (is_gray && is_neutral) {
        return Ok(picture);
    }
    let mut picture = if is_gray { picture.into_layout(Layout::Rgb) } else { picture };
    let linear: [f32; 256] = std::array::from_fn(|code| linear_of(code as u8) as f32);
    let shades = shades([color.r, color.g, color.b].map(linear_of));
    let channels = picture.layout.channels();
    for y in 0..picture.size.height {
        cancel.check()?;
        for pixel in picture.row_mut(y).chunks_exact_mut(channels) {
            let light: [f32; 3] = std::array::from_fn(|c| linear[usize::from(pixel[c])]);
            let luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
            let shade = shades[(luminance * (STEPS - 1) as f32 + 0.5) as usize % STEPS];
            for c in 0..3 {
                let mixed = light[c] + (shade[c] - light[c]) * part;
                pixel[c] = (to_code::<false>(mixed) + 0.5) as u8;
            }
        }
    }
    Ok(picture)
}

/// The shade of a colour for each luminance, in linear light.
fn shades(color: [f64; 3]) -> Vec<[f32; 3]> {
    let own = 0.2126 * color[0] + 0.7152 * color[1] + 0.0722 * color[2];
    (0..STEPS)
        .map(|step| {
            let wanted = step as f64 / (STEPS - 1) as f64;
            color.map(|light| {
                let shade = if wanted <= own && own > 0.0 {
                    light * wanted / own
                } else {
                    1.0 - (1.0 - light) * (1.0 - wanted) / (1.0 - own).max(1e-9)
                };
                shade as f32
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use plan::Color;

    use super::*;

    const COLORS: Color = Color::rgb(255, 0, 0);
    const GRAY: Color = Color::rgb(128, 128, 128);

    fn with(picture: Picture, color: Color, intensity: f64) -> Picture {
        colorize(picture, Colorize { color, intensity }, &Cancel::default()).unwrap()
    }

    fn luminance(pixel: &[u8]) -> f64 {
        0.2126 * linear_of(pixel[0]) + 0.7152 * linear_of(pixel[1]) + 0.0722 * linear_of(pixel[2])
    }

    fn many_colours() -> Picture {
        Picture::of(64, 64, |x, y| [(x * 4) as u8, (y * 4) as u8, ((x * y) % 256) as u8])
    }

    #[test]
    fn luminance_stays() {
        for color in [COLORS, GRAY, Color::rgb(10, 40, 200), Color::BLACK, Color::WHITE] {
            for intensity in [0.3, 1.0] {
                let got = with(many_colours(), color, intensity);
                for (got, was) in got.data.chunks(3).zip(many_colours().data.chunks(3)) {
                    let off = (luminance(got) - luminance(was)).abs();
                    assert!(off < 0.006, "{color:?} made {got:?} of {was:?}");
                }
            }
        }
    }

    #[test]
    fn colours_become_shades_of_the_tint() {
        let got = with(many_colours(), COLORS, 1.0);
        assert!(got.data.chunks(3).all(|pixel| pixel[0] >= pixel[1] && pixel[1] == pixel[2]));
        let same = with(Picture::of(1, 1, |_, _| [255, 0, 0]), COLORS, 1.0);
        assert_eq!(same.data, [255, 0, 0]);
    }

    #[test]
    fn grey_takes_the_colour_away() {
        let got = with(many_colours(), GRAY, 1.0);
        assert!(got.data.chunks(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]));
        let half = with(Picture::of(1, 1, |_, _| [255, 0, 0]), GRAY, 0.5);
        assert!(half.data[0] < 255 && half.data[1] > 0 && half.data[0] > half.data[1]);
    }

    #[test]
    fn nothing_of_it_is_nothing() {
        assert_eq!(with(many_colours(), COLORS, 0.0), many_colours());
        assert_eq!(with(many_colours(), Color::TRANSPARENT, 1.0), many_colours());
        assert_eq!(with(many_colours(), COLORS, f64::NAN), many_colours());
    }

    #[test]
    fn alpha_stays_and_grey_pictures_become_coloured() {
        let got = with(Picture::of(1, 1, |_, _| [90, 90, 90, 7]), COLORS, 1.0);
        assert!(got.data[0] > got.data[1] && got.data[3] == 7);
        let gray = Picture::of(1, 1, |_, _| [90]);
        assert_eq!(with(gray.clone(), COLORS, 1.0).layout, Layout::Rgb);
        assert_eq!(with(gray.clone(), GRAY, 1.0), gray);
    }
}
