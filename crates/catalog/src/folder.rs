//! The tree of folders. It holds folders without assets, and every folder that holds an asset.

use crate::catalog::now;
use crate::database::Tx;
use crate::error::Result;
use crate::sql::Row;
use crate::{
    Catalog, Error, EventKind, Folder, FolderId, FolderPath, NewEvent, Subject, TenantId, index,
    sql,
};

const SELECT: &str = "SELECT seq, id, path, active, concealed, created, updated FROM folders";

impl Catalog {
    /// The folder, and whether it was missing until now; its parents likewise. The root is never missing.
    pub async fn ensure_folder(
        &self,
        tenant: TenantId,
        path: &FolderPath,
    ) -> Result<(Folder, bool)> {
        if let Some(folder) = self.folder(tenant, path).await? {
            return Ok((folder, false));
        }
        let tx = self.database.begin().await?;
        let ensured = ensure(&tx, tenant, path).await?;
        tx.commit().await?;
        Ok((ensured.folder, ensured.created))
    }

    pub async fn folder_by_id(&self, tenant: TenantId, id: FolderId) -> Result<Option<Folder>> {
        let query = format!("{SELECT} WHERE tenant = $1 AND id = $2");
        let row = sql::first(&self.database.reader, &query, [tenant.0.into(), id.into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// The root is there as well, though no listing shows it.
    pub async fn folder(&self, tenant: TenantId, path: &FolderPath) -> Result<Option<Folder>> {
        let query = format!("{SELECT} WHERE tenant = $1 AND path = $2");
        let values = [tenant.0.into(), path.as_str().into()];
        let row = sql::first(&self.database.reader, &query, values).await?;
        row.as_ref().map(read).transpose()
    }
}

/// A folder that is there now.
pub(crate) struct Ensured {
    pub(crate) seq: i64,
    pub(crate) folder: Folder,
    pub(crate) created: bool,
}

/// [`Error::NotFound`]: there is no such tenant.
pub(crate) async fn ensure(tx: &Tx, tenant: TenantId, path: &FolderPath) -> Result<Ensured> {
    if let Some(there) = find(tx, tenant, path).await? {
        return Ok(there);
    }
    let root = find(tx, tenant, &FolderPath::root()).await?;
    let mut deepest = root.ok_or_else(|| Error::NotFound(format!("tenant {}", tenant.0)))?;
    // From the root down, so that two who make the same folders wait for each other and never for one another.
    for segment in path.segments() {
        let next = deepest.folder.path.join(segment)?;
        deepest = match find(tx, tenant, &next).await? {
            Some(there) => there,
            None => create(tx, tenant, &deepest, &next).await?,
        };
    }
    Ok(deepest)
}

pub(crate) fn read(row: &Row) -> Result<Folder> {
    let path: String = row.get("path")?;
    Ok(Folder {
        id: row.id("id")?,
        path: FolderPath::parse(&path).map_err(|error| Error::Damaged(error.to_string()))?,
        active: row.get("active")?,
        concealed: row.get("concealed")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
    })
}

/// The folder, if it is there. It stays where it is until the transaction ends.
pub(crate) async fn find(tx: &Tx, tenant: TenantId, path: &FolderPath) -> Result<Option<Ensured>> {
    let query = format!("{SELECT} WHERE tenant = $1 AND path = $2{}", tx.for_reference("folders"));
    let row = sql::first(&**tx, &query, [tenant.0.into(), path.as_str().into()]).await?;
    let there =
        |row: Row| Ok(Ensured { seq: row.get("seq")?, folder: read(&row)?, created: false });
    row.map(there).transpose()
}

/// Adds one folder below `parent`, or finds that somebody else just did.
async fn create(tx: &Tx, tenant: TenantId, parent: &Ensured, path: &FolderPath) -> Result<Ensured> {
    let created = now();
    let folder = Folder {
        id: FolderId::generate(),
        path: path.clone(),
        active: true,
        concealed: parent.folder.concealed,
        created,
        updated: created,
    };
    let seq = tx.next_seq().await?;
    let values = [
        seq.into(),
        folder.id.into(),
        tenant.0.into(),
        parent.seq.into(),
        path.as_str().into(),
        path.name().unwrap_or_default().into(),
        folder.created.into(),
        folder.updated.into(),
        folder.concealed.into(),
    ];
    let insert = "INSERT INTO folders (seq, id, tenant, parent, path, name, created, updated, concealed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant, path) DO NOTHING";
    if sql::run(&**tx, insert, values).await? == 1 {
        index::follow_folder(tx, tenant, seq, path).await?;
        let subject = Subject::folder(folder.id);
        tx.happened(NewEvent::plain(tenant, EventKind::FolderCreated, subject));
        return Ok(Ensured { seq, folder, created: true });
    }
    let faster = find(tx, tenant, path).await?;
    faster.ok_or_else(|| Error::Damaged(format!("folder {path} can neither be found nor made")))
}
