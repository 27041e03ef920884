//! What a tenant sets up for itself: presets, webhooks, saved extensions, origins and URL endpoints.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Millis, TenantId};
use crate::{CredentialId, EndpointId, OriginId, PresetId, SavedExtensionId, WebhookId};

/// A named plan, in the words of the dialect that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    pub id: PresetId,
    /// Unique within its namespace.
    pub name: String,
    /// As its dialect writes transformations, and as it was given.
    pub text: String,
    pub enabled: bool,
    pub created: Millis,
    pub updated: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPreset {
    pub tenant: TenantId,
    /// Which dialect's presets these are; each has names of its own.
    pub namespace: &'static str,
    pub name: String,
    pub text: String,
    pub enabled: bool,
}

/// Changes to a preset. `None` leaves a field as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PresetPatch {
    pub name: Option<String>,
    pub text: Option<String>,
    pub enabled: Option<bool>,
}

/// Somebody who wants to hear of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: WebhookId,
    /// Where events are posted; unique within the tenant.
    pub url: String,
    /// Names of the events that are posted.
    pub events: Vec<String>,
    pub enabled: bool,
    /// What deliveries are signed with, sealed (AEAD).
    pub sealed_secret: Vec<u8>,
    pub created: Millis,
    pub updated: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWebhook {
    pub tenant: TenantId,
    pub url: String,
    pub events: Vec<String>,
    pub enabled: bool,
    pub sealed_secret: Vec<u8>,
}

/// Changes to a webhook. `None` leaves a field as it was; the secret never changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebhookPatch {
    pub url: Option<String>,
    pub events: Option<Vec<String>>,
    pub enabled: Option<bool>,
}

/// What a tenant lets a plug-in of another service log in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginCredential {
    pub id: CredentialId,
    /// In the dialect's words; unique within the tenant.
    pub plugin: String,
    /// Sealed (AEAD).
    pub sealed: Vec<u8>,
    pub created: Millis,
    pub updated: Millis,
}

/// An extension with its parameters, to be called by its id.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedExtension {
    pub id: SavedExtensionId,
    pub name: String,
    pub description: String,
    /// As its dialect writes extensions.
    pub config: Value,
    pub created: Millis,
    pub updated: Millis,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewSavedExtension {
    pub tenant: TenantId,
    pub name: String,
    pub description: String,
    pub config: Value,
}

/// Changes to a saved extension. `None` leaves a part as it was.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SavedExtensionPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub config: Option<Value>,
}

/// Another place where files may be, as a dialect describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    pub id: OriginId,
    pub settings: OriginSettings,
    pub created: Millis,
    pub updated: Millis,
}

#[derive(Debug, Clone, PartialEq)]
pub struct OriginSettings {
    pub name: String,
    /// In the dialect's words, such as `S3`.
    pub kind: String,
    /// What the kind knows besides; nothing secret.
    pub parameters: BTreeMap<String, Value>,
    /// Credentials, sealed (AEAD).
    pub sealed_secrets: Vec<u8>,
}

/// Where delivery URLs begin, below the tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct UrlEndpoint {
    pub id: EndpointId,
    pub settings: UrlEndpointSettings,
}

#[derive(Debug, Clone, PartialEq)]
pub struct UrlEndpointSettings {
    /// One segment of a path, unique within the tenant; empty for the tenant's own.
    pub prefix: String,
    pub description: String,
    /// Where files are looked for that the library does not have, in this order.
    pub origins: Vec<OriginId>,
    /// How URLs of another vendor are read, in the dialect's words.
    pub rewriter: Option<Value>,
}
