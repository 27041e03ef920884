//! What looks at all levels around a pixel: median, and equalising.

use plan::Equalize;

use crate::{Error, limits::Cancel, picture::Picture};

/// The median of `side` x `side` pixels, channel by channel, alpha too; edges replicated. Of an even side one pixel more
/// lies to the left and above.
pub(crate) fn median(picture: &Picture, side: u8, cancel: &Cancel) -> Result<Picture, Error> {
    let side = usize::from(side.max(1));
    let half = (side * side / 2) as u32;
    let window = Window { left: side / 2, above: side / 2, width: side, height: side };
    window.slide(picture, usize::MAX, cancel, |counts, _| counts.level_of(half))
}

/// Histogram equalisation in a sliding window, on colour channels; alpha stays. A level counts at most `slope` times,
/// what is beyond is spread over all.
pub(crate) fn equalize(
    picture: &Picture,
    how: Equalize,
    cancel: &Cancel,
) -> Result<Picture, Error> {
    let Equalize { width, height, slope } = how;
    let width = usize::from(width).min(picture.size.width as usize);
    let height = usize::from(height).min(picture.size.height as usize);
    let window = Window { left: width / 2, above: height / 2, width, height };
    let most = if slope == 0 { u32::MAX } else { u32::from(slope) };
    let total = (width * height) as u32;
    window.slide(picture, 3, cancel, |counts, own| {
        let (mut sum, mut over) = (0, 0);
        for (level, &count) in counts.0.iter().enumerate() {
            let kept = count.min(most);
            over += count - kept;
            if level < usize::from(own) {
                sum += kept;
            }
        }
        sum += u32::from(own) * over / 256;
        (255 * u64::from(sum) / u64::from(total)).min(255) as u8
    })
}

/// Bytes that either needs beside the picture.
pub(crate) fn memory(picture: &Picture) -> u64 {
    picture.data.len() as u64
}

/// How often each level occurs.
struct Counts([u32; 256]);

impl Counts {
    /// The level at this place, counted from 0, among all in order.
    fn level_of(&self, place: u32) -> u8 {
        let mut sum = 0;
        let below = self.0.iter().take_while(|count| {
            sum += **count;
            sum <= place
        });
        below.count().min(255) as u8
    }
}

/// A rectangle around a pixel.
struct Window {
    left: usize,
    above: usize,
    width: usize,
    height: usize,
}

impl Window {
    /// For every sample of the first `channels` what `rule` makes of the levels around it and its own.
    fn slide(
        &self,
        picture: &Picture,
        channels: usize,
        cancel: &Cancel,
        rule: impl Fn(&Counts, u8) -> u8,
    ) -> Result<Picture, Error> {
        let (width, height) = (picture.size.width as usize, picture.size.height as usize);
        let stride = picture.layout.channels();
        let mut result = picture.clone();
        for y in 0..height {
            cancel.check()?;
            let rows: Vec<&[u8]> = (0..self.height)
                .map(|row| picture.row((y + row).saturating_sub(self.above).min(height - 1) as u32))
                .collect();
            for channel in 0..stride.min(channels) {
                // The column that lies `offset` columns behind the window's first at `x`.
                let column = |x: usize, offset: usize| {
                    (x + offset).saturating_sub(self.left).min(width - 1) * stride + channel
                };
                let mut counts = Counts([0; 256]);
                let count = |counts: &mut Counts, at: usize, by: u32| {
                    for row in &rows {
                        let found = &mut counts.0[usize::from(row[at])];
                        *found = found.wrapping_add(by);
                    }
                };
                (0..self.width).for_each(|offset| count(&mut counts, column(0, offset), 1));
                let target = result.row_mut(y as u32);
                for x in 0..width {
                    let own = picture.row(y as u32)[x * stride + channel];
                    target[x * stride + channel] = rule(&counts, own);
                    count(&mut counts, column(x, 0), 1_u32.wrapping_neg());
                    count(&mut counts, column(x, self.width), 1);
                }
            }
        }
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise() -> Picture {
        Picture::of(23, 17, |x, y| {
            let n = x.wrapping_mul(7919) ^ y.wrapping_mul(104_729);
            [(n % 251) as u8, (n / 7 % 256) as u8, 128, (n % 13 * 20) as u8]
        })
    }

    #[test]
    fn a_median_is_that_of_the_sorted_window() {
        for side in 1..=10_u8 {
            let got = median(&noise(), side, &Cancel::default()).unwrap();
            let (half, side) = (i64::from(side / 2), i64::from(side));
            for (x, y) in [(0, 0), (11, 8), (22, 16), (3, 15)] {
                for channel in 0..4 {
                    let mut levels: Vec<u8> = (0..side * side)
                        .map(|i| {
                            let (dx, dy) = (i % side - half, i / side - half);
                            let x = (x + dx).clamp(0, 22) as u32;
                            let y = (y + dy).clamp(0, 16) as u32;
                            noise().at(x, y)[channel]
                        })
                        .collect();
                    levels.sort_unstable();
                    let expected = levels[levels.len() / 2];
                    assert_eq!(got.at(x as u32, y as u32)[channel], expected, "{side}: {x},{y}");
                }
            }
        }
    }

    #[test]
    fn a_dot_goes_and_an_edge_stays() {
        let dotted = Picture::of(20, 20, |x, y| match (x, y) {
            (5, 5) => [255],
            _ if x >= 12 => [200],
            _ => [10],
        });
        let got = median(&dotted, 3, &Cancel::default()).unwrap();
        assert_eq!(got, Picture::of(20, 20, |x, _| [if x >= 12 { 200 } else { 10 }]));
    }

    #[test]
    fn equalising_spreads_what_is_close() {
        let soft = Picture::of(64, 64, |x, y| [100 + (x / 8) as u8, 100 + (y / 8) as u8, 100, 50]);
        let how = |slope| Equalize { width: 32, height: 32, slope };
        let range = |picture: &Picture| {
            let reds = picture.data.as_chunks::<4>().0.iter().map(|pixel| pixel[0]);
            reds.clone().max().unwrap() - reds.min().unwrap()
        };
        let all = equalize(&soft, how(0), &Cancel::default()).unwrap();
        let some = equalize(&soft, how(3), &Cancel::default()).unwrap();
        assert!(range(&all) > 100 && range(&some) < range(&all), "{}", range(&all));
        assert!(all.data.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == 50));
    }

    #[test]
    fn windows_may_be_larger_than_the_picture() {
        let tiny = Picture::of(2, 1, |x, _| [x as u8 * 100]);
        let how = Equalize { width: 500, height: 500, slope: 3 };
        assert!(equalize(&tiny, how, &Cancel::default()).is_ok());
        assert!(median(&tiny, 10, &Cancel::default()).is_ok());
    }
}
