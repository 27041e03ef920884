//! What happened, and whom it is told.

use serde_json::Value;

use super::{Millis, TenantId};
use crate::{AssetId, EventId, FolderId, PostingId, VersionId, WebhookId};

/// Something that happened to a tenant's things.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: EventId,
    pub tenant: TenantId,
    pub kind: EventKind,
    pub subject: Subject,
    /// What the dialect that caused it wants to remember, in a shape of its own.
    pub note: Value,
    pub audience: Audience,
    pub created: Millis,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    pub tenant: TenantId,
    pub kind: EventKind,
    pub subject: Subject,
    pub note: Value,
    pub audience: Audience,
}

/// Kinds of events, in no dialect's words. Those up to the folders are written by the facts themselves; the others by
/// the verbs that know of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    AssetCreated,
    /// Anything but its content: what a listing shows, and where it is.
    AssetUpdated,
    AssetDeleted,
    VersionCreated,
    VersionDeleted,
    FolderCreated,
    FolderUpdated,
    FolderDeleted,
    /// An upload was changed before it was stored.
    Prepared,
    /// It could not be, and nothing was stored.
    PreparationFailed,
    /// A variant of an asset has been made ahead of time.
    VariantMade,
    VariantFailed,
    ExtensionDone,
    ExtensionFailed,
}

/// What an event is about. What has been deleted since is known by its id alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subject {
    pub asset: Option<AssetId>,
    pub version: Option<VersionId>,
    pub folder: Option<FolderId>,
}

/// Who hears of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// The webhooks of the tenant that want to. Without any, the event is not written down.
    Webhooks,
    /// This URL, given by the request that caused it.
    Callback(String),
}

/// A body that is to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPosting {
    /// Where to; `None` for a callback, whose `url` says it.
    pub webhook: Option<WebhookId>,
    pub url: String,
    /// What the receiver calls the event.
    pub kind: String,
    pub body: String,
}

/// A body that is posted, or was; an entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub id: PostingId,
    pub tenant: TenantId,
    pub event: EventId,
    pub webhook: Option<WebhookId>,
    pub url: String,
    pub kind: String,
    pub body: String,
    pub state: PostingState,
    pub attempts: u32,
    /// HTTP status of the last answer, if there was one.
    pub status: Option<u16>,
    /// Why the last attempt failed.
    pub error: Option<String>,
    pub created: Millis,
    pub updated: Millis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PostingState {
    Waiting,
    Delivered,
    /// Given up.
    Failed,
}

/// How one attempt at a posting went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub state: PostingState,
    pub status: Option<u16>,
    pub error: Option<String>,
}
