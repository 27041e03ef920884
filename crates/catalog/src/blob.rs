//! Blobs: which bytes each store holds, and which of them nobody needs there any more.
//!
//! Bytes and rows live in two places that no transaction spans. This order keeps them together, whoever else comes with
//! the same bytes, and wherever a process is killed:
//!
//! * *Storing.* [`Catalog::touch_blob`], then put the bytes into the store unless the store has them, then
//!   [`Catalog::add_version`]. Killed in between: a copy that no version refers to, with or without bytes, which is an
//!   orphan like any other. So there are never bytes that no row knows.
//! * *Cleaning up.* [`Catalog::orphans`], then for each [`Catalog::forget_orphan`], which deletes the bytes inside the
//!   transaction that forgets the copy. Killed in between: a row without bytes, an orphan still. So whoever stores asks
//!   the store whether the bytes are there, never the catalog.
//! * *Moving to another store.* [`Catalog::touch_blob`] for the new copy, then put the bytes there, then
//!   [`Catalog::switch`], which turns to the new copy whoever referred to the old one and is to. The old one is an orphan
//!   if nobody else refers to it. Killed in between: the new copy is an orphan, or the old one; never both.
//!
//! Touching waits for a clean-up of the same bytes that is under way, and keeps the next one off for as long as the
//! clean-up leaves fresh rows alone. So `older_than` lies further back than storing ever takes without another touch.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, Value};

use crate::catalog::now;
use crate::database::Tx;
use crate::error::Result;
use crate::sql::Row;
use crate::{Blob, Catalog, ContentHash, Error, Millis, StoreName, row, sql};

/// A copy that nothing refers to. What back ends made of pictures, and what they are asked about, is in the data
/// directory.
const IS_ORPHAN: &str = "c.touched < $1 \
     AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.blob = c.blob AND v.store = c.store) \
     AND NOT EXISTS (SELECT 1 FROM renditions r WHERE r.blob = c.blob AND r.store = c.store) \
     AND (c.store <> '' OR NOT EXISTS (SELECT 1 FROM answers WHERE answers.blob = c.blob) \
     AND NOT EXISTS (SELECT 1 FROM predictions WHERE predictions.source = c.blob OR predictions.blob = c.blob))";

impl Catalog {
    /// First step of storing bytes, see the order above: the blob has a copy in its store from now on.
    pub async fn touch_blob(&self, blob: &Blob) -> Result<()> {
        let tx = self.database.begin().await?;
        hold(&*tx, blob).await?;
        tx.commit().await
    }

    /// Copies in this store that no version or rendition refers to and that nobody touched since `older_than`, longest
    /// untouched first.
    pub async fn orphans(
        &self,
        store: &StoreName,
        older_than: Millis,
        limit: u64,
    ) -> Result<Vec<Blob>> {
        let query = format!(
            "SELECT b.hash, b.sha1, b.crc32c, b.size, c.store FROM copies c JOIN blobs b ON b.hash = c.blob \
             WHERE c.store = $2 AND {IS_ORPHAN} ORDER BY c.touched, c.blob LIMIT $3"
        );
        let values = [older_than.into(), store.into(), sql::number("the limit", limit)?];
        let rows = sql::all(&self.database.reader, &query, values).await?;
        rows.iter().map(row::blob).collect()
    }

    /// Forgets a copy if it is an orphan still. Runs `delete_bytes` before others can see that: who comes with the same
    /// bytes waits in [`Catalog::touch_blob`]. False: it is none, and `delete_bytes` did not run.
    ///
    /// `delete_bytes` must not call the catalog (it would wait for itself), and bytes that are gone already are no
    /// error. When it fails, the row stays for the next clean-up: [`Error::Unavailable`] with its error as the source.
    pub async fn forget_orphan<F, E>(
        &self,
        blob: &Blob,
        older_than: Millis,
        delete_bytes: F,
    ) -> Result<bool>
    where
        F: Future<Output = Result<(), E>> + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let tx = self.database.begin().await?;
        let hash: Value = blob.hash.0.to_vec().into();
        let lock = tx.for_update("b");
        if !lock.is_empty() {
            // Whoever touches a copy takes the blob first, and then the copy.
            let blob = format!("SELECT 1 FROM blobs b WHERE b.hash = $1{lock}");
            sql::all(&*tx, &blob, [hash.clone()]).await?;
        }
        let delete =
            format!("DELETE FROM copies AS c WHERE {IS_ORPHAN} AND c.blob = $2 AND c.store = $3");
        let values = [older_than.into(), hash.clone(), (&blob.store).into()];
        if sql::run(&*tx, &delete, values).await? == 0 {
            return Ok(false);
        }
        delete_bytes.await.map_err(|error| Error::Unavailable(error.into()))?;
        let delete = "DELETE FROM blobs WHERE hash = $1 \
             AND NOT EXISTS (SELECT 1 FROM copies WHERE blob = $1) \
             AND NOT EXISTS (SELECT 1 FROM versions WHERE blob = $1) \
             AND NOT EXISTS (SELECT 1 FROM renditions WHERE blob = $1) \
             AND NOT EXISTS (SELECT 1 FROM answers WHERE blob = $1) \
             AND NOT EXISTS (SELECT 1 FROM predictions WHERE source = $1 OR blob = $1)";
        sql::run(&*tx, delete, [hash]).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Whether the catalog knows the bytes, in whichever store.
    pub async fn blob_known(&self, hash: &ContentHash) -> Result<bool> {
        let query = "SELECT 1 FROM blobs WHERE hash = $1";
        let row = sql::first(&self.database.reader, query, [hash.0.to_vec().into()]).await?;
        Ok(row.is_some())
    }

