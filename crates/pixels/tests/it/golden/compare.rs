//! How much two pictures differ to the eye.

use super::picture::Picture;

/// Differences of pictures that have been blurred a little, so that one pixel's rounding is nothing and a shifted edge
/// is something. In levels of 0 to 255; the worst of red, green, blue (premultiplied) and alpha.
pub(super) struct Difference {
    mean: f64,
    worst: f64,
}

impl Difference {
    pub(super) fn of(a: &Picture, b: &Picture) -> Self {
        let (a, b) = (blurred(a), blurred(b));
        let all: Vec<f64> = a
            .iter()
            .zip(&b)
            .map(|(a, b)| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max))
            .collect();
        Self {
            mean: all.iter().sum::<f64>() / all.len() as f64,
            worst: all.iter().copied().fold(0.0, f64::max),
        }
    }

    /// Beyond what another processor's rounding does.
    pub(super) fn is_visible(&self) -> bool {
        self.mean > 0.5 || self.worst > 4.0
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "off by {:.2} levels in the mean, {:.1} at worst", self.mean, self.worst)
    }
}

/// Expected, difference (four times as strong, on grey) and actual.
pub(super) fn side_by_side(expected: &Picture, actual: &Picture) -> Picture {
    let (width, height) = (expected.width as usize, expected.height as usize);
    let mut pixels = Vec::new();
    for y in 0..height {
        let row = y * width..(y + 1) * width;
        pixels.extend_from_slice(&expected.pixels[row.clone()]);
        for (a, b) in expected.pixels[row.clone()].iter().zip(&actual.pixels[row.clone()]) {
            let strong: Vec<u8> = (0..3)
                .map(|c| {
                    (128 + 4
                        * (i32::from(b[c]) - i32::from(a[c]) + i32::from(b[3]) - i32::from(a[3])))
                    .clamp(0, 255) as u8
                })
                .collect();
            pixels.push([strong[0], strong[1], strong[2], 255]);
        }
        pixels.extend_from_slice(&actual.pixels[row]);
    }
    Picture { width: expected.width * 3, height: expected.height, pixels }
}

/// Means of 3 x 3 pixels, premultiplied.
fn blurred(picture: &Picture) -> Vec<[f64; 4]> {
    let (width, height) = (i64::from(picture.width), i64::from(picture.height));
    let at = |x: i64, y: i64| {
        let place = y.clamp(0, height - 1) * width + x.clamp(0, width - 1);
        let [r, g, b, a] = picture.pixels[place as usize].map(f64::from);
        [r * a / 255.0, g * a / 255.0, b * a / 255.0, a]
    };
    let mut result = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let mut sum = [0.0; 4];
            for (dx, dy) in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy))) {
                for (sum, sample) in sum.iter_mut().zip(at(x + dx, y + dy)) {
                    *sum += sample / 9.0;
                }
            }
            result.push(sum);
        }
    }
    result
}

#[test]
fn a_visible_difference_is_seen_and_rounding_is_not() {
    let picture = |level: u8, edge: u32| Picture {
        width: 20,
        height: 10,
        pixels: (0..200)
            .map(|i| if i % 20 < edge { [level, 0, 0, 255] } else { [0, 0, 200, 255] })
            .collect(),
    };
    assert!(!Difference::of(&picture(100, 10), &picture(100, 10)).is_visible());
    assert!(
        Difference::of(&picture(100, 10), &picture(100, 11)).is_visible(),
        "an edge moved by a pixel"
    );
    assert!(
        Difference::of(&picture(100, 10), &picture(103, 10)).is_visible(),
        "an area three levels brighter"
    );
    let mut noisy = picture(100, 10);
    noisy.pixels[25][0] += 1;
    noisy.pixels[85][0] -= 1;
    assert!(!Difference::of(&picture(100, 10), &noisy).is_visible(), "rounding");
}
