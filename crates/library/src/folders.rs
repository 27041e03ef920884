//! The verbs for folders with everything in them. Deleting is done when it returns; the rest are jobs.

use std::sync::Arc;

use catalog::{Folder, FolderChange, FolderId, FolderPath, Job, JobId};
use futures_util::{FutureExt, future::BoxFuture};
use serde_json::Value;

use crate::{
    Actor, Library, Result,
    jobs::{Outcome, Work},
    organize::full,
};

impl Library {
    /// Deletes a folder and everything in it. Nothing serves any of it when this returns.
    pub async fn delete_folder(&self, actor: Actor, path: FolderPath) -> Result<()> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            inner.catalog.delete_folder(actor.tenant, &path).await?;
            inner.assets.invalidate_folder(actor.tenant, &path);
            Ok(())
        })
        .await
    }

    /// Says whether a folder hides everything in it. What is in it keeps its own visibility, and has it again when the
    /// folder is active again.
    pub async fn set_folder_active(
        &self,
        actor: Actor,
        id: FolderId,
        active: bool,
    ) -> Result<Folder> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let folder = inner.catalog.set_folder_active(actor.tenant, id, active).await?;
            inner.assets.invalidate_folder(actor.tenant, &folder.path);
            Ok(folder)
        })
        .await
    }

    /// Accepts a change to a folder, which a job carries out; see [`Library::job`]. `note` is kept with the job.
    ///
    /// * [`crate::Error::NotFound`]: there is no such folder.
    /// * [`crate::Error::Invalid`]: it is the root, or would come into itself.
    /// * [`crate::Error::Conflict`]: another folder has the new name.
    pub async fn change_folder(
        &self,
        actor: Actor,
        path: &FolderPath,
        change: &FolderChange,
        note: Value,
    ) -> Result<Job> {
        full(actor)?;
        Ok(self.inner.catalog.add_folder_job(actor.tenant, path, change, note).await?)
    }

    /// One step, and what RAM knew about it is forgotten.
    async fn folder_step(&self, id: JobId, work: &Work) -> Result<Option<u64>> {
        let (inner, tenant) = (Arc::clone(&self.inner), work.job.tenant);
        let step = self
            .to_the_end(async move {
                let step = inner.catalog.folder_job_step(id).await?;
                for asset in &step.assets {
                    inner.assets.invalidate(tenant, *asset);
                }
                if let Some(folder) = &step.gone {
                    inner.assets.invalidate_folder(tenant, folder);
                }
                Ok(step)
            })
            .await?;
        work.progress(step.progress.0, step.progress.1);
        Ok(step.ended)
    }
}

/// Runs a job of [`Library::change_folder`], from wherever it has come to.
pub(crate) fn run(library: Library, work: Work) -> BoxFuture<'static, Outcome> {
    async move {
        loop {
            match library.folder_step(work.job.id, &work).await {
                Ok(None) => {}
                Ok(Some(0)) => return Outcome::Done,
                Ok(Some(left)) => {
                    return Outcome::Failed(format!(
                        "{left} assets stay as they were: they would have had too many versions"
                    ));
                }
                Err(error) => return Outcome::of(Err(error), work.job.attempts),
            }
        }
    }
    .boxed()
}
