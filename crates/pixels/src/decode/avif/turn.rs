//! Turning and mirroring, which in AVIF is part of the picture and not of its metadata.

use plan::Size;

use super::container::{Container, Property};
use crate::picture::Picture;

/// One thing to do to the decoded picture.
#[derive(Debug, Clone, Copy)]
pub(super) enum Turn {
    /// Quarter turns against the clock, 1 to 3.
    Rotate(u8),
    TopToBottom,
    LeftToRight,
}

impl Turn {
    /// In the order in which the file lists them.
    pub(super) fn read(container: &Container<'_>) -> Vec<Self> {
        let properties = container.properties(container.primary()).iter();
        properties
            .filter_map(|property| match property {
                Property::Rotate(turns @ 1..) => Some(Self::Rotate(*turns)),
                Property::Mirror(0) => Some(Self::TopToBottom),
                Property::Mirror(_) => Some(Self::LeftToRight),
                _ => None,
            })
            .collect()
    }

    pub(super) fn apply(self, picture: &Picture) -> Picture {
        let Size { width, height } = picture.size;
        let (right, bottom) = (width as usize - 1, height as usize - 1);
        match self {
            Self::Rotate(1) => moved(picture, picture.size.turned(), |x, y| (right - y, x)),
            Self::Rotate(2) => moved(picture, picture.size, |x, y| (right - x, bottom - y)),
            Self::Rotate(_) => moved(picture, picture.size.turned(), |x, y| (y, bottom - x)),
            Self::TopToBottom => moved(picture, picture.size, |x, y| (x, bottom - y)),
            Self::LeftToRight => moved(picture, picture.size, |x, y| (right - x, y)),
        }
    }
}

/// Size after all turns.
pub(super) fn upright(container: &Container<'_>, size: Size) -> Size {
    let is_sideways = |turn: &Turn| matches!(turn, Turn::Rotate(1 | 3));
    let turns = Turn::read(container).iter().filter(|turn| is_sideways(turn)).count();
    if turns % 2 == 1 { size.turned() } else { size }
}

/// A picture whose pixel at `x`, `y` is the one of `picture` at `from(x, y)`.
fn moved(picture: &Picture, size: Size, from: impl Fn(usize, usize) -> (usize, usize)) -> Picture {
    let channels = picture.layout.channels();
    let stride = picture.size.width as usize;
    let mut data = Vec::with_capacity(picture.data.len());
    for y in 0..size.height as usize {
        for x in 0..size.width as usize {
            let (x, y) = from(x, y);
            data.extend_from_slice(&picture.data[(y * stride + x) * channels..][..channels]);
        }
    }
    Picture { size, layout: picture.layout, data }
}
