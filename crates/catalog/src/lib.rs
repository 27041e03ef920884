//! What we know: tenants, keys, users, folders, assets, versions, blobs, tags, jobs; on SQLite and PostgreSQL.
//!
//! SQL lives here and nowhere else. A method of [`Catalog`] is a whole fact (`add_version`, `delete_asset`) that
//! happens or does not; there is no `begin` and no `commit` to forget. Every query names its tenant.

mod catalog;
mod content_hash;
mod error;
mod id;
mod noun;
mod path;

pub use catalog::{Catalog, Notice, Options};
pub use error::{Error, Result};
pub use id::{AssetId, FolderId, Id, JobId, Kind, OfAsset, OfFolder, OfJob, OfVersion, VersionId};
pub use noun::*;
pub use path::{FolderPath, Name};
