//! The nouns as the rest of the house sees them: plain data, no `Serialize`, no rows.

use std::collections::BTreeMap;

use plan::probe::Probe;
use serde_json::Value;

use crate::{AssetId, FolderId, FolderPath, JobId, Name, Query, SetId, VersionId};

mod answer;
mod card;
mod event;
mod field;
mod group;
mod photo;
mod rendition;
mod session;
mod set;
mod setting;
mod slot;
mod store;
mod usage;

pub use answer::*;
pub use card::*;
pub use event::*;
pub use field::*;
pub use group::*;
pub use photo::*;
pub use rendition::*;
pub use session::*;
pub use set::*;
pub use setting::*;
pub use slot::*;
pub use store::*;
pub use usage::*;

/// Milliseconds since 1970-01-01 UTC.
pub type Millis = i64;

/// Row number of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantId(pub i64);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    pub id: TenantId,
    /// Part of URLs: lower-case letters, digits, `-`, `_`.
    pub name: String,
}

/// A key pair of a tenant. The secret is kept twice: as SHA-256 to find it, and sealed (AEAD) because HMACs need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub id: i64,
    pub tenant: TenantId,
    pub public_key: String,
    pub secret_digest: [u8; 32],
    pub sealed_secret: Vec<u8>,
    pub label: String,
    pub enabled: bool,
    /// After this moment the key is as good as disabled.
    pub expires: Option<Millis>,
    /// It opens everything and changes nothing.
    pub read_only: bool,
    pub created: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    pub tenant: TenantId,
    pub public_key: String,
    pub secret_digest: [u8; 32],
    pub sealed_secret: Vec<u8>,
    pub label: String,
    pub expires: Option<Millis>,
    pub read_only: bool,
}

/// SHA-256 of the bytes: the name of a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(pub [u8; 32]);

/// Immutable bytes, and where they lie. The same ones may lie in several stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    pub hash: ContentHash,
    /// PhotoPrism addresses by it.
    pub sha1: [u8; 20],
    pub crc32c: u32,
    pub size: u64,
    pub store: StoreName,
}

/// Who may read an asset without credentials. Means the same in every dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Access {
    #[default]
    Public,
    /// Only renderings made of presets are open (ImageKit private files).
    PresetsOnly,
    /// Not open, as everything is that comes the way it came.
    Private,
    /// Not open, because somebody closed it (PhotoPrism's flag, Pixelbin's `private`).
    Closed,
}

impl Access {
    /// Whether somebody decided against everybody's reading it: more than how things come in.
    pub fn is_closed(self) -> bool {
        matches!(self, Access::PresetsOnly | Access::Closed)
    }
}

/// What hides an asset. Everything but `Listed` is 404 without rights, in every dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Visibility {
    #[default]
    Listed,
    Draft,
    Archived,
    Hidden,
}

/// One revision of an asset's content.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub id: VersionId,
    /// 1 for the first; the highest number an asset ever had plus one for the next.
    pub number: u32,
    pub blob: Blob,
    /// From the bytes (magic, else text by extension, else `application/octet-stream`).
    pub mime: String,
    /// `None` for what is no image, or an image that did not decode.
    pub probe: Option<Probe>,
    pub created: Millis,
}

/// One file of the library, with its current version.
#[derive(Debug, Clone, PartialEq)]
pub struct Asset {
    pub id: AssetId,
    /// Row number, for protocols that want small integers; 0 before there is a row.
    pub number: i64,
    pub tenant: TenantId,
    pub folder: FolderPath,
    pub name: Name,
    /// Under which clients know it that keep no extensions in names (the first generation of Pixelbin's). Unique in the
    /// folder; it stays when the content gets another format, and with it another name.
    pub short_name: Option<Name>,
    /// In the order given.
    pub tags: Vec<String>,
    pub auto_tags: Vec<AutoTag>,
    pub description: Option<String>,
    /// Area of interest in stored pixels: x, y, width, height.
    pub focus: Option<[u32; 4]>,
    pub custom_metadata: BTreeMap<String, Value>,
    /// What clients wrote beside it, by no schema.
    pub notes: BTreeMap<String, Value>,
    pub access: Access,
    /// The access that it came with, or that it has once nobody closes it any more.
    pub default_access: Access,
    pub visibility: Visibility,
    /// Hidden because its folder, or one above that, is inactive; whatever `visibility` says.
    pub concealed: bool,
    /// `None`: it came through no set.
    pub set: Option<Membership>,
    /// What editors wrote about it, if anybody did.
    pub card: Option<Box<Card>>,
    pub photo: Photo,
    pub created: Millis,
    pub updated: Millis,
    /// Counts the changes.
    pub revision: u64,
    pub current: Version,
}

impl Asset {
    /// Whether nothing hides it: neither itself, nor its folder, nor its set.
    pub fn is_listed(&self) -> bool {
        self.visibility == Visibility::Listed && !self.concealed && !self.is_withheld()
    }

    /// What clients call it that know short names.
    pub fn shown_name(&self) -> &Name {
        self.short_name.as_ref().unwrap_or(&self.name)
    }
}

