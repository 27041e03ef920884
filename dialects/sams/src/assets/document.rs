//! Assets as documents.

use library::{Access, Asset, Lock, Rendition, TagNames, Visibility};
use plan::{Format, probe::Probe};
use serde_json::{Map, Value, json};

use crate::{
    eve::{self, Document},
    sets::VIRTUAL_ID,
    time::moment,
};

/// For whom a document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// Who reads it, with a link to the public file where there is one.
    Read { public_base: Option<String> },
    /// Who has just written it.
    Written,
}

pub(super) fn etag(asset: &Asset) -> String {
    eve::etag("asset", &asset.id.to_string(), asset.stamp())
}

pub(super) fn document(asset: &Asset, renditions: &[Rendition], shape: &Shape) -> Document {
    let media_id = asset.current.id.to_string();
    let mut document = Document::new();
    let mut put = |field: &str, value: Value| {
        document.insert(field.to_owned(), value);
    };
    let set = asset.set.map_or(VIRTUAL_ID, |membership| membership.set).to_string();
    put("_id", asset.id.to_string().into());
    put("set_id", set.as_str().into());
    put("state", state(asset).into());
    put("filename", asset.filename().into());
    put("name", asset.title().into());
    put("mimetype", media_type(asset).into());
    put("length", asset.current.blob.size.into());
    put("_media_id", media_id.as_str().into());
    put("binary", if *shape == Shape::Written { Value::Null } else { media_id.as_str().into() });
    put("firstcreated", moment(asset.created).into());
    put("_created", moment(asset.created).into());
    put("versioncreated", moment(asset.updated).into());
    put("_updated", moment(asset.updated).into());
    put("_etag", etag(asset).into());
    if let Some(description) = &asset.description {
        put("description", description.as_str().into());
    }
    if let Some(tags) = tags(asset) {
        put("tags", tags);
    }
    if let Some(probe) = raster(asset) {
        put("renditions", self::renditions(asset, probe, renditions));
    }
    add_card(asset, &mut document);
    if let Shape::Read { public_base: Some(public_base) } = shape
        && is_public(asset)
    {
        let href = format!("{public_base}/{set}/{}", asset.id);
        let links = json!({"public": eve::link("Public Asset", &href)});
        document.insert("_links".to_owned(), links);
    }
    document
}

fn add_card(asset: &Asset, document: &mut Document) {
    let Some(card) = &asset.card else { return };
    let mut put = |field: &str, value: Option<Value>| {
        if let Some(value) = value {
            document.insert(field.to_owned(), value);
        }
    };
    put("parent_id", card.parent.map(|id| id.to_string().into()));
    put("extra", card.extra.clone().map(|extra| Value::Object(Map::from_iter(extra))));
    put("original_creator", card.creator.as_deref().map(Value::from));
    put("version_creator", card.editor.as_deref().map(Value::from));
    document.extend(lock(&card.lock));
}

/// The four fields of a lock: none before the first one.
pub(super) fn lock(lock: &Lock) -> Document {
    let fields = match lock {
        Lock::Never => return Document::new(),
        Lock::Free => [Value::Null, Value::Null, Value::Null, Value::Null],
        Lock::Held { action, user, session, since } => [
            action.as_deref().into(),
            user.as_str().into(),
            session.as_str().into(),
            moment(*since).into(),
        ],
    };
    let names = ["lock_action", "lock_user", "lock_session", "lock_time"];
    names.into_iter().map(str::to_owned).zip(fields).collect()
}

/// How open an asset is, by its own word. A closed set does not change it.
fn state(asset: &Asset) -> &'static str {
    match (asset.visibility, asset.access) {
        (Visibility::Draft, _) => "draft",
        (Visibility::Listed, Access::Public) => "public",
        _ => "internal",
    }
}

/// Whether the public file server has it.
fn is_public(asset: &Asset) -> bool {
    asset.access == Access::Public && asset.is_listed()
}

/// As somebody declared it, or as it was sniffed or guessed; `None` where nobody can tell.
fn media_type(asset: &Asset) -> Option<&str> {
    match asset.media() {
        Some(media) => media.shown.as_deref(),
        None => Some(&asset.current.mime),
    }
}

/// What the bytes are, for who gets them: the declared type counts only where they tell nothing themselves.
pub(crate) fn served_type(asset: &Asset) -> String {
    let mime = match asset.media() {
        Some(media) => media.sniffed.as_deref().or(media.shown.as_deref()),
        None => Some(asset.current.mime.as_str()),
    };
    let mime = mime.unwrap_or("application/octet-stream");
    if mime.starts_with("text/") && !mime.contains(';') {
        format!("{mime}; charset=utf-8")
    } else {
        mime.to_owned()
    }
}

fn tags(asset: &Asset) -> Option<Value> {
    let tags: Vec<Value> =
        asset.named_tags().map(|(code, name)| json!({"code": code, "name": name})).collect();
    if !tags.is_empty() {
        return Some(Value::Array(tags));
    }
    match asset.card.as_ref().map(|card| &card.tag_names) {
        None | Some(TagNames::Unsaid) => None,
        Some(TagNames::Null) => Some(Value::Null),
        Some(TagNames::Named(_)) => Some(json!([])),
    }
}

/// A picture of pixels.
fn raster(asset: &Asset) -> Option<&Probe> {
    asset.current.probe.as_ref().filter(|probe| probe.format != Format::Svg)
}

/// The picture itself comes first.
fn renditions(asset: &Asset, probe: &Probe, renditions: &[Rendition]) -> Value {
    let (width, height) = (probe.size.width, probe.size.height);
    let original = json!({
        "name": "original",
        "_media_id": asset.current.id.to_string(),
        "width": width,
        "height": height,
        "params": {"width": width, "height": height, "keep_proportions": true},
        "versioncreated": moment(asset.current.created),
        "filename": asset.filename(),
        "length": asset.current.blob.size,
    });
    let made = renditions.iter().map(|rendition| {
        json!({
            "name": rendition.name,
            "_media_id": rendition.id.to_string(),
            "width": rendition.size.width,
            "height": rendition.size.height,
            "params": {
                "width": rendition.asked.width,
                "height": rendition.asked.height,
                "keep_proportions": rendition.asked.keeps_proportions,
            },
            "versioncreated": moment(rendition.created),
            "filename": rendition_name(asset.filename(), rendition),
            "length": rendition.blob.size,
        })
    });
    std::iter::once(original).chain(made).collect()
}

/// `pic-100x50.png`
pub(crate) fn rendition_name(filename: &str, rendition: &Rendition) -> String {
    let (stem, extension) = split(filename);
    let size = rendition.size;
    format!("{stem}-{}x{}{extension}", size.width, size.height)
}

/// As Python's `splitext`: dots in front are no extension's.
fn split(filename: &str) -> (&str, &str) {
    let name = filename.rsplit(['/', '\\']).next().unwrap_or(filename);
    let leading = name.len() - name.trim_start_matches('.').len();
    match name[leading..].rfind('.') {
        Some(dot) => filename.split_at(filename.len() - name.len() + leading + dot),
        None => (filename, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_pythons() {
        for (name, expected) in [
            ("pic.png", ("pic", ".png")),
            ("noext", ("noext", "")),
            (".bashrc", (".bashrc", "")),
            ("a.b.c", ("a.b", ".c")),
            ("a.", ("a", ".")),
            ("", ("", "")),
            ("dir.d/name", ("dir.d/name", "")),
        ] {
            assert_eq!(split(name), expected, "{name}");
        }
    }
}
