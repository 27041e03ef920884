//! Sets: they own assets, and decide where their bytes are and whether they are open at all.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Asset, Millis, Stamp};
use crate::{FolderPath, SetId};

#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    pub id: SetId,
    /// Unique within the tenant.
    pub name: String,
    pub state: SetState,
    pub description: Option<String>,
    /// Name of the place where bytes are kept.
    pub destination: String,
    pub destination_config: Option<BTreeMap<String, Value>>,
    /// Larger files are refused, bytes. `None`, zero or less: there is no limit.
    pub max_bytes: Option<i64>,
    /// Where uploads are filed; its last segment comes from the name.
    pub folder: FolderPath,
    pub creator: Option<String>,
    pub editor: Option<String>,
    pub revision: u64,
    pub created: Millis,
    pub updated: Millis,
}

/// What may be done with a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetState {
    /// Being set up: it takes no assets yet.
    Draft,
    Usable,
    /// Closed: its assets are there, and open to nobody without rights.
    Disabled,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewSet {
    /// Without one it is given a fresh one.
    pub id: Option<SetId>,
    pub name: String,
    pub state: SetState,
    pub description: Option<String>,
    pub destination: String,
    pub destination_config: Option<BTreeMap<String, Value>>,
    pub max_bytes: Option<i64>,
    pub creator: Option<String>,
}

/// Changes to a set. `None` leaves a field as it was.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SetPatch {
    pub name: Option<String>,
    pub state: Option<SetState>,
    pub description: Option<String>,
    pub destination: Option<String>,
    pub destination_config: Option<BTreeMap<String, Value>>,
    pub max_bytes: Option<i64>,
    pub editor: Option<String>,
}

/// The set that an asset belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    pub set: SetId,
    pub is_usable: bool,
}

impl Set {
    pub fn stamp(&self) -> Stamp {
        Stamp { revision: self.revision, updated: self.updated }
    }

    /// The largest file that it takes, bytes.
    pub fn limit(&self) -> Option<u64> {
        self.max_bytes.and_then(|bytes| u64::try_from(bytes).ok()).filter(|&bytes| bytes > 0)
    }
}

impl Asset {
    /// Its set is closed: whatever is said of the asset itself, nobody without rights sees it.
    pub fn is_withheld(&self) -> bool {
        self.set.is_some_and(|set| !set.is_usable)
    }
}
