//! Changes to a folder and everything below it.

use sea_orm::Value;

use crate::catalog::now;
use crate::database::Tx;
use crate::error::{self, Result};
use crate::{
    Catalog, Error, EventKind, Folder, FolderId, FolderPath, NewEvent, Notice, Subject, TenantId,
    blob, event, folder, index, sql,
};

impl Catalog {
    /// Deletes a folder with all folders, assets and versions in it. Blobs become orphans unless others hold them.
    ///
    /// [`Error::NotFound`]: the tenant has no such folder. [`Error::Invalid`]: it is the root.
    pub async fn delete_folder(&self, tenant: TenantId, path: &FolderPath) -> Result<()> {
        error::until_not_overtaken(|| self.try_delete_folder(tenant, path)).await
    }

    async fn try_delete_folder(&self, tenant: TenantId, path: &FolderPath) -> Result<()> {
        if path.is_root() {
            return Err(Error::Invalid("the root folder cannot be deleted".to_owned()));
        }
        let mut tx = self.database.begin().await?;
        let folders = lock(&tx, tenant, path).await?;
        if folders.is_empty() {
            return Err(missing(path));
        }
        let values = Below::values(tenant, path);
        let assets = format!("SELECT seq FROM assets WHERE folder IN ({})", Below::SEQS);
        let lock = tx.for_update("assets");
        if !lock.is_empty() {
            // In the order in which everybody takes several.
            let in_order =
                format!("SELECT 1 FROM assets WHERE folder IN ({}) ORDER BY id{lock}", Below::SEQS);
            sql::all(&*tx, &in_order, values.clone()).await?;
        }
        blob::let_go_of_all(&tx, &assets, &values).await?;
        tell_of_the_end(&tx, tenant, &values).await?;
        tell(&tx, tenant, EventKind::FolderDeleted, &folders);
        let delete = format!("DELETE FROM assets WHERE folder IN ({})", Below::SEQS);
        sql::run(&*tx, &delete, values.clone()).await?;
        let delete = format!("DELETE FROM folders WHERE seq IN ({})", Below::SEQS);
        sql::run(&*tx, &delete, values).await?;
        tx.notice(Notice::Folder { tenant, folder: path.clone() });
        tx.commit().await
    }
}

impl Catalog {
    /// Says whether a folder hides everything in it, or not.
    ///
    /// [`Error::NotFound`]: the tenant has no such folder. [`Error::Invalid`]: it is the root.
    pub async fn set_folder_active(
        &self,
        tenant: TenantId,
        id: FolderId,
        active: bool,
    ) -> Result<Folder> {
        error::until_not_overtaken(|| self.try_set_active(tenant, id, active)).await
    }

    async fn try_set_active(&self, tenant: TenantId, id: FolderId, active: bool) -> Result<Folder> {
        let mut tx = self.database.begin().await?;
        let query = "SELECT path FROM folders WHERE tenant = $1 AND id = $2";
        let row = sql::first(&*tx, query, [tenant.0.into(), id.into()]).await?;
        let row = row.ok_or_else(|| Error::NotFound(format!("folder {id}")))?;
        let path = FolderPath::parse(&row.get::<String>("path")?)?;
        if path.is_root() {
            return Err(Error::Invalid("the root folder is always active".to_owned()));
        }
        let folders = lock(&tx, tenant, &path).await?;
        let first = folders.first().ok_or_else(|| missing(&path))?;
        let update = "UPDATE folders SET active = $2, updated = $3 WHERE seq = $1";
        sql::run(&*tx, update, [first.seq.into(), active.into(), now().into()]).await?;
        conceal(&tx, tenant, &path).await?;
        tell(&tx, tenant, EventKind::FolderUpdated, std::slice::from_ref(first));
        let folder = folder::find(&tx, tenant, &path).await?.ok_or_else(|| missing(&path))?.folder;
        tx.notice(Notice::Folder { tenant, folder: path });
        tx.commit().await?;
        Ok(folder)
    }
}

/// Writes down again what is hidden at and below a path. There are few inactive folders.
async fn conceal(tx: &Tx, tenant: TenantId, path: &FolderPath) -> Result<()> {
    let update = format!(
        "UPDATE folders SET concealed = EXISTS (SELECT 1 FROM folders above \
         WHERE above.tenant = folders.tenant AND NOT above.active AND (above.path = folders.path \
         OR substr(folders.path, 1, length(above.path) + 1) = above.path || '/')) WHERE seq IN ({})",
        Below::SEQS
    );
    sql::run(&**tx, &update, Below::values(tenant, path)).await?;
    Ok(())
}

/// Everything in the folders goes with them. Who could be many is looked up only for somebody who wants to hear of it.
async fn tell_of_the_end(tx: &Tx, tenant: TenantId, below: &[Value]) -> Result<()> {
    if !event::has_listeners(tx, tenant).await? {
        return Ok(());
    }
    let query = format!("SELECT id FROM assets WHERE folder IN ({}) ORDER BY seq", Below::SEQS);
    for row in sql::all(&**tx, &query, below.to_vec()).await? {
        let subject = Subject::asset(row.id("id")?);
        tx.happened(NewEvent::plain(tenant, EventKind::AssetDeleted, subject));
    }
    Ok(())
}

/// The same happened to all of them.
fn tell(tx: &Tx, tenant: TenantId, kind: EventKind, folders: &[Locked]) {
    for folder in folders {
        tx.happened(NewEvent::plain(tenant, kind, Subject::folder(folder.id)));
    }
}

