//! What operations there are: one table, from which URLs are read and the modules' endpoints answer, so that what is
//! described and what works cannot part ways.
//!
//! To add an operation: a line in `basic.rs` or `ai.rs`, and its meaning in `transformation/meaning.rs`.

mod ai;
pub(crate) mod basic;
mod described;
mod endpoints;

pub(crate) use described::{param_shape, shape};
pub(crate) use endpoints::{all, one};

use library::{ExtensionKind, Library};
use serde_json::{Map, Value};

/// A plug-in: operations behind one prefix.
#[derive(Debug)]
pub(crate) struct Plugin {
    pub(crate) identifier: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) needs_credentials: bool,
    pub(crate) is_heavy: bool,
    pub(crate) operations: &'static [Operation],
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    pub(crate) display_name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) params: &'static [Param],
}

#[derive(Debug)]
pub(crate) struct Param {
    /// The key in a URL.
    pub(crate) identifier: &'static str,
    /// What SDKs derive the name of an argument from.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// Type, default and range of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Integer {
        default: i64,
        min: i64,
        max: i64,
    },
    /// A side in pixels, 0 for none: what is over the maximum becomes the maximum.
    Side {
        default: i64,
        max: i64,
    },
    /// `min` and `max` count.
    Float {
        default: f64,
        min: f64,
        max: f64,
    },
    /// 1 to 100, or one of the words.
    Quality {
        default: u8,
    },
    Text(&'static str),
    Boolean(bool),
    Enum {
        default: &'static str,
        values: &'static [&'static str],
    },
    /// 6 or 8 hex digits.
    Color(&'static str),
    /// Delivery tail of another file, in base64.
    File,
    /// A text in base64.
    Custom(&'static str),
    /// `left_top_width_height`; the default is not meant to be used.
    Bbox(&'static str),
    BboxList,
    PolygonList,
}

/// Words for a quality, and what they say.
pub(crate) const QUALITIES: [(&str, u8); 4] =
    [("best", 95), ("good", 80), ("eco", 60), ("low", 40)];

/// The basic module.
pub(crate) const BASIC: &str = "t";

/// Every plug-in, the basic module first.
pub(crate) fn plugins() -> impl Iterator<Item = &'static Plugin> {
    std::iter::once(&basic::BASIC).chain(ai::PLUGINS)
}

pub(crate) fn plugin(identifier: &str) -> Option<&'static Plugin> {
    plugins().find(|plugin| plugin.identifier == identifier)
}

/// An operation as a back end is asked for it.
pub(crate) fn operated(
    plugin: &Plugin,
    operation: &Operation,
    options: Map<String, Value>,
    files: Vec<(String, String)>,
) -> library::Operation {
    let name = format!("{}.{}", plugin.identifier, operation.method);
    let removes_background =
        matches!(name.as_str(), "erase.bg" | "remove.bg" | "vertexAi.removeBG");
    library::Operation {
        name,
        plugin: plugin.identifier.to_owned(),
        like: removes_background.then_some(ExtensionKind::RemoveBackground),
        needs_credentials: plugin.needs_credentials,
        options,
        files,
    }
}

impl Plugin {
    /// Whether somebody carries operations of it out: we ourselves, or a back end.
    pub(crate) fn is_enabled(&self, library: &Library) -> bool {
        self.identifier == BASIC
            || self.operations.iter().any(|operation| self.is_run(operation, library))
    }

    /// Whether a back end carries the operation out.
    pub(crate) fn is_run(&self, operation: &Operation, library: &Library) -> bool {
        library.runs(&operated(self, operation, Map::new(), Vec::new()))
    }

    /// Also by another name of the same.
    pub(crate) fn operation(&self, method: &str) -> Option<&'static Operation> {
        let method = match (self.identifier, method) {
            (BASIC, "greyscale" | "grayscale") => "grey",
            (_, method) => method,
        };
        self.operations.iter().find(|operation| operation.method == method)
    }
}

impl Operation {
    pub(crate) fn param(&self, identifier: &str) -> Option<&'static Param> {
        self.params.iter().find(|param| param.identifier == identifier)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_name_is_given_once() {
        let mut plugin_names = HashSet::new();
        for plugin in plugins() {
            assert!(plugin_names.insert(plugin.identifier), "{}", plugin.identifier);
            let mut methods = HashSet::new();
            for operation in plugin.operations {
                assert!(methods.insert(operation.method), "{}", operation.method);
                let keys: HashSet<_> =
                    operation.params.iter().map(|param| param.identifier).collect();
                let names: HashSet<_> = operation.params.iter().map(|param| param.name).collect();
                assert_eq!(keys.len(), operation.params.len(), "{}", operation.method);
                assert_eq!(names.len(), operation.params.len(), "{}", operation.method);
            }
        }
        assert_eq!(plugins().next().map(|plugin| plugin.identifier), Some(BASIC));
    }

    #[test]
    fn defaults_lie_in_their_ranges() {
        for param in plugins().flat_map(|plugin| plugin.operations).flat_map(|op| op.params) {
            let is_fine = match param.kind {
                Kind::Integer { default, min, max } => (min..=max).contains(&default),
                Kind::Float { default, min, max } => (min..=max).contains(&default),
                Kind::Side { default, max } => (0..=max).contains(&default),
                Kind::Enum { default, values } => values.contains(&default),
                Kind::Quality { default } => (1..=100).contains(&default),
                Kind::Color(color) => matches!(color.len(), 6 | 8),
                _ => true,
            };
            assert!(is_fine, "{param:?}");
        }
    }
}
