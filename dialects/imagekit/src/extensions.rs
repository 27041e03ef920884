//! Extensions as requests name them: `[{"name": "google-auto-tagging", "minConfidence": 80, "maxTags": 10}, ...]`.
//!
//! | Name | Parameters |
//! |---|---|
//! | `remove-bg` | `options`: `add_shadow`, `semitransparency`, `bg_color`, `bg_image_url` |
//! | `google-auto-tagging`, `aws-auto-tagging` | `minConfidence` 0 to 100, `maxTags` 0 to 30, both required |
//! | `ai-auto-description` | none |
//! | `ai-tasks` | `tasks`: objects with `type` and `instruction` |
//! | `saved-extension` | `id` of one that was saved |
//!
//! Faults are 400 and name their place, as in `extensions[1].maxTags`. To add an extension: a line in [`parameters`].

use std::collections::BTreeMap;

use library::{
    Asset, Extension, ExtensionKind, ExtensionStatus, SavedExtensionId, TagLimits, Watch,
};
use serde_json::{Map, Value};

use crate::{ImageKit, auth::Caller, error::ApiError};

/// What a request asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Requested {
    Extension(Extension),
    Saved { place: String, id: SavedExtensionId },
}

/// The items of a list.
pub(crate) fn parse(list: Value) -> Result<Vec<Requested>, ApiError> {
    let Value::Array(items) = list else {
        return Err(ApiError::bad_request("`extensions` expects an array of objects."));
    };
    let items = items.into_iter().enumerate();
    items.map(|(index, item)| item_at(&format!("extensions[{index}]"), item)).collect()
}

/// As [`parse`], from a form.
pub(crate) fn parse_text(text: &str) -> Result<Vec<Requested>, ApiError> {
    let list: Value = serde_json::from_str(text).map_err(|error| {
        ApiError::bad_request(format!("`extensions` expects a JSON array: {error}."))
    })?;
    parse(list)
}

fn item_at(place: &str, item: Value) -> Result<Requested, ApiError> {
    let Value::Object(mut item) = item else {
        return Err(ApiError::bad_request(format!("`{place}` expects an object.")));
    };
    if item.get("name").and_then(Value::as_str) != Some("saved-extension") {
        return extension(place, item).map(Requested::Extension);
    }
    item.remove("name");
    let id = item.remove("id");
    let id = id.as_ref().and_then(Value::as_str).and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| {
        ApiError::bad_request(format!("`{place}.id` expects the id of a saved extension."))
    })?;
    nothing_else(place, &item)?;
    Ok(Requested::Saved { place: place.to_owned(), id })
}

/// One extension with its parameters.
pub(crate) fn extension(place: &str, mut item: Map<String, Value>) -> Result<Extension, ApiError> {
    let name = item.remove("name");
    let name = name.as_ref().and_then(Value::as_str).unwrap_or_default();
    let kind = ExtensionKind::parse(name).ok_or_else(|| {
        let names = ExtensionKind::ALL.map(|(name, _)| name).join(", ");
        let found: String =
            name.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect();
        ApiError::bad_request(format!(
            "`{place}.name` expects one of {names}, saved-extension, found `{found}`."
        ))
    })?;
    parameters(place, kind, item)
}

fn parameters(
    place: &str,
    kind: ExtensionKind,
    mut item: Map<String, Value>,
) -> Result<Extension, ApiError> {
    let mut extension = Extension { kind, options: Value::Object(Map::new()), tags: None };
    match kind {
        ExtensionKind::RemoveBackground => {
            extension.options = background_options(place, item.remove("options"))?;
        }
        ExtensionKind::GoogleTags | ExtensionKind::AwsTags => {
            // SDK 5.x turns an upload's list into JSON before it renames its keys.
            let min_confidence = whole(place, &mut item, ["minConfidence", "min_confidence"], 100)?;
            let most = whole(place, &mut item, ["maxTags", "max_tags"], 30)?;
            extension.options =
                serde_json::json!({"minConfidence": min_confidence, "maxTags": most});
            extension.tags = Some(TagLimits { min_confidence, most: usize::from(most) });
        }
        ExtensionKind::Describe => {}
        ExtensionKind::Tasks => extension.options = tasks(place, item.remove("tasks"))?,
    }
    nothing_else(place, &item)?;
    Ok(extension)
}

