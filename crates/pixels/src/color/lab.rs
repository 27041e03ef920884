//! CIELAB (D65) of sRGB codes, by tables.
//!
//! Its three numbers are sums and differences of the *roots*: the f of X, Y and Z, each relative to white.
//! L + 16 is 116 f(Y), a is 500 (f(X) - f(Y)), b is 200 (f(Y) - f(Z)).

use std::sync::LazyLock;

use super::curve::{linear_of, to_code};

struct Tables {
    linear: [f32; 256],
    /// The f of CIELAB at 0 to 1 in 65,535 steps.
    roots: Vec<f32>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    linear: std::array::from_fn(|code| linear_of(code as u8) as f32),
    roots: (0..=u16::MAX).map(|i| root_of(f64::from(i) / f64::from(u16::MAX)) as f32).collect(),
});

/// The f of CIELAB.
pub(crate) fn root_of(light: f64) -> f64 {
    if light > 216.0 / 24_389.0 { light.cbrt() } else { (24_389.0 / 27.0 * light + 16.0) / 116.0 }
}

/// The roots of X, Y and Z of a pixel: one level, or red, green, blue and whatever follows.
pub(crate) fn roots(pixel: &[u8]) -> [f32; 3] {
    let tables = &*TABLES;
    let [r, g, b] = match *pixel {
        [r, g, b, ..] => [r, g, b],
        [level, ..] => [level; 3],
        [] => [0; 3],
    }
    .map(|code| tables.linear[usize::from(code)]);
    let xyz = [
        0.433_953 * r + 0.376_219 * g + 0.189_828 * b,
        0.212_671 * r + 0.715_160 * g + 0.072_169 * b,
        0.017_758 * r + 0.109_477 * g + 0.872_765 * b,
    ];
    xyz.map(|light| tables.roots[((light * 65_535.0 + 0.5) as usize).min(65_535)])
}

/// The opposite of [`roots`]. Colours that sRGB does not hold are cut off, channel by channel; what follows the colour
/// in `pixel` stays.
pub(crate) fn store(roots: [f32; 3], pixel: &mut [u8]) {
    let [x, y, z] = roots.map(|root| {
        if root > 6.0 / 29.0 {
            root * root * root
        } else {
            (116.0 * root - 16.0) * (27.0 / 24_389.0)
        }
    });
    let rgb = [
        3.079_955 * x - 1.537_139 * y - 0.542_816 * z,
        -0.921_259 * x + 1.876_011 * y + 0.045_247 * z,
        0.052_887 * x - 0.204_026 * y + 1.151_138 * z,
    ];
    let codes = rgb.map(|light| (to_code::<false>(light) + 0.5) as u8);
    if let [level] = pixel {
        *level = codes[1];
    } else {
        pixel[..3].copy_from_slice(&codes);
    }
}

/// L + 16, a and b. With the 16, multiples of a colour's light lie on a straight line through 0: shades of one thing,
/// whatever falls on it.
pub(crate) fn lab([x, y, z]: [f32; 3]) -> [f32; 3] {
    [116.0 * y, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The opposite of [`lab`].
pub(crate) fn roots_of([l, a, b]: [f32; 3]) -> [f32; 3] {
    let y = l / 116.0;
    [y + a / 500.0, y, y - b / 200.0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_values_of_the_books() {
        for (pixel, expected) in [
            ([255, 255, 255], [100.0, 0.0, 0.0]),
            ([0, 0, 0], [0.0, 0.0, 0.0]),
            ([255, 0, 0], [53.24, 80.09, 67.20]),
            ([0, 255, 0], [87.73, -86.18, 83.18]),
            ([0, 0, 255], [32.30, 79.19, -107.86]),
            ([119, 119, 119], [50.03, 0.0, 0.0]),
        ] {
            let [l, a, b] = lab(roots(&pixel));
            for (got, expected) in [l - 16.0, a, b].into_iter().zip(expected) {
                assert!((got - expected).abs() < 0.3, "{pixel:?}: {:?}", [l - 16.0, a, b]);
            }
        }
    }

    #[test]
    fn there_and_back_changes_nothing() {
        for r in (0..=255).step_by(15) {
            for g in (0..=255).step_by(15) {
                for b in (0..=255_u8).step_by(15) {
                    let mut back = [0, 0, 0, 77];
                    store(roots_of(lab(roots(&[r, g, b]))), &mut back);
                    for (got, expected) in back.into_iter().zip([r, g, b, 77]) {
                        assert!(got.abs_diff(expected) <= 1, "{back:?} from {r}, {g}, {b}");
                    }
                }
            }
        }
    }
}
