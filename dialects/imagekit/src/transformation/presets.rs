//! Named transformations that every library has.

/// What the media library of the vendor shows; the second name is that of older documents.
const BUILT_IN: [(&str, &str); 2] = [
    ("ik_ml_thumbnail", "w-400,h-300,c-at_max"),
    ("media_library_thumbnail", "w-400,h-300,c-at_max"),
];

/// The chain behind a name.
pub(crate) fn find(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, chain)| *chain)
}
