//! CMYK to RGB, row by row.

use moxcms::{
    ColorProfile, DataColorSpace, Layout as MoxLayout, RenderingIntent, TransformExecutor,
    TransformOptions,
};
use std::sync::Arc;

/// Samples of a CMYK pixel.
pub(super) const CHANNELS: usize = 4;

/// How inks become light.
pub(super) struct Inks {
    /// Adobe writes 255 for no ink.
    is_inverted: bool,
    /// Through the picture's own profile; without one each ink simply takes its share away, as browsers do it.
    transform: Option<Arc<dyn TransformExecutor<u8> + Send + Sync>>,
}

impl Inks {
    /// A profile that is broken or not one of CMYK counts as none.
    pub(super) fn new(profile: Option<&[u8]>, is_inverted: bool) -> Self {
        Self { is_inverted, transform: profile.and_then(to_srgb) }
    }

    /// Converts a row of CMYK to a row of RGB with as many pixels.
    pub(super) fn convert(&self, cmyk: &[u8], rgb: &mut [u8]) {
        let Some(transform) = &self.transform else {
            self.mix(cmyk, rgb);
            return;
        };
        let straight: Vec<u8>;
        let inks = if self.is_inverted {
            straight = cmyk.iter().map(|&value| 255 - value).collect();
            &straight
        } else {
            cmyk
        };
        if transform.transform(inks, rgb).is_err() {
            self.mix(cmyk, rgb);
        }
    }

    fn mix(&self, cmyk: &[u8], rgb: &mut [u8]) {
        let invert = if self.is_inverted { 0 } else { 255 };
        for (pixel, inks) in rgb.chunks_exact_mut(3).zip(cmyk.chunks_exact(CHANNELS)) {
            let paper = u32::from(inks[3] ^ invert);
            for (light, &ink) in pixel.iter_mut().zip(inks) {
                *light = ((u32::from(ink ^ invert) * paper + 127) / 255) as u8;
            }
        }
    }
}

fn to_srgb(profile: &[u8]) -> Option<Arc<dyn TransformExecutor<u8> + Send + Sync>> {
    let source = ColorProfile::new_from_slice(profile).ok()?;
    if source.color_space != DataColorSpace::Cmyk {
        return None;
    }
    let options = TransformOptions {
        rendering_intent: RenderingIntent::RelativeColorimetric,
        ..Default::default()
    };
    source
        .create_transform_8bit(MoxLayout::Rgba, &ColorProfile::new_srgb(), MoxLayout::Rgb, options)
        .ok()
}
