//! Ids in paths and bodies. A text that is none of ours belongs to nothing: 404, never 400.

use library::Id;

/// In the spelling of this protocol, UUIDs; `None`: nothing can have this id.
pub(crate) fn parse<K>(text: &str) -> Option<Id<K>> {
    Id::parse_uuid(text).ok()
}
