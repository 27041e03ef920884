//! From the colours of an embedded profile to sRGB.

use std::sync::Arc;

use moxcms::{
    ColorProfile, DataColorSpace, Layout as Samples, RenderingIntent, ToneReprCurve,
    TransformExecutor, TransformOptions,
};

use super::curve::linear_of;
use crate::picture::Layout;

/// Pixels that are converted at a time: what fits in the first-level cache twice.
const CHUNK: usize = 2048;

/// Converts pixels from a profile to sRGB, relative colorimetric. What sRGB cannot hold becomes the nearest that it can,
/// channel by channel, as in browsers; who wants the wide colours keeps the profile.
pub(crate) struct ToSrgb {
    rule: Rule,
    channels: usize,
    is_like_srgb: bool,
}

enum Rule {
    /// A level for each level of grey.
    Levels(Box<[u8; 256]>),
    Color(Arc<dyn TransformExecutor<u8> + Send + Sync>),
}

impl ToSrgb {
    /// `None` where nothing is to be done: the profile is sRGB under any name, is broken, or is for
    /// another kind of samples than `layout`.
    pub(crate) fn new(profile: &[u8], layout: Layout) -> Option<Self> {
        let profile = ColorProfile::new_from_slice(profile).ok()?;
        let gray = match (profile.color_space, layout) {
            (DataColorSpace::Gray, Layout::Gray) => true,
            (DataColorSpace::Rgb, _) => false,
            _ => return None,
        };
        let distance = if gray { None } else { distance_of_curves(&profile) };
        if distance.is_some_and(|distance| distance < 0.002) && has_primaries_of_srgb(&profile) {
            return None;
        }
        let rule = if layout == Layout::Gray {
            Rule::Levels(Box::new(levels(&profile, gray)?))
        } else {
            let samples = if layout == Layout::Rgba { Samples::Rgba } else { Samples::Rgb };
            Rule::Color(profile.create_transform_8bit(samples, &srgb(), samples, options()).ok()?)
        };
        let is_like_srgb = distance.is_some_and(|distance| distance < 0.02);
        Some(Self { rule, channels: layout.channels(), is_like_srgb })
    }

    /// Whether the profile's transfer curves are so close to that of sRGB that a resize may come first, as if the
    /// pixels were sRGB already: its linear light is linear in the profile, too. True for Display P3
    /// and Adobe RGB, for instance. Then the conversion costs little.
    pub(crate) fn is_like_srgb(&self) -> bool {
        self.is_like_srgb
    }

    /// Converts whole pixels in place.
    pub(crate) fn convert(&self, samples: &mut [u8]) {
        match &self.rule {
            Rule::Levels(levels) => {
                for sample in samples {
                    *sample = levels[usize::from(*sample)];
                }
            }
            Rule::Color(transform) => {
                let mut source = [0; CHUNK * 4];
                for chunk in samples.chunks_mut(CHUNK * self.channels) {
                    let source = &mut source[..chunk.len()];
                    source.copy_from_slice(chunk);
                    // It fails only for lengths that are no whole pixels or differ; then the chunk stays as it was.
                    let done = transform.transform(source, chunk);
                    debug_assert!(done.is_ok(), "{done:?}");
                }
            }
        }
    }
}

fn options() -> TransformOptions {
    TransformOptions {
        rendering_intent: RenderingIntent::RelativeColorimetric,
        ..TransformOptions::default()
    }
}

fn srgb() -> ColorProfile {
    ColorProfile::new_srgb()
}

/// Largest difference of linear light, over all levels and channels, from the curve of sRGB. `None` where the profile
/// is not made of curves and a matrix alone.
fn distance_of_curves(profile: &ColorProfile) -> Option<f64> {
    if !profile.is_matrix_shaper() {
        return None;
    }
    let distance = |curve: &Option<ToneReprCurve>| {
        let table = profile.build_8bit_lin_table(curve).ok()?;
        (0..=255_u8)
            .map(|code| (f64::from(table[usize::from(code)]) - linear_of(code)).abs())
            .reduce(f64::max)
    };
    let channels =
        [distance(&profile.red_trc)?, distance(&profile.green_trc)?, distance(&profile.blue_trc)?];
    channels.into_iter().reduce(f64::max)
}

fn has_primaries_of_srgb(profile: &ColorProfile) -> bool {
    let (own, srgb) = (profile.colorant_matrix(), srgb().colorant_matrix());
    own.v.as_flattened().iter().zip(srgb.v.as_flattened()).all(|(a, b)| (a - b).abs() < 0.003)
}

