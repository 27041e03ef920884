//! A canvas of another size around the picture.

use plan::{Color, Size};

use crate::picture::Picture;

/// A canvas of `size` filled with `color`, the picture's top-left corner at `x`, `y`. These may be negative, and
/// the picture may be larger than the canvas: what sticks out is cut. Pixels of the picture stay as they are,
/// transparent ones included; the layout grows if the colour needs it.
pub(crate) fn canvas(picture: Picture, size: Size, x: i64, y: i64, color: Color) -> Picture {
    let layout = picture.layout.with(color);
    let picture = picture.into_layout(layout);
    let mut canvas = Picture::filled(size, layout, color);
    let across = Overlap::new(picture.size.width, size.width, x);
    let down = Overlap::new(picture.size.height, size.height, y);
    let channels = layout.channels();
    for row in 0..down.length {
        let from = &picture.row(down.from + row)[across.from as usize * channels..]
            [..across.length as usize * channels];
        let to = &mut canvas.row_mut(down.to + row)[across.to as usize * channels..];
        to[..from.len()].copy_from_slice(from);
    }
    canvas
}

/// A frame of `width` pixels around the picture.
pub(crate) fn border(picture: Picture, width: u32, color: Color) -> Picture {
    let size = Size::new(picture.size.width + 2 * width, picture.size.height + 2 * width);
    canvas(picture, size, i64::from(width), i64::from(width), color)
}

/// Where a line of `source` samples, put at `at`, lies in a line of `target` samples.
struct Overlap {
    from: u32,
    to: u32,
    length: u32,
}

impl Overlap {
    fn new(source: u32, target: u32, at: i64) -> Self {
        let start = at.clamp(0, i64::from(target));
        let end = at.saturating_add(i64::from(source)).clamp(start, i64::from(target));
        Self {
            from: start.saturating_sub(at).clamp(0, i64::from(source)) as u32,
            to: start as u32,
            length: (end - start) as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Layout;

    const GREEN: Color = Color::rgb(0, 255, 0);

    #[test]
    fn pads_and_cuts() {
        let picture = Picture::of(4, 3, |x, y| [x as u8, y as u8, 9]);
        for (size, x, y) in [
            (Size::new(8, 9), 2, 3),
            (Size::new(2, 2), -1, -1),
            (Size::new(6, 2), 1, -1),
            (Size::new(3, 3), 10, 0),
            (Size::new(3, 3), -10, i64::MIN),
            (Size::new(3, 3), i64::MAX, 0),
        ] {
            let got = canvas(picture.clone(), size, x, y, GREEN);
            let expected = Picture::of(size.width, size.height, |column, row| {
                let (column, row) =
                    (i128::from(column) - i128::from(x), i128::from(row) - i128::from(y));
                let inside = (0..4).contains(&column) && (0..3).contains(&row);
                if inside { [column as u8, row as u8, 9] } else { [0, 255, 0] }
            });
            assert_eq!(got, expected, "{size:?} at {x}, {y}");
        }
    }

    #[test]
    fn the_layout_grows_with_the_background() {
        let gray = Picture::of(2, 2, |_, _| [50]);
        let layout = |color| canvas(gray.clone(), Size::new(4, 4), 1, 1, color).layout;
        assert_eq!(layout(Color::WHITE), Layout::Gray);
        assert_eq!(layout(GREEN), Layout::Rgb);
        assert_eq!(layout(Color::TRANSPARENT), Layout::Rgba);
        let padded = canvas(gray, Size::new(4, 4), 1, 1, Color::TRANSPARENT);
        assert_eq!((padded.at(0, 0), padded.at(1, 1)), (&[0, 0, 0, 0][..], &[50, 50, 50, 255][..]));
    }

    #[test]
    fn a_border_lies_outside() {
        let got = border(Picture::of(3, 2, |_, _| [7, 8, 9]), 5, GREEN);
        assert_eq!(got.size, Size::new(13, 12));
        assert_eq!(
            (got.at(4, 5), got.at(5, 5), got.at(7, 6), got.at(8, 6)),
            (&[0, 255, 0][..], &[7, 8, 9][..], &[7, 8, 9][..], &[0, 255, 0][..],)
        );
    }
}
