//! Names and places in the library.

use std::fmt;
use std::str::FromStr;

use crate::{Error, Result};

/// A segment holds at most this many bytes: what file systems allow, so that an export never fails.
const SEGMENT_BYTES: usize = 255;
/// Folders nest at most this deep.
const LEVELS: usize = 50;
/// A whole path holds at most this many bytes: PostgreSQL indexes keys up to 2.7 kB.
const PATH_BYTES: usize = 2048;

/// A folder of the library: `/` or `/a/b`.
///
/// Invariants, held by [`FolderPath::parse`]:
/// * begins with `/`, has no trailing slash (but the root), no empty, `.` or `..` segment;
/// * no control characters, backslashes or bidirectional overrides; segments at most 255 bytes, at most 50 levels,
///   2048 bytes in all.
///
/// ```
/// use catalog::FolderPath;
///
/// let path = FolderPath::parse("/press/2026")?;
/// assert_eq!(path.parent(), Some(FolderPath::parse("/press")?));
/// assert_eq!(path.segments().collect::<Vec<_>>(), ["press", "2026"]);
/// assert_eq!(FolderPath::root().join("press")?.join("2026")?, path);
/// assert!(FolderPath::parse("/press/../secret").is_err());
/// # Ok::<(), catalog::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FolderPath(String);

impl FolderPath {
    /// `/`, which always exists.
    pub fn root() -> Self {
        FolderPath("/".to_owned())
    }

    /// Strict: nothing is cleaned or normalised. [`Error::Invalid`] says what is wrong; a dialect that has a cleaning
    /// rule applies it first.
    pub fn parse(text: &str) -> Result<Self> {
        let Some(inner) = text.strip_prefix('/') else {
            return Err(invalid("a folder path", text, "it does not begin with `/`"));
        };
        if inner.is_empty() {
            return Ok(Self::root());
        }
        if text.len() > PATH_BYTES {
            return Err(invalid(
                "a folder path",
                text,
                &format!("it is longer than {PATH_BYTES} bytes"),
            ));
        }
        if inner.split('/').count() > LEVELS {
            return Err(invalid(
                "a folder path",
                text,
                &format!("it is deeper than {LEVELS} levels"),
            ));
        }
        match inner.split('/').find_map(fault) {
            Some(fault) => Err(invalid("a folder path", text, &fault)),
            None => Ok(FolderPath(text.to_owned())),
        }
    }

    /// The folder of that name in this one.
    pub fn join(&self, segment: &str) -> Result<Self> {
        if let Some(fault) = fault(segment) {
            return Err(invalid("a folder name", segment, &fault));
        }
        Self::parse(&format!("{}/{segment}", self.0.trim_end_matches('/')))
    }

    /// The folder that holds this one; the root has none.
    pub fn parent(&self) -> Option<Self> {
        let (parent, last) = self.0.rsplit_once('/')?;
        match (parent, last) {
            ("", "") => None,
            ("", _) => Some(Self::root()),
            (parent, _) => Some(FolderPath(parent.to_owned())),
        }
    }

    /// The last segment; the root has none.
    pub fn name(&self) -> Option<&str> {
        self.segments().last()
    }

