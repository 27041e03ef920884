use library::{
    Area, Comparison, EntryKind, Measure, Millis, Query, Scalar, TagTest, Test, TextTest, ValueTest,
};
use proptest::prelude::*;

use super::written::parse;
use super::{Scope, query};

/// 2024-05-06T00:00:00Z
const NOW: Millis = 1_714_953_600_000;
const DAY: Millis = 24 * 60 * 60 * 1000;

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(show(&query(text, Scope::at(NOW)).expect(text)), expected, "{text}");
}

#[track_caller]
fn check_error(text: &str, expected: &str) {
    assert_eq!(query(text, Scope::at(NOW)).expect_err(text).to_string(), expected, "{text}");
}

/// `&(a, |(b, !c))`
fn show(query: &Query) -> String {
    let parts = |parts: &[Query]| parts.iter().map(show).collect::<Vec<_>>().join(", ");
    match query {
        Query::All(all) => format!("&({})", parts(all)),
        Query::Any(any) => format!("|({})", parts(any)),
        Query::Clause(clause) => {
            format!("{}{}", if clause.negated { "!" } else { "" }, show_test(&clause.test))
        }
    }
}

fn show_test(test: &Test) -> String {
    match test {
        Test::Name(test) => format!("name {}", show_text(test)),
        Test::Tags(test) => format!("tags {}", show_tags(test)),
        Test::Kind(kinds) => {
            let name = |kind: &EntryKind| match kind {
                EntryKind::Asset => "asset",
                EntryKind::PastVersion => "version",
                EntryKind::Folder => "folder",
            };
            format!("kind {:?}", kinds.iter().map(name).collect::<Vec<_>>())
        }
        Test::Id(ids) => format!("id {ids:?}"),
        Test::Created(measure) => format!("created {}", show_measure(measure)),
        Test::Updated(measure) => format!("updated {}", show_measure(measure)),
        Test::Captured(measure) => format!("captured {}", show_measure(measure)),
        Test::Width(measure) => format!("width {}", show_measure(measure)),
        Test::Height(measure) => format!("height {}", show_measure(measure)),
        Test::Size(measure) => format!("size {}", show_measure(measure)),
        Test::Format(formats) => format!("format {formats:?}"),
        Test::Image => "image".to_owned(),
        Test::Private => "private".to_owned(),
        Test::Unlisted => "unlisted".to_owned(),
        Test::Concealed => "concealed".to_owned(),
        Test::Shown(part) => format!("shown={part}"),
        Test::Alpha => "alpha".to_owned(),
        Test::CreatedBy(people) => format!("by {people:?}"),
        Test::Folder { path, below } => format!("in {path}{}", if *below { "/**" } else { "" }),
        Test::Custom { field, test } => format!("{field}: {}", show_value(test)),
        Test::Keywords(test) => format!("keywords {}", show_tags(test)),
        Test::Location(Area::Around { centre, metres }) => format!("around {centre:?} {metres}"),
        Test::Location(Area::Box(one, other)) => format!("box {one:?} {other:?}"),
        Test::Location(Area::Polygon(corners)) => format!("polygon {corners:?}"),
        // Other languages ask for them.
        other => format!("{other:?}"),
    }
}

fn show_text(test: &TextTest) -> String {
    match test {
        TextTest::OneOf(texts) => format!("{texts:?}"),
        TextTest::Prefix(text) => format!("{text:?}.."),
        TextTest::Words(text) => format!("has {text:?}"),
    }
}

fn show_tags(test: &TagTest) -> String {
    match test {
        TagTest::AnyOf(tags) => format!("{tags:?}"),
        TagTest::Exists => "exists".to_owned(),
        TagTest::Words(text) => format!("has {text:?}"),
        TagTest::Like(glob) => format!("like {glob:?}"),
    }
}

fn show_measure(measure: &Measure) -> String {
    match measure {
        Measure::OneOf(values) => format!("{values:?}"),
        Measure::Compare(comparison, value) => format!("{} {value}", sign(*comparison)),
    }
}

fn show_value(test: &ValueTest) -> String {
    let scalar = |scalar: &Scalar| match scalar {
        Scalar::Text(text) => format!("{text:?}"),
        Scalar::Number(number) => number.to_string(),
        Scalar::Flag(flag) => flag.to_string(),
        Scalar::Moment(moment) => format!("@{moment}"),
    };
    match test {
        ValueTest::Exists => "exists".to_owned(),
        ValueTest::OneOf(scalars) => {
            format!("[{}]", scalars.iter().map(scalar).collect::<Vec<_>>().join(", "))
        }
        ValueTest::Compare(comparison, bound) => format!("{} {}", sign(*comparison), scalar(bound)),
        ValueTest::Prefix(text) => format!("{text:?}.."),
        ValueTest::Words(text) => format!("has {text:?}"),
    }
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::More => ">",
        Comparison::AtLeast => ">=",
    }
}

