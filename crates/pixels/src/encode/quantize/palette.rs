//! The colours that stand for all others.

use std::ops::Range;

use super::histogram::Histogram;

/// At most 256 colours, opaque ones first, and a fast answer to "which of them is nearest".
pub(in crate::encode) struct Palette {
    colors: Vec<[u8; 4]>,
    points: Points,
    /// How many of them are opaque; these come first.
    opaque: usize,
    /// Number of the nearest colour plus one for a cell of the colour cube; 0 where nobody has asked yet.
    nearest: Vec<u16>,
    /// Mean squared distance of the histogram's colours to theirs here.
    error: f32,
}

/// Rounds of moving each colour into the middle of what it stands for. After the second, a photograph
/// improves by less than a tenth of a SSIMULACRA2 point a round.
const ROUNDS: usize = 2;

impl Palette {
    /// The best colours for `histogram`, `most` of them (4 to 256) or fewer. Opaque colours stand for opaque ones only.
    pub(in crate::encode) fn of(histogram: &Histogram, most: usize) -> Self {
        let samples: Vec<Sample> = histogram
            .buckets
            .iter()
            .map(|bucket| Sample {
                point: to_point(bucket.mean()),
                color: bucket.mean(),
                weight: bucket.count as f32,
            })
            .collect();
        // Nothing at all is a colour of its own: a tint of it over a whole background would be seen.
        let (opaque, translucent): (Vec<_>, Vec<_>) =
            samples.iter().copied().partition(|sample| sample.color[3] >= 255.0);
        let mut clusters = cut([opaque, translucent], most - usize::from(histogram.clear));
        for _ in 0..ROUNDS {
            let points = Points::new(clusters.iter().map(Cluster::point));
            let opaque = clusters.iter().take_while(|cluster| cluster.is_opaque()).count();
            let mut next = vec![Cluster::default(); clusters.len()];
            for sample in &samples {
                let kind =
                    if sample.color[3] >= 255.0 { 0..opaque } else { opaque..clusters.len() };
                next[points.nearest(sample.point, kind).0].add(sample);
            }
            // A colour that lost everything it stood for is of no use any more.
            next.retain(|cluster| cluster.weight > 0.0);
            clusters = next;
        }
        let mut colors: Vec<[u8; 4]> = clusters.iter().map(Cluster::color).collect();
        if histogram.clear || colors.is_empty() {
            colors.push([0; 4]);
        }
        let mut palette = Self::new(colors);
        palette.error = palette.error_for(histogram);
        palette
    }

    fn new(colors: Vec<[u8; 4]>) -> Self {
        let points = Points::new(colors.iter().map(|color| to_point(color.map(f32::from))));
        let opaque = colors.iter().take_while(|color| color[3] == 255).count();
        Self { colors, points, opaque, nearest: vec![0; CELLS], error: 0.0 }
    }

    pub(in crate::encode) fn colors(&self) -> &[[u8; 4]] {
        &self.colors
    }

    pub(in crate::encode) fn into_colors(self) -> Vec<[u8; 4]> {
        self.colors
    }

    /// Whether these colours, made for another picture, serve that of `histogram` about as well.
    pub(in crate::encode) fn suits(&self, histogram: &Histogram) -> bool {
        // Two steps of 255 in lightness are not seen in a moving picture.
        const UNSEEN: f32 = (2.0 / 255.0) * (2.0 / 255.0);
        self.error_for(histogram) <= (self.error * 1.25).max(UNSEEN)
    }

    /// Mean squared distance between the histogram's colours and the nearest ones here.
    fn error_for(&self, histogram: &Histogram) -> f32 {
        let (mut sum, mut weight) = (0.0_f64, 0.0_f64);
        for bucket in &histogram.buckets {
            sum += f64::from(
                self.points.nearest(to_point(bucket.mean()), self.serving(bucket.mean()[3])).1,
            ) * bucket.count as f64;
            weight += bucket.count as f64;
        }
        if weight > 0.0 { (sum / weight) as f32 } else { 0.0 }
    }