/// What each level of grey becomes.
fn levels(profile: &ColorProfile, is_gray: bool) -> Option<[u8; 256]> {
    let (samples, repeat) = if is_gray { (Samples::Gray, 1) } else { (Samples::Rgb, 3) };
    let transform =
        profile.create_transform_8bit(samples, &srgb(), Samples::Rgb, options()).ok()?;
    let source: Vec<u8> =
        (0..=255_u8).flat_map(|level| std::iter::repeat_n(level, repeat)).collect();
    let mut result = [0; 256 * 3];
    transform.transform(&source, &mut result).ok()?;
    // Green carries most of the luminance; for a neutral colour all three are equal.
    Some(std::array::from_fn(|level| result[level * 3 + 1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(profile: &ColorProfile) -> Vec<u8> {
        profile.encode().unwrap()
    }

    fn converted(profile: &ColorProfile, layout: Layout, pixel: &[u8]) -> Vec<u8> {
        let mut pixel = pixel.to_vec();
        ToSrgb::new(&bytes(profile), layout).unwrap().convert(&mut pixel);
        pixel
    }

    #[track_caller]
    fn check_near(got: &[u8], expected: &[u8]) {
        assert!(
            got.iter().zip(expected).all(|(a, b)| a.abs_diff(*b) <= 2),
            "{got:?}, expected about {expected:?}"
        );
    }

    #[test]
    fn srgb_needs_nothing() {
        assert!(ToSrgb::new(&bytes(&ColorProfile::new_srgb()), Layout::Rgb).is_none());
        assert!(ToSrgb::new(&bytes(&ColorProfile::new_srgb()), Layout::Gray).is_none());
    }

    #[test]
    fn what_is_no_profile_is_passed_over() {
        assert!(ToSrgb::new(b"not a profile", Layout::Rgb).is_none());
        assert!(ToSrgb::new(&[], Layout::Rgb).is_none());
        let gray = bytes(&ColorProfile::new_gray_with_gamma(2.2));
        assert!(ToSrgb::new(&gray, Layout::Rgb).is_none(), "a grey profile on colour");
    }

    #[test]
    fn wide_colours_become_srgb() {
        let p3 = ColorProfile::new_display_p3();
        // P3 with these samples is sRGB (200, 100, 50): computed with the matrices of both spaces.
        check_near(&converted(&p3, Layout::Rgb, &[187, 105, 62]), &[200, 100, 50]);
        check_near(&converted(&p3, Layout::Rgb, &[128, 128, 128]), &[128, 128, 128]);
        // Outside of sRGB: clipped, not wrapped.
        check_near(&converted(&p3, Layout::Rgb, &[255, 0, 0]), &[255, 0, 0]);
        check_near(
            &converted(&ColorProfile::new_adobe_rgb(), Layout::Rgb, &[128, 128, 128]),
            &[127, 127, 127],
        );
    }

    #[test]
    fn alpha_stays() {
        let p3 = ColorProfile::new_display_p3();
        assert_eq!(converted(&p3, Layout::Rgba, &[187, 105, 62, 77])[3], 77);
    }

    #[test]
    fn grey_levels_follow_their_curve() {
        // Level 128 of gamma 1.8 reflects 28.9 % of the light; that is level 147 of sRGB.
        let gamma = ColorProfile::new_gray_with_gamma(1.8);
        check_near(&converted(&gamma, Layout::Gray, &[128]), &[147]);
        check_near(&converted(&gamma, Layout::Gray, &[0, 255]), &[0, 255]);
    }

    #[test]
    fn knows_whose_light_is_like_that_of_srgb() {
        let is_like = |profile: &ColorProfile| {
            ToSrgb::new(&bytes(profile), Layout::Rgb).unwrap().is_like_srgb()
        };
        assert!(is_like(&ColorProfile::new_display_p3()));
        assert!(is_like(&ColorProfile::new_adobe_rgb()));
        assert!(!is_like(&ColorProfile::new_pro_photo_rgb()));
    }

    #[test]
    fn long_rows_are_converted_to_their_end() {
        let pixel = [187_u8, 106, 62];
        let mut row = pixel.repeat(CHUNK * 2 + 7);
        ToSrgb::new(&bytes(&ColorProfile::new_display_p3()), Layout::Rgb)
            .unwrap()
            .convert(&mut row);
        let first = row[..3].to_vec();
        assert_ne!(first, pixel);
        assert!(row.chunks_exact(3).all(|pixel| pixel == first));
    }
}
