//! What one may do with the library: upload, deliver, list, organize. Knows no HTTP and no JSON of a dialect.
//!
//! The nouns are the catalog's, re-exported. The one port of our own is [`ImageEngine`].
//! To add a verb: a file named after it with an `impl Library` block, and its request and answer types beside it.

pub use catalog::Kind as IdKind;
pub use catalog::{
    Access, Album, AlbumDetails, AlbumEntry, AlbumId, AlbumListing, AlbumMember, AlbumOrder,
    AlbumPatch, AssetLabel, CoverOf, Fact, Grouped, Label, LabelEntry, LabelId, LabelListing,
    LabelPatch, NewLabel, Pattern, Photo, PhotoChange, PhotoCounts, PhotoPatch, Said, Session,
    SessionKind, Taken, User, UserId, slug,
};
pub use catalog::{
    Answer, Answered, Area, Arrangement, Asked, Asset, AssetId, AssetPatch, AutoTag, Blob, Bounds,
    Bulk, Card, CardPatch, Change, Clause, Comparison, ContentHash, CustomField, CustomFieldPatch,
    Day, EmailAddress, EndpointId, Entry, EntryKind, Event, EventKind, Facet, FieldId, FieldRule,
    FieldSchema, Filter, Folder, FolderChange, FolderId, FolderPath, Glob, GlobPart, Id, Job,
    JobId, JobState, Key, Kinds, KnownAs, Listing, Lock, Measure, Media, Membership, Millis, Name,
    NewPrediction, NewSet, OnConflict, Origin, OriginId, Page, Picture, Place, PluginCredential,
    Posting, PostingState, Prediction, PredictionId, Preset, PresetId, PresetPatch, Query, Receipt,
    Rendition, RenditionId, SETS_FOLDER, SavedExtension, SavedExtensionId, SavedExtensionPatch,
    Scalar, Set, SetId, SetPatch, SetState, Slot, Sort, SortKey, Stamp, Stored, Subject, TagChange,
    TagNames, TagTest, Tenant, TenantId, Terms, Test, TextForm, TextTest, TokenField, TokenTest,
    Traffic, UrlEndpoint, UrlEndpointSettings, UserToken, ValueTest, Version, VersionId, Versions,
    Visibility, WebhookId, WebhookPatch, Written, WrittenTest, parse_moment,
};
pub use catalog::{COPY_FOLDER, MOVE_FOLDER, RENAME_FOLDER};

mod actor;
mod administration;
mod admission;
mod albums;
mod archive;
mod asset_map;
mod blobs;
mod built_in;
mod bulk;
mod cache;
mod config;
mod deliver;
mod engine;
mod error;
mod events;
mod extensions;
mod fetch;
mod fields;
mod filing;
mod flight;
mod folders;
mod follow_up;
mod ingredients;
mod jobs;
mod keyring;
mod labels;
mod library;
mod locks;
mod memory;
mod negotiate;
mod organize;
mod parts;
mod photos;
mod plugin_credentials;
mod postings;
mod predictions;
mod prepare;
mod presets;
mod purge;
mod rate;
mod relocate;
mod renditions;
mod saved_extensions;
mod seal;
mod sessions;
mod sets;
mod settle;
mod slots;
mod spool;
mod stages;
mod staging;
mod stored;
mod update;
mod upload;
mod upload_turn;
mod url_endpoints;
mod usage;
mod versions;
mod webhooks;

pub use actor::{Actor, Rights};
pub use archive::Archive;
pub use asset_map::Freshness;
pub use config::{
    BackEndConfig, BucketConfig, CacheConfig, Config, DestinationConfig, DestinationPlace,
    ExtensionsConfig, FetchConfig, LimitsConfig, RenderConfig, StorageConfig, WebhooksConfig,
};
pub use deliver::{AssetRef, Body, CacheRule, Deliver, Delivery, What};
pub use engine::{EngineError, ImageEngine, RenderJob, Rendered};
pub use error::{Error, Result};
pub use events::{Herald, Letter, Message, Sign, Tell, Told};
pub use extensions::operation::Operation;
pub use extensions::{Extension, ExtensionKind, ExtensionStatus, TagLimits, Watch};
pub use fields::{CustomFields, SchemaPart, schema_faults, value_fault};
pub use filing::{Import, files_below};
pub use follow_up::{FollowUp, Variant};
pub use keyring::{KeyPair, SigningKey};
pub use library::{Explained, Library};
pub use locks::LockFault;
pub use memory::Remembered;
pub use negotiate::Accepts;
pub use parts::PartsOf;
pub use predictions::{Owner, TellPrediction};
pub use presets::Presets;
pub use purge::PURGE;
pub use rate::{Rate, RateLimiter};
pub use renditions::{Made, Wanted};
pub use sessions::{KnownUrlTokens, SignedIn, Token, UrlTokens};
pub use sets::{SetFault, set_fault};
pub use slots::Filling;
pub use spool::{Spool, Spooled};
pub use stages::{Report, Stage, Staged};
pub use staging::StagedFile;
pub use upload::{Examined, Undecodable, Upload};
pub use upload_turn::UploadTurn;
pub use url_endpoints::{NewOrigin, UrlEndpoints};
pub use usage::{Meter, Usage};
pub use webhooks::Webhook;
