//! Pictures in other sizes. Downloading a size that is not there makes it.

use axum::{
    extract::{Path, RawQuery, State, rejection::PathRejection},
    response::Response,
};
use http::{HeaderMap, Method, StatusCode};
use library::{Actor, Asked, Made, Wanted};

use crate::{
    Sams, assets,
    auth::Caller,
    binary::{self, Named, Request, asset_id},
    error::{ApiError, Errors},
    eve,
    query::Parameters,
};

/// `POST /produce/assets/images/{id}`
pub(crate) async fn generate(
    State(app): State<Sams>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    let asked = asked(&parameters)?.ok_or_else(ApiError::no_dimensions)?;
    make(&app, caller.actor, &asset_id(id)?, asked, &parameters).await?;
    Ok(eve::empty(StatusCode::OK))
}

/// `GET /consume/assets/images/{id}`
pub(crate) async fn download(
    State(app): State<Sams>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let request = Request { parameters: Parameters::parse(query.as_deref()), method, headers };
    let answer = match asset_id(id) {
        Ok(named) => send(&app, caller.actor, &named, &request).await,
        Err(error) => Err(error),
    };
    binary::counted(&app, caller.actor, &request.method, answer)
}

async fn send(
    app: &Sams,
    actor: Actor,
    named: &Named,
    request: &Request,
) -> Result<Response, ApiError> {
    let Some(asked) = asked(&request.parameters)? else {
        return binary::send_original(app, actor, named, request).await;
    };
    // Only who generates one may name it.
    let parameters = request.parameters.without("name");
    let Made::Rendition(asset, rendition) = make(app, actor, named, asked, &parameters).await?
    else {
        return binary::send_original(app, actor, named, request).await;
    };
    let mut delivery = app.library.deliver_rendition(actor, &asset, &rendition)?;
    delivery.etag = eve::hex(&rendition.blob.sha1);
    let filename = assets::rendition_name(asset.filename(), &rendition);
    binary::send_as(request, delivery, &filename).await.map_err(ApiError::from)
}

async fn make(
    app: &Sams,
    actor: Actor,
    named: &Named,
    asked: Asked,
    parameters: &Parameters,
) -> Result<Made, ApiError> {
    let asset = app.library.asset(actor, named.id).await.map_err(|error| named.unknown(error))?;
    let limit = assets::rendition_limit(app, actor, &asset).await?;
    let wanted = Wanted {
        asked,
        name: parameters.filled("name").map(str::to_owned),
        editor: parameters.user().map(str::to_owned),
        max_bytes: Some(limit),
    };
    let made =
        app.library.rendition(actor, named.id, wanted).await.map_err(|error| match error {
            library::Error::NotAnImage(_) => ApiError::invalid("binary", "not an image"),
            library::Error::TooLarge(why) => over_limit(asked, &why),
            error => named.unknown(error),
        })?;
    match made {
        Made::Oversized(size) => Err(ApiError::too_large(size, limit)),
        made => Ok(made),
    }
}

/// `None`: no size is asked for.
fn asked(parameters: &Parameters) -> Result<Option<Asked>, ApiError> {
    let mut errors = Errors::new();
    let mut side = |name: &str| match parameters.filled(name).map(side) {
        None => None,
        Some(Ok(side)) => (side > 0).then_some(side),
        Some(Err(why)) => {
            errors.insert(name.to_owned(), vec![why.into()]);
            None
        }
    };
    let (width, height) = (side("width"), side("height"));
    if !errors.is_empty() {
        return Err(ApiError::validation(errors));
    }
    let keeps_proportions = parameters.flag("keep_proportions", true);
    Ok((width.is_some() || height.is_some()).then_some(Asked { width, height, keeps_proportions }))
}

fn side(text: &str) -> Result<u32, &'static str> {
    /// No picture can be as large, whatever its other side.
    const MOST: u64 = 1_000_000_000;
    let text = text.trim();
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.strip_prefix('-').is_some_and(|rest| rest.parse::<u64>().is_ok()) {
        return Err("min value is 0");
    }
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("must be of integer type");
    }
    let side = digits.parse::<u64>().unwrap_or(u64::MAX);
    u32::try_from(side.min(MOST)).map_err(|_| "must be of integer type")
}

/// Each side that was asked for has its part in it.
fn over_limit(asked: Asked, why: &str) -> ApiError {
    let sides = [("width", asked.width), ("height", asked.height)];
    let asked = sides.into_iter().filter(|(_, side)| side.is_some());
    ApiError::validation(asked.map(|(name, _)| (name.to_owned(), vec![why.into()])).collect())
}
