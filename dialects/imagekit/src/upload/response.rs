//! The answer to an upload.

use std::collections::BTreeMap;

use library::{Access, Asset, CustomFields};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    custom_fields::schemas,
    endpoint::{Endpoint, file_path},
    extensions::Statuses,
    files::response::{AiTag, FileType, VersionInfo, ai_tags, coordinates, tags},
    metadata::{Metadata, embedded},
};

/// A field that is answered on demand only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResponseField {
    Tags,
    CustomCoordinates,
    IsPrivateFile,
    IsPublished,
    EmbeddedMetadata,
    CustomMetadata,
    Metadata,
    SelectedFieldsSchema,
}

impl ResponseField {
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("tags", Self::Tags),
        ("customCoordinates", Self::CustomCoordinates),
        ("isPrivateFile", Self::IsPrivateFile),
        ("isPublished", Self::IsPublished),
        ("embeddedMetadata", Self::EmbeddedMetadata),
        ("customMetadata", Self::CustomMetadata),
        ("metadata", Self::Metadata),
        ("selectedFieldsSchema", Self::SelectedFieldsSchema),
    ];

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, field)| *field)
    }
}

/// What is `None` is left out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UploadResponse {
    file_id: String,
    name: String,
    size: u64,
    version_info: VersionInfo,
    file_path: String,
    url: String,
    file_type: FileType,
    #[serde(rename = "AITags")]
    ai_tags: Option<Vec<AiTag>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    orientation: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_coordinates: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_private_file: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_published: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embedded_metadata: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_metadata: Option<BTreeMap<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selected_fields_schema: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extension_status: Option<Statuses>,
}

impl UploadResponse {
    pub(crate) fn new(
        asset: &Asset,
        endpoint: &Endpoint,
        wanted: &[ResponseField],
        custom_fields: &CustomFields,
    ) -> Self {
        let is = |field| wanted.contains(&field);
        let probe = asset.current.probe.as_ref();
        let file_type = FileType::of(&asset.current);
        Self {
            file_id: asset.id.to_string(),
            name: asset.name.as_str().to_owned(),
            size: asset.current.blob.size,
            version_info: VersionInfo::of(asset),
            file_path: file_path(&asset.folder, &asset.name),
            url: endpoint.url(asset),
            file_type,
            ai_tags: ai_tags(asset),
            height: probe.map(|probe| probe.size.height),
            width: probe.map(|probe| probe.size.width),
            orientation: probe
                .map(|probe| probe.orientation)
                .filter(|orientation| *orientation > 1),
            thumbnail_url: (file_type == FileType::Image).then(|| endpoint.thumbnail(asset)),
            description: asset.description.clone(),
            tags: is(ResponseField::Tags).then(|| tags(asset).map_or(Value::Null, Value::from)),
            custom_coordinates: is(ResponseField::CustomCoordinates)
                .then(|| coordinates(asset).map_or(Value::Null, Value::from)),
            is_private_file: is(ResponseField::IsPrivateFile)
                .then_some(asset.access != Access::Public),
            is_published: is(ResponseField::IsPublished).then_some(asset.is_listed()),
            embedded_metadata: is(ResponseField::EmbeddedMetadata)
                .then(|| embedded(&asset.current)),
            custom_metadata: is(ResponseField::CustomMetadata)
                .then(|| asset.custom_metadata.clone()),
            metadata: is(ResponseField::Metadata).then(|| Metadata::of(asset)),
            selected_fields_schema: is(ResponseField::SelectedFieldsSchema)
                .then(|| schemas(custom_fields)),
            extension_status: None,
        }
    }

    /// With how the extensions stand that the request asked for.
    pub(crate) fn with_extensions(self, extension_status: Option<Statuses>) -> Self {
        Self { extension_status, ..self }
    }
}
