//! `PUT /photos/{uid}`: what is said about a photo. Missing keys keep their values, unknown ones are ignored.

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use library::{Asset, AssetPatch, Change, Millis, PhotoChange, PhotoPatch, Said, Taken};
use serde_json::{Map, Value};
use wire::json::Object;

use super::{find, object};
use crate::{PhotoPrism, answer, auth::Caller, error::ApiError, moments};

pub(crate) async fn update(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(photo): Path<String>,
    body: Body,
) -> Result<Response, ApiError> {
    let asset = find(&app, caller.actor, &photo).await?;
    let mut form = Object::read(body).await?;
    let is_private = form.boolean("Private")?;
    let patch = patch(&asset, &mut form)?;
    let mut asset = app.library.update(caller.actor, asset.id, patch).await?;
    if is_private.is_some_and(|wanted| wanted != asset.access.is_closed()) {
        let ids = vec![asset.id];
        app.library.change_photos(caller.actor, ids, PhotoChange::TogglePrivate).await?;
        asset = app.library.asset(caller.actor, asset.id).await?;
    }
    Ok(answer::ok(&object(&app, caller.actor, &asset).await?))
}

fn patch(asset: &Asset, form: &mut Object) -> Result<AssetPatch, ApiError> {
    let mut details = match form.object("Details")? {
        Some(details) => Details(details),
        None => Details(Map::new()),
    };
    let caption = form.text("Caption")?;
    let description = form.text("Description")?.or(caption);
    let title = form.text("Title")?;
    let title_source = form.text("TitleSrc")?;
    let photo = PhotoPatch {
        is_favorite: set(form.boolean("Favorite")?),
        title: set(title.map(|text| said(text, title_source))),
        taken: taken(asset, form)?,
        place: place(asset, form),
        country: set(form.text("Country")?.map(|country| country_code(&country))),
        kind: set(form.text("Type")?.filter(|kind| !kind.is_empty()).map(Some)),
        is_scan: set(form.boolean("Scan")?),
        is_panorama: set(form.boolean("Panorama")?),
        notes: set(details.text("Notes")?),
        subject: set(details.text("Subject")?),
        artist: set(details.text("Artist")?),
        copyright: set(details.text("Copyright")?),
        license: set(details.text("License")?),
        is_edit: true,
        ..PhotoPatch::default()
    };
    let keywords = details.text("Keywords")?;
    Ok(AssetPatch {
        description: set(description.map(|text| Some(text).filter(|text| !text.is_empty()))),
        tags: set(keywords.map(|text| keywords_of(&text))),
        photo,
        ..AssetPatch::default()
    })
}

fn set<T>(value: Option<T>) -> Change<T> {
    value.map_or(Change::Keep, Change::Set)
}

/// An empty title by hand gives way to the automatic one.
fn said(text: String, source: Option<String>) -> Option<Said> {
    let source = source.filter(|source| !source.is_empty()).unwrap_or_else(|| "manual".to_owned());
    (!text.trim().is_empty()).then_some(Said { text, source })
}

/// Nested texts.
struct Details(Map<String, Value>);

impl Details {
    fn text(&mut self, field: &str) -> Result<Option<String>, ApiError> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ApiError::bad_request()),
        }
    }
}

/// `a, b` as a list, each once.
fn keywords_of(text: &str) -> Vec<String> {
    let mut keywords: Vec<String> = Vec::new();
    for keyword in text.split(',').map(str::trim).filter(|keyword| !keyword.is_empty()) {
        if !keywords.iter().any(|known| known == keyword) {
            keywords.push(keyword.to_owned());
        }
    }
    keywords
}

/// Two letters; `zz` is nowhere.
fn country_code(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_lowercase();
    (code.len() == 2 && code != "zz").then_some(code)
}

