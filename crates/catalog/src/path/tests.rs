use proptest::prelude::*;

use super::*;

#[test]
fn folders_that_are_fine() {
    for text in ["/", "/a", "/a/b", "/ein Ordner/日本", "/..a", "/a..", "/...", "/%2f", "/ "] {
        assert_eq!(FolderPath::parse(text).unwrap().as_str(), text);
        assert_eq!(text.parse::<FolderPath>().unwrap().to_string(), text);
    }
}

#[test]
fn folders_that_are_not() {
    let long = format!("/{}", "x".repeat(256));
    let deep = "/d".repeat(51);
    let huge = format!("/{}", "x".repeat(200)).repeat(11);
    let rows = [
        ("", "it does not begin with `/`"),
        ("a", "it does not begin with `/`"),
        ("//", "a name in it is empty"),
        ("/a/", "a name in it is empty"),
        ("/a//b", "a name in it is empty"),
        ("/.", "`.` is no name"),
        ("/a/../b", "`..` is no name"),
        ("/a\\b", "it holds the character U+005C"),
        ("/a\0", "it holds the character U+0000"),
        ("/a\r\nb", "it holds the character U+000D"),
        ("/a\u{7f}", "it holds the character U+007F"),
        ("/a\u{85}", "it holds the character U+0085"),
        ("/a\u{2028}", "it holds the character U+2028"),
        ("/a\u{202e}gpj.exe", "it holds the character U+202E"),
        ("/a\u{2066}", "it holds the character U+2066"),
        (&long, "a name in it is longer than 255 bytes"),
        (&deep, "it is deeper than 50 levels"),
        (&huge, "it is longer than 2048 bytes"),
    ];
    for (text, why) in rows {
        let message = FolderPath::parse(text).unwrap_err().to_string();
        assert!(message.ends_with(&format!("cannot be a folder path: {why}")), "{message}");
        assert!(message.len() < 600, "long input is cut: {message}");
        assert!(!message.contains(['\r', '\n', '\0', '\u{202e}']), "{message:?}");
    }
    assert!(FolderPath::parse(&"/d".repeat(50)).is_ok());
    assert!(FolderPath::parse(&format!("/{}", "x".repeat(255))).is_ok());
}

#[test]
fn names_follow_the_same_rules() {
    for text in ["a.jpg", "a", ".htaccess", "a b.jpg", "Größe.png", "..jpg", "a..jpg"] {
        assert_eq!(Name::parse(text).unwrap().as_str(), text);
    }
    let long = "x".repeat(4096);
    for text in ["", ".", "..", "a/b", "../a", "a\\b", "a\0b", "a\r\nb", "\u{202e}a", &long] {
        let error = Name::parse(text).unwrap_err();
        assert!(
            matches!(&error, Error::Invalid(why) if why.contains("cannot be a file name")),
            "{error}"
        );
    }
}

#[test]
fn the_tree() {
    let path = |text| FolderPath::parse(text).unwrap();
    assert_eq!(FolderPath::root().parent(), None);
    assert_eq!(path("/a").parent(), Some(FolderPath::root()));
    assert_eq!(path("/a/b").parent(), Some(path("/a")));
    assert_eq!(path("/a/b").name(), Some("b"));
    assert_eq!(FolderPath::root().name(), None);
    assert_eq!(FolderPath::root().segments().count(), 0);
    assert_eq!(FolderPath::root().join("a").unwrap(), path("/a"));
    assert_eq!(path("/a").join("b").unwrap(), path("/a/b"));
    for segment in ["", "..", "b/c", "b\nc"] {
        assert!(path("/a").join(segment).is_err(), "{segment:?}");
    }
    assert!(path(&"/d".repeat(50)).join("e").is_err(), "one level too many");
}

#[test]
fn extensions() {
    let rows = [
        ("a.jpg", "a", Some("jpg")),
        ("a.tar.gz", "a.tar", Some("gz")),
        ("a", "a", None),
        ("a.", "a.", None),
        (".htaccess", ".htaccess", None),
        ("a.JPG", "a", Some("JPG")),
    ];
    for (name, stem, extension) in rows {
        let parsed = Name::parse(name).unwrap();
        assert_eq!((parsed.stem(), parsed.extension()), (stem, extension), "{name}");
    }
}

proptest! {
    #[test]
    fn what_parses_is_safe(text in "(/|\\.|\\PC|[a\\\\\u{0}\u{202e}\r\n]){0,12}") {
        if let Ok(path) = FolderPath::parse(&text) {
            let rebuilt = path.segments().try_fold(FolderPath::root(), |folder, name| folder.join(name));
            prop_assert_eq!(rebuilt.unwrap(), path.clone());
            for segment in path.segments() {
                prop_assert!(Name::parse(segment).is_ok());
                prop_assert!(!matches!(segment, "." | ".."));
                let unfit = ['\\', '\0', '\r', '\n', '\u{202e}'];
                prop_assert!(!segment.contains(unfit));
            }
        }
    }
}

#[test]
fn folders_lie_below_others() {
    let path = |text| FolderPath::parse(text).unwrap();
    for (inner, outer, expected) in [
        ("/a/b", "/a", true),
        ("/a/b/c", "/a", true),
        ("/a", "/", true),
        ("/a", "/a", false),
        ("/ab", "/a", false),
        ("/", "/", false),
        ("/", "/a", false),
    ] {
        assert_eq!(path(inner).is_below(&path(outer)), expected, "{inner} {outer}");
    }
}
