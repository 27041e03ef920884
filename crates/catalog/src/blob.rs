//! Blobs: which bytes the store holds, and which of them nobody needs any more.
//!
//! Bytes and rows live in two places that no transaction spans. This order keeps them together, whoever else comes with
//! the same bytes, and wherever a process is killed:
//!
//! * *Storing.* [`Catalog::touch_blob`], then put the bytes into the store unless the store has them, then
//!   [`Catalog::add_version`]. Killed in between: a row that no version refers to, with or without bytes, which is an
//!   orphan like any other. So there are never bytes that no row knows.
//! * *Cleaning up.* [`Catalog::orphans`], then for each [`Catalog::forget_orphan`], which deletes the bytes inside the
//!   transaction that forgets the row. Killed in between: a row without bytes, an orphan still. So whoever stores asks
//!   the store whether the bytes are there, never the catalog.
//!
//! Touching waits for a clean-up of the same bytes that is under way, and keeps the next one off for as long as the
//! clean-up leaves fresh rows alone. So `older_than` lies further back than storing ever takes.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, Value};

use crate::catalog::now;
use crate::database::Tx;
use crate::error::Result;
use crate::{Blob, Catalog, ContentHash, Error, Millis, row, sql};

/// A blob that nothing refers to.
const IS_ORPHAN: &str = "touched < $1 AND NOT EXISTS (SELECT 1 FROM versions WHERE versions.blob = blobs.hash) \
     AND NOT EXISTS (SELECT 1 FROM renditions WHERE renditions.blob = blobs.hash) \
     AND NOT EXISTS (SELECT 1 FROM answers WHERE answers.blob = blobs.hash) \
     AND NOT EXISTS (SELECT 1 FROM predictions WHERE predictions.source = blobs.hash OR predictions.blob = blobs.hash)";

impl Catalog {
    /// First step of storing bytes, see the order above: the blob has a row from now on.
    pub async fn touch_blob(&self, blob: &Blob) -> Result<()> {
        hold(&self.database.writer, blob).await
    }

    /// Blobs that no version refers to and that nobody touched since `older_than`, longest untouched first.
    pub async fn orphans(&self, older_than: Millis, limit: u64) -> Result<Vec<ContentHash>> {
        let query =
            format!("SELECT hash FROM blobs WHERE {IS_ORPHAN} ORDER BY touched, hash LIMIT $2");
        let values = [older_than.into(), sql::number("the limit", limit)?];
        let rows = sql::all(&self.database.reader, &query, values).await?;
        rows.iter().map(|row| Ok(ContentHash(row.bytes("hash")?))).collect()
    }

    /// Forgets a blob if it is an orphan still. Runs `delete_bytes` before others can see that: who comes with the same
    /// bytes waits in [`Catalog::touch_blob`]. False: it is none, and `delete_bytes` did not run.
    ///
    /// `delete_bytes` must not call the catalog (it would wait for itself), and bytes that are gone already are no
    /// error. When it fails, the row stays for the next clean-up: [`Error::Unavailable`] with its error as the source.
    pub async fn forget_orphan<F, E>(
        &self,
        hash: &ContentHash,
        older_than: Millis,
        delete_bytes: F,
    ) -> Result<bool>
    where
        F: Future<Output = Result<(), E>> + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let tx = self.database.begin().await?;
        let delete = format!("DELETE FROM blobs WHERE {IS_ORPHAN} AND hash = $2");
        if sql::run(&*tx, &delete, [older_than.into(), hash.0.to_vec().into()]).await? == 0 {
            return Ok(false);
        }
        delete_bytes.await.map_err(|error| Error::Unavailable(error.into()))?;
        tx.commit().await?;
        Ok(true)
    }

    /// Whether the catalog knows the bytes.
    pub async fn blob_known(&self, hash: &ContentHash) -> Result<bool> {
        Ok(self.blob(hash).await?.is_some())
    }

    /// What the catalog knows about the bytes.
    pub async fn blob(&self, hash: &ContentHash) -> Result<Option<Blob>> {
        let query = "SELECT hash, sha1, crc32c, size FROM blobs WHERE hash = $1";
        let row = sql::first(&self.database.reader, query, [hash.0.to_vec().into()]).await?;
        row.as_ref().map(row::blob).transpose()
    }
}

/// Makes sure that the blob has a row, and that it is fresh. Waits for whoever is deleting it.
pub(crate) async fn hold(on: &impl ConnectionTrait, blob: &Blob) -> Result<()> {
    let values = [
        blob.hash.0.to_vec().into(),
        blob.sha1.to_vec().into(),
        i64::from(blob.crc32c).into(),
        sql::number("the size", blob.size)?,
        now().into(),
    ];
    let upsert = "INSERT INTO blobs (hash, sha1, crc32c, size, touched) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (hash) DO UPDATE SET touched = excluded.touched";
    sql::run(on, upsert, values).await?;
    Ok(())
}

/// Touches all blobs of assets that are about to go: whoever is reading them finishes first. In the order of hashes, so
/// that two that let go of the same ones do not wait for each other.
pub(crate) async fn let_go(tx: &Tx, assets: &[i64]) -> Result<()> {
    let mut hashes = BTreeSet::new();
    for &asset in assets {
        let query = "SELECT blob FROM versions WHERE asset = $1 UNION \
             SELECT r.blob FROM renditions r JOIN versions v ON v.seq = r.version WHERE v.asset = $1";
        for row in sql::all(&**tx, query, [asset.into()]).await? {
            hashes.insert(ContentHash(row.bytes("blob")?));
        }
    }
    for hash in &hashes {
        let_go_of(tx, hash).await?;
    }
    Ok(())
}

/// Touches all blobs of the assets that `assets` selects, a subquery of row numbers with these values.
pub(crate) async fn let_go_of_all(tx: &Tx, assets: &str, values: &[Value]) -> Result<()> {
    let of_these = format!(
        "SELECT blob FROM versions WHERE asset IN ({assets}) UNION \
         SELECT r.blob FROM renditions r JOIN versions v ON v.seq = r.version WHERE v.asset IN ({assets})"
    );
    let lock = tx.for_update("blobs");
    if !lock.is_empty() {
        let in_order =
            format!("SELECT 1 FROM blobs WHERE hash IN ({of_these}) ORDER BY hash{lock}");
        sql::all(&**tx, &in_order, values.to_vec()).await?;
    }
    let mut values = values.to_vec();
    values.push(now().into());
    let update = format!("UPDATE blobs SET touched = ${} WHERE hash IN ({of_these})", values.len());
    sql::run(&**tx, &update, values).await?;
    Ok(())
}

/// Touches one blob.
pub(crate) async fn let_go_of(tx: &Tx, hash: &ContentHash) -> Result<()> {
    let update = "UPDATE blobs SET touched = $2 WHERE hash = $1";
    sql::run(&**tx, update, [hash.0.to_vec().into(), now().into()]).await?;
    Ok(())
}
