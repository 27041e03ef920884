//! Stills that decode from top to bottom.

use plan::{Region, Size};

use super::{FrameSource, Info};
use crate::{
    Error,
    picture::{About, Frame, Layout, Picture, RowSource},
};

/// What a codec that decodes row by row implements; [`ByRow`] and [`Whole`] make of it what callers use.
pub(super) trait Rows {
    fn info(&self) -> &Info;
    fn info_mut(&mut self) -> &mut Info;

    /// As [`RowSource::read`].
    fn read(&mut self, rows: &mut [u8]) -> Result<u32, Error>;

    /// The whole picture at once, in place of all rows, where the codec holds it as a whole anyway.
    fn read_whole(&mut self) -> Result<Option<Vec<u8>>, Error> {
        Ok(None)
    }

    /// As [`RowSource::damage`].
    fn damage(&self) -> Option<&str>;
}

/// Hands out rows.
pub(super) struct ByRow<R>(pub(super) R);

impl<R: Rows> RowSource for ByRow<R> {
    fn size(&self) -> Size {
        self.0.info().size
    }

    fn covers(&self) -> Region {
        self.0.info().covers
    }

    fn layout(&self) -> Layout {
        self.0.info().layout
    }

    fn take_about(&mut self) -> About {
        let info = self.0.info_mut();
        About { profile: info.profile.take(), metadata: std::mem::take(&mut info.metadata) }
    }

    fn read(&mut self, rows: &mut [u8]) -> Result<u32, Error> {
        self.0.read(rows)
    }

    fn damage(&self) -> Option<&str> {
        self.0.damage()
    }
}

/// Hands out the one whole picture.
pub(super) struct Whole<R> {
    rows: R,
    is_done: bool,
}

impl<R> Whole<R> {
    pub(super) fn new(rows: R) -> Self {
        Self { rows, is_done: false }
    }
}

impl<R: Rows> FrameSource for Whole<R> {
    fn info(&self) -> &Info {
        self.rows.info()
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, Error> {
        if std::mem::replace(&mut self.is_done, true) {
            return Ok(None);
        }
        let &Info { size, layout, .. } = self.rows.info();
        if let Some(data) = self.rows.read_whole()? {
            return Ok(Some(Frame { picture: Picture { size, layout, data }, delay_ms: 0 }));
        }
        let stride = size.width as usize * layout.channels();
        let mut data = vec![0; stride * size.height as usize];
        let mut done = 0;
        while done < data.len() {
            let rows = self.rows.read(&mut data[done..])?;
            if rows == 0 {
                break;
            }
            done += rows as usize * stride;
        }
        Ok(Some(Frame { picture: Picture { size, layout, data }, delay_ms: 0 }))
    }

    fn damage(&self) -> Option<&str> {
        self.rows.damage()
    }
}
