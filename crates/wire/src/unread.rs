//! What a client still sends when its request has been answered already.
//!
//! Many HTTP clients read no answer before they have sent everything. A connection that is closed with bytes unread is
//! reset, and a reset takes the answer with it: the client would see a broken connection instead of its 403. So
//! the rest of a body is read and thrown away, up to a limit. A client that keeps the connection may also use it again
//! before it learns that it is closed.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream},
    extract::Request,
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};

/// A client that sends more than this, or takes longer, is cut off.
const MAX_BYTES: usize = 16 << 20;
const MAX_TIME: Duration = Duration::from_secs(5);

/// Reads what a handler left of the request's body.
pub async fn discard(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let mut rest = Shared(Arc::new(Mutex::new(body.into_data_stream())));
    let body = Body::from_stream(Shared(Arc::clone(&rest.0)));
    let response = next.run(Request::from_parts(head, body)).await;
    let reading = async {
        let mut read = 0;
        while let Some(Ok(bytes)) = rest.next().await {
            read += bytes.len();
            if read > MAX_BYTES {
                return;
            }
        }
    };
    // Too late is as good as done: the answer goes out now.
    let _ = tokio::time::timeout(MAX_TIME, reading).await;
    response
}

/// A body with two readers, one after the other.
struct Shared(Arc<Mutex<BodyDataStream>>);

impl Stream for Shared {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        body.poll_next_unpin(context)
    }
}
