//! The options of a listing. Unknown and malformed ones are errors: an option without effect would return everything.

use std::borrow::Cow;

use library::{Filter, Kinds, Query, Sort, SortKey, TenantId};
use percent_encoding::percent_decode_str;

use crate::{error::ApiError, names, search, url::parameters};

const MAX_LIMIT: u64 = 1000;
/// Bytes of all options together, as they are written in the URL.
const MAX_QUERY: usize = 32_768;
/// Bytes of one option.
const MAX_OPTION: usize = 8192;

/// What `GET /v1/files` asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Listing {
    pub(crate) kinds: Kinds,
    pub(crate) filter: Filter,
    pub(crate) query: Option<Query>,
    pub(crate) sort: Sort,
    pub(crate) limit: u64,
    pub(crate) skip: u64,
}

impl Listing {
    /// `scope`: what a search in it is understood against.
    pub(crate) fn parse(query: &str, scope: search::Scope<'_>) -> Result<Self, ApiError> {
        if query.len() > MAX_QUERY {
            return Err(ApiError::bad_request(format!(
                "The options have more than {MAX_QUERY} bytes."
            )));
        }
        let mut listing = Self {
            kinds: Kinds::Assets,
            filter: Filter::default(),
            query: None,
            sort: Sort { by: SortKey::Created, descending: false },
            limit: MAX_LIMIT,
            skip: 0,
        };
        let mut seen: Vec<Cow<'_, str>> = Vec::new();
        let mut includes_folders = None;
        let mut has_type = false;
        for (name, value) in
            parameters(query).filter(|(name, value)| !(name.is_empty() && value.is_empty()))
        {
            let (name, value) = (decode("an option's name", name)?, decode(name, value)?);
            if seen.contains(&name) {
                return Err(ApiError::bad_request(format!("`{name}` is given twice.")));
            }
            match name.as_ref() {
                "type" => {
                    listing.kinds = kinds(&value)?;
                    has_type = true;
                }
                "sort" => listing.sort = sort(&value)?,
                "path" => listing.filter.folder = Some(names::existing_folder(&value, "path")?),
                "fileType" => listing.filter.images = file_type(&value)?,
                "limit" => listing.limit = number("limit", &value, 1, MAX_LIMIT)?,
                "skip" => listing.skip = number("skip", &value, 0, i64::MAX.unsigned_abs())?,
                "tags" => listing.filter.any_tag = tags(&value)?,
                "name" => listing.filter.name = Some(value.into_owned()),
                "includeFolder" => includes_folders = Some(boolean("includeFolder", &value)?),
                "searchQuery" => listing.query = Some(search_query(&value, scope)?),
                _ => return Err(unknown(&name)),
            }
            seen.push(name);
        }
        if includes_folders == Some(true) && !has_type {
            listing.kinds = Kinds::Both;
        }
        Ok(listing.searched())
    }

    /// A search says itself what it looks for; what else would say it is ignored.
    fn searched(self) -> Self {
        let Some(query) = &self.query else {
            return self;
        };
        let Filter { folder, images, .. } = self.filter;
        let filter = Filter { folder, images, ..Filter::default() };
        Self { kinds: query.kinds(), filter, ..self }
    }

    pub(crate) fn of(self, tenant: TenantId) -> library::Listing {
        let Self { kinds, filter, query, sort, limit, skip } = self;
        let wanted = library::Listing::of(tenant);
        library::Listing { kinds, filter, query, sort, limit, skip, ..wanted }
    }
}

fn decode<'a>(what: &str, raw: &'a str) -> Result<Cow<'a, str>, ApiError> {
    let spaced = raw.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(text) if text.len() > MAX_OPTION => Err(ApiError::bad_request(format!(
            "`{}` has more than {MAX_OPTION} bytes.",
            show(what)
        ))),
        Ok(text) if !text.contains('\0') => Ok(Cow::Owned(text.into_owned())),
        _ => Err(ApiError::bad_request(format!("{} is not valid UTF-8 text.", show(what)))),
    }
}

fn search_query(text: &str, scope: search::Scope<'_>) -> Result<Query, ApiError> {
    search::query(text, scope)
        .map_err(|error| ApiError::bad_request(format!("`searchQuery`: {error}.")))
}

fn kinds(text: &str) -> Result<Kinds, ApiError> {
    match text {
        "file" => Ok(Kinds::Assets),
        "file-version" => Ok(Kinds::PastVersions),
        "folder" => Ok(Kinds::Folders),
        "all" => Ok(Kinds::Both),
        other => Err(expected("type", "file, file-version, folder or all", other)),
    }
}

