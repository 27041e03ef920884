//! Sets.

use crate::catalog::now;
use crate::database::Tx;
use crate::error::Result;
use crate::sql::Row;
use crate::{
    Catalog, Error, FolderPath, Membership, Name, NewSet, Notice, Set, SetId, SetPatch, SetState,
    Stamp, TenantId, row, sql, store,
};

/// The folder that holds those of all sets, and the files of uploads to none of them.
pub const SETS_FOLDER: &str = "/sams";

const COLUMNS: &str = "id, name, folder, state, description, destination, destination_config, \
     max_bytes, creator, editor, revision, created, updated";

impl Catalog {
    /// In the order in which they came.
    pub async fn sets(&self, tenant: TenantId) -> Result<Vec<Set>> {
        let query = format!("SELECT {COLUMNS} FROM sets WHERE tenant = $1 ORDER BY seq");
        let rows = sql::all(&self.database.reader, &query, [tenant.0.into()]).await?;
        rows.iter().map(read).collect()
    }

    pub async fn set(&self, tenant: TenantId, id: SetId) -> Result<Option<Set>> {
        let query = format!("SELECT {COLUMNS} FROM sets WHERE tenant = $1 AND id = $2");
        let row = sql::first(&self.database.reader, &query, [tenant.0.into(), id.into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// How many assets belong to it.
    pub async fn set_size(&self, tenant: TenantId, id: SetId) -> Result<u64> {
        let query = "SELECT COUNT(*) AS size FROM assets WHERE set_seq = \
             (SELECT seq FROM sets WHERE tenant = $1 AND id = $2)";
        let row = sql::first(&self.database.reader, query, [tenant.0.into(), id.into()]).await?;
        row.map_or(Ok(0), |row| row.count("size"))
    }

    /// Whether any asset of the tenant belongs to no set.
    pub async fn has_assets_in_no_set(&self, tenant: TenantId) -> Result<bool> {
        let query = "SELECT 1 AS one FROM assets WHERE tenant = $1 AND set_seq IS NULL LIMIT 1";
        let row = sql::first(&self.database.reader, query, [tenant.0.into()]).await?;
        Ok(row.is_some())
    }

    /// Adds all of them, or none.
    ///
    /// [`Error::Conflict`]: the tenant has a set of that name, or with that id. [`Error::Invalid`]: a text cannot be
    /// stored. [`Error::NotFound`]: there is no such tenant.
    pub async fn add_sets(&self, tenant: TenantId, new: Vec<NewSet>) -> Result<Vec<Set>> {
        let mut tx = self.database.begin().await?;
        let mut sets = Vec::with_capacity(new.len());
        for new in new {
            sets.push(insert(&tx, tenant, new).await?);
        }
        tx.notice(Notice::Sets { tenant });
        tx.commit().await?;
        Ok(sets)
    }

    /// Gives a tenant its first set, unless it was given one before. Whether it was now.
    pub async fn give_first_set(&self, tenant: TenantId, new: NewSet) -> Result<bool> {
        let mut tx = self.database.begin().await?;
        let update = "UPDATE tenants SET has_had_set = TRUE WHERE id = $1 AND NOT has_had_set";
        if sql::run(&*tx, update, [tenant.0.into()]).await? == 0 {
            return Ok(false);
        }
        insert(&tx, tenant, new).await?;
        tx.notice(Notice::Sets { tenant });
        tx.commit().await?;
        Ok(true)
    }

    /// Changes what the patch sets. `only_if`: in this state.
    ///
    /// [`Error::NotFound`]: the tenant has no such set. [`Error::Stale`]: it is in another state. [`Error::Conflict`]:
    /// another set has the name.
    pub async fn update_set(
        &self,
        tenant: TenantId,
        id: SetId,
        patch: SetPatch,
        only_if: Option<Stamp>,
    ) -> Result<Set> {
        let mut tx = self.database.begin().await?;
        let mut set = hold(&tx, tenant, id).await?;
        must_be(&set, only_if)?;
        let (state, destination) = (set.state, set.destination.clone());
        if let Some(name) = patch.name.filter(|name| *name != set.name) {
            set.folder = free_folder(&tx, tenant, &name, Some(id)).await?;
            set.name = name;
        }
        set.state = patch.state.unwrap_or(set.state);
        set.description = patch.description.or(set.description);
        set.destination = patch.destination.unwrap_or(set.destination);
        set.destination_config = patch.destination_config.or(set.destination_config);
        set.max_bytes = patch.max_bytes.or(set.max_bytes);
        set.editor = patch.editor.or(set.editor);
        set.revision += 1;
        set.updated = now().max(set.updated);
        save(&tx, tenant, &set).await?;
        if set.destination != destination && self.database.knows_stores() {
            store::settle_set_later(&tx, tenant, id).await?;
        }
        if set.state != state {
            // Whether its assets are open at all may be something else now.
            tx.notice(Notice::Sets { tenant });
        }
        tx.commit().await?;
        Ok(set)
    }

    /// [`Error::NotFound`]: the tenant has no such set. [`Error::Stale`]: it is in another state. [`Error::Invalid`]: it
    /// holds assets.
    pub async fn delete_set(
        &self,
        tenant: TenantId,
        id: SetId,
        only_if: Option<Stamp>,
    ) -> Result<()> {
        let mut tx = self.database.begin().await?;
        let set = hold(&tx, tenant, id).await?;
        must_be(&set, only_if)?;
        let used = || Error::Invalid(format!("the set {id} holds assets"));
        let delete = "DELETE FROM sets WHERE tenant = $1 AND id = $2";
        let deleted = sql::run(&*tx, delete, [tenant.0.into(), id.into()]).await;
        deleted.map_err(|error| error.or_used(used))?;
        tx.notice(Notice::Sets { tenant });
        tx.commit().await
    }
}

async fn insert(tx: &Tx, tenant: TenantId, new: NewSet) -> Result<Set> {
    let created = now();
    let set = Set {
        id: new.id.unwrap_or_else(SetId::generate),
        folder: free_folder(tx, tenant, &new.name, None).await?,
        name: new.name,
        state: new.state,
        description: new.description,
        destination: new.destination,
        destination_config: new.destination_config,
        max_bytes: new.max_bytes,
        editor: new.creator.clone(),
        creator: new.creator,
        revision: 0,
        created,
        updated: created,
    };
    let insert = format!(
        "INSERT INTO sets (tenant, {COLUMNS}) SELECT id, {} FROM tenants WHERE id = $1",
        sql::places(2, 13)
    );
    let mut values = vec![tenant.0.into()];
    values.extend(self::values(&set)?);
    let taken = || Error::Conflict(format!("a set `{}`, or one with its id,", set.name));
    let inserted = sql::run(&**tx, &insert, values).await.map_err(|error| error.or_taken(taken))?;
    if inserted == 0 {
        return Err(Error::NotFound(format!("tenant {}", tenant.0)));
    }
    Ok(set)
}

async fn save(tx: &Tx, tenant: TenantId, set: &Set) -> Result<()> {
    let update = format!(
        "UPDATE sets SET ({COLUMNS}) = ({}) WHERE tenant = $1 AND id = $2",
        sql::places(2, 13)
    );
    let mut values = vec![tenant.0.into()];
    values.extend(self::values(set)?);
    let taken = || Error::Conflict(format!("a set `{}`", set.name));
    sql::run(&**tx, &update, values).await.map_err(|error| error.or_taken(taken))?;
    Ok(())
}

fn must_be(set: &Set, state: Option<Stamp>) -> Result<()> {
    match state {
        Some(state) if state != set.stamp() => Err(Error::Stale(format!("set {}", set.id))),
        _ => Ok(()),
    }
}

/// Nobody else changes it until the transaction ends.
async fn hold(tx: &Tx, tenant: TenantId, id: SetId) -> Result<Set> {
    let query = format!(
        "SELECT {COLUMNS} FROM sets WHERE tenant = $1 AND id = $2{}",
        tx.for_update("sets")
    );
    let row = sql::first(&**tx, &query, [tenant.0.into(), id.into()]).await?;
    read(&row.ok_or_else(|| missing(id))?)
}

/// Gives a set another destination, whatever its state.
pub(crate) async fn redirect(
    tx: &Tx,
    tenant: TenantId,
    id: SetId,
    destination: &str,
) -> Result<()> {
    let mut set = hold(tx, tenant, id).await?;
    if set.destination == destination {
        return Ok(());
    }
    destination.clone_into(&mut set.destination);
    set.revision += 1;
    set.updated = now().max(set.updated);
    save(tx, tenant, &set).await
}

/// The row of a set that an asset is about to belong to: it is not deleted meanwhile.
pub(crate) async fn refer(tx: &Tx, tenant: TenantId, id: SetId) -> Result<(i64, Membership)> {
    let query = format!(
        "SELECT seq, state FROM sets WHERE tenant = $1 AND id = $2{}",
        tx.for_reference("sets")
    );
    let row = sql::first(&**tx, &query, [tenant.0.into(), id.into()]).await?;
    let row = row.ok_or_else(|| missing(id))?;
    let state = row::decode(&STATES, &row.get::<String>("state")?)?;
    Ok((row.get("seq")?, Membership { set: id, is_usable: state == SetState::Usable }))
}

/// Reads what a row of [`row::SELECT`] says of the asset's set.
pub(crate) fn membership(row: &Row) -> Result<Option<Membership>> {
    let Some(set) = row.id_or_null("set_id")? else { return Ok(None) };
    let state = row::decode(&STATES, &row.get::<String>("set_state")?)?;
    Ok(Some(Membership { set, is_usable: state == SetState::Usable }))
}

/// A folder named after the set that no other set has.
async fn free_folder(
    tx: &Tx,
    tenant: TenantId,
    name: &str,
    but: Option<SetId>,
) -> Result<FolderPath> {
    let parent = FolderPath::parse(SETS_FOLDER)?;
    let mut segment = Name::cleaned(name, "set");
    loop {
        let folder = parent.join(segment.as_str())?;
        let there = "SELECT id FROM sets WHERE tenant = $1 AND folder = $2";
        let values = [tenant.0.into(), folder.as_str().into()];
        match sql::first(&**tx, there, values).await? {
            Some(row) if Some(row.id("id")?) != but => {}
            _ => return Ok(folder),
        }
        segment = segment.apart();
    }
}

/// In the order of [`COLUMNS`]. [`Error::Invalid`]: a text that the databases cannot hold.
fn values(set: &Set) -> Result<[sea_orm::Value; 13]> {
    Ok([
        set.id.into(),
        sql::short_text("the name", &set.name)?,
        sql::short_text("the name", set.folder.as_str())?,
        row::encode(&STATES, set.state).into(),
        sql::text_or_null("the description", set.description.as_deref())?,
        sql::text("the destination", &set.destination)?,
        set.destination_config.as_ref().map(row::object_text).into(),
        set.max_bytes.into(),
        sql::text_or_null("the creator", set.creator.as_deref())?,
        sql::text_or_null("the editor", set.editor.as_deref())?,
        sql::number("the revision", set.revision)?,
        set.created.into(),
        set.updated.into(),
    ])
}

fn read(row: &Row) -> Result<Set> {
    let folder: String = row.get("folder")?;
    let config: Option<String> = row.get("destination_config")?;
    Ok(Set {
        id: row.id("id")?,
        name: row.get("name")?,
        folder: FolderPath::parse(&folder).map_err(|error| Error::Damaged(error.to_string()))?,
        state: row::decode(&STATES, &row.get::<String>("state")?)?,
        description: row.get("description")?,
        destination: row.get("destination")?,
        destination_config: config.as_deref().map(row::object).transpose()?,
        max_bytes: row.get("max_bytes")?,
        creator: row.get("creator")?,
        editor: row.get("editor")?,
        revision: row.count("revision")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
    })
}

fn missing(id: SetId) -> Error {
    Error::NotFound(format!("set {id}"))
}

const STATES: [(SetState, &str); 3] =
    [(SetState::Draft, "draft"), (SetState::Usable, "usable"), (SetState::Disabled, "disabled")];