/// The folders at and below a path, as a subquery whose values come first in the statement.
pub(crate) struct Below;

impl Below {
    /// Row numbers. Takes `$1` to `$4`.
    pub(crate) const SEQS: &str =
        "SELECT seq FROM folders WHERE tenant = $1 AND (path = $2 OR (path > $3 AND path < $4))";

    pub(crate) fn values(tenant: TenantId, path: &FolderPath) -> Vec<Value> {
        let inside = path.as_str().trim_end_matches('/');
        vec![
            tenant.0.into(),
            path.as_str().into(),
            format!("{inside}/").into(),
            // `0` is what follows `/`: between the two are the paths that begin with the folder's.
            format!("{inside}0").into(),
        ]
    }
}

/// A folder that nobody else changes, nor puts anything into, until the transaction ends.
pub(crate) struct Locked {
    pub(crate) seq: i64,
    pub(crate) id: FolderId,
    pub(crate) path: FolderPath,
}

/// Locks the folders at and below a path, in the order of their paths. Empty: there is none.
pub(crate) async fn lock(tx: &Tx, tenant: TenantId, path: &FolderPath) -> Result<Vec<Locked>> {
    let query = format!(
        "SELECT seq, id, path FROM folders WHERE seq IN ({}) ORDER BY path{}",
        Below::SEQS,
        tx.for_update("folders")
    );
    let mut known = 0;
    loop {
        let rows = sql::all(&**tx, &query, Below::values(tenant, path)).await?;
        // Whom we waited for may have added folders that this look could not see yet. Into those that are locked now
        // nobody puts any more.
        if rows.len() == known {
            return rows.iter().map(read).collect();
        }
        known = rows.len();
    }
}

/// Puts a folder, with everything in it, to a place where none is. The parent is made if it is missing.
///
/// [`Error::NotFound`]: the folder is gone. [`Error::Conflict`]: there is one at that place.
/// [`Error::Invalid`]: a path would be too long or too deep, or lies in the folder itself.
pub(crate) async fn relocate(
    tx: &mut Tx,
    tenant: TenantId,
    from: &FolderPath,
    to: &FolderPath,
) -> Result<()> {
    let folders = lock(tx, tenant, from).await?;
    let Some(first) = folders.first() else { return Err(missing(from)) };
    let moved = folders.iter().map(|folder| rebased(&folder.path, from, to));
    moved.collect::<Result<Vec<_>>>()?;
    if folder::find(tx, tenant, to).await?.is_some() {
        return Err(Error::Conflict(format!("folder {to}")));
    }
    let Some(parent) = to.parent() else {
        return Err(Error::Invalid("a folder cannot take the place of the root".to_owned()));
    };
    let parent = folder::ensure(tx, tenant, &parent).await?;
    let mut values = Below::values(tenant, from);
    let rest = i64::try_from(from.as_str().chars().count() + 1).unwrap_or(i64::MAX);
    values.extend([to.as_str().into(), rest.into()]);
    let update = format!(
        "UPDATE folders SET path = $5 || substr(path, CAST($6 AS INTEGER)) WHERE seq IN ({})",
        Below::SEQS
    );
    sql::run(&**tx, &update, values).await?;
    let update = "UPDATE folders SET parent = $2, name = $3, updated = $4 WHERE seq = $1";
    let name = to.name().unwrap_or_default();
    sql::run(&**tx, update, [first.seq.into(), parent.seq.into(), name.into(), now().into()])
        .await?;
    conceal(tx, tenant, to).await?;
    index::follow_folder(tx, tenant, first.seq, to).await?;
    tell(tx, tenant, EventKind::FolderUpdated, &folders);
    tx.notice(Notice::Folder { tenant, folder: from.clone() });
    Ok(())
}

/// Removes the folders at and below a path that hold nothing any more.
pub(crate) async fn prune(tx: &Tx, tenant: TenantId, path: &FolderPath) -> Result<()> {
    let delete = "DELETE FROM folders WHERE seq = $1 \
         AND NOT EXISTS (SELECT 1 FROM assets WHERE assets.folder = $1) \
         AND NOT EXISTS (SELECT 1 FROM folders below WHERE below.parent = $1)";
    // From the leaves up: what lies in a folder sorts behind it.
    for folder in lock(tx, tenant, path).await?.iter().rev() {
        if sql::run(&**tx, delete, [folder.seq.into()]).await? == 1 {
            tell(tx, tenant, EventKind::FolderDeleted, std::slice::from_ref(folder));
        }
    }
    Ok(())
}

/// Where `path`, which is `from` or below it, is once `from` is at `to`.
pub(crate) fn rebased(path: &FolderPath, from: &FolderPath, to: &FolderPath) -> Result<FolderPath> {
    let below = path.as_str().strip_prefix(from.as_str()).unwrap_or_default();
    FolderPath::parse(&format!("{}{below}", to.as_str()))
}

pub(crate) fn missing(path: &FolderPath) -> Error {
    Error::NotFound(format!("folder {path}"))
}

fn read(row: &sql::Row) -> Result<Locked> {
    let path = FolderPath::parse(&row.get::<String>("path")?);
    Ok(Locked {
        seq: row.get("seq")?,
        id: row.id("id")?,
        path: path.map_err(|error| Error::Damaged(error.to_string()))?,
    })
}