    /// Which colours may stand for one of this alpha: what covers should not begin to shine through a little.
    fn serving(&self, alpha: f32) -> Range<usize> {
        if alpha >= 255.0 && self.opaque > 0 { 0..self.opaque } else { 0..self.colors.len() }
    }

    /// Number of the colour that is nearest to `color`, to within a cell of four steps a side (eight for
    /// translucent colours). Dithering makes up for what the cell loses.
    pub(in crate::encode) fn nearest(&mut self, color: [u8; 4]) -> u8 {
        let (key, middle) = cell(color);
        if self.nearest[key] == 0 {
            let serving = self.serving(f32::from(middle[3]));
            self.nearest[key] =
                self.points.nearest(to_point(middle.map(f32::from)), serving).0 as u16 + 1;
        }
        (self.nearest[key] - 1) as u8
    }
}

/// Cells of opaque colours come first, six bits a channel; then translucent ones, five bits a channel and of alpha.
const TRANSLUCENT_CELLS: usize = 1 << 18;
const CELLS: usize = TRANSLUCENT_CELLS + (1 << 20);

/// The cell of `color`, and the colour that stands for all of it.
fn cell(color: [u8; 4]) -> (usize, [u8; 4]) {
    let opaque = color[3] == 255;
    let bits = if opaque { 6 } else { 5 };
    let [r, g, b, a] = color.map(|value| usize::from(value) >> (8 - bits));
    let key = r << (2 * bits) | g << bits | b;
    // The high bits repeated below: 0 stays 0 and the highest becomes 255.
    let [r, g, b, a_middle] =
        [r, g, b, a].map(|high| (high << (8 - bits) | high >> (2 * bits - 8)) as u8);
    if opaque {
        (key, [r, g, b, 255])
    } else {
        (TRANSLUCENT_CELLS + (a << 15 | key), [r, g, b, a_middle])
    }
}

/// Oklab times alpha, and alpha: two invisible colours are the same whatever they are, and a step of alpha counts as much
/// as one of lightness, which over white or black it is.
type Point = [f32; 4];

/// `color`: sRGB with straight alpha, 0 to 255. Source of the constants: Björn Ottosson, "A perceptual color space
/// for image processing".
fn to_point([r, g, b, a]: [f32; 4]) -> Point {
    let [r, g, b] = [r, g, b].map(to_linear);
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    let alpha = a / 255.0;
    [
        (0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s) * alpha,
        (1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s) * alpha,
        (0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s) * alpha,
        alpha,
    ]
}

fn to_linear(value: f32) -> f32 {
    let value = value / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    point: Point,
    color: [f32; 4],
    weight: f32,
}

/// Samples that will share a colour.
#[derive(Debug, Clone, Copy, Default)]
struct Cluster {
    point: [f64; 4],
    /// Weighted by alpha, so that what is hardly seen hardly counts.
    color: [f64; 3],
    alpha: f64,
    weight: f64,
}

impl Cluster {
    fn add(&mut self, sample: &Sample) {
        let weight = f64::from(sample.weight);
        let opacity = weight * f64::from(sample.color[3]);
        for (sum, value) in self.point.iter_mut().zip(sample.point) {
            *sum += f64::from(value) * weight;
        }
        for (sum, value) in self.color.iter_mut().zip(sample.color) {
            *sum += f64::from(value) * opacity;
        }
        self.alpha += opacity;
        self.weight += weight;
    }

    fn of(samples: &[Sample]) -> Self {
        let mut cluster = Self::default();
        for sample in samples {
            cluster.add(sample);
        }
        cluster
    }

    /// Samples of both kinds are never in one cluster.
    fn is_opaque(&self) -> bool {
        self.alpha >= self.weight * 255.0
    }

    fn point(&self) -> Point {
        self.point.map(|sum| (sum / self.weight) as f32)
    }

    fn color(&self) -> [u8; 4] {
        let alpha = (self.alpha / self.weight).round() as u8;
        if alpha == 0 {
            return [0; 4];
        }
        let [r, g, b] = self.color.map(|sum| (sum / self.alpha).round() as u8);
        [r, g, b, alpha]
    }
}

