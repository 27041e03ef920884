//! Labels.

use std::fmt::Write;

use sea_orm::Value;

use crate::album::{cover, read_cover};
use crate::asset::{changed, hold};
use crate::catalog::now;
use crate::cover::{BEST_LABELLED_FIRST, LISTED_PHOTO};
use crate::database::Tx;
use crate::error::Result;
use crate::photo::fact_value;
use crate::sql::Row;
use crate::{
    AssetId, AssetLabel, Catalog, Change, Error, EventKind, Label, LabelEntry, LabelId,
    LabelListing, LabelPatch, NewLabel, Pattern, Subject, TenantId, slug, sql,
};

const COLUMNS: &str = "g.seq, g.id, g.name, g.slug, g.priority, g.is_favorite, g.description, g.notes, g.created, g.updated";

impl Catalog {
    /// Labels an asset. The label is made if there is none of that name; an asset that has it already gets the new
    /// source and uncertainty.
    ///
    /// [`Error::NotFound`]: the tenant has no such asset.
    pub async fn label_asset(
        &self,
        tenant: TenantId,
        id: AssetId,
        new: &NewLabel,
    ) -> Result<Label> {
        let mut tx = self.database.begin().await?;
        let held = hold(&tx, tenant, id).await?;
        let label = ensure(&tx, tenant, new).await?;
        let insert = "INSERT INTO asset_labels (label, asset, source, uncertainty) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (label, asset) DO UPDATE SET source = excluded.source, uncertainty = excluded.uncertainty";
        let values = [
            label.number.into(),
            held.seq.into(),
            sql::text("the source of the label", &new.source)?,
            i64::from(new.uncertainty).into(),
        ];
        sql::run(&*tx, insert, values).await?;
        changed(&mut tx, tenant, EventKind::AssetUpdated, Subject::asset(id));
        tx.commit().await?;
        Ok(label)
    }

    /// Takes a label off an asset, by the label's row number.
    ///
    /// [`Error::NotFound`]: the tenant has no such asset, or it has no such label.
    pub async fn unlabel_asset(&self, tenant: TenantId, id: AssetId, label: i64) -> Result<()> {
        let mut tx = self.database.begin().await?;
        let held = hold(&tx, tenant, id).await?;
        let delete = "DELETE FROM asset_labels WHERE label = $1 AND asset = $2";
        if sql::run(&*tx, delete, [label.into(), held.seq.into()]).await? == 0 {
            return Err(Error::NotFound(format!("label {label}")));
        }
        changed(&mut tx, tenant, EventKind::AssetUpdated, Subject::asset(id));
        tx.commit().await
    }

    /// Labels of an asset, the surest first.
    pub async fn labels_of(&self, tenant: TenantId, id: AssetId) -> Result<Vec<AssetLabel>> {
        let query = format!(
            "SELECT {COLUMNS}, m.source, m.uncertainty FROM labels g JOIN asset_labels m ON m.label = g.seq \
             JOIN assets a ON a.seq = m.asset WHERE g.tenant = $1 AND a.tenant = $1 AND a.id = $2 \
             ORDER BY m.uncertainty, g.by_name"
        );
        let rows = sql::all(&self.database.reader, &query, [tenant.0.into(), id.into()]).await?;
        let label = |row: &Row| {
            Ok(AssetLabel {
                label: read(row)?,
                source: row.get("source")?,
                uncertainty: row.count::<u8>("uncertainty")?,
            })
        };
        rows.iter().map(label).collect()
    }

