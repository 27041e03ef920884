//! Files and folders as the API shows them.

use std::collections::BTreeMap;

use library::{Access, Asset, Entry, Folder, Version};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    endpoint::{Endpoint, file_path},
    extensions::Statuses,
    metadata::embedded,
    time::iso,
};

/// One element of a listing; `type` tells which.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum ListItem {
    File(Box<FileObject>),
    Folder(FolderObject),
}

impl ListItem {
    pub(crate) fn new(entry: &Entry, endpoint: &Endpoint) -> Self {
        match entry {
            Entry::Asset(asset) => Self::File(Box::new(FileObject::current(asset, endpoint))),
            Entry::PastVersion(asset) => Self::File(Box::new(FileObject::past(asset, endpoint))),
            Entry::Folder(folder) => Self::Folder(FolderObject::from(folder)),
        }
    }
}

/// A file, or one of its versions.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileObject {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    created_at: String,
    updated_at: String,
    file_id: String,
    tags: Option<Vec<String>>,
    #[serde(rename = "AITags")]
    ai_tags: Option<Vec<AiTag>>,
    version_info: VersionInfo,
    embedded_metadata: Map<String, Value>,
    custom_coordinates: Option<String>,
    custom_metadata: BTreeMap<String, Value>,
    is_private_file: bool,
    is_published: bool,
    url: String,
    thumbnail: String,
    file_type: FileType,
    file_path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    size: u64,
    has_alpha: bool,
    mime: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extension_status: Option<Statuses>,
}

impl FileObject {
    pub(crate) fn current(asset: &Asset, endpoint: &Endpoint) -> Self {
        let probe = asset.current.probe.as_ref();
        Self {
            kind: "file",
            name: asset.name.as_str().to_owned(),
            created_at: iso(asset.created),
            updated_at: iso(asset.updated),
            file_id: asset.id.to_string(),
            tags: tags(asset),
            ai_tags: ai_tags(asset),
            version_info: VersionInfo::of(asset),
            embedded_metadata: embedded(&asset.current),
            custom_coordinates: coordinates(asset),
            custom_metadata: asset.custom_metadata.clone(),
            is_private_file: asset.access != Access::Public,
            is_published: asset.is_listed(),
            url: endpoint.url(asset),
            thumbnail: endpoint.thumbnail(asset),
            file_type: FileType::of(&asset.current),
            file_path: file_path(&asset.folder, &asset.name),
            height: probe.map(|probe| probe.size.height),
            width: probe.map(|probe| probe.size.width),
            size: asset.current.blob.size,
            has_alpha: probe.is_some_and(|probe| probe.has_alpha),
            mime: asset.current.mime.clone(),
            description: asset.description.clone(),
            extension_status: None,
        }
    }

    /// With how the extensions stand that the request asked for.
    pub(crate) fn with_extensions(self, extension_status: Option<Statuses>) -> Self {
        Self { extension_status, ..self }
    }

    /// The asset with a past version in place of its current one.
    pub(crate) fn past(asset: &Asset, endpoint: &Endpoint) -> Self {
        Self {
            kind: "file-version",
            created_at: iso(asset.current.created),
            updated_at: iso(asset.current.created),
            url: endpoint.version_url(asset, &asset.current.id),
            thumbnail: endpoint.version_thumbnail(asset, &asset.current.id),
            ..Self::current(asset, endpoint)
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FolderObject {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    folder_id: String,
    folder_path: String,
    created_at: String,
    updated_at: String,
    custom_metadata: Map<String, Value>,
}

impl From<&Folder> for FolderObject {
    fn from(folder: &Folder) -> Self {
        Self {
            kind: "folder",
            name: folder.path.name().unwrap_or_default().to_owned(),
            folder_id: folder.id.to_string(),
            folder_path: folder.path.to_string(),
            created_at: iso(folder.created),
            updated_at: iso(folder.updated),
            custom_metadata: Map::new(),
        }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct VersionInfo {
    id: String,
    name: String,
}

impl VersionInfo {
    pub(crate) fn of(asset: &Asset) -> Self {
        Self { id: asset.current.id.to_string(), name: format!("Version {}", asset.current.number) }
    }
}

/// `image` or `non-image`; video is the latter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FileType {
    Image,
    NonImage,
}

impl FileType {
    pub(crate) fn of(version: &Version) -> Self {
        if version.mime.starts_with("image/") { Self::Image } else { Self::NonImage }
    }
}

/// A tag that software proposed.
#[derive(Debug, Serialize)]
pub(crate) struct AiTag {
    name: String,
    confidence: f64,
    source: String,
}

/// `null` if there are none; SDKs read the key without looking.
pub(crate) fn ai_tags(asset: &Asset) -> Option<Vec<AiTag>> {
    let tags = asset.auto_tags.iter();
    let tags: Vec<AiTag> = tags
        .map(|tag| AiTag {
            name: tag.name.clone(),
            confidence: tag.confidence,
            source: tag.source.clone(),
        })
        .collect();
    (!tags.is_empty()).then_some(tags)
}

/// `null` if there are none.
pub(crate) fn tags(asset: &Asset) -> Option<Vec<String>> {
    (!asset.tags.is_empty()).then(|| asset.tags.clone())
}

/// `x,y,width,height`
pub(crate) fn coordinates(asset: &Asset) -> Option<String> {
    asset.focus.map(|[x, y, width, height]| format!("{x},{y},{width},{height}"))
}
