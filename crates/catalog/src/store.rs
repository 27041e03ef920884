//! Where bytes belong, and which of them lie elsewhere.
//!
//! The bytes of an asset belong into the store of its set's destination, those of every other asset into the data
//! directory. Whatever makes that another store (an asset joins a set, a set gets another destination, a destination
//! another store) leaves a job behind in its own transaction: [`settle_later`] and [`settle_set_later`]. Until the job
//! has run, each version and rendition finds its bytes where they are.

use std::collections::BTreeMap;

use sea_orm::Value;
use serde_json::json;

use crate::catalog::now;
use crate::database::Tx;
use crate::error::Result;
use crate::{
    AssetId, Blob, Catalog, Change, Error, Job, NewJob, NewVersion, Notice, OnConflict, SetId,
    Settling, StoreName, TenantId, blob, job, row, set, sql,
};

/// The kind of the jobs that move bytes to where they belong.
pub const SETTLE: &str = "settle";

/// Where the bytes of the asset `a` belong.
const HOME: &str = "COALESCE((SELECT d.store FROM sets s JOIN destinations d ON d.name = s.destination \
     WHERE s.seq = a.set_seq), '')";

impl Catalog {
    /// Says in which store each destination is. Sets whose destination is now in another store get a job that moves what
    /// they hold. [`Error::Invalid`]: a store holds bytes that none of these is.
    pub async fn place_destinations(&self, stores: &BTreeMap<String, StoreName>) -> Result<()> {
        self.database.has_stores(stores.values().any(|store| !store.is_home()));
        let tx = self.database.begin().await?;
        for store in stores_in_use(&tx).await? {
            if !stores.values().any(|known| *known == store) {
                return Err(Error::Invalid(format!(
                    "the store of the destination `{store}` holds files, and it is not configured"
                )));
            }
        }
        let rows = sql::all(&*tx, "SELECT name, store FROM destinations", []).await?;
        let mut before = BTreeMap::new();
        for row in rows {
            before.insert(row.get("name")?, StoreName::new(&row.get::<String>("store")?));
        }
        let home = StoreName::default();
        let is_elsewhere = |name: &&String| {
            before.get(*name).unwrap_or(&home) != stores.get(*name).unwrap_or(&home)
        };
        let mut moved: Vec<&String> = before.keys().chain(stores.keys()).collect();
        moved.sort_unstable();
        moved.dedup();
        for name in moved.into_iter().filter(is_elsewhere) {
            let store = stores.get(name).unwrap_or(&home);
            let upsert = "INSERT INTO destinations (name, store) VALUES ($1, $2) \
                 ON CONFLICT (name) DO UPDATE SET store = excluded.store";
            sql::run(&*tx, upsert, [sql::text("the destination", name)?, store.into()]).await?;
            let query = "SELECT tenant, id FROM sets WHERE destination = $1 ORDER BY seq";
            for row in sql::all(&*tx, query, [name.as_str().into()]).await? {
                settle_set_later(&tx, TenantId(row.get("tenant")?), row.id("id")?).await?;
            }
        }
        tx.commit().await
    }

    /// Gives a set another destination, or the one that it has, and leaves a job that moves what it holds there.
    /// [`Error::NotFound`]: the tenant has no such set.
    pub async fn move_set(&self, tenant: TenantId, id: SetId, destination: &str) -> Result<Job> {
        let tx = self.database.begin().await?;
        set::redirect(&tx, tenant, id, destination).await?;
        let job = settle_set_later(&tx, tenant, id).await?;
        tx.commit().await?;
        Ok(job)
    }

    /// Where the bytes of an upload belong, as far as that can be told before it is there.
    pub async fn store_for(&self, new: &NewVersion) -> Result<StoreName> {
        if !self.database.knows_stores() {
            return Ok(StoreName::default());
        }
        let tenant = new.tenant.0.into();
        let (query, values): (String, Vec<Value>) = match (&new.card.set, new.terms.only_if) {
            (Change::Set(None), _) => return Ok(StoreName::default()),
            (Change::Set(Some(set)), _) => (
                "SELECT d.store FROM sets s JOIN destinations d ON d.name = s.destination \
                 WHERE s.tenant = $1 AND s.id = $2"
                    .to_owned(),
                vec![tenant, (*set).into()],
            ),
            (Change::Keep, Some((asset, _))) => (
                format!("SELECT {HOME} AS store FROM assets a WHERE a.tenant = $1 AND a.id = $2"),
                vec![tenant, asset.into()],
            ),
            (Change::Keep, None) if new.on_conflict == OnConflict::Rename => {
                return Ok(StoreName::default());
            }
            (Change::Keep, None) => (
                format!(
                    "SELECT {HOME} AS store FROM assets a JOIN folders f ON f.seq = a.folder \
                     WHERE f.tenant = $1 AND f.path = $2 AND a.name = $3"
                ),
                vec![tenant, new.folder.as_str().into(), new.name.as_str().into()],
            ),
        };
        let row = sql::first(&self.database.reader, &query, values).await?;
        row.map_or(Ok(StoreName::default()), |row| Ok(StoreName::new(&row.get::<String>("store")?)))
    }

