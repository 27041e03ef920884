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

mod aligned;
mod axis;
mod convolve;
#[cfg(target_arch = "x86_64")]
mod lookup;
mod nearest;

use plan::{Kernel, Light, Region, Size};

use self::{
    aligned::Aligned,
    convolve::{BATCH, QUAD, Target, quad_lanes},
    nearest::Nearest,
};
pub(crate) use self::{
    axis::{Axis, Curve, Edge},
    convolve::Kernels,
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

/// Bytes that a resize needs beside its source, the result included; at most, and known before anything is allocated.
pub(crate) fn memory(source: Size, layout: Layout, to: Size) -> u64 {
    let channels = layout.channels() as u64;
    let (across, down) =
        (u64::from(source.width.max(to.width)), u64::from(source.height.max(to.height)));
    // Rows in progress and what is next to them; weights, of which there are seven per sample of the longer side.
    let lines = 4 * channels * (u64::from(source.width) + u64::from(to.width)) * 48;
    to.pixels() * channels + lines + 36 * (across + down)
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
        let (across, down) = (from.width / f64::from(to.width), from.height / f64::from(to.height));
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
        Self { source, row_bytes: source.width as usize * layout.channels(), seen: 0, end, method }
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
                Method::Nearest(nearest) => {
                    lines.enumerate().for_each(|(i, row)| nearest.push(self.seen + i, row));
                }
                Method::Reduce(reduce) => {
                    let mut batch: [&[u8]; BATCH] = [&[]; BATCH];
                    for (place, row) in batch.iter_mut().zip(lines) {
                        *place = row;
                    }
                    reduce.push(self.seen, &batch[..count]);
                }
                Method::Enlarge(enlarge) => {
                    lines.enumerate().for_each(|(i, row)| enlarge.push(self.seen + i, row));
                }
            }
            self.seen += count;
        }
    }

    /// The result. Rows that never came (a source that ended early) leave black or clear pixels.
    pub(crate) fn finish(self) -> Picture {
        match self.method {
            Method::Nearest(nearest) => nearest.finish(),
            Method::Reduce(reduce) => reduce.work.result,
            Method::Enlarge(enlarge) => enlarge.work.result,
        }
    }

    /// With other loops than those that suit this processor best.
    #[cfg(test)]
    fn on(mut self, kernels: Kernels) -> Self {
        match &mut self.method {
            Method::Nearest(_) => {}
            Method::Reduce(reduce) => reduce.work.kernels = kernels,
            Method::Enlarge(enlarge) => enlarge.work.kernels = kernels,
        }
        self
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
    /// Floats of an output row.
    width: usize,
    /// Four rows, to be resampled across together.
    quad: Aligned,
    /// These rows resampled, each with a little space behind it.
    lines: Vec<f32>,
    result: Picture,
    /// Output rows that are stored.
    done: usize,
}

impl Work {
    fn new(layout: Layout, light: Light, columns: Axis, rows: Axis) -> Self {
        let size = Size::new(columns.len() as u32, rows.len() as u32);
        let width = columns.len() * layout.channels();
        let used = columns.used();
        Self {
            kernels: Kernels::of_this_processor(),
            layout,
            light,
            width,
            quad: Aligned::new(used.len() * quad_lanes(layout) * QUAD),
            lines: vec![0.0; (width + 4) * QUAD],
            used,
            columns,
            rows,
            result: Picture::blank(size, layout),
            done: 0,
        }
    }

    /// The samples of the columns that matter, of one source row.
    fn cut<'a>(&self, row: &'a [u8]) -> &'a [u8] {
        let channels = self.layout.channels();
        &row[self.used.start * channels..self.used.end * channels]
    }

    /// Resamples the rows in the quad across, into `lines`.
    fn across(&mut self) {
        self.kernels.across_quad(
            &self.quad,
            self.used.start,
            self.layout,
            &self.columns,
            &mut self.lines,
        );
    }

    /// Stores line `line` as the next output row.
    fn store(&mut self, line: usize) {
        let row = &mut self.lines[line * (self.width + 4)..][..self.width];
        let codes = &mut self.result.data[self.done * self.width..][..self.width];
        self.kernels.store_row(row, self.layout, self.light, codes);
        self.done += 1;
    }
}