/// A whole number from 0, under either name; `30` and `30.0` are the same.
fn whole(
    place: &str,
    item: &mut Map<String, Value>,
    [key, other]: [&str; 2],
    most: u8,
) -> Result<u8, ApiError> {
    let number = item.remove(key).or_else(|| item.remove(other)).and_then(|value| value.as_f64());
    let number = number.filter(|it| it.fract() == 0.0 && (0.0..=f64::from(most)).contains(it));
    number.map(|number| number as u8).ok_or_else(|| {
        ApiError::bad_request(format!("`{place}.{key}` expects a whole number from 0 to {most}."))
    })
}

fn background_options(place: &str, options: Option<Value>) -> Result<Value, ApiError> {
    let options = match options {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(options)) => options,
        Some(_) => {
            return Err(ApiError::bad_request(format!("`{place}.options` expects an object.")));
        }
    };
    for (key, value) in &options {
        let expected = match key.as_str() {
            "add_shadow" | "semitransparency" if value.is_boolean() => continue,
            "bg_color" | "bg_image_url" if value.is_string() => continue,
            "add_shadow" | "semitransparency" => "true or false",
            "bg_color" | "bg_image_url" => "a text",
            _ => {
                return Err(ApiError::bad_request(format!(
                    "`{place}.options` knows add_shadow, semitransparency, bg_color and bg_image_url."
                )));
            }
        };
        return Err(ApiError::bad_request(format!("`{place}.options.{key}` expects {expected}.")));
    }
    let is_given =
        |key: &str| options.get(key).and_then(Value::as_str).is_some_and(|it| !it.is_empty());
    if is_given("bg_color") && is_given("bg_image_url") {
        return Err(ApiError::bad_request(format!(
            "`{place}.options` may have `bg_color` or `bg_image_url`, not both."
        )));
    }
    Ok(Value::Object(options))
}

/// What the tasks say beyond that is between the client and the back end.
fn tasks(place: &str, tasks: Option<Value>) -> Result<Value, ApiError> {
    let Some(Value::Array(items)) = tasks else {
        return Err(ApiError::bad_request(format!("`{place}.tasks` expects an array of objects.")));
    };
    for (index, item) in items.iter().enumerate() {
        let place = format!("{place}.tasks[{index}]");
        if !matches!(item["type"].as_str(), Some("select_tags" | "select_metadata" | "yes_no")) {
            return Err(ApiError::bad_request(format!(
                "`{place}.type` expects select_tags, select_metadata or yes_no."
            )));
        }
        if item["instruction"].as_str().is_none_or(|text| text.trim().is_empty()) {
            return Err(ApiError::bad_request(format!("`{place}.instruction` is missing.")));
        }
    }
    Ok(serde_json::json!({"tasks": items}))
}

fn nothing_else(place: &str, item: &Map<String, Value>) -> Result<(), ApiError> {
    let Some(key) = item.keys().next() else { return Ok(()) };
    let key: String = key.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect();
    Err(ApiError::bad_request(format!("`{place}` does not know `{key}`.")))
}

