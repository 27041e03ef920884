//! Actions, one after the other.

use plan::{Action, Deferred, Paint, Rect, Region, Size};

use crate::{
    Error, Limits,
    op::{
        attention, background, blur, canvas,
        contrast::Levels,
        corners, crop, extend, grayscale, opacity,
        resize::{self, resize},
        rotate, sharpen, trim,
        turn::Pose,
    },
    picture::{Layout, Picture},
};

/// Carries out actions on the frames of a source. What the first frame decides (where to trim, which part is
/// salient, how far contrast is stretched) holds for the others, lest an animation jump about.
pub(super) struct Run<'a> {
    limits: &'a Limits,
    found: Vec<Found>,
    /// Which of `found` comes next in this frame.
    next: usize,
}

/// What was found in pixels.
#[derive(Clone, Copy)]
enum Found {
    Rect(Rect),
    Region(Region),
    Levels(Levels),
}

impl<'a> Run<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        Self { limits, found: Vec::new(), next: 0 }
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
        check_memory(picture.data.len() as u64 + memory(&picture, action), self.limits)?;
        Ok(match *action {
            Action::Resize { from, to, kernel, light } => {
                resize(&picture, from, to, kernel, light, cancel)?
            }
            Action::ResizeAttention { window, to, kernel, light } => {
                let from = self.region(|| attention::find(&picture, window, cancel))?;
                resize(&picture, from, to, kernel, light, cancel)?
            }
            Action::Crop(rect) => crop::crop(&picture, within(rect, picture.size)),
            Action::CropAttention(size) => {
                let rect = self.rect(|| attention::find_rect(&picture, size, cancel))?;
                crop::crop(&picture, within(rect, picture.size))
            }
            Action::Canvas { size, x, y, background: background @ Paint::Solid(_) } => {
                canvas::canvas(picture, size, x, y, background)
            }
            Action::Extend { top, right, bottom, left, mode } => {
                extend::extend(picture, [top, right, bottom, left], mode)
            }
            Action::Turn(turns) => Pose::of_turns(turns).apply(picture),
            Action::Rotate { degrees, to, background } => {
                rotate::rotate(&picture, degrees, to, background, cancel)?
            }
            Action::FlipHorizontal => Pose::HORIZONTAL.apply(picture),
            Action::FlipVertical => Pose::VERTICAL.apply(picture),
            Action::Background(Paint::Solid(color)) => background::background(picture, color),
            Action::Opacity(factor) => opacity::opacity(picture, factor),
            Action::Blur(sigma) => blur::blur(picture, sigma, cancel)?,
            Action::BoxBlur => blur::box_blur(picture, cancel)?,
            Action::Sharpen(how) => sharpen::sharpen(picture, how, cancel)?,
            Action::Grayscale => grayscale::grayscale(picture),
            Action::StretchContrast => self.levels(|| Levels::of(&picture)).apply(picture),
            Action::Trim(tolerance) => {
                let rect = self.rect(|| Ok(trim::find(&picture, tolerance)))?;
                crop::crop(&picture, within(rect, picture.size))
            }
            Action::Border { width, color } => canvas::border(picture, width, color),
            Action::RoundCorners(radii) => corners::round_corners(picture, radii),
            Action::Background(_) | Action::Canvas { .. } => {
                return Err(Error::Unavailable("a background made of the picture"));
            }
            Action::Shadow(_)
            | Action::Gradient { .. }
            | Action::Colorize(_)
            | Action::Distort(_)
            | Action::ReplaceColor(_) => return Err(Error::Unavailable("this effect")),
            Action::Layer(_) => return Err(Error::Unavailable("a layer")),
        })
    }

    /// What an earlier frame found here, or what `find` finds in the first.
    fn find(&mut self, find: impl FnOnce() -> Result<Found, Error>) -> Result<Found, Error> {
        let found = match self.found.get(self.next) {
            Some(found) => *found,
            None => find()?,
        };
        if self.next == self.found.len() {
            self.found.push(found);
        }
        self.next += 1;
        Ok(found)
    }

    fn rect(&mut self, find: impl Fn() -> Result<Rect, Error>) -> Result<Rect, Error> {
        match self.find(|| find().map(Found::Rect))? {
            Found::Rect(rect) => Ok(rect),
            // The same actions find the same kinds of things in every frame.
            Found::Region(_) | Found::Levels(_) => find(),
        }
    }

    fn region(&mut self, find: impl Fn() -> Result<Region, Error>) -> Result<Region, Error> {
        match self.find(|| find().map(Found::Region))? {
            Found::Region(region) => Ok(region),
            Found::Rect(_) | Found::Levels(_) => find(),
        }
    }

    fn levels(&mut self, find: impl Fn() -> Levels) -> Levels {
        match self.find(|| Ok(Found::Levels(find()))) {
            Ok(Found::Levels(levels)) => levels,
            _ => find(),
        }
    }
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
        Action::Canvas { size, .. } | Action::Rotate { to: size, .. } => {
            grown(u64::from(size.width), u64::from(size.height))
        }
        Action::Extend { top, right, bottom, left, .. } => grown(
            u64::from(left) + u64::from(width) + u64::from(right),
            u64::from(top) + u64::from(height) + u64::from(bottom),
        ),
        Action::Border { width: frame, .. } => {
            grown(u64::from(width) + 2 * u64::from(frame), u64::from(height) + 2 * u64::from(frame))
        }
        Action::Turn(_) | Action::Grayscale | Action::Background(_) | Action::Trim(_) => own,
        Action::Shadow(_)
        | Action::Gradient { .. }
        | Action::Colorize(_)
        | Action::Distort(_)
        | Action::ReplaceColor(_)
        | Action::Layer(_) => with_alpha,
        Action::FlipHorizontal | Action::FlipVertical | Action::StretchContrast => 0,
        Action::Opacity(_) | Action::RoundCorners(_) => with_alpha,
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
