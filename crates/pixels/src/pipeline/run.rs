//! Actions, one after the other.

use std::{any::Any, rc::Rc};

use plan::{
    Action, Blend, Color, Deferred, Order, Overlay, Paint, Rect, Repeat, ReplaceColor, Size,
};

use super::layer;
use crate::{
    Error, Ingredients, Limits,
    limits::Cancel,
    op::{
        attention,
        backdrop::{self, Ground},
        background, blur, canvas,
        colorize::colorize,
        compose::{self, compose},
        contrast::Levels,
        corners, crop,
        distort::distort,
        extend,
        gradient::{self, Ramp},
        grayscale, kernel, lightness, neighbourhood, opacity,
        recolor::{Exchange, recolor},
        recombine,
        resize::{self, resize},
        rotate,
        shadow::{self, shadow},
        sharpen, tile, tone, trim,
        turn::Pose,
    },
    picture::{Layout, Picture},
};

/// Carries out actions on the frames of a source. What the first frame decides (where to trim, which part is
/// salient, how far contrast is stretched, which colour dominates) holds for the others, lest an animation jump about;
/// and a layer is made once.
pub(super) struct Run<'a> {
    limits: &'a Limits,
    ingredients: &'a Ingredients<'a>,
    /// Whether other frames follow.
    is_film: bool,
    /// What was found in pixels or made of them, in the order of the actions. The same actions find the same kinds of
    /// things in every frame.
    found: Vec<Rc<dyn Any>>,
    /// Which of `found` comes next in this frame.
    next: usize,
    /// Bytes of pictures in `found`.
    held: u64,
}

impl<'a> Run<'a> {
    pub(super) fn of_a_still(limits: &'a Limits, ingredients: &'a Ingredients<'a>) -> Self {
        Self { limits, ingredients, is_film: false, found: Vec::new(), next: 0, held: 0 }
    }

    pub(super) fn of_frames(limits: &'a Limits, ingredients: &'a Ingredients<'a>) -> Self {
        Self { is_film: true, ..Self::of_a_still(limits, ingredients) }
    }

    /// The pictures that follow are those of another frame.
    pub(super) fn next_frame(&mut self) {
        self.next = 0;
    }

    /// Carries out `actions`, and then what had to wait for the size that they leave.
    pub(super) fn finish(
        &mut self,
        mut picture: Picture,
        actions: &[Action],
        deferred: Option<&Deferred>,
    ) -> Result<Picture, Error> {
        for action in actions {
            picture = self.act(picture, action)?;
        }
        let mut deferred = deferred.cloned();
        while let Some(waiting) = deferred {
            let resolved = waiting.resolve(picture.size)?;
            for action in &resolved.actions {
                picture = self.act(picture, action)?;
            }
            deferred = resolved.deferred;
        }
        Ok(picture)
    }

