//! Delivery: `GET`, `HEAD` and `OPTIONS` of everything below `/v1`, `/v2` and our mount, and of host names of one cloud.
//!
//! The order of the checks is part of the protocol: the signature first, before the file is looked up and before
//! `If-None-Match`; then what the URL says; then whether the file may be seen.

mod context;
mod found;
mod handing;
mod signature;
mod url;
mod zones;

use axum::{
    Extension,
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use library::{
    Accepts, Access, Actor, AssetRef, CacheRule, Deliver, Delivery, Freshness, Rights, Stage,
    TenantId, What,
};
use plan::{Plan, probe::Probe};
use wire::{
    cors,
    respond::{Extra, Hot, respond},
};

use self::{
    handing::{Download, Handing},
    signature::Verdict,
    url::{DeliveryUrl, Target, UrlError},
};
use crate::{
    Config, Pixelbin,
    error::ApiError,
    transformation::{Meaning, MeaningError, NoChains, Pattern, TenantChains},
};

pub(crate) use context::context;
pub use zones::Zones;

const INLINE: HeaderValue = HeaderValue::from_static("inline");
const PRIVATE: &str = "private, no-store";

/// The hints that `dpr=auto` follows.
const HINTS: HeaderValue = HeaderValue::from_static("Sec-CH-DPR, DPR");
const ACCEPT_AND_HINTS: HeaderValue = HeaderValue::from_static("Accept, Sec-CH-DPR, DPR");
const ACCEPT_CH: HeaderName = HeaderName::from_static("accept-ch");

/// The cloud whose host name a request came to.
#[derive(Debug, Clone)]
pub(crate) struct HostOf(pub(crate) std::sync::Arc<str>);

pub(crate) async fn deliver(
    State(app): State<Pixelbin>,
    host: Option<Extension<HostOf>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    if method == Method::OPTIONS {
        return cors::options(crate::PUBLIC_METHODS);
    }
    let host = host.map(|Extension(HostOf(cloud))| cloud);
    let answer = if method == Method::GET || method == Method::HEAD {
        answer(&app, &method, &uri, host.as_deref(), &headers).await
    } else {
        Err(ApiError::method_not_allowed())
    };
    answer.unwrap_or_else(|error| {
        let mut response = error.into_response();
        cors::allow_any_origin(response.headers_mut());
        response
    })
}

async fn answer(
    app: &Pixelbin,
    method: &Method,
    uri: &Uri,
    host: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let target = Target::parse(uri.path(), uri.query(), Config::MOUNT, host.is_some());
    let target = target.ok_or_else(no_such_file)?;
    let tenant = tenant(app, target, host).await?;
    let mut response = match at(app, method, tenant, target, headers).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    };
    cors::allow_any_origin(response.headers_mut());
    wire::meter::measure(&app.library, tenant, "", method, &mut response);
    Ok(response)
}

/// Whose cloud it is. A name that nobody has is no path.
async fn tenant(
    app: &Pixelbin,
    target: Target<'_>,
    host: Option<&str>,
) -> Result<TenantId, ApiError> {
    let name = match (host, target.cloud) {
        (Some(cloud), _) => cloud.to_owned(),
        (None, Some(raw)) => url::decode_value(&raw.replace('+', "%2B")),
        (None, None) => return Err(no_such_file()),
    };
    app.library.tenant(&name).await?.ok_or_else(no_such_file)
}

