//! Telling: from what happened to what is posted.
//!
//! The catalog writes down what happens, in no dialect's words. A job takes it from there: it looks at the thing that
//! the event is about, lets the dialect's [`Herald`] say it, and enters one posting for each webhook that asks for
//! events of that name. So a body shows the thing as it was a moment after the event, and what was created and deleted
//! within that moment is told as deleted only.

use std::{fmt, sync::Arc, time::Duration};

use catalog::{Asset, Audience, Event, EventKind, Folder, NewPosting};

use crate::{
    Library, Result, UrlEndpoints,
    jobs::{Outcome, Work},
};

/// An event as a message, in the words of a dialect.
pub type Tell = Box<dyn Fn(&Told<'_>) -> Option<Message> + Send + Sync>;

/// The headers that sign a letter: names and values.
pub type Sign = Box<dyn Fn(&Letter<'_>) -> Vec<(&'static str, String)> + Send + Sync>;

/// Says events in the words of a dialect, and signs what is said.
pub struct Herald {
    /// `None`: the dialect has no word for it.
    pub tell: Tell,
    /// Headers for what is posted to a webhook: names and values.
    pub sign: Sign,
}

impl fmt::Debug for Herald {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Herald").finish_non_exhaustive()
    }
}

/// An event, and the thing that it is about.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    pub event: &'a Event,
    /// Name of the tenant, as it stands in URLs.
    pub tenant: &'a str,
    /// With the version that the event is about as its current one. There unless it was deleted.
    pub asset: Option<&'a Asset>,
    pub folder: Option<&'a Folder>,
    pub url_endpoints: &'a UrlEndpoints,
}

/// What is posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What webhooks ask for, such as `file.created`.
    pub name: String,
    pub body: String,
}

/// A body on its way to a webhook.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// The same for every attempt.
    pub id: &'a str,
    /// Milliseconds since 1970: of this attempt.
    pub moment: i64,
    pub body: &'a str,
    pub secret: &'a str,
}

/// Events of one look into the outbox.
const BATCH: u64 = 100;

impl Library {
    /// Who tells of events. Until somebody does they wait; the first one stays.
    pub fn tell_with(&self, herald: Herald) {
        // A second dialect of the same library would say the same things in other words, to the same webhooks.
        let _ = self.inner.herald.set(Arc::new(herald));
    }

    /// Empties the outbox.
    async fn tell_all(&self, herald: &Herald) -> Result<()> {
        loop {
            let events = self.inner.catalog.outbox(BATCH).await?;
            if events.is_empty() {
                return Ok(());
            }
            for event in events {
                let postings = self.postings_of(&event, herald).await?;
                self.inner.catalog.tell(&event, postings).await?;
            }
        }
    }

    async fn postings_of(&self, event: &Event, herald: &Herald) -> Result<Vec<NewPosting>> {
        let Some(message) = self.message(event, herald).await? else { return Ok(Vec::new()) };
        let Message { name, body } = message;
        if let Audience::Callback(url) = &event.audience {
            let posting = NewPosting { webhook: None, url: url.clone(), kind: name, body };
            return Ok(vec![posting]);
        }
        // Without their secrets: one that cannot be opened keeps its own postings waiting, and nobody else's.
        let webhooks = self.inner.catalog.webhooks(event.tenant).await?.into_iter();
        let webhooks = webhooks.filter(|it| it.enabled && it.events.contains(&name));
        let postings = webhooks.map(|webhook| NewPosting {
            webhook: Some(webhook.id),
            url: webhook.url,
            kind: name.clone(),
            body: body.clone(),
        });
        Ok(postings.collect())
    }

    /// What is said; `None` if there is nothing left to say.
    async fn message(&self, event: &Event, herald: &Herald) -> Result<Option<Message>> {
        let Some(tenant) = self.tenant_name(event.tenant).await? else { return Ok(None) };
        let (asset, folder) = (self.asset_of(event).await?, self.folder_of(event).await?);
        let is_gone = event.subject.asset.is_some() && asset.is_none()
            || event.subject.folder.is_some() && folder.is_none();
        if is_gone && !tells_of_an_end(event.kind) {
            tracing::debug!(event = %event.id, kind = ?event.kind, "what it is about is gone");
            return Ok(None);
        }
        let (asset, folder) = (asset.as_ref(), folder.as_ref());
        let url_endpoints = self.url_endpoints(event.tenant).await?;
        let told = Told { event, tenant: &tenant, asset, folder, url_endpoints: &url_endpoints };
        Ok((herald.tell)(&told))
    }

    async fn asset_of(&self, event: &Event) -> Result<Option<Asset>> {
        let catalog = &self.inner.catalog;
        Ok(match (event.subject.asset, event.subject.version) {
            (None, _) => None,
            (Some(asset), None) => catalog.asset(event.tenant, asset).await?,
            (Some(asset), Some(version)) => catalog.version(event.tenant, asset, version).await?,
        })
    }

    async fn folder_of(&self, event: &Event) -> Result<Option<Folder>> {
        match event.subject.folder {
            Some(folder) => Ok(self.inner.catalog.folder_by_id(event.tenant, folder).await?),
            None => Ok(None),
        }
    }
}

/// Events that need nothing but an id.
fn tells_of_an_end(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::AssetDeleted
            | EventKind::VersionDeleted
            | EventKind::FolderDeleted
            | EventKind::ExtensionFailed
    )
}

/// Runs a job of the kind [`catalog::TELL_EVENTS`].
pub(crate) async fn run(library: Library, work: Work) -> Outcome {
    let Some(herald) = library.inner.herald.get().cloned() else {
        // A command that has no dialect, beside a server that has one.
        return Outcome::after(Duration::from_secs(5), "nobody here tells of events".to_owned());
    };
    Outcome::of(library.tell_all(&herald).await, work.job.attempts)
}
