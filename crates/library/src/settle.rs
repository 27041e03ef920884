//! Moving bytes to the store where they belong.
//!
//! The catalog leaves such a job behind wherever bytes come to belong elsewhere (`catalog::SETTLE`). Each blob is copied,
//! read back, and only then do its assets turn to the new copy, all in one transaction: whenever the process is killed, they
//! find their bytes in the old store or in the new one. The old bytes go with the orphans, some time later, so that
//! whoever is reading them comes to the end. What is moved already is not looked at again.

use catalog::{Blob, ContentHash, JobId, SetId, Settling, StoreName, TenantId};
use futures_util::{StreamExt, stream::BoxStream};
use sha2::{Digest, Sha256};

use crate::{
    Actor, Error, Library, Result, Spool,
    blobs::io_error,
    jobs::{Outcome, Work},
    organize::full,
};

/// Blobs that are looked up at a time.
const PAGE: u64 = 100;
/// After so many failures in a row it is the store that fails.
const MOST_FAILURES: u32 = 3;

impl Library {
    /// Gives a set another destination, whatever its state, and moves what it holds; also what an earlier move left
    /// behind. [`Error::NotFound`]: there is no such set. [`Error::Invalid`]: there is no such destination.
    pub async fn move_set(&self, actor: Actor, id: SetId, destination: &str) -> Result<JobId> {
        full(actor)?;
        if !self.destinations().iter().any(|(known, _)| *known == destination) {
            return Err(Error::Invalid(format!(
                "the destination `{destination}` is not configured"
            )));
        }
        let (inner, destination) = (std::sync::Arc::clone(&self.inner), destination.to_owned());
        self.to_the_end(async move {
            Ok(inner.catalog.move_set(actor.tenant, id, &destination).await?.id)
        })
        .await
    }

    async fn settle(&self, work: &Work, of: Settling) -> Result<()> {
        let (catalog, tenant) = (&self.inner.catalog, work.job.tenant);
        let total = catalog.count_misplaced(tenant, of).await?;
        let (mut done, mut last, mut failure, mut in_a_row) = (0, None, None, 0);
        loop {
            let page = catalog.misplaced(tenant, of, last.as_ref(), PAGE).await?;
            if page.is_empty() {
                // One blob that cannot be read does not keep the others, but the job is not done.
                return failure.map_or(Ok(()), Err);
            }
            for (blob, to) in page {
                match self.move_blob(tenant, of, &blob, &to).await {
                    Ok(()) => in_a_row = 0,
                    Err(error) => {
                        tracing::warn!(%error, blob = %blob.hash, "bytes were not moved to {to}");
                        in_a_row += 1;
                        if in_a_row == MOST_FAILURES {
                            return Err(error);
                        }
                        failure = Some(error);
                    }
                }
                done += 1;
                work.progress(done, total.max(done));
                last = Some(blob);
            }
        }
    }

    async fn move_blob(
        &self,
        tenant: TenantId,
        of: Settling,
        from: &Blob,
        store: &StoreName,
    ) -> Result<()> {
        let mut spool = Spool::new(self.inner.blobs.temporary_path()?, u64::MAX, None)?;
        let mut bytes = self.stream_blob(from, 0..from.size).await?;
        while let Some(part) = bytes.next().await {
            spool.write(part.map_err(io_error)?).await?;
        }
        let copied = spool.finish().await?;
        must_be(copied.blob.hash, from, &from.store)?;
        let to = Blob { store: store.clone(), ..from.clone() };
        self.keep(copied.file, &to).await?;
        let written = self.while_touched(&to, self.hash_in_store(&to)).await?;
        must_be(written, from, store)?;
        let library = self.clone();
        let (from, store) = (from.clone(), store.clone());
        self.to_the_end(async move {
            let moved = library.inner.catalog.switch(tenant, of, &from, &store).await;
            // Cleaned up in between; the next turn copies it again.
            let moved = moved.map_err(|error| match error {
                catalog::Error::Stale(_) => Error::unavailable(error),
                error => error.into(),
            })?;
            for asset in moved {
                library.inner.assets.invalidate(tenant, asset);
            }
            Ok(())
        })
        .await
    }

    /// What the store itself holds.
    async fn hash_in_store(&self, blob: &Blob) -> Result<ContentHash> {
        let bytes = self.inner.blobs.stream(blob, 0..blob.size).await?;
        hash_of(bytes.ok_or_else(|| Error::unavailable("what was written is not there"))?).await
    }
}

pub(crate) async fn run(library: Library, work: Work) -> Outcome {
    let Some(of) = Settling::of_payload(&work.job.payload) else {
        return Outcome::Failed("it does not say what is to be moved".to_owned());
    };
    Outcome::of(library.settle(&work, of).await, work.job.attempts)
}

async fn hash_of(
    mut bytes: BoxStream<'static, std::io::Result<bytes::Bytes>>,
) -> Result<ContentHash> {
    let mut hash = Sha256::new();
    while let Some(part) = bytes.next().await {
        let part = part.map_err(io_error)?;
        let hashing = tokio::task::spawn_blocking(move || {
            hash.update(&part);
            hash
        });
        hash = hashing.await.map_err(Error::unavailable)?;
    }
    Ok(ContentHash(hash.finalize().into()))
}

fn must_be(found: ContentHash, wanted: &Blob, store: &StoreName) -> Result<()> {
    if found == wanted.hash {
        return Ok(());
    }
    tracing::error!(blob = %wanted.hash, %store, "stored bytes are damaged");
    Err(Error::unavailable("the stored bytes are damaged"))
}