    /// From the root down. None for the root itself.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|segment| !segment.is_empty())
    }

    /// Whether it lies inside the other folder, however deep.
    pub fn is_below(&self, other: &Self) -> bool {
        let inside = self.0.strip_prefix(other.0.trim_end_matches('/'));
        self != other && inside.is_some_and(|inside| inside.starts_with('/'))
    }

    pub fn is_root(&self) -> bool {
        self.0 == "/"
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for FolderPath {
    fn default() -> Self {
        Self::root()
    }
}

impl fmt::Display for FolderPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for FolderPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

/// The name of an asset in its folder, extension included: one path segment by the rules of [`FolderPath`].
///
/// ```
/// use catalog::Name;
///
/// let name = Name::parse("cat.final.jpg")?;
/// assert_eq!((name.stem(), name.extension()), ("cat.final", Some("jpg")));
/// assert!(Name::parse("a/b.jpg").is_err());
/// # Ok::<(), catalog::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// Strict, as [`FolderPath::parse`] is.
    pub fn parse(text: &str) -> Result<Self> {
        match fault(text) {
            Some(fault) => Err(invalid("a file name", text, &fault)),
            None => Ok(Name(text.to_owned())),
        }
    }

    /// All before the last dot; the whole name where that dot is the first character or there is none.
    pub fn stem(&self) -> &str {
        self.split().0
    }

    /// What follows the last dot, as written; `None` where that is nothing, or where nothing comes before it.
    pub fn extension(&self) -> Option<&str> {
        self.split().1
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest name to a text that may be none: what cannot be in a name is a `_`, what is too long is cut. A text
    /// of which nothing is left is `otherwise`.
    ///
    /// ```
    /// use catalog::Name;
    ///
    /// assert_eq!(Name::cleaned("../a\\b.jpg", "file").as_str(), ".._a_b.jpg");
    /// assert_eq!(Name::cleaned("..", "file").as_str(), "file");
    /// ```
    pub fn cleaned(text: &str, otherwise: &str) -> Self {
        let clean: String = text.chars().map(|c| if is_unfit(c) { '_' } else { c }).collect();
        let clean = clean.trim();
        if matches!(clean, "" | "." | "..") {
            return Name(otherwise.to_owned());
        }
        Name(clean.to_owned()).shortened(0)
    }

    /// Another name much like it: some random characters go before the extension.
    #[must_use]
    pub fn apart(&self) -> Self {
        let random = crate::AssetId::generate().uid();
        let suffix = &random[random.len() - 9..];
        let name = self.shortened(suffix.len() + 1);
        match name.split() {
            (stem, Some(extension)) => Name(format!("{stem}_{suffix}.{extension}")),
            (stem, None) => Name(format!("{stem}_{suffix}")),
        }
    }

    /// Cut so that so many bytes more fit. The extension stays, unless it is what is too long.
    fn shortened(&self, more: usize) -> Self {
        let room = SEGMENT_BYTES - more;
        if self.0.len() <= room {
            return self.clone();
        }
        match self.split() {
            (stem, Some(extension)) if extension.len() + 1 < room => {
                Name(format!("{}.{extension}", cut(stem, room - extension.len() - 1)))
            }
            _ => Name(cut(&self.0, room).to_owned()),
        }
    }

    fn split(&self) -> (&str, Option<&str>) {
        match self.0.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() && !extension.is_empty() => {
                (stem, Some(extension))
            }
            _ => (&self.0, None),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Name {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

/// The beginning of a text, in at most so many bytes.
fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// What keeps `segment` from being one segment of a path, as a clause for a message.
fn fault(segment: &str) -> Option<String> {
    match segment {
        "" => return Some("a name in it is empty".to_owned()),
        "." | ".." => return Some(format!("`{segment}` is no name")),
        _ => {}
    }
    if segment.len() > SEGMENT_BYTES {
        return Some(format!("a name in it is longer than {SEGMENT_BYTES} bytes"));
    }
    let unfit = segment.chars().find(|&c| is_unfit(c))?;
    Some(format!("it holds the character U+{:04X}", u32::from(unfit)))
}

/// Characters that separate paths or lines, cannot be seen, or reorder what is shown around them: `txt.exe` must not
/// look like `exe.txt` in anybody's listing.
fn is_unfit(c: char) -> bool {
    matches!(c,
        '/' | '\\'
        | '\u{2028}' | '\u{2029}' // line and paragraph separator
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // bidirectional embeddings, overrides, isolates
    ) || c.is_control()
}

/// Long input is cut, control characters are escaped: the message may end up in a log line or a header.
fn invalid(what: &str, found: &str, why: &str) -> Error {
    const SHOWN: usize = 80;
    let shown: String = found.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    let more = if found.chars().nth(SHOWN).is_some() { "..." } else { "" };
    Error::Invalid(format!("`{shown}{more}` cannot be {what}: {why}"))
}

#[cfg(test)]
mod tests;
