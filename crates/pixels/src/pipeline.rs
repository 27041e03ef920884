//! The order of a render.
//!
//! 1. Header: format by magic bytes, size, orientation. Nothing of the picture's size is allocated before the plan has
//!    been resolved and every limit held against it.
//! 2. Decode, as little as the first resize needs (`open.rs`). A still that can be read row by row goes straight
//!    into that resize, so that its full size never lies in memory.
//! 3. Colour: embedded profile to sRGB, unless it is kept. Before the first resize, so that it averages
//!    light; after it, where the profile's light is linear in sRGB's curve all the same: fewer pixels.
//! 4. First resize, then EXIF orientation: the two commute, and turning the small picture is cheaper. All
//!    coordinates of a plan refer to the upright picture; the resize's are turned back to the stored one.
//! 5. The other actions, in the order of the plan (`run.rs`). A trim decides what follows it, so the rest is
//!    resolved when the size is known. What depends on pixels is found in the first frame and holds for all.
//! 6. Metadata is stripped or kept (`keep.rs`), and the result encoded; animations frame by frame.
//!
//! A layer goes the same way up to 5 (`layer.rs`), once for all frames, and is laid onto the picture as one of its
//! actions.
//!
//! To add an operation: a line in `run.rs`.

mod keep;
mod layer;
mod open;
mod run;

use plan::{
    Density, Format, Frames, Output, OutputFormat, Overlay, Plan, ResolveError, Resolved, Size,
    probe::Probe,
};

use self::{open::Head, run::Run};
use crate::{
    Error, Ingredients, Limits,
    decode::{self, Want},
    encode::{self, AnimationEncoder, Extras},
    picture::{About, Picture},
    probe::probe,
};

/// An encoded picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    pub bytes: Vec<u8>,
    pub format: Format,
    pub size: Size,
    pub frames: u32,
}

/// Carries out `plan` on `source` and encodes the result as `plan.output.format`, which must be
/// concrete ([`plan::OutputFormat::Is`]) or `Source`; `Auto` counts as `Source`. A source format that cannot be
/// written becomes PNG. The files of its layers come with it.
///
/// The same input gives the same bytes.
pub fn render(
    source: &[u8],
    plan: &Plan,
    ingredients: &Ingredients<'_>,
    limits: &Limits,
) -> Result<Rendered, Error> {
    let job = Job::new(source, plan, ingredients, limits)?;
    if job.frames == Frames::All { job.animation() } else { job.still() }
}

/// One render, resolved for its source.
struct Job<'a> {
    source: &'a [u8],
    probe: Probe,
    plan: &'a Plan,
    ingredients: &'a Ingredients<'a>,
    limits: &'a Limits,
    resolved: Resolved,
    format: Format,
    /// [`Frames::All`] only where there are several and the format holds them.
    frames: Frames,
    output: Output,
}

impl<'a> Job<'a> {
    fn new(
        source: &'a [u8],
        plan: &'a Plan,
        ingredients: &'a Ingredients<'a>,
        limits: &'a Limits,
    ) -> Result<Self, Error> {
        Self::resolved_by(source, plan, ingredients, limits, |probe| {
            plan.resolve(probe, limits.plan)
        })
    }

    /// A job up to the first picture, for a layer that says itself what its steps mean; `plan` has none.
    fn for_layer(
        source: &'a [u8],
        plan: &'a Plan,
        overlay: &Overlay,
        ingredients: &'a Ingredients<'a>,
        limits: &'a Limits,
    ) -> Result<Self, Error> {
        Self::resolved_by(source, plan, ingredients, limits, |probe| overlay.resolve(probe))
    }

