//! Layers, for the renderer: what their lengths come to once the sizes are known.
//!
//! A layer cannot be resolved together with the plan that holds it. How large a text or a trimmed picture is, only
//! pixels tell. So the renderer draws the content, asks for what its steps mean, carries them out, and asks where the
//! result lies.

use super::{Context, Limits, Resolved, density, not_empty, scope::Scope, steps, upright};
use crate::{
    Area, Content, Layer, Length, Orient, Position, ResolveError, Rounding, Side, Size, Text,
    normalize, probe::Probe,
};

/// A layer on a base whose size is known.
///
/// The renderer goes on like this: for a picture, decode it and ask [`Overlay::resolve`]; for a text or an area ask
/// [`Overlay::text`] or [`Overlay::area`], draw it, and ask [`Overlay::resolve_drawn`]. Carry out the actions, then
/// ask [`Overlay::offset`] and blend.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlay {
    /// In its normal form.
    pub layer: Layer,
    /// Size of the picture that it is laid on.
    pub base: Size,
    limits: Limits,
}

/// The lengths of a [`Text`] in whole pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLengths {
    /// Height of an em, at least 1.
    pub size: u32,
    /// Longest line, and then the width of the box without padding.
    pub wrap: Option<u32>,
    /// Top, right, bottom, left.
    pub padding: [u32; 4],
    /// From baseline to baseline; `None`: as the font says.
    pub line_height: Option<u32>,
}

impl Overlay {
    pub(super) fn new(layer: &Layer, base: Size, limits: Limits) -> Self {
        Self { layer: normalize::layer(layer.clone()), base, limits }
    }

    /// Size of an area of one colour. Errors as [`crate::Plan::resolve`].
    pub fn area(&self, area: &Area) -> Result<Size, ResolveError> {
        let context = self.context(self.base, 72.0);
        let scope = Scope { context: &context, current: self.base };
        let side = |length: Option<&Length>, base: u32| match length {
            Some(length) => scope.side(length, base, 1.0, Rounding::Nearest),
            None => Ok(u64::from(base)),
        };
        let width = side(area.width.as_ref(), self.base.width)?;
        let height = side(area.height.as_ref(), self.base.height)?;
        super::scope::checked(width, height, &self.limits)
    }

    /// The lengths of a text. Fractions are parts of the base: of its height for heights, of its width for the others.
    ///
    /// # Errors
    /// [`ResolveError::Expression`]. Whether the box is too large is for the one to say who lays out the text.
    pub fn text(&self, text: &Text) -> Result<TextLengths, ResolveError> {
        let context = self.context(self.base, 72.0);
        let scope = Scope { context: &context, current: self.base };
        let Size { width, height } = self.base;
        let side = |length: &Length, base: u32| {
            scope.side(length, base, 1.0, Rounding::Nearest).map(saturated)
        };
        let pad = |length: &Length, base: u32| {
            scope.offset(length, base).map(|pixels| saturated(pixels.max(0) as u64))
        };
        let [top, right, bottom, left] = &text.padding;
        Ok(TextLengths {
            size: side(&text.size, height)?,
            wrap: text.wrap.as_ref().map(|length| side(length, width)).transpose()?,
            padding: [
                pad(top, height)?,
                pad(right, width)?,
                pad(bottom, height)?,
                pad(left, width)?,
            ],
            line_height: text
                .line_height
                .as_ref()
                .map(|length| side(length, height))
                .transpose()?,
        })
    }

    /// What the layer's steps mean for a picture. Errors as [`crate::Plan::resolve`].
    pub fn resolve(&self, content: &Probe) -> Result<Resolved, ResolveError> {
        let orient = match &self.layer.content {
            Content::Picture(inset) => inset.orient,
            Content::Text(_) | Content::Area(_) => Orient::Stored,
        };
        let (orientation, size) = upright(orient, content);
        let resolved = self.run(size, density(content))?;
        Ok(Resolved { orientation, ..resolved })
    }

    /// What the layer's steps mean for a text or an area that was drawn at this size. Errors as
    /// [`crate::Plan::resolve`].
    pub fn resolve_drawn(&self, content: Size) -> Result<Resolved, ResolveError> {
        self.run(not_empty(content), 72.0)
    }

    /// Where the top-left corner of the layer lies on the base; negative where it begins outside. `content` is the
    /// layer's size before its steps (upright), `layer` the one behind them.
    ///
    /// # Errors
    /// [`ResolveError::Expression`].
    pub fn offset(&self, content: Size, layer: Size) -> Result<(i64, i64), ResolveError> {
        let context = self.context(not_empty(content), 72.0);
        let scope = Scope { context: &context, current: layer };
        let x = start(&self.layer.place.x, self.base.width, layer.width, &scope)?;
        let y = start(&self.layer.place.y, self.base.height, layer.height, &scope)?;
        Ok((x, y))
    }

    fn run(&self, content: Size, density: f64) -> Result<Resolved, ResolveError> {
        steps::run(&self.layer.steps, content, self.context(content, density))
    }

    fn context(&self, input: Size, density: f64) -> Context {
        Context { input, base: self.base, density, limits: self.limits }
    }
}

/// Where a layer of `own` pixels begins on a side of `base` pixels. A half is floored.
fn start(position: &Position, base: u32, own: u32, scope: &Scope<'_>) -> Result<i64, ResolveError> {
    // Twice everything, so that halves are whole.
    let (twice_base, twice_own) = (2 * i64::from(base), 2 * i64::from(own));
    let point = |side: Side, twice: i64| match side {
        Side::Start => 0,
        Side::Middle => twice / 2,
        Side::End => twice,
    };
    let clamped = |twice: i64| twice.clamp(0, twice_base);
    let twice = match position {
        Position::Align(side) => point(*side, twice_base) - point(*side, twice_own),
        Position::Start { offset, from } => {
            clamped(point(*from, twice_base) + 2 * scope.offset(offset, base)?)
        }
        Position::End { offset } => {
            clamped(twice_base - 2 * scope.offset(offset, base)?) - twice_own
        }
        Position::Middle { offset, from } => {
            clamped(point(*from, twice_base) + 2 * scope.offset(offset, base)?) - twice_own / 2
        }
        // Farther out nothing more can be cut off.
        Position::At(offset) => (2 * scope.offset(offset, base)?).clamp(-twice_own, twice_base),
    };
    Ok(twice.div_euclid(2))
}

fn saturated(pixels: u64) -> u32 {
    u32::try_from(pixels).unwrap_or(u32::MAX)
}
