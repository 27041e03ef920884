//! Uploads in parts: a client sends them in any order, over days if need be, and says in the end which make the file.
//!
//! A part is durable when the client is told that it was taken. It is a file in a directory of its upload, whose name says
//! from when on nobody wants it any more; so nothing has to be written down elsewhere, and what was abandoned is found
//! by looking. Parts are on this machine's disk, as temporary files are.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use catalog::{Asset, Millis, Receipt};
use tokio::io::AsyncReadExt;

use crate::{
    Actor, Error, Library, Result, Spooled, blobs::io_error, library::now, organize::full,
};

/// An upload in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartsOf {
    /// Chosen at its beginning, and not to be guessed: hex digits and dashes.
    pub id: String,
    /// From then on, parts are discarded.
    pub until: Millis,
}

impl PartsOf {
    fn directory(&self, actor: Actor, root: &Path) -> Result<PathBuf> {
        let is_plain = |c: char| c.is_ascii_hexdigit() || c == '-';
        if self.id.is_empty() || self.id.len() > 64 || !self.id.chars().all(is_plain) {
            return Err(Error::Invalid("the id of the upload is not one of ours".into()));
        }
        Ok(root.join(format!("{}_{}_{}", self.until, actor.tenant.0, self.id)))
    }

    /// What an upload that is put together from these parts is remembered by, for as long as they would be.
    pub fn receipt(&self) -> Receipt {
        Receipt { id: self.id.clone(), expires: self.until }
    }
}

impl Library {
    /// Keeps a part. A number that was sent before is replaced. [`Error::TooLarge`]: all parts together are more than an
    /// upload may have.
    pub async fn keep_part(
        &self,
        actor: Actor,
        upload: &PartsOf,
        number: u32,
        part: Spooled,
    ) -> Result<()> {
        full(actor)?;
        let directory = upload.directory(actor, self.inner.blobs.parts())?;
        let limit = self.inner.config.limits.upload_bytes;
        self.to_the_end(async move {
            let keep = move || keep(&directory, number, &part, limit);
            tokio::task::spawn_blocking(keep).await.map_err(Error::unavailable)?
        })
        .await
    }

    /// The file that these parts make, in this order. `Err` with the first number that was never received.
    pub async fn join_parts(
        &self,
        actor: Actor,
        upload: &PartsOf,
        numbers: &[u32],
    ) -> Result<Result<Spooled, u32>> {
        full(actor)?;
        let directory = upload.directory(actor, self.inner.blobs.parts())?;
        let mut spool = self.spool()?;
        for &number in numbers {
            let mut part = match tokio::fs::File::open(directory.join(number.to_string())).await {
                Ok(part) => part,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    return Ok(Err(number));
                }
                Err(error) => return Err(io_error(error)),
            };
            loop {
                let mut chunk = Vec::with_capacity(CHUNK);
                if part.read_buf(&mut chunk).await.map_err(io_error)? == 0 {
                    break;
                }
                spool.write(Bytes::from(chunk)).await?;
            }
        }
        Ok(Ok(spool.finish().await?))
    }

    /// They are not needed any more. That they are gone already is fine.
    pub async fn discard_parts(&self, actor: Actor, upload: &PartsOf) -> Result<()> {
        full(actor)?;
        let directory = upload.directory(actor, self.inner.blobs.parts())?;
        match tokio::fs::remove_dir_all(directory).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io_error(error)),
            _ => Ok(()),
        }
    }

    /// What came of an upload that was carried out with this receipt.
    pub async fn received(&self, actor: Actor, receipt: &Receipt) -> Result<Option<Asset>> {
        full(actor)?;
        match self.inner.catalog.receipt(actor.tenant, &receipt.id).await? {
            Some(asset) => Ok(Some(self.asset(actor, asset).await?)),
            None => Ok(None),
        }
    }

    /// Removes parts of uploads that were abandoned, and receipts that nobody will ask for.
    pub(crate) async fn sweep_parts(&self) {
        let root = self.inner.blobs.parts().to_owned();
        let swept = tokio::task::spawn_blocking(move || sweep(&root, now())).await;
        if let Err(error) = swept.map_err(Error::unavailable).and_then(|swept| swept) {
            tracing::warn!(%error, "abandoned parts could not be swept");
        }
        if let Err(error) = self.inner.catalog.forget_receipts(now()).await {
            tracing::warn!(%error, "old receipts could not be forgotten");
        }
    }
}

/// Bytes read at a time.
const CHUNK: usize = 256 << 10;

fn keep(directory: &Path, number: u32, part: &Spooled, limit: u64) -> Result<()> {
    fs::create_dir_all(directory).map_err(io_error)?;
    let name = number.to_string();
    let mut size = part.blob.size;
    for entry in fs::read_dir(directory).map_err(io_error)? {
        let entry = entry.map_err(io_error)?;
        if entry.file_name() != *name {
            size += entry.metadata().map_or(0, |file| file.len());
        }
    }
    if size > limit {
        return Err(Error::TooLarge(format!(
            "the parts have {size} bytes together, the limit is {limit}"
        )));
    }
    part.file.file.sync_all().map_err(io_error)?;
    fs::rename(&part.file.path, directory.join(name)).map_err(io_error)?;
    for directory in [Some(directory), directory.parent()].into_iter().flatten() {
        File::open(directory).and_then(|directory| directory.sync_all()).map_err(io_error)?;
    }
    Ok(())
}

/// Directories are named `until_tenant_id`.
fn sweep(root: &Path, now: Millis) -> Result<()> {
    for entry in fs::read_dir(root).map_err(io_error)? {
        let entry = entry.map_err(io_error)?;
        let name = entry.file_name();
        let until = name.to_str().and_then(|name| name.split_once('_')?.0.parse::<Millis>().ok());
        if until.is_some_and(|until| until < now) {
            // Somebody else may have swept it at the same moment.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_run_out_is_swept() {
        let root = tempfile::tempdir().unwrap();
        for name in ["1000_1_ab", "3000_1_ab", "other"] {
            fs::create_dir(root.path().join(name)).unwrap();
            fs::write(root.path().join(name).join("1"), b"part").unwrap();
        }
        sweep(root.path(), 2000).unwrap();
        let mut left: Vec<String> = fs::read_dir(root.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["3000_1_ab", "other"]);
    }

    #[test]
    fn ids_are_no_paths() {
        let actor = Actor::full(catalog::TenantId(1));
        for id in ["", "..", "a/b", "a_b", "g", &"a".repeat(65)] {
            let upload = PartsOf { id: id.to_owned(), until: 1 };
            assert!(upload.directory(actor, Path::new("/parts")).is_err(), "{id}");
        }
        let upload = PartsOf { id: "ab-12".to_owned(), until: 1 };
        let directory = upload.directory(actor, Path::new("/parts")).unwrap();
        assert_eq!(directory, Path::new("/parts/1_1_ab-12"));
    }
}
