//! From what was written to what it means.

use library::{AssetId, Clause, CustomFields, EntryKind, Millis, Query, Test};
use plan::Format;

use super::error::SearchError;
use super::field::Field;
use super::literal;
use super::reader::{Reader, expected};
use super::written::{self, At, Expr, Literal};

/// Formats that the vendor names and that are no pictures of ours.
const OTHER_FORMATS: [&str; 17] = [
    "pdf", "js", "woff2", "woff", "ttf", "otf", "eot", "css", "txt", "mp4", "webm", "mov", "swf",
    "ts", "m3u8", "ico", "html",
];

/// What a search is understood against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// What ages are counted from.
    pub(crate) now: Millis,
    /// Fields of the account. `None`: nobody's search, which may name any.
    pub(crate) fields: Option<&'a CustomFields>,
}

impl Scope<'_> {
    /// Nobody's search at this time.
    pub(crate) const fn at(now: Millis) -> Self {
        Self { now, fields: None }
    }
}

/// What a search asks for.
pub(crate) fn query(text: &str, scope: Scope<'_>) -> Result<Query, SearchError> {
    meaning(&written::parse(text)?, scope)
}

fn meaning(expr: &Expr, scope: Scope<'_>) -> Result<Query, SearchError> {
    let all = |parts: &[Expr]| {
        parts.iter().map(|part| meaning(part, scope)).collect::<Result<Vec<_>, _>>()
    };
    match expr {
        Expr::All(parts) => Ok(Query::All(all(parts)?)),
        Expr::Any(parts) => Ok(Query::Any(all(parts)?)),
        Expr::Clause(written) => clause(written, scope),
    }
}

fn clause(written: &written::Clause, scope: Scope<'_>) -> Result<Query, SearchError> {
    let reader = Reader::new(written, scope.now);
    let test = match Field::of(written, scope.fields)? {
        Field::Name => Test::Name(reader.text()?),
        Field::Tags => Test::Tags(reader.tags()?),
        Field::Type => Test::Kind(reader.several(kind)?),
        // What cannot be an id belongs to nothing.
        Field::Id => {
            Test::Id(reader.texts()?.iter().filter_map(|id| id.parse::<AssetId>().ok()).collect())
        }
        Field::CreatedAt => Test::Created(reader.moments()?),
        Field::UpdatedAt => Test::Updated(reader.moments()?),
        Field::DateTimeOriginal => Test::Captured(reader.moments()?),
        Field::Height => Test::Height(reader.pixels()?),
        Field::Width => Test::Width(reader.pixels()?),
        Field::Size => Test::Size(reader.bytes()?),
        Field::Format => Test::Format(reader.several(format)?),
        Field::Private => return Ok(switch(reader.flag()?, Test::Private)),
        Field::Published => return Ok(switch(!reader.flag()?, Test::Unlisted)),
        Field::Transparency => return Ok(switch(reader.flag()?, Test::Alpha)),
        Field::CreatedBy => Test::CreatedBy(reader.texts()?),
        Field::Path => return path(reader),
        Field::Custom(field) => Test::Custom { field, test: reader.value()? },
        Field::Keywords => Test::Keywords(reader.tags()?),
        Field::LocationTaken => Test::Location(reader.one(area)?),
    };
    Ok(Query::Clause(Clause { negated: reader.is_negated(), test }))
}

fn switch(is_on: bool, test: Test) -> Query {
    Query::Clause(Clause { negated: !is_on, test })
}

/// One of several folders, or none of them.
fn path(reader: Reader<'_>) -> Result<Query, SearchError> {
    let (folders, below) = reader.folders()?;
    let negated = reader.is_negated();
    let clauses = folders.into_iter().map(|path| {
        let test = Test::Folder { path, below };
        Query::Clause(Clause { negated, test })
    });
    Ok(if negated { Query::All(clauses.collect()) } else { Query::Any(clauses.collect()) })
}

fn kind(literal: &At<Literal>) -> Result<EntryKind, SearchError> {
    match &literal.value {
        Literal::Text(text) if text == "file" => Ok(EntryKind::Asset),
        Literal::Text(text) if text == "file-version" => Ok(EntryKind::PastVersion),
        Literal::Text(text) if text == "folder" => Ok(EntryKind::Folder),
        _ => Err(expected(literal, "\"file\", \"file-version\" or \"folder\"")),
    }
}

fn format(literal: &At<Literal>) -> Result<String, SearchError> {
    let found = match &literal.value {
        Literal::Text(text) => text.to_lowercase(),
        _ => String::new(),
    };
    if found == "jpg" {
        return Ok(Format::Jpeg.name().to_owned());
    }
    let is_known = Format::ALL.iter().any(|format| format.name() == found)
        || OTHER_FORMATS.contains(&found.as_str());
    let known = "a format in quotes: jpg, webp, png, gif, svg, avif, pdf, js, woff2, woff, ttf, otf, eot, css, txt, mp4, \
         webm, mov, swf, ts, m3u8, ico or another that is known here";
    if is_known { Ok(found) } else { Err(expected(literal, known)) }
}

fn area(literal: &At<Literal>) -> Result<library::Area, SearchError> {
    let found = match &literal.value {
        Literal::Text(text) => literal::area(text),
        _ => None,
    };
    let form = "\"lat,lon 5km\", two opposite corners \"lat,lon|lat,lon\" or four corners";
    found.ok_or_else(|| expected(literal, form))
}
