//! What an upload has as a consequence: written down with it, done in the background.

use catalog::{AssetId, EventKind, NewFollowUp, VersionId};
use serde_json::{Value, json};

use crate::{
    Accepts, Actor, AssetRef, Deliver, Error, Extension, Library, Result, What, extensions,
    jobs::{Outcome, Work},
};

/// What is to happen once an upload is stored.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FollowUp {
    /// Made ahead of time, so that the first who asks does not wait.
    pub variants: Vec<Variant>,
    pub extensions: Vec<Extension>,
    /// A URL that hears how the extensions ended.
    pub callback: Option<String>,
    /// The upload was changed before it was stored; with what its dialect wants to remember of that.
    pub prepared: Option<Value>,
}

/// A rendering that somebody is expected to ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Or why it cannot be made.
    pub plan: Result<plan::Plan, String>,
    /// What those who ask for it may accept; each makes a rendering of its own where the plan leaves the format open.
    pub accepts: Vec<Accepts>,
    /// What the dialect wants to remember of the request.
    pub note: Value,
}

/// The kind of job that makes one variant.
pub(crate) const MAKE_VARIANT: &str = "make-variant";

impl FollowUp {
    /// For the catalog, which adds whose they are.
    pub(crate) fn written(&self) -> NewFollowUp {
        let mut written = NewFollowUp::default();
        for variant in &self.variants {
            match &variant.plan {
                Ok(plan) => written.jobs.push((MAKE_VARIANT, json!({
                    "plan": plan.to_string(),
                    "accepts": variant.accepts.iter().map(|accepts| [accepts.webp, accepts.avif]).collect::<Vec<_>>(),
                    "note": variant.note,
                }))),
                Err(why) => written.events.push((EventKind::VariantFailed, with_reason(&variant.note, why))),
            }
        }
        for extension in &self.extensions {
            written.jobs.push((extensions::EXTEND, extension.payload(self.callback.as_deref())));
        }
        written.events.extend(self.prepared.iter().map(|note| (EventKind::Prepared, note.clone())));
        written
    }
}

impl Library {
    /// Renders a variant into the cache.
    async fn make_variant(&self, work: &Work) -> Result<()> {
        let (asset, version) = subject(&work.job.payload)?;
        let damaged = || Error::Invalid("the payload describes no variant".into());
        let plan = work.job.payload["plan"].as_str().and_then(|plan| plan.parse().ok());
        let plan: plan::Plan = plan.ok_or_else(damaged)?;
        let accepts = work.job.payload["accepts"].as_array().ok_or_else(damaged)?;
        for accepts in accepts {
            let is = |format: usize| accepts[format].as_bool().unwrap_or(false);
            let request = Deliver {
                asset: AssetRef::Id(asset),
                version: Some(version),
                fallback: None,
                what: What::Rendering { plan: plan.clone(), presets_only: false },
                accepts: Accepts { webp: is(0), avif: is(1) },
                source_limit: None,
            };
            let delivery = self.deliver(Actor::full(work.job.tenant), request).await?;
            if delivery.stored_length().is_some() {
                return Err(Error::NotAnImage("no picture can be taken from this file".into()));
            }
            delivery.open(None).await?;
        }
        Ok(())
    }
}

/// Runs a job of the kind [`MAKE_VARIANT`].
pub(crate) async fn run(library: Library, work: Work) -> Outcome {
    let outcome = Outcome::of(library.make_variant(&work).await, work.job.attempts);
    let note = &work.job.payload["note"];
    let told = match &outcome {
        Outcome::Done => Some((EventKind::VariantMade, note.clone())),
        Outcome::Failed(why) => Some((EventKind::VariantFailed, with_reason(note, why))),
        Outcome::Again { .. } => None,
    };
    if let (Some((kind, note)), Ok((asset, version))) = (told, subject(&work.job.payload)) {
        let subject = catalog::Subject::version(asset, version);
        let event = catalog::NewEvent {
            tenant: work.job.tenant,
            kind,
            subject,
            note,
            audience: catalog::Audience::Webhooks,
        };
        if let Err(error) = library.inner.catalog.add_events(vec![event]).await {
            return Outcome::of(Err(error.into()), work.job.attempts);
        }
    }
    outcome
}

/// Whose follow-up it is.
pub(crate) fn subject(payload: &Value) -> Result<(AssetId, VersionId)> {
    let id = |key: &str| payload[key].as_str();
    let asset = id("asset").and_then(|id| id.parse().ok());
    let version = id("version").and_then(|id| id.parse().ok());
    asset.zip(version).ok_or_else(|| Error::Invalid("the payload names no version".into()))
}

/// A note of the dialect, and why it came to nothing.
fn with_reason(note: &Value, why: &str) -> Value {
    let mut note = note.clone();
    if let Some(note) = note.as_object_mut() {
        note.insert("reason".to_owned(), why.into());
    }
    note
}