/// A tag that software proposed.
#[derive(Debug, Clone, PartialEq)]
pub struct AutoTag {
    pub name: String,
    /// 0 to 100.
    pub confidence: f64,
    /// Name of the extension that proposed it.
    pub source: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Folder {
    pub id: FolderId,
    pub path: FolderPath,
    /// An inactive folder hides everything in it.
    pub active: bool,
    /// It is hidden: inactive itself, or inside of one that is.
    pub concealed: bool,
    pub created: Millis,
    pub updated: Millis,
}

/// What one upload brings. `None` in a field leaves it as it was, or at its default for a new asset.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVersion {
    pub tenant: TenantId,
    pub folder: FolderPath,
    pub name: Name,
    pub known_as: KnownAs,
    pub on_conflict: OnConflict,
    pub blob: Blob,
    pub mime: String,
    pub probe: Option<Probe>,
    pub tags: Change<Vec<String>>,
    pub auto_tags: Change<Vec<AutoTag>>,
    pub description: Change<Option<String>>,
    pub focus: Change<Option<[u32; 4]>>,
    pub custom_metadata: Change<BTreeMap<String, Value>>,
    /// Values of custom metadata for keys that have none afterwards.
    pub fill_metadata: BTreeMap<String, Value>,
    pub notes: Change<BTreeMap<String, Value>>,
    pub access: Change<Access>,
    pub visibility: Change<Visibility>,
    pub card: CardPatch,
    pub terms: Terms,
    /// The name that the file had before it came here, with its extension.
    pub original_name: Change<Option<String>>,
    pub follow_up: NewFollowUp,
    pub receipt: Option<Receipt>,
}

/// By what an upload finds the asset that is there already.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum KnownAs {
    /// By its place, whatever else it is called.
    #[default]
    Name,
    /// By what clients call it that know short names. An asset that has the name, and is called otherwise, is in the way:
    /// [`crate::Error::Conflict`], whatever [`OnConflict`] says.
    Shown(Option<Name>),
    /// The same; but where anything is in the way, it goes to this place.
    ShownOrElse(Option<Name>, Box<Place>),
}

/// Of an upload that may be asked for again: then it is answered with what came of it the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Unique within the tenant.
    pub id: String,
    /// Kept at least until then.
    pub expires: Millis,
}

/// What is written down together with a version.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewFollowUp {
    /// Kinds and payloads; objects, which get the keys `asset` and `version`.
    pub jobs: Vec<(&'static str, Value)>,
    /// About the version, with notes of the dialect.
    pub events: Vec<(EventKind, Value)>,
}

/// What somebody who looked at an asset has found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Learned {
    /// Replace those of the same source.
    pub auto_tags: Option<(String, Vec<AutoTag>)>,
    pub description: Option<String>,
    pub add_tags: Vec<String>,
    pub remove_tags: Vec<String>,
    /// Values of custom metadata; null takes the key away.
    pub edit_metadata: BTreeMap<String, Value>,
}

/// What happens to one field of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Change<T> {
    /// As it was; the default value for a new asset.
    #[default]
    Keep,
    Set(T),
}

/// What an upload does when the name is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnConflict {
    /// The next version of the asset that is there; its id stays.
    NewVersion,
    /// [`crate::Error::Conflict`].
    Reject,
    /// Another asset, under a name much like it.
    Rename,
}

/// What [`crate::Catalog::add_version`] did.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub asset: Asset,
    /// Whether the asset is new.
    pub created: bool,
}

/// How much of an asset's history a copy has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Versions {
    /// The current version only; it is the first of a new asset.
    Current,
    /// All of them, with their numbers.
    All,
}

/// What became of a change to many assets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bulk {
    /// All but these, which the change would have taken over a limit.
    Done { refused: Vec<AssetId> },
    /// Nothing was changed: the tenant has no such assets. In the order in which they were named.
    Missing(Vec<AssetId>),
}

/// A change to the tags of many assets. Tags that are there already, or not there, are no fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagChange {
    /// Behind those that are there, unless all together would have more characters, commas between them included.
    Add {
        tags: Vec<String>,
        most_characters: usize,
    },
    Remove(Vec<String>),
    /// Automatic tags of these names.
    RemoveAuto(Vec<String>),
}

/// What happens to a folder and everything in it, in the background.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderChange {
    /// Into the folder `to`, under its own name. Both are made if they are missing; what is there is merged.
    Copy { to: FolderPath, versions: Versions },
    /// The same, and the folder is gone from where it was.
    Move { to: FolderPath },
    /// Another name in the same parent.
    Rename { name: String },
}

/// What a step of a folder job did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderStep {
    /// Facts about these have changed.
    pub assets: Vec<AssetId>,
    /// Nothing of this folder is where it was.
    pub gone: Option<FolderPath>,
    /// Assets that are done, and all of them.
    pub progress: (u64, u64),
    /// Set by the last step: how many assets stayed where they were, because they would have had too many versions.
    pub ended: Option<u64>,
}

