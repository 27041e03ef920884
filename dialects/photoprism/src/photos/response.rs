//! Photos and files as the API shows them.

use library::{Album, Asset, AssetLabel, FolderPath};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    albums::response::AlbumObject,
    ids::hex,
    labels::LabelObject,
    moments::{date, iso},
    names::extension,
};

/// A moment that has not come: what the vendor writes where a date is missing.
const NEVER: &str = "0001-01-01T00:00:00Z";

/// A file: the current content of a photo.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "the fields of the vendor's object")]
pub(crate) struct FileObject {
    #[serde(rename = "UID")]
    uid: String,
    #[serde(rename = "PhotoUID")]
    photo_uid: String,
    name: String,
    root: &'static str,
    hash: String,
    size: u64,
    primary: bool,
    original_name: String,
    codec: &'static str,
    file_type: String,
    media_type: &'static str,
    mime: String,
    width: u32,
    height: u32,
    orientation: u8,
    aspect_ratio: f64,
    portrait: bool,
    main_color: &'static str,
    colors: String,
    luminance: String,
    sidecar: bool,
    missing: bool,
    video: bool,
    #[serde(rename = "HDR")]
    hdr: bool,
    mod_time: i64,
    created_at: String,
    updated_at: String,
    markers: [Value; 0],
}

impl From<&Asset> for FileObject {
    fn from(asset: &Asset) -> Self {
        let version = &asset.current;
        let (width, height) = size(asset);
        let color = version.probe.as_ref().and_then(|probe| probe.look.as_ref());
        let kind = extension(asset);
        Self {
            uid: version.id.uid(),
            photo_uid: asset.id.uid(),
            name: relative(&asset.folder, asset.name.as_str()),
            root: "/",
            hash: hex(&version.blob.sha1),
            size: version.blob.size,
            primary: true,
            original_name: asset.photo.original_name.clone().unwrap_or_default(),
            codec: version.probe.as_ref().map_or("", |probe| probe.format.name()),
            media_type: if version.mime.starts_with("video/") { "video" } else { "image" },
            file_type: kind,
            mime: version.mime.clone(),
            width,
            height,
            orientation: version.probe.as_ref().map_or(1, |probe| probe.orientation),
            aspect_ratio: ratio(width, height),
            portrait: height > width,
            main_color: asset.color_name(),
            colors: color.map_or_else(String::new, |look| {
                let [r, g, b] = [look.dominant.r, look.dominant.g, look.dominant.b];
                format!("{r:02X}{g:02X}{b:02X}").repeat(3)
            }),
            luminance: String::new(),
            sidecar: false,
            missing: false,
            video: version.mime.starts_with("video/"),
            hdr: false,
            mod_time: version.created / 1000,
            created_at: iso(version.created),
            updated_at: iso(asset.updated),
            markers: [],
        }
    }
}

/// A photo in a listing.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PhotoRow {
    /// `{photo}-{file}`.
    #[serde(rename = "ID")]
    id: String,
    #[serde(flatten)]
    common: Common,
    #[serde(rename = "FileUID")]
    file_uid: String,
    file_root: &'static str,
    file_name: String,
    hash: String,
    width: u32,
    height: u32,
    portrait: bool,
    merged: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_at: Option<String>,
    files: Vec<FileObject>,
}

impl PhotoRow {
    pub(crate) fn new(asset: &Asset, merged: bool) -> Self {
        let file = FileObject::from(asset);
        Self {
            id: format!("{}-{}", asset.number, asset.number),
            common: Common::from(asset),
            file_uid: file.uid.clone(),
            file_root: file.root,
            file_name: file.name.clone(),
            hash: file.hash.clone(),
            width: file.width,
            height: file.height,
            portrait: file.portrait,
            merged,
            deleted_at: deleted_at(asset),
            files: vec![file],
        }
    }
}

/// One photo with everything.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PhotoObject {
    #[serde(rename = "ID")]
    id: i64,
    #[serde(flatten)]
    common: Common,
    title_src: String,
    description_src: &'static str,
    caption: String,
    place_src: &'static str,
    deleted_at: Option<String>,
    details: Details,
    camera: Value,
    lens: Value,
    cell: Value,
    place: Value,
    albums: Vec<AlbumObject>,
    files: Vec<FileObject>,
    labels: Vec<LabelOfPhoto>,
}

