//! URL endpoints: where delivery URLs begin. Every account has a default one, which is its own name alone.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
};
use http::StatusCode;
use library::{EndpointId, UrlEndpoint, UrlEndpointSettings, UrlEndpoints};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{ImageKit, auth::Caller, error::ApiError, json::Object};

/// Id of the default endpoint.
const DEFAULT: &str = "default";
/// What the default endpoint says until it is told something else.
const DESCRIPTION: &str = "Default URL endpoint";

/// A URL endpoint as the API shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndpointObject {
    id: String,
    description: String,
    origins: Vec<String>,
    url_prefix: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url_rewriter: Option<Value>,
}

impl From<&UrlEndpoint> for EndpointObject {
    fn from(endpoint: &UrlEndpoint) -> Self {
        let settings = &endpoint.settings;
        let is_default = settings.prefix.is_empty();
        Self {
            id: if is_default { DEFAULT.to_owned() } else { endpoint.id.to_string() },
            description: settings.description.clone(),
            origins: settings.origins.iter().map(ToString::to_string).collect(),
            url_prefix: settings.prefix.clone(),
            url_rewriter: settings.rewriter.clone(),
        }
    }
}

impl EndpointObject {
    /// The default endpoint of an account that has said nothing about it.
    fn untouched() -> Self {
        Self {
            id: DEFAULT.to_owned(),
            description: DESCRIPTION.to_owned(),
            origins: Vec::new(),
            url_prefix: String::new(),
            url_rewriter: None,
        }
    }
}

/// Which endpoint a path means.
enum Wanted {
    /// Kept or not.
    Default,
    Other(EndpointId),
}

/// `POST /v1/accounts/url-endpoints`.
pub(crate) async fn create(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<EndpointObject>), ApiError> {
    let settings = parse(Object::read(body).await?)?;
    if settings.prefix.is_empty() {
        return Err(taken());
    }
    let added = app.library.add_url_endpoint(caller.actor, settings).await;
    Ok((StatusCode::CREATED, Json(EndpointObject::from(&added.map_err(refused)?))))
}

/// `GET /v1/accounts/url-endpoints`. The default one first.
pub(crate) async fn list(
    State(app): State<ImageKit>,
    caller: Caller,
) -> Result<Json<Vec<EndpointObject>>, ApiError> {
    let endpoints = app.library.url_endpoints(caller.actor.tenant).await?;
    let others = endpoints.all().iter().filter(|endpoint| !endpoint.settings.prefix.is_empty());
    let default = default(&endpoints);
    Ok(Json(std::iter::once(default).chain(others.map(EndpointObject::from)).collect()))
}

