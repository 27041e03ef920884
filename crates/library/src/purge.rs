//! The verb purge. Keys of derivatives name their content, so nothing stale is ever served by us; what a purge has to do
//! is to forget what RAM knows about assets, for the case that somebody changed the database behind our back.

use catalog::{JobId, NewJob};
use futures_util::{FutureExt, future::BoxFuture};
use serde_json::json;

use crate::{
    Actor, Library, Result,
    jobs::{Outcome, Work},
    library::now,
    organize::full,
};

/// The kind of these jobs.
pub const PURGE: &str = "purge";

impl Library {
    /// Purges what is cached under a URL or pattern of the dialect. The request can be asked for as a job.
    pub async fn purge(&self, actor: Actor, url: &str) -> Result<JobId> {
        full(actor)?;
        let new = NewJob { kind: PURGE, payload: json!({ "url": url }), run_at: now() };
        Ok(self.inner.catalog.add_job(actor.tenant, new).await?.id)
    }
}

pub(crate) fn run(library: Library, _: Work) -> BoxFuture<'static, Outcome> {
    async move {
        library.inner.assets.invalidate_all();
        Outcome::Done
    }
    .boxed()
}