impl PhotoObject {
    pub(crate) fn new(asset: &Asset, albums: &[Album], labels: &[AssetLabel]) -> Self {
        let text = |names: &[&str]| asset.tag_text(names).unwrap_or_default();
        let common = Common::from(asset);
        Self {
            id: asset.number,
            title_src: asset.photo_title().source,
            description_src: if asset.description.is_some() { "manual" } else { "" },
            caption: common.description.clone(),
            place_src: place_source(asset),
            deleted_at: deleted_at(asset),
            details: Details::from(asset),
            camera: json!({
                "ID": common.camera_id, "Slug": "", "Name": common.camera_model,
                "Make": common.camera_make, "Model": common.camera_model,
            }),
            lens: json!({
                "ID": common.lens_id, "Slug": "", "Name": text(&["LensModel"]),
                "Make": text(&["LensMake"]), "Model": text(&["LensModel"]),
            }),
            cell: json!({ "ID": UNKNOWN_PLACE, "Name": "", "Category": "" }),
            place: json!({ "PlaceID": UNKNOWN_PLACE, "Label": "Unknown", "Country": common.country }),
            albums: albums.iter().map(AlbumObject::single).collect(),
            files: vec![FileObject::from(asset)],
            labels: labels.iter().map(|label| LabelOfPhoto::new(asset, label)).collect(),
            common,
        }
    }
}

/// Where nobody knows the place.
const UNKNOWN_PLACE: &str = "zz";

/// What rows and details share.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "the fields of the vendor's object")]
struct Common {
    #[serde(rename = "UID")]
    uid: String,
    r#type: String,
    type_src: &'static str,
    taken_at: String,
    taken_at_local: String,
    taken_src: String,
    time_zone: String,
    path: String,
    name: String,
    original_name: String,
    title: String,
    description: String,
    year: i32,
    month: u8,
    day: u8,
    country: String,
    stack: i64,
    favorite: bool,
    private: bool,
    iso: i64,
    focal_length: i64,
    f_number: f64,
    exposure: String,
    quality: i64,
    resolution: i64,
    color: i64,
    scan: bool,
    panorama: bool,
    #[serde(rename = "CameraID")]
    camera_id: i64,
    camera_make: String,
    camera_model: String,
    #[serde(rename = "LensID")]
    lens_id: i64,
    lat: f64,
    lng: f64,
    #[serde(rename = "CellID")]
    cell_id: &'static str,
    #[serde(rename = "PlaceID")]
    place_id: &'static str,
    place_label: &'static str,
    place_city: &'static str,
    place_state: &'static str,
    place_country: String,
    created_at: String,
    updated_at: String,
    edited_at: String,
    checked_at: String,
}

impl From<&Asset> for Common {
    fn from(asset: &Asset) -> Self {
        let taken = asset.taken();
        let (year, month, day) = date(taken.local);
        let (lat, lng) = asset.place().unwrap_or_default();
        let text = |name: &str| asset.tag_text(&[name]).unwrap_or_default();
        let number = |name: &str| asset.tag_number(name).unwrap_or_default();
        let country = asset.photo.country.clone().unwrap_or_else(|| UNKNOWN_PLACE.to_owned());
        let (width, height) = size(asset);
        Self {
            uid: asset.id.uid(),
            r#type: asset.photo_kind().to_owned(),
            type_src: "",
            taken_at: iso(taken.utc),
            taken_at_local: iso(taken.local),
            taken_src: taken.source,
            time_zone: taken.zone,
            path: relative(&asset.folder, "").trim_end_matches('/').to_owned(),
            name: asset.stem().to_owned(),
            original_name: original_stem(asset),
            title: asset.photo_title().text,
            description: asset.description.clone().unwrap_or_default(),
            year,
            month,
            day,
            place_country: country.clone(),
            country,
            stack: 0,
            favorite: asset.photo.is_favorite,
            private: asset.access.is_closed(),
            iso: number("ISO") as i64,
            focal_length: number("FocalLength").round() as i64,
            f_number: number("FNumber"),
            exposure: exposure(asset),
            quality: asset.quality(),
            resolution: (f64::from(width) * f64::from(height) / 1e6).round() as i64,
            color: -1,
            scan: asset.photo.is_scan,
            panorama: asset.photo.is_panorama,
            camera_id: 1,
            camera_make: text("Make"),
            camera_model: text("Model"),
            lens_id: 1,
            lat,
            lng,
            cell_id: UNKNOWN_PLACE,
            place_id: UNKNOWN_PLACE,
            place_label: "Unknown",
            place_city: "Unknown",
            place_state: "Unknown",
            created_at: iso(asset.created),
            updated_at: iso(asset.updated),
            edited_at: asset.photo.edited.map_or_else(|| NEVER.to_owned(), iso),
            checked_at: NEVER.to_owned(),
        }
    }
}

