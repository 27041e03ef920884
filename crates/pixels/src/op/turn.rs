//! Quarter turns and mirrorings: exact moves of pixels.

use plan::{Region, Size};

use crate::picture::Picture;

/// How a picture is turned and mirrored: one of the eight ways of EXIF.
///
/// First, columns and rows are exchanged, if at all; then the picture is mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pose {
    is_transposed: bool,
    mirrors_x: bool,
    mirrors_y: bool,
}

impl Pose {
    /// What makes a picture of this EXIF orientation upright. Outside 1 to 8: nothing.
    pub(crate) fn of_orientation(orientation: u8) -> Self {
        let [is_transposed, mirrors_x, mirrors_y] = match orientation {
            2 => [false, true, false],
            3 => [false, true, true],
            4 => [false, false, true],
            5 => [true, false, false],
            6 => [true, true, false],
            7 => [true, true, true],
            8 => [true, false, true],
            _ => [false, false, false],
        };
        Self { is_transposed, mirrors_x, mirrors_y }
    }

    /// Clockwise quarter turns.
    pub(crate) fn of_turns(turns: u8) -> Self {
        Self::of_orientation([1, 6, 3, 8][usize::from(turns % 4)])
    }

    /// Left and right exchanged.
    pub(crate) const HORIZONTAL: Self =
        Self { is_transposed: false, mirrors_x: true, mirrors_y: false };

    /// Top and bottom exchanged.
    pub(crate) const VERTICAL: Self =
        Self { is_transposed: false, mirrors_x: false, mirrors_y: true };

    pub(crate) fn is_identity(self) -> bool {
        self == Self::of_orientation(1)
    }

    /// The size that a picture had before, if it has `size` after.
    pub(crate) fn size_before(self, size: Size) -> Size {
        if self.is_transposed { size.turned() } else { size }
    }

    /// The part of the picture before that becomes `part` of the picture after, which has `size`.
    pub(crate) fn region_before(self, part: Region, size: Size) -> Region {
        let Region { mut x, mut y, width, height } = part;
        if self.mirrors_x {
            x = f64::from(size.width) - x - width;
        }
        if self.mirrors_y {
            y = f64::from(size.height) - y - height;
        }
        if self.is_transposed {
            Region { x: y, y: x, width: height, height: width }
        } else {
            Region { x, y, width, height }
        }
    }

    pub(crate) fn apply(self, picture: Picture) -> Picture {
        if self.is_identity() {
            return picture;
        }
        match picture.layout.channels() {
            1 => self.apply_to::<1>(picture),
            3 => self.apply_to::<3>(picture),
            _ => self.apply_to::<4>(picture),
        }
    }

    fn apply_to<const CHANNELS: usize>(self, mut picture: Picture) -> Picture {
        if self.is_transposed {
            picture = transpose::<CHANNELS>(&picture);
        }
        if self.mirrors_x {
            let length = picture.row_bytes();
            for row in picture.data.chunks_exact_mut(length.max(1)) {
                row.as_chunks_mut::<CHANNELS>().0.reverse();
            }
        }
        if self.mirrors_y {
            let length = picture.row_bytes();
            let mut rows = picture.data.chunks_exact_mut(length.max(1));
            while let (Some(upper), Some(lower)) = (rows.next(), rows.next_back()) {
                upper.swap_with_slice(lower);
            }
        }
        picture
    }
}