    /// The stores that hold these bytes, or are about to.
    pub async fn stores_of(&self, hash: &ContentHash) -> Result<Vec<StoreName>> {
        let query = "SELECT store FROM copies WHERE blob = $1 ORDER BY store";
        let rows = sql::all(&self.database.reader, query, [hash.0.to_vec().into()]).await?;
        rows.iter().map(|row| Ok(StoreName::new(&row.get::<String>("store")?))).collect()
    }
}

/// Makes sure that the blob has a copy in its store, and that this is fresh. Waits for whoever is deleting it.
pub(crate) async fn hold(on: &impl ConnectionTrait, blob: &Blob) -> Result<()> {
    let now = now();
    let values = [
        blob.hash.0.to_vec().into(),
        blob.sha1.to_vec().into(),
        i64::from(blob.crc32c).into(),
        sql::number("the size", blob.size)?,
        now.into(),
    ];
    let upsert = "INSERT INTO blobs (hash, sha1, crc32c, size, touched) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (hash) DO UPDATE SET touched = excluded.touched";
    sql::run(on, upsert, values).await?;
    let upsert = "INSERT INTO copies (blob, store, touched) VALUES ($1, $2, $3) \
         ON CONFLICT (blob, store) DO UPDATE SET touched = excluded.touched";
    let values = [blob.hash.0.to_vec().into(), (&blob.store).into(), now.into()];
    sql::run(on, upsert, values).await?;
    Ok(())
}

/// Touches all copies that assets refer to which are about to go: whoever is reading them finishes first. In the order
/// of hashes, so that two that let go of the same ones do not wait for each other.
pub(crate) async fn let_go(tx: &Tx, assets: &[i64]) -> Result<()> {
    let mut copies = BTreeSet::new();
    for &asset in assets {
        let query = "SELECT blob, store FROM versions WHERE asset = $1 UNION \
             SELECT r.blob, r.store FROM renditions r JOIN versions v ON v.seq = r.version WHERE v.asset = $1";
        for row in sql::all(&**tx, query, [asset.into()]).await? {
            copies.insert(copy(&row)?);
        }
    }
    for (hash, store) in &copies {
        let_go_of(tx, hash, store).await?;
    }
    Ok(())
}

/// Touches all copies of the assets that `assets` selects, a subquery of row numbers with these values.
pub(crate) async fn let_go_of_all(tx: &Tx, assets: &str, values: &[Value]) -> Result<()> {
    let of_these = format!(
        "SELECT blob, store FROM versions WHERE asset IN ({assets}) UNION \
         SELECT r.blob, r.store FROM renditions r JOIN versions v ON v.seq = r.version WHERE v.asset IN ({assets})"
    );
    let lock = tx.for_update("copies");
    if !lock.is_empty() {
        let in_order = format!(
            "SELECT 1 FROM copies WHERE (blob, store) IN ({of_these}) ORDER BY blob, store{lock}"
        );
        sql::all(&**tx, &in_order, values.to_vec()).await?;
    }
    let mut values = values.to_vec();
    values.push(now().into());
    let update = format!(
        "UPDATE copies SET touched = ${} WHERE (blob, store) IN ({of_these})",
        values.len()
    );
    sql::run(&**tx, &update, values).await?;
    Ok(())
}

/// Touches one copy.
pub(crate) async fn let_go_of(tx: &Tx, hash: &ContentHash, store: &StoreName) -> Result<()> {
    let update = "UPDATE copies SET touched = $3 WHERE blob = $1 AND store = $2";
    sql::run(&**tx, update, [hash.0.to_vec().into(), store.into(), now().into()]).await?;
    Ok(())
}

/// Reads `blob` and `store`.
pub(crate) fn copy(row: &Row) -> Result<(ContentHash, StoreName)> {
    Ok((ContentHash(row.bytes("blob")?), StoreName::new(&row.get::<String>("store")?)))
}
