//! Albums: making, changing, filling and emptying them.

pub(crate) mod download;
pub(crate) mod response;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use library::{
    Album, AlbumDetails, AlbumId, AlbumListing, AlbumMember, AlbumOrder, AlbumPatch, AssetId,
    Change, Id,
};
use serde::Serialize;
use serde_json::json;
use wire::json::Object;

use crate::{
    PhotoPrism, answer,
    auth::Caller,
    error::{ALBUM_NOT_FOUND, ApiError},
    ids::{sha1, uid},
    listing,
    moments::iso,
    params::Params,
    selection::Selection,
};
use response::AlbumObject;

const SAVED: &str = "Changes successfully saved";

/// `GET /albums`.
pub(crate) async fn list(
    State(app): State<PhotoPrism>,
    caller: Caller,
    params: Params,
) -> Result<Response, ApiError> {
    let wanted = AlbumListing {
        ids: params
            .given("uid")
            .into_iter()
            .flat_map(|ids| ids.split('|'))
            .filter_map(uid)
            .collect(),
        text: params.given("q").map(str::to_owned),
        title: params.given("title").map(str::to_owned),
        slug: params.given("slug").map(str::to_owned),
        category: params.given("category").map(str::to_owned),
        year: params.given("year").map(|year| year.parse().unwrap_or(i64::MIN)),
        favorites_only: params.flag("favorite"),
        order: order(params.text("order"))?,
        limit: params.count(listing::MOST)?,
        skip: params.number("offset")?,
    };
    // Albums of other types are made by the vendor on its own; ids that cannot be have no albums.
    let is_of_another_type = !matches!(params.text("type"), "" | "album");
    let names_nothing = params.given("uid").is_some() && wanted.ids.is_empty();
    let entries = if is_of_another_type || names_nothing {
        Vec::new()
    } else {
        app.library.albums(caller.actor, &wanted).await?
    };
    let albums: Vec<AlbumObject> = entries.iter().map(AlbumObject::listed).collect();
    let mut response = answer::ok(&albums);
    let range = listing::Range { count: albums.len(), limit: wanted.limit, offset: wanted.skip };
    listing::insert(response.headers_mut(), &app, &caller, range).await?;
    Ok(response)
}

fn order(order: &str) -> Result<AlbumOrder, ApiError> {
    Ok(match order {
        "" | "favorites" | "place" | "moment" => AlbumOrder::Favorites,
        "newest" | "added" => AlbumOrder::Newest,
        "oldest" => AlbumOrder::Oldest,
        "name" | "title" | "slug" | "category" => AlbumOrder::Title,
        "edited" | "updated" => AlbumOrder::Updated,
        _ => return Err(ApiError::bad_request()),
    })
}

/// `POST /albums`: the album of that title, whether it is new or not.
pub(crate) async fn create(
    State(app): State<PhotoPrism>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    let mut form = Object::read(body).await?;
    let title = form.required_text("Title")?;
    let is_favorite = form.boolean("Favorite")?.unwrap_or(false);
    let album = app.library.ensure_album(caller.actor, &title, is_favorite).await?;
    Ok(answer::ok(&AlbumObject::single(&album)))
}

/// `GET /albums/{uid}`.
pub(crate) async fn get(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(album): Path<String>,
) -> Result<Response, ApiError> {
    let album = find(&app, &caller, &album).await?;
    Ok(answer::ok(&AlbumObject::single(&album)))
}

/// `PUT /albums/{uid}`: with any of an album's fields.
pub(crate) async fn update(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(album): Path<String>,
    body: Body,
) -> Result<Response, ApiError> {
    let album = find(&app, &caller, &album).await?;
    let mut form = Object::read(body).await?;
    let title = form.text("Title")?.filter(|title| !title.trim().is_empty());
    let patch = AlbumPatch {
        title: title.map_or(Change::Keep, Change::Set),
        is_favorite: form.boolean("Favorite")?.map_or(Change::Keep, Change::Set),
        details: Change::Set(details(&album, &mut form)?),
    };
    let album = app.library.update_album(caller.actor, album.id, patch).await;
    Ok(answer::ok(&AlbumObject::single(&album.map_err(missing)?)))
}

/// Those that are there, with what the form says.
fn details(album: &Album, form: &mut Object) -> Result<AlbumDetails, ApiError> {
    let mut details = album.details.clone();
    for (field, value) in [
        ("Location", &mut details.location),
        ("Category", &mut details.category),
        ("Caption", &mut details.caption),
        ("Description", &mut details.description),
        ("Notes", &mut details.notes),
        ("Order", &mut details.order),
        ("Template", &mut details.template),
        ("Country", &mut details.country),
    ] {
        if let Some(text) = form.text(field)? {
            *value = text;
        }
    }
    for (field, value) in
        [("Year", &mut details.year), ("Month", &mut details.month), ("Day", &mut details.day)]
    {
        if let Some(number) = form.take(field).and_then(|number| number.as_i64()) {
            *value = number;
        }
    }
    if let Some(is_private) = form.boolean("Private")? {
        details.is_private = is_private;
    }
    let (thumb, source) = (form.text("Thumb")?, form.text("ThumbSrc")?);
    match (thumb, source.as_deref()) {
        // Only what a person chose stands; everything else is chosen anew each time.
        (Some(hash), Some("manual")) => details.cover = sha1(&hash),
        (_, Some("")) => details.cover = None,
        _ => {}
    }
    Ok(details)
}

