//! Thumbnails: `GET /t/{thumb}/{token}/{size}`.
//!
//! The order of the checks is part of the protocol: the token, the name of the size, the hash. All but the token are
//! answered 200, because clients show what they get.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, StatusCode};
use library::{Accepts, Actor, Asset, AssetRef, Deliver, Error, Freshness, What};
use plan::Plan;
use wire::respond::{Extra, respond};

use crate::{
    PhotoPrism,
    area::Thumb,
    error::ApiError,
    icons::Icon,
    ids::sha1,
    names::{self, NameKind},
    params::Params,
    sizes::{self, Size},
    tokens::Door,
};

/// The same size of the same hash is the same for ever.
const PRIVATE: &str = "private, max-age=2592000, immutable";
const PUBLIC: &str = "public, max-age=2592000, immutable";

/// What is called what, if it is to be a file: anything in `download` says so.
pub(crate) fn attachment(params: &Params, asset: &Asset, extension: &str) -> Option<String> {
    params.given("download")?;
    let kind = NameKind::parse(params.given("name"));
    Some(names::with_extension(&names::of(asset, kind), extension))
}

/// The token of the path or, where that has none, of the query.
pub(crate) fn token<'a>(path: &'a str, params: &'a Params) -> &'a str {
    if path.is_empty() { params.text("t") } else { path }
}

pub(crate) async fn thumb(
    State(app): State<PhotoPrism>,
    method: Method,
    Path((thumb, token, size)): Path<(String, String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Response {
    let request = Request { app: &app, method: &method, headers: &headers, params: &params };
    request.thumb(&thumb, &token, &size).await.unwrap_or_else(IntoResponse::into_response)
}

/// A path with an empty token.
pub(crate) async fn thumb_without_token(
    state: State<PhotoPrism>,
    method: Method,
    Path((thumb_name, size)): Path<(String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Response {
    thumb(state, method, Path((thumb_name, String::new(), size)), params, headers).await
}

struct Request<'a> {
    app: &'a PhotoPrism,
    method: &'a Method,
    headers: &'a HeaderMap,
    params: &'a Params,
}

/// What is asked for by name.
struct Named {
    sha1: Option<[u8; 20]>,
    plan: Plan,
    extension: &'static str,
    /// Stands where there is no such hash.
    missing: Icon,
    /// Of a cut-out the file is called by its size.
    is_part: bool,
}

impl Request<'_> {
    async fn thumb(&self, thumb: &str, token: &str, size: &str) -> Result<Response, ApiError> {
        let token = crate::thumbs::token(token, self.params);
        let Some(tokens) = Door::Preview.open(self.app, token).await? else {
            return Ok(Icon::Broken.response(StatusCode::FORBIDDEN));
        };
        let named = match named(self.app, thumb, size) {
            Ok(named) => named,
            Err(icon) => return Ok(icon.response(StatusCode::OK)),
        };
        let actor = Actor::full(self.app.tenant().await?);
        let asset = match named.sha1 {
            Some(sha1) => self.app.library.asset_by_sha1(actor, sha1).await,
            None => Err(Error::NotFound("what cannot be a hash".to_owned())),
        };
        let asset = match asset {
            Ok(asset) => asset,
            Err(Error::NotFound(_)) => return Ok(named.missing.response(StatusCode::OK)),
            Err(error) => return Err(error.into()),
        };
        let attachment = attachment(self.params, &asset, named.extension)
            .map(|name| if named.is_part { format!("{size}.{}", named.extension) } else { name });
        let cache_control = if self.app.config.thumb_public { PUBLIC } else { PRIVATE };
        let picture = Picture {
            asset: &asset,
            plan: named.plan,
            attachment,
            cache_control,
            broken: Icon::Broken,
        };
        picture.response(self.app, self.method, self.headers, tokens).await
    }
}

fn named(app: &PhotoPrism, thumb: &str, size: &str) -> Result<Named, Icon> {
    let config = &app.config;
    match Thumb::parse(thumb) {
        Thumb::Whole(hash) => {
            let size = Size::find(size).ok_or(Icon::Photo)?;
            Ok(Named {
                sha1: sha1(hash),
                plan: size.plan(config.jpeg_quality, config.thumb_limit),
                extension: if size.is_png() { "png" } else { "jpg" },
                missing: Icon::Photo,
                is_part: false,
            })
        }
        Thumb::Part(hash, area) => {
            let plan = sizes::crop_plan(size, area, config.jpeg_quality).ok_or(Icon::Photo)?;
            let (missing, is_part) = (Icon::Broken, true);
            Ok(Named { sha1: sha1(hash), plan, extension: "jpg", missing, is_part })
        }
        Thumb::Malformed if sizes::is_crop_size(size) => Err(Icon::Broken),
        Thumb::Malformed => Err(Icon::Photo),
    }
}

/// One rendering of one photo.
pub(crate) struct Picture<'a> {
    pub(crate) asset: &'a Asset,
    pub(crate) plan: Plan,
    pub(crate) attachment: Option<String>,
    pub(crate) cache_control: &'static str,
    /// Stands where there should be a picture and cannot.
    pub(crate) broken: Icon,
}

impl Picture<'_> {
    /// The picture, or what stands in its place. `tokens`: for how long the URL holds.
    pub(crate) async fn response(
        self,
        app: &PhotoPrism,
        method: &Method,
        headers: &HeaderMap,
        tokens: Freshness,
    ) -> Result<Response, ApiError> {
        if !self.asset.current.mime.starts_with("image/") {
            return Ok(Icon::File.response(StatusCode::OK));
        }
        match self.rendered(app, method, headers, tokens).await {
            Ok(response) => Ok(response),
            // There is a picture, only not now.
            Err(error @ Error::Busy { .. }) => Err(error.into()),
            Err(_) => Ok(self.broken.response(StatusCode::OK)),
        }
    }

    async fn rendered(
        &self,
        app: &PhotoPrism,
        method: &Method,
        headers: &HeaderMap,
        tokens: Freshness,
    ) -> Result<Response, Error> {
        let request = Deliver {
            asset: AssetRef::Id(self.asset.id),
            version: None,
            fallback: None,
            what: What::Rendering { plan: self.plan.clone(), presets_only: true },
            accepts: Accepts::default(),
            source_limit: None,
        };
        let mut delivery = app.library.deliver(Actor::full(self.asset.tenant), request).await?;
        // Whoever sends the same URL gets the same, as long as the token holds. Which photo stands for a group may
        // change without the photo, and so may the name of a file.
        delivery.is_shareable =
            self.cache_control.ends_with("immutable") && self.attachment.is_none();
        delivery.freshness = Freshness::of_all([delivery.freshness, tokens]);
        let extra = Extra {
            attachment: self.attachment.clone(),
            cors: false,
            public_cache_control: self.cache_control,
            private_cache_control: self.cache_control,
            rendered_ranges: true,
        };
        respond(delivery, method, headers, extra).await
    }
}
