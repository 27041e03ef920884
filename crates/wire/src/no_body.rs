//! The body of an answer that has none by its status.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// For 304 and 204. Unlike [`Body::empty`] it claims no length: a router that sees the length zero writes
/// `Content-Length: 0`, which RFC 9110 section 8.6 forbids on these, and which some caches would take for the length
/// of the answer they hold.
pub(crate) fn no_body() -> Body {
    Body::new(NoBody)
}

#[derive(Debug, Clone, Copy)]
struct NoBody;

impl http_body::Body for NoBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::new()
    }
}
