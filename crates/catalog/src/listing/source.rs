//! Where entries come from, and what each order sorts them by there.

use crate::{EntryKind, Kinds, SortKey};

/// A table of entries. Assets are `a`, folders `d`, past versions `v` with their asset `a` and their blob `b`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Assets,
    Folders,
    PastVersions,
}

impl Source {
    pub(super) fn of(kinds: Kinds) -> &'static [Source] {
        match kinds {
            Kinds::Assets => &[Source::Assets],
            Kinds::Folders => &[Source::Folders],
            Kinds::Both => &[Source::Folders, Source::Assets],
            Kinds::PastVersions => &[Source::PastVersions],
            Kinds::Everything => &[Source::Folders, Source::Assets, Source::PastVersions],
        }
    }

    pub(super) fn kind(self) -> EntryKind {
        match self {
            Source::Assets => EntryKind::Asset,
            Source::Folders => EntryKind::Folder,
            Source::PastVersions => EntryKind::PastVersion,
        }
    }

    /// How `kind` is written in the rows of a page.
    pub(super) fn code(self) -> i32 {
        match self {
            Source::Folders => 0,
            Source::Assets => 1,
            Source::PastVersions => 2,
        }
    }

    pub(super) fn seq(self) -> &'static str {
        match self {
            Source::Assets => "a.seq",
            Source::Folders => "d.seq",
            Source::PastVersions => "v.seq",
        }
    }

    pub(super) fn id(self) -> &'static str {
        match self {
            Source::Assets => "a.id",
            Source::Folders => "d.id",
            Source::PastVersions => "v.id",
        }
    }

    pub(super) fn from(self) -> &'static str {
        match self {
            Source::Assets => "assets a",
            Source::Folders => "folders d",
            Source::PastVersions => {
                "versions v JOIN assets a ON a.seq = v.asset JOIN blobs b ON b.hash = v.blob"
            }
        }
    }

    /// What every entry of it fulfils, beside the tenant.
    pub(super) fn always(self) -> Option<&'static str> {
        match self {
            Source::Assets => None,
            // The root is in no folder.
            Source::Folders => Some("d.parent IS NOT NULL"),
            Source::PastVersions => Some("v.number <> a.current_number"),
        }
    }

    pub(super) fn tenant(self) -> &'static str {
        match self {
            Source::Assets | Source::PastVersions => "a.tenant",
            Source::Folders => "d.tenant",
        }
    }

    /// What the order sorts by; `?` is what sorts before everything. Relevance is not in any column.
    pub(super) fn sort_key(self, key: SortKey) -> &'static str {
        match self {
            Source::Assets => asset_key(key),
            Source::Folders => folder_key(key),
            Source::PastVersions => version_key(key),
        }
    }
}

/// What an asset is called, see [`crate::Asset::title`].
pub(super) const TITLE: &str =
    "COALESCE((SELECT COALESCE(title, filename) FROM cards WHERE asset = a.seq), a.name)";
/// See [`crate::Asset::filename`].
pub(super) const FILE_NAME: &str =
    "COALESCE((SELECT filename FROM cards WHERE asset = a.seq), a.name)";
/// What is said of the current version, else what its bytes tell. Null: nobody can tell.
pub(super) const MEDIA_TYPE: &str = "(SELECT CASE WHEN m.media_version = w.id THEN m.media_type ELSE w.mime END \
     FROM versions w LEFT JOIN cards m ON m.asset = w.asset \
     WHERE w.asset = a.seq AND w.number = a.current_number)";
const MEDIA_TYPE_OR_NOTHING: &str = "COALESCE((SELECT CASE WHEN m.media_version = w.id THEN m.media_type ELSE w.mime END \
     FROM versions w LEFT JOIN cards m ON m.asset = w.asset \
     WHERE w.asset = a.seq AND w.number = a.current_number), '')";
/// How open an asset is, in one word: `draft`, `internal` or `public`.
pub(super) const STATE: &str = "CASE WHEN a.visibility = 'draft' THEN 'draft' \
     WHEN a.visibility = 'listed' AND a.access = 'public' THEN 'public' ELSE 'internal' END";

fn asset_key(key: SortKey) -> &'static str {
    match key {
        SortKey::Name => "a.name",
        SortKey::Created | SortKey::Relevance => "a.created",
        SortKey::Updated => "a.updated",
        SortKey::Width => "a.by_width",
        SortKey::Height => "a.by_height",
        SortKey::Size => "a.by_size",
        SortKey::Duration => "a.by_duration",
        SortKey::Captured => "a.by_captured",
        SortKey::Shown => "COALESCE(a.short_name, a.name)",
        SortKey::Folder => "(SELECT f.path FROM folders f WHERE f.seq = a.folder)",
        SortKey::Kind => "0",
        SortKey::Format => "COALESCE(a.file_format, '')",
        SortKey::Title => TITLE,
        SortKey::FileName => FILE_NAME,
        SortKey::MediaType => MEDIA_TYPE_OR_NOTHING,
        SortKey::State => STATE,
        SortKey::Taken => "a.by_taken",
        SortKey::PhotoTitle => "a.by_title",
        SortKey::Quality => "a.quality",
        SortKey::Random => "RANDOM()",
    }
}

fn folder_key(key: SortKey) -> &'static str {
    match key {
        SortKey::Name
        | SortKey::Shown
        | SortKey::Title
        | SortKey::PhotoTitle
        | SortKey::FileName => "d.name",
        SortKey::Folder => "(SELECT f.path FROM folders f WHERE f.seq = d.parent)",
        SortKey::Kind => "1",
        SortKey::Format | SortKey::MediaType | SortKey::State => "''",
        SortKey::Created | SortKey::Relevance | SortKey::Taken => "d.created",
        SortKey::Updated => "d.updated",
        SortKey::Random => "RANDOM()",
        SortKey::Width
        | SortKey::Height
        | SortKey::Size
        | SortKey::Duration
        | SortKey::Captured
        | SortKey::Quality => "?",
    }
}

fn version_key(key: SortKey) -> &'static str {
    match key {
        SortKey::Name => "a.name",
        SortKey::Created | SortKey::Updated | SortKey::Relevance => "v.created",
        SortKey::Width => {
            "COALESCE(CASE WHEN v.orientation >= 5 THEN v.height ELSE v.width END, ?)"
        }
        SortKey::Height => {
            "COALESCE(CASE WHEN v.orientation >= 5 THEN v.width ELSE v.height END, ?)"
        }
        SortKey::Size => "b.size",
        SortKey::Duration => "COALESCE(NULLIF(v.duration_ms, 0), ?)",
        SortKey::Captured => "COALESCE(v.captured, ?)",
        SortKey::Shown => "COALESCE(a.short_name, a.name)",
        SortKey::Folder => "(SELECT f.path FROM folders f WHERE f.seq = a.folder)",
        SortKey::Kind => "0",
        SortKey::Format => "COALESCE(v.file_format, '')",
        SortKey::Title => TITLE,
        SortKey::FileName => FILE_NAME,
        SortKey::MediaType => "v.mime",
        SortKey::State => STATE,
        // What people say is about the asset, whichever version.
        SortKey::Taken => "a.by_taken",
        SortKey::PhotoTitle => "a.by_title",
        SortKey::Quality => "a.quality",
        SortKey::Random => "RANDOM()",
    }
}
