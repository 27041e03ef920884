//! Edges that look like the corner.

use plan::{Rect, Tolerance};

use crate::picture::Picture;

/// What is left when all rows and columns at the edges are cut away whose every pixel differs from the top-left one
/// by at most `tolerance`: the largest difference of a channel, alpha included. Clear pixels are all alike. The whole
/// picture, if nothing would be left.
pub(crate) fn find(picture: &Picture, tolerance: Tolerance) -> Rect {
    let tolerance = match tolerance {
        Tolerance::Percent(percent) => (percent * 2.55 + 1e-9) as u8,
        Tolerance::Levels(levels) => levels.min(255) as u8,
    };
    around(picture, picture.data.get(..picture.layout.channels()), tolerance).unwrap_or(Rect {
        x: 0,
        y: 0,
        width: picture.size.width,
        height: picture.size.height,
    })
}

/// The box around all pixels that differ from `ground` by more than `tolerance`; `None` if there are none.
pub(crate) fn around(picture: &Picture, ground: Option<&[u8]>, tolerance: u8) -> Option<Rect> {
    match picture.layout.channels() {
        1 => bounds::<1>(picture, ground?.try_into().ok()?, tolerance),
        3 => bounds::<3>(picture, ground?.try_into().ok()?, tolerance),
        _ => bounds::<4>(picture, ground?.try_into().ok()?, tolerance),
    }
}

fn bounds<const CHANNELS: usize>(
    picture: &Picture,
    ground: [u8; CHANNELS],
    tolerance: u8,
) -> Option<Rect> {
    let pixels = picture.data.as_chunks::<CHANNELS>().0;
    let ground = visible(ground);
    let differs = |pixel: &[u8; CHANNELS]| {
        visible(*pixel).iter().zip(ground).any(|(a, b)| a.abs_diff(b) > tolerance)
    };
    let mut found: Option<(usize, usize, u32, u32)> = None;
    for (y, row) in (0..).zip(pixels.chunks_exact(picture.size.width as usize)) {
        let Some(left) = row.iter().position(differs) else { continue };
        let right = row.iter().rposition(differs).unwrap_or(left);
        let (x0, x1, top, _) = found.unwrap_or((left, right, y, y));
        found = Some((x0.min(left), x1.max(right), top, y));
    }
    let (left, right, top, bottom) = found?;
    Some(Rect {
        x: left as u32,
        y: top,
        width: (right - left + 1) as u32,
        height: bottom - top + 1,
    })
}

/// What shows of a pixel.
fn visible<const CHANNELS: usize>(pixel: [u8; CHANNELS]) -> [u8; CHANNELS] {
    if CHANNELS == 4 && pixel[CHANNELS - 1] == 0 { [0; CHANNELS] } else { pixel }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_block(background: [u8; 3], block: [u8; 3]) -> Picture {
        Picture::of(60, 50, |x, y| {
            if (20..40).contains(&x) && (15..25).contains(&y) { block } else { background }
        })
    }

    const WHOLE: Rect = Rect { x: 0, y: 0, width: 60, height: 50 };
    const BLOCK: Rect = Rect { x: 20, y: 15, width: 20, height: 10 };

    #[test]
    fn finds_a_blue_block_on_white() {
        let picture = with_block([255, 255, 255], [0, 0, 255]);
        for levels in [1, 10, 100] {
            assert_eq!(find(&picture, Tolerance::Levels(levels)), BLOCK);
        }
        assert_eq!(find(&picture, Tolerance::Percent(10.0)), BLOCK);
    }

    #[test]
    fn the_tolerance_is_the_largest_difference_that_is_background() {
        let picture = with_block([100, 100, 100], [100, 110, 100]);
        assert_eq!(find(&picture, Tolerance::Levels(9)), BLOCK);
        assert_eq!(find(&picture, Tolerance::Levels(10)), WHOLE);
        // 4 % are 10.2 levels, 3 % are 7.65.
        assert_eq!(find(&picture, Tolerance::Percent(4.0)), WHOLE);
        assert_eq!(find(&picture, Tolerance::Percent(3.0)), BLOCK);
    }

    #[test]
    fn what_would_vanish_stays_whole() {
        assert_eq!(find(&with_block([5, 5, 5], [5, 5, 5]), Tolerance::Levels(0)), WHOLE);
        assert_eq!(find(&with_block([5, 5, 5], [250, 5, 5]), Tolerance::Levels(255)), WHOLE);
    }

    #[test]
    fn clear_pixels_are_alike_whatever_their_colour() {
        let picture = Picture::of(60, 50, |x, y| {
            let inside = (20..40).contains(&x) && (15..25).contains(&y);
            if inside { [0, 0, 0, 255] } else { [x as u8, y as u8, 7, 0] }
        });
        assert_eq!(find(&picture, Tolerance::Levels(10)), BLOCK);
    }
}