/// Columns become rows. In squares, so that what is written again is still in the cache.
fn transpose<const CHANNELS: usize>(picture: &Picture) -> Picture {
    const SIDE: usize = 32;
    let (width, height) = (picture.size.width as usize, picture.size.height as usize);
    let mut result = Picture::blank(picture.size.turned(), picture.layout);
    let source = picture.data.as_chunks::<CHANNELS>().0;
    let target = result.data.as_chunks_mut::<CHANNELS>().0;
    for top in (0..height).step_by(SIDE) {
        for left in (0..width).step_by(SIDE) {
            for x in left..(left + SIDE).min(width) {
                for y in top..(top + SIDE).min(height) {
                    target[x * height + y] = source[y * width + x];
                }
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quadrants, as letters: top left, top right, bottom left, bottom right.
    fn quadrants(picture: &Picture) -> String {
        let (right, bottom) = (picture.size.width - 1, picture.size.height - 1);
        [(0, 0), (right, 0), (0, bottom), (right, bottom)]
            .map(|(x, y)| char::from(picture.at(x, y)[0]))
            .iter()
            .collect()
    }

    fn source() -> Picture {
        Picture::of(40, 30, |x, y| {
            let letter = match (x < 20, y < 15) {
                (true, true) => b'R',
                (false, true) => b'G',
                (true, false) => b'B',
                (false, false) => b'Y',
            };
            [letter, 0, 0]
        })
    }

    #[track_caller]
    fn check(pose: Pose, size: Size, expected: &str) {
        let got = pose.apply(source());
        assert_eq!((got.size, quadrants(&got).as_str()), (size, expected));
    }

    #[test]
    fn quadrants_go_where_they_should() {
        let (same, turned) = (Size::new(40, 30), Size::new(30, 40));
        check(Pose::of_turns(0), same, "RGBY");
        check(Pose::of_turns(1), turned, "BRYG");
        check(Pose::of_turns(2), same, "YBGR");
        check(Pose::of_turns(3), turned, "GYRB");
        check(Pose::VERTICAL, same, "BYRG");
        check(Pose::HORIZONTAL, same, "GRYB");
        // The transpose and the transverse of EXIF.
        check(Pose::of_orientation(5), turned, "RBGY");
        check(Pose::of_orientation(7), turned, "YGBR");
        check(Pose::of_orientation(0), same, "RGBY");
    }

    #[test]
    fn every_pixel_moves_and_none_is_lost() {
        for orientation in 1..=8 {
            let picture = Picture::of(37, 41, |x, y| [x as u8, y as u8, 1, 2]);
            let pose = Pose::of_orientation(orientation);
            let turned = pose.apply(picture.clone());
            for (x, y) in [(0, 0), (36, 40), (5, 33), (36, 0)] {
                let after = pose_of_pixel(pose, x, y, turned.size);
                assert_eq!(
                    turned.at(after.0, after.1),
                    picture.at(x, y),
                    "orientation {orientation}"
                );
            }
        }
    }

    fn pose_of_pixel(pose: Pose, x: u32, y: u32, size: Size) -> (u32, u32) {
        let (mut x, mut y) = if pose.is_transposed { (y, x) } else { (x, y) };
        if pose.mirrors_x {
            x = size.width - 1 - x;
        }
        if pose.mirrors_y {
            y = size.height - 1 - y;
        }
        (x, y)
    }

    #[test]
    fn a_region_comes_from_where_its_pixels_come_from() {
        for orientation in 1..=8 {
            let pose = Pose::of_orientation(orientation);
            let picture = Picture::of(12, 10, |x, y| [x as u8, y as u8, 0]);
            let turned = pose.apply(picture);
            let part = Region { x: 2.0, y: 3.0, width: 4.0, height: 5.0 };
            let before = pose.region_before(part, turned.size);
            let mut columns: Vec<u8> = Vec::new();
            let mut rows: Vec<u8> = Vec::new();
            for y in 3..8 {
                for x in 2..6 {
                    columns.push(turned.at(x, y)[0]);
                    rows.push(turned.at(x, y)[1]);
                }
            }
            let range = |values: &[u8]| {
                let (low, high) = (values.iter().min().unwrap(), values.iter().max().unwrap());
                (f64::from(*low), f64::from(high - low + 1))
            };
            assert_eq!(
                (range(&columns), range(&rows)),
                ((before.x, before.width), (before.y, before.height))
            );
        }
    }
}
