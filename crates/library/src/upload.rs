//! The verb upload.

use std::collections::BTreeMap;

use catalog::{Access, AutoTag, Change, FolderPath, Name, OnConflict, Stored, Visibility};
use serde_json::Value;

use crate::{Actor, Library, Result, Spooled};

/// What an upload says beside its bytes. Fields of type [`Change`] keep what an existing asset has.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// Made if missing, with its parents.
    pub folder: FolderPath,
    pub name: Name,
    pub on_conflict: OnConflict,
    pub tags: Change<Vec<String>>,
    pub auto_tags: Change<Vec<AutoTag>>,
    pub description: Change<Option<String>>,
    /// Area of interest in stored pixels: x, y, width, height.
    pub focus: Change<Option<[u32; 4]>>,
    pub custom_metadata: Change<BTreeMap<String, Value>>,
    pub access: Change<Access>,
    pub visibility: Change<Visibility>,
}
