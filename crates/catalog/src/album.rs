//! Albums.

use std::fmt::Write;

use sea_orm::Value;

use crate::asset::{changed, hold, save};
use crate::catalog::now;
use crate::cover::{BEST_FIRST, FIT_FOR_COVER, LISTED_PHOTO};
use crate::database::Tx;
use crate::error::Result;
use crate::photo::fact_value;
use crate::sql::Row;
use crate::{
    Album, AlbumDetails, AlbumEntry, AlbumId, AlbumListing, AlbumMember, AlbumOrder, AlbumPatch,
    AssetId, Catalog, Change, Error, EventKind, Pattern, Subject, TenantId, row, slug, sql,
};

const COLUMNS: &str =
    "g.seq, g.id, g.title, g.slug, g.is_favorite, g.details, g.created, g.updated";

impl Catalog {
    /// The album of that title, made if there is none, or brought back if it has been deleted. Titles of one slug are one;
    /// where there is no slug they are compared themselves. Also whether it is new.
    ///
    /// [`Error::NotFound`]: there is no such tenant.
    pub async fn ensure_album(
        &self,
        tenant: TenantId,
        title: &str,
        is_favorite: bool,
    ) -> Result<(Album, bool)> {
        let tx = self.database.begin().await?;
        let now = now();
        if let Some(there) = namesake(&tx, tenant, title).await? {
            let back = "UPDATE albums SET deleted = NULL, updated = $2 WHERE seq = $1 AND deleted IS NOT NULL";
            sql::run(&*tx, back, [there.number.into(), now.into()]).await?;
            tx.commit().await?;
            return Ok((there, false));
        }
        let insert = "INSERT INTO albums (id, tenant, title, by_title, slug, is_favorite, details, by_location, by_category, year, created, updated) \
             SELECT $2, id, $3, $4, $5, $6, '{}', '', '', 0, $7, $7 FROM tenants WHERE id = $1 RETURNING seq";
        let id = AlbumId::generate();
        let values = [
            tenant.0.into(),
            id.into(),
            sql::short_text("the title", title)?,
            fact_value(title).into(),
            slug(title).into(),
            is_favorite.into(),
            now.into(),
        ];
        let row = sql::first(&*tx, insert, values).await?;
        let row = row.ok_or_else(|| Error::NotFound(format!("tenant {}", tenant.0)))?;
        tx.commit().await?;
        let album = Album {
            id,
            number: row.get("seq")?,
            title: title.to_owned(),
            slug: slug(title),
            is_favorite,
            details: AlbumDetails::default(),
            created: now,
            updated: now,
        };
        Ok((album, true))
    }

