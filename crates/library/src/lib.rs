//! What one may do with the library: upload, deliver, list, organize. Knows no HTTP and no JSON of a dialect.
//!
//! The nouns are the catalog's, re-exported. The one port of our own is [`ImageEngine`].
//! To add a verb: a file named after it with an `impl Library` block, and its request and answer types beside it.

pub use catalog::{
    Access, Asset, AssetId, AssetPatch, AutoTag, Blob, Bulk, Change, ContentHash, Entry, Filter,
    Folder, FolderChange, FolderId, FolderPath, Job, JobId, JobState, Key, Kinds, Listing, Millis,
    Name, OnConflict, Page, Sort, SortKey, Stored, TagChange, Tenant, TenantId, Version, VersionId,
    Versions, Visibility,
};
pub use catalog::{COPY_FOLDER, MOVE_FOLDER, RENAME_FOLDER};

mod actor;
mod admission;
mod asset_map;
mod blobs;
mod bulk;
mod cache;
mod config;
mod deliver;
mod engine;
mod error;
mod fetch;
mod flight;
mod folders;
mod jobs;
mod keyring;
mod library;
mod negotiate;
mod organize;
mod prepare;
mod purge;
mod relocate;
mod seal;
mod spool;
mod upload;
mod versions;

pub use actor::{Actor, Rights};
pub use asset_map::Freshness;
pub use config::{CacheConfig, Config, FetchConfig, LimitsConfig, RenderConfig, StorageConfig};
pub use deliver::{AssetRef, Body, CacheRule, Deliver, Delivery, What};
pub use engine::{EngineError, ImageEngine, RenderJob, Rendered};
pub use error::{Error, Result};
pub use keyring::{KeyPair, SigningKey};
pub use library::{Explained, Library};
pub use negotiate::Accepts;
pub use purge::PURGE;
pub use spool::{Spool, Spooled};
pub use upload::{Undecodable, Upload};
