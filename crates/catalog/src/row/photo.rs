//! What is said about a photo, and about an album, inside a column: JSON of our own, of which what is empty is left out.

use serde::{Deserialize, Serialize};

use super::json::read_value;
use crate::error::Result;
use crate::{AlbumDetails, Error, Photo, Said, Taken};

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is said for itself")]
struct PhotoRow {
    #[serde(skip_serializing_if = "is_default")]
    favorite: bool,
    #[serde(skip_serializing_if = "is_default")]
    title: Option<(String, String)>,
    #[serde(skip_serializing_if = "is_default")]
    original: Option<String>,
    /// UTC, local, zone, source.
    #[serde(skip_serializing_if = "is_default")]
    taken: Option<(i64, i64, String, String)>,
    #[serde(skip_serializing_if = "is_default")]
    place: Option<(f64, f64)>,
    #[serde(skip_serializing_if = "is_default")]
    country: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    scan: bool,
    #[serde(skip_serializing_if = "is_default")]
    panorama: bool,
    #[serde(skip_serializing_if = "is_default")]
    approved: bool,
    #[serde(skip_serializing_if = "is_default")]
    notes: String,
    #[serde(skip_serializing_if = "is_default")]
    subject: String,
    #[serde(skip_serializing_if = "is_default")]
    artist: String,
    #[serde(skip_serializing_if = "is_default")]
    copyright: String,
    #[serde(skip_serializing_if = "is_default")]
    license: String,
    #[serde(skip_serializing_if = "is_default")]
    edited: Option<i64>,
}

pub(crate) fn write(photo: &Photo) -> String {
    let photo = photo.clone();
    let row = PhotoRow {
        favorite: photo.is_favorite,
        title: photo.title.map(|Said { text, source }| (text, source)),
        original: photo.original_name,
        taken: photo.taken.map(|Taken { utc, local, zone, source }| (utc, local, zone, source)),
        place: photo.place,
        country: photo.country,
        kind: photo.kind,
        scan: photo.is_scan,
        panorama: photo.is_panorama,
        approved: photo.is_approved,
        notes: photo.notes,
        subject: photo.subject,
        artist: photo.artist,
        copyright: photo.copyright,
        license: photo.license,
        edited: photo.edited,
    };
    text(&row)
}

pub(crate) fn read(text: &str) -> Result<Photo> {
    let row: PhotoRow = parse(text)?;
    Ok(Photo {
        is_favorite: row.favorite,
        title: row.title.map(|(text, source)| Said { text, source }),
        original_name: row.original,
        taken: row.taken.map(|(utc, local, zone, source)| Taken { utc, local, zone, source }),
        place: row.place,
        country: row.country,
        kind: row.kind,
        is_scan: row.scan,
        is_panorama: row.panorama,
        is_approved: row.approved,
        notes: row.notes,
        subject: row.subject,
        artist: row.artist,
        copyright: row.copyright,
        license: row.license,
        edited: row.edited,
    })
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct AlbumRow {
    #[serde(skip_serializing_if = "is_default")]
    location: String,
    #[serde(skip_serializing_if = "is_default")]
    category: String,
    #[serde(skip_serializing_if = "is_default")]
    caption: String,
    #[serde(skip_serializing_if = "is_default")]
    description: String,
    #[serde(skip_serializing_if = "is_default")]
    notes: String,
    #[serde(skip_serializing_if = "is_default")]
    order: String,
    #[serde(skip_serializing_if = "is_default")]
    template: String,
    #[serde(skip_serializing_if = "is_default")]
    country: String,
    #[serde(skip_serializing_if = "is_default")]
    year: i64,
    #[serde(skip_serializing_if = "is_default")]
    month: i64,
    #[serde(skip_serializing_if = "is_default")]
    day: i64,
    #[serde(skip_serializing_if = "is_default")]
    private: bool,
    #[serde(skip_serializing_if = "is_default")]
    cover: Option<[u8; 20]>,
}

pub(crate) fn write_album(details: &AlbumDetails) -> String {
    let details = details.clone();
    let row = AlbumRow {
        location: details.location,
        category: details.category,
        caption: details.caption,
        description: details.description,
        notes: details.notes,
        order: details.order,
        template: details.template,
        country: details.country,
        year: details.year,
        month: details.month,
        day: details.day,
        private: details.is_private,
        cover: details.cover,
    };
    text(&row)
}

pub(crate) fn read_album(text: &str) -> Result<AlbumDetails> {
    let row: AlbumRow = parse(text)?;
    Ok(AlbumDetails {
        location: row.location,
        category: row.category,
        caption: row.caption,
        description: row.description,
        notes: row.notes,
        order: row.order,
        template: row.template,
        country: row.country,
        year: row.year,
        month: row.month,
        day: row.day,
        is_private: row.private,
        cover: row.cover,
    })
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Plain data, of which nothing can fail to be written.
fn text(row: &impl Serialize) -> String {
    serde_json::to_string(row).unwrap_or_else(|_| "{}".to_owned())
}

fn parse<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T> {
    let value = read_value(text)?;
    serde_json::from_value(value).map_err(|_| {
        Error::Damaged("what is said about a photo or album cannot be read".to_owned())
    })
}
