//! Which photo stands for a group, and how many photos it has.

use std::collections::HashMap;

use crate::error::Result;
use crate::{Asset, Catalog, CoverOf, FolderId, PhotoCounts, TenantId, row, sql};

/// What a group shows and counts: pictures in service. `a` is the asset.
pub(crate) const LISTED_PHOTO: &str = "a.is_image AND a.visibility = 'listed' \
     AND NOT EXISTS (SELECT 1 FROM folders c WHERE c.seq = a.folder AND c.concealed) \
     AND NOT EXISTS (SELECT 1 FROM sets w WHERE w.seq = a.set_seq AND w.state <> 'usable')";

/// What may stand for a group, on top of [`LISTED_PHOTO`]: what can be shown, and nobody closed.
pub(crate) const FIT_FOR_COVER: &str =
    "a.width IS NOT NULL AND a.access NOT IN ('presets-only', 'closed')";

/// Best first; of equals the newest, then the one with the highest id.
pub(crate) const BEST_FIRST: &str = "a.quality DESC, a.by_taken DESC, a.id DESC";

/// Labels say how certain they are, which counts more than how new a photo is.
pub(crate) const BEST_LABELLED_FIRST: &str =
    "a.quality DESC, m.uncertainty, a.by_taken DESC, a.id DESC";

impl Catalog {
    /// The photo that stands for a group; `None`: there is no such group, or none of its photos may.
    ///
    /// A cover that a person chose for an album is not known here, see [`crate::AlbumDetails::cover`].
    pub async fn cover(&self, tenant: TenantId, of: CoverOf) -> Result<Option<Asset>> {
        let (join, condition, order, id) = match of {
            CoverOf::Album(id) => (
                "JOIN album_assets m ON m.asset = a.seq JOIN albums g ON g.seq = m.album",
                "g.tenant = $1 AND g.id = $2 AND g.deleted IS NULL",
                BEST_FIRST,
                id.to_bytes(),
            ),
            CoverOf::Label(id) => (
                "JOIN asset_labels m ON m.asset = a.seq JOIN labels g ON g.seq = m.label",
                "g.tenant = $1 AND g.id = $2 AND m.uncertainty < 100",
                BEST_LABELLED_FIRST,
                id.to_bytes(),
            ),
            CoverOf::Folder(id) => ("", "f.id = $2 AND a.quality > -1", BEST_FIRST, id.to_bytes()),
        };
        let query = format!(
            "{} {join} WHERE a.tenant = $1 AND v.number = a.current_number AND {condition} \
             AND {LISTED_PHOTO} AND {FIT_FOR_COVER} ORDER BY {order} LIMIT 1",
            row::SELECT
        );
        let values = [tenant.0.into(), id.to_vec().into()];
        let row = sql::first(&self.database.reader, &query, values).await?;
        row.as_ref().map(row::asset).transpose()
    }

    pub async fn photo_counts(&self, tenant: TenantId) -> Result<PhotoCounts> {
        let query = format!(
            "SELECT COUNT(*) AS every, \
             COALESCE(SUM(CASE WHEN {LISTED_PHOTO} THEN 1 ELSE 0 END), 0) AS listed, \
             COALESCE(SUM(CASE WHEN {LISTED_PHOTO} AND a.is_favorite THEN 1 ELSE 0 END), 0) AS favorites, \
             COALESCE(SUM(CASE WHEN {LISTED_PHOTO} AND a.access IN ('presets-only', 'closed') THEN 1 ELSE 0 END), 0) AS private, \
             COALESCE(SUM(CASE WHEN {LISTED_PHOTO} AND a.quality < 3 THEN 1 ELSE 0 END), 0) AS review, \
             (SELECT COUNT(*) FROM albums g WHERE g.tenant = $1 AND g.deleted IS NULL) AS albums, \
             (SELECT COUNT(*) FROM labels l WHERE l.tenant = $1) AS labels, \
             (SELECT COUNT(*) FROM folders d WHERE d.tenant = $1 AND d.parent IS NOT NULL) AS folders \
             FROM assets a WHERE a.tenant = $1 AND a.is_image"
        );
        let row = sql::first(&self.database.reader, &query, [tenant.0.into()]).await?;
        let Some(row) = row else { return Ok(PhotoCounts::default()) };
        let (every, all): (u64, u64) = (row.count("every")?, row.count("listed")?);
        Ok(PhotoCounts {
            all,
            favorites: row.count("favorites")?,
            private: row.count("private")?,
            archived: every.saturating_sub(all),
            review: row.count("review")?,
            albums: row.count("albums")?,
            labels: row.count("labels")?,
            folders: row.count("folders")?,
        })
    }

    /// How many listed photos are directly in each folder that has any.
    pub async fn photos_of_folders(&self, tenant: TenantId) -> Result<HashMap<FolderId, u64>> {
        let query = format!(
            "SELECT f.id, COUNT(*) AS photos FROM assets a JOIN folders f ON f.seq = a.folder \
             WHERE a.tenant = $1 AND {LISTED_PHOTO} GROUP BY f.id"
        );
        let rows = sql::all(&self.database.reader, &query, [tenant.0.into()]).await?;
        rows.iter().map(|row| Ok((row.id("id")?, row.count("photos")?))).collect()
    }

    /// The years in which listed photos were taken, newest first.
    pub async fn photo_years(&self, tenant: TenantId) -> Result<Vec<i32>> {
        let query = format!(
            "SELECT DISTINCT y.value FROM asset_facts y JOIN assets a ON a.seq = y.asset \
             WHERE y.tenant = $1 AND y.fact = 'year' AND {LISTED_PHOTO}"
        );
        let rows = sql::all(&self.database.reader, &query, [tenant.0.into()]).await?;
        let years = rows.iter().map(|row| row.get::<String>("value"));
        let mut years: Vec<i32> = years
            .collect::<Result<Vec<_>>>()?
            .iter()
            .filter_map(|year| year.parse().ok())
            .collect();
        years.sort_unstable_by(|a, b| b.cmp(a));
        Ok(years)
    }
}