/// Part of the samples, with the axis along which it is worth most to cut it.
struct Box {
    samples: Vec<Sample>,
    axis: usize,
    /// Sum of squared distances along that axis.
    spread: f64,
}

impl Box {
    fn new(samples: Vec<Sample>) -> Self {
        let cluster = Cluster::of(&samples);
        let mean = cluster.point();
        let mut spreads = [0.0_f64; 4];
        for sample in &samples {
            for axis in 0..4 {
                let distance = f64::from(sample.point[axis] - mean[axis]);
                spreads[axis] += distance * distance * f64::from(sample.weight);
            }
        }
        let axis = (0..4).max_by(|&a, &b| spreads[a].total_cmp(&spreads[b])).unwrap_or(0);
        Self { samples, axis, spread: spreads[axis] }
    }

    /// Both halves, parted at the mean of the axis. `None` if all samples are alike.
    fn split(self) -> Option<(Self, Self)> {
        let axis = self.axis;
        let mean = Cluster::of(&self.samples).point()[axis];
        let (low, high): (Vec<_>, Vec<_>) =
            self.samples.into_iter().partition(|sample| sample.point[axis] <= mean);
        if low.is_empty() || high.is_empty() {
            None
        } else {
            Some((Self::new(low), Self::new(high)))
        }
    }
}

/// Cuts the box of greatest spread until there are `most` or nothing is left to cut. Opaque samples and translucent
/// ones begin in boxes of their own, so no cluster holds both; opaque clusters come first.
fn cut(samples: [Vec<Sample>; 2], most: usize) -> Vec<Cluster> {
    let mut boxes: Vec<Box> =
        samples.into_iter().filter(|samples| !samples.is_empty()).map(Box::new).collect();
    let mut done = Vec::new();
    while boxes.len() + done.len() < most {
        let Some(widest) =
            (0..boxes.len()).max_by(|&a, &b| boxes[a].spread.total_cmp(&boxes[b].spread))
        else {
            break;
        };
        let widest = boxes.swap_remove(widest);
        if widest.samples.len() < 2 || widest.spread <= 0.0 {
            done.push(Cluster::of(&widest.samples));
            continue;
        }
        let whole = Cluster::of(&widest.samples);
        match widest.split() {
            Some((low, high)) => boxes.extend([low, high]),
            // Rounding may put the mean on the highest sample.
            None => done.push(whole),
        }
    }
    done.extend(boxes.iter().map(|part| Cluster::of(&part.samples)));
    done.sort_by_key(|cluster| !cluster.is_opaque());
    done
}

/// Points axis by axis, so that distances to all of them are vector code.
struct Points {
    axes: [Vec<f32>; 4],
}

impl Points {
    fn new(points: impl Iterator<Item = Point>) -> Self {
        let mut axes: [Vec<f32>; 4] = Default::default();
        for point in points {
            for (axis, value) in axes.iter_mut().zip(point) {
                axis.push(value);
            }
        }
        Self { axes }
    }

    /// Number of the nearest point among `those`, and its squared distance.
    fn nearest(&self, to: Point, those: Range<usize>) -> (usize, f32) {
        let mut distances = [f32::INFINITY; 256];
        let first = those.start;
        let [x, y, z, w] = self.axes.each_ref().map(|axis| &axis[those.clone()]);
        for ((((distance, x), y), z), w) in distances.iter_mut().zip(x).zip(y).zip(z).zip(w) {
            let apart = [x - to[0], y - to[1], z - to[2], w - to[3]];
            *distance = apart[0] * apart[0]
                + apart[1] * apart[1]
                + apart[2] * apart[2]
                + apart[3] * apart[3];
        }
        // The minimum first, its place second: both are vector code, one loop for both is not.
        let lanes =
            distances.as_chunks::<8>().0.iter().fold([f32::INFINITY; 8], |mut least, chunk| {
                for (least, &distance) in least.iter_mut().zip(chunk) {
                    *least = if distance < *least { distance } else { *least };
                }
                least
            });
        let least = lanes.into_iter().fold(f32::INFINITY, f32::min);
        (first + distances.iter().position(|&distance| distance <= least).unwrap_or(0), least)
    }
}