#[test]
fn fields_with_a_dot_stand_in_quotes() {
    for field in ["customMetadata.N", "embeddedMetadata.Keywords", "file.size"] {
        check_error(
            &format!("{field} = 3"),
            &format!(
                "at character 1: expected quotes around a field with a dot, as in \"customMetadata.price\", found `{field}`"
            ),
        );
    }
}

#[test]
fn expressions_nest_and_bind() {
    check("name = \"a\"", r#"name ["a"]"#);
    check("name=\"a\" OR name=\"b\" AND private=true", r#"|(name ["a"], &(name ["b"], private))"#);
    check(
        "(name=\"a\" or name=\"b\") And private = TRUE",
        r#"&(|(name ["a"], name ["b"]), private)"#,
    );
    check(" ( ( name = 'a' ) ) ", r#"name ["a"]"#);
    check("name='a'AND(name='b')OR(name='c')", r#"|(&(name ["a"], name ["b"]), name ["c"])"#);
    let deep = format!("{}name='a'{}", "(".repeat(32), ")".repeat(32));
    check(&deep, r#"name ["a"]"#);
}

/// The example of the Python SDK's README.
#[test]
fn the_example_of_the_sdk() {
    check(
        "created_at >= '2d' OR size < '2mb' OR format='png'",
        &format!("|(created >= {}, size < 2097152, format [\"png\"])", NOW - 2 * DAY),
    );
}

#[test]
fn texts_and_keywords_in_any_spelling() {
    check(r#"name: "x""#, r#"name "x".."#);
    check(r#"name:"x""#, r#"name "x".."#);
    check(r#"name NOT= "x""#, r#"!name ["x"]"#);
    check(r"name not = 'x'", r#"!name ["x"]"#);
    check(r#"name NOT IN ["x",'y']"#, r#"!name ["x", "y"]"#);
    check(r#"name in "x""#, r#"name ["x"]"#);
    check(r#"name Has "red SHOE""#, r#"name has "red SHOE""#);
    check(r#"name = "it's""#, r#"name ["it's"]"#);
    check(r#"name = "a\"b\\c\d""#, r#"name ["a\"b\\c\\d"]"#);
    check(r#"name = "日本 (AND)""#, r#"name ["日本 (AND)"]"#);
    check(r#""name" = "x""#, r#"name ["x"]"#);
}

#[test]
fn every_field() {
    check(r#"tags IN ["sale", "summer"]"#, r#"tags ["sale", "summer"]"#);
    check(r#"tags NOT IN ["sale"]"#, r#"!tags ["sale"]"#);
    check(r#"tags HAS "big sale""#, r#"tags has "big sale""#);
    check("tags EXISTS", "tags exists");
    check("tags not exists AND tags exists", "&(!tags exists, tags exists)");
    check(r#"type = "file""#, r#"kind ["asset"]"#);
    check(r#"type NOT IN ["file-version", "folder"]"#, r#"!kind ["version", "folder"]"#);
    check(r#"id = "0123456789abcdef01234567""#, "id [0123456789abcdef01234567]");
    check(r#"id NOT IN ["0123456789abcdef01234567", "x"]"#, "!id [0123456789abcdef01234567]");
    check(r#"createdAt = "2024-05-06""#, &format!("created [{NOW}]"));
    check(r#"updatedAt <= "2024-05-06T01:00:00+01:00""#, &format!("updated <= {NOW}"));
    check(
        "updated_at NOT IN [2024-05-06, 2024-05-07]",
        &format!("!updated [{NOW}, {}]", NOW + DAY),
    );
    check("createdAt >= 2024-05-06T00:00:00Z", &format!("created >= {NOW}"));
    check("height > 100", "height > 100");
    check("width IN [100, 200]", "width [100, 200]");
    check(r#"width NOT = "100""#, "!width [100]");
    check("size >= 10", "size >= 10");
    check(r#"format IN ["jpeg", "JPG", "m3u8"]"#, r#"format ["jpeg", "jpeg", "m3u8"]"#);
    check("private = true", "private");
    check("private=false", "!private");
    check("published = true", "!unlisted");
    check("published = false", "unlisted");
    check("transparency = true", "alpha");
    check(r#"createdBy = "anna@example.com""#, r#"by ["anna@example.com"]"#);
    check(r#"path = "/a/b/""#, "|(in /a/b)");
    check(r#"path : "a""#, "|(in /a/**)");
    check(r#"path : "/""#, "|(in //**)");
    check(r#"path IN ["/a", "/b"]"#, "|(in /a, in /b)");
    check(r#"path NOT IN ["/a", "/b"]"#, "&(!in /a, !in /b)");
    check(r#""embeddedMetadata.Keywords" IN ["sea"]"#, r#"keywords ["sea"]"#);
    check(r#""embeddedMetadata.Keywords" EXISTS"#, "keywords exists");
    check(r#""embeddedMetadata.DateTimeOriginal" < "1d""#, &format!("captured < {}", NOW - DAY));
    let location = |text: &str| format!("\"embeddedMetadata.LocationTaken\" = \"{text}\"");
    check(&location("48.85,-2.35 5km"), "around (48.85, -2.35) 5000");
    check(&location("48.85, 2.35  500 m"), "around (48.85, 2.35) 500");
    check(&location("1,2|3,4"), "box (1.0, 2.0) (3.0, 4.0)");
    check(
        &location("0,0 | 0,1 | 1,1 | 1,0"),
        "polygon [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)]",
    );
}

#[test]
fn ages_and_sizes() {
    for (age, days) in [("7d", 7), ("2w", 14), ("3m", 90), ("1y", 365), ("48h", 2), ("48H", 2)] {
        check(&format!("createdAt > \"{age}\""), &format!("created > {}", NOW - days * DAY));
        check(&format!("createdAt > {age}"), &format!("created > {}", NOW - days * DAY));
    }
    check(
        "createdAt < 99999999999999999999y",
        &format!("created < {}", NOW.saturating_sub(Millis::MAX)),
    );
    for (size, bytes) in [
        ("\"10kb\"", "10240"),
        ("2MB", "2097152"),
        ("'1.5 mb'", "1572864"),
        ("\"1gb\"", "1073741824"),
        ("\"100b\"", "100"),
        ("\"100\"", "100"),
        ("100", "100"),
    ] {
        check(&format!("size < {size}"), &format!("size < {bytes}"));
    }
}

#[test]
fn bounds_between_whole_numbers_move() {
    check("width < 100.5", "width < 101");
    check("width >= 100.5", "width >= 101");
    check("width > 100.5", "width > 100");
    check("width <= 100.5", "width <= 100");
    check("width = 100.5", "width []");
    check("width > -1", "width > -1");
    check("width < 1e300", "width < 9223372036854775807");
}

#[test]
fn custom_metadata_goes_by_the_operand() {
    check(r#""customMetadata.brand" = "Acme""#, r#"brand: ["Acme"]"#);
    check(r#""customMetadata.brand" : "Ac""#, r#"brand: "Ac".."#);
    check(r#""customMetadata.brand" HAS "ac me""#, r#"brand: has "ac me""#);
    check(r#""customMetadata.brand" EXISTS"#, "brand: exists");
    check(r#""customMetadata.brand" NOT EXISTS"#, "!brand: exists");
    check(r#""customMetadata.n" > 10.5"#, "n: > 10.5");
    check(r#""customMetadata.n" NOT = 10"#, "!n: [10]");
    check(r#""customMetadata.ok" = true"#, "ok: [true]");
    check(r#""customMetadata.d" <= "2024-05-06""#, &format!("d: <= @{NOW}"));
    check(r#""customMetadata.d" > 7d"#, &format!("d: > @{}", NOW - 7 * DAY));
    check(r#""customMetadata.d" = "2024-05-06""#, &format!("d: [\"2024-05-06\", @{NOW}]"));
    check(r#""customMetadata.s" IN ["a", 30, true]"#, r#"s: ["a", 30, true]"#);
    check(r#""customMetadata.a.b c" NOT IN ["x"]"#, r#"!a.b c: ["x"]"#);
}

#[test]
fn errors_say_where_and_what() {
    check_error("", "at character 1: expected a field or `(`, found the end");
    check_error(
        "name",
        "at character 5: expected an operator (=, :, <, <=, >, >=, IN, HAS, EXISTS or NOT), found the end",
    );
    check_error("name = ", "at character 8: expected a value or `[`, found the end");
    check_error(
        "name = \"a",
        "at character 8: expected a closing \" for the one here, found the end",
    );
    check_error("name = \"a\" OR", "at character 14: expected a field or `(`, found the end");
    check_error(
        "name = \"a\" name = \"b\"",
        "at character 12: expected AND, OR or the end, found `name`",
    );
    check_error("(name = \"a\"", "at character 12: expected AND, OR or `)`, found the end");
    check_error("name = \"a\")", "at character 11: expected AND, OR or the end, found `)`");
    check_error("name IN [\"a\" \"b\"]", "at character 14: expected `,` or `]`, found `\"`");
    check_error("name IN []", "at character 10: expected a value, found `]`");
    check_error("name IN [\"a\",]", "at character 14: expected a value, found `]`");
    check_error(
        "name NOT HAS \"a\"",
        "at character 10: expected =, IN or EXISTS after NOT, found `HAS`",
    );
    check_error(
        "größe = 1 AND name ! 1",
        "at character 20: expected an operator (=, :, <, <=, >, >=, IN, HAS, EXISTS or NOT), found `!`",
    );
    check_error(
        "name < \"a\"",
        "at character 6: expected one of =, :, IN, NOT =, NOT IN, HAS after `name`, found `<`",
    );
    check_error("private NOT = true", "at character 9: expected = after `private`, found `NOT =`");
    check_error(
        "tags = \"a\"",
        "at character 6: expected one of IN, NOT IN, HAS, EXISTS, NOT EXISTS after `tags`, found `=`",
    );
    check_error("name = a", "at character 8: expected a text in quotes, found `a`");
    check_error("name = 5", "at character 8: expected a text in quotes, found `5`");
    check_error("name = [\"a\"]", "at character 9: expected one value after `=`, found `[`");
    check_error(
        "name HAS \"--\"",
        "at character 10: expected a text with at least one letter or digit, found `\"--\"`",
    );
    check_error(
        "private = \"true\"",
        "at character 11: expected true or false, without quotes, found `\"true\"`",
    );
    check_error("width > \"wide\"", "at character 9: expected a number, found `\"wide\"`");
    check_error(
        "size > \"2 mib\"",
        "at character 8: expected a number of bytes or a size such as \"10kb\" or \"2mb\", found `\"2 mib\"`",
    );
    check_error(
        "type = \"image\"",
        "at character 8: expected \"file\", \"file-version\" or \"folder\", found `\"image\"`",
    );
    check_error(
        "path = \"/a/../b\"",
        "at character 8: expected the path of a folder, such as \"/a/b\", found `\"/a/../b\"`",
    );
    check_error(
        "createdAt > \"yesterday\"",
        "at character 13: expected a date such as \"2024-05-06\", a moment such as \"2024-05-06T07:08:09Z\" or an age such as \"7d\" (h, d, w, m, y), found `\"yesterday\"`",
    );
    check_error(
        "\"customMetadata.n\" < \"a\"",
        "at character 22: expected a number, a date such as \"2024-05-06\" or an age such as \"7d\", found `\"a\"`",
    );
    check_error(
        "\"embeddedMetadata.LocationTaken\" = \"91,0 5km\"",
        "at character 36: expected \"lat,lon 5km\", two opposite corners \"lat,lon|lat,lon\" or four corners, found `\"91,0 5km\"`",
    );
    for unknown in [
        "colour = 1",
        "Name = \"a\"",
        "\"customMetadata.\" EXISTS",
        "customMetadata = 1",
        "format < \"a\"",
        "format = \"exe\"",
    ] {
        assert!(query(unknown, Scope::at(NOW)).is_err(), "{unknown}");
    }
    assert!(
        query("colour = 1", Scope::at(NOW)).unwrap_err().to_string().ends_with("found `colour`")
    );
}

#[test]
fn limits_hold() {
    let nested = |depth: usize| format!("{}name='a'{}", "(".repeat(depth), ")".repeat(depth));
    check_error(&nested(33), "at character 33: brackets are nested deeper than 32");
    check_error(&"(".repeat(5000), "at character 33: brackets are nested deeper than 32");
    check_error(&"(".repeat(10_000), "it has more than 8192 bytes");
    let many = |count: usize| vec!["name='a'"; count].join(" OR ");
    assert!(query(&many(256), Scope::at(NOW)).is_ok());
    check_error(&many(257), "at character 3073: it has more than 256 clauses");
}

proptest! {
    #[test]
    fn never_panics(text in ".{0,200}") {
        let _ = query(&text, Scope::at(NOW));
    }

    #[test]
    fn never_panics_on_its_own_words(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "name", "size", "createdAt", "tags", "\"customMetadata.x\"", "path", "=", "<", ":", " IN ", " NOT ", " HAS ",
                " EXISTS ", " AND ", " OR ", "(", ")", "[", "]", ",", "\"a\"", "'2d'", "2mb", "2024-05-06", "true", "1e9",
                "é", "\"", "\\", " ",
            ]),
            0..40,
        )
    ) {
        let text = words.concat();
        // What was read has been read from one end to the other.
        if parse(&text).is_ok() {
            let as_part = format!("({text})");
            prop_assert!(parse(&as_part).is_ok(), "{}", as_part);
        }
        let _ = query(&text, Scope::at(NOW));
    }
}
