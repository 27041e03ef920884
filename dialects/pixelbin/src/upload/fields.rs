//! What an upload says beside its bytes, each field checked once.

use std::collections::BTreeMap;

use library::{Access, FolderPath};
use serde_json::Value;
use wire::json::Object;

use crate::{error::ApiError, files::read_access, names, names::NewName};

/// Where files that are uploaded say they came from.
pub(crate) const SOURCE: &str = "source";

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fields {
    pub(crate) name: NewName,
    /// As the client wrote it.
    pub(crate) given_name: Option<String>,
    pub(crate) folder: FolderPath,
    pub(crate) access: Access,
    pub(crate) tags: Vec<String>,
    /// With its source.
    pub(crate) metadata: BTreeMap<String, Value>,
    pub(crate) overwrite: bool,
    pub(crate) filename_override: bool,
}

/// The same before the name is decided, which may depend on the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Given {
    pub(crate) name: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) access: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) metadata: BTreeMap<String, Value>,
    pub(crate) overwrite: bool,
    pub(crate) filename_override: bool,
}

impl Given {
    /// From a JSON body.
    pub(crate) fn take(body: &mut Object) -> Result<Self, ApiError> {
        Ok(Self {
            name: body.text("name")?,
            path: body.text("path")?,
            access: body.text("access")?,
            tags: body.texts("tags")?.unwrap_or_default(),
            metadata: body.object("metadata")?.unwrap_or_default().into_iter().collect(),
            overwrite: body.boolean("overwrite")?.unwrap_or(false),
            filename_override: body.boolean("filenameOverride")?.unwrap_or(false),
        })
    }

    pub(crate) fn named(self, name: NewName, source: &str) -> Result<Fields, ApiError> {
        let mut metadata = self.metadata;
        metadata.insert(SOURCE.to_owned(), source.into());
        Ok(Fields {
            name,
            folder: names::folder(self.path.as_deref().unwrap_or_default(), "path")?,
            given_name: self.name,
            access: match self.access.as_deref() {
                None | Some("") => Access::Public,
                Some(text) => read_access(text)?,
            },
            tags: distinct(self.tags),
            metadata,
            overwrite: self.overwrite,
            filename_override: self.filename_override,
        })
    }
}

/// In the order in which they came.
fn distinct(tags: Vec<String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::with_capacity(tags.len());
    for tag in tags {
        if !tag.is_empty() && !distinct.contains(&tag) {
            distinct.push(tag);
        }
    }
    distinct
}
