//! Albums and labels: groups that an asset may be in any number of.

use super::{Change, Millis};
use crate::{AlbumId, AssetId, LabelId};

#[derive(Debug, Clone, PartialEq)]
pub struct Album {
    pub id: AlbumId,
    /// Row number.
    pub number: i64,
    pub title: String,
    pub slug: String,
    pub is_favorite: bool,
    pub details: AlbumDetails,
    pub created: Millis,
    pub updated: Millis,
}

/// What people say about an album.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlbumDetails {
    pub location: String,
    pub category: String,
    pub caption: String,
    pub description: String,
    pub notes: String,
    /// In which order its photos are shown, in the words of whoever shows them; empty: oldest first.
    pub order: String,
    pub template: String,
    pub country: String,
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub is_private: bool,
    /// SHA-1 of the content that a person chose as cover.
    pub cover: Option<[u8; 20]>,
}

/// An album in a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct AlbumEntry {
    pub album: Album,
    /// Listed photos in it.
    pub photos: u64,
    /// SHA-1 of the content of its cover.
    pub cover: Option<[u8; 20]>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlbumPatch {
    pub title: Change<String>,
    pub is_favorite: Change<bool>,
    pub details: Change<AlbumDetails>,
}

/// Which albums, and in which order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlbumListing {
    pub ids: Vec<AlbumId>,
    /// Part of the title or of the location, without case.
    pub text: Option<String>,
    pub title: Option<String>,
    pub slug: Option<String>,
    pub category: Option<String>,
    pub year: Option<i64>,
    pub favorites_only: bool,
    pub order: AlbumOrder,
    pub limit: u64,
    pub skip: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AlbumOrder {
    /// Favourites first, then by title.
    #[default]
    Favorites,
    Newest,
    Oldest,
    Title,
    Updated,
}

/// An asset in an album, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlbumMember {
    pub asset: AssetId,
    pub added: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub id: LabelId,
    /// Row number.
    pub number: i64,
    /// As it was first written.
    pub name: String,
    pub slug: String,
    /// Labels below 0 are shown on request only.
    pub priority: i64,
    pub is_favorite: bool,
    pub description: String,
    pub notes: String,
    pub created: Millis,
    pub updated: Millis,
}

/// A label in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelEntry {
    pub label: Label,
    /// Listed photos that have it.
    pub photos: u64,
    /// SHA-1 of the content of its cover.
    pub cover: Option<[u8; 20]>,
}

/// A label of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetLabel {
    pub label: Label,
    /// Who said so, such as `manual`.
    pub source: String,
    /// Percent; 100: certainly not.
    pub uncertainty: u8,
}

/// A label that an asset is to get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLabel {
    pub name: String,
    /// Of the label, if it is new.
    pub priority: i64,
    pub source: String,
    pub uncertainty: u8,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct LabelPatch {
    pub name: Change<String>,
    pub priority: Change<i64>,
    pub is_favorite: Change<bool>,
    pub description: Change<String>,
    pub notes: Change<String>,
}

/// Which labels.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LabelListing {
    pub ids: Vec<LabelId>,
    /// Part of the name, without case.
    pub text: Option<String>,
    /// Also those of a priority below 0, and those without photos.
    pub all: bool,
    pub favorites_only: bool,
    pub limit: u64,
    pub skip: u64,
}

/// Whose cover is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoverOf {
    Album(AlbumId),
    Label(LabelId),
    Folder(crate::FolderId),
}