async fn at(
    app: &Pixelbin,
    method: &Method,
    tenant: TenantId,
    target: Target<'_>,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let actor = actor(app, tenant, target).await?;
    let url = DeliveryUrl::parse(target.rest, &app.config.zones)?;
    let handing = Handing::read(target.query.unwrap_or_default())
        .map_err(|error| ApiError::bad_request(error.to_string()))?;
    let delivery = decide(app, actor, &url, &handing, headers).await?;
    let extra = Extra {
        attachment: handing.download.as_ref().map(|download| match download {
            Download::AsItIs => delivery.name.as_str().to_owned(),
            Download::Named(name) => name.clone(),
        }),
        cors: true,
        public_cache_control: app.public_cache_control,
        private_cache_control: PRIVATE,
        ..Extra::default()
    };
    let is_negotiated = delivery.negotiated;
    let is_inline = handing.is_inline && extra.attachment.is_none();
    let mut response = respond(delivery, method, headers, extra).await?;
    if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
        return Ok(outside(&response));
    }
    if is_inline {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, INLINE);
    }
    if handing.follows_screen() && url.pattern != Pattern::Original {
        let vary = if is_negotiated { ACCEPT_AND_HINTS } else { HINTS };
        response.headers_mut().insert(header::VARY, vary);
        response.headers_mut().insert(ACCEPT_CH, HINTS);
        // The hot cache knows `Accept`, not these.
        response.extensions_mut().remove::<Hot>();
    }
    Ok(response)
}

/// 416 in this protocol's shape.
fn outside(response: &Response) -> Response {
    let mut refusal = ApiError::range_not_satisfiable().into_response();
    let kept = [header::CONTENT_RANGE, header::ACCEPT_RANGES, header::ACCESS_CONTROL_ALLOW_ORIGIN];
    for name in kept {
        if let Some(value) = response.headers().get(&name) {
            refusal.headers_mut().insert(name, value.clone());
        }
    }
    refusal
}

/// Who asks, by the signature of the URL.
async fn actor(app: &Pixelbin, tenant: TenantId, target: Target<'_>) -> Result<Actor, ApiError> {
    let keys = app.library.signing_keys(tenant).await?;
    match signature::verify(target, app.config.delivery_prefix(), &keys, wire::time::now()) {
        Verdict::Unsigned => Ok(Actor::anonymous(tenant)),
        Verdict::Valid => Ok(Actor::signed(tenant)),
        Verdict::Wrong => Err(ApiError::denied("The signature is not valid, or has expired")),
    }
}

async fn decide(
    app: &Pixelbin,
    actor: Actor,
    url: &DeliveryUrl,
    handing: &Handing,
    headers: &HeaderMap,
) -> Result<Delivery, ApiError> {
    let chains = TenantChains::of(&app.library, actor.tenant).await?;
    let surroundings = handing.surroundings(headers);
    let mut meaning = Meaning::of(&url.pattern, &chains, surroundings)?;
    let (reader, asset) = found::file(app, actor, &url.file).await.map_err(refused)?;
    // A file that is called otherwise gives way to one that comes to be called so, and nothing would tell.
    let is_settled = reader == actor && url.file.is_of(&asset);
    let actor = reader;
    if !is_open(actor, asset.access, &meaning) {
        // Before anything is said of what the file is.
        return Err(refused(library::Error::Denied));
    }
    let stages = stages(app, actor, &mut meaning).await?;
    let names_presets = meaning.names_presets;
    let mut request = request(AssetRef::Id(asset.id), meaning, wire::accept::accepts(headers));
    let mut delivery = match stages {
        None => {
            if let What::Rendering { plan, .. } = &mut request.what {
                found::settle_layers(&app.library, actor, plan).await?;
                check_sizes(plan, asset.current.probe.as_ref())?;
            }
            app.library.deliver(actor, request).await
        }
        Some(stages) => {
            check_sizes(&stages[0].plan, asset.current.probe.as_ref())?;
            let staged = app.library.staged(actor, &request, stages).await.map_err(refused)?;
            if let What::Rendering { plan, .. } = &mut request.what {
                found::settle_layers(&app.library, actor, plan).await?;
                staged.lead(plan);
                check_sizes(plan, staged.probe())?;
            }
            app.library.deliver_staged(actor, &request, staged).await
        }
    }
    .map_err(refused)?;
    delivery.is_shareable &= is_settled;
    if actor.rights == Rights::Signed {
        // Also what is public: the URL is somebody's, and expires.
        delivery.cache = CacheRule::Private;
        delivery.is_shareable = false;
    }
    if names_presets {
        let presets = chains.freshness();
        delivery.freshness = Freshness::of_all([delivery.freshness, presets]);
    }
    Ok(delivery)
}

