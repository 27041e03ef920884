//! Putting bytes into stores and finding them there again.

use std::{io, ops::Range, time::Duration};

use bytes::Bytes;
use catalog::Blob;
use futures_util::stream::BoxStream;

use crate::{Error, Library, Result, spool::TemporaryFile};

/// Bytes that take longer than this to be stored are touched again, so that no clean-up takes them for abandoned.
const TOUCH: Duration = Duration::from_secs(60);

impl Library {
    /// Makes the bytes of `file` durable in the store of `blob`; the row that needs them follows.
    pub(crate) async fn keep(&self, file: TemporaryFile, blob: &Blob) -> Result<()> {
        self.inner.catalog.touch_blob(blob).await?;
        self.while_touched(blob, self.inner.blobs.commit(file, blob)).await
    }

    /// Does something with bytes that nothing refers to yet.
    pub(crate) async fn while_touched<T>(
        &self,
        blob: &Blob,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(TOUCH) => self.inner.catalog.touch_blob(blob).await?,
            }
        }
    }

    /// All of a blob.
    pub(crate) async fn read_blob(&self, blob: &Blob) -> Result<Bytes> {
        if let Some(bytes) = self.inner.blobs.read(blob).await? {
            return Ok(bytes);
        }
        for copy in self.other_copies(blob).await? {
            if let Some(bytes) = self.inner.blobs.read(&copy).await? {
                return Ok(bytes);
            }
        }
        Err(missing(blob))
    }

    /// Part of a blob, as it comes from its store.
    pub(crate) async fn stream_blob(
        &self,
        blob: &Blob,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, io::Result<Bytes>>> {
        if let Some(stream) = self.inner.blobs.stream(blob, range.clone()).await? {
            return Ok(stream);
        }
        for copy in self.other_copies(blob).await? {
            if let Some(stream) = self.inner.blobs.stream(&copy, range.clone()).await? {
                return Ok(stream);
            }
        }
        Err(missing(blob))
    }

    /// Where the bytes may be instead: they were moved since it was asked where they are.
    async fn other_copies(&self, blob: &Blob) -> Result<Vec<Blob>> {
        let stores = self.inner.catalog.stores_of(&blob.hash).await?.into_iter();
        let others = stores.filter(|store| *store != blob.store);
        Ok(others.map(|store| Blob { store, ..blob.clone() }).collect())
    }
}

fn missing(blob: &Blob) -> Error {
    tracing::error!(blob = %blob.hash, store = %blob.store, "a blob is missing");
    Error::unavailable("the stored bytes are missing")
}
