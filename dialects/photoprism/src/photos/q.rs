//! The grammar of `q`, and what its filters mean.
//!
//! ```text
//! q       := { blank | term }
//! term    := [ filter ":" ] value
//! filter  := one of the names below, without case
//! value   := '"' { any character but '"' } '"' | any characters but blanks
//! ```
//!
//! | Filter | Value |
//! | --- | --- |
//! | `uid`, `id`, `hash` | UIDs of photos, files or albums; SHA-1 in hex |
//! | `title`, `name`, `filename`, `original`, `path`, `folder`, `country`, `color`, `camera`, `lens`, `type` | a text, the whole of it, without case |
//! | `label`, `album`, `s`, `keywords` | name or slug; also a UID |
//! | `year`, `month`, `day` | a number |
//! | `before`, `after`, `taken`, `added`, `updated` | a date |
//! | `favorite`, `private`, `public`, `archived`, `review`, `portrait`, `animated`, `photo`, `image`, ... | `true`, `yes`, `1`, or the contrary |
//! | `quality` | the least |
//!
//! Alternatives stand between `|`, and `*` is any characters. All terms must hold. A word before a colon that is no filter
//! is text like any other, and text is looked for word by word in titles, names, keywords and labels.
//!
//! Deliberately rejected is nothing but what is too long or has too many terms: what makes no sense finds nothing.

use library::{
    Clause, Comparison, Fact, Grouped, Measure, Pattern, Query, TagTest, Test, TextTest,
};

use crate::{
    error::ApiError,
    ids::{sha1, uid},
    moments,
    params::is_true,
};

/// Bytes of `q`.
const LONGEST: usize = 8 << 10;
/// Terms and alternatives together.
const MOST: usize = 256;

/// One term, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    Filter(Filter, String),
    Text(String),
}

