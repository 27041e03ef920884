//! Sets as documents.

use library::{Set, SetId, SetState, Stamp};
use serde_json::{Map, Value, json};

use crate::{
    Sams,
    eve::{self, Document},
    time::moment,
};

/// The set of everything that belongs to no other.
pub(crate) const VIRTUAL_ID: SetId = SetId::from_parts(0, 1);
/// No other set is called like this.
pub(super) const VIRTUAL_NAME: &str = "Library";

const STATES: [(SetState, &str); 3] =
    [(SetState::Draft, "draft"), (SetState::Usable, "usable"), (SetState::Disabled, "disabled")];

pub(crate) fn state(state: SetState) -> &'static str {
    STATES.iter().find(|(known, _)| *known == state).map_or("", |(_, word)| word)
}

pub(super) fn parse_state(word: &str) -> Option<SetState> {
    STATES.iter().find(|(_, known)| *known == word).map(|(state, _)| *state)
}

pub(super) fn etag(set: &Set) -> String {
    eve::etag("set", &set.id.to_string(), set.stamp())
}

pub(super) fn document(set: &Set) -> Document {
    let mut document = Document::new();
    let mut put = |field: &str, value: Option<Value>| {
        if let Some(value) = value {
            document.insert(field.to_owned(), value);
        }
    };
    put("_id", Some(set.id.to_string().into()));
    put("name", Some(set.name.as_str().into()));
    put("state", Some(state(set.state).into()));
    put("description", set.description.as_deref().map(Value::from));
    put("destination_name", Some(set.destination.as_str().into()));
    let config = set.destination_config.as_ref();
    put("destination_config", config.map(|config| Value::Object(Map::from_iter(config.clone()))));
    put("maximum_asset_size", set.max_bytes.map(Value::from));
    put("original_creator", set.creator.as_deref().map(Value::from));
    put("version_creator", set.editor.as_deref().map(Value::from));
    for field in ["firstcreated", "_created"] {
        put(field, Some(moment(set.created).into()));
    }
    for field in ["versioncreated", "_updated"] {
        put(field, Some(moment(set.updated).into()));
    }
    put("_etag", Some(etag(set).into()));
    document
}

/// It has no row and no history.
pub(super) fn virtual_document(app: &Sams) -> Document {
    let destinations = app.library.destinations();
    let id = VIRTUAL_ID.to_string();
    let document = json!({
        "_id": id,
        "name": VIRTUAL_NAME,
        "state": "usable",
        "destination_name": destinations.first().map(|(name, _)| *name),
        "firstcreated": moment(0),
        "versioncreated": moment(0),
        "_created": moment(0),
        "_updated": moment(0),
        "_etag": eve::etag("set", &id, Stamp { revision: 0, updated: 0 }),
    });
    match document {
        Value::Object(document) => document,
        _ => Document::new(),
    }
}
