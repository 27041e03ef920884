//! From the file to the first picture: decoding, colour, first resize, orientation.

use plan::{Action, Format, Frames, Kernel, Light, Profile, Region, Resolved, Size};

use super::{Job, run};
use crate::{
    Error,
    color::ToSrgb,
    decode,
    op::{
        resize::{self, Resampler},
        turn::Pose,
    },
    picture::{About, Layout, Picture, RowSource},
};

/// Rows that are read at a time: one batch of the resampler.
const ROWS: usize = 16;

/// Decoding at a fraction is coarse, so it must leave at least this much for the resampling that follows. With 6, lossless
/// thumbnails of photographs score 94 instead of 95.7 SSIMULACRA2 (above 90, nobody tells them from the
/// reference); with 2 they lose what can be seen.
const LEFT_TO_RESAMPLE: f64 = 6.0;

/// What happens before the picture is upright, in coordinates of the stored picture.
pub(super) struct Head<'a> {
    /// The first action, if it is a resize.
    pub(super) resize: Option<FirstResize>,
    pub(super) pose: Pose,
    /// Size of the whole stored picture.
    pub(super) stored: Size,
    /// The actions that follow.
    pub(super) rest: &'a [Action],
}

pub(super) struct FirstResize {
    from: Region,
    to: Size,
    kernel: Kernel,
    light: Light,
}

impl<'a> Head<'a> {
    pub(super) fn new(resolved: &'a Resolved) -> Self {
        let pose = Pose::of_orientation(resolved.orientation);
        let stored = pose.size_before(resolved.input);
        match resolved.actions.split_first() {
            Some((&Action::Resize { from, to, kernel, light }, rest)) => {
                let from = pose.region_before(from, resolved.input);
                let resize = FirstResize { from, to: pose.size_before(to), kernel, light };
                Self { resize: Some(resize), pose, stored, rest }
            }
            _ => Self { resize: None, pose, stored, rest: &resolved.actions },
        }
    }

    /// Whether all detail of two pixels ends up in one.
    pub(super) fn reduces_by_half(&self) -> bool {
        self.resize.as_ref().is_some_and(|FirstResize { from, to, kernel, .. }| {
            *kernel != Kernel::Nearest
                && f64::from(to.width) * 2.0 <= from.width
                && f64::from(to.height) * 2.0 <= from.height
        })
    }

    /// At which fraction of its size a source may be decoded; a vector: at which multiple it is to be drawn.
    pub(super) fn scale(&self, format: Format) -> f64 {
        let Some(FirstResize { from, to, kernel, .. }) = &self.resize else { return 1.0 };
        let (across, down) = (f64::from(to.width) / from.width, f64::from(to.height) / from.height);
        let scale = match (format, kernel) {
            (Format::Svg, _) => across.max(down),
            (_, Kernel::Nearest) => 1.0,
            // Halves: for other fractions decoders have no fast loops, so decoding less would take longer.
            _ => {
                let enough = |scale: &f64| across.max(down) * LEFT_TO_RESAMPLE <= *scale;
                [0.125, 0.25, 0.5].into_iter().find(enough).unwrap_or(1.0)
            }
        };
        if scale.is_finite() && scale > 0.0 { scale } else { 1.0 }
    }
}

/// The size of a vector that is drawn at a multiple of its size.
pub(super) fn drawn(size: Size, scale: f64) -> Size {
    let side = |side: u32| (f64::from(side) * scale).ceil().clamp(1.0, f64::from(u32::MAX)) as u32;
    Size::new(side(size.width), side(size.height))
}

