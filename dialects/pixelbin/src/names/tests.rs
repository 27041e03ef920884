use proptest::prelude::*;

use super::*;

#[test]
fn slugs_are_safe_in_urls() {
    for (text, expected) in [
        ("hello world", Some("hello_world")),
        ("Ná me (1)", Some("Na_me_1_")),
        ("download_copy_4_2", Some("download_copy_4_2")),
        ("__playground", Some("__playground")),
        ("1_", Some("1_")),
        ("..hidden", Some("hidden")),
        ("日本", None),
        ("__", None),
        ("", None),
        ("a\u{202e}b", Some("a_b")),
        ("ﬁne", Some("fine")),
    ] {
        assert_eq!(slug(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn paths_are_slugs_of_their_segments() {
    for (text, expected) in
        [("/a//b/", "/a/b"), ("/", "/"), ("", "/"), ("My Dir/x", "/My_Dir/x"), ("a/!/b", "/a/_/b")]
    {
        assert_eq!(folder(text, "path").unwrap().as_str(), expected, "{text}");
    }
    for text in ["a/../b", ".", "a/./b", "a\0b", "a\nb"] {
        assert!(folder(text, "path").is_err(), "{text:?}");
    }
    let found: Vec<String> = existing_folders("My Dir/x").iter().map(ToString::to_string).collect();
    assert_eq!(found, ["/My Dir/x", "/My_Dir/x"]);
    assert_eq!(existing_folders("a/b").len(), 1);
    assert!(existing_folders("a/../b").is_empty());
}

#[track_caller]
fn place(name: &NewName, format: &str) -> (String, Option<String>) {
    let place = name.place(FolderPath::root(), format).unwrap();
    (place.name.to_string(), place.short_name.map(|name| name.to_string()))
}

#[test]
fn the_first_generation_has_no_extensions() {
    #[track_caller]
    fn check(name: Option<&str>, original: Option<&str>, format: &str, shown: &str, tail: &str) {
        let new = NewName::v1(name, original).unwrap();
        assert_eq!(new.shown(), shown);
        assert_eq!(place(&new, format), (tail.to_owned(), Some(shown.to_owned())));
    }
    check(None, Some("1.jpeg"), "webp", "1", "1.webp");
    check(Some("cat.png"), Some("dog.gif"), "png", "cat", "cat.png");
    check(Some(""), Some("dog.gif"), "gif", "dog", "dog.gif");
    check(None, Some("a.tar.gz"), "gz", "a.tar.gz", "a.tar.gz");
    check(None, Some("a.b"), "png", "a.b", "a.b.png");
    check(None, Some("a.JPG"), "jpeg", "a", "a.jpeg");
    check(None, Some("hello world.txt"), "txt", "hello_world", "hello_world.txt");
    for original in [None, Some(""), Some("日本.png"), Some(".png")] {
        let new = NewName::v1(None, original).unwrap();
        assert!(new.shown().starts_with("asset-") && new.shown().len() == 15, "{new:?}");
    }
}

#[test]
fn the_second_generation_keeps_one() {
    #[track_caller]
    fn check(name: &str, format: Option<&str>, expected: &str) {
        let new = NewName::v2(Some(name), format).unwrap();
        assert_eq!(place(&new, "webp"), (expected.to_owned(), None));
    }
    check("1", Some("jpeg"), "1.jpeg");
    check("cat.jpg", Some("jpeg"), "cat.jpg");
    check("cat.png", Some("jpeg"), "cat.png.jpeg");
    check("cat.png", None, "cat.png");
    check("cat", None, "cat.jpeg");
    check("cat", Some("PNG"), "cat.png");
    check("a b.tif", Some("tiff"), "a_b.tif");
    let random = NewName::v2(None, None).unwrap();
    assert!(random.shown().starts_with("asset-"));
    assert_eq!(extension(random.shown()), Some("jpeg"));
    for format in ["a b", "../x", "abcdefghijk", "é"] {
        assert!(NewName::v2(Some("a"), Some(format)).is_err(), "{format}");
    }
}

#[test]
fn another_name_is_like_the_first() {
    let another = NewName::V1("cat".into()).another().unwrap();
    assert!(another.shown().starts_with("cat_") && another.shown().len() >= 10, "{another:?}");
    let another = NewName::V2("cat.v.png".into()).another().unwrap();
    assert!(another.shown().starts_with("cat.v_"));
    assert_eq!(extension(another.shown()), Some("png"));
}

#[test]
fn programs_are_rejected_wherever_their_extension_stands() {
    assert!(NewName::v1(Some("a.BAT"), None).is_err());
    assert!(NewName::v1(Some("a"), Some("a.ps1")).is_err());
    assert!(NewName::v2(Some("a"), Some("vbs")).is_err());
    assert!(NewName::v2(Some("a.cmd"), Some("png")).is_err());
    assert!(NewName::v1(Some("bat"), None).is_ok());
    assert!(NewName::v1(Some("a\0b"), None).is_err());
}

#[test]
fn extensions_are_short_words() {
    for (name, expected) in [
        ("a.png", Some("png")),
        ("a.b.PNG", Some("PNG")),
        (".png", None),
        ("a.", None),
        ("a.p g", None),
        ("a.abcdefghijk", None),
    ] {
        assert_eq!(extension(name), expected, "{name}");
    }
    assert!(
        same_format("JPG", "jpeg") && same_format("tif", "tiff") && same_format("heic", "heif")
    );
    assert!(!same_format("png", "jpeg"));
}

proptest! {
    #[test]
    fn a_slug_of_a_slug_is_itself(text in ".{0,40}") {
        if let Some(slugged) = slug(&text) {
            prop_assert_eq!(slug(&slugged), Some(slugged.clone()));
        }
    }

    #[test]
    fn any_name_has_a_place(text in "\\PC{0,60}", format in "[a-z]{1,5}") {
        if let Ok(name) = NewName::v1(Some(&text), None) {
            prop_assert!(name.place(FolderPath::root(), &format).is_ok());
        }
        if let Ok(name) = NewName::v2(Some(&text), Some(&format)) {
            prop_assert!(name.place(FolderPath::root(), "x").is_ok());
        }
    }
}