    pub async fn label(&self, tenant: TenantId, id: LabelId) -> Result<Option<Label>> {
        let query = format!("SELECT {COLUMNS} FROM labels g WHERE g.tenant = $1 AND g.id = $2");
        let row = sql::first(&self.database.reader, &query, [tenant.0.into(), id.into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// With the number of their photos and their covers; favourites first, then by slug.
    pub async fn labels(
        &self,
        tenant: TenantId,
        listing: &LabelListing,
    ) -> Result<Vec<LabelEntry>> {
        let members = format!(
            "FROM asset_labels m JOIN assets a ON a.seq = m.asset \
             WHERE m.label = g.seq AND m.uncertainty < 100 AND {LISTED_PHOTO}"
        );
        let mut values: Vec<Value> = vec![tenant.0.into()];
        let mut conditions = String::new();
        if !listing.all {
            let _ = write!(conditions, " AND g.priority >= 0 AND EXISTS (SELECT 1 {members})");
        }
        if listing.favorites_only {
            conditions.push_str(" AND g.is_favorite");
        }
        if let Some(text) = &listing.text {
            let like = Pattern::parse(&format!("*{}*", text.replace('*', ""))).like();
            values.push(like.into());
            let _ = write!(conditions, " AND g.by_name LIKE ${} ESCAPE '!'", values.len());
        }
        if !listing.ids.is_empty() {
            let places = sql::places(values.len() + 1, listing.ids.len());
            values.extend(listing.ids.iter().map(|id| Value::from(*id)));
            let _ = write!(conditions, " AND g.id IN ({places})");
        }
        let (limit, skip) = (values.len() + 1, values.len() + 2);
        values.push(sql::number("the limit", listing.limit)?);
        values.push(sql::number("the number of labels to skip", listing.skip)?);
        let query = format!(
            "SELECT {COLUMNS}, (SELECT COUNT(*) {members}) AS photos, ({}) AS cover \
             FROM labels g WHERE g.tenant = $1{conditions} \
             ORDER BY CASE WHEN g.is_favorite THEN 0 ELSE 1 END, g.slug, g.seq LIMIT ${limit} OFFSET ${skip}",
            cover(&members, BEST_LABELLED_FIRST)
        );
        let rows = sql::all(&self.database.reader, &query, values).await?;
        rows.iter()
            .map(|row| {
                let (photos, cover) = (row.count("photos")?, read_cover(row)?);
                Ok(LabelEntry { label: read(row)?, photos, cover })
            })
            .collect()
    }

    /// Changes what the patch sets. [`Error::NotFound`]: the tenant has no such label. [`Error::Conflict`]: another one
    /// has the name.
    pub async fn update_label(
        &self,
        tenant: TenantId,
        id: LabelId,
        patch: LabelPatch,
    ) -> Result<Label> {
        fn set<T>(field: &mut T, change: Change<T>) {
            if let Change::Set(value) = change {
                *field = value;
            }
        }
        let tx = self.database.begin().await?;
        let mut label = hold_label(&tx, tenant, id).await?;
        set(&mut label.name, patch.name);
        set(&mut label.priority, patch.priority);
        set(&mut label.is_favorite, patch.is_favorite);
        set(&mut label.description, patch.description);
        set(&mut label.notes, patch.notes);
        label.slug = slug(&label.name);
        label.updated = now().max(label.updated);
        let update = "UPDATE labels SET name = $2, by_name = $3, slug = $4, priority = $5, is_favorite = $6, \
             description = $7, notes = $8, updated = $9 WHERE seq = $1";
        let values = [
            label.number.into(),
            sql::short_text("the name of the label", &label.name)?,
            fact_value(&label.name).into(),
            label.slug.as_str().into(),
            label.priority.into(),
            label.is_favorite.into(),
            sql::text("the description", &label.description)?,
            sql::text("the notes", &label.notes)?,
            label.updated.into(),
        ];
        let taken = || Error::Conflict(format!("a label named `{}`", label.name));
        sql::run(&*tx, update, values).await.map_err(|error| error.or_taken(taken))?;
        tx.commit().await?;
        Ok(label)
    }

    /// [`Error::NotFound`]: the tenant has no such label. Its photos stay.
    pub async fn delete_label(&self, tenant: TenantId, id: LabelId) -> Result<()> {
        let tx = self.database.begin().await?;
        let delete = "DELETE FROM labels WHERE tenant = $1 AND id = $2";
        if sql::run(&*tx, delete, [tenant.0.into(), id.into()]).await? == 0 {
            return Err(missing(id));
        }
        tx.commit().await
    }
}

async fn ensure(tx: &Tx, tenant: TenantId, new: &NewLabel) -> Result<Label> {
    let insert = "INSERT INTO labels (id, tenant, name, by_name, slug, priority, is_favorite, description, notes, created, updated) \
         VALUES ($1, $2, $3, $4, $5, $6, FALSE, '', '', $7, $7) ON CONFLICT (tenant, by_name) DO NOTHING";
    let name = fact_value(&new.name);
    let values = [
        LabelId::generate().into(),
        tenant.0.into(),
        sql::short_text("the name of the label", &new.name)?,
        name.as_str().into(),
        slug(&new.name).into(),
        new.priority.into(),
        now().into(),
    ];
    sql::run(&**tx, insert, values).await?;
    let query = format!("SELECT {COLUMNS} FROM labels g WHERE g.tenant = $1 AND g.by_name = $2");
    let row = sql::first(&**tx, &query, [tenant.0.into(), name.into()]).await?;
    read(&row.ok_or_else(|| Error::Damaged("a new label is not there".to_owned()))?)
}

async fn hold_label(tx: &Tx, tenant: TenantId, id: LabelId) -> Result<Label> {
    let lock = tx.for_update("g");
    let query = format!("SELECT {COLUMNS} FROM labels g WHERE g.tenant = $1 AND g.id = $2{lock}");
    let row = sql::first(&**tx, &query, [tenant.0.into(), id.into()]).await?;
    read(&row.ok_or_else(|| missing(id))?)
}

fn missing(id: LabelId) -> Error {
    Error::NotFound(format!("label {id}"))
}

fn read(row: &Row) -> Result<Label> {
    Ok(Label {
        id: row.id("id")?,
        number: row.get("seq")?,
        name: row.get("name")?,
        slug: row.get("slug")?,
        priority: row.get("priority")?,
        is_favorite: row.get("is_favorite")?,
        description: row.get("description")?,
        notes: row.get("notes")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
    })
}
