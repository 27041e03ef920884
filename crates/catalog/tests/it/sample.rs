//! Things to put into a catalog.

use std::collections::BTreeMap;

use catalog::{
    AutoTag, Blob, CardPatch, Catalog, Change, ContentHash, FolderPath, KnownAs, Millis, Name,
    NewFollowUp, NewVersion, OnConflict, StoreName, Stored, TenantId, Terms,
};
use plan::probe::{Look, Probe, Tag, TagGroup, TagValue};
use plan::{Color, Format, Size};
use serde_json::{Value, json};

pub(crate) async fn tenant(catalog: &Catalog) -> TenantId {
    catalog.ensure_tenant("demo").await.unwrap().id
}

pub(crate) fn folder(path: &str) -> FolderPath {
    FolderPath::parse(path).unwrap()
}

/// Milliseconds since 1970.
pub(crate) fn now() -> Millis {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis()
        as Millis
}

/// The upload of a file that is no picture. `path`: `/folder/name`; `content`: which bytes.
pub(crate) fn upload(tenant: TenantId, path: &str, content: u32) -> NewVersion {
    let (parent, name) = path.rsplit_once('/').unwrap();
    NewVersion {
        tenant,
        folder: folder(if parent.is_empty() { "/" } else { parent }),
        name: Name::parse(name).unwrap(),
        known_as: KnownAs::Name,
        on_conflict: OnConflict::NewVersion,
        blob: blob(content),
        mime: "text/plain".to_owned(),
        probe: None,
        tags: Change::Keep,
        auto_tags: Change::Keep,
        description: Change::Keep,
        focus: Change::Keep,
        custom_metadata: Change::Keep,
        fill_metadata: BTreeMap::new(),
        notes: Change::Keep,
        access: Change::Keep,
        visibility: Change::Keep,
        card: CardPatch::default(),
        terms: Terms::default(),
        original_name: Change::Keep,
        follow_up: NewFollowUp::default(),
        receipt: None,
    }
}

/// The upload of a picture.
pub(crate) fn picture(tenant: TenantId, path: &str, content: u32, size: Size) -> NewVersion {
    let mut new = upload(tenant, path, content);
    new.probe = Some(Probe { size, ..plain_probe() });
    NewVersion { mime: "image/jpeg".to_owned(), ..new }
}

/// Adds what [`upload`] describes.
pub(crate) async fn add(catalog: &Catalog, tenant: TenantId, path: &str, content: u32) -> Stored {
    catalog.add_version(upload(tenant, path, content)).await.unwrap()
}

/// Bytes, told apart by a number, which is also their size.
pub(crate) fn blob(content: u32) -> Blob {
    let mut hash = [0x5a; 32];
    hash[..4].copy_from_slice(&content.to_be_bytes());
    let mut sha1 = [0xa5; 20];
    sha1[..4].copy_from_slice(&content.to_be_bytes());
    Blob {
        hash: ContentHash(hash),
        sha1,
        crc32c: u32::MAX - content,
        size: content.into(),
        store: StoreName::default(),
    }
}

/// Of the data directory.
pub(crate) async fn orphans(catalog: &Catalog, older_than: i64, limit: u64) -> Vec<ContentHash> {
    let found = catalog.orphans(&StoreName::default(), older_than, limit).await.unwrap();
    found.into_iter().map(|blob| blob.hash).collect()
}

pub(crate) fn tags(tags: &[&str]) -> Change<Vec<String>> {
    Change::Set(tags.iter().map(|&tag| tag.to_owned()).collect())
}

pub(crate) fn auto_tag(name: &str) -> AutoTag {
    AutoTag { name: name.to_owned(), confidence: 97.25, source: "google-auto-tagging".to_owned() }
}

pub(crate) fn metadata() -> BTreeMap<String, Value> {
    [("brand", json!("Größe \u{0}")), ("rating", json!(4)), ("ok", json!([true, null, {"a": 1.5}]))]
        .map(|(key, value)| (key.to_owned(), value))
        .into()
}

pub(crate) fn plain_probe() -> Probe {
    Probe {
        format: Format::Jpeg,
        size: Size::new(640, 480),
        orientation: 1,
        has_alpha: false,
        frames: 1,
        duration_ms: 0,
        has_profile: false,
        density: None,
        jpeg_quality: None,
        metadata: Vec::new(),
        look: None,
    }
}

/// Every field is something else than its default, and at the edge where it has one.
pub(crate) fn rich_probe() -> Probe {
    let tag = |group, name: &str, value| Tag { group, name: name.to_owned(), value };
    let text = |text: &str| TagValue::Text(text.to_owned());
    Probe {
        format: Format::Webp,
        size: Size::new(u32::MAX, 1),
        orientation: 8,
        has_alpha: true,
        frames: u32::MAX,
        duration_ms: i64::MAX as u64,
        has_profile: true,
        density: Some(300),
        jpeg_quality: Some(93),
        metadata: vec![
            tag(TagGroup::Image, "Make", text("Ein \"Hersteller\"\u{0}\u{7}\n")),
            tag(TagGroup::Thumbnail, "Compression", TagValue::Number(6.0)),
            tag(TagGroup::Exif, "DateTimeOriginal", text("2024:05:06 07:08:09")),
            tag(TagGroup::Exif, "FNumber", TagValue::Number(2.8)),
            tag(
                TagGroup::Gps,
                "GPSLatitude",
                TagValue::List(vec![TagValue::Number(48.0), TagValue::Number(-0.125)]),
            ),
            tag(TagGroup::Interoperability, "InteropIndex", text("R98")),
            tag(TagGroup::Iptc, "Keywords", TagValue::List(vec![text("a"), text("日本")])),
            tag(TagGroup::Xmp, "Title", text("<b>&amp;</b>")),
        ],
        look: Some(Look {
            phash: 0xfedc_ba98_7654_3210,
            thumbhash: vec![0, 255, 1, 128],
            dominant: Color { r: 255, g: 1, b: 128, a: 254 },
        }),
    }
}