    /// Bytes of these assets that lie elsewhere than they belong, and where that is; in the order of their hashes, those
    /// after `after`.
    pub async fn misplaced(
        &self,
        tenant: TenantId,
        of: Settling,
        after: Option<&Blob>,
        limit: u64,
    ) -> Result<Vec<(Blob, StoreName)>> {
        let (hash, store) = match after {
            None => (Vec::new(), StoreName::default()),
            Some(blob) => (blob.hash.0.to_vec(), blob.store.clone()),
        };
        let query = format!(
            "SELECT b.hash, b.sha1, b.crc32c, b.size, m.store, m.home FROM ({}) AS m JOIN blobs b ON b.hash = m.blob \
             WHERE m.blob > $3 OR m.blob = $3 AND m.store > $4 ORDER BY m.blob, m.store LIMIT $5",
            misplaced(of)
        );
        let values = [
            tenant.0.into(),
            of.id(),
            hash.into(),
            (&store).into(),
            sql::number("the limit", limit)?,
        ];
        let rows = sql::all(&self.database.reader, &query, values).await?;
        let read =
            |row: &sql::Row| Ok((row::blob(row)?, StoreName::new(&row.get::<String>("home")?)));
        rows.iter().map(read).collect()
    }

    /// How much of these assets lies elsewhere than it belongs, in blobs.
    pub async fn count_misplaced(&self, tenant: TenantId, of: Settling) -> Result<u64> {
        let query = format!("SELECT COUNT(*) AS blobs FROM ({}) AS m", misplaced(of));
        let row = sql::first(&self.database.reader, &query, [tenant.0.into(), of.id()]).await?;
        row.map_or(Ok(0), |row| row.count("blobs"))
    }

    /// Turns what of these assets refers to that copy, and belongs into `store`, to the copy there; see the order of
    /// steps in [`Catalog::touch_blob`]. Returns the assets that find their bytes in another place now.
    ///
    /// [`Error::Stale`]: the copy there was cleaned up meanwhile.
    pub async fn switch(
        &self,
        tenant: TenantId,
        of: Settling,
        from: &Blob,
        store: &StoreName,
    ) -> Result<Vec<AssetId>> {
        let mut tx = self.database.begin().await?;
        let copy = [from.hash.0.to_vec().into(), (&from.store).into(), store.into()];
        let assets = hold_misplaced(&tx, tenant, of, &copy).await?;
        let touch = "UPDATE copies SET touched = $3 WHERE blob = $1 AND store = $2";
        let values = [from.hash.0.to_vec().into(), store.into(), now().into()];
        if sql::run(&*tx, touch, values).await? == 0 {
            return Err(Error::Stale(format!("a copy in {store}")));
        }
        blob::let_go_of(&tx, &from.hash, &from.store).await?;
        for (seq, _) in &assets {
            let values = || [(*seq).into()].into_iter().chain(copy.clone());
            let versions =
                "UPDATE versions SET store = $4 WHERE asset = $1 AND blob = $2 AND store = $3";
            sql::run(&*tx, versions, values()).await?;
            let renditions = "UPDATE renditions SET store = $4 WHERE blob = $2 AND store = $3 \
                 AND version IN (SELECT seq FROM versions WHERE asset = $1)";
            sql::run(&*tx, renditions, values()).await?;
        }
        let ids = assets.into_iter().map(|(_, id)| id).collect::<Vec<_>>();
        for &asset in &ids {
            tx.notice(Notice::Asset { tenant, asset });
        }
        tx.commit().await?;
        Ok(ids)
    }
}

impl Settling {
    /// As the payload of a job.
    fn payload(self) -> serde_json::Value {
        match self {
            Self::Asset(id) => json!({ "asset": id.to_string() }),
            Self::Set(id) => json!({ "set": id.to_string() }),
        }
    }

    /// What the payload of a job means. `None`: nothing that this version knows.
    pub fn of_payload(payload: &serde_json::Value) -> Option<Self> {
        let id = |name: &str| payload.get(name).and_then(serde_json::Value::as_str);
        let asset = id("asset").and_then(|id| id.parse().ok()).map(Self::Asset);
        asset.or_else(|| id("set").and_then(|id| id.parse().ok()).map(Self::Set))
    }

    fn id(self) -> Value {
        match self {
            Self::Asset(id) => id.into(),
            Self::Set(id) => id.into(),
        }
    }