macro_rules! filters {
    ($($variant:ident: $($name:literal)|+,)*) => {
        /// What can be asked for by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Filter { $($variant,)* }

        impl Filter {
            /// Without case.
            pub(super) fn parse(name: &str) -> Option<Self> {
                match name.to_ascii_lowercase().as_str() {
                    $($($name)|+ => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

filters! {
    Uid: "uid" | "id",
    Hash: "hash",
    Title: "title",
    Name: "name",
    FileName: "filename",
    Original: "original",
    Path: "path" | "folder",
    Country: "country",
    Color: "color",
    Camera: "camera",
    Lens: "lens",
    Type: "type",
    Label: "label",
    Album: "album" | "albums" | "s",
    Keywords: "keywords",
    Year: "year",
    Month: "month",
    Day: "day",
    Before: "before",
    After: "after",
    Taken: "taken",
    Added: "added",
    Updated: "updated" | "edited",
    Favorite: "favorite",
    Private: "private",
    Public: "public",
    Archived: "archived",
    Review: "review",
    Quality: "quality",
    Image: "image" | "photo",
    Video: "video",
    Animated: "animated",
    Raw: "raw",
    Live: "live",
    Scan: "scan",
    Panorama: "panorama",
    Portrait: "portrait",
    Landscape: "landscape",
    Square: "square",
    Unsorted: "unsorted",
    Text: "q" | "text",
}

/// The terms of a text.
pub(super) fn parse(text: &str) -> Result<Vec<Term>, ApiError> {
    if text.len() > LONGEST {
        return Err(ApiError::bad_request());
    }
    let mut terms = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, after) = word(rest);
        rest = after.trim_start();
        let named =
            word.split_once(':').and_then(|(name, value)| Some((Filter::parse(name)?, value)));
        let term = match named {
            Some((filter, value)) => Term::Filter(filter, unquoted(value)),
            None => Term::Text(word.replace('"', " ")),
        };
        terms.push(term);
        if terms.len() > MOST {
            return Err(ApiError::bad_request());
        }
    }
    Ok(terms)
}

/// Up to the next blank that is not between quotes. A quote that is never closed goes to the end.
fn word(text: &str) -> (&str, &str) {
    let mut is_quoted = false;
    for (place, c) in text.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            c if c.is_whitespace() && !is_quoted => return text.split_at(place),
            _ => {}
        }
    }
    (text, "")
}

fn unquoted(value: &str) -> String {
    value.replace('"', "")
}

/// What the query wants, as far as it is not a test of a single photo.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Wanted {
    pub(super) tests: Vec<Query>,
    /// `None`: nobody said anything.
    pub(super) archived: Option<bool>,
}

impl Wanted {
    pub(super) fn add_text(&mut self, text: &str) -> Result<(), ApiError> {
        for term in parse(text)? {
            match term {
                Term::Filter(filter, value) => self.add(filter, &value)?,
                Term::Text(text) => self.add_words(&text),
            }
        }
        Ok(())
    }

    /// An empty value is no filter.
    pub(super) fn add(&mut self, filter: Filter, value: &str) -> Result<(), ApiError> {
        let value = value.trim();
        if value.is_empty() {
            return Ok(());
        }
        let values: Vec<&str> = value.split('|').map(str::trim).collect();
        if values.len() > MOST {
            return Err(ApiError::bad_request());
        }
        let patterns = || values.iter().map(|value| Pattern::parse(value)).collect::<Vec<_>>();
        let fact = |fact| Test::Fact(fact, patterns()).into();
        let test = match filter {
            Filter::Uid => identified(&values),
            Filter::Hash => {
                Test::Sha1(values.iter().filter_map(|value| sha1(value)).collect()).into()
            }
            Filter::Title => fact(Fact::Title),
            Filter::Name => fact(Fact::Name),
            Filter::FileName => file_name(&values),
            Filter::Original => fact(Fact::OriginalName),
            Filter::Path => {
                let trimmed = values.iter().map(|value| Pattern::parse(value.trim_matches('/')));
                Test::Path(trimmed.collect()).into()
            }
            Filter::Country => fact(Fact::Country),
            Filter::Color => fact(Fact::Color),
            Filter::Camera => fact(Fact::Camera),
            Filter::Lens => fact(Fact::Lens),
            Filter::Type => fact(Fact::Kind),
            Filter::Label => Test::Label(patterns()).into(),
            Filter::Album => Test::Album(values.iter().map(|value| album(value)).collect()).into(),
            Filter::Keywords => keywords(&values),
            Filter::Year => numbers(Fact::Year, &values),
            Filter::Month => numbers(Fact::Month, &values),
            Filter::Day => numbers(Fact::Day, &values),
            Filter::Before => {
                moment(value, |at| Test::Taken(Measure::Compare(Comparison::Less, at)))
            }
            Filter::After => {
                moment(value, |at| Test::Taken(Measure::Compare(Comparison::AtLeast, at)))
            }
            Filter::Taken => day_of(value, Test::Taken),
            Filter::Added => day_of(value, Test::Created),
            Filter::Updated => {
                moment(value, |at| Test::Updated(Measure::Compare(Comparison::AtLeast, at)))
            }
            Filter::Favorite => flag(value, Test::Favorite),
            Filter::Private => flag(value, Test::Closed),
            Filter::Public => flag(if is_true(value) { "false" } else { "true" }, Test::Closed),
            Filter::Archived => {
                self.archived = Some(is_true(value));
                return Ok(());
            }
            Filter::Review => flag(value, quality_under(3)),
            Filter::Quality => match value.parse() {
                Ok(least) => Test::Quality(Measure::Compare(Comparison::AtLeast, least)).into(),
                Err(_) => nothing(),
            },
            Filter::Image => kind(value, "image"),
            Filter::Video => kind(value, "video"),
            Filter::Animated => kind(value, "animated"),
            Filter::Raw => kind(value, "raw"),
            Filter::Live => kind(value, "live"),
            Filter::Scan => flag(value, Test::Fact(Fact::Scan, vec![Pattern::exactly("true")])),
            Filter::Panorama => {
                flag(value, Test::Fact(Fact::Panorama, vec![Pattern::exactly("true")]))
            }
            Filter::Portrait => shape(value, "portrait"),
            Filter::Landscape => shape(value, "landscape"),
            Filter::Square => shape(value, "square"),
            Filter::Unsorted => {
                let any = Test::Album(vec![Grouped::Named(Pattern::parse("*"))]);
                Query::Clause(Clause { negated: is_true(value), test: any })
            }
            Filter::Text => {
                self.add_words(value);
                return Ok(());
            }
        };
        self.tests.push(test);
        Ok(())
    }

    /// Each word for itself, wherever it stands.
    fn add_words(&mut self, text: &str) {
        for word in text.split_whitespace() {
            let word = word.trim_matches('*');
            if !word.chars().any(char::is_alphanumeric) {
                continue;
            }
            self.tests.push(Query::Any(vec![
                Test::Caption(word.to_owned()).into(),
                Test::Name(TextTest::Words(word.to_owned())).into(),
                Test::Tags(TagTest::Words(word.to_owned())).into(),
                Test::Label(vec![
                    Pattern::parse(&format!("{word}*")),
                    Pattern::parse(&format!("* {word}*")),
                ])
                .into(),
            ]));
        }
    }
}

/// UIDs of photos and of their files: the first version of a photo carries its id, and so the file of most.
fn identified(values: &[&str]) -> Query {
    let mut parts: Vec<Query> = Vec::new();
    let ids = values.iter().filter_map(|value| uid(value)).collect();
    parts.push(Test::Id(ids).into());
    let albums: Vec<Grouped> =
        values.iter().filter_map(|value| uid(value)).map(Grouped::Id).collect();
    if !albums.is_empty() {
        parts.push(Test::Album(albums).into());
    }
    Query::Any(parts)
}

fn album(value: &str) -> Grouped {
    uid(value).map_or_else(|| Grouped::Named(Pattern::parse(value)), Grouped::Id)
}

/// With folder and extension, or without either.
fn file_name(values: &[&str]) -> Query {
    let one = |value: &&str| -> Query {
        let (folder, name) = value.trim_start_matches('/').rsplit_once('/').unwrap_or(("", value));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let mut tests: Vec<Query> = vec![Test::Fact(Fact::Name, vec![Pattern::parse(stem)]).into()];
        if !folder.is_empty() {
            tests.push(Test::Path(vec![Pattern::parse(folder)]).into());
        }
        Query::All(tests)
    };
    Query::Any(values.iter().map(one).collect())
}

/// Tags by hand, and keywords inside the file.
fn keywords(values: &[&str]) -> Query {
    let values: Vec<String> = values.iter().map(|&value| value.to_owned()).collect();
    Query::Any(vec![
        Test::Tags(TagTest::AnyOf(values.clone())).into(),
        Test::Keywords(TagTest::AnyOf(values)).into(),
    ])
}

/// Without zeros in front.
fn numbers(fact: Fact, values: &[&str]) -> Query {
    let plain = |value: &&str| {
        value
            .parse::<i64>()
            .map_or_else(|_| Pattern::parse(value), |number| Pattern::exactly(&number.to_string()))
    };
    Test::Fact(fact, values.iter().map(plain).collect()).into()
}

fn moment(value: &str, test: impl FnOnce(i64) -> Test) -> Query {
    moments::read(value).map_or_else(nothing, |at| test(at).into())
}

/// The day of a moment.
fn day_of(value: &str, test: impl Fn(Measure) -> Test) -> Query {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    moments::read(value).map_or_else(nothing, |at| {
        let begins = at.div_euclid(DAY) * DAY;
        Query::All(vec![
            test(Measure::Compare(Comparison::AtLeast, begins)).into(),
            test(Measure::Compare(Comparison::Less, begins + DAY)).into(),
        ])
    })
}

fn flag(value: &str, test: Test) -> Query {
    Query::Clause(Clause { negated: !is_true(value), test })
}

fn kind(value: &str, kind: &str) -> Query {
    flag(value, Test::Fact(Fact::Kind, vec![Pattern::exactly(kind)]))
}

fn shape(value: &str, shape: &str) -> Query {
    flag(value, Test::Fact(Fact::Shape, vec![Pattern::exactly(shape)]))
}

fn quality_under(bound: i64) -> Test {
    Test::Quality(Measure::Compare(Comparison::Less, bound))
}

/// No photo.
fn nothing() -> Query {
    Query::Any(Vec::new())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[Term]) {
        let terms = parse(text).ok();
        assert_eq!(terms.as_deref(), Some(expected), "{text}");
    }

    fn text(text: &str) -> Term {
        Term::Text(text.to_owned())
    }

    fn filter(filter: Filter, value: &str) -> Term {
        Term::Filter(filter, value.to_owned())
    }

    #[test]
    fn terms_are_words_and_filters() {
        check("", &[]);
        check("  lake   dawn ", &[text("lake"), text("dawn")]);
        check("favorite:true lake", &[filter(Filter::Favorite, "true"), text("lake")]);
        check("FAVORITE:true", &[filter(Filter::Favorite, "true")]);
        check(r#"album:"Two Words" x"#, &[filter(Filter::Album, "Two Words"), text("x")]);
        check(r#"album:"""#, &[filter(Filter::Album, "")]);
        check(r#""two words""#, &[text(" two words ")]);
        check("uid:p123|p456", &[filter(Filter::Uid, "p123|p456")]);
        check("12:30", &[text("12:30")]);
        check("http://x", &[text("http://x")]);
        check(r#"album:"never closed"#, &[filter(Filter::Album, "never closed")]);
        check(":", &[text(":")]);
    }

    #[test]
    fn too_much_is_refused() {
        assert!(parse(&"a".repeat(LONGEST + 1)).is_err());
        assert!(parse(&"a ".repeat(MOST + 1)).is_err());
        let mut wanted = Wanted::default();
        assert!(wanted.add(Filter::Title, &"a|".repeat(MOST + 1)).is_err());
    }

    #[test]
    fn filters_mean_tests() {
        #[track_caller]
        fn check(name: Filter, value: &str, expected: Query) {
            let mut wanted = Wanted::default();
            wanted.add(name, value).unwrap();
            assert_eq!(wanted.tests, [expected], "{value}");
        }
        check(Filter::Favorite, "yes", Test::Favorite.into());
        check(Filter::Public, "true", Query::Clause(Clause { negated: true, test: Test::Closed }));
        check(
            Filter::Year,
            "2024|023",
            Test::Fact(Fact::Year, vec![Pattern::exactly("2024"), Pattern::exactly("23")]).into(),
        );
        check(Filter::Before, "nonsense", nothing());
        check(Filter::Quality, "3", Test::Quality(Measure::Compare(Comparison::AtLeast, 3)).into());
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in ".{0,200}") {
            let mut wanted = Wanted::default();
            let _ = wanted.add_text(&text);
            for filter in ["uid", "filename", "taken", "year", "hash", "path"] {
                let _ = wanted.add(Filter::parse(filter).unwrap(), &text);
            }
        }
    }
}
