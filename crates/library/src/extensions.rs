//! Extensions: what other programs know about a picture, or make of it.
//!
//! There is one mechanism for all of them. A job posts the file to the back end that the settings name for the
//! extension, and gets a picture, tags or a text; `back_end.rs` says how. Without a back end the extension has failed
//! before it began, and the upload stands.
//!
//! To add an extension: a line in [`ExtensionKind::ALL`], a section in `ExtensionsConfig`, and its spelling in a dialect.

use std::{collections::HashMap, time::Duration};

use catalog::{Asset, AssetId, Audience, EventKind, NewEvent, NewJob, Subject};
use serde_json::{Value, json};
use tokio::{sync::broadcast, time::Instant};

use crate::{
    Actor, Error, Library, Result,
    follow_up::subject,
    jobs::{Outcome, Work},
    library::now,
    organize::full,
};

mod apply;
pub(crate) mod back_end;
pub(crate) mod operation;

use back_end::Fault;

/// What an extension does. The names are those of the settings, and of the tags' sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ExtensionKind {
    RemoveBackground,
    GoogleTags,
    AwsTags,
    Describe,
    Tasks,
}

impl ExtensionKind {
    pub const ALL: [(&'static str, Self); 5] = [
        ("remove-bg", Self::RemoveBackground),
        ("google-auto-tagging", Self::GoogleTags),
        ("aws-auto-tagging", Self::AwsTags),
        ("ai-auto-description", Self::Describe),
        ("ai-tasks", Self::Tasks),
    ];

    pub fn name(self) -> &'static str {
        // The table names every variant; a test walks it.
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// Whether who asked is kept waiting for a moment, because the answer may come at once.
    fn is_tried_at_once(self) -> bool {
        self != Self::RemoveBackground
    }
}

/// An extension that a request asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Extension {
    pub kind: ExtensionKind,
    /// For the back end, as the dialect knows them.
    pub options: Value,
    /// Which of the proposed tags are kept.
    pub tags: Option<TagLimits>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TagLimits {
    /// 0 to 100.
    pub min_confidence: u8,
    pub most: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtensionStatus {
    Success,
    /// It will end in the background.
    Pending,
    Failed,
}

/// The kind of job that runs one extension on one version.
pub(crate) const EXTEND: &str = "extend";

/// Turns at a back end that does not answer, or says that it cannot just now.
pub(crate) const MOST_TURNS: u32 = 6;

impl Extension {
    pub(crate) fn payload(&self, callback: Option<&str>) -> Value {
        json!({
            "extension": self.kind.name(),
            "options": self.options,
            "tags": self.tags.map(|limits| json!([limits.min_confidence, limits.most])),
            "callback": callback,
        })
    }

    fn read(payload: &Value) -> Option<Self> {
        let limits = payload["tags"].as_array().map(|limits| {
            let number = |place: usize| limits.get(place).and_then(Value::as_u64).unwrap_or(0);
            let min_confidence = u8::try_from(number(0)).unwrap_or(100);
            TagLimits { min_confidence, most: usize::try_from(number(1)).unwrap_or(0) }
        });
        Some(Self {
            kind: ExtensionKind::parse(payload["extension"].as_str()?)?,
            options: payload["options"].clone(),
            tags: limits,
        })
    }
}

/// How an extension of an asset ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    asset: AssetId,
    kind: ExtensionKind,
    success: bool,
}

/// Hears how extensions end. Begun before they are, so that none is missed.
#[derive(Debug)]
pub struct Watch(broadcast::Receiver<Ended>);

impl Library {
    /// Whether the settings name a back end for this extension.
    pub fn has_back_end(&self, kind: ExtensionKind) -> bool {
        self.inner.config.extensions.back_end(kind).is_some()
    }

    /// Begins to listen, before extensions are asked for.
    pub fn watch_extensions(&self) -> Watch {
        Watch(self.inner.extended.subscribe())
    }

    /// Runs extensions on the current version of an asset. Uploads have them as a follow-up.
    pub async fn extend(
        &self,
        actor: Actor,
        asset: &Asset,
        extensions: &[Extension],
        callback: Option<&str>,
    ) -> Result<()> {
        full(actor)?;
        for extension in extensions.iter().filter(|extension| self.has_back_end(extension.kind)) {
            let mut payload = extension.payload(callback);
            payload["asset"] = asset.id.to_string().into();
            payload["version"] = asset.current.id.to_string().into();
            let new = NewJob { kind: EXTEND, payload, run_at: now() };
            self.inner.catalog.add_job(asset.tenant, new).await?;
        }
        Ok(())
    }

