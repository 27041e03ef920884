//! Assets and versions as rows: their columns, there and back.

use plan::probe::Probe;
use sea_orm::Value;

use crate::error::Result;
use crate::sql::{self, Row};
use crate::{
    Access, Answer, Asset, Blob, ContentHash, Error, FolderPath, Name, Picture, StoreName,
    TenantId, Version, Visibility, photo::fact_value,
};
use crate::{card, set};

mod file_format;
mod json;
pub(crate) mod moments;
pub(crate) mod photo;
mod place;
mod probe;
pub(crate) mod schema;

pub(crate) use file_format::file_format;
pub(crate) use place::{keywords, place};

/// Assets with a version of theirs: `v.number = a.current_number` in the condition picks the current one.
pub(crate) const SELECT: &str = "SELECT a.seq, a.id, a.tenant, f.path, f.concealed, a.name, a.short_name, a.notes, a.tags, a.auto_tags, \
     a.description, a.focus, a.custom_metadata, a.access, a.default_access, a.visibility, a.photo, a.created, a.updated, a.last_number, \
     v.seq AS version_seq, v.id AS version_id, v.number, v.mime, v.created AS version_created, v.format, v.width, v.height, \
     v.orientation, v.has_alpha, v.frames, v.duration_ms, v.has_profile, v.density, v.jpeg_quality, v.metadata, \
     v.phash, v.thumbhash, v.dominant, b.hash, b.sha1, b.crc32c, b.size, v.store, \
     a.revision, s.id AS set_id, s.state AS set_state, c.asset AS card, c.title, c.filename, c.parent, c.media_type, \
     c.sniffed, c.media_version, c.tag_names, c.extra, c.creator, c.editor, c.was_locked, c.lock_action, c.lock_user, \
     c.lock_session, c.lock_time \
     FROM assets a JOIN folders f ON f.seq = a.folder JOIN versions v ON v.asset = a.seq \
     JOIN blobs b ON b.hash = v.blob LEFT JOIN sets s ON s.seq = a.set_seq LEFT JOIN cards c ON c.asset = a.seq";

/// What sorts before everything: the value of what has none.
pub(crate) const ABSENT: i64 = i64::MIN;

/// Reads a row of [`SELECT`].
pub(crate) fn asset(row: &Row) -> Result<Asset> {
    Ok(Asset {
        id: row.id("id")?,
        number: row.get("seq")?,
        tenant: TenantId(row.get("tenant")?),
        folder: sound(FolderPath::parse(&row.get::<String>("path")?))?,
        name: sound(Name::parse(&row.get::<String>("name")?))?,
        short_name: row
            .get::<Option<String>>("short_name")?
            .map(|name| sound(Name::parse(&name)))
            .transpose()?,
        tags: json::read_tags(&row.get::<String>("tags")?)?,
        auto_tags: json::read_auto_tags(&row.get::<String>("auto_tags")?)?,
        description: row.get("description")?,
        focus: row.get::<Option<String>>("focus")?.as_deref().map(read_focus).transpose()?,
        custom_metadata: json::read_object(&row.get::<String>("custom_metadata")?)?,
        notes: json::read_object(&row.get::<String>("notes")?)?,
        access: decode(&ACCESS, &row.get::<String>("access")?)?,
        default_access: decode(&ACCESS, &row.get::<String>("default_access")?)?,
        visibility: decode(&VISIBILITY, &row.get::<String>("visibility")?)?,
        concealed: row.get("concealed")?,
        set: set::membership(row)?,
        card: card::read(row)?.map(Box::new),
        photo: photo::read(&row.get::<String>("photo")?)?,
        created: row.get("created")?,
        updated: row.get("updated")?,
        revision: row.count("revision")?,
        current: version(row)?,
    })
}

/// Reads the version in a row of [`SELECT`].
pub(crate) fn version(row: &Row) -> Result<Version> {
    Ok(Version {
        id: row.id("version_id")?,
        number: row.count("number")?,
        blob: blob(row)?,
        mime: row.get("mime")?,
        probe: probe::read(row)?,
        created: row.get("version_created")?,
    })
}

/// Reads a blob: `hash`, `sha1`, `crc32c`, `size` and `store`.
pub(crate) fn blob(row: &Row) -> Result<Blob> {
    Ok(Blob {
        hash: ContentHash(row.bytes("hash")?),
        sha1: row.bytes("sha1")?,
        crc32c: row.count("crc32c")?,
        size: row.count("size")?,
        store: StoreName::new(&row.get::<String>("store")?),
    })
}

/// Reads what a back end answered: `facts`, and `mime`, `made_hash`, `made_sha1`, `made_crc32c`, `made_size`, all null if
/// it made no picture.
pub(crate) fn answer(row: &Row) -> Result<Answer> {
    let picture = match row.get("mime")? {
        None => None,
        Some(mime) => {
            let blob = Blob {
                hash: ContentHash(row.bytes("made_hash")?),
                sha1: row.bytes("made_sha1")?,
                crc32c: row.count("made_crc32c")?,
                size: row.count("made_size")?,
                store: StoreName::default(),
            };
            Some(Picture { blob, mime })
        }
    };
    Ok(Answer { picture, facts: object(&row.get::<String>("facts")?)? })
}

/// JSON inside a column: a list of texts, an object, anything.
pub(crate) use json::{
    read_object as object, read_tags as texts, read_value as json, write_object as object_text,
};