    /// Which assets `a` it is about: `$1` is the tenant, `$2` the id.
    fn condition(self) -> &'static str {
        match self {
            Self::Asset(_) => "a.tenant = $1 AND a.id = $2",
            Self::Set(_) => "a.set_seq = (SELECT seq FROM sets WHERE tenant = $1 AND id = $2)",
        }
    }
}

/// Each `blob` with its `store` and its `home`, once.
fn misplaced(of: Settling) -> String {
    let of = of.condition();
    format!(
        "SELECT v.blob, v.store, {HOME} AS home FROM assets a JOIN versions v ON v.asset = a.seq \
         WHERE {of} AND v.store <> {HOME} \
         UNION SELECT r.blob, r.store, {HOME} AS home FROM assets a JOIN versions v ON v.asset = a.seq \
         JOIN renditions r ON r.version = v.seq WHERE {of} AND r.store <> {HOME}"
    )
}

/// The assets that refer to a copy and do not belong there, by row number and id: they join no other set until the
/// transaction ends, and their sets get no other destination. `copy`: the blob, its store, and the one where it belongs.
async fn hold_misplaced(
    tx: &Tx,
    tenant: TenantId,
    of: Settling,
    copy: &[Value; 3],
) -> Result<Vec<(i64, AssetId)>> {
    let values = || [tenant.0.into(), of.id()].into_iter().chain(copy.clone());
    let referring = format!(
        "SELECT a.seq, a.id FROM assets a WHERE {} AND {HOME} = $5 AND EXISTS (\
         SELECT 1 FROM versions v LEFT JOIN renditions r ON r.version = v.seq WHERE v.asset = a.seq \
         AND (v.blob = $3 AND v.store = $4 OR r.blob = $3 AND r.store = $4)) ORDER BY a.id",
        of.condition()
    );
    let lock = tx.for_update("a");
    if !lock.is_empty() {
        sql::all(&**tx, &format!("{referring}{lock}"), values()).await?;
        let sets = format!(
            "SELECT 1 FROM sets WHERE seq IN (SELECT a.set_seq FROM assets a WHERE {}) ORDER BY seq{}",
            of.condition(),
            tx.for_reading("sets")
        );
        sql::all(&**tx, &sets, [tenant.0.into(), of.id()]).await?;
    }
    // Once more, now that none of it changes: somebody may have been faster.
    let rows = sql::all(&**tx, &referring, values()).await?;
    rows.iter().map(|row| Ok((row.get("seq")?, row.id("id")?))).collect()
}

/// Leaves a job for each of these assets whose bytes lie elsewhere than they belong. Asked once for each transaction that
/// changes assets, when all else is done.
pub(crate) async fn settle_later(tx: &Tx, assets: &[(TenantId, AssetId)]) -> Result<()> {
    for &(tenant, asset) in assets {
        let of = Settling::Asset(asset);
        let lock = tx.for_reading("sets");
        if !lock.is_empty() {
            // Its destination stays until the job is there.
            let set = format!(
                "SELECT 1 FROM sets WHERE seq = (SELECT set_seq FROM assets WHERE tenant = $1 AND id = $2){lock}"
            );
            sql::all(&**tx, &set, [tenant.0.into(), asset.into()]).await?;
        }
        let query = format!("SELECT 1 FROM ({}) AS m LIMIT 1", misplaced(of));
        if sql::first(&**tx, &query, [tenant.0.into(), asset.into()]).await?.is_some() {
            add_job(tx, tenant, of).await?;
        }
    }
    Ok(())
}

/// Leaves a job for all that the set holds.
pub(crate) async fn settle_set_later(tx: &Tx, tenant: TenantId, set: SetId) -> Result<Job> {
    add_job(tx, tenant, Settling::Set(set)).await
}

/// Unless one waits, which is then not begun before this transaction has ended.
async fn add_job(tx: &Tx, tenant: TenantId, of: Settling) -> Result<Job> {
    let new = NewJob { kind: SETTLE, payload: of.payload(), run_at: now() };
    match job::waiting(tx, tenant, &new).await? {
        Some(job) => Ok(job),
        None => job::insert(tx, tenant, &new).await,
    }
}

/// Stores that hold anything, apart from the data directory. One look into an index for each.
async fn stores_in_use(tx: &Tx) -> Result<Vec<StoreName>> {
    let mut stores = Vec::new();
    let mut last = StoreName::default();
    loop {
        let next = "SELECT MIN(store) AS store FROM copies WHERE store > $1";
        let row = sql::first(&**tx, next, [(&last).into()]).await?;
        let Some(store) = row.map_or(Ok(None), |row| row.get::<Option<String>>("store"))? else {
            return Ok(stores);
        };
        last = StoreName::new(&store);
        stores.push(last.clone());
    }
}