/// Changes to an asset that do not touch its content.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AssetPatch {
    pub tags: Change<Vec<String>>,
    pub auto_tags: Change<Vec<AutoTag>>,
    /// Names of automatic tags that go.
    pub drop_auto_tags: Vec<String>,
    pub description: Change<Option<String>>,
    pub focus: Change<Option<[u32; 4]>>,
    pub custom_metadata: Change<BTreeMap<String, Value>>,
    /// Values of single keys of custom metadata; null takes the key away.
    pub edit_metadata: BTreeMap<String, Value>,
    /// Values of custom metadata for keys that have none afterwards.
    pub fill_metadata: BTreeMap<String, Value>,
    pub notes: Change<BTreeMap<String, Value>>,
    pub access: Change<Access>,
    pub visibility: Change<Visibility>,
    pub photo: PhotoPatch,
    /// Where it goes. [`crate::Error::Conflict`]: another asset is there, or is called the same.
    pub place: Change<Place>,
    pub card: CardPatch,
    /// Nothing is changed unless the asset is in this state still: [`crate::Error::Stale`].
    pub only_if: Option<Stamp>,
}

/// Where an asset is, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Made if it is missing, with its parents.
    pub folder: FolderPath,
    pub name: Name,
    pub short_name: Option<Name>,
}

/// Which entries a listing holds. All given conditions must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    /// Exactly this folder, not the ones below.
    pub folder: Option<FolderPath>,
    pub name: Option<String>,
    /// Any of them; automatic tags count too.
    pub any_tag: Vec<String>,
    pub images: Option<bool>,
}

/// What kinds of entries a listing holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kinds {
    #[default]
    Assets,
    Folders,
    /// Assets and folders.
    Both,
    /// One entry per version that is not current.
    PastVersions,
    /// Assets, folders and past versions; see [`Query::kinds`].
    Everything,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub by: SortKey,
    pub descending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// By code point.
    Name,
    Created,
    Updated,
    /// Folders and what has no such value come first in ascending order.
    Width,
    Height,
    Size,
    Duration,
    /// Capture time, where known.
    Captured,
    /// By code point of what clients call it that know short names.
    Shown,
    /// By the path of the folder that holds it.
    Folder,
    /// Files before folders.
    Kind,
    /// By the name of the format; folders first.
    Format,
    Title,
    FileName,
    /// As it is shown.
    MediaType,
    /// Draft, then what is neither draft nor public, then what is public.
    State,
    /// Capture time, else when the file came here; see [`Asset::taken`].
    Taken,
    /// See [`Asset::photo_title`]; without case.
    PhotoTitle,
    /// See [`Asset::quality`].
    Quality,
    /// Another order each time.
    Random,
    /// How well the words fit that the query asks for; without such words, the order of creation.
    Relevance,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    pub tenant: TenantId,
    pub kinds: Kinds,
    pub filter: Filter,
    /// On top of the filter.
    pub query: Option<Query>,
    pub sort: Sort,
    /// How entries stand that `sort` does not tell apart, one key after the other.
    pub then_by: Vec<Sort>,
    pub arrangement: Arrangement,
    pub limit: u64,
    pub skip: u64,
}

impl Listing {
    /// The first thousand assets of a tenant, oldest first.
    pub fn of(tenant: TenantId) -> Self {
        Self {
            tenant,
            kinds: Kinds::Assets,
            filter: Filter::default(),
            query: None,
            sort: Sort { by: SortKey::Created, descending: false },
            then_by: Vec::new(),
            arrangement: Arrangement::ByBirth,
            limit: 1000,
            skip: 0,
        }
    }
}

/// How entries stand that no sort key tells apart, and whether kinds are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Arrangement {
    /// Ties go by order of creation, in the direction of the first key.
    #[default]
    ByBirth,
    /// Ties go by id, ascending.
    ById,
    /// The same, after all folders have been put in front.
    FoldersFirst,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    Asset(Box<Asset>),
    /// A past version: the asset, with that version in place of `current`.
    PastVersion(Box<Asset>),
    Folder(Folder),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub entries: Vec<Entry>,
    /// Number of entries over all pages. Always known without a query; with one, `None` when counting would take longer
    /// than finding the page.
    pub total: Option<u64>,
}

/// Background work that is to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Which worker understands it, such as `copy-folder`.
    pub kind: &'static str,
    /// What the worker needs to know, in a shape of its own.
    pub payload: Value,
    /// Not before that time.
    pub run_at: Millis,
}

/// Background work.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub id: JobId,
    pub tenant: TenantId,
    /// Which worker understands it, such as `copy-folder`.
    pub kind: String,
    pub payload: Value,
    pub state: JobState,
    /// How often it was begun.
    pub attempts: u32,
    /// Done and total, in the job's own unit.
    pub progress: (u64, u64),
    pub created: Millis,
    pub updated: Millis,
    pub error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobState {
    Waiting,
    /// Leased by a worker; waiting again when the lease runs out.
    Running,
    Done,
    Failed,
}
