//! SVG through resvg, rasterised at the size that is wanted.
//!
//! Nothing outside the file is ever read: no linked images, no external entities, no system fonts. Images
//! in `data:` URLs are drawn when they are JPEG, PNG, GIF or WebP within the limits. Text is drawn in the fonts of
//! this binary; scripts are not run.
//!
//! A small file can ask for unlimited work, so it is measured before it is carried out: [`text`] looks at
//! the characters, [`expand`] at the elements with all references followed, [`cost`] at the pixels.

mod cost;
mod expand;
mod text;

use std::{borrow::Cow, sync::Arc, thread};

use plan::{Format, Region, Size};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{self, ImageHrefResolver, ImageKind, Options, Tree, roxmltree},
};

use self::cost::Cost;
use super::{
    FrameSource, Header, Info, VECTOR_DPI, Want,
    guard::{self, damaged},
};
use crate::{
    Error, Limits,
    picture::{Blocks, Frame, Layout, Picture},
    sniff,
    text::svg as fonts,
};

pub(super) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    with_tree(bytes, limits, |tree| {
        let size = tree.size().to_int_size();
        let size = Size::new(size.width(), size.height());
        guard::side_and_pixels(size, Format::Svg, limits)?;
        Ok(Header::still(size, true))
    })
}

pub(super) fn open<'a>(
    bytes: &'a [u8],
    want: Want,
    limits: &Limits,
) -> Result<Box<dyn FrameSource + 'a>, Error> {
    let source = header(bytes, limits)?.size;
    let scale = want.scale * want.density.unwrap_or(VECTOR_DPI) / VECTOR_DPI;
    let part = |side: u32| (f64::from(side) * scale).ceil().clamp(1.0, f64::from(u32::MAX)) as u32;
    let size = Size::new(part(source.width), part(source.height));
    // The canvas is turned into straight alpha in place.
    guard::picture(size, 4, Format::Svg, limits)?;
    let info = Info {
        size,
        source,
        covers: Region::whole(size),
        layout: Layout::Rgba,
        loops: 0,
        profile: None,
        metadata: Blocks::default(),
        working_bytes: 0,
    };
    Ok(Box::new(Svg { bytes: Some(bytes), info, limits: limits.clone() }))
}

struct Svg<'a> {
    /// `None` once the picture has been handed out.
    bytes: Option<&'a [u8]>,
    info: Info,
    limits: Limits,
}

impl FrameSource for Svg<'_> {
    fn info(&self) -> &Info {
        &self.info
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, Error> {
        let Some(bytes) = self.bytes.take() else { return Ok(None) };
        let size = self.info.size;
        let data = with_tree(bytes, &self.limits, |tree| {
            Cost::check(tree, size, &self.limits)?;
            draw(tree, size)
        })?;
        let picture = Picture { size, layout: Layout::Rgba, data };
        Ok(Some(Frame { picture, delay_ms: 0 }))
    }
}

fn draw(tree: &Tree, size: Size) -> Result<Vec<u8>, Error> {
    let mut canvas = Pixmap::new(size.width, size.height)
        .ok_or_else(|| Error::TooLarge("the canvas is too large".to_owned()))?;
    let natural = tree.size();
    let transform = Transform::from_scale(
        size.width as f32 / natural.width(),
        size.height as f32 / natural.height(),
    );
    resvg::render(tree, transform, &mut canvas.as_mut());
    Ok(canvas.take_demultiplied())
}

/// Parses the file and runs `work` on it, on a thread with a stack for deeply nested files: the
/// library is recursive, [`expand`] bounds the depth, and callers' stacks may be small.
fn with_tree<T: Send>(
    bytes: &[u8],
    limits: &Limits,
    work: impl FnOnce(&Tree) -> Result<T, Error> + Send,
) -> Result<T, Error> {
    /// Address space, not memory: pages are taken as they are touched.
    const STACK: usize = 64 << 20;
    let failed = || damaged(Format::Svg, "the drawing could not be carried out");
    thread::scope(|scope| {
        thread::Builder::new()
            .name("svg".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, || work(&parse(bytes, limits)?))
            .map_err(|_| failed())?
            .join()
            .map_err(|_| failed())?
    })
}

fn parse(bytes: &[u8], limits: &Limits) -> Result<Tree, Error> {
    /// Elements and texts; more than [`expand`] lets pass in elements alone.
    const NODES: u32 = 500_000;
    let text = text::read(bytes, limits)?;
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        nodes_limit: NODES,
        // External entities stay unknown.
        entity_resolver: None,
    };
    let document = roxmltree::Document::parse_with_options(&text, options)
        .map_err(|error| damaged(Format::Svg, error.to_string()))?;
    expand::check(&document)?;
    limits.cancel.check()?;
    let options = Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, data, _| embedded(data, limits)),
            resolve_string: Box::new(|_, _| None),
        },
        font_family: fonts::DEFAULT_FAMILY.to_owned(),
        font_resolver: fonts::resolver(),
        fontdb: fonts::fonts(),
        ..Options::default()
    };
    Tree::from_xmltree(&document, &options).map_err(|error| match error {
        usvg::Error::ElementsLimitReached => {
            Error::TooLarge("the drawing has too many elements".to_owned())
        }
        error => damaged(Format::Svg, error.to_string()),
    })
}

/// An embedded image, told by its bytes, if it lies within the limits. SVG in SVG is left out: it would
/// have to be measured, too.
fn embedded(data: Arc<Vec<u8>>, limits: &Limits) -> Option<ImageKind> {
    let format = sniff(&data)?;
    let kind: fn(Arc<Vec<u8>>) -> ImageKind = match format {
        Format::Jpeg => ImageKind::JPEG,
        Format::Png => ImageKind::PNG,
        Format::Gif => ImageKind::GIF,
        Format::Webp => ImageKind::WEBP,
        _ => return None,
    };
    let size = super::header(&data, format, limits).ok()?.size;
    // Decoded by the library into RGBA, beside what it was decoded from.
    guard::memory(size.pixels() * 8, limits).ok()?;
    Some(kind(data))
}

/// Text of the file in UTF-8.
fn decoded(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let wide = |read: fn([u8; 2]) -> u16| {
        let units = bytes[2..].as_chunks::<2>().0.iter().map(|&unit| read(unit));
        char::decode_utf16(units).collect::<Result<String, _>>().ok().map(Cow::Owned)
    };
    match bytes {
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes),
        _ => std::str::from_utf8(bytes)
            .ok()
            .map(|text| Cow::Borrowed(text.strip_prefix('\u{FEFF}').unwrap_or(text))),
    }
}
