//! A decided delivery over the wire.
//!
//! The order is the whole point: what the client has already is answered before anything is read or rendered, a range
//! that cannot be met before anything is opened.

use std::ops::Range;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use library::{CacheRule, Delivery, Freshness, Meter, Millis};

pub(crate) mod head;

mod content_policy;
mod disposition;
mod range;
mod validators;

pub use disposition::content_disposition;
pub use head::X_ROBOTS_TAG;
pub use validators::Validators;

use crate::no_body::no_body;
use head::Facts;
use range::Wanted;

/// What the dialect adds to a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// Offer the answer as a download under this name, whatever it holds: it is encoded safely.
    pub attachment: Option<String>,
    /// Let scripts of any origin read the answer and its timing.
    pub cors: bool,
    /// `Cache-Control` of what anybody may keep; visible ASCII.
    pub public_cache_control: &'static str,
    /// `Cache-Control` of what needed a signature or key; visible ASCII.
    pub private_cache_control: &'static str,
    /// Give renderings in ranges too, as stored bytes always are: for clients that expect files.
    pub rendered_ranges: bool,
}

impl Default for Extra {
    /// No download, no other origins; public answers are asked for again each time, private ones not kept.
    fn default() -> Self {
        Self {
            attachment: None,
            cors: false,
            public_cache_control: "public, max-age=0, must-revalidate",
            private_cache_control: "private, no-store",
            rendered_ranges: false,
        }
    }
}

/// Marks an answer that anybody who asks the same may get, as long as it is fresh: what the hot cache keeps. In the
/// extensions of a response.
#[derive(Debug, Clone)]
pub struct Hot {
    pub freshness: Freshness,
    /// The whole body, also when the response answers `HEAD`.
    pub body: Bytes,
    /// What counts answers out of the cache, if somebody does.
    pub meters: Option<HotMeters>,
    pub(crate) validators: Validators,
}

/// Count answers that the hot cache gives.
#[derive(Debug, Clone)]
pub struct HotMeters {
    /// Of the 200.
    pub whole: Meter,
    /// Of the 304.
    pub not_modified: Meter,
}

impl Hot {
    /// `etag` without quotes, as in [`Delivery::etag`].
    pub fn new(freshness: Freshness, body: Bytes, etag: &str, modified: Millis) -> Self {
        Self { freshness, body, meters: None, validators: Validators::new(etag, modified) }
    }
}

/// Answers `GET` or `HEAD` with a delivery.
///
/// * `If-None-Match`, else `If-Modified-Since`, are answered 304 before [`Delivery::open`].
/// * One range of stored bytes gets 206, an impossible one 416; several or nonsense the whole, once. Renderings know
///   ranges only where the dialect says so.
/// * `HEAD` gets the head of the `GET`. For a rendering that means to render: its length is not known before.
///
/// The error is that of opening; nothing has been sent then.
pub async fn respond(
    delivery: Delivery,
    method: &Method,
    headers: &HeaderMap,
    extra: Extra,
) -> Result<Response, library::Error> {
    let validators = Validators::new(&delivery.etag, delivery.modified);
    let facts = Facts {
        mime: &delivery.mime,
        validators: &validators,
        is_private: delivery.cache == CacheRule::Private,
        is_negotiated: delivery.negotiated,
        has_ranges: delivery.stored_length().is_some() || extra.rendered_ranges,
    };
    let head = head::of(&facts, &extra);
    if validators.has_current(headers) {
        return Ok(not_modified(&head));
    }
    match (delivery.stored_length(), range::wanted(method, headers, &validators)) {
        (Some(length), Some(wanted)) => match wanted.within(length) {
            Wanted::Part(range) => part(delivery, head, range, length).await,
            Wanted::Nothing => Ok(unsatisfiable(head, length)),
        },
        (Some(length), None) if method == Method::HEAD => {
            Ok(answer(StatusCode::OK, head, length, Body::empty()))
        }
        (_, wanted) => {
            let wanted = wanted.filter(|_| extra.rendered_ranges);
            whole(delivery, method, head, validators, wanted).await
        }
    }
}

/// `wanted`: of what is in RAM once it is made.
async fn whole(
    delivery: Delivery,
    method: &Method,
    head: HeaderMap,
    validators: Validators,
    wanted: Option<range::Asked>,
) -> Result<Response, library::Error> {
    let is_head = method == Method::HEAD;
    let shared = delivery.is_shareable.then(|| delivery.freshness.clone());
    match delivery.open(None).await? {
        library::Body::Bytes(body) => {
            if let Some(wanted) = wanted {
                return Ok(slice(&body, head, wanted));
            }
            let sent = if is_head { Body::empty() } else { Body::from(body.clone()) };
            let mut response = answer(StatusCode::OK, head, body.len() as u64, sent);
            if let Some(freshness) = shared {
                response.extensions_mut().insert(Hot { freshness, body, meters: None, validators });
            }
            Ok(response)
        }
        library::Body::Stream { length, stream } => {
            let sent = if is_head { Body::empty() } else { Body::from_stream(stream) };
            Ok(answer(StatusCode::OK, head, length, sent))
        }
    }
}

fn slice(body: &Bytes, head: HeaderMap, wanted: range::Asked) -> Response {
    let of = body.len() as u64;
    let Wanted::Part(range) = wanted.within(of) else { return unsatisfiable(head, of) };
    let head = with_range(head, &range, of);
    // Inside of what is in RAM, so the numbers are small enough.
    let body = body.slice(range.start as usize..range.end as usize);
    answer(StatusCode::PARTIAL_CONTENT, head, body.len() as u64, Body::from(body))
}

fn with_range(mut head: HeaderMap, range: &Range<u64>, of: u64) -> HeaderMap {
    let (first, last) = (range.start, range.end - 1);
    head.insert(header::CONTENT_RANGE, ascii(&format!("bytes {first}-{last}/{of}")));
    head
}

async fn part(
    delivery: Delivery,
    head: HeaderMap,
    range: Range<u64>,
    of: u64,
) -> Result<Response, library::Error> {
    let head = with_range(head, &range, of);
    let (length, body) = match delivery.open(Some(range)).await? {
        library::Body::Bytes(body) => (body.len() as u64, Body::from(body)),
        library::Body::Stream { length, stream } => (length, Body::from_stream(stream)),
    };
    Ok(answer(StatusCode::PARTIAL_CONTENT, head, length, body))
}

/// 416. What is said of the content does not hold for this answer, and nobody should keep it.
fn unsatisfiable(mut head: HeaderMap, length: u64) -> Response {
    for name in
        [header::CONTENT_TYPE, header::CONTENT_DISPOSITION, header::ETAG, header::LAST_MODIFIED]
    {
        head.remove(name);
    }
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    head.insert(header::CONTENT_RANGE, ascii(&format!("bytes */{length}")));
    answer(StatusCode::RANGE_NOT_SATISFIABLE, head, 0, Body::empty())
}

/// 304 with what the client should remember.
pub fn not_modified(head: &HeaderMap) -> Response {
    let mut response = Response::new(no_body());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    *response.headers_mut() = head::for_304(head);
    response
}

fn answer(status: StatusCode, mut head: HeaderMap, length: u64, body: Body) -> Response {
    head.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = head;
    response
}

/// A text of our own making, which is ASCII.
fn ascii(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
