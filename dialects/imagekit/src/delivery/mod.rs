//! Delivery: `GET`, `HEAD` and `OPTIONS` of everything that is no endpoint.
//!
//! The order of the checks is part of the protocol: the signature first, before the file is looked up and before
//! `If-None-Match`; then what the URL says; then whether the file may be seen.

mod notes;
mod own;
mod place;
mod sanitized;

pub(crate) use own::own;
pub(crate) use place::Place;

use axum::{
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, Uri, header};
use library::{Accepts, Actor, Deliver, Delivery, Freshness, VersionId, What};
use plan::{Format, Frames, OutputFormat, Plan};
use wire::{
    cors,
    respond::{Extra, Hot, respond},
};

use self::notes::Notes;
use crate::{
    Config, ImageKit,
    error::DeliveryError,
    signature::{self, Verdict},
    time,
    transformation::{Hints, Meaning, Names, presets},
    url::{DeliveryUrl, Target, asset_at},
};

const PUBLIC: &str = "public, s-maxage=31536000, max-age=31536000, must-revalidate";
const PRIVATE: &str = "private, no-store";

/// On what an answer depends that follows the client's screen.
const HINTED: HeaderValue =
    HeaderValue::from_static("Accept, Sec-CH-Width, Width, Sec-CH-DPR, DPR");

pub(crate) async fn deliver(
    State(app): State<ImageKit>,
    method: Method,
    OriginalUri(original): OriginalUri,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if method == Method::OPTIONS {
        return cors::options(cors::DELIVERY);
    }
    if method != Method::GET && method != Method::HEAD {
        return DeliveryError::method_not_allowed().into_response();
    }
    answer(&app, &method, received(&original, &uri), &headers)
        .await
        .unwrap_or_else(IntoResponse::into_response)
}

/// The answer, counted. What is nobody's is not.
async fn answer(
    app: &ImageKit,
    method: &Method,
    target: Option<Target<'_>>,
    headers: &HeaderMap,
) -> Result<Response, DeliveryError> {
    let place = Place::find(&app.library, target.ok_or_else(no_such_path)?).await?;
    let mut notes = Notes::new(app.config.debug);
    let mut response = at(app, method, &place, headers, &mut notes)
        .await
        .unwrap_or_else(IntoResponse::into_response);
    notes.write(response.headers_mut());
    wire::meter::measure(&app.library, place.tenant, place.prefix, method, &mut response);
    Ok(response)
}

/// Path and query as they were sent, below the mount if there is one. The router's own idea of what follows a mount is
/// tidied up (`//` is one slash), but every byte is signed.
fn received<'a>(original: &'a Uri, routed: &Uri) -> Option<Target<'a>> {
    let path = if original.path() == routed.path() {
        original.path()
    } else {
        original.path().strip_prefix(Config::MOUNT)?
    };
    Target::parse(path, original.query())
}

async fn at(
    app: &ImageKit,
    method: &Method,
    place: &Place<'_>,
    headers: &HeaderMap,
    notes: &mut Notes,
) -> Result<Response, DeliveryError> {
    let Decided { delivery, url, is_hinted } = decide(app, place, headers, notes).await?;
    let extra = Extra {
        attachment: url.is_attachment.then(|| attachment_name(&url, &delivery)),
        cors: true,
        public_cache_control: PUBLIC,
        private_cache_control: PRIVATE,
        ..Extra::default()
    };
    if url.sanitize_svg && delivery.mime == Format::Svg.mime() {
        return sanitized::respond(delivery, method, headers, extra).await;
    }
    let mut response = respond(delivery, method, headers, extra).await?;
    if is_hinted {
        response.headers_mut().insert(header::VARY, HINTED);
        // The hot cache knows `Accept`, not these.
        response.extensions_mut().remove::<Hot>();
    }
    Ok(response)
}

/// A delivery that may begin.
struct Decided {
    delivery: Delivery,
    url: DeliveryUrl,
    is_hinted: bool,
}

