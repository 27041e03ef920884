//! The sRGB transfer curve, from 8-bit codes to linear light and back.
//!
//! Both directions are polynomials, not tables: a table costs one load per sample, a polynomial is
//! worked out for eight samples at once.

// What is in here runs once per sample, inside of loops that are compiled for several kinds of processor; a call
// would cost more than the work, and would not be compiled for the caller's kind.
#![allow(clippy::inline_always)]

/// `a * b + c`, in one rounding where the caller's target has the instruction (`FMA`).
#[inline(always)]
pub(crate) fn mul_add<const FMA: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

/// Linear light, 0 to 1, of an sRGB code, 0 to 255.
///
/// Minimax fit of degree 6 over the 217 codes on the power part of the curve, weighted by the steepness
/// there: no code is off by more than 0.004 of the distance to its neighbour.
#[inline(always)]
pub(crate) fn to_linear<const FMA: bool>(code: f32) -> f32 {
    const C: [f32; 7] = [
        8.751_358e-4,
        3.440_02e-2,
        4.990_682e-1,
        7.680_8e-1,
        -5.338_242_6e-1,
        3.167_77e-1,
        -8.540_573e-2,
    ];
    let x = code * (1.0 / 255.0);
    let mut power = C[6];
    for c in [C[5], C[4], C[3], C[2], C[1], C[0]] {
        power = mul_add::<FMA>(power, x, c);
    }
    if x > 0.040_45 { power } else { x * (1.0 / 12.92) }
}

/// The sRGB code of linear light, not yet rounded: 0 to 255 for 0 to 1; what lies outside is clamped.
///
/// Polynomial in the fourth root, fitted minimax: within 0.002 of a code everywhere.
#[inline(always)]
pub(crate) fn to_code<const FMA: bool>(linear: f32) -> f32 {
    const C: [f32; 6] = [-15.641_815, 41.317_18, 320.126_74, -147.256_45, 73.830_19, -17.377_537];
    // Unlike `clamp`, this makes 0 of a NaN.
    #[allow(clippy::manual_clamp)]
    let y = linear.max(0.0).min(1.0);
    let q = y.sqrt().sqrt();
    let mut power = C[5];
    for c in [C[4], C[3], C[2], C[1], C[0]] {
        power = mul_add::<FMA>(power, q, c);
    }
    if y > 0.003_130_8 { power } else { y * (12.92 * 255.0) }
}

/// Linear light of every code, by the definition of IEC 61966-2-1, for places where speed does not matter.
pub(crate) fn linear_of(code: u8) -> f64 {
    let x = f64::from(code) / 255.0;
    if x <= 0.040_45 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
}

/// The nearest code of linear light, by definition.
pub(crate) fn code_of(linear: f64) -> u8 {
    let y = linear.clamp(0.0, 1.0);
    let x = if y <= 0.003_130_8 { y * 12.92 } else { 1.055 * y.powf(1.0 / 2.4) - 0.055 };
    (x * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_agree_with_the_definition() {
        for code in 0..=255_u8 {
            let exact = linear_of(code);
            let neighbour = if code == 255 { linear_of(254) } else { linear_of(code + 1) };
            let step = (exact - neighbour).abs();
            let off = (f64::from(to_linear::<false>(f32::from(code))) - exact).abs() / step;
            assert!(off < 0.005, "code {code} is off by {off} of a step");
            let fused = (f64::from(to_linear::<true>(f32::from(code))) - exact).abs() / step;
            assert!(fused < 0.005, "code {code} is off by {fused} of a step with fused arithmetic");
        }
    }

    #[test]
    fn a_code_survives_the_way_there_and_back() {
        for code in 0..=255_u8 {
            let back = to_code::<false>(to_linear::<false>(f32::from(code)));
            assert!((back - f32::from(code)).abs() < 0.01, "{code} came back as {back}");
            assert_eq!(code_of(linear_of(code)), code);
        }
    }

    #[test]
    fn the_way_back_is_exact_between_the_codes_too() {
        for i in 0..=100_000_u32 {
            let y = f64::from(i) / 100_000.0;
            let exact = 255.0
                * if y <= 0.003_130_8 { y * 12.92 } else { 1.055 * y.powf(1.0 / 2.4) - 0.055 };
            let got = f64::from(to_code::<false>(y as f32));
            assert!((got - exact).abs() < 0.01, "{y}: {got} instead of {exact}");
        }
    }

    #[test]
    fn what_lies_outside_is_clamped() {
        assert!(to_code::<false>(-0.5).abs() < 1e-9);
        assert!((to_code::<false>(1.5) - 255.0).abs() < 0.01);
        assert!(to_code::<false>(f32::NAN).abs() < 1e-9);
    }
}