/// The extensions themselves, with those that were saved looked up. Each may be asked for once.
pub(crate) async fn resolve(
    app: &ImageKit,
    caller: &Caller,
    requested: Vec<Requested>,
) -> Result<Vec<Extension>, ApiError> {
    let mut extensions: Vec<Extension> = Vec::with_capacity(requested.len());
    for item in requested {
        let extension = match item {
            Requested::Extension(extension) => extension,
            Requested::Saved { place, id } => {
                let unknown = |error| match error {
                    library::Error::NotFound(_) => {
                        ApiError::bad_request(format!("`{place}.id`: there is no such extension."))
                    }
                    error => ApiError::from(error),
                };
                let saved = app.library.saved_extension(caller.actor, id).await.map_err(unknown)?;
                let config = saved.config.as_object().cloned().unwrap_or_default();
                extension(&place, config)?
            }
        };
        if extensions.iter().any(|known| known.kind == extension.kind) {
            let name = extension.kind.name();
            return Err(ApiError::bad_request(format!("`extensions` names `{name}` twice.")));
        }
        extensions.push(extension);
    }
    Ok(extensions)
}

/// `extensionStatus`; absent if no extension was asked for.
pub(crate) type Statuses = BTreeMap<&'static str, &'static str>;

/// How the extensions of an asset stand, and the asset as they left it.
pub(crate) async fn settled(
    app: &ImageKit,
    caller: &Caller,
    watch: Watch,
    asset: Asset,
    extensions: &[Extension],
) -> Result<(Asset, Option<Statuses>), ApiError> {
    if extensions.is_empty() {
        return Ok((asset, None));
    }
    let statuses = app.library.extension_status(watch, asset.id, extensions).await;
    let has_changed = statuses.iter().any(|(_, status)| *status == ExtensionStatus::Success);
    let asset = if has_changed {
        // Deleted in this very moment: then it is shown as it was stored.
        app.library.asset(caller.actor, asset.id).await.unwrap_or(asset)
    } else {
        asset
    };
    let named = statuses.into_iter().map(|(kind, status)| {
        let status = match status {
            ExtensionStatus::Success => "success",
            ExtensionStatus::Pending => "pending",
            ExtensionStatus::Failed => "failed",
        };
        (kind.name(), status)
    });
    Ok((asset, Some(named.collect())))
}

