//! Bytes: originals, renditions, archives, public files.

pub(crate) mod disposition;
pub(crate) mod public;

use axum::{
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use library::{Actor, Asset, AssetId, CacheRule, Delivery, Millis};
use wire::respond::{Extra, Validators, respond};

use crate::{
    Sams, assets,
    auth::Caller,
    error::ApiError,
    eve,
    query::{Parameters, is_true},
};
use disposition::disposition;

/// 30 days; who has it asks again whether it is still the same.
const PUBLIC: &str = "public, max-age=2592000";
const PRIVATE: &str = "private, max-age=2592000";

/// `GET /consume/assets/binary/{id}`
pub(crate) async fn original(
    State(app): State<Sams>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let request = Request { parameters: Parameters::parse(query.as_deref()), method, headers };
    let answer = match asset_id(id) {
        Ok(named) => send_original(&app, caller.actor, &named, &request).await,
        Err(error) => Err(error),
    };
    counted(&app, caller.actor, &request.method, answer)
}

/// Bytes, or why there are none, as a delivery that the tenant is told of.
pub(crate) fn counted(
    app: &Sams,
    actor: Actor,
    method: &Method,
    answer: Result<Response, ApiError>,
) -> Response {
    let mut response = answer.unwrap_or_else(IntoResponse::into_response);
    wire::meter::measure(&app.library, actor.tenant, "", method, &mut response);
    response
}

/// How bytes are asked for.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) parameters: Parameters,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
}

/// An id as it is written in a URL, and as it is meant.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) id: AssetId,
    text: String,
}

impl Named {
    /// What is not there is called as it was asked for.
    pub(crate) fn unknown(&self, error: library::Error) -> ApiError {
        match error {
            library::Error::NotFound(_) => ApiError::unknown_asset(&self.text),
            error => error.into(),
        }
    }
}

/// What cannot be an id belongs to no asset.
pub(crate) fn asset_id(path: Result<Path<String>, PathRejection>) -> Result<Named, ApiError> {
    let text = path.map(|Path(text)| text).unwrap_or_default();
    match text.parse() {
        Ok(id) => Ok(Named { id, text }),
        Err(_) => Err(ApiError::unknown_asset(&text)),
    }
}

pub(crate) async fn send_original(
    app: &Sams,
    actor: Actor,
    named: &Named,
    request: &Request,
) -> Result<Response, ApiError> {
    let (asset, delivery) =
        app.library.original(actor, named.id).await.map_err(|error| named.unknown(error))?;
    send(request, &asset, delivery, asset.filename()).await.map_err(ApiError::from)
}

/// The bytes of an asset under its name.
pub(crate) async fn send(
    request: &Request,
    asset: &Asset,
    delivery: Delivery,
    filename: &str,
) -> Result<Response, library::Error> {
    let mut delivery = delivery;
    delivery.etag = eve::hex(&asset.current.blob.sha1);
    delivery.mime = assets::served_type(asset);
    delivery.modified = asset.updated;
    send_as(request, delivery, filename).await
}

/// What is decided but for its name.
pub(crate) async fn send_as(
    request: &Request,
    delivery: Delivery,
    filename: &str,
) -> Result<Response, library::Error> {
    let extra =
        Extra { public_cache_control: PUBLIC, private_cache_control: PRIVATE, ..Extra::default() };
    let mut response = respond(delivery, &request.method, &request.headers, extra).await?;
    if response.status().is_success() {
        let value = disposition(is_download(&request.parameters), Some(filename));
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

fn is_download(parameters: &Parameters) -> bool {
    parameters.get("download").is_some_and(is_true)
}

/// `GET /consume/assets/compressed_binary/{id},{id},..`
pub(crate) async fn zip(
    State(app): State<Sams>,
    caller: Caller,
    ids: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let ids = ids.map(|Path(ids)| ids).unwrap_or_default();
    let request = Request { parameters: Parameters::parse(query.as_deref()), method, headers };
    let answer = archive(&app, caller.actor, &ids, &request).await;
    counted(&app, caller.actor, &request.method, answer)
}

async fn archive(
    app: &Sams,
    actor: Actor,
    ids: &str,
    request: &Request,
) -> Result<Response, ApiError> {
    let mut named = Vec::new();
    for text in ids.split(',') {
        named.push(asset_id(Ok(Path(text.to_owned())))?);
    }
    let members: Vec<AssetId> = named.iter().map(|named| named.id).collect();
    let name = |asset: &Asset| match disposition::cleaned(asset.filename()) {
        empty if empty.is_empty() => asset.id.to_string(),
        name => name,
    };
    let archive = match app.library.archive(actor, &members, name).await {
        Ok(archive) => archive,
        Err(error @ library::Error::NotFound(_)) => {
            return Err(first_missing(app, actor, &named).await.unwrap_or(error.into()));
        }
        Err(error) => return Err(error.into()),
    };
    let validators =
        Validators::new(&eve::hex(&archive.sha1), modified(app, actor, &members).await);
    let mut head = HeaderMap::new();
    head.insert(header::ETAG, validators.etag().clone());
    head.insert(header::LAST_MODIFIED, validators.last_modified().clone());
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static(PRIVATE));
    if validators.has_current(&request.headers) {
        return Ok(wire::respond::not_modified(&head));
    }
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    head.insert(header::CONTENT_LENGTH, archive.size.into());
    head.insert(header::CONTENT_DISPOSITION, disposition(is_download(&request.parameters), None));
    let body = if request.method == Method::HEAD {
        Body::empty()
    } else {
        Body::from_stream(archive.stream())
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::OK;
    *response.headers_mut() = head;
    Ok(response)
}

/// An archive is as old as its youngest member.
async fn modified(app: &Sams, actor: Actor, ids: &[AssetId]) -> Millis {
    let mut modified = 0;
    for &id in ids {
        if let Ok(asset) = app.library.asset(actor, id).await {
            modified = modified.max(asset.updated);
        }
    }
    modified
}

async fn first_missing(app: &Sams, actor: Actor, all: &[Named]) -> Option<ApiError> {
    for named in all {
        if let Err(error) = app.library.asset(actor, named.id).await {
            return Some(named.unknown(error));
        }
    }
    None
}

/// Whether anybody may keep an answer.
pub(crate) fn is_open(delivery: &Delivery) -> bool {
    delivery.cache == CacheRule::Public
}