/// What is out of service, whoever took it out, is archived here.
fn deleted_at(asset: &Asset) -> Option<String> {
    (!asset.is_listed()).then(|| iso(asset.updated))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Details {
    #[serde(rename = "PhotoID")]
    photo_id: i64,
    keywords: String,
    keywords_src: &'static str,
    notes: String,
    subject: String,
    artist: String,
    copyright: String,
    license: String,
    software: String,
}

impl From<&Asset> for Details {
    fn from(asset: &Asset) -> Self {
        let said = |said: &str, names: &[&str]| match said {
            "" => asset.tag_text(names).unwrap_or_default(),
            said => said.to_owned(),
        };
        let photo = &asset.photo;
        Self {
            photo_id: asset.number,
            keywords: asset.keywords().join(", "),
            keywords_src: if asset.tags.is_empty() { "" } else { "manual" },
            notes: photo.notes.clone(),
            subject: photo.subject.clone(),
            artist: said(&photo.artist, &["Artist", "By-line", "Creator"]),
            copyright: said(&photo.copyright, &["Copyright", "CopyrightNotice", "Rights"]),
            license: photo.license.clone(),
            software: asset.tag_text(&["Software"]).unwrap_or_default(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LabelOfPhoto {
    #[serde(rename = "PhotoID")]
    photo_id: i64,
    #[serde(rename = "LabelID")]
    label_id: i64,
    label_src: String,
    uncertainty: u8,
    label: LabelObject,
}

impl LabelOfPhoto {
    fn new(asset: &Asset, label: &AssetLabel) -> Self {
        Self {
            photo_id: asset.number,
            label_id: label.label.number,
            label_src: label.source.clone(),
            uncertainty: label.uncertainty,
            label: LabelObject::from(&label.label),
        }
    }
}

fn size(asset: &Asset) -> (u32, u32) {
    let size = asset.current.probe.as_ref().map(plan::probe::Probe::upright_size);
    size.map_or((0, 0), |size| (size.width, size.height))
}

/// To two digits, as the vendor keeps it.
fn ratio(width: u32, height: u32) -> f64 {
    if height == 0 {
        return 0.0;
    }
    (f64::from(width) / f64::from(height) * 100.0).round() / 100.0
}

/// `2024/03/name`.
pub(crate) fn relative(folder: &FolderPath, name: &str) -> String {
    let folder = folder.as_str().trim_matches('/');
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn original_stem(asset: &Asset) -> String {
    let Some(name) = &asset.photo.original_name else { return String::new() };
    name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned()
}

fn place_source(asset: &Asset) -> &'static str {
    match (asset.photo.place, asset.place()) {
        (Some(_), _) => "manual",
        (None, Some(_)) => "meta",
        (None, None) => "",
    }
}

/// `1/200`, or seconds.
fn exposure(asset: &Asset) -> String {
    match asset.tag_number("ExposureTime") {
        Some(seconds) if seconds > 0.0 && seconds < 1.0 => format!("1/{}", (1.0 / seconds).round()),
        Some(seconds) if seconds >= 1.0 => format!("{seconds}"),
        _ => String::new(),
    }
}
