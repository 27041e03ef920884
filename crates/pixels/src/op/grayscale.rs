//! Luminance.

use crate::{
    color::curve::{code_of, linear_of},
    picture::{Layout, Picture},
};

/// Relative luminance: BT.709 weights on linear light. A picture without alpha becomes [`Layout::Gray`]; with alpha,
/// red, green and blue become equal.
pub(crate) fn grayscale(mut picture: Picture) -> Picture {
    if picture.layout == Layout::Gray {
        return picture;
    }
    let weigh = |weight: f64| -> [f32; 256] {
        std::array::from_fn(|code| (weight * linear_of(code as u8)) as f32)
    };
    let (red, green, blue) = (weigh(0.2126), weigh(0.7152), weigh(0.0722));
    // Between two codes in the dark lie 20 entries, so that none is rounded wrongly by more than that part.
    let codes: Vec<u8> =
        (0..=u16::MAX).map(|i| code_of(f64::from(i) / f64::from(u16::MAX))).collect();
    let luminance = |pixel: &[u8]| {
        let light =
            red[usize::from(pixel[0])] + green[usize::from(pixel[1])] + blue[usize::from(pixel[2])];
        codes[((light * f32::from(u16::MAX) + 0.5) as usize).min(codes.len() - 1)]
    };
    if picture.layout == Layout::Rgb {
        let data = picture.data.as_chunks::<3>().0.iter().map(|pixel| luminance(pixel)).collect();
        return Picture { size: picture.size, layout: Layout::Gray, data };
    }
    for pixel in picture.data.as_chunks_mut::<4>().0 {
        let level = luminance(pixel);
        pixel[..3].fill(level);
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weighs_light_not_codes() {
        let gray = |pixel: [u8; 3]| grayscale(Picture::of(1, 1, |_, _| pixel)).data[0];
        assert_eq!(gray([200, 100, 50]), 128);
        assert_eq!((gray([255, 0, 0]), gray([0, 255, 0]), gray([0, 0, 255])), (127, 220, 76));
        for level in 0..=255 {
            assert_eq!(gray([level; 3]), level, "neutral stays");
        }
    }

    #[test]
    fn alpha_stays() {
        assert_eq!(
            grayscale(Picture::of(1, 1, |_, _| [200, 100, 50, 33])).data,
            [128, 128, 128, 33]
        );
    }
}
