//! Names and places in the library.

/// A folder of the library: `/` or `/a/b`.
///
/// Invariants, held by [`FolderPath::parse`]:
/// * begins with `/`, has no trailing slash (but the root), no empty, `.` or `..` segment;
/// * no control characters, backslashes or bidirectional overrides; segments at most 255 bytes, at most 50 levels.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FolderPath(String);

/// The name of an asset in its folder, extension included: one path segment by the rules of [`FolderPath`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(String);
