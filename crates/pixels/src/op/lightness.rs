//! Lightness, chroma and hue in CIELAB (D65).

use plan::{Color, Modulate};

use crate::{
    Error,
    color::lab,
    limits::Cancel,
    picture::{Layout, Picture},
};

/// Multiplies L and C, turns the hue. L may pass 100 on the way: only the resulting channels are cut.
pub(crate) fn modulate(
    picture: Picture,
    Modulate { lightness, chroma, hue }: Modulate,
    cancel: &Cancel,
) -> Result<Picture, Error> {
    let (lightness, chroma) = (lightness as f32, chroma as f32);
    let (sin, cos) = (hue.to_radians().sin() as f32, hue.to_radians().cos() as f32);
    each(picture, cancel, |[l, a, b]| {
        [l * lightness, (a * cos - b * sin) * chroma, (a * sin + b * cos) * chroma]
    })
}

/// L stays, a and b are those of `color`.
pub(crate) fn tint(picture: Picture, color: Color, cancel: &Cancel) -> Result<Picture, Error> {
    let [_, a, b] = lab::lab(lab::roots(&[color.r, color.g, color.b]));
    let is_neutral = color.r == color.g && color.g == color.b;
    let layout = if is_neutral { picture.layout } else { picture.layout.with_colors() };
    each(picture.into_layout(layout), cancel, |[l, _, _]| [l, a, b])
}

/// Lightness that becomes black and that becomes white.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    black: f32,
    white: f32,
}

/// Steps of lightness that are told apart.
const STEPS: usize = 1000;

impl Range {
    /// The lightness below which the darkest and above which the brightest hundredth of the visible pixels lie. Where
    /// both are (nearly) the same nothing is stretched.
    pub(crate) fn of(picture: &Picture) -> Self {
        let mut counts = vec![0_u64; STEPS + 1];
        for pixel in picture.data.chunks_exact(picture.layout.channels()) {
            let visible = if picture.layout == Layout::Rgba { u64::from(pixel[3]) } else { 1 };
            let [l, _, _] = lab::lab(lab::roots(pixel));
            let step = ((l - 16.0) / 100.0 * STEPS as f32 + 0.5).clamp(0.0, STEPS as f32);
            counts[step as usize] += visible;
        }
        let cut = counts.iter().sum::<u64>() / 100;
        let black = first_beyond(counts.iter(), cut);
        let white = STEPS - first_beyond(counts.iter().rev(), cut).min(STEPS);
        if white <= black + STEPS / 100 {
            return Self { black: 0.0, white: 100.0 };
        }
        let lightness = |step: usize| step as f32 * 100.0 / STEPS as f32;
        Self { black: lightness(black), white: lightness(white) }
    }

    /// Stretches lightness, which leaves hues and chroma as they are.
    pub(crate) fn apply(self, picture: Picture, cancel: &Cancel) -> Result<Picture, Error> {
        let Self { black, white } = self;
        if (black, white) == (0.0, 100.0) {
            return Ok(picture);
        }
        let factor = 100.0 / (white - black);
        each(picture, cancel, |[l, a, b]| [((l - black) * factor).clamp(0.0, 100.0), a, b])
    }
}

fn first_beyond<'a>(counts: impl Iterator<Item = &'a u64>, cut: u64) -> usize {
    let mut sum = 0;
    counts
        .take_while(|count| {
            sum += **count;
            sum <= cut
        })
        .count()
}

/// `rule` makes new L, a and b of the old; L is 0 to 100 here.
fn each(
    mut picture: Picture,
    cancel: &Cancel,
    rule: impl Fn([f32; 3]) -> [f32; 3],
) -> Result<Picture, Error> {
    let channels = picture.layout.channels();
    for y in 0..picture.size.height {
        cancel.check()?;
        for pixel in picture.row_mut(y).chunks_exact_mut(channels) {
            let [l, a, b] = lab::lab(lab::roots(pixel));
            let [l, a, b] = rule([l - 16.0, a, b]);
            lab::store(lab::roots_of([l + 16.0, a, b]), pixel);
        }
    }
    Ok(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixel(picture: Result<Picture, Error>) -> Vec<u8> {
        picture.unwrap().data
    }

    #[track_caller]
    fn is_near(got: &[u8], expected: &[u8]) {
        let worst = got.iter().zip(expected).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(worst <= Some(5), "{got:?} instead of {expected:?}");
    }

    /// The numbers are those of sharp 0.35.
    #[test]
    fn colours_change_as_in_sharp() {
        let brown = || Picture::of(1, 1, |_, _| [200, 100, 50]);
        let changed = |lightness, chroma, hue| {
            pixel(modulate(brown(), Modulate { lightness, chroma, hue }, &Cancel::default()))
        };
        is_near(&changed(2.0, 1.0, 0.0), &[255, 247, 189]);
        is_near(&changed(1.0, 0.0, 0.0), &[128; 3]);
        is_near(&changed(1.0, 1.0, 90.0), &[53, 146, 61]);
        is_near(&changed(1.0, 1.0, 180.0), &[0, 148, 206]);
        let tinted = |color| pixel(tint(brown(), color, &Cancel::default()));
        is_near(&tinted(Color::BLACK), &[128; 3]);
        is_near(&tinted(Color::rgb(255, 0, 0)), &[255, 9, 2]);
        is_near(&tinted(Color::rgb(0, 255, 0)), &[0, 156, 0]);
    }

    #[test]
    fn alpha_stays_and_grey_takes_on_a_tint() {
        let red = Color::rgb(255, 0, 0);
        let got = tint(Picture::of(1, 1, |_, _| [90, 90, 90, 7]), red, &Cancel::default());
        assert_eq!(got.unwrap().data[3], 7);
        let grey = Picture::of(1, 1, |_, _| [90]);
        let got = tint(grey.clone(), red, &Cancel::default()).unwrap();
        assert!(got.layout == Layout::Rgb && got.data[0] > got.data[1]);
        assert_eq!(tint(grey, Color::BLACK, &Cancel::default()).unwrap().layout, Layout::Gray);
    }

    #[test]
    fn lightness_is_stretched_and_extremes_do_not_count() {
        let stretched = |picture: Picture| {
            let range = Range::of(&picture);
            range.apply(picture, &Cancel::default()).unwrap()
        };
        let got = stretched(Picture::of(1000, 1, |x, _| match x {
            0 => [0],
            1 => [255],
            _ => [100 + (x % 51) as u8],
        }));
        assert_eq!((got.at(2 * 51, 0), got.at(50 + 51, 0)), (&[0][..], &[255][..]));
        let even = Picture::of(9, 9, |_, _| [77, 88, 99]);
        assert_eq!(stretched(even.clone()), even);
        // Reddish stays as reddish as it was.
        let got = stretched(Picture::of(
            10,
            1,
            |x, _| if x < 5 { [90, 60, 60] } else { [180, 150, 150] },
        ));
        assert!(got.at(0, 0)[0] > got.at(0, 0)[1]);
        assert!(got.at(9, 0)[0] == 255 && got.at(9, 0)[1] > 230);
    }
}
