//! What a search asks for: one tree, whatever language it was written in.
//!
//! A dialect parses its own language (ImageKit `searchQuery`, SAMS JSON, Pixelbin filters, PhotoPrism `q`) into a
//! [`Query`]; [`crate::Catalog::list`] compiles it to SQL, once, for both databases. To add something to search by: a
//! [`Test`], its condition in `listing/clause.rs` and, if it is to be quick, an index that follows the asset.

mod glob;
mod holds;
mod tokens;
mod words;

pub use glob::{Glob, GlobPart};
pub use tokens::TokenField;
pub(crate) use words::{MOST_WORDS, words};

use crate::{AlbumId, AssetId, FolderPath, Kinds, Millis, SetId, VersionId, Visibility};

/// Which entries are wanted. No [`Query::All`] of nothing excludes anything, no [`Query::Any`] of nothing finds
/// anything.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    All(Vec<Query>),
    Any(Vec<Query>),
    Clause(Clause),
}

/// One test of one field.
///
/// Folders have a name, a kind, an id, dates, a place and custom metadata. Clauses on anything else are about files,
/// and let no folder through, negated ones neither. Apart from that a negated clause lets through what the test does not,
/// so also what has no such field.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    pub negated: bool,
    pub test: Test,
}

/// What is tested, and how. Of a past version its own content is tested, and name, tags and the like of its asset.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    Name(TextTest),
    /// A part of the name that clients know who know short names, in any letter case.
    Shown(String),
    /// Tags by hand and automatic ones together.
    Tags(TagTest),
    /// One of these kinds of entries.
    Kind(Vec<EntryKind>),
    /// The id of a file, or of a folder. A past version answers to the id of its asset.
    Id(Vec<AssetId>),
    Created(Measure),
    Updated(Measure),
    /// When the picture was taken, by its own word.
    Captured(Measure),
    /// Pixels as stored, before EXIF rotation. Pictures only.
    Width(Measure),
    Height(Measure),
    /// Bytes.
    Size(Measure),
    /// Formats in lower case as [`plan::Format::name`] has them; what is no picture goes by the usual extension of its
    /// media type (`pdf`, `js`, `mp4`), or by its own where the bytes tell nothing.
    Format(Vec<String>),
    /// The media type begins with `image/`.
    Image,
    /// Not open to everybody without credentials.
    Private,
    /// Hidden in any way: a draft, archived, in an inactive folder, in a set that is not usable.
    Unlisted,
    /// In an inactive folder, however deep; of a folder, that it is one or in one.
    Concealed,
    /// Has an alpha channel.
    Alpha,
    /// E-mail addresses of the user who made it. Nobody is recorded yet, so nothing matches.
    CreatedBy(Vec<String>),
    /// In this folder. For a folder its parent counts.
    Folder {
        path: FolderPath,
        below: bool,
    },
    Custom {
        field: String,
        test: ValueTest,
    },
    /// Keywords inside the file: IPTC and XMP.
    Keywords(TagTest),
    /// Where the picture was taken, by its own word.
    Location(Area),
    /// One of these.
    Visibility(Vec<Visibility>),
    /// Belongs to one of these sets; `None` for what belongs to no set.
    Set(Vec<Option<SetId>>),
    /// Was made from one of these assets, by its card.
    Parent(Vec<AssetId>),
    /// The id of the current version.
    CurrentVersion(Vec<VersionId>),
    /// A text as a whole.
    Written {
        of: Written,
        test: WrittenTest,
    },
    /// Words in their order, see [`TokenField::tokens`].
    Tokens {
        of: TokenField,
        test: TokenTest,
    },
    Favorite,
    /// Somebody closed it, see [`crate::Access::is_closed`].
    Closed,
    /// See [`crate::Asset::quality`].
    Quality(Measure),
    /// See [`crate::Asset::taken`]; UTC.
    Taken(Measure),
    /// The current content has one of these SHA-1.
    Sha1(Vec<[u8; 20]>),
    /// All words are in title, original name, description or keywords, the last one as the beginning of a word.
    Caption(String),
    /// One of the patterns fits a fact.
    Fact(Fact, Vec<Pattern>),
    /// One of the patterns fits the path of its folder, which is written without a slash at either end.
    Path(Vec<Pattern>),
    /// In one of these albums.
    Album(Vec<Grouped>),
    /// With a label whose name or slug fits, and which is not certainly wrong.
    Label(Vec<Pattern>),
}

/// What is compared as a whole and without case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fact {
    Title,
    /// Without extension.
    Name,
    /// Without extension.
    OriginalName,
    Country,
    Color,
    Camera,
    Lens,
    Kind,
    /// Of the day on which it was taken, where it was taken; no zeros in front.
    Year,
    Month,
    Day,
    /// `portrait`, `landscape` or `square`, upright.
    Shape,
    /// `true`, or there is no such fact.
    Scan,
    Panorama,
}