async fn decide(
    app: &ImageKit,
    place: &Place<'_>,
    headers: &HeaderMap,
    notes: &mut Notes,
) -> Result<Decided, DeliveryError> {
    let actor = actor(app, place).await?;
    let url = DeliveryUrl::parse(place.target)?;
    let presets = app.library.presets(place.tenant, presets::NAMESPACE).await?;
    let (meaning, names_count) = {
        let names = Names::of(&presets);
        let meaning = Meaning::of(&url.chain, &names, &mut hints(headers))?;
        meaning.check(Some(&app.library))?;
        if app.config.named_only && !meaning.presets_only && !url.chain.steps.is_empty() {
            return Err(DeliveryError::bad_request("only named transformations are served"));
        }
        (meaning, names.were_used())
    };
    notes.meant(&meaning);
    let (is_hinted, stages) = (meaning.is_hinted, meaning.stages.clone());
    let mut request = request(accepts(app, headers), &url, meaning, app.config.source_bytes)?;
    let mut delivery = if stages.is_empty() || request.what == What::Original {
        notes.wanted(app, actor, &request).await;
        app.library.deliver(actor, request).await?
    } else {
        let staged = app.library.staged(actor, &request, stages).await?;
        if let What::Rendering { plan, .. } = &mut request.what {
            staged.lead(plan);
        }
        app.library.deliver_staged(actor, &request, staged).await?
    };
    // What the answer means may change without its file.
    let names = names_count.then(|| presets.freshness().clone());
    delivery.freshness =
        Freshness::of_all([delivery.freshness, place.freshness.clone()].into_iter().chain(names));
    if url.is_still && delivery.stored_length().is_some() {
        return Err(DeliveryError::bad_request("no still can be taken from this file"));
    }
    Ok(Decided { delivery, url, is_hinted })
}

/// Who asks, by the signature of the URL.
async fn actor(app: &ImageKit, place: &Place<'_>) -> Result<Actor, DeliveryError> {
    let keys = app.library.signing_keys(place.tenant).await?;
    let verify = |target| {
        let secrets = keys.iter().map(|key| key.secret.as_bytes());
        signature::verify(target, secrets, time::now())
    };
    let verdicts: Vec<Verdict> = place.cuts().map(verify).collect();
    if verdicts.contains(&Verdict::Valid) {
        Ok(Actor::signed(place.tenant))
    } else if verdicts.contains(&Verdict::Wrong) {
        Err(DeliveryError::denied("the signature is not valid, or has expired"))
    } else if app.config.signed_only {
        Err(DeliveryError::denied("only signed URLs are served"))
    } else {
        Ok(Actor::anonymous(place.tenant))
    }
}

/// What the library is asked for.
pub(crate) fn request(
    accepts: Accepts,
    url: &DeliveryUrl,
    meaning: Meaning,
    source_bytes: u64,
) -> Result<Deliver, DeliveryError> {
    let Meaning { mut plan, presets_only, original, default_image, .. } = meaning;
    if url.is_still {
        still(&mut plan);
    }
    Ok(Deliver {
        asset: url.file.clone(),
        version: url.version.as_deref().map(version).transpose()?,
        fallback: default_image.and_then(|path| asset_at(&path)),
        what: if original { What::Original } else { What::Rendering { plan, presets_only } },
        accepts,
        source_limit: Some(source_bytes),
    })
}

/// Makes a plan that of `ik-thumbnail.jpg`: the first frame as a JPEG, where it says nothing else.
pub(crate) fn still(plan: &mut Plan) {
    if plan.frames == Frames::All {
        plan.frames = Frames::One(std::num::NonZeroU32::MIN);
    }
    if plan.output.format == OutputFormat::Auto {
        plan.output.format = OutputFormat::Is(Format::Jpeg);
    }
}

/// Formats that the client names and the settings allow.
fn accepts(app: &ImageKit, headers: &HeaderMap) -> Accepts {
    let named = wire::accept::accepts(headers);
    Accepts { webp: named.webp && app.config.auto_webp, avif: named.avif && app.config.auto_avif }
}

/// What cannot be an id belongs to no version.
fn version(text: &str) -> Result<VersionId, DeliveryError> {
    text.parse().map_err(|_| DeliveryError::not_found("the file has no such version"))
}

/// The newer names of the hints first.
fn hints(headers: &HeaderMap) -> Hints {
    fn first<T: std::str::FromStr>(headers: &HeaderMap, names: [&str; 2]) -> Option<T> {
        names.iter().find_map(|name| headers.get(*name)?.to_str().ok()?.trim().parse().ok())
    }
    Hints::new(first(headers, ["sec-ch-width", "width"]), first(headers, ["sec-ch-dpr", "dpr"]))
}

fn attachment_name(url: &DeliveryUrl, delivery: &Delivery) -> String {
    url.attachment_name.clone().unwrap_or_else(|| delivery.name.as_str().to_owned())
}

pub(crate) fn no_such_path() -> DeliveryError {
    DeliveryError::not_found("no file can have this path")
}