/// `GET /v1/accounts/url-endpoints/{id}`.
pub(crate) async fn get(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<EndpointObject>, ApiError> {
    let endpoints = app.library.url_endpoints(caller.actor.tenant).await?;
    match wanted(path)? {
        Wanted::Default => Ok(Json(default(&endpoints))),
        Wanted::Other(id) => {
            let found = endpoints.all().iter().find(|endpoint| endpoint.id == id);
            Ok(Json(EndpointObject::from(found.ok_or_else(unknown)?)))
        }
    }
}

/// `PUT /v1/accounts/url-endpoints/{id}`: everything anew.
pub(crate) async fn replace(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<EndpointObject>, ApiError> {
    let wanted = wanted(path)?;
    let settings = parse(Object::read(body).await?)?;
    let (library, actor) = (&app.library, caller.actor);
    let id = match wanted {
        Wanted::Default if !settings.prefix.is_empty() => {
            return Err(ApiError::bad_request(
                "`urlPrefix` of the default URL endpoint is empty and cannot be changed.",
            ));
        }
        Wanted::Other(_) if settings.prefix.is_empty() => return Err(taken()),
        Wanted::Default => {
            let endpoints = library.url_endpoints(actor.tenant).await?;
            endpoints.find("").map(|endpoint| endpoint.id)
        }
        Wanted::Other(id) => Some(id),
    };
    let endpoint = match id {
        Some(id) => library.set_url_endpoint(actor, id, settings).await,
        None => library.add_url_endpoint(actor, settings).await,
    };
    Ok(Json(EndpointObject::from(&endpoint.map_err(refused)?)))
}

/// `DELETE /v1/accounts/url-endpoints/{id}`. The default one stays.
pub(crate) async fn delete(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Wanted::Other(id) = wanted(path)? else {
        return Err(ApiError::bad_request("The default URL endpoint cannot be deleted."));
    };
    app.library.delete_url_endpoint(caller.actor, id).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn default(endpoints: &UrlEndpoints) -> EndpointObject {
    endpoints.find("").map_or_else(EndpointObject::untouched, EndpointObject::from)
}

fn wanted(path: Result<Path<String>, PathRejection>) -> Result<Wanted, ApiError> {
    let text = path.map(|Path(text)| text).unwrap_or_default();
    if text == DEFAULT {
        return Ok(Wanted::Default);
    }
    text.parse().map(Wanted::Other).map_err(|_| unknown())
}

fn parse(mut body: Object) -> Result<UrlEndpointSettings, ApiError> {
    let description = body.required_text("description")?;
    let prefix = body.text("urlPrefix")?.unwrap_or_default();
    let is_plain = prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_plain || prefix.len() > 63 {
        return Err(ApiError::bad_request(
            "`urlPrefix` expects up to 63 letters, digits and hyphens.",
        ));
    }
    let origins = body.texts("origins")?.unwrap_or_default();
    let origins = origins.iter().map(|text| {
        text.parse().map_err(|_| ApiError::bad_request("`origins` expects ids of origins."))
    });
    let settings = UrlEndpointSettings {
        prefix,
        description,
        origins: origins.collect::<Result<_, _>>()?,
        rewriter: body.object("urlRewriter")?.map(rewriter).transpose()?,
    };
    body.finish()?;
    Ok(settings)
}

/// Kept and shown; URLs of other vendors are not read.
fn rewriter(mut object: Map<String, Value>) -> Result<Value, ApiError> {
    const PRESERVE: &str = "preserveAssetDeliveryTypes";
    let kind = object.remove("type");
    let kind = kind.as_ref().and_then(Value::as_str).unwrap_or_default();
    let preserve = object.remove(PRESERVE);
    let known = match (kind, preserve) {
        ("CLOUDINARY", None | Some(Value::Null)) => json!({"type": kind, PRESERVE: false}),
        ("CLOUDINARY", Some(Value::Bool(flag))) => json!({"type": kind, PRESERVE: flag}),
        ("CLOUDINARY", Some(_)) => {
            return Err(ApiError::bad_request(format!(
                "`urlRewriter.{PRESERVE}` expects true or false."
            )));
        }
        ("IMGIX" | "AKAMAI", None) => json!({ "type": kind }),
        ("IMGIX" | "AKAMAI", Some(_)) => {
            return Err(ApiError::bad_request(format!(
                "`urlRewriter.{PRESERVE}` is for CLOUDINARY only."
            )));
        }
        _ => {
            return Err(ApiError::bad_request(
                "`urlRewriter.type` expects CLOUDINARY, IMGIX or AKAMAI.",
            ));
        }
    };
    if object.is_empty() {
        Ok(known)
    } else {
        Err(ApiError::bad_request(format!("`urlRewriter` knows `type` and `{PRESERVE}` only.")))
    }
}

fn refused(error: library::Error) -> ApiError {
    match error {
        library::Error::NotFound(_) => unknown(),
        library::Error::Conflict(_) => taken(),
        library::Error::Invalid(why) => ApiError::bad_request(format!("`origins`: {why}.")),
        error => error.into(),
    }
}

fn taken() -> ApiError {
    ApiError::new(StatusCode::CONFLICT, "There is a URL endpoint with this `urlPrefix` already.")
}

fn unknown() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "The requested URL endpoint does not exist.")
}
