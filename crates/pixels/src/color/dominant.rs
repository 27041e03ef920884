//! The colours that a picture is mostly made of.

use plan::Color;

/// Bits of each channel that make colours similar.
const BITS: u32 = 3;

/// Colours nearer than this (squared distance of the codes) count as one.
const APART: u32 = 48 * 48;

/// Counts pixels in groups of similar colours. Those that are more than half transparent do not count.
#[derive(Debug, Clone)]
pub(crate) struct Histogram(Vec<Group>);

#[derive(Debug, Clone, Copy, Default)]
struct Group {
    sums: [u64; 3],
    /// Sums of columns and rows.
    place: [u64; 2],
    count: u64,
}

/// A colour that much of a picture has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Dominant {
    pub(crate) color: Color,
    /// Where its pixels lie in the mean: column and row.
    pub(crate) place: (f64, f64),
}

impl Histogram {
    pub(crate) fn new() -> Self {
        Self(vec![Group::default(); 1 << (3 * BITS)])
    }

    pub(crate) fn add(&mut self, [r, g, b, alpha]: [u8; 4], (x, y): (u32, u32)) {
        if alpha < 128 {
            return;
        }
        let part = |channel: u8| usize::from(channel >> (8 - BITS));
        let group = &mut self.0[part(r) << (2 * BITS) | part(g) << BITS | part(b)];
        for (sum, channel) in group.sums.iter_mut().zip([r, g, b]) {
            *sum += u64::from(channel);
        }
        group.place[0] += u64::from(x);
        group.place[1] += u64::from(y);
        group.count += 1;
    }

    /// The average of the largest group; `None` if all is transparent.
    pub(crate) fn first(&self) -> Option<Color> {
        let largest = self.0.iter().max_by_key(|group| group.count)?;
        (largest.count > 0).then(|| largest.color())
    }

    /// The averages of the largest groups that differ visibly, the largest first: `count` at most, less where there are no
    /// more.
    pub(crate) fn most(&self, count: usize) -> Vec<Dominant> {
        let mut groups: Vec<&Group> = self.0.iter().filter(|group| group.count > 0).collect();
        // Stable, so that of groups of one size the order is that of the colours, and always the same.
        groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        let mut found: Vec<Dominant> = Vec::with_capacity(count);
        for group in groups {
            let color = group.color();
            if found.len() < count
                && found.iter().all(|other| distance(other.color, color) >= APART)
            {
                found.push(Dominant { color, place: group.middle() });
            }
        }
        found
    }
}

impl Group {
    fn color(&self) -> Color {
        let average = |sum: u64| ((sum + self.count / 2) / self.count.max(1)) as u8;
        let [r, g, b] = self.sums;
        Color::rgb(average(r), average(g), average(b))
    }

    fn middle(&self) -> (f64, f64) {
        let average = |sum: u64| sum as f64 / self.count.max(1) as f64;
        (average(self.place[0]), average(self.place[1]))
    }
}

fn distance(a: Color, b: Color) -> u32 {
    [(a.r, b.r), (a.g, b.g), (a.b, b.b)]
        .into_iter()
        .map(|(a, b)| u32::from(a.abs_diff(b)).pow(2))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(pixels: &[([u8; 4], u32)]) -> Histogram {
        let mut histogram = Histogram::new();
        for &(pixel, count) in pixels {
            (0..count).for_each(|x| histogram.add(pixel, (x, 7)));
        }
        histogram
    }

    #[test]
    fn the_largest_group_comes_first_and_shades_of_it_do_not_count_again() {
        let histogram = histogram(&[
            ([200, 10, 10, 255], 5),
            ([250, 250, 250, 255], 9),
            ([220, 220, 220, 255], 7),
            ([0, 0, 255, 255], 4),
            ([0, 255, 0, 100], 100),
        ]);
        assert_eq!(histogram.first(), Some(Color::rgb(250, 250, 250)));
        // The greys are 52 apart.
        let colors: Vec<Color> = histogram.most(3).iter().map(|found| found.color).collect();
        assert_eq!(
            colors,
            [Color::rgb(250, 250, 250), Color::rgb(220, 220, 220), Color::rgb(200, 10, 10)]
        );
        assert_eq!(histogram.most(9).len(), 4);
        assert_eq!(histogram.most(1)[0].place, (4.0, 7.0));
    }

    #[test]
    fn what_is_transparent_has_no_colour() {
        assert_eq!(histogram(&[([9, 9, 9, 0], 3)]).first(), None);
        assert_eq!(histogram(&[]).most(2), []);
    }
}