    fn act(&mut self, picture: Picture, action: &Action) -> Result<Picture, Error> {
        let cancel = &self.limits.cancel;
        cancel.check()?;
        let held = self.held + picture.data.len() as u64;
        check_memory(held.saturating_add(memory(&picture, action)), self.limits)?;
        Ok(match *action {
            Action::Resize { from, to, kernel, light } => {
                resize(&picture, from, to, kernel, light, cancel)?
            }
            Action::ResizeAttention { window, to, kernel, light } => {
                let from = self.found(|| attention::find(&picture, window, cancel))?;
                resize(&picture, *from, to, kernel, light, cancel)?
            }
            Action::Crop(rect) => crop::crop(&picture, within(rect, picture.size)),
            Action::CropAttention(size) => {
                let rect = self.found(|| attention::find_rect(&picture, size, cancel))?;
                crop::crop(&picture, within(*rect, picture.size))
            }
            Action::Canvas { size, x, y, background } => {
                match &*self.ground(background, &picture, size)? {
                    Ground::Even(color) => canvas::canvas(picture, size, x, y, *color),
                    Ground::Drawn(ground) => on(ground, &picture, (x, y), cancel)?,
                }
            }
            Action::Extend { top, right, bottom, left, mode } => {
                extend::extend(picture, [top, right, bottom, left], mode)
            }
            Action::Turn(turns) => Pose::of_turns(turns).apply(picture),
            Action::Rotate { degrees, to, background } => {
                match &*self.ground(background, &picture, to)? {
                    Ground::Even(color) => rotate::rotate(&picture, degrees, to, *color, cancel)?,
                    Ground::Drawn(ground) => {
                        let clear = Color::TRANSPARENT;
                        let turned = rotate::rotate(&picture, degrees, to, clear, cancel)?;
                        on(ground, &turned, (0, 0), cancel)?
                    }
                }
            }
            Action::FlipHorizontal => Pose::HORIZONTAL.apply(picture),
            Action::FlipVertical => Pose::VERTICAL.apply(picture),
            Action::Background(Paint::Blurred { .. }) => picture,
            Action::Background(paint) if picture.layout == Layout::Rgba => {
                match &*self.ground(paint, &picture, picture.size)? {
                    Ground::Even(color) => background::background(picture, *color),
                    Ground::Drawn(ground) => on(ground, &picture, (0, 0), cancel)?,
                }
            }
            // Nothing shows through.
            Action::Background(_) => picture,
            Action::Opacity(factor) => opacity::opacity(picture, factor),
            Action::Blur(sigma) => blur::blur(picture, sigma, cancel)?,
            Action::BoxBlur => blur::box_blur(picture, cancel)?,
            Action::Sharpen(how) => sharpen::sharpen(picture, how, cancel)?,
            Action::Grayscale => grayscale::grayscale(picture),
            Action::StretchContrast => self.found(|| Ok(Levels::of(&picture)))?.apply(picture),
            Action::StretchLightness => {
                let range = self.found(|| Ok(lightness::Range::of(&picture)))?;
                range.apply(picture, cancel)?
            }
            Action::Median(side) => neighbourhood::median(&picture, side, cancel)?,
            Action::Equalize(how) => neighbourhood::equalize(&picture, how, cancel)?,
            Action::Convolve(ref kernel) => kernel::convolve(&picture, kernel, cancel)?,
            Action::Negate => tone::negate(picture),
            Action::Linear(line) => tone::linear(picture, line),
            Action::Gamma(gamma) => tone::gamma(picture, gamma),
            Action::Threshold(level) => tone::threshold(picture, level),
            Action::Modulate(how) => lightness::modulate(picture, how, cancel)?,
            Action::Tint(color) => lightness::tint(picture, color, cancel)?,
            Action::Recombine(matrix) => recombine::recombine(picture, matrix),
            Action::Trim(tolerance) => {
                let rect = self.found(|| Ok(trim::find(&picture, tolerance)))?;
                crop::crop(&picture, within(*rect, picture.size))
            }
            Action::Border { width, color } => canvas::border(picture, width, color),
            Action::RoundCorners(radii) => corners::round_corners(picture, radii),
            Action::Shadow(how) => shadow(picture, how, cancel)?,
            Action::Gradient { degrees, from, to, stop } => {
                gradient::gradient(picture, Ramp { degrees, from, to, stop }, cancel)?
            }
            Action::Colorize(how) => colorize(picture, how, cancel)?,
            Action::Distort(how) => distort(&picture, how, cancel)?,
            Action::ReplaceColor(ReplaceColor { to, tolerance, from }) => {
                let from = match from {
                    Some(from) => from,
                    None => *self.found(|| Ok(backdrop::dominant(&picture)))?,
                };
                recolor(picture, Exchange { from, to, tolerance }, cancel)?
            }
            Action::Layer(ref overlay) => self.lay(picture, overlay)?,
        })
    }

    /// Lays a layer onto the picture. What it takes to make it must fit beside the picture.
    fn lay(&mut self, picture: Picture, overlay: &Overlay) -> Result<Picture, Error> {
        let (limits, ingredients) = (self.limits, self.ingredients);
        let held = self.held + picture.data.len() as u64;
        let made = self.made(
            || {
                let memory = limits.memory.saturating_sub(held);
                layer::make(overlay, ingredients, &Limits { memory, ..limits.clone() })
            },
            |made| made.picture.data.len(),
        )?;
        let (layer, how) = (&made.picture, (overlay.layer.blend, overlay.layer.order));
        let beside = layer.data.len() as u64 + compose::memory(&picture, layer.layout, how.0);
        let tiles = match overlay.layer.repeat {
            Repeat::Once => 0,
            Repeat::Tiled => picture.size.pixels() * layer.layout.channels() as u64,
        };
        check_memory(held.saturating_add(beside).saturating_add(tiles), limits)?;
        match overlay.layer.repeat {
            Repeat::Once => compose(picture, layer, made.at, how, &limits.cancel),
            Repeat::Tiled => {
                let tiles = tile::tile(layer, made.at, picture.size);
                compose(picture, &tiles, (0, 0), how, &limits.cancel)
            }
        }
    }

    fn ground(&mut self, paint: Paint, picture: &Picture, to: Size) -> Result<Rc<Ground>, Error> {
        let cancel = &self.limits.cancel;
        let ground = || backdrop::ground(paint, picture, to, cancel);
        match paint {
            // Nothing to find, and what moves in the picture may move behind it.
            Paint::Solid(_) | Paint::Blurred { .. } => ground().map(Rc::new),
            Paint::Dominant | Paint::DominantGradient(_) => self.made(ground, Ground::bytes),
        }
    }

