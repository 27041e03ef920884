//! AVIF: 8, 10 and 12 bits, all samplings, grey, alpha, grids, turned as the file says.
//!
//! Samples become 8 bits. Wide primaries named by code points become a profile; brightness curves for high
//! dynamic range are taken as they are. Of an animation, the still picture that such files carry. What is
//! cut off is refused, as the coded picture cannot be shown in part.

mod av1;
mod container;
mod layers;
mod turn;
mod yuv;

use moxcms::ColorProfile;
use plan::{Format, Region};

use self::{
    av1::Coded,
    container::{Container, Property},
    layers::Layers,
    turn::Turn,
    yuv::Meaning,
};
use super::{
    FrameSource, Header, Info, blocks,
    guard::{self, damaged},
};
use crate::{
    Error, Limits,
    picture::{Blocks, Frame, Layout, Picture},
};

pub(super) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let container = Container::read(bytes)?;
    let layers = Layers::read(&container)?;
    guard::side_and_pixels(layers.size, Format::Avif, limits)?;
    Ok(Header {
        profile: profile(&container, limits),
        metadata: metadata(&container, limits),
        damage: layers.is_cut.then(cut),
        ..Header::still(turn::upright(&container, layers.size), layers.alpha.is_some())
    })
}

pub(super) fn open<'a>(
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Box<dyn FrameSource + 'a>, Error> {
    let container = Container::read(bytes)?;
    let layers = Layers::read(&container)?;
    guard::side_and_pixels(layers.size, Format::Avif, limits)?;
    if layers.is_cut {
        return Err(damaged(Format::Avif, cut()));
    }
    let layout = if layers.alpha.is_some() { Layout::Rgba } else { Layout::Rgb };
    // The codec's planes of up to 16 bits, and a second picture while tiles are put together or it is turned.
    let working_bytes = layers.size.pixels() * (6 + layout.channels() as u64);
    guard::memory(layers.size.pixels() * layout.channels() as u64 + working_bytes, limits)?;
    let size = turn::upright(&container, layers.size);
    let info = Info {
        size,
        source: size,
        covers: Region::whole(size),
        layout,
        loops: 0,
        profile: profile(&container, limits),
        metadata: metadata(&container, limits),
        working_bytes,
    };
    let turns = Turn::read(&container);
    let meaning = meaning(&container);
    Ok(Box::new(Avif { layers: Some(layers), meaning, turns, info, limits: limits.clone() }))
}

struct Avif {
    /// `None` once the picture has been handed out.
    layers: Option<Layers>,
    /// As the container says it, which overrides the coded picture.
    meaning: Option<Meaning>,
    turns: Vec<Turn>,
    info: Info,
    limits: Limits,
}

impl FrameSource for Avif {
    fn info(&self) -> &Info {
        &self.info
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, Error> {
        let Some(Layers { size, color, alpha, .. }) = self.layers.take() else { return Ok(None) };
        let channels = self.info.layout.channels();
        let mut data = color.decode(size, channels, &self.limits, |coded| {
            let meaning = self.meaning.unwrap_or_else(|| coded_meaning(coded));
            yuv::to_rgb(coded, meaning, channels)
        })?;
        if let Some(alpha) = alpha {
            let opacity = alpha.grid.decode(size, 1, &self.limits, yuv::to_gray)?;
            for (pixel, &opacity) in data.chunks_exact_mut(channels).zip(&opacity) {
                pixel[3] = opacity;
            }
            if alpha.is_premultiplied {
                straighten(&mut data);
            }
        }
        let mut picture = Picture { size, layout: self.info.layout, data };
        for turn in &self.turns {
            picture = turn.apply(&picture);
        }
        Ok(Some(Frame { picture, delay_ms: 0 }))
    }
}

/// What the coded picture says about itself.
fn coded_meaning(coded: &Coded) -> Meaning {
    Meaning { matrix: coded.matrix(), is_full_range: coded.is_full_range() }
}

/// What the container says about the coded picture.
fn meaning(container: &Container<'_>) -> Option<Meaning> {
    container.properties(container.primary()).iter().find_map(|property| match *property {
        Property::Color { matrix, is_full_range, .. } => Some(Meaning { matrix, is_full_range }),
        _ => None,
    })
}

/// The profile of the file, or one for the primaries that it names.
fn profile(container: &Container<'_>, limits: &Limits) -> Option<Vec<u8>> {
    const BT2020: u16 = 9;
    const DISPLAY_P3: u16 = 12;
    let properties = container.properties(container.primary());
    let embedded = properties.iter().find_map(|property| match property {
        Property::Profile(profile) if profile.len() <= limits.profile => Some(profile.to_vec()),
        _ => None,
    });
    let named = || {
        properties.iter().find_map(|property| match *property {
            Property::Color { primaries: DISPLAY_P3, .. } => Some(ColorProfile::new_display_p3()),
            Property::Color { primaries: BT2020, .. } => Some(ColorProfile::new_bt2020()),
            _ => None,
        })
    };
    embedded.or_else(|| named()?.encode().ok())
}

fn metadata(container: &Container<'_>, limits: &Limits) -> Blocks {
    let mut metadata = Blocks::default();
    if let Some(exif) = container.exif() {
        blocks::keep(&mut metadata.exif, &exif, limits);
    }
    if let Some(xmp) = container.xmp() {
        blocks::keep(&mut metadata.xmp, &xmp, limits);
    }
    metadata
}

/// Colours that have been multiplied with their opacity, back to what they were.
fn straighten(rgba: &mut [u8]) {
    for pixel in rgba.chunks_exact_mut(4) {
        let alpha = u32::from(pixel[3]);
        if alpha != 0 && alpha != 255 {
            for color in &mut pixel[..3] {
                *color = ((u32::from(*color) * 255 + alpha / 2) / alpha).min(255) as u8;
            }
        }
    }
}

fn cut() -> String {
    "a part of the picture lies outside the file".to_owned()
}