impl Job<'_> {
    /// The first picture of a still, upright, and what the file says about it.
    pub(super) fn first_picture(&self, head: &Head<'_>) -> Result<(Picture, About), Error> {
        let want = self.want(head);
        let format = self.probe.format;
        if let (Some(resize), Frames::One(_)) = (&head.resize, self.frames)
            && let Some(mut rows) = decode::open_rows(self.source, format, want, self.limits)?
        {
            let about = rows.take_about();
            let conversion = self.conversion(about.profile.as_deref(), rows.layout());
            let picture = self.resize_rows(&mut *rows, resize, head, conversion.as_ref())?;
            return Ok((self.upright(picture, head)?, about));
        }
        let mut source = decode::open(self.source, format, want, self.limits)?;
        let info = source.info().clone();
        let conversion = self.conversion(info.profile.as_deref(), info.layout);
        let Some(frame) = source.next_frame()? else { return Err(Error::Unrecognized) };
        drop(source);
        let picture = self.begin(frame.picture, head, info.covers, conversion.as_ref())?;
        Ok((picture, About { profile: info.profile, metadata: info.metadata }))
    }

    /// What [`Job::first_picture`] does, to a picture that has been decoded.
    pub(super) fn begin(
        &self,
        mut picture: Picture,
        head: &Head<'_>,
        covers: Region,
        conversion: Option<&ToSrgb>,
    ) -> Result<Picture, Error> {
        let Some(resize) = head.resize.as_ref().map(|resize| resize.within(covers, head.stored))
        else {
            if let Some(conversion) = conversion {
                conversion.convert(&mut picture.data);
            }
            return self.upright(self.of_stored_size(picture, head)?, head);
        };
        let converts_first = conversion.is_some_and(|conversion| !resize.commutes_with(conversion));
        if let (true, Some(conversion)) = (converts_first, conversion) {
            conversion.convert(&mut picture.data);
        }
        let held = picture.data.len() as u64;
        run::check_memory(
            held + resize::memory(picture.size, picture.layout, resize.to),
            self.limits,
        )?;
        let FirstResize { from, to, kernel, light } = resize;
        let mut picture = resize::resize(&picture, from, to, kernel, light, &self.limits.cancel)?;
        if let (false, Some(conversion)) = (converts_first, conversion) {
            conversion.convert(&mut picture.data);
        }
        self.upright(picture, head)
    }

    /// The conversion of samples that this source needs.
    pub(super) fn conversion(&self, profile: Option<&[u8]>, layout: Layout) -> Option<ToSrgb> {
        match self.plan.output.profile {
            Profile::Srgb => ToSrgb::new(profile?, layout),
            Profile::Keep => None,
        }
    }

    fn resize_rows(
        &self,
        rows: &mut dyn RowSource,
        resize: &FirstResize,
        head: &Head<'_>,
        conversion: Option<&ToSrgb>,
    ) -> Result<Picture, Error> {
        let (size, layout) = (rows.size(), rows.layout());
        let resize = resize.within(rows.covers(), head.stored);
        let converts_first = conversion.is_some_and(|conversion| !resize.commutes_with(conversion));
        let row_bytes = size.width as usize * layout.channels();
        let buffer = ROWS as u64 * row_bytes as u64;
        run::check_memory(buffer + resize::memory(size, layout, resize.to), self.limits)?;
        let FirstResize { from, to, kernel, light } = resize;
        let mut resampler = Resampler::new(size, layout, from, to, kernel, light);
        let mut buffer = vec![0; ROWS * row_bytes];
        while !resampler.is_complete() {
            self.limits.cancel.check()?;
            let count = fill(rows, &mut buffer, row_bytes)?;
            let filled = &mut buffer[..count * row_bytes];
            if filled.is_empty() {
                break;
            }
            if let (true, Some(conversion)) = (converts_first, conversion) {
                conversion.convert(filled);
            }
            resampler.push(filled);
        }
        let mut picture = resampler.finish();
        if let (false, Some(conversion)) = (converts_first, conversion) {
            conversion.convert(&mut picture.data);
        }
        Ok(picture)
    }

    fn upright(&self, picture: Picture, head: &Head<'_>) -> Result<Picture, Error> {
        if head.pose.is_identity() {
            return Ok(picture);
        }
        run::check_memory(2 * picture.data.len() as u64, self.limits)?;
        Ok(head.pose.apply(picture))
    }

    /// The plan was resolved for the size that the header says. A decoder that hands out another one (it does
    /// not happen) must not lead to coordinates outside of the picture.
    fn of_stored_size(&self, picture: Picture, head: &Head<'_>) -> Result<Picture, Error> {
        if picture.size == head.stored {
            return Ok(picture);
        }
        let held = picture.data.len() as u64;
        run::check_memory(
            held + resize::memory(picture.size, picture.layout, head.stored),
            self.limits,
        )?;
        let whole = Region::whole(picture.size);
        resize::resize(
            &picture,
            whole,
            head.stored,
            Kernel::Lanczos3,
            Light::Linear,
            &self.limits.cancel,
        )
    }
}

/// Whole rows, as many as fit or as there are.
fn fill(rows: &mut dyn RowSource, buffer: &mut [u8], row_bytes: usize) -> Result<usize, Error> {
    let mut filled = 0;
    while filled < buffer.len() {
        let count = rows.read(&mut buffer[filled..])? as usize;
        if count == 0 {
            break;
        }
        filled += count * row_bytes;
    }
    Ok(filled / row_bytes)
}

impl FirstResize {
    /// The same, where the part `covers` of a picture that may have been decoded smaller shows the whole one of
    /// size `stored`.
    fn within(&self, covers: Region, stored: Size) -> Self {
        let across = covers.width / f64::from(stored.width);
        let down = covers.height / f64::from(stored.height);
        let from = Region {
            x: covers.x + self.from.x * across,
            y: covers.y + self.from.y * down,
            width: self.from.width * across,
            height: self.from.height * down,
        };
        Self { from, ..*self }
    }

    /// Whether the samples may be converted to sRGB after the resize instead of before it.
    fn commutes_with(&self, conversion: &ToSrgb) -> bool {
        let reduces = f64::from(self.to.width) * f64::from(self.to.height)
            < self.from.width * self.from.height;
        reduces
            && (self.kernel == Kernel::Nearest
                || (self.light == Light::Linear && conversion.is_like_srgb()))
    }
}
