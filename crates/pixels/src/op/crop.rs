//! Cutting out a rectangle.

use plan::Rect;

use crate::picture::Picture;

/// The pixels of `rect`, which lies inside the picture.
pub(crate) fn crop(picture: &Picture, rect: Rect) -> Picture {
    let channels = picture.layout.channels();
    let mut data = Vec::with_capacity(rect.size().pixels() as usize * channels);
    for y in rect.y..rect.y + rect.height {
        data.extend_from_slice(
            &picture.row(y)[rect.x as usize * channels..][..rect.width as usize * channels],
        );
    }
    Picture { size: rect.size(), layout: picture.layout, data }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_pixels_of_the_rectangle() {
        let picture = Picture::of(9, 7, |x, y| [x as u8, y as u8, 0]);
        let part = crop(&picture, Rect { x: 2, y: 3, width: 4, height: 2 });
        assert_eq!(part, Picture::of(4, 2, |x, y| [x as u8 + 2, y as u8 + 3, 0]));
    }
}