/// Columns of an asset that an update writes too, in the order of [`asset_values`].
pub(crate) const ASSET_COLUMNS: [&str; 28] = [
    "tags",
    "auto_tags",
    "description",
    "focus",
    "custom_metadata",
    "access",
    "visibility",
    "updated",
    "current_number",
    "is_image",
    "by_width",
    "by_height",
    "by_size",
    "by_duration",
    "by_captured",
    "last_number",
    "file_format",
    "width",
    "height",
    "has_alpha",
    "short_name",
    "notes",
    "default_access",
    "photo",
    "is_favorite",
    "by_taken",
    "by_title",
    "quality",
];

/// [`Error::Invalid`]: a text that the databases cannot hold.
pub(crate) fn asset_values(asset: &Asset, last_number: u32) -> Result<[Value; 28]> {
    let probe = asset.current.probe.as_ref();
    let size = upright_size(probe);
    let duration = probe.map(|probe| probe.duration_ms).filter(|&ms| ms > 0);
    Ok([
        json::write_tags(&asset.tags).into(),
        json::write_auto_tags(&asset.auto_tags).into(),
        asset
            .description
            .as_deref()
            .map(|text| sql::text("the description", text))
            .transpose()?
            .unwrap_or(Value::String(None)),
        asset.focus.map(|[x, y, w, h]| format!("{x},{y},{w},{h}")).into(),
        json::write_object(&asset.custom_metadata).into(),
        encode(&ACCESS, asset.access).into(),
        encode(&VISIBILITY, asset.visibility).into(),
        asset.updated.into(),
        i64::from(asset.current.number).into(),
        asset.current.mime.starts_with("image/").into(),
        size.map_or(ABSENT, |(width, _)| width).into(),
        size.map_or(ABSENT, |(_, height)| height).into(),
        sql::number("the size", asset.current.blob.size)?,
        duration.map_or(Ok(ABSENT.into()), |ms| sql::number("the duration", ms))?,
        probe.and_then(moments::captured).unwrap_or(ABSENT).into(),
        i64::from(last_number).into(),
        file_format(&asset.current, &asset.name).into(),
        probe.map(|probe| i64::from(probe.size.width)).into(),
        probe.map(|probe| i64::from(probe.size.height)).into(),
        probe.is_some_and(|probe| probe.has_alpha).into(),
        asset.short_name.as_ref().map(|name| name.as_str().to_owned()).into(),
        json::write_object(&asset.notes).into(),
        encode(&ACCESS, asset.default_access).into(),
        sql::text("what is said about the photo", &photo::write(&asset.photo))?,
        asset.photo.is_favorite.into(),
        asset.taken().utc.into(),
        fact_value(&asset.photo_title().text).into(),
        asset.quality().into(),
    ])
}

/// Columns of a version, in the order of [`version_values`].
pub(crate) const VERSION_COLUMNS: [&str; 22] = [
    "id",
    "number",
    "blob",
    "store",
    "mime",
    "created",
    "file_format",
    "format",
    "width",
    "height",
    "orientation",
    "has_alpha",
    "frames",
    "duration_ms",
    "has_profile",
    "density",
    "jpeg_quality",
    "metadata",
    "phash",
    "thumbhash",
    "dominant",
    "captured",
];

/// [`Error::Invalid`]: a text or number that the databases cannot hold.
pub(crate) fn version_values(version: &Version, name: &Name) -> Result<Vec<Value>> {
    let mut values = vec![
        version.id.into(),
        i64::from(version.number).into(),
        version.blob.hash.0.to_vec().into(),
        (&version.blob.store).into(),
        sql::text("the media type", &version.mime)?,
        version.created.into(),
        file_format(version, name).into(),
    ];
    values.extend(probe::values(version.probe.as_ref())?);
    Ok(values)
}

/// Width and height as they are seen, which is what people sort by.
fn upright_size(probe: Option<&Probe>) -> Option<(i64, i64)> {
    let size = probe?.upright_size();
    Some((size.width.into(), size.height.into()))
}

const ACCESS: [(Access, &str); 4] = [
    (Access::Public, "public"),
    (Access::PresetsOnly, "presets-only"),
    (Access::Private, "private"),
    (Access::Closed, "closed"),
];

const VISIBILITY: [(Visibility, &str); 4] = [
    (Visibility::Listed, "listed"),
    (Visibility::Draft, "draft"),
    (Visibility::Archived, "archived"),
    (Visibility::Hidden, "hidden"),
];

/// How a column holds it.
pub(crate) fn visibility(value: Visibility) -> &'static str {
    encode(&VISIBILITY, value)
}

pub(crate) fn encode<T: Copy + PartialEq>(words: &[(T, &'static str)], value: T) -> &'static str {
    // Each table above names every variant; a test walks them.
    words.iter().find(|(known, _)| *known == value).map_or("", |(_, word)| word)
}

pub(crate) fn decode<T: Copy>(words: &[(T, &'static str)], word: &str) -> Result<T> {
    let known = words.iter().find(|(_, known)| *known == word);
    known.map(|(value, _)| *value).ok_or_else(|| Error::Damaged(format!("unknown word `{word}`")))
}

fn read_focus(text: &str) -> Result<[u32; 4]> {
    let numbers: Option<Vec<u32>> = text.split(',').map(|number| number.parse().ok()).collect();
    let area = numbers.and_then(|numbers| numbers.try_into().ok());
    area.ok_or_else(|| Error::Damaged(format!("`{text}` is no area")))
}

/// What breaks a rule when it comes out of the database cannot have been written by us.
fn sound<T>(parsed: Result<T>) -> Result<T> {
    parsed.map_err(|error| Error::Damaged(error.to_string()))
}
