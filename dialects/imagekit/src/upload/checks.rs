//! `checks`: what an upload must fulfil, in the language of searches.
//!
//! | field | what it is | operators |
//! |---|---|---|
//! | `"request.folder"` | the folder that the form names | as `path` |
//! | `"request.tags"` | its tags | as `tags` |
//! | `"request.customMetadata.<field>"` | its custom metadata | as `"customMetadata.<field>"` |
//! | `"file.size"` | bytes of the file as it was sent | as `size` |
//! | `"file.mime"` | its media type, told from the bytes | as `name` |
//! | `"mediaMetadata.width"`, `"mediaMetadata.height"` | pixels as stored; pictures only | as `width` |
//!
//! Fields and operators are checked before anything is fetched; whether the upload passes, before anything is stored or
//! transformed.

use library::{
    Change, Examined, FolderPath, Measure, Millis, TagTest, TextTest, Upload, ValueTest,
};

use crate::{
    error::ApiError,
    search::{
        self, Clause, Expr, MEASURE, Operator, PATH, Reader, SearchError, TAGS, TEXT, require,
    },
};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Checks {
    All(Vec<Checks>),
    Any(Vec<Checks>),
    One(Check),
}

/// One clause.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Check {
    field: String,
    /// Number of its first character, from 1.
    at: usize,
    negated: bool,
    test: Test,
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    Folder { any_of: Vec<FolderPath>, below: bool },
    Tags(TagTest),
    Custom { field: String, test: ValueTest },
    Size(Measure),
    Mime(TextTest),
    Width(Measure),
    Height(Measure),
}

impl Checks {
    /// `now`: what ages are counted from.
    pub(super) fn parse(text: &str, now: Millis) -> Result<Self, ApiError> {
        search::parse(text)
            .and_then(|expr| Self::meaning(&expr, now))
            .map_err(|error| ApiError::bad_request(format!("`checks`: {error}.")))
    }

    fn meaning(expr: &Expr, now: Millis) -> Result<Self, SearchError> {
        let all = |parts: &[Expr]| {
            parts.iter().map(|part| Self::meaning(part, now)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match expr {
            Expr::All(parts) => Self::All(all(parts)?),
            Expr::Any(parts) => Self::Any(all(parts)?),
            Expr::Clause(clause) => Self::One(Check::meaning(clause, now)?),
        })
    }

    /// 400 with the first clause that does not hold.
    pub(super) fn hold(&self, upload: &Upload, file: &Examined) -> Result<(), ApiError> {
        match self.failing(upload, file) {
            None => Ok(()),
            Some(Check { field, at, .. }) => Err(ApiError::bad_request(format!(
                "The upload does not pass `checks`: what they ask of `{field}` at character {at} does not hold."
            ))),
        }
    }

    fn failing(&self, upload: &Upload, file: &Examined) -> Option<&Check> {
        match self {
            Self::All(parts) => parts.iter().find_map(|part| part.failing(upload, file)),
            Self::Any(parts) => {
                let failing: Option<Vec<&Check>> =
                    parts.iter().map(|part| part.failing(upload, file)).collect();
                failing?.into_iter().next()
            }
            Self::One(check) => (!check.holds(upload, file)).then_some(check),
        }
    }
}

impl Check {
    fn meaning(clause: &Clause, now: Millis) -> Result<Self, SearchError> {
        let reader = Reader::new(clause, now);
        let reads = |operators: &[Operator]| require(clause, operators);
        let name = clause.field.value.as_str();
        let test = match name {
            "request.folder" => {
                reads(PATH)?;
                let (any_of, below) = reader.folders()?;
                Test::Folder { any_of, below }
            }
            "request.tags" => {
                reads(TAGS)?;
                Test::Tags(reader.tags()?)
            }
            "file.size" => {
                reads(MEASURE)?;
                Test::Size(reader.bytes()?)
            }
            "file.mime" => {
                reads(TEXT)?;
                Test::Mime(reader.text()?)
            }
            "mediaMetadata.width" => {
                reads(MEASURE)?;
                Test::Width(reader.pixels()?)
            }
            "mediaMetadata.height" => {
                reads(MEASURE)?;
                Test::Height(reader.pixels()?)
            }
            _ => match name.strip_prefix("request.customMetadata.") {
                Some(field) if !field.is_empty() => {
                    Test::Custom { field: field.to_owned(), test: reader.value()? }
                }
                _ => return Err(unknown(clause)),
            },
        };
        let negated = reader.is_negated();
        Ok(Self { field: name.to_owned(), at: clause.field.at, negated, test })
    }

    fn holds(&self, upload: &Upload, file: &Examined) -> bool {
        let size = file.probe.as_ref().map(|probe| probe.size);
        let passes = match &self.test {
            Test::Folder { any_of, below } => any_of
                .iter()
                .any(|folder| upload.folder == *folder || *below && upload.folder.is_below(folder)),
            Test::Tags(test) => test.holds(set(&upload.tags).map_or(&[], Vec::as_slice)),
            Test::Custom { field, test } => {
                test.holds(set(&upload.custom_metadata).and_then(|values| values.get(field)))
            }
            Test::Size(measure) => measure.holds(i64::try_from(file.size).ok()),
            Test::Mime(test) => test.holds(&file.mime),
            Test::Width(measure) => measure.holds(size.map(|size| size.width.into())),
            Test::Height(measure) => measure.holds(size.map(|size| size.height.into())),
        };
        passes != self.negated
    }
}

/// What the form says itself.
fn set<T>(change: &Change<T>) -> Option<&T> {
    match change {
        Change::Set(value) => Some(value),
        Change::Keep => None,
    }
}

fn unknown(clause: &Clause) -> SearchError {
    let expected = "one of the fields \"request.folder\", \"request.tags\", \"request.customMetadata.<field>\", \"file.size\", \
         \"file.mime\", \"mediaMetadata.width\", \"mediaMetadata.height\"";
    SearchError::unexpected(clause.field.at, expected, &clause.field.value)
}

#[cfg(test)]
mod tests;
