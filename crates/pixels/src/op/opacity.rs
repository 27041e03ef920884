//! Fading.

use crate::picture::{Layout, Picture};

/// Multiplies alpha with `factor`, 0.0 clear to 1.0 unchanged.
pub(crate) fn opacity(picture: Picture, factor: f64) -> Picture {
    let mut picture = picture.into_layout(Layout::Rgba);
    let levels: [u8; 256] =
        std::array::from_fn(|alpha| (alpha as f64 * factor.clamp(0.0, 1.0)).round() as u8);
    for pixel in picture.data.as_chunks_mut::<4>().0 {
        pixel[3] = levels[usize::from(pixel[3])];
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_alpha_alone() {
        assert_eq!(opacity(Picture::of(1, 1, |_, _| [1, 2, 3]), 0.5).data, [1, 2, 3, 128]);
        assert_eq!(opacity(Picture::of(1, 1, |_, _| [1, 2, 3, 100]), 0.25).data, [1, 2, 3, 25]);
        assert_eq!(opacity(Picture::of(1, 1, |_, _| [9]), 0.0).data, [9, 9, 9, 0]);
        assert_eq!(opacity(Picture::of(1, 1, |_, _| [1, 2, 3, 77]), 1.0).data, [1, 2, 3, 77]);
    }
}