/// The stages of a pattern, ready to go through; `None`: it has none. All of their operations can be carried out.
async fn stages(
    app: &Pixelbin,
    actor: Actor,
    meaning: &mut Meaning,
) -> Result<Option<Vec<Stage>>, ApiError> {
    let mut stages = std::mem::take(&mut meaning.stages);
    if stages.iter().any(|stage| !app.library.runs(&stage.operation)) {
        return Err(MeaningError::NotAvailable.into());
    }
    for stage in &mut stages {
        found::settle_stage(&app.library, actor, stage).await?;
    }
    Ok((!stages.is_empty()).then_some(stages))
}

fn is_open(actor: Actor, access: Access, meaning: &Meaning) -> bool {
    actor.rights != Rights::Anonymous
        || match access {
            Access::Public => true,
            Access::PresetsOnly => meaning.presets_only,
            Access::Private | Access::Closed => false,
        }
}

/// What the library is asked for.
pub(crate) fn request(asset: AssetRef, meaning: Meaning, accepts: Accepts) -> Deliver {
    let presets_only = meaning.presets_only;
    Deliver {
        asset,
        version: None,
        fallback: None,
        what: match meaning.plan {
            None => What::Original,
            Some(plan) => What::Rendering { plan, presets_only },
        },
        accepts,
        source_limit: None,
    }
}

/// Holds every picture on the way to this protocol's limits, which are below those of the server.
fn check_sizes(plan: &Plan, probe: Option<&Probe>) -> Result<(), ApiError> {
    let limits = plan::Limits { output_side: Config::MAX_SIDE, ..plan::Limits::default() };
    match plan.resolve(probe.ok_or_else(no_image)?, limits) {
        Ok(_) => Ok(()),
        Err(error) => Err(ApiError::bad_request(error.to_string())),
    }
}

fn no_such_file() -> ApiError {
    ApiError::not_found("File not found")
}

fn no_image() -> ApiError {
    ApiError::bad_request("Only images can be transformed, and this file is none")
}

/// In the words of this protocol.
fn refused(error: library::Error) -> ApiError {
    match error {
        library::Error::Denied => ApiError::denied("This file needs a signed URL"),
        library::Error::NotFound(_) => no_such_file(),
        error => error.into(),
    }
}

impl From<UrlError> for ApiError {
    fn from(error: UrlError) -> Self {
        match error {
            UrlError::Path => no_such_file(),
            UrlError::Pattern(error) => Self::bad_request(error.to_string()),
        }
    }
}

impl From<MeaningError> for ApiError {
    fn from(error: MeaningError) -> Self {
        Self::bad_request(error.to_string())
    }
}

/// What a target hands over, as far as can be told without a library.
pub(crate) struct Handed {
    pub(crate) file: String,
    pub(crate) plan: Option<Plan>,
}

/// Reads a target by itself; presets are unknown, and no signature is looked at.
pub(crate) fn read_target(
    path: &str,
    query: Option<&str>,
    mount: &str,
    zones: &Zones,
) -> Result<Handed, String> {
    let target = Target::parse(path, query, mount, false).ok_or(UrlError::Path);
    let target = target.map_err(|error| error.to_string())?;
    let url = DeliveryUrl::parse(target.rest, zones).map_err(|error| error.to_string())?;
    let handing = Handing::read(query.unwrap_or_default()).map_err(|error| error.to_string())?;
    let surroundings = handing.surroundings(&HeaderMap::new());
    let meaning = Meaning::of(&url.pattern, &NoChains, surroundings);
    let Meaning { stages, plan, .. } = meaning.map_err(|error| error.to_string())?;
    if let Some(stage) = stages.first() {
        let name = &stage.operation.name;
        return Err(format!("`{name}` is for a back end, which is not asked here"));
    }
    let folder = url.file.folder.as_str().trim_end_matches('/');
    Ok(Handed { file: format!("{folder}/{}", url.file.name), plan })
}
