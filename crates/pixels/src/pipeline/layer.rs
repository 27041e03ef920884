//! What is laid onto a picture: decoded or drawn, put through its own steps, placed.

use plan::{Area, Content, Font, Frames, Inset, Output, Overlay, Plan, Size, Text};

use super::{
    Job,
    open::Head,
    run::{self, Run},
};
use crate::{
    Error, Ingredients, Limits,
    picture::{Layout, Picture},
    text::{self, FontChoice, Setting},
};

/// A layer, ready to be laid.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) picture: Picture,
    /// Where its top-left corner lies on the base.
    pub(super) at: (i64, i64),
}

/// Makes a layer. `limits.memory` is what is left beside the picture that it is laid on.
pub(super) fn make(
    overlay: &Overlay,
    ingredients: &Ingredients<'_>,
    limits: &Limits,
) -> Result<Made, Error> {
    let maker = Maker { overlay, ingredients, limits };
    let (content, picture) = match &overlay.layer.content {
        Content::Picture(inset) => maker.inset(inset),
        Content::Text(text) => maker.text(text),
        Content::Area(area) => maker.area(area),
    }
    .map_err(Error::in_layer)?;
    let at = overlay.offset(content, picture.size)?;
    Ok(Made { picture, at })
}

struct Maker<'a> {
    overlay: &'a Overlay,
    ingredients: &'a Ingredients<'a>,
    limits: &'a Limits,
}

impl Maker<'_> {
    /// Another picture: one frame, upright, in sRGB, as a plan would begin with it. Its size before and itself after the
    /// layer's steps.
    fn inset(&self, inset: &Inset) -> Result<(Size, Picture), Error> {
        let source = self.ingredients.get(&inset.file)?;
        let plan = Plan {
            orient: inset.orient,
            frames: Frames::One(inset.frame.unwrap_or(std::num::NonZeroU32::MIN)),
            steps: Vec::new(),
            output: Output::default(),
        };
        let job = Job::for_layer(source, &plan, self.overlay, self.ingredients, self.limits)?;
        let head = Head::new(&job.resolved);
        let (picture, _) = job.first_picture(&head)?;
        let picture = Run::of_a_still(self.limits, self.ingredients).finish(
            picture,
            head.rest,
            job.resolved.deferred.as_ref(),
        )?;
        Ok((job.resolved.input, picture))
    }

    fn text(&self, text: &Text) -> Result<(Size, Picture), Error> {
        let lengths = self.overlay.text(text)?;
        let font = match &text.font {
            Font::Family(name) => FontChoice::Family(name),
            Font::File(file) => FontChoice::File(self.ingredients.get(file)?),
        };
        let setting = Setting {
            text: &text.text,
            font,
            size: lengths.size.into(),
            color: text.color,
            weight: text.weight,
            slant: text.slant,
            strike: text.strike,
            wrap: lengths.wrap.map(f64::from),
            align: text.align,
            padding: lengths.padding,
            background: text.background,
            line_height: lengths.line_height.map(f64::from),
        };
        self.drawn(text::draw(&setting, self.limits)?)
    }

    fn area(&self, area: &Area) -> Result<(Size, Picture), Error> {
        let size = self.overlay.area(area)?;
        let layout = Layout::Gray.with(area.color);
        run::check_memory(size.pixels() * layout.channels() as u64, self.limits)?;
        self.drawn(Picture::filled(size, layout, area.color))
    }

    /// The steps of what was not decoded.
    fn drawn(&self, picture: Picture) -> Result<(Size, Picture), Error> {
        let size = picture.size;
        let resolved = self.overlay.resolve_drawn(size)?;
        let picture = Run::of_a_still(self.limits, self.ingredients).finish(
            picture,
            &resolved.actions,
            resolved.deferred.as_ref(),
        )?;
        Ok((size, picture))
    }
}
