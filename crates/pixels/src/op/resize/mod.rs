//! Resampling to another size: the operation behind most requests, and the one that must be fast.
//!
//! [`Resampler`] takes source rows from top to bottom, as a decoder yields them, and keeps only what later rows still
//! need. Samples become floats in linear light (or stay codes, [`Light::Srgb`]), colour premultiplied by alpha.
//!
//! * Reducing: every source row is added, weighted, to the few output rows that it touches, several source rows at a
//!   time and 64 samples at a time, so that the loop works on what is in the first-level cache. A finished row is then
//!   resampled across, which by then is little work.
//! * Enlarging: rows are resampled across as they come (few, short), and output rows are sums of the last six or so.
//!
//! To add a kernel: a variant of [`Kernel`] and a line in `axis.rs`.

mod axis;
mod convolve;
mod nearest;

use plan::{Kernel, Light, Region, Size};

pub(crate) use self::axis::{Axis, Curve, Edge};
use self::{
    convolve::{BATCH, Kernels, Target},
    nearest::Nearest,
};
use crate::{
    Error,
    limits::Cancel,
    picture::{Layout, Picture},
};

/// Resamples `from` of `picture` to `to`. `from` may end between pixels.
///
/// Costs about 6 multiplications per source sample when reducing, whatever the factor.
pub(crate) fn resize(
    picture: &Picture,
    from: Region,
    to: Size,
    kernel: Kernel,
    light: Light,
    cancel: &Cancel,
) -> Result<Picture, Error> {
    Resampler::new(picture.size, picture.layout, from, to, kernel, light).run(picture, cancel)
}

/// A resize that is fed with rows.
pub(crate) struct Resampler {
    source: Size,
    row_bytes: usize,
    /// Source rows seen so far.
    seen: usize,
    /// Source rows from here on change nothing.
    end: usize,
    method: Method,
}

enum Method {
    Nearest(Nearest),
    Reduce(Reduce),
    Enlarge(Enlarge),
}

impl Resampler {
    /// Takes rows of a picture of size `source` and makes a picture of size `to` of its part `from`.
    pub(crate) fn new(
        source: Size,
        layout: Layout,
        from: Region,
        to: Size,
        kernel: Kernel,
        light: Light,
    ) -> Self {
        if kernel == Kernel::Nearest {
            let nearest = Nearest::new(source, layout, from, to);
            return Self::with(source, layout, nearest.end(), Method::Nearest(nearest));
        }
        let (across, down) = (
            from.width / f64::from(to.width),
            from.height / f64::from(to.height),
        );
        let columns = Axis::new(
            source.width,
            from.x,
            from.width,
            to.width,
            &Curve::of(kernel, across),
            Edge::Ignore,
        );
        let rows = Axis::new(
            source.height,
            from.y,
            from.height,
            to.height,
            &Curve::of(kernel, down),
            Edge::Ignore,
        );
        Self::of_axes(source, layout, columns, rows, light)
    }

    /// With weights of the caller's choice.
    pub(crate) fn of_axes(
        source: Size,
        layout: Layout,
        columns: Axis,
        rows: Axis,
        light: Light,
    ) -> Self {
        let end = rows.used().end;
        let reduces = rows.len() < source.height as usize || rows.used().len() > rows.len() * 2;
        let work = Work::new(layout, light, columns, rows);
        let method = if reduces {
            Method::Reduce(Reduce::new(work))
        } else {
            Method::Enlarge(Enlarge::new(work))
        };
        Self::with(source, layout, end, method)
    }

    fn with(source: Size, layout: Layout, end: usize, method: Method) -> Self {
        Self {
            source,
            row_bytes: source.width as usize * layout.channels(),
            seen: 0,
            end,
            method,
        }
    }

    /// Bytes that it holds beside the rows that it is given, its result included.
    pub(crate) fn memory(&self) -> u64 {
        match &self.method {
            Method::Nearest(nearest) => nearest.memory(),
            Method::Reduce(reduce) => reduce.work.memory() + reduce.sums.len() as u64 * 4,
            Method::Enlarge(enlarge) => enlarge.work.memory() + enlarge.ring.len() as u64 * 4,
        }
    }