fn sort(text: &str) -> Result<Sort, ApiError> {
    const EXPECTED: &str = "ASC_ or DESC_ and NAME, CREATED, UPDATED, HEIGHT, WIDTH, SIZE, RELEVANCE, DURATION or \
                            ORIGINAL_CREATION_DATE";
    let fault = || expected("sort", EXPECTED, text);
    let (direction, key) = text.split_once('_').ok_or_else(fault)?;
    let descending = match direction {
        "ASC" => false,
        "DESC" => true,
        _ => return Err(fault()),
    };
    let by = match key {
        "NAME" => SortKey::Name,
        "CREATED" => SortKey::Created,
        "RELEVANCE" => SortKey::Relevance,
        "UPDATED" => SortKey::Updated,
        "HEIGHT" => SortKey::Height,
        "WIDTH" => SortKey::Width,
        "SIZE" => SortKey::Size,
        "DURATION" => SortKey::Duration,
        "ORIGINAL_CREATION_DATE" => SortKey::Captured,
        _ => return Err(fault()),
    };
    Ok(Sort { by, descending })
}

/// Whether images are wanted; `None` for everything.
fn file_type(text: &str) -> Result<Option<bool>, ApiError> {
    match text {
        "all" => Ok(None),
        "image" => Ok(Some(true)),
        "non-image" => Ok(Some(false)),
        other => Err(expected("fileType", "all, image or non-image", other)),
    }
}

fn number(option: &str, text: &str, least: u64, most: u64) -> Result<u64, ApiError> {
    let is_decimal = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let value =
        text.parse::<u64>().ok().filter(|value| is_decimal && (least..=most).contains(value));
    value.ok_or_else(|| expected(option, &format!("a whole number from {least} to {most}"), text))
}

fn boolean(option: &str, text: &str) -> Result<bool, ApiError> {
    // Python's `str(True)` is what an SDK sends.
    match text {
        "true" | "True" => Ok(true),
        "false" | "False" => Ok(false),
        other => Err(expected(option, "true or false", other)),
    }
}

/// At least one: without any the option would have no effect.
fn tags(text: &str) -> Result<Vec<String>, ApiError> {
    let tags = text.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned);
    let tags: Vec<String> = tags.collect();
    if tags.is_empty() { Err(expected("tags", "tags separated by commas", text)) } else { Ok(tags) }
}

fn expected(option: &str, expected: &str, found: &str) -> ApiError {
    ApiError::bad_request(format!("`{option}` expects {expected}, found `{}`.", show(found)))
}

fn unknown(name: &str) -> ApiError {
    ApiError::bad_request(format!("`{}` is not an option of this endpoint.", show(name)))
}

