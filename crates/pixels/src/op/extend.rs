//! More pixels on each side.

use plan::{ExtendMode, Size};

use super::canvas::canvas;
use crate::picture::Picture;

/// Adds this many pixels on each side. [`ExtendMode::Reflect`] repeats the edge pixel: `ab` becomes `ba|ab|ba`.
pub(crate) fn extend(
    picture: Picture,
    [top, right, bottom, left]: [u32; 4],
    mode: ExtendMode,
) -> Picture {
    let Size { width, height } = picture.size;
    let size = Size::new(left + width + right, top + height + bottom);
    let index = match mode {
        ExtendMode::Constant(color) => {
            return canvas(picture, size, i64::from(left), i64::from(top), color);
        }
        ExtendMode::Replicate => replicate,
        ExtendMode::Reflect => reflect,
        ExtendMode::Wrap => wrap,
    };
    let channels = picture.layout.channels();
    let columns: Vec<usize> = (0..size.width)
        .map(|x| index(i64::from(x) - i64::from(left), i64::from(width)) as usize * channels)
        .collect();
    let mut data = Vec::with_capacity(size.pixels() as usize * channels);
    for y in 0..size.height {
        let row = picture.row(index(i64::from(y) - i64::from(top), i64::from(height)) as u32);
        for &column in &columns {
            data.extend_from_slice(&row[column..column + channels]);
        }
    }
    Picture { size, layout: picture.layout, data }
}

fn replicate(i: i64, length: i64) -> i64 {
    i.clamp(0, length - 1)
}

fn reflect(i: i64, length: i64) -> i64 {
    let i = i.rem_euclid(2 * length);
    if i < length { i } else { 2 * length - 1 - i }
}

fn wrap(i: i64, length: i64) -> i64 {
    i.rem_euclid(length)
}

#[cfg(test)]
mod tests {
    use plan::Color;

    use super::*;

    #[track_caller]
    fn check(mode: ExtendMode, expected: [u8; 9]) {
        let row = Picture::of(3, 1, |x, _| [[10, 20, 30][x as usize]]);
        let got = extend(row.clone(), [0, 2, 0, 4], mode);
        assert_eq!(got.data, expected, "{mode:?} across");
        let column = Picture { size: row.size.turned(), ..row };
        let got = extend(column, [4, 0, 2, 0], mode);
        assert_eq!(got.data, expected, "{mode:?} down");
    }

    #[test]
    fn each_mode_continues_in_its_way() {
        check(ExtendMode::Constant(Color::WHITE), [255, 255, 255, 255, 10, 20, 30, 255, 255]);
        check(ExtendMode::Replicate, [10, 10, 10, 10, 10, 20, 30, 30, 30]);
        check(ExtendMode::Reflect, [30, 30, 20, 10, 10, 20, 30, 30, 20]);
        check(ExtendMode::Wrap, [30, 10, 20, 30, 10, 20, 30, 10, 20]);
    }

    #[test]
    fn sides_are_top_right_bottom_left() {
        let picture = Picture::of(40, 20, |_, _| [1, 2, 3]);
        let got = extend(picture, [2, 5, 3, 4], ExtendMode::Constant(Color::BLACK));
        assert_eq!(got.size, Size::new(49, 25));
        assert_eq!(
            (got.at(4, 2), got.at(3, 2), got.at(4, 1)),
            (&[1, 2, 3][..], &[0, 0, 0][..], &[0, 0, 0][..])
        );
        assert_eq!(
            (got.at(43, 21), got.at(44, 21), got.at(43, 22)),
            (&[1, 2, 3][..], &[0, 0, 0][..], &[0, 0, 0][..])
        );
    }
}