    /// Whether later rows cannot change the result any more.
    pub(crate) fn is_complete(&self) -> bool {
        self.seen >= self.end
    }

    /// The rows that follow, whole ones, any number of them.
    pub(crate) fn push(&mut self, rows: &[u8]) {
        for batch in rows.chunks(self.row_bytes * BATCH) {
            if self.is_complete() {
                return;
            }
            let count = (batch.len() / self.row_bytes).min(self.end - self.seen);
            let lines = batch.chunks_exact(self.row_bytes).take(count);
            match &mut self.method {
                Method::Nearest(nearest) => lines
                    .enumerate()
                    .for_each(|(i, row)| nearest.push(self.seen + i, row)),
                Method::Reduce(reduce) => {
                    let mut batch: [&[u8]; BATCH] = [&[]; BATCH];
                    for (place, row) in batch.iter_mut().zip(lines) {
                        *place = row;
                    }
                    reduce.push(self.seen, &batch[..count]);
                }
                Method::Enlarge(enlarge) => lines
                    .enumerate()
                    .for_each(|(i, row)| enlarge.push(self.seen + i, row)),
            }
            self.seen += count;
        }
    }

    /// The result. Rows that never came (a source that ended early) leave black or clear pixels.
    pub(crate) fn finish(self) -> Picture {
        match self.method {
            Method::Nearest(nearest) => nearest.finish(),
            Method::Reduce(reduce) => reduce.work.finish(),
            Method::Enlarge(enlarge) => enlarge.work.finish(),
        }
    }

    /// All rows of a picture.
    pub(crate) fn run(mut self, picture: &Picture, cancel: &Cancel) -> Result<Picture, Error> {
        debug_assert_eq!(picture.size, self.source);
        for rows in picture.data.chunks(self.row_bytes * BATCH * 4) {
            cancel.check()?;
            self.push(rows);
        }
        Ok(self.finish())
    }
}

/// What both methods share.
struct Work {
    kernels: Kernels,
    layout: Layout,
    light: Light,
    columns: Axis,
    rows: Axis,
    /// Source columns that matter.
    used: std::ops::Range<usize>,
    /// One output row, as floats.
    line: Vec<f32>,
    result: Picture,
    /// Output rows that are finished.
    done: usize,
}

impl Work {
    fn new(layout: Layout, light: Light, columns: Axis, rows: Axis) -> Self {
        let size = Size::new(columns.len() as u32, rows.len() as u32);
        let line = vec![0.0; columns.len() * layout.channels()];
        let used = columns.used();
        let result = Picture::blank(size, layout);
        Self {
            kernels: Kernels::of_this_processor(),
            layout,
            light,
            columns,
            rows,
            used,
            line,
            result,
            done: 0,
        }
    }

    fn memory(&self) -> u64 {
        self.columns.bytes()
            + self.rows.bytes()
            + self.line.len() as u64 * 4
            + self.result.data.len() as u64
    }

    /// The samples of the columns that matter, of one source row.
    fn cut<'a>(&self, row: &'a [u8]) -> &'a [u8] {
        let channels = self.layout.channels();
        &row[self.used.start * channels..self.used.end * channels]
    }

    fn store(&mut self) {
        let width = self.line.len();
        let codes = &mut self.result.data[self.done * width..][..width];
        self.kernels
            .store_row(&mut self.line, self.layout, self.light, codes);
        self.done += 1;
    }

    fn finish(self) -> Picture {
        self.result
    }
}

/// Source rows are added to the output rows that they touch.
struct Reduce {
    work: Work,
    /// Output rows in progress: output row `i` lies in line `i % lines`.
    sums: Vec<f32>,
    lines: usize,
    /// Floats from one line to the next.
    stride: usize,
}

