//! Stretching intensities to the full range.

use crate::picture::{Layout, Picture};

/// What becomes black and what becomes white.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Levels {
    black: u8,
    white: u8,
}

impl Levels {
    /// The intensities (luma of the encoded samples) below which the darkest and above which the brightest hundredth
    /// of the visible pixels lie; of a picture with only one in between, the darkest and the brightest.
    pub(crate) fn of(picture: &Picture) -> Self {
        let mut counts = [0_u64; 256];
        match picture.layout {
            Layout::Gray => picture.data.iter().for_each(|&level| counts[usize::from(level)] += 1),
            Layout::Rgb => {
                picture
                    .data
                    .as_chunks::<3>()
                    .0
                    .iter()
                    .for_each(|&[r, g, b]| counts[luma(r, g, b)] += 1);
            }
            Layout::Rgba => {
                for &[r, g, b, a] in picture.data.as_chunks::<4>().0 {
                    counts[luma(r, g, b)] += u64::from(a);
                }
            }
        }
        let total: u64 = counts.iter().sum();
        let range = |cut: u64| {
            let black = position(counts.iter().copied(), cut);
            let white = 255 - position(counts.iter().rev().copied(), cut);
            (black < white).then_some(Self { black, white })
        };
        range(total / 100).or_else(|| range(0)).unwrap_or(Self { black: 0, white: 255 })
    }

    /// Stretches all channels by the same straight line.
    pub(crate) fn apply(self, mut picture: Picture) -> Picture {
        let (black, range) = (f64::from(self.black), f64::from(self.white) - f64::from(self.black));
        let table: [u8; 256] =
            std::array::from_fn(|level| ((level as f64 - black) * 255.0 / range).round() as u8);
        let channels = picture.layout.channels();
        for pixel in picture.data.chunks_exact_mut(channels) {
            for sample in pixel.iter_mut().take(3) {
                *sample = table[usize::from(*sample)];
            }
        }
        picture
    }
}

/// BT.709 weights on encoded samples.
fn luma(r: u8, g: u8, b: u8) -> usize {
    (13_933 * usize::from(r) + 46_871 * usize::from(g) + 4_732 * usize::from(b) + 32_768) >> 16
}

/// The first place up to which more than `cut` have been counted.
fn position(counts: impl Iterator<Item = u64>, cut: u64) -> u8 {
    let mut sum = 0;
    let place = counts
        .take_while(|count| {
            sum += count;
            sum <= cut
        })
        .count();
    place.min(255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretched(picture: Picture) -> Picture {
        Levels::of(&picture).apply(picture)
    }

    #[test]
    fn fills_the_range() {
        let got = stretched(Picture::of(100, 1, |x, _| [100 + (x / 2) as u8; 3]));
        assert_eq!((got.at(0, 0), got.at(99, 0)), (&[0, 0, 0][..], &[255, 255, 255][..]));
        let middle = got.at(50, 0)[0];
        assert!((120..=137).contains(&middle), "{middle}");
    }

    #[test]
    fn single_extremes_do_not_count() {
        // One black and one white pixel among 1,000 between 100 and 150.
        let got = stretched(Picture::of(1000, 1, |x, _| match x {
            0 => [0],
            1 => [255],
            _ => [100 + (x % 51) as u8],
        }));
        assert_eq!((got.at(2 * 51, 0), got.at(50 + 51, 0)), (&[0][..], &[255][..]));
    }

    #[test]
    fn colours_are_stretched_by_one_rule() {
        let got = stretched(Picture::of(
            10,
            1,
            |x, _| if x < 5 { [50, 50, 50] } else { [150, 150, 100] },
        ));
        let luma = luma(150, 150, 100) as f64;
        let blue = ((100.0 - 50.0) * 255.0 / (luma - 50.0)).round() as u8;
        assert_eq!((got.at(0, 0), got.at(9, 0)), (&[0, 0, 0][..], &[255, 255, blue][..]));
    }

    #[test]
    fn nothing_to_stretch_stays() {
        let flat = Picture::of(5, 5, |_, _| [77, 77, 77]);
        assert_eq!(stretched(flat.clone()), flat);
        // Of 1,000 pixels only five differ: less than a hundredth, and still all there is.
        let nearly = stretched(Picture::of(1000, 1, |x, _| [if x < 5 { 20 } else { 90 }]));
        assert_eq!((nearly.at(0, 0), nearly.at(9, 0)), (&[0][..], &[255][..]));
    }

    #[test]
    fn clear_pixels_do_not_count_and_alpha_stays() {
        let got = stretched(Picture::of(40, 1, |x, _| match x {
            0..10 => [0, 0, 0, 0],
            10..25 => [100, 100, 100, 255],
            _ => [200, 200, 200, 9],
        }));
        assert_eq!((got.at(12, 0), got.at(30, 0)), (&[0, 0, 0, 255][..], &[255, 255, 255, 9][..]));
    }
}