/// `webhookUrl`: who hears how extensions ended. Where it leads is looked at when it is called.
pub(crate) fn webhook_url(text: &str) -> Result<Option<String>, ApiError> {
    if text.is_empty() {
        return Ok(None);
    }
    let begins = |scheme: &str| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let is_plain = text.len() <= 2048 && !text.chars().any(char::is_control);
    if is_plain && (begins("http://") || begins("https://")) {
        return Ok(Some(text.to_owned()));
    }
    Err(ApiError::bad_request(
        "`webhookUrl` expects a URL that begins with http:// or https://, of at most 2048 bytes.",
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let found = parse_text(text).expect(text).into_iter().map(|item| match item {
            Requested::Extension(it) => (it.kind.name().to_owned(), it.options.to_string()),
            Requested::Saved { id, .. } => ("saved".to_owned(), id.to_string()),
        });
        let expected =
            expected.iter().map(|(name, options)| ((*name).to_owned(), (*options).to_owned()));
        assert!(found.clone().eq(expected), "{text}: {:?}", found.collect::<Vec<_>>());
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        let error = parse_text(text).expect_err(text);
        assert_eq!((error.status.as_u16(), error.message.as_str()), (400, expected), "{text}");
    }

    #[test]
    fn extensions_have_their_parameters() {
        check("[]", &[]);
        check(
            r#"[{"name": "remove-bg"},
                {"name": "google-auto-tagging", "minConfidence": 0, "maxTags": 30.0},
                {"name": "ai-auto-description"},
                {"name": "ai-tasks", "tasks": [{"type": "yes_no", "instruction": "Is it a cat?"}]},
                {"name": "saved-extension", "id": "0123456789abcdef01234567"}]"#,
            &[
                ("remove-bg", "{}"),
                ("google-auto-tagging", r#"{"maxTags":30,"minConfidence":0}"#),
                ("ai-auto-description", "{}"),
                ("ai-tasks", r#"{"tasks":[{"instruction":"Is it a cat?","type":"yes_no"}]}"#),
                ("saved", "0123456789abcdef01234567"),
            ],
        );
        check(
            r#"[{"name": "remove-bg", "options": {"add_shadow": true, "bg_color": "fff", "bg_image_url": ""}}]"#,
            &[("remove-bg", r#"{"add_shadow":true,"bg_color":"fff","bg_image_url":""}"#)],
        );
    }

    #[test]
    fn faults_name_their_place() {
        check_error(
            "{",
            "`extensions` expects a JSON array: EOF while parsing an object at line 1 column 1.",
        );
        check_error("{}", "`extensions` expects an array of objects.");
        check_error("[5]", "`extensions[0]` expects an object.");
        for (item, expected) in [
            (
                r"{}",
                "`extensions[0].name` expects one of remove-bg, google-auto-tagging, aws-auto-tagging, ai-auto-description, ai-tasks, saved-extension, found ``.",
            ),
            (
                r#"{"name": "remove-background"}"#,
                "`extensions[0].name` expects one of remove-bg, google-auto-tagging, aws-auto-tagging, ai-auto-description, ai-tasks, saved-extension, found `remove-background`.",
            ),
            (
                r#"{"name": "remove-bg", "options": []}"#,
                "`extensions[0].options` expects an object.",
            ),
            (
                r#"{"name": "remove-bg", "options": {"add_shadow": "yes"}}"#,
                "`extensions[0].options.add_shadow` expects true or false.",
            ),
            (
                r#"{"name": "remove-bg", "options": {"bg_colour": "fff"}}"#,
                "`extensions[0].options` knows add_shadow, semitransparency, bg_color and bg_image_url.",
            ),
            (
                r#"{"name": "remove-bg", "options": {"bg_color": "fff", "bg_image_url": "http://a"}}"#,
                "`extensions[0].options` may have `bg_color` or `bg_image_url`, not both.",
            ),
            (
                r#"{"name": "aws-auto-tagging", "maxTags": 3}"#,
                "`extensions[0].minConfidence` expects a whole number from 0 to 100.",
            ),
            (
                r#"{"name": "aws-auto-tagging", "minConfidence": 101, "maxTags": 3}"#,
                "`extensions[0].minConfidence` expects a whole number from 0 to 100.",
            ),
            (
                r#"{"name": "aws-auto-tagging", "minConfidence": 1, "maxTags": 31}"#,
                "`extensions[0].maxTags` expects a whole number from 0 to 30.",
            ),
            (
                r#"{"name": "aws-auto-tagging", "minConfidence": 1.5, "maxTags": 1}"#,
                "`extensions[0].minConfidence` expects a whole number from 0 to 100.",
            ),
            (
                r#"{"name": "ai-auto-description", "length": 5}"#,
                "`extensions[0]` does not know `length`.",
            ),
            (r#"{"name": "ai-tasks"}"#, "`extensions[0].tasks` expects an array of objects."),
            (
                r#"{"name": "ai-tasks", "tasks": [{}]}"#,
                "`extensions[0].tasks[0].type` expects select_tags, select_metadata or yes_no.",
            ),
            (
                r#"{"name": "ai-tasks", "tasks": [{"type": "yes_no"}]}"#,
                "`extensions[0].tasks[0].instruction` is missing.",
            ),
            (
                r#"{"name": "saved-extension", "id": "x"}"#,
                "`extensions[0].id` expects the id of a saved extension.",
            ),
        ] {
            check_error(&format!("[{item}]"), expected);
        }
    }

    #[test]
    fn webhook_urls_are_web_addresses() {
        assert_eq!(webhook_url("").unwrap(), None);
        assert!(webhook_url("https://a.example/hook").unwrap().is_some());
        assert!(webhook_url("http://127.0.0.1/").unwrap().is_some(), "refused when it is called");
        for text in ["ftp://a", "a.example", "http://a\r\nb"] {
            assert!(webhook_url(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[ -~]{0,80}") {
            let _ = parse_text(&text);
        }
    }
}
