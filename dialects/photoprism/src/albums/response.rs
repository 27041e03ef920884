//! Albums as the API shows them.

use library::{Album, AlbumEntry};
use serde::Serialize;

use crate::{ids::hex, moments::iso};

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AlbumObject {
    #[serde(rename = "ID", skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    #[serde(rename = "UID")]
    uid: String,
    #[serde(rename = "ParentUID")]
    parent_uid: &'static str,
    thumb: String,
    thumb_src: &'static str,
    slug: String,
    r#type: &'static str,
    title: String,
    location: String,
    category: String,
    caption: String,
    description: String,
    notes: String,
    filter: &'static str,
    order: String,
    template: String,
    path: &'static str,
    state: &'static str,
    country: String,
    year: i64,
    month: i64,
    day: i64,
    favorite: bool,
    private: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    photo_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<&'static str>,
    created_at: String,
    updated_at: String,
    deleted_at: Option<String>,
}

impl AlbumObject {
    /// By itself: with its number, without counts.
    pub(crate) fn single(album: &Album) -> Self {
        let details = album.details.clone();
        Self {
            id: Some(album.number),
            uid: album.id.uid(),
            parent_uid: "",
            thumb: details.cover.map(|hash| hex(&hash)).unwrap_or_default(),
            thumb_src: if details.cover.is_some() { "manual" } else { "" },
            slug: album.slug.clone(),
            r#type: "album",
            title: album.title.clone(),
            location: details.location,
            category: details.category,
            caption: details.caption,
            description: details.description,
            notes: details.notes,
            filter: "",
            order: if details.order.is_empty() { "oldest".to_owned() } else { details.order },
            template: details.template,
            path: "",
            state: "",
            country: if details.country.is_empty() { "zz".to_owned() } else { details.country },
            year: details.year,
            month: details.month,
            day: details.day,
            favorite: album.is_favorite,
            private: details.is_private,
            photo_count: None,
            link_count: None,
            created_by: Some(""),
            created_at: iso(album.created),
            updated_at: iso(album.updated),
            deleted_at: None,
        }
    }

    /// In a list: with counts.
    pub(crate) fn listed(entry: &AlbumEntry) -> Self {
        Self {
            id: None,
            thumb: entry.cover.map(|hash| hex(&hash)).unwrap_or_default(),
            photo_count: Some(entry.photos),
            link_count: Some(0),
            created_by: None,
            ..Self::single(&entry.album)
        }
    }
}