    /// How extensions stand that were asked for just now. Waits a moment for those that may end at once.
    pub async fn extension_status(
        &self,
        mut watch: Watch,
        asset: AssetId,
        extensions: &[Extension],
    ) -> Vec<(ExtensionKind, ExtensionStatus)> {
        let mut status: HashMap<ExtensionKind, ExtensionStatus> = extensions
            .iter()
            .map(|extension| {
                if self.has_back_end(extension.kind) {
                    (extension.kind, ExtensionStatus::Pending)
                } else {
                    (extension.kind, ExtensionStatus::Failed)
                }
            })
            .collect();
        let patience = Duration::from_millis(self.inner.config.extensions.wait_ms);
        let deadline = Instant::now() + patience;
        let is_awaited = |(kind, status): (&ExtensionKind, &ExtensionStatus)| {
            *status == ExtensionStatus::Pending && kind.is_tried_at_once()
        };
        while status.iter().any(is_awaited) {
            // Neither a pause that is over nor a flood that was too much to follow changes what is known.
            let Ok(Ok(ended)) = tokio::time::timeout_at(deadline, watch.0.recv()).await else {
                break;
            };
            // What is never waited for is pending, however quick it was.
            if ended.asset == asset
                && ended.kind.is_tried_at_once()
                && let Some(status) = status.get_mut(&ended.kind)
            {
                *status =
                    if ended.success { ExtensionStatus::Success } else { ExtensionStatus::Failed };
            }
        }
        extensions.iter().map(|extension| (extension.kind, status[&extension.kind])).collect()
    }

    /// One turn: asks the back end, and does with the answer what is to be done.
    async fn run_extension(&self, extension: &Extension, work: &Work) -> Result<(), Fault> {
        let (asset, version) = subject(&work.job.payload)?;
        let found = self.inner.catalog.version(work.job.tenant, asset, version).await;
        let found = found.map_err(Error::from)?;
        let asset = found.ok_or_else(|| Fault::lasting("the file was deleted meanwhile"))?;
        if !asset.current.mime.starts_with("image/") {
            return Err(Fault::lasting("only images can be extended"));
        }
        let answer = self.ask(extension, &asset).await?;
        self.apply(extension, &asset, answer).await
    }
}

/// Runs a job of the kind [`EXTEND`].
pub(crate) async fn run(library: Library, work: Work) -> Outcome {
    let Some(extension) = Extension::read(&work.job.payload) else {
        return Outcome::Failed("the payload names no extension".to_owned());
    };
    let result = library.run_extension(&extension, &work).await;
    let outcome = match result {
        Ok(()) => Outcome::Done,
        Err(Fault::Passing(why)) if work.job.attempts < MOST_TURNS => {
            return Outcome::after(Duration::from_secs(2_u64.pow(work.job.attempts)), why);
        }
        Err(Fault::Passing(why) | Fault::Lasting(why)) => Outcome::Failed(why),
    };
    match library.tell_end(&extension, &work, &outcome).await {
        Ok(()) => outcome,
        Err(error) => Outcome::of(Err(error), work.job.attempts),
    }
}

impl Library {
    /// Counts it, and tells who waits and who wants to be called.
    async fn tell_end(&self, extension: &Extension, work: &Work, outcome: &Outcome) -> Result<()> {
        let (asset, version) = subject(&work.job.payload)?;
        let (kind, note) = match outcome {
            Outcome::Failed(why) => (
                EventKind::ExtensionFailed,
                json!({"extension": extension.kind.name(), "reason": why}),
            ),
            _ => (EventKind::ExtensionDone, json!({"extension": extension.kind.name()})),
        };
        let success = kind == EventKind::ExtensionDone;
        if success {
            self.count_extension(work.job.tenant, extension.kind.name()).await?;
        }
        if let Some(url) = work.job.payload["callback"].as_str() {
            let event = NewEvent {
                tenant: work.job.tenant,
                kind,
                subject: Subject::asset(asset),
                note,
                audience: Audience::Callback(url.to_owned()),
            };
            self.inner.catalog.add_events(vec![event]).await?;
        }
        tracing::debug!(%asset, %version, extension = extension.kind.name(), success, "extension ended");
        // Nobody may be waiting.
        let _ = self.inner.extended.send(Ended { asset, kind: extension.kind, success });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_name() {
        for (name, kind) in ExtensionKind::ALL {
            assert_eq!((kind.name(), ExtensionKind::parse(name)), (name, Some(kind)));
        }
    }

    #[test]
    fn an_extension_survives_its_job() {
        let extension = Extension {
            kind: ExtensionKind::GoogleTags,
            options: json!({"minConfidence": 80, "maxTags": 3}),
            tags: Some(TagLimits { min_confidence: 80, most: 3 }),
        };
        assert_eq!(Extension::read(&extension.payload(Some("http://a"))), Some(extension));
        assert_eq!(Extension::read(&json!({"extension": "unknown"})), None);
    }
}
