//! What a client may upload later, without a token: everything about the file but its bytes, signed.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use library::{Access, Actor, Library, SigningKey, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::Sha256;

use super::fields::Fields;
use crate::{error::ApiError, files::read_access, names, names::NewName, tokens};

/// As it travels with the client, and comes back. What it says has been checked before it was signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetData {
    pub(crate) org_id: i64,
    #[serde(rename = "type")]
    kind: String,
    name: String,
    path: String,
    file_id: String,
    pub(crate) format: String,
    s3_bucket: String,
    pub(crate) s3_key: String,
    access: String,
    tags: Vec<String>,
    metadata: Map<String, Value>,
    overwrite: bool,
    filename_override: bool,
}

impl AssetData {
    pub(crate) fn new(fields: Fields, organization: i64, cloud: &str, format: &str) -> Self {
        let path = names::shown_folder(&fields.folder).to_owned();
        let name = fields.name.shown().to_owned();
        Self {
            org_id: organization,
            kind: "file".to_owned(),
            file_id: names::joined(&fields.folder, &name),
            name,
            path,
            format: format.to_owned(),
            s3_bucket: cloud.to_owned(),
            s3_key: format!("uploads/{cloud}/original/{}.{format}", uuid()),
            access: match fields.access {
                Access::Public => "public-read",
                Access::PresetsOnly | Access::Private | Access::Closed => "private",
            }
            .to_owned(),
            tags: fields.tags,
            metadata: fields.metadata.into_iter().collect(),
            overwrite: fields.overwrite,
            filename_override: fields.filename_override,
        }
    }

    /// `name`: of which generation.
    pub(crate) fn into_fields(self, name: fn(String) -> NewName) -> Result<Fields, ApiError> {
        Ok(Fields {
            given_name: Some(self.name.clone()),
            name: name(self.name),
            folder: names::folder(&self.path, "path")?,
            access: read_access(&self.access)?,
            tags: self.tags,
            metadata: self.metadata.into_iter().collect(),
            overwrite: self.overwrite,
            filename_override: self.filename_override,
        })
    }

    pub(crate) fn read(text: &str) -> Result<Self, ApiError> {
        serde_json::from_str(text)
            .map_err(|_| ApiError::bad_request("the asset data of the upload cannot be read"))
    }
}

/// The key of the tenant that is named so, and who uploads by its signature.
pub(crate) async fn key(
    library: &Library,
    tenant: TenantId,
    token: &str,
) -> Result<Option<(Actor, SigningKey)>, ApiError> {
    let keys = library.signing_keys(tenant).await?;
    let key = keys.iter().find(|key| tokens::is_named(key, token));
    Ok(key.map(|key| (Actor::full(tenant), key.clone())))
}

/// The key with this secret.
pub(crate) async fn own_key(
    library: &Library,
    tenant: TenantId,
    secret: &str,
) -> Result<SigningKey, ApiError> {
    let keys = library.signing_keys(tenant).await?;
    let key = keys.iter().find(|key| key.secret == secret);
    key.cloned().ok_or_else(ApiError::unauthorized)
}

/// HMAC-SHA256.
pub(crate) fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length, so the error cannot happen; an empty signature equals none.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn base64(text: &str) -> String {
    BASE64_STANDARD.encode(text)
}

/// A random UUID. Without random numbers nothing else would work either; all zeros are refused as taken the second time.
pub(crate) fn uuid() -> String {
    let mut bytes = [0; 16];
    if getrandom::fill(&mut bytes).is_err() {
        tracing::error!("the system has no random numbers to give");
    }
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
