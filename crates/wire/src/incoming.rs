//! A request's body on its way in: chunk by chunk, within limits.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::StreamExt;
use http::{HeaderMap, header};
use http_body_util::LengthLimitError;

/// Longest wait for the next bytes, where a caller names no other.
pub const IDLE: Duration = Duration::from_secs(30);

/// Why a body cannot be read to its end, by what the caller can do about it. Texts are fit for clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IncomingError {
    /// Send less.
    #[error("the body is larger than the limit of {0} bytes")]
    TooLarge(u64),
    /// Send faster: no byte came for this long.
    #[error("no data arrived for {} seconds", .0.as_secs())]
    TooSlow(Duration),
    /// Send again: the connection broke in the middle.
    #[error("the connection ended before the body did")]
    Interrupted,
}

/// A body that is being read.
#[derive(Debug)]
pub struct Incoming {
    body: BodyDataStream,
    received: u64,
    /// Bytes that may come.
    limit: u64,
    idle: Duration,
}

impl Incoming {
    /// Reads no byte yet. Refuses at once what announces more than `limit` bytes.
    pub fn new(
        headers: &HeaderMap,
        body: Body,
        limit: u64,
        idle: Duration,
    ) -> Result<Self, IncomingError> {
        let announced = headers
            .get(header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(IncomingError::TooLarge(limit));
        }
        Ok(Self { body: body.into_data_stream(), received: 0, limit, idle })
    }

    /// Bytes so far.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The next bytes; `None` at the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, IncomingError> {
        let next = tokio::time::timeout(self.idle, self.body.next()).await;
        match next.map_err(|_| IncomingError::TooSlow(self.idle))? {
            None => Ok(None),
            Some(Ok(chunk)) => {
                self.received += chunk.len() as u64;
                if self.received > self.limit {
                    return Err(IncomingError::TooLarge(self.limit));
                }
                Ok(Some(chunk))
            }
            Some(Err(error)) if is_length_limit(&error) => Err(IncomingError::TooLarge(self.limit)),
            Some(Err(error)) => {
                tracing::debug!(%error, "a body broke off");
                Err(IncomingError::Interrupted)
            }
        }
    }
}

/// Whether the server in front has cut the body at a limit of its own.
fn is_length_limit(error: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http::HeaderValue;

    use super::*;

    #[tokio::test]
    async fn what_came_is_handed_on() {
        let mut incoming = read(&["ab", "", "cde"], 5);
        let mut whole = Vec::new();
        while let Some(chunk) = incoming.chunk().await.unwrap() {
            whole.extend_from_slice(&chunk);
        }
        assert_eq!(whole, b"abcde");
    }

    #[tokio::test]
    async fn more_than_the_limit_is_refused_where_it_begins() {
        let mut incoming = read(&["ab", "cde"], 4);
        assert_eq!(incoming.chunk().await, Ok(Some("ab".into())));
        let error = incoming.chunk().await.unwrap_err();
        assert_eq!(error, IncomingError::TooLarge(4));
        assert_eq!(error.to_string(), "the body is larger than the limit of 4 bytes");
    }

    #[test]
    fn a_body_that_is_announced_too_large_is_not_begun() {
        let announced = |length: &'static str| {
            let headers =
                HeaderMap::from_iter([(header::CONTENT_LENGTH, HeaderValue::from_static(length))]);
            Incoming::new(&headers, Body::empty(), 10, IDLE).map(drop)
        };
        assert_eq!(announced("10"), Ok(()));
        assert_eq!(announced("11"), Err(IncomingError::TooLarge(10)));
        assert_eq!(announced("many"), Ok(()));
    }

    #[tokio::test]
    async fn a_body_that_stops_or_breaks_off_is_told_apart() {
        let pause = Duration::from_millis(20);
        let silent = stream::pending::<Result<Bytes, std::io::Error>>();
        let mut incoming =
            Incoming::new(&HeaderMap::new(), Body::from_stream(silent), 10, pause).unwrap();
        assert_eq!(incoming.chunk().await, Err(IncomingError::TooSlow(pause)));
        let broken = stream::iter([Err::<Bytes, _>(std::io::Error::other("reset"))]);
        let mut incoming =
            Incoming::new(&HeaderMap::new(), Body::from_stream(broken), 10, IDLE).unwrap();
        assert_eq!(incoming.chunk().await, Err(IncomingError::Interrupted));
    }

    fn read(chunks: &[&'static str], limit: u64) -> Incoming {
        let chunks: Vec<_> = chunks.iter().map(|&chunk| Ok::<_, std::io::Error>(chunk)).collect();
        let body = Body::from_stream(stream::iter(chunks));
        Incoming::new(&HeaderMap::new(), body, limit, IDLE).unwrap()
    }
}
