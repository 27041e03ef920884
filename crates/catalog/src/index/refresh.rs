//! Filling the index of a library that was there before it.

use sea_orm::ConnectionTrait;

use super::Batch;
use crate::database::Tx;
use crate::error::Result;
use crate::photo::fact_value;
use crate::sql::Row;
use crate::{TenantId, folder, row, sql};

/// Raise it when what is indexed, or how, changes.
const REVISION: i64 = 3;

/// Rows that are read, and indexed, at a time.
const PAGE: i64 = 500;

/// What is filled.
const TABLES: [&str; 8] = [
    "asset_tags",
    "asset_words",
    "asset_values",
    "asset_facts",
    "folder_words",
    "version_keywords",
    "version_places",
    "asset_tokens",
];

/// Whether the index was filled by the rules of today.
pub(crate) async fn is_fresh(on: &impl ConnectionTrait) -> Result<bool> {
    let row = sql::first(on, "SELECT revision FROM search_index", []).await?;
    Ok(row.map(|row| row.get::<i64>("revision")).transpose()? >= Some(REVISION))
}

/// Fills the index anew, unless it is fresh. Memory stays flat, whatever the size of the library.
pub(crate) async fn refresh(tx: &Tx) -> Result<()> {
    if is_fresh(&**tx).await? {
        return Ok(());
    }
    let mut indexes = Vec::new();
    for table in TABLES {
        indexes.extend(tx.take_indexes(table).await?);
        sql::run(&**tx, &format!("DELETE FROM {table}"), []).await?;
    }
    folders(tx).await?;
    assets(tx).await?;
    versions(tx).await?;
    indexes.extend(tx.take_indexes("assets").await?);
    repeat_facts(tx).await?;
    repeat_photos(tx).await?;
    for index in indexes {
        sql::run(&**tx, &index, []).await?;
    }
    sql::run(&**tx, "UPDATE search_index SET revision = $1", [REVISION.into()]).await?;
    Ok(())
}

async fn folders(tx: &Tx) -> Result<()> {
    let query = "SELECT seq, tenant, id, path, active, concealed, created, updated FROM folders \
         WHERE seq > $1 ORDER BY seq LIMIT $2";
    let index = |batch: &mut Batch, row: &Row| {
        batch.add_folder(TenantId(row.get("tenant")?), row.get("seq")?, &folder::read(row)?.path)
    };
    each(tx, query, "seq", index).await
}

async fn assets(tx: &Tx) -> Result<()> {
    let query = format!(
        "{} WHERE v.number = a.current_number AND a.seq > $1 ORDER BY a.seq LIMIT $2",
        row::SELECT
    );
    each(tx, &query, "seq", |batch, row| batch.add_asset(row.get("seq")?, &row::asset(row)?)).await
}

async fn versions(tx: &Tx) -> Result<()> {
    let query = format!("{} WHERE v.seq > $1 ORDER BY v.seq LIMIT $2", row::SELECT);
    let index = |batch: &mut Batch, row: &Row| {
        let tenant = TenantId(row.get("tenant")?);
        batch.add_version(tenant, row.get("version_seq")?, &row::version(row)?);
        Ok(())
    };
    each(tx, &query, "version_seq", index).await
}

/// Indexes all rows of a query, a page at a time. `key`: what they are numbered by, from one page to the next.
async fn each(
    tx: &Tx,
    query: &str,
    key: &str,
    index: impl Fn(&mut Batch, &Row) -> Result<()>,
) -> Result<()> {
    let mut last = 0_i64;
    loop {
        let rows = sql::all(&**tx, query, [last.into(), PAGE.into()]).await?;
        let Some(end) = rows.last() else {
            return Ok(());
        };
        last = end.get(key)?;
        let mut batch = Batch::default();
        for row in &rows {
            // One bad row must not keep a whole library from starting; whoever asks for it hears of it.
            if let Err(error) = index(&mut batch, row) {
                tracing::warn!(%error, "a row could not be indexed, searches will not find it");
            }
        }
        batch.write(tx).await?;
    }
}

/// Facts of versions that stand in columns: of pictures as they are, of the few other files one by one.
async fn repeat_facts(tx: &Tx) -> Result<()> {
    sql::run(&**tx, "UPDATE versions SET file_format = format WHERE format IS NOT NULL", [])
        .await?;
    let query =
        format!("{} WHERE v.format IS NULL AND v.seq > $1 ORDER BY v.seq LIMIT $2", row::SELECT);
    let mut last = 0_i64;
    loop {
        let rows = sql::all(&**tx, &query, [last.into(), PAGE.into()]).await?;
        let Some(end) = rows.last() else { break };
        last = end.get("version_seq")?;
        for asset in rows.iter().filter_map(|row| Some((row, row::asset(row).ok()?))) {
            let (row, asset) = asset;
            let format = row::file_format(&asset.current, &asset.name);
            let update = "UPDATE versions SET file_format = $2 WHERE seq = $1";
            let seq: i64 = row.get("version_seq")?;
            sql::run(&**tx, update, [seq.into(), format.into()]).await?;
        }
    }
    let facts = "UPDATE assets SET (file_format, width, height, has_alpha) = \
         (SELECT v.file_format, v.width, v.height, COALESCE(v.has_alpha, FALSE) FROM versions v \
          WHERE v.asset = assets.seq AND v.number = assets.current_number)";
    sql::run(&**tx, facts, []).await?;
    Ok(())
}

/// What assets are as photos stands in columns too.
async fn repeat_photos(tx: &Tx) -> Result<()> {
    let query = format!(
        "{} WHERE v.number = a.current_number AND a.seq > $1 ORDER BY a.seq LIMIT $2",
        row::SELECT
    );
    let mut last = 0_i64;
    loop {
        let rows = sql::all(&**tx, &query, [last.into(), PAGE.into()]).await?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = end.get("seq")?;
        for asset in rows.iter().filter_map(|row| row::asset(row).ok()) {
            let update =
                "UPDATE assets SET by_taken = $2, by_title = $3, quality = $4 WHERE seq = $1";
            let title = fact_value(&asset.photo_title().text);
            let values = [
                asset.number.into(),
                asset.taken().utc.into(),
                title.into(),
                asset.quality().into(),
            ];
            sql::run(&**tx, update, values).await?;
        }
    }
}
