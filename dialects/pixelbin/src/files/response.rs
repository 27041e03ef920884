//! Files as the API shows them.

use std::collections::BTreeMap;

use library::{Access, Asset};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Map, Value, json};
use wire::time::iso;

use crate::{base::Base, names};

/// Everything that is not unreserved is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A file with all that is known of it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileObject {
    #[serde(rename = "_id")]
    id: String,
    name: String,
    path: String,
    file_id: String,
    format: String,
    asset_type: &'static str,
    access: &'static str,
    size: u64,
    is_active: bool,
    tags: Vec<String>,
    metadata: BTreeMap<String, Value>,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail: Option<String>,
    meta: Map<String, Value>,
    kv_store: [Value; 0],
    width: Option<u32>,
    height: Option<u32>,
    created_at: String,
    updated_at: String,
}

impl FileObject {
    pub(crate) fn new(asset: &Asset, base: &Base) -> Self {
        let probe = asset.current.probe.as_ref();
        let name = asset.shown_name().as_str();
        let tail = encoded_tail(asset);
        Self {
            id: asset.id.uuid(),
            name: name.to_owned(),
            path: names::shown_folder(&asset.folder).to_owned(),
            file_id: names::joined(&asset.folder, name),
            format: names::format(asset),
            asset_type: asset_type(asset),
            access: access(asset.access),
            size: asset.current.blob.size,
            is_active: asset.visibility == library::Visibility::Listed,
            tags: asset.tags.clone(),
            metadata: asset.notes.clone(),
            url: format!("{}/original/{tail}", base.delivery),
            thumbnail: probe
                .map(|_| format!("{}/t.resize(w:200,h:200,f:inside)/{tail}", base.delivery)),
            meta: Map::new(),
            kv_store: [],
            width: probe.map(|probe| probe.size.width),
            height: probe.map(|probe| probe.size.height),
            created_at: iso(asset.created),
            updated_at: iso(asset.updated),
        }
    }
}

/// A file that has just been uploaded.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UploadedFile {
    #[serde(flatten)]
    file: FileObject,
    org_id: i64,
    #[serde(rename = "type")]
    kind: &'static str,
    is_original: bool,
    context: Value,
}

impl UploadedFile {
    pub(crate) fn new(asset: &Asset, base: &Base) -> Self {
        Self {
            file: FileObject::new(asset, base),
            org_id: asset.tenant.0,
            kind: "file",
            is_original: true,
            context: json!({
                "steps": [],
                "req": { "headers": {}, "query": {} },
                "meta": stored_facts(asset),
            }),
        }
    }
}

/// What is known of the stored bytes, as contexts tell it.
pub(crate) fn stored_facts(asset: &Asset) -> Value {
    let current = &asset.current;
    let probe = current.probe.as_ref();
    let format = names::format(asset);
    let has_alpha = probe.is_some_and(|probe| probe.has_alpha);
    let is = |kind: &str| asset_type(asset) == kind;
    json!({
        "format": format,
        "size": current.blob.size,
        "width": probe.map(|probe| probe.size.width),
        "height": probe.map(|probe| probe.size.height),
        "channels": probe.map(|_| if has_alpha { 4 } else { 3 }),
        "hasAlpha": has_alpha,
        "density": probe.and_then(|probe| probe.density),
        "hasProfile": probe.is_some_and(|probe| probe.has_profile),
        "extension": format,
        "contentType": current.mime,
        "assetType": asset_type(asset),
        "isImageAsset": is("image"),
        "isAudioAsset": is("audio"),
        "isVideoAsset": is("video"),
        "isRawAsset": is("raw"),
        "isTransformationSupported": probe.is_some(),
    })
}

/// One file in a listing.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileItem {
    #[serde(rename = "_id")]
    id: String,
    created_at: String,
    updated_at: String,
    file_id: String,
    path: String,
    name: String,
    format: String,
    asset_type: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    size: u64,
    tags: Vec<String>,
    metadata: BTreeMap<String, Value>,
    access: &'static str,
    width: Option<u32>,
    height: Option<u32>,
    url: String,
}

impl FileItem {
    pub(crate) fn new(asset: &Asset, base: &Base) -> Self {
        let file = FileObject::new(asset, base);
        Self {
            id: file.id,
            created_at: file.created_at,
            updated_at: file.updated_at,
            file_id: file.file_id,
            path: file.path,
            name: file.name,
            format: file.format,
            asset_type: file.asset_type,
            kind: "file",
            size: file.size,
            tags: file.tags,
            metadata: file.metadata,
            access: file.access,
            width: file.width,
            height: file.height,
            url: file.url,
        }
    }
}

/// What a file is: by its media type, and by its name where its bytes do not tell.
pub(crate) fn asset_type(asset: &Asset) -> &'static str {
    let mime = asset.current.mime.as_str();
    let by_name = match names::format(asset).as_str() {
        "mp4" | "mov" | "m4v" | "webm" | "mkv" | "avi" => "video",
        "mp3" | "m4a" | "wav" | "ogg" | "oga" | "flac" | "aac" => "audio",
        _ => "raw",
    };
    match mime.split_once('/') {
        Some(("image", _)) => "image",
        // Sound in the container of films.
        Some(("video", _)) if by_name == "audio" => "audio",
        Some(("video", _)) => "video",
        Some(("audio", _)) => "audio",
        Some(("application", "octet-stream" | "ogg")) => by_name,
        _ => "raw",
    }
}

fn access(access: Access) -> &'static str {
    match access {
        Access::Public => "public-read",
        Access::PresetsOnly | Access::Private | Access::Closed => "private",
    }
}

/// What follows the pattern in a delivery URL.
fn encoded_tail(asset: &Asset) -> String {
    let segments = asset.folder.segments().chain([asset.name.as_str()]);
    let segments: Vec<String> =
        segments.map(|segment| utf8_percent_encode(segment, ENCODED).to_string()).collect();
    segments.join("/")
}