/// A text, compared without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<String>,
}

impl Pattern {
    /// `*` stands for any characters.
    pub fn parse(text: &str) -> Self {
        Self { parts: text.split('*').map(fact_value_part).collect() }
    }

    /// The text itself, whatever it holds.
    pub fn exactly(text: &str) -> Self {
        Self { parts: vec![fact_value_part(text)] }
    }

    /// The whole text, where it has no wildcard.
    pub(crate) fn whole(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [whole] => Some(whole),
            _ => None,
        }
    }

    /// For `LIKE .. ESCAPE '!'`.
    pub(crate) fn like(&self) -> String {
        let escaped = self.parts.iter().map(|part| {
            part.chars().fold(String::new(), |mut text, c| {
                if matches!(c, '%' | '_' | '!') {
                    text.push('!');
                }
                text.push(c);
                text
            })
        });
        escaped.collect::<Vec<_>>().join("%")
    }
}

fn fact_value_part(text: &str) -> String {
    text.replace('\0', "").to_lowercase()
}

/// How an album is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grouped {
    Id(AlbumId),
    /// Title or slug.
    Named(Pattern),
}

/// Texts about an asset, most of them from its card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Written {
    Title,
    FileName,
    Description,
    /// The id of the asset that it was made from, as bytes: only to ask whether there is one.
    Parent,
    /// As it is shown: declared, sniffed or guessed.
    MediaType,
    Creator,
    Editor,
    LockUser,
    LockSession,
    LockAction,
}

/// Letter case counts. What is not written passes no test.
#[derive(Debug, Clone, PartialEq)]
pub enum WrittenTest {
    OneOf(Vec<String>),
    Like(Glob),
    Exists,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TokenTest {
    Word(String),
    Like(Glob),
    /// Adjacent, in this order. None of nothing.
    Phrase(Vec<String>),
}

/// A test of a text. Letter case counts, but for words.
#[derive(Debug, Clone, PartialEq)]
pub enum TextTest {
    OneOf(Vec<String>),
    Prefix(String),
    Words(String),
}

/// A test of a list of texts.
#[derive(Debug, Clone, PartialEq)]
pub enum TagTest {
    /// Any of them is on the list.
    AnyOf(Vec<String>),
    /// The list has anything at all.
    Exists,
    /// Over the whole list: a word may stand in one text and the next in another.
    Words(String),
    /// Any of them fits.
    Like(Glob),
}

/// A test of a whole number, or of a moment in [`Millis`]. What has none passes no test.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    OneOf(Vec<i64>),
    Compare(Comparison, i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Less,
    AtMost,
    More,
    AtLeast,
}

/// A test of a custom value, or of a list of them: then one item that passes is enough. Types are told apart: `30`, `"30"`
/// and `true` differ.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueTest {
    Exists,
    OneOf(Vec<Scalar>),
    Compare(Comparison, Scalar),
    Prefix(String),
    Words(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    Text(String),
    /// Finite.
    Number(f64),
    Flag(bool),
    /// Matches texts that are dates or moments in ISO 8601, by what they mean.
    Moment(Millis),
}

/// A part of the globe, in decimal degrees as latitude and longitude.
#[derive(Debug, Clone, PartialEq)]
pub enum Area {
    Around {
        centre: (f64, f64),
        metres: f64,
    },
    /// Two opposite corners, edges included.
    Box((f64, f64), (f64, f64)),
    /// Corners in turn.
    Polygon(Vec<(f64, f64)>),
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    Asset,
    PastVersion,
    Folder,
}

impl Query {
    /// What kinds of entries the query is about by its own word: assets and folders, and past versions as well if one of
    /// its clauses lets them through.
    pub fn kinds(&self) -> Kinds {
        if self.clauses().any(Clause::lets_past_versions_through) {
            Kinds::Everything
        } else {
            Kinds::Both
        }
    }

    /// All clauses, however deep, from the first to the last.
    fn clauses(&self) -> Box<dyn Iterator<Item = &Clause> + '_> {
        match self {
            Query::All(parts) | Query::Any(parts) => {
                Box::new(parts.iter().flat_map(|part| part.clauses()))
            }
            Query::Clause(clause) => Box::new(std::iter::once(clause)),
        }
    }
}

impl Clause {
    fn lets_past_versions_through(&self) -> bool {
        match &self.test {
            Test::Kind(kinds) => kinds.contains(&EntryKind::PastVersion) != self.negated,
            _ => false,
        }
    }
}

impl From<Test> for Query {
    fn from(test: Test) -> Self {
        Query::Clause(Clause { negated: false, test })
    }
}