/// `DELETE /albums/{uid}`.
pub(crate) async fn delete(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(album): Path<String>,
) -> Result<Response, ApiError> {
    let album = find(&app, &caller, &album).await?;
    let album = app.library.delete_album(caller.actor, album.id).await.map_err(missing)?;
    Ok(answer::ok(&AlbumObject::single(&album)))
}

/// `POST /albums/{uid}/like`.
pub(crate) async fn like(
    state: State<PhotoPrism>,
    caller: Caller,
    path: Path<String>,
) -> Result<Response, ApiError> {
    favor(state, caller, path, true).await
}

/// `DELETE /albums/{uid}/like`.
pub(crate) async fn dislike(
    state: State<PhotoPrism>,
    caller: Caller,
    path: Path<String>,
) -> Result<Response, ApiError> {
    favor(state, caller, path, false).await
}

async fn favor(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(album): Path<String>,
    is_favorite: bool,
) -> Result<Response, ApiError> {
    let album = find(&app, &caller, &album).await?;
    let patch = AlbumPatch { is_favorite: Change::Set(is_favorite), ..AlbumPatch::default() };
    app.library.update_album(caller.actor, album.id, patch).await.map_err(missing)?;
    Ok(answer::done(SAVED))
}

/// `POST /albums/{uid}/photos`.
pub(crate) async fn add(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(album): Path<String>,
    body: Body,
) -> Result<Response, ApiError> {
    let album = find(&app, &caller, &album).await?;
    let photos = selected(&app, &caller, body).await?;
    let added = app.library.add_to_album(caller.actor, album.id, photos.clone()).await;
    let (album, members) = added.map_err(missing)?;
    Ok(changed(&album, &photos, "added", &members))
}

/// `DELETE /albums/{uid}/photos`, with a body.
pub(crate) async fn remove(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(album): Path<String>,
    body: Body,
) -> Result<Response, ApiError> {
    let album = find(&app, &caller, &album).await?;
    let photos = selected(&app, &caller, body).await?;
    let removed = app.library.remove_from_album(caller.actor, album.id, &photos).await;
    let (album, members) = removed.map_err(missing)?;
    Ok(changed(&album, &photos, "removed", &members))
}

/// `POST /albums/{uid}/clone`: takes over the photos of other albums.
pub(crate) async fn clone(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(album): Path<String>,
    body: Body,
) -> Result<Response, ApiError> {
    let album = find(&app, &caller, &album).await?;
    let selection = Selection::read(body).await?;
    let mut photos = Vec::new();
    for other in selection.albums() {
        photos.extend(app.library.album_members(caller.actor, other).await?);
    }
    let added = app.library.add_to_album(caller.actor, album.id, photos.clone()).await;
    let (album, members) = added.map_err(missing)?;
    Ok(changed(&album, &photos, "added", &members))
}

async fn selected(app: &PhotoPrism, caller: &Caller, body: Body) -> Result<Vec<AssetId>, ApiError> {
    let selection = Selection::read(body).await?;
    let photos = selection.photos(app, caller).await?;
    if photos.is_empty() { Err(ApiError::bad_request()) } else { Ok(photos) }
}

fn changed(
    album: &Album,
    photos: &[AssetId],
    what: &'static str,
    members: &[AlbumMember],
) -> Response {
    let photos: Vec<String> = photos.iter().map(Id::uid).collect();
    let entries: Vec<EntryObject> =
        members.iter().map(|member| EntryObject::new(album.id, member)).collect();
    answer::ok(&json!({
        "code": 200,
        "message": SAVED,
        "album": AlbumObject::single(album),
        "photos": photos,
        (what): entries,
    }))
}

/// A photo in an album.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct EntryObject {
    #[serde(rename = "PhotoUID")]
    photo_uid: String,
    #[serde(rename = "AlbumUID")]
    album_uid: String,
    order: i64,
    hidden: bool,
    missing: bool,
    created_at: String,
    updated_at: String,
}

impl EntryObject {
    fn new(album: AlbumId, member: &AlbumMember) -> Self {
        Self {
            photo_uid: member.asset.uid(),
            album_uid: album.uid(),
            order: 0,
            hidden: false,
            missing: false,
            created_at: iso(member.added),
            updated_at: iso(member.added),
        }
    }
}

async fn find(app: &PhotoPrism, caller: &Caller, album: &str) -> Result<Album, ApiError> {
    let id = uid(album).ok_or_else(|| ApiError::not_found().called(ALBUM_NOT_FOUND))?;
    app.library.album(caller.actor, id).await.map_err(missing)
}

fn missing(error: library::Error) -> ApiError {
    ApiError::from(error).called(ALBUM_NOT_FOUND)
}