/// A pair of which one may be missing; 0, 0 is no place.
fn place(asset: &Asset, form: &mut Object) -> Change<Option<(f64, f64)>> {
    let mut number = |field| form.take(field).and_then(|value| value.as_f64());
    let (lat, lng) = (number("Lat"), number("Lng"));
    if lat.is_none() && lng.is_none() {
        return Change::Keep;
    }
    let (old_lat, old_lng) = asset.place().unwrap_or_default();
    let (lat, lng) = (lat.unwrap_or(old_lat), lng.unwrap_or(old_lng));
    let is_place = lat.abs() <= 90.0 && lng.abs() <= 180.0 && (lat, lng) != (0.0, 0.0);
    Change::Set(is_place.then_some((lat, lng)))
}

/// The same instant in both spellings: the one that is given moves the other along, by the distance that they had. Year,
/// month and day alone move the local date.
fn taken(asset: &Asset, form: &mut Object) -> Result<Change<Option<Taken>>, ApiError> {
    let utc = moment(form.text("TakenAt")?)?;
    let local = moment(form.text("TakenAtLocal")?)?;
    let (zone, source) = (form.text("TimeZone")?, form.text("TakenSrc")?);
    let mut number = |field| form.take(field).and_then(|value| value.as_i64());
    let date = (number("Year"), number("Month"), number("Day"));
    let old = asset.taken();
    let local = local.or_else(|| with_date(utc.unwrap_or(old.local), old.local, date));
    if utc.is_none() && local.is_none() && zone.is_none() {
        return Ok(Change::Keep);
    }
    let distance = old.local - old.utc;
    let (utc, local) = match (utc, local) {
        (Some(utc), Some(local)) => (utc, local),
        (Some(utc), None) => (utc, utc + distance),
        (None, Some(local)) => (local - distance, local),
        (None, None) => (old.utc, old.local),
    };
    let source = source.filter(|source| !source.is_empty()).unwrap_or_else(|| "manual".to_owned());
    let zone = zone.unwrap_or(old.zone);
    Ok(Change::Set(Some(Taken { utc, local, zone, source })))
}

/// An empty text says nothing.
fn moment(text: Option<String>) -> Result<Option<Millis>, ApiError> {
    text.filter(|text| !text.is_empty())
        .map(|text| moments::read(&text).ok_or_else(ApiError::bad_request))
        .transpose()
}

/// `None`: the date stays what it is, or cannot be that.
fn with_date(
    base: Millis,
    old: Millis,
    (year, month, day): (Option<i64>, Option<i64>, Option<i64>),
) -> Option<Millis> {
    const DAY: Millis = 24 * 60 * 60 * 1000;
    let (old_year, old_month, old_day) = moments::date(old);
    let wanted = (
        year.filter(|year| *year > 0).unwrap_or(i64::from(old_year)),
        month.filter(|month| *month > 0).unwrap_or(i64::from(old_month)),
        day.filter(|day| *day > 0).unwrap_or(i64::from(old_day)),
    );
    if wanted == (i64::from(old_year), i64::from(old_month), i64::from(old_day)) {
        return None;
    }
    let (year, month, day) = wanted;
    let midnight = moments::read(&format!("{year:04}-{month:02}-{day:02}"))?;
    Some(midnight + base.rem_euclid(DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_split_and_kept_once() {
        assert_eq!(keywords_of(" lake, Dawn,,lake ,"), ["lake", "Dawn"]);
    }

    #[test]
    fn countries_are_two_letters() {
        assert_eq!(country_code("DE").as_deref(), Some("de"));
        assert_eq!(country_code("zz"), None);
        assert_eq!(country_code(""), None);
    }

    #[test]
    fn a_date_keeps_the_time_of_day() {
        let old = moments::read("2024-03-05T10:11:12Z").unwrap();
        let moved = with_date(old, old, (Some(2020), None, Some(6))).unwrap();
        assert_eq!(moments::iso(moved), "2020-03-06T10:11:12Z");
        assert_eq!(with_date(old, old, (None, None, None)), None);
        assert_eq!(with_date(old, old, (Some(2024), Some(13), None)), None);
    }
}
