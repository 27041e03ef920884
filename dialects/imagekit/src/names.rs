//! What becomes of names that clients give: every character that the vendor does not keep becomes `_`.

use library::{AssetRef, FolderPath, Name};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::error::ApiError;

/// The alphabet of unique suffixes: 64 characters, so that a byte's lower six bits choose one fairly.
const SUFFIX_ALPHABET: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
const SUFFIX_LENGTH: usize = 9;

/// The name of a file: letters, marks and digits of any script, `.`, `-` and `_` stay. `field` is named when nothing
/// can have that name.
pub(crate) fn file(text: &str, field: &str) -> Result<Name, ApiError> {
    let cleaned = clean(text, &['.', '-', '_']);
    Name::parse(&cleaned).map_err(|error| ApiError::bad_request(format!("`{field}`: {error}.")))
}

/// The path of a file to look for, `/folder/name`; `None` if no file can be there. Nothing is cleaned.
pub(crate) fn existing_file(text: &str) -> Option<AssetRef> {
    let (folder, name) = text.rsplit_once('/').unwrap_or(("", text));
    Some(AssetRef::At(parse_folder(folder).ok()?, Name::parse(name).ok()?))
}

/// The name with `_` and nine random characters before its extension.
pub(crate) fn unique(name: &Name) -> Result<Name, ApiError> {
    let mut random = [0; SUFFIX_LENGTH];
    getrandom::fill(&mut random)
        .map_err(|_| library::Error::Busy { retry_after: std::time::Duration::from_secs(1) })?;
    let suffix: String =
        random.iter().map(|byte| char::from(SUFFIX_ALPHABET[usize::from(byte & 63)])).collect();
    let (stem, extension) = match name.as_str().rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
        _ => (name.as_str(), String::new()),
    };
    Name::parse(&format!("{stem}_{suffix}{extension}"))
        .map_err(|error| ApiError::bad_request(format!("`fileName`: {error}.")))
}

/// The path of a folder: letters, marks, digits, `_`, `-` and `/` stay, repeated slashes are one, and those at the
/// ends do not matter. `field` is named when the path is too long or too deep.
pub(crate) fn folder(text: &str, field: &str) -> Result<FolderPath, ApiError> {
    let cleaned = clean(text, &['/', '-', '_']);
    parse_folder(&cleaned).map_err(|error| ApiError::bad_request(format!("`{field}`: {error}.")))
}

/// The path of a folder to look for: nothing is cleaned, but slashes are treated as in [`folder`].
pub(crate) fn existing_folder(text: &str, field: &str) -> Result<FolderPath, ApiError> {
    parse_folder(text).map_err(|error| ApiError::bad_request(format!("`{field}`: {error}.")))
}

/// The name of a new folder: letters, marks and digits only.
pub(crate) fn clean_new_folder(text: &str) -> String {
    clean(text, &['_'])
}

/// The new name of a folder that is there: `-` stays too.
pub(crate) fn clean_renamed_folder(text: &str) -> String {
    clean(text, &['_', '-'])
}

fn parse_folder(text: &str) -> library::Result<FolderPath> {
    let path: Vec<&str> = text.split('/').filter(|segment| !segment.is_empty()).collect();
    FolderPath::parse(&format!("/{}", path.join("/"))).map_err(Into::into)
}

fn clean(text: &str, kept: &[char]) -> String {
    text.chars().map(|c| if kept.contains(&c) || is_word(c) { c } else { '_' }).collect()
}

fn is_word(c: char) -> bool {
    match c.general_category_group() {
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark => true,
        GeneralCategoryGroup::Number => c.is_numeric(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn file_names_keep_letters_of_any_script() {
        for (text, expected) in [
            ("a b.jpg", "a_b.jpg"),
            ("grün-größe_1.JPG", "grün-größe_1.JPG"),
            ("चित्र.png", "चित्र.png"),
            ("猫.jpg", "猫.jpg"),
            ("../etc/passwd", ".._etc_passwd"),
            ("a\r\nb\u{202e}c.jpg", "a__b_c.jpg"),
            ("a\\b\0c\"d.jpg", "a_b_c_d.jpg"),
            ("🐈.jpg", "_.jpg"),
        ] {
            assert_eq!(file(text, "fileName").unwrap().as_str(), expected, "{text}");
        }
        assert!(file("..", "fileName").is_err());
        assert!(file(".", "fileName").is_err());
        assert!(file("", "fileName").is_err());
        assert!(file(&"a".repeat(4096), "fileName").is_err());
    }

    #[test]
    fn unique_names_keep_their_extension() {
        let name = unique(&Name::parse("a.tar.gz").unwrap()).unwrap();
        let (stem, extension) = name.as_str().rsplit_once('.').unwrap();
        assert_eq!(extension, "gz");
        assert_eq!(stem.len(), "a.tar".len() + 1 + 9);
        assert!(stem.starts_with("a.tar_"));
        assert_ne!(
            unique(&Name::parse("a").unwrap()).unwrap(),
            unique(&Name::parse("a").unwrap()).unwrap()
        );
        let hidden = unique(&Name::parse(".profile").unwrap()).unwrap();
        assert!(hidden.as_str().starts_with(".profile_"));
    }

    #[test]
    fn folders_are_cleaned() {
        for (text, expected) in [
            ("", "/"),
            ("/", "/"),
            ("a/b", "/a/b"),
            ("/a//b/", "/a/b"),
            ("a b/c.d", "/a_b/c_d"),
            ("../x", "/__/x"),
            ("a\\b", "/a_b"),
        ] {
            assert_eq!(folder(text, "folder").unwrap().as_str(), expected, "{text}");
        }
        assert!(folder(&"a/".repeat(50), "folder").is_ok());
        assert!(folder(&"a/".repeat(51), "folder").is_err());
        assert_eq!(clean_new_folder("a-b c/d"), "a_b_c_d");
        assert_eq!(clean_renamed_folder("a-b c/d"), "a-b_c_d");
    }

    #[test]
    fn folders_to_look_for_are_taken_as_they_are() {
        assert_eq!(existing_folder("a b/", "path").unwrap().as_str(), "/a b");
        assert!(existing_folder("/a/../b", "path").is_err());
    }

    #[test]
    fn files_to_look_for_are_taken_as_they_are() {
        for (text, expected) in [
            ("/a/b c.jpg", Some("the file /a/b c.jpg")),
            ("b.jpg", Some("the file /b.jpg")),
            ("//a//b.jpg", Some("the file /a/b.jpg")),
            ("/a/", None),
            ("", None),
            ("/a/../b.jpg", None),
        ] {
            let found = existing_file(text).map(|file| file.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn cleaned_names_are_single_plain_segments(text in ".{0,80}") {
            if let Ok(name) = file(&text, "fileName") {
                prop_assert!(!name.as_str().contains(['/', '\\', '\0', '\n', '\r', '"']));
            }
        }
    }
}