    fn resolved_by(
        source: &'a [u8],
        plan: &'a Plan,
        ingredients: &'a Ingredients<'a>,
        limits: &'a Limits,
        resolve: impl FnOnce(&Probe) -> Result<Resolved, ResolveError>,
    ) -> Result<Self, Error> {
        let mut probe = probe(source, plan::probe::Depth::Header, limits)?;
        if !probe.format.is_decodable() {
            return Err(Error::Unsupported(probe.format));
        }
        let format = match plan.output.format {
            OutputFormat::Is(format) => format,
            OutputFormat::Auto | OutputFormat::Source if probe.format.is_encodable() => {
                probe.format
            }
            OutputFormat::Auto | OutputFormat::Source => Format::Png,
        };
        let density = plan.density(&probe);
        let mut output = plan.output.clone();
        output.density = density.map(|dpi| Density::Dpi(dpi.min(u32::from(u16::MAX)) as u16));
        if let (Format::Svg, Some(dpi)) = (probe.format, density) {
            // For a vector the density says how many pixels it has.
            probe.size = open::drawn(probe.size, f64::from(dpi) / decode::VECTOR_DPI);
        }
        let frames = match plan.frames {
            Frames::All if probe.frames < 2 || !format.holds_animation() => {
                Frames::One(std::num::NonZeroU32::MIN)
            }
            frames => frames,
        };
        let resolved = resolve(&probe)?;
        Ok(Self { source, probe, plan, ingredients, limits, resolved, format, frames, output })
    }

    fn still(&self) -> Result<Rendered, Error> {
        let head = Head::new(&self.resolved);
        let (picture, about) = self.first_picture(&head)?;
        let picture = Run::of_a_still(self.limits, self.ingredients).finish(
            picture,
            head.rest,
            self.resolved.deferred.as_ref(),
        )?;
        let about = self.kept(about);
        let extras =
            Extras { profile: about.profile.as_deref(), metadata: &about.metadata, loops: 0 };
        let bytes = encode::encode_still(&picture, extras, self.format, &self.output, self.limits)?;
        Ok(Rendered { bytes, format: self.format, size: picture.size, frames: 1 })
    }

    fn animation(&self) -> Result<Rendered, Error> {
        self.check_animation()?;
        let head = Head::new(&self.resolved);
        let mut source =
            decode::open(self.source, self.probe.format, self.want(&head), self.limits)?;
        let info = source.info().clone();
        let conversion = self.conversion(info.profile.as_deref(), info.layout);
        let about =
            self.kept(About { profile: info.profile.clone(), metadata: info.metadata.clone() });
        let extras = Extras {
            profile: about.profile.as_deref(),
            metadata: &about.metadata,
            loops: info.loops,
        };
        let mut run = Run::of_frames(self.limits, self.ingredients);
        let mut encoder: Option<Box<dyn AnimationEncoder>> = None;
        // Kept back until there is a second one: a film of one frame is a still.
        let mut first: Option<(Picture, u32)> = None;
        let mut frames = 0;
        let mut size = self.resolved.size;
        while let Some(frame) = source.next_frame()? {
            self.limits.cancel.check()?;
            let picture = self.begin(frame.picture, &head, info.covers, conversion.as_ref())?;
            run.next_frame();
            let picture = run.finish(picture, head.rest, self.resolved.deferred.as_ref())?;
            frames += 1;
            if frames == 1 {
                size = picture.size;
                first = Some((picture, frame.delay_ms));
                continue;
            }
            let encoder = match &mut encoder {
                Some(encoder) => encoder,
                None => encoder.insert(encode::animation(
                    self.format,
                    size,
                    extras,
                    &self.output,
                    self.limits,
                )?),
            };
            if let Some((picture, delay_ms)) = first.take() {
                encoder.add(&picture, delay_ms)?;
            }
            encoder.add(&picture, frame.delay_ms)?;
        }
        let bytes = match (encoder, first) {
            (Some(encoder), _) => encoder.finish()?,
            (None, Some((picture, _))) => {
                encode::encode_still(&picture, extras, self.format, &self.output, self.limits)?
            }
            (None, None) => return Err(Error::Unrecognized),
        };
        Ok(Rendered { bytes, format: self.format, size, frames })
    }

    /// What is written must stay within the budget of an animation, as what is read.
    fn check_animation(&self) -> Result<(), Error> {
        let pixels = self.resolved.size.pixels().saturating_mul(u64::from(self.probe.frames));
        if pixels > self.limits.animation_pixels {
            return Err(Error::TooLarge(format!(
                "the frames of the result would have {pixels} pixels together, the limit is {}",
                self.limits.animation_pixels
            )));
        }
        Ok(())
    }

    fn want(&self, head: &Head<'_>) -> Want {
        Want {
            frames: self.frames,
            scale: head.scale(self.probe.format),
            fine_chroma: !head.reduces_by_half(),
            density: match (self.probe.format, &self.output.density) {
                (Format::Svg, Some(Density::Dpi(dpi))) => Some(f64::from(*dpi)),
                _ => None,
            },
        }
    }
}
