//! What we know: tenants, keys, users, folders, assets, versions, blobs, tags, jobs; on SQLite and PostgreSQL.
//!
//! SQL lives here and nowhere else. A method of [`Catalog`] is a whole fact (`add_version`, `delete_asset`) that
//! happens or does not; there is no `begin` and no `commit` to forget. Every query names its tenant.

mod album;
mod answer;
mod asset;
mod blob;
mod bulk;
mod card;
mod catalog;
mod content_hash;
mod cover;
mod custom_field;
mod database;
mod email;
mod error;
mod event;
mod folder;
mod folder_job;
mod globe;
mod id;
mod index;
mod job;
mod key;
mod label;
mod listing;
mod migrations;
mod moment;
mod notice;
mod noun;
mod origin;
mod path;
mod photo;
mod place;
mod plugin_credential;
mod postgres;
mod posting;
mod prediction;
mod preset;
mod query;
mod receipt;
mod relocate;
mod rendition;
mod row;
mod saved_extension;
mod session;
mod set;
mod slot;
mod slug;
mod sql;
mod sqlite;
mod store;
mod tenant;
mod token;
mod tree;
mod url_endpoint;
mod usage;
mod user;
mod user_token;
mod version;
mod webhook;

pub use catalog::{Catalog, Options};
pub use email::EmailAddress;
pub use error::{Error, Result};
pub use event::TELL_EVENTS;
pub use folder_job::{COPY_FOLDER, MOVE_FOLDER, RENAME_FOLDER};
pub use id::{
    AlbumId, AssetId, CredentialId, EndpointId, EventId, FieldId, FolderId, Id, JobId, Kind,
    LabelId, OfAlbum, OfAsset, OfCredential, OfEndpoint, OfEvent, OfField, OfFolder, OfJob,
    OfLabel, OfOrigin, OfPosting, OfPreset, OfRendition, OfSavedExtension, OfSet, OfUser,
    OfVersion, OfWebhook, OriginId, PostingId, PresetId, RenditionId, SavedExtensionId, SetId,
    UserId, VersionId, WebhookId,
};
pub use listing::Facet;
pub use moment::parse_moment;
pub use notice::Notice;
pub use noun::*;
pub use path::{FolderPath, Name};
pub use posting::POST;
pub use prediction::PREDICT;
pub use query::{
    Area, Clause, Comparison, EntryKind, Fact, Glob, GlobPart, Grouped, Measure, Pattern, Query,
    Scalar, TagTest, Test, TextTest, TokenField, TokenTest, ValueTest, Written, WrittenTest,
};
pub use set::SETS_FOLDER;
pub use slug::slug;
pub use store::SETTLE;
pub use tenant::BUILT_IN_TENANT;
