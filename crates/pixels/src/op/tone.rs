//! Each channel for itself: what becomes of a level depends on nothing but the level.

use plan::Linear;

use super::grayscale::grayscale;
use crate::picture::Picture;

/// 255 minus each colour channel; alpha stays.
pub(crate) fn negate(picture: Picture) -> Picture {
    mapped(picture, |level| 255.0 - level)
}

/// `gain * c + offset`, rounded and cut to the range; alpha stays.
pub(crate) fn linear(picture: Picture, Linear { gain, offset }: Linear) -> Picture {
    mapped(picture, |level| gain * level + offset)
}

/// Each colour channel to the power of `1 / gamma`: above 1 brightens. Alpha stays.
pub(crate) fn gamma(picture: Picture, gamma: f64) -> Picture {
    mapped(picture, |level| 255.0 * (level / 255.0).powf(1.0 / gamma))
}

/// White where the luminance is at least `level`, else black; alpha stays.
pub(crate) fn threshold(picture: Picture, level: u8) -> Picture {
    mapped(grayscale(picture), |own| if own >= f64::from(level) { 255.0 } else { 0.0 })
}

fn mapped(mut picture: Picture, rule: impl Fn(f64) -> f64) -> Picture {
    // A number that is none becomes 0, as casts do.
    let table: [u8; 256] = std::array::from_fn(|level| rule(level as f64).round() as u8);
    for pixel in picture.data.chunks_exact_mut(picture.layout.channels()) {
        for sample in pixel.iter_mut().take(3) {
            *sample = table[usize::from(*sample)];
        }
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brown() -> Picture {
        Picture::of(1, 1, |_, _| [200, 100, 50, 77])
    }

    #[test]
    fn each_has_its_numbers_and_keeps_alpha() {
        let line = |gain, offset| linear(brown(), Linear { gain, offset }).data;
        assert_eq!(negate(brown()).data, [55, 155, 205, 77]);
        assert_eq!(line(1.5, 10.0), [255, 160, 85, 77]);
        assert_eq!(line(0.5, -20.0), [80, 30, 5, 77]);
        assert_eq!(line(f64::MAX, f64::MIN), [255, 255, 255, 77], "the gain wins");
        assert_eq!(gamma(brown(), 2.0).data, [226, 160, 113, 77]);
        assert_eq!(threshold(brown(), 128).data, [255, 255, 255, 77]);
        assert_eq!(threshold(brown(), 129).data, [0, 0, 0, 77]);
    }

    #[test]
    fn grey_pictures_stay_grey() {
        assert_eq!(negate(Picture::of(2, 1, |x, _| [x as u8])).data, [255, 254]);
    }
}
