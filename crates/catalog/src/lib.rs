//! What we know: tenants, keys, users, folders, assets, versions, blobs, tags, jobs; on SQLite and PostgreSQL.
//!
//! SQL lives here and nowhere else. A method of [`Catalog`] is a whole fact (`add_version`, `delete_asset`) that
//! happens or does not; there is no `begin` and no `commit` to forget. Every query names its tenant.

mod asset;
mod blob;
mod bulk;
mod catalog;
mod content_hash;
mod database;
mod error;
mod folder;
mod folder_job;
mod id;
mod job;
mod key;
mod listing;
mod migrations;
mod notice;
mod noun;
mod path;
mod postgres;
mod relocate;
mod row;
mod sql;
mod sqlite;
mod tenant;
mod token;
mod tree;
mod user;
mod version;

pub use catalog::{Catalog, Options};
pub use error::{Error, Result};
pub use folder_job::{COPY_FOLDER, MOVE_FOLDER, RENAME_FOLDER};
pub use id::{AssetId, FolderId, Id, JobId, Kind, OfAsset, OfFolder, OfJob, OfVersion, VersionId};
pub use notice::Notice;
pub use noun::*;
pub use path::{FolderPath, Name};