    /// As [`Run::found`], of something large.
    fn made<T: 'static>(
        &mut self,
        make: impl FnOnce() -> Result<T, Error>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Result<Rc<T>, Error> {
        let count = self.found.len();
        let made = self.found(make)?;
        if self.found.len() > count {
            self.held += bytes(&made) as u64;
        }
        Ok(made)
    }

    /// What an earlier frame found here, or what `find` finds in the first.
    fn found<T: 'static>(
        &mut self,
        find: impl FnOnce() -> Result<T, Error>,
    ) -> Result<Rc<T>, Error> {
        let earlier = self.found.get(self.next).cloned().and_then(|found| found.downcast().ok());
        self.next += 1;
        if let Some(found) = earlier {
            return Ok(found);
        }
        let found = Rc::new(find()?);
        if self.is_film && self.found.len() < self.next {
            self.found.push(found.clone());
        }
        Ok(found)
    }
}

/// The picture, its top-left corner at `at`, on a ground.
fn on(
    ground: &Picture,
    picture: &Picture,
    at: (i64, i64),
    cancel: &Cancel,
) -> Result<Picture, Error> {
    compose(ground.clone(), picture, at, (Blend::Normal, Order::Above), cancel)
}

/// Refuses more than the memory budget.
pub(super) fn check_memory(bytes: u64, limits: &Limits) -> Result<(), Error> {
    if bytes > limits.memory {
        return Err(Error::TooLarge(format!(
            "the operation needs {bytes} bytes of memory, the limit is {}",
            limits.memory
        )));
    }
    Ok(())
}

/// Bytes that an action needs beside its picture, at most.
fn memory(picture: &Picture, action: &Action) -> u64 {
    let Size { width, height } = picture.size;
    let (own, channels) = (picture.data.len() as u64, picture.layout.channels() as u64);
    // Actions that may add alpha need both layouts at the same time.
    let with_alpha = picture.size.pixels() * Layout::Rgba.channels() as u64;
    let grown = |width: u64, height: u64| {
        width.saturating_mul(height).saturating_mul(4).saturating_add(with_alpha)
    };
    match *action {
        Action::Resize { to, .. } | Action::ResizeAttention { to, .. } => {
            resize::memory(picture.size, picture.layout, to)
        }
        Action::Crop(rect) => rect.size().pixels() * channels,
        Action::CropAttention(size) => {
            size.pixels() * channels + resize::memory(picture.size, picture.layout, size)
        }
        Action::Canvas { size: to, background, .. } | Action::Rotate { to, background, .. } => {
            grown(u64::from(to.width), u64::from(to.height))
                .saturating_add(backdrop::memory(background, picture, to))
        }
        Action::Extend { top, right, bottom, left, .. } => grown(
            u64::from(left) + u64::from(width) + u64::from(right),
            u64::from(top) + u64::from(height) + u64::from(bottom),
        ),
        Action::Border { width: frame, .. } => {
            grown(u64::from(width) + 2 * u64::from(frame), u64::from(height) + 2 * u64::from(frame))
        }
        Action::Background(paint) => own + backdrop::memory(paint, picture, picture.size),
        Action::Turn(_)
        | Action::Grayscale
        | Action::Threshold(_)
        | Action::Convolve(_)
        | Action::Trim(_) => own,
        Action::Median(_) | Action::Equalize(_) => neighbourhood::memory(picture),
        Action::Recombine(_) => recombine::memory(picture),
        Action::Gradient { .. } => own + with_alpha,
        Action::Shadow(how) => shadow::memory(picture.size, how),
        Action::Colorize(_)
        | Action::Distort(_)
        | Action::ReplaceColor(_)
        | Action::Tint(_)
        | Action::Opacity(_)
        | Action::RoundCorners(_) => with_alpha,
        // A layer's is asked for when the layer is there.
        Action::Layer(_)
        | Action::FlipHorizontal
        | Action::FlipVertical
        | Action::StretchContrast
        | Action::StretchLightness
        | Action::Negate
        | Action::Linear(_)
        | Action::Gamma(_)
        | Action::Modulate(_) => 0,
        Action::Blur(sigma) => blur::memory(picture.size, channels, sigma),
        Action::BoxBlur => blur::memory(picture.size, channels, 0.3),
        Action::Sharpen(how) => sharpen::memory(picture.size, channels, how),
    }
}

/// `rect` as far as it lies inside; at least a pixel. Plans are resolved for the size there is, so this changes
/// nothing, but for the later frames of an animation whose sizes differ.
fn within(rect: Rect, size: Size) -> Rect {
    let (x, y) = (rect.x.min(size.width - 1), rect.y.min(size.height - 1));
    Rect {
        x,
        y,
        width: rect.width.clamp(1, size.width - x),
        height: rect.height.clamp(1, size.height - y),
    }
}
