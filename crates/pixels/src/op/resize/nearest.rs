//! Nearest neighbour: no averaging, so no new colours.

use plan::{Region, Size};

use crate::picture::{Layout, Picture};

/// Copies, for each output pixel, the source pixel in which its centre lies.
pub(super) struct Nearest {
    layout: Layout,
    /// Source column of each output column.
    columns: Vec<u32>,
    /// Source row of each output row; never falls.
    rows: Vec<u32>,
    result: Picture,
    done: usize,
}

impl Nearest {
    pub(super) fn new(source: Size, layout: Layout, from: Region, to: Size) -> Self {
        Self {
            layout,
            columns: places(source.width, from.x, from.width, to.width),
            rows: places(source.height, from.y, from.height, to.height),
            result: Picture::blank(to, layout),
            done: 0,
        }
    }

    pub(super) fn end(&self) -> usize {
        self.rows.last().map_or(0, |&last| last as usize + 1)
    }

    pub(super) fn push(&mut self, index: usize, row: &[u8]) {
        let channels = self.layout.channels();
        let width = self.columns.len() * channels;
        while self.rows.get(self.done).is_some_and(|&wanted| wanted as usize == index) {
            let line = &mut self.result.data[self.done * width..][..width];
            for (pixel, &column) in line.chunks_exact_mut(channels).zip(&self.columns) {
                pixel.copy_from_slice(&row[column as usize * channels..][..channels]);
            }
            self.done += 1;
        }
    }

    pub(super) fn finish(self) -> Picture {
        self.result
    }
}

fn places(source: u32, from: f64, length: f64, to: u32) -> Vec<u32> {
    let scale = length / f64::from(to);
    let place = |i: u32| {
        (from + (f64::from(i) + 0.5) * scale).floor().clamp(0.0, f64::from(source - 1)) as u32
    };
    (0..to).map(place).collect()
}