fn show(text: &str) -> String {
    text.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use library::{FolderPath, Millis};
    use proptest::prelude::*;

    use super::*;
    use crate::search::Scope;

    const NOW: Millis = 1_600_000_000_000;

    fn default() -> Listing {
        Listing::parse("", Scope::at(NOW)).unwrap()
    }

    #[track_caller]
    fn check(query: &str, expected: &Listing) {
        assert_eq!(&Listing::parse(query, Scope::at(NOW)).expect(query), expected, "{query}");
    }

    #[track_caller]
    fn check_error(query: &str, expected: &str) {
        let error = Listing::parse(query, Scope::at(NOW)).expect_err(query);
        assert_eq!((error.status.as_u16(), error.message.as_str()), (400, expected), "{query}");
    }

    #[test]
    fn options_are_read() {
        let filter = Filter::default;
        assert_eq!(default().limit, 1000);
        check("type=folder", &Listing { kinds: Kinds::Folders, ..default() });
        check("type=file-version", &Listing { kinds: Kinds::PastVersions, ..default() });
        check("type=all", &Listing { kinds: Kinds::Both, ..default() });
        check("includeFolder=true", &Listing { kinds: Kinds::Both, ..default() });
        check("includeFolder=false", &default());
        check("type=folder&includeFolder=true", &Listing { kinds: Kinds::Folders, ..default() });
        check("limit=10&skip=20", &Listing { limit: 10, skip: 20, ..default() });
        check(
            "fileType=image",
            &Listing { filter: Filter { images: Some(true), ..filter() }, ..default() },
        );
        check(
            "fileType=non-image",
            &Listing { filter: Filter { images: Some(false), ..filter() }, ..default() },
        );
        check(
            "name=a%20b.jpg",
            &Listing {
                filter: Filter { name: Some("a b.jpg".to_owned()), ..filter() },
                ..default()
            },
        );
        check(
            "name=a+b.jpg",
            &Listing {
                filter: Filter { name: Some("a b.jpg".to_owned()), ..filter() },
                ..default()
            },
        );
        check(
            "tags=x%2C+y,,",
            &Listing {
                filter: Filter { any_tag: vec!["x".to_owned(), "y".to_owned()], ..filter() },
                ..default()
            },
        );
        for path in ["%2Fa%2Fb", "/a/b/", "a/b"] {
            let folder = Some(FolderPath::parse("/a/b").unwrap());
            check(
                &format!("path={path}"),
                &Listing { filter: Filter { folder, ..filter() }, ..default() },
            );
        }
        for (name, by) in [
            ("NAME", SortKey::Name),
            ("CREATED", SortKey::Created),
            ("UPDATED", SortKey::Updated),
            ("HEIGHT", SortKey::Height),
            ("WIDTH", SortKey::Width),
            ("SIZE", SortKey::Size),
            ("DURATION", SortKey::Duration),
            ("ORIGINAL_CREATION_DATE", SortKey::Captured),
            ("RELEVANCE", SortKey::Relevance),
        ] {
            check(
                &format!("sort=ASC_{name}"),
                &Listing { sort: Sort { by, descending: false }, ..default() },
            );
            check(
                &format!("sort=DESC_{name}"),
                &Listing { sort: Sort { by, descending: true }, ..default() },
            );
        }
    }

    #[test]
    fn tags_name_at_least_one() {
        for query in ["tags=", "tags=,", "tags=%20,+"] {
            assert!(Listing::parse(query, Scope::at(NOW)).is_err(), "{query}");
        }
    }

    #[test]
    fn a_search_says_itself_what_it_looks_for() {
        let query = Some(search::query("name : \"a\"", Scope::at(NOW)).unwrap());
        let folder = Some(FolderPath::parse("/f").unwrap());
        check(
            "tags=x&type=folder&name=b&includeFolder=true&path=/f&fileType=image&limit=2&searchQuery=name+:+%22a%22",
            &Listing {
                kinds: Kinds::Both,
                filter: Filter { folder, images: Some(true), ..Filter::default() },
                query,
                limit: 2,
                ..default()
            },
        );
        let everything =
            Listing::parse("searchQuery=type%20=%20'file-version'", Scope::at(NOW)).unwrap();
        assert_eq!(everything.kinds, Kinds::Everything);
    }

    #[test]
    fn an_option_without_effect_is_an_error() {
        check_error(
            "type=files",
            "`type` expects file, file-version, folder or all, found `files`.",
        );
        check_error("limit=0", "`limit` expects a whole number from 1 to 1000, found `0`.");
        check_error("limit=1001", "`limit` expects a whole number from 1 to 1000, found `1001`.");
        check_error("limit=abc", "`limit` expects a whole number from 1 to 1000, found `abc`.");
        check_error(
            "skip=-1",
            "`skip` expects a whole number from 0 to 9223372036854775807, found `-1`.",
        );
        check_error("fileType=video", "`fileType` expects all, image or non-image, found `video`.");
        check_error("includeFolder=1", "`includeFolder` expects true or false, found `1`.");
        check_error(
            "searchQuery=name%3D",
            "`searchQuery`: at character 6: expected a value or `[`, found the end.",
        );
        check_error("colour=red", "`colour` is not an option of this endpoint.");
        check_error("limit=1&limit=2", "`limit` is given twice.");
        for sort in ["NAME", "ASC_", "ASC", "UP_NAME", "ASC_COLOUR", "asc_name"] {
            assert!(Listing::parse(&format!("sort={sort}"), Scope::at(NOW)).is_err(), "{sort}");
        }
        for query in ["path=/a/../b", "path=%00", "name=%ff", "%ff=1"] {
            assert!(Listing::parse(query, Scope::at(NOW)).is_err(), "{query}");
        }
        check_error(&format!("name={}", "x".repeat(9000)), "`name` has more than 8192 bytes.");
    }

    proptest! {
        #[test]
        fn never_panics(query in "[ -~]{0,100}") {
            let _ = Listing::parse(&query, Scope::at(NOW));
        }
    }
}