/// Source rows are added to the output rows that they touch.
struct Reduce {
    work: Work,
    /// Output rows in progress: output row `i` lies in line `i % lines`.
    sums: Aligned,
    lines: usize,
    /// Floats from one line to the next.
    stride: usize,
    /// Output rows that have all their sums.
    summed: usize,
}

impl Reduce {
    fn new(work: Work) -> Self {
        let lines = most_at_once(&work.rows) + QUAD;
        // Whole blocks of 64, room for the float that is read beyond the end, and an odd number of cache lines, lest
        // all lines fall onto the same place of the cache.
        let stride = (work.used.len() * work.layout.channels() + 4).next_multiple_of(128) + 80;
        Self { sums: Aligned::new(lines * stride), lines, stride, work, summed: 0 }
    }

    fn push(&mut self, first: usize, rows: &[&[u8]]) {
        let end = first + rows.len();
        self.add(first, rows);
        while self.summed < self.work.rows.len() && self.work.rows.end(self.summed) <= end {
            self.summed += 1;
            let waiting = self.summed - self.work.done;
            if waiting == QUAD || self.summed == self.work.rows.len() {
                self.store(waiting);
            }
        }
    }

    /// Finishes the output rows that have all their sums, at most four.
    fn store(&mut self, count: usize) {
        let rows = std::array::from_fn(|slot| {
            let row = self.work.done + slot.min(count - 1);
            &self.sums[row % self.lines * self.stride..][..self.stride]
        });
        self.work.kernels.fill_quad(&rows, self.work.layout, &mut self.work.quad);
        self.work.across();
        (0..count).for_each(|line| self.work.store(line));
    }

    fn add(&mut self, first: usize, rows: &[&[u8]]) {
        let end = first + rows.len();
        let mut cut: [&[u8]; BATCH] = [&[]; BATCH];
        for (cut, row) in cut.iter_mut().zip(rows) {
            *cut = self.work.cut(row);
        }
        let mut lines: Vec<Option<&mut [f32]>> =
            self.sums.chunks_exact_mut(self.stride).map(Some).collect();
        let mut targets: Vec<Target<'_>> = Vec::with_capacity(self.lines);
        let axis = &self.work.rows;
        for row in self.summed..axis.len() {
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
                let weights = &weights[from - start..to - start];
                targets.push(Target { sums, fresh: start >= first, first: from - first, weights });
            }
        }
        self.work.kernels.add_rows(
            &cut[..rows.len()],
            self.work.layout,
            self.work.light,
            &mut targets,
        );
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
    /// Source rows as floats, until there are four.
    loaded: Vec<f32>,
    /// Floats from one to the next.
    stride: usize,
    waiting: usize,
}

impl Enlarge {
    fn new(work: Work) -> Self {
        let taps = (0..work.rows.len()).map(|i| work.rows.get(i).1.len()).max().unwrap_or(1);
        let lines = taps + QUAD;
        let ring = vec![0.0; lines * work.width];
        let stride = work.used.len() * work.layout.channels() + 4;
        let loaded = vec![0.0; stride * QUAD];
        Self { work, ring, lines, loaded, stride, waiting: 0 }
    }

    fn push(&mut self, index: usize, row: &[u8]) {
        let work = &mut self.work;
        let cut = work.cut(row);
        let place = &mut self.loaded[self.waiting * self.stride..][..cut.len()];
        work.kernels.load_row(cut, work.layout, work.light, place);
        self.waiting += 1;
        if self.waiting < QUAD && index + 1 < work.rows.used().end {
            return;
        }
        let rows = std::array::from_fn(|slot| &self.loaded[slot * self.stride..][..self.stride]);
        work.kernels.fill_quad(&rows, work.layout, &mut work.quad);
        work.across();
        for line in 0..self.waiting {
            let place = (index + 1 - self.waiting + line) % self.lines * work.width;
            self.ring[place..][..work.width]
                .copy_from_slice(&work.lines[line * (work.width + 4)..][..work.width]);
        }
        self.waiting = 0;
        while work.done < work.rows.len() && work.rows.end(work.done) <= index + 1 {
            let (start, weights) = work.rows.get(work.done);
            let line = |i: usize| &self.ring[i % self.lines * work.width..][..work.width];
            let lines: Vec<&[f32]> = (start..start + weights.len()).map(line).collect();
            work.kernels.down(&lines, weights, &mut work.lines[..work.width]);
            work.store(0);
        }
    }
}

#[cfg(test)]
mod tests;
