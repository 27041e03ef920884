//! Bytes on their way into the library: hashed as they arrive, on disk, not yet part of anything.

use std::{fs::File, io::Write, path::PathBuf};

use bytes::Bytes;
use catalog::{Blob, ContentHash, StoreName};
use crc_fast::{CrcAlgorithm, Digest as Crc};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use crate::{Error, Result, blobs::io_error};

/// Takes the bytes of an upload. Dropped before [`Spool::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct Spool {
    /// `None` only while a batch is being written.
    sink: Option<Sink>,
    pending: Vec<Bytes>,
    pending_bytes: usize,
    limit: u64,
    received: u64,
    /// One of the uploads in flight.
    place: Option<OwnedSemaphorePermit>,
}

/// Bytes of an upload, complete and hashed, in a temporary file that goes when this is dropped.
#[derive(Debug)]
pub struct Spooled {
    pub blob: Blob,
    /// The first bytes, 4 kB at most: enough to tell the format.
    pub head: Vec<u8>,
    pub(crate) file: TemporaryFile,
    pub(crate) place: Option<OwnedSemaphorePermit>,
}

impl Spool {
    /// Hashing and writing happen in batches of this size, away from the async threads.
    const BATCH: usize = 512 << 10;

    pub(crate) fn new(
        path: PathBuf,
        limit: u64,
        place: Option<OwnedSemaphorePermit>,
    ) -> Result<Self> {
        let file = File::options().read(true).write(true).create_new(true).open(&path);
        let file = file.map_err(io_error)?;
        let sink = Sink {
            file: TemporaryFile { path, file },
            sha256: Sha256::new(),
            sha1: Sha1::new(),
            crc: Crc::new(CrcAlgorithm::Crc32Iscsi),
            size: 0,
            head: Vec::new(),
        };
        Ok(Self {
            sink: Some(sink),
            pending: Vec::new(),
            pending_bytes: 0,
            limit,
            received: 0,
            place,
        })
    }

    /// Takes the next bytes. [`Error::TooLarge`] beyond the limit for uploads.
    pub async fn write(&mut self, bytes: Bytes) -> Result<()> {
        self.received += bytes.len() as u64;
        if self.received > self.limit {
            return Err(Error::TooLarge(format!(
                "the file is larger than the limit of {} bytes",
                self.limit
            )));
        }
        self.pending_bytes += bytes.len();
        self.pending.push(bytes);
        if self.pending_bytes >= Self::BATCH {
            self.flush().await?;
        }
        Ok(())
    }

    /// All bytes have come.
    pub async fn finish(mut self) -> Result<Spooled> {
        self.flush().await?;
        let place = self.place.take();
        let sink = self.sink.take().ok_or_else(broken)?;
        Ok(Spooled {
            blob: Blob {
                hash: ContentHash(sink.sha256.finalize().into()),
                sha1: sink.sha1.finalize().into(),
                crc32c: u32::try_from(sink.crc.finalize()).unwrap_or_default(),
                size: sink.size,
                store: StoreName::default(),
            },
            head: sink.head,
            file: sink.file,
            place,
        })
    }

    async fn flush(&mut self) -> Result<()> {
        let mut sink = self.sink.take().ok_or_else(broken)?;
        let batch = std::mem::take(&mut self.pending);
        self.pending_bytes = 0;
        let (sink, written) = tokio::task::spawn_blocking(move || {
            let written = batch.iter().try_for_each(|bytes| sink.write(bytes));
            (sink, written)
        })
        .await
        .map_err(Error::unavailable)?;
        self.sink = Some(sink);
        written.map_err(io_error)
    }
}

/// An earlier batch failed in a way that lost the file.
fn broken() -> Error {
    Error::unavailable("the upload's temporary file is gone")
}

struct Sink {
    file: TemporaryFile,
    sha256: Sha256,
    sha1: Sha1,
    crc: Crc,
    size: u64,
    head: Vec<u8>,
}

impl std::fmt::Debug for Sink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sink")
            .field("file", &self.file)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Sink {
    const HEAD: usize = 4096;

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let missing = Self::HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.sha256.update(bytes);
        self.sha1.update(bytes);
        self.crc.update(bytes);
        self.size += bytes.len() as u64;
        self.file.file.write_all(bytes)
    }
}

/// A file that is removed when nobody wants it any more.
#[derive(Debug)]
pub(crate) struct TemporaryFile {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        // It may have been moved into place already; what is left over after a crash is swept at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}
