//! The verb deliver, where other programs have a part in it.
//!
//! A plan is what we do ourselves. A chain that names an operation of somebody else is cut there: what stands before it
//! is a stage, and what comes back is the picture that the rest goes on with. An operation that only finds something out
//! leaves the picture alone, and what stood before it is done with the rest.

use catalog::{Asset, Blob};
use plan::{Frames, Ingredient, Orient, OutputFormat, Plan, Step, probe::Probe};
use serde_json::{Map, Value};

use crate::{
    Actor, Deliver, Delivery, Error, Library, Operation, Result, What,
    deliver::Found,
    extensions::operation::{Made, Subject},
    ingredients::{Bound, Ties},
};

/// A part of a chain that ends with an operation of somebody else.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// What is done before. What it says of the output does not count.
    pub plan: Plan,
    pub operation: Operation,
}

/// A picture that has been through its stages, and may now be delivered by a plan.
#[derive(Debug)]
pub struct Staged {
    found: Found,
    /// Steps that are still to be done, because nobody needed the picture that they make.
    before: Vec<Step>,
    /// Whether the picture is another one than that of the asset.
    is_made: bool,
    ties: Ties,
    /// One for each stage.
    pub reports: Vec<Report>,
}

/// What an operation has come to.
#[derive(Debug, Clone)]
pub struct Report {
    /// What it found.
    pub facts: Map<String, Value>,
    /// The picture that it made; `None` if it left it alone.
    pub made: Option<(Probe, Blob)>,
}

impl Staged {
    /// Makes a plan that of the rest.
    pub fn lead(&self, plan: &mut Plan) {
        if self.is_made {
            // It is upright, and one picture.
            plan.orient = Orient::default();
            plan.frames = Frames::default();
        }
        plan.steps.splice(0..0, self.before.iter().cloned());
    }

    /// Of the picture that the rest begins with.
    pub fn probe(&self) -> Option<&Probe> {
        self.found.asset().current.probe.as_ref()
    }
}

impl Library {
    /// Sees the picture of a request through its stages: from kept answers, or by asking back ends now. Who may see what
    /// is as for [`Library::deliver`].
    ///
    /// # Errors
    /// What a back end will not do is [`Error::Invalid`]; one that does not answer is [`Error::Unavailable`].
    pub async fn staged(
        &self,
        actor: Actor,
        request: &Deliver,
        stages: Vec<Stage>,
    ) -> Result<Staged> {
        let mut found = self.find(actor, request).await?;
        let mut asset = found.asset().clone();
        let (mut before, mut is_made, mut ties) = (Vec::new(), false, Ties::default());
        let mut reports = Vec::with_capacity(stages.len());
        for Stage { plan, operation } in stages {
            let Plan { orient, frames, steps, .. } = plan;
            before.extend(steps);
            let (orient, frames) =
                if is_made { (Orient::default(), Frames::default()) } else { (orient, frames) };
            let way = Plan { orient, frames, steps: before.clone(), ..Plan::default() };
            let subject = self.subject(actor, &asset, request, way, &operation, &mut ties).await?;
            let understood = self.answered(actor.tenant, &operation, subject).await?;
            let answer = &understood.answer;
            let made = understood.probe.clone().zip(answer.picture.clone());
            if let Some((probe, picture)) = &made {
                if !before.is_empty()
                    || asset.current.probe.as_ref().is_none_or(|old| old.size != probe.size)
                {
                    // It means a place in another picture.
                    asset.focus = None;
                }
                asset.current.blob = picture.blob.clone();
                asset.current.mime.clone_from(&picture.mime);
                asset.current.probe = Some(probe.clone());
                before.clear();
                is_made = true;
            }
            let facts = answer.facts.clone().into_iter().collect();
            reports.push(Report { facts, made: made.map(|(probe, it)| (probe, it.blob)) });
        }
        found.replace(asset);
        Ok(Staged { found, before, is_made, ties, reports })
    }

    /// Decides what `actor` gets of a picture that has been through its stages. The plan of the request is that of the
    /// rest, see [`Staged::lead`].
    pub async fn deliver_staged(
        &self,
        actor: Actor,
        request: &Deliver,
        staged: Staged,
    ) -> Result<Delivery> {
        let Staged { found, ties, .. } = staged;
        self.decide(actor, request, found, ties).await
    }

    /// What the operation gets to see.
    async fn subject(
        &self,
        actor: Actor,
        asset: &Asset,
        request: &Deliver,
        way: Plan,
        operation: &Operation,
        ties: &mut Ties,
    ) -> Result<Subject> {
        let mut bound = Bound::new(Plan::default());
        let mut files = Vec::with_capacity(operation.files.len());
        for (option, path) in &operation.files {
            let what = format!("the file of `{option}`");
            let mut file = Ingredient::Path(path.clone());
            let limit = request.source_limit;
            let known = self.bind_file(actor, &mut file, &what, limit, &mut bound).await?;
            let current = &known.asset.current;
            files.push((option.clone(), current.blob.clone(), current.mime.clone()));
        }
        ties.extend(bound.ties);
        let current = &asset.current;
        let probe = current.probe.as_ref();
        let probe =
            probe.ok_or_else(|| Error::NotAnImage(format!("{} is no image", asset.name)))?;
        // What everybody reads, and reads alike.
        let is_plain = way.steps.is_empty()
            && probe.orientation == 1
            && probe.frames == 1
            && matches!(probe.format, plan::Format::Jpeg | plan::Format::Png | plan::Format::Webp);
        if is_plain {
            let picture = Made::Stored(current.blob.clone());
            return Ok(Subject { picture, mime: current.mime.clone(), files });
        }
        let mut way = way;
        way.output.format = OutputFormat::Is(plan::Format::Png);
        if way.frames == Frames::All {
            way.frames = Frames::One(std::num::NonZeroU32::MIN);
        }
        let what = What::Rendering { plan: way, presets_only: false };
        let wanted = Deliver { what, ..request.clone() };
        let decision = self.rendering(actor, asset, &wanted).await?;
        let decision = decision.ok_or_else(|| Error::NotAnImage("this is no image".into()))?;
        ties.extend(decision.ties);
        let mime = decision.rendering.format.mime().to_owned();
        Ok(Subject { picture: Made::Rendered(Box::new(decision.rendering)), mime, files })
    }
}
