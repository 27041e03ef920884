//! The fields of an upload form, checked once. Each fault is a 400 that names its field.

use std::collections::BTreeMap;

use library::{
    Access, Change, FolderPath, FollowUp, Name, OnConflict, Undecodable, Upload, Visibility,
};
use serde_json::Value;

use super::{checks::Checks, receive::Texts, response::ResponseField, transformation::Requested};
use crate::{error::ApiError, extensions, names, tags, time};

/// Names of the fields that mean something, `file` apart.
pub(crate) const KNOWN: [&str; 22] = [
    "fileName",
    "useUniqueFileName",
    "folder",
    "tags",
    "isPrivateFile",
    "isPublished",
    "customCoordinates",
    "responseFields",
    "extensions",
    "webhookUrl",
    "overwriteFile",
    "overwriteAITags",
    "overwriteTags",
    "overwriteCustomMetadata",
    "customMetadata",
    "description",
    "transformation",
    "checks",
    "publicKey",
    "token",
    "expire",
    "signature",
];

/// What an upload form says.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the form has that many switches, each for itself"
)]
pub(crate) struct Fields {
    name: Name,
    is_unique: bool,
    folder: FolderPath,
    tags: Option<Vec<String>>,
    is_private: Option<bool>,
    is_published: Option<bool>,
    focus: Option<[u32; 4]>,
    overwrite_file: bool,
    overwrite_auto_tags: bool,
    overwrite_tags: bool,
    overwrite_custom_metadata: bool,
    pub(crate) custom_metadata: Option<BTreeMap<String, Value>>,
    description: Option<String>,
    pub(super) checks: Option<Checks>,
    pub(crate) transformation: Requested,
    pub(crate) extensions: Vec<extensions::Requested>,
    /// `webhookUrl`.
    pub(crate) callback: Option<String>,
    /// `responseFields`.
    pub(crate) wanted: Vec<ResponseField>,
}

impl Fields {
    pub(crate) fn parse(texts: &Texts) -> Result<Self, ApiError> {
        let text = |field: &str| texts.get(field).map(String::as_str);
        let flag = |field: &str| text(field).map(|text| boolean(field, text)).transpose();
        let name = text("fileName").filter(|name| !name.is_empty());
        Ok(Self {
            name: names::file(
                name.ok_or_else(|| {
                    ApiError::bad_request("Your request is missing the `fileName` field.")
                })?,
                "fileName",
            )?,
            checks: text("checks")
                .map(|text| Checks::parse(text, time::now_millis()))
                .transpose()?,
            is_unique: flag("useUniqueFileName")?.unwrap_or(true),
            folder: names::folder(text("folder").unwrap_or("/"), "folder")?,
            tags: text("tags").map(tags).transpose()?,
            is_private: flag("isPrivateFile")?,
            is_published: flag("isPublished")?,
            focus: text("customCoordinates")
                .filter(|text| !text.is_empty())
                .map(coordinates)
                .transpose()?,
            overwrite_file: flag("overwriteFile")?.unwrap_or(true),
            overwrite_auto_tags: flag("overwriteAITags")?.unwrap_or(true),
            overwrite_tags: flag("overwriteTags")?.unwrap_or(true),
            overwrite_custom_metadata: flag("overwriteCustomMetadata")?.unwrap_or(true),
            custom_metadata: text("customMetadata").map(custom_metadata).transpose()?,
            description: text("description").map(str::to_owned),
            transformation: text("transformation")
                .map(Requested::parse)
                .transpose()?
                .unwrap_or_default(),
            extensions: text("extensions")
                .map(extensions::parse_text)
                .transpose()?
                .unwrap_or_default(),
            callback: text("webhookUrl").map_or(Ok(None), extensions::webhook_url)?,
            wanted: text("responseFields").map(response_fields).transpose()?.unwrap_or_default(),
        })
    }

    /// With a fresh suffix, if the name is to be unique.
    pub(crate) fn to_upload(&self) -> Result<Upload, ApiError> {
        let name = if self.is_unique { names::unique(&self.name)? } else { self.name.clone() };
        Ok(Upload {
            on_conflict: if self.is_unique || self.overwrite_file {
                OnConflict::NewVersion
            } else {
                OnConflict::Reject
            },
            undecodable: Undecodable::Reject,
            tags: given_or(self.tags.clone(), self.overwrite_tags),
            auto_tags: given_or(None, self.overwrite_auto_tags),
            description: self
                .description
                .clone()
                .map_or(Change::Keep, |text| Change::Set(Some(text))),
            // A file that is overwritten without coordinates has none.
            focus: Change::Set(self.focus),
            custom_metadata: given_or(self.custom_metadata.clone(), self.overwrite_custom_metadata),
            notes: Change::Keep,
            access: match self.is_private {
                None => Change::Keep,
                Some(true) => Change::Set(Access::PresetsOnly),
                Some(false) => Change::Set(Access::Public),
            },
            visibility: match self.is_published {
                None => Change::Keep,
                Some(true) => Change::Set(Visibility::Listed),
                Some(false) => Change::Set(Visibility::Draft),
            },
            follow_up: FollowUp { callback: self.callback.clone(), ..FollowUp::default() },
            ..Upload::to(self.folder.clone(), name)
        })
    }
}

/// A value that is given always wins; without one, `overwrite` says whether the old value goes.
fn given_or<T: Default>(given: Option<T>, overwrite: bool) -> Change<T> {
    match (given, overwrite) {
        (Some(value), _) => Change::Set(value),
        (None, true) => Change::Set(T::default()),
        (None, false) => Change::Keep,
    }
}

fn boolean(field: &str, text: &str) -> Result<bool, ApiError> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        other => Err(ApiError::bad_request(format!(
            "`{field}` expects true or false, found `{}`.",
            brief(other)
        ))),
    }
}

/// Separated by commas.
fn tags(text: &str) -> Result<Vec<String>, ApiError> {
    let tags: Vec<String> = text.split(',').map(str::to_owned).collect();
    tags::check("tags", &tags)
}

/// `x,y,width,height`, whole numbers from 0.
pub(crate) fn coordinates(text: &str) -> Result<[u32; 4], ApiError> {
    let number = |text: &str| {
        let text = text.trim();
        let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_plain { text.parse::<u32>().ok() } else { None }
    };
    let numbers: Option<Vec<u32>> = text.split(',').map(number).collect();
    numbers.and_then(|numbers| <[u32; 4]>::try_from(numbers).ok()).ok_or_else(|| {
        ApiError::bad_request(format!(
            "`customCoordinates` expects x,y,width,height as whole numbers from 0, found `{}`.",
            brief(text)
        ))
    })
}

/// A JSON object; which values its keys take is for the library to say.
fn custom_metadata(text: &str) -> Result<BTreeMap<String, Value>, ApiError> {
    serde_json::from_str(text).map_err(|error| {
        ApiError::bad_request(format!("`customMetadata` expects a JSON object: {error}."))
    })
}

fn response_fields(text: &str) -> Result<Vec<ResponseField>, ApiError> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names
        .map(|name| {
            ResponseField::parse(name).ok_or_else(|| {
                let known: Vec<&str> = ResponseField::ALL.iter().map(|(known, _)| *known).collect();
                let found = brief(name);
                ApiError::bad_request(format!(
                    "`responseFields` expects some of {}, found `{found}`.",
                    known.join(", ")
                ))
            })
        })
        .collect()
}

/// A text of the client for a message, cut where it would fill the page.
fn brief(text: &str) -> String {
    text.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests;