    pub async fn album(&self, tenant: TenantId, id: AlbumId) -> Result<Option<Album>> {
        let query = format!(
            "SELECT {COLUMNS} FROM albums g WHERE g.tenant = $1 AND g.id = $2 AND g.deleted IS NULL"
        );
        let row = sql::first(&self.database.reader, &query, [tenant.0.into(), id.into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// With the number of their photos and their covers.
    pub async fn albums(
        &self,
        tenant: TenantId,
        listing: &AlbumListing,
    ) -> Result<Vec<AlbumEntry>> {
        let mut values: Vec<Value> = vec![tenant.0.into()];
        let conditions = conditions(listing, &mut values);
        let members = format!(
            "FROM album_assets m JOIN assets a ON a.seq = m.asset WHERE m.album = g.seq AND {LISTED_PHOTO}"
        );
        let cover = cover(&members, BEST_FIRST);
        let (limit, skip) = (values.len() + 1, values.len() + 2);
        values.push(sql::number("the limit", listing.limit)?);
        values.push(sql::number("the number of albums to skip", listing.skip)?);
        let query = format!(
            "SELECT {COLUMNS}, (SELECT COUNT(*) {members}) AS photos, ({cover}) AS cover \
             FROM albums g WHERE g.tenant = $1 AND g.deleted IS NULL{conditions} \
             ORDER BY {} LIMIT ${limit} OFFSET ${skip}",
            order(listing.order)
        );
        let rows = sql::all(&self.database.reader, &query, values).await?;
        rows.iter()
            .map(|row| {
                let album = read(row)?;
                let chosen = album.details.cover;
                let cover = chosen.map_or_else(|| read_cover(row), |hash| Ok(Some(hash)))?;
                Ok(AlbumEntry { photos: row.count("photos")?, cover, album })
            })
            .collect()
    }

    /// Changes what the patch sets; a new title has a new slug. [`Error::NotFound`]: the tenant has no such album.
    pub async fn update_album(
        &self,
        tenant: TenantId,
        id: AlbumId,
        patch: AlbumPatch,
    ) -> Result<Album> {
        let tx = self.database.begin().await?;
        let mut album = hold_album(&tx, tenant, id).await?;
        if let Change::Set(title) = patch.title {
            album.slug = slug(&title);
            album.title = title;
        }
        if let Change::Set(is_favorite) = patch.is_favorite {
            album.is_favorite = is_favorite;
        }
        if let Change::Set(details) = patch.details {
            album.details = details;
        }
        album.updated = now().max(album.updated);
        let update = "UPDATE albums SET title = $2, by_title = $3, slug = $4, is_favorite = $5, details = $6, \
             updated = $7, by_location = $8, by_category = $9, year = $10 WHERE seq = $1";
        let values = [
            album.number.into(),
            sql::short_text("the title", &album.title)?,
            fact_value(&album.title).into(),
            album.slug.as_str().into(),
            album.is_favorite.into(),
            sql::text("what is said about the album", &row::photo::write_album(&album.details))?,
            album.updated.into(),
            fact_value(&album.details.location).into(),
            fact_value(&album.details.category).into(),
            album.details.year.into(),
        ];
        sql::run(&*tx, update, values).await?;
        tx.commit().await?;
        Ok(album)
    }

    /// [`Error::NotFound`]: the tenant has no such album. Its photos stay.
    pub async fn delete_album(&self, tenant: TenantId, id: AlbumId) -> Result<Album> {
        let tx = self.database.begin().await?;
        let album = hold_album(&tx, tenant, id).await?;
        let update = "UPDATE albums SET deleted = $2, updated = $2 WHERE seq = $1";
        sql::run(&*tx, update, [album.number.into(), now().into()]).await?;
        tx.commit().await?;
        Ok(album)
    }

    /// Puts assets into an album; those that are in it already stay as they are. Whoever puts a photo into an album finds
    /// it good enough. Returns the album, and those that are new in it; what the tenant does not have is left out.
    ///
    /// [`Error::NotFound`]: the tenant has no such album.
    pub async fn add_to_album(
        &self,
        tenant: TenantId,
        id: AlbumId,
        assets: &[AssetId],
    ) -> Result<(Album, Vec<AlbumMember>)> {
        let mut tx = self.database.begin().await?;
        let album = hold_album(&tx, tenant, id).await?;
        let mut members = Vec::new();
        for &asset in &in_order_of_ids(assets) {
            let mut held = match hold(&tx, tenant, asset).await {
                Err(Error::NotFound(_)) => continue,
                held => held?,
            };
            let added = now();
            let insert = "INSERT INTO album_assets (album, asset, added) VALUES ($1, $2, $3) \
                 ON CONFLICT (album, asset) DO NOTHING";
            let values = [album.number.into(), held.seq.into(), added.into()];
            if sql::run(&*tx, insert, values).await? == 1 {
                members.push(AlbumMember { asset, added });
            }
            if !held.asset.photo.is_approved {
                held.asset.photo.is_approved = true;
                held.asset.updated = added.max(held.asset.updated);
                save(&tx, &mut held).await?;
                changed(&mut tx, tenant, EventKind::AssetUpdated, Subject::asset(asset));
            }
        }
        touch(&tx, &album).await?;
        tx.commit().await?;
        Ok((album, members))
    }

    /// Takes assets out of an album; returns the album, and those that were in it.
    ///
    /// [`Error::NotFound`]: the tenant has no such album.
    pub async fn remove_from_album(
        &self,
        tenant: TenantId,
        id: AlbumId,
        assets: &[AssetId],
    ) -> Result<(Album, Vec<AlbumMember>)> {
        let tx = self.database.begin().await?;
        let album = hold_album(&tx, tenant, id).await?;
        let mut members = Vec::new();
        for &asset in assets {
            let delete = "DELETE FROM album_assets WHERE album = $1 \
                 AND asset = (SELECT seq FROM assets WHERE tenant = $2 AND id = $3) RETURNING added";
            let values = [album.number.into(), tenant.0.into(), asset.into()];
            if let Some(row) = sql::first(&*tx, delete, values).await? {
                members.push(AlbumMember { asset, added: row.get("added")? });
            }
        }
        touch(&tx, &album).await?;
        tx.commit().await?;
        Ok((album, members))
    }

    /// All assets of an album, in service or not.
    pub async fn album_members(&self, tenant: TenantId, id: AlbumId) -> Result<Vec<AssetId>> {
        let query = "SELECT a.id FROM albums g JOIN album_assets m ON m.album = g.seq \
             JOIN assets a ON a.seq = m.asset WHERE g.tenant = $1 AND g.id = $2 AND g.deleted IS NULL ORDER BY a.id";
        let rows = sql::all(&self.database.reader, query, [tenant.0.into(), id.into()]).await?;
        rows.iter().map(|row| row.id("id")).collect()
    }

    /// The albums that an asset is in, by title.
    pub async fn albums_of(&self, tenant: TenantId, asset: AssetId) -> Result<Vec<Album>> {
        let query = format!(
            "SELECT {COLUMNS} FROM albums g JOIN album_assets m ON m.album = g.seq JOIN assets a ON a.seq = m.asset \
             WHERE g.tenant = $1 AND a.tenant = $1 AND a.id = $2 AND g.deleted IS NULL ORDER BY g.by_title, g.seq"
        );
        let values = [tenant.0.into(), asset.into()];
        let rows = sql::all(&self.database.reader, &query, values).await?;
        rows.iter().map(read).collect()
    }
}

/// SHA-1 of the content of the best of a group's photos; `members` begins with `FROM`.
pub(crate) fn cover(members: &str, order: &str) -> String {
    format!(
        "SELECT (SELECT b.sha1 FROM versions v JOIN blobs b ON b.hash = v.blob \
          WHERE v.asset = a.seq AND v.number = a.current_number) \
         {members} AND {FIT_FOR_COVER} ORDER BY {order} LIMIT 1"
    )
}

pub(crate) fn read_cover(row: &Row) -> Result<Option<[u8; 20]>> {
    Ok(row.get::<Option<Vec<u8>>>("cover")?.and_then(|bytes| bytes.try_into().ok()))
}

fn conditions(listing: &AlbumListing, values: &mut Vec<Value>) -> String {
    let mut conditions = String::new();
    let mut add = |condition: &str, value: Value| {
        values.push(value);
        conditions.push_str(" AND ");
        conditions.push_str(&condition.replace("$n", &format!("${}", values.len())));
    };
    if let Some(text) = &listing.text {
        let like = Pattern::parse(&format!("*{}*", text.replace('*', ""))).like();
        add("(g.by_title LIKE $n ESCAPE '!' OR g.by_location LIKE $n ESCAPE '!')", like.into());
    }
    if let Some(title) = &listing.title {
        add("g.by_title = $n", fact_value(title).into());
    }
    if let Some(slug) = &listing.slug {
        add("g.slug = $n", slug.to_lowercase().into());
    }
    if let Some(category) = &listing.category {
        add("g.by_category = $n", fact_value(category).into());
    }
    if let Some(year) = listing.year {
        add("g.year = $n", year.into());
    }
    if !listing.ids.is_empty() {
        let ids: Vec<String> = listing
            .ids
            .iter()
            .map(|id| {
                values.push((*id).into());
                format!("${}", values.len())
            })
            .collect();
        let _ = write!(conditions, " AND g.id IN ({})", ids.join(", "));
    }
    if listing.favorites_only {
        conditions.push_str(" AND g.is_favorite");
    }
    conditions
}

fn order(order: AlbumOrder) -> &'static str {
    match order {
        AlbumOrder::Favorites => "CASE WHEN g.is_favorite THEN 0 ELSE 1 END, g.by_title, g.seq",
        AlbumOrder::Newest => "g.created DESC, g.seq DESC",
        AlbumOrder::Oldest => "g.created, g.seq",
        AlbumOrder::Title => "g.by_title, g.seq",
        AlbumOrder::Updated => "g.updated DESC, g.seq DESC",
    }
}

async fn namesake(tx: &Tx, tenant: TenantId, title: &str) -> Result<Option<Album>> {
    let slug = slug(title);
    let (column, value) =
        if slug.is_empty() { ("by_title", fact_value(title)) } else { ("slug", slug) };
    let query = format!(
        "SELECT {COLUMNS} FROM albums g WHERE g.tenant = $1 AND g.{column} = $2 \
         ORDER BY CASE WHEN g.deleted IS NULL THEN 0 ELSE 1 END, g.seq LIMIT 1"
    );
    let row = sql::first(&**tx, &query, [tenant.0.into(), value.into()]).await?;
    row.as_ref().map(read).transpose()
}

async fn hold_album(tx: &Tx, tenant: TenantId, id: AlbumId) -> Result<Album> {
    let query = format!(
        "SELECT {COLUMNS} FROM albums g WHERE g.tenant = $1 AND g.id = $2 AND g.deleted IS NULL{}",
        tx.for_update("g")
    );
    let row = sql::first(&**tx, &query, [tenant.0.into(), id.into()]).await?;
    read(&row.ok_or_else(|| Error::NotFound(format!("album {id}")))?)
}

async fn touch(tx: &Tx, album: &Album) -> Result<()> {
    let update = "UPDATE albums SET updated = $2 WHERE seq = $1";
    sql::run(&**tx, update, [album.number.into(), now().max(album.updated).into()]).await?;
    Ok(())
}

/// Each once; of two who want the same ones, neither waits for the other while that one waits for it.
fn in_order_of_ids(assets: &[AssetId]) -> std::collections::BTreeSet<AssetId> {
    assets.iter().copied().collect()
}

fn read(row: &Row) -> Result<Album> {
    Ok(Album {
        id: row.id("id")?,
        number: row.get("seq")?,
        title: row.get("title")?,
        slug: row.get("slug")?,
        is_favorite: row.get("is_favorite")?,
        details: row::photo::read_album(&row.get::<String>("details")?)?,
        created: row.get("created")?,
        updated: row.get("updated")?,
    })
}
