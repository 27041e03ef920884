//! Counts what is delivered, for the usage of the tenant.

use axum::{body::HttpBody, response::Response};
use http::{Method, StatusCode, header};
use library::{Answered, Library, TenantId};

use crate::respond::{Hot, HotMeters};

/// About how many bytes a body comes to that goes out in pieces without an announced length; an extension of its response.
#[derive(Debug, Clone, Copy)]
pub struct Streamed(pub u64);

/// Counts an answer, and sees to it that the hot cache counts those which it gives in its place. Bytes are those of the
/// body; an answer that the client has, or that was there, is a hit. `endpoint`: what the tenant counts apart, or nothing.
pub fn measure(
    library: &Library,
    tenant: TenantId,
    endpoint: &str,
    method: &Method,
    response: &mut Response,
) {
    let mime = mime(response);
    let meter = |status: StatusCode, is_hit: bool| {
        library.meter(Answered {
            tenant,
            endpoint: endpoint.to_owned(),
            // Of what is not sent, nobody asks the type.
            mime: if status == StatusCode::NOT_MODIFIED { String::new() } else { mime.clone() },
            status: status.as_u16(),
            is_hit,
        })
    };
    let status = response.status();
    let is_known = status == StatusCode::NOT_MODIFIED;
    let bytes = if is_known || method == Method::HEAD { 0 } else { length(response) };
    meter(status, is_known).count(bytes);
    if let Some(hot) = response.extensions_mut().get_mut::<Hot>() {
        hot.meters = Some(HotMeters {
            whole: meter(StatusCode::OK, true),
            not_modified: meter(StatusCode::NOT_MODIFIED, true),
        });
    }
}

/// Without parameters.
fn mime(response: &Response) -> String {
    let value = response.headers().get(header::CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_owned()
}

/// As it is announced; a short text gets its length on the way out only, and what is made on the way says it apart.
fn length(response: &Response) -> u64 {
    let announced = response.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse().ok());
    let streamed = || response.extensions().get::<Streamed>().map(|streamed| streamed.0);
    announced.or_else(|| response.body().size_hint().exact()).or_else(streamed).unwrap_or(0)
}
