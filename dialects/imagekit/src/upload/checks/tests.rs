use library::Name;
use plan::{Format, Size, probe::Probe};
use proptest::prelude::*;
use serde_json::json;

use super::*;

const NOW: Millis = 1_714_953_600_000;

fn upload() -> Upload {
    let values = [("price".to_owned(), json!(9.5)), ("brand".to_owned(), json!("Acme"))];
    Upload {
        tags: Change::Set(vec!["sale".to_owned(), "red shoe".to_owned()]),
        custom_metadata: Change::Set(values.into()),
        ..Upload::to(FolderPath::parse("/shop/summer").unwrap(), Name::parse("a.jpg").unwrap())
    }
}

fn file() -> Examined {
    let probe = Probe {
        format: Format::Jpeg,
        size: Size::new(600, 400),
        orientation: 6,
        has_alpha: false,
        frames: 1,
        duration_ms: 0,
        has_profile: false,
        density: None,
        jpeg_quality: None,
        metadata: Vec::new(),
        look: None,
    };
    Examined { size: 2048, mime: "image/jpeg".to_owned(), probe: Some(probe) }
}

#[track_caller]
fn check(text: &str, expected: bool) {
    let holds = Checks::parse(text, NOW).expect(text).hold(&upload(), &file());
    assert_eq!(holds.is_ok(), expected, "{text}: {holds:?}");
}

#[track_caller]
fn check_error(text: &str, expected: &str) {
    let error = Checks::parse(text, NOW).expect_err(text);
    assert_eq!((error.status.as_u16(), error.message.as_str()), (400, expected), "{text}");
}

#[test]
fn fields_stand_in_quotes() {
    let error = Checks::parse("file.size < 10000", NOW).unwrap_err();
    assert!(error.message.contains("at character 1: expected quotes"), "{}", error.message);
}

#[test]
fn what_holds_and_what_does_not() {
    check(r#""request.folder" : "shop/""#, true);
    check(r#""request.folder" = "/shop""#, false);
    check(r#""request.folder" IN ["/a", "/shop/summer"]"#, true);
    check(r#""request.folder" NOT IN ["/a", "/shop/summer"]"#, false);
    check(r#""request.folder" : "/""#, true);
    check(r#""request.tags" IN ["sale"]"#, true);
    check(r#""request.tags" HAS "SHOE""#, true);
    check(r#""request.tags" NOT EXISTS"#, false);
    check(r#""request.customMetadata.price" < 10"#, true);
    check(r#""request.customMetadata.brand" : "Ac""#, true);
    check(r#""request.customMetadata.colour" NOT = "red""#, true);
    check(r#""request.customMetadata.colour" EXISTS"#, false);
    check(r#""file.size" <= '2kb'"#, true);
    check(r#""file.size" < 2048"#, false);
    check(r#""file.mime" : "image/""#, true);
    check(r#""file.mime" IN ["image/png", "image/webp"]"#, false);
    check(r#""mediaMetadata.width" >= 600 AND "mediaMetadata.height" = 400"#, true);
    check(
        r#"("file.size" > 1mb OR "mediaMetadata.width" > 599.5) AND "file.mime" = "image/jpeg""#,
        true,
    );
    check(r#""file.size" > 1mb OR "mediaMetadata.width" > 600"#, false);
}

#[test]
fn what_is_no_picture_has_no_sides() {
    let text = Examined { probe: None, ..file() };
    let holds = |checks: &str| Checks::parse(checks, NOW).unwrap().hold(&upload(), &text).is_ok();
    assert!(!holds(r#""mediaMetadata.width" < 100000"#));
    assert!(holds(r#""mediaMetadata.width" NOT = 600"#));
}

#[test]
fn the_clause_that_fails_is_named() {
    let checks = r#""file.size" > 1 AND ("file.size" > "1mb" OR "mediaMetadata.width" > 1000)"#;
    let error = Checks::parse(checks, NOW).unwrap().hold(&upload(), &file()).unwrap_err();
    assert_eq!(error.status, 400);
    assert_eq!(
        error.message,
        "The upload does not pass `checks`: what they ask of `file.size` at character 22 does not hold."
    );
}

#[test]
fn errors_say_where_and_what() {
    check_error(
        r#""file.size" < "big""#,
        "`checks`: at character 15: expected a number of bytes or a size such as \"10kb\" or \"2mb\", found `\"big\"`.",
    );
    check_error(
        r#""file.size" HAS "1""#,
        "`checks`: at character 13: expected one of =, <, <=, >, >=, IN, NOT =, NOT IN after `file.size`, found `HAS`.",
    );
    check_error(
        r#""file.size" < 1mb AND"#,
        "`checks`: at character 22: expected a field or `(`, found the end.",
    );
    check_error(
        "size < 1",
        "`checks`: at character 1: expected one of the fields \"request.folder\", \"request.tags\", \
         \"request.customMetadata.<field>\", \"file.size\", \"file.mime\", \"mediaMetadata.width\", \
         \"mediaMetadata.height\", found `size`.",
    );
    assert!(Checks::parse("\"request.customMetadata.\" EXISTS", NOW).is_err());
}

proptest! {
    #[test]
    fn never_panics(text in ".{0,200}") {
        let _ = Checks::parse(&text, NOW);
    }

    #[test]
    fn never_panics_on_its_own_words(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "\"file.size\"", "\"file.mime\"", "\"request.tags\"", "\"request.folder\"", "\"request.customMetadata.x\"",
                "\"mediaMetadata.width\"", "=", "<", ":", " IN ", " NOT ", " HAS ", " EXISTS ", " AND ", " OR ", "(", ")", "[", "]",
                ",", "\"a\"", "'2d'", "2mb", "true", " ",
            ]),
            0..30,
        )
    ) {
        if let Ok(checks) = Checks::parse(&words.concat(), NOW) {
            let _ = checks.hold(&upload(), &file());
        }
    }
}