impl Reduce {
    fn new(work: Work) -> Self {
        let lines = most_at_once(&work.rows);
        // Whole blocks of 64, room for the pixel that is read beyond the end, and an odd number of cache lines, lest
        // all lines fall onto the same place of the cache.
        let stride = (work.used.len() * work.layout.channels() + 4).next_multiple_of(128) + 80;
        Self {
            sums: vec![0.0; lines * stride],
            lines,
            stride,
            work,
        }
    }

    fn push(&mut self, first: usize, rows: &[&[u8]]) {
        let end = first + rows.len();
        let mut cut: [&[u8]; BATCH] = [&[]; BATCH];
        for (cut, row) in cut.iter_mut().zip(rows) {
            *cut = self.work.cut(row);
        }
        let mut targets: Vec<Target<'_>> = Vec::with_capacity(self.lines);
        let mut lines: Vec<Option<&mut [f32]>> =
            self.sums.chunks_exact_mut(self.stride).map(Some).collect();
        let axis = &self.work.rows;
        for row in self.work.done..axis.len() {
            let (start, weights) = axis.get(row);
            if start >= end {
                break;
            }
            let (from, to) = (start.max(first), (start + weights.len()).min(end));
            if from >= to {
                continue;
            }
            // `most_at_once` made room for all that are in progress together.
            if let Some(sums) = lines[row % self.lines].take() {
                targets.push(Target {
                    sums,
                    fresh: start >= first,
                    first: from - first,
                    weights: &weights[from - start..to - start],
                });
            }
        }
        self.work.kernels.add_rows(
            &cut[..rows.len()],
            self.work.layout,
            self.work.light,
            &mut targets,
        );
        while self.work.done < self.work.rows.len() && self.work.rows.end(self.work.done) <= end {
            let sums = &self.sums[self.work.done % self.lines * self.stride..][..self.stride];
            let work = &mut self.work;
            work.kernels.across(
                sums,
                work.used.start,
                work.layout,
                &work.columns,
                &mut work.line,
            );
            work.store();
        }
    }
}

/// How many output rows may be in progress while a batch of source rows is added.
fn most_at_once(rows: &Axis) -> usize {
    let mut most = 1;
    let mut next = 0;
    for row in 0..rows.len() {
        // `row` is finished at the end of the batch in which its last source row comes.
        let batch_end = rows.end(row).next_multiple_of(BATCH) + BATCH;
        while next < rows.len() && rows.get(next).0 < batch_end {
            next += 1;
        }
        most = most.max(next - row);
    }
    most
}

/// Output rows are sums of the last few source rows, which have already been resampled across.
struct Enlarge {
    work: Work,
    /// Resampled source rows: source row `i` lies in line `i % lines`.
    ring: Vec<f32>,
    lines: usize,
    loaded: Vec<f32>,
}

impl Enlarge {
    fn new(work: Work) -> Self {
        let lines = (0..work.rows.len())
            .map(|i| work.rows.get(i).1.len())
            .max()
            .unwrap_or(1)
            + 1;
        let ring = vec![0.0; lines * work.line.len()];
        let loaded = vec![0.0; work.used.len() * work.layout.channels() + 4];
        Self {
            work,
            ring,
            lines,
            loaded,
        }
    }

    fn push(&mut self, index: usize, row: &[u8]) {
        let work = &mut self.work;
        let width = work.line.len();
        if index < work.rows.used().start {
            return;
        }
        let cut = work.cut(row);
        work.kernels
            .load_row(cut, work.layout, work.light, &mut self.loaded[..cut.len()]);
        let place = &mut self.ring[index % self.lines * width..][..width];
        work.kernels.across(
            &self.loaded,
            work.used.start,
            work.layout,
            &work.columns,
            place,
        );
        while work.done < work.rows.len() && work.rows.end(work.done) <= index + 1 {
            let (start, weights) = work.rows.get(work.done);
            let lines: Vec<&[f32]> = (start..start + weights.len())
                .map(|i| &self.ring[i % self.lines * width..][..width])
                .collect();
            work.kernels.down(&lines, weights, &mut work.line);
            work.store();
        }
    }
}

#[cfg(test)]
mod tests;
