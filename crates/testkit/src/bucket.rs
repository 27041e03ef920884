//! A small S3-compatible service: one bucket in RAM, behind the requests that a store makes.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::Response,
};
use bytes::Bytes;
use library::BucketConfig;
use parking_lot::Mutex;
use tokio::{net::TcpListener, task::JoinHandle};

const NAME: &str = "bucket";
const ACCESS_KEY: &str = "access";

/// On loopback, until it is dropped.
pub struct Bucket {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    objects: Mutex<BTreeMap<String, Bytes>>,
    /// Of uploads in parts, by their id and number.
    parts: Mutex<BTreeMap<(String, u32), Bytes>>,
    uploads: AtomicUsize,
    requests: AtomicUsize,
    /// Requests from this one on are refused.
    refused_from: AtomicUsize,
}

impl Bucket {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared =
            Arc::new(Shared { refused_from: AtomicUsize::new(usize::MAX), ..Shared::default() });
        let router = Router::new().fallback(respond).with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("a server");
        });
        Self { address, shared, serving }
    }

    pub fn config(&self, prefix: &str) -> BucketConfig {
        BucketConfig {
            bucket: NAME.to_owned(),
            endpoint: format!("http://{}", self.address),
            region: "us-east-1".to_owned(),
            prefix: prefix.to_owned(),
            access_key: ACCESS_KEY.to_owned(),
            secret_key: "secret".to_owned(),
        }
    }

    /// Names of all objects.
    pub fn names(&self) -> Vec<String> {
        self.shared.objects.lock().keys().cloned().collect()
    }

    /// Puts other bytes into an object, as a failing disk would.
    pub fn damage(&self, name: &str) {
        self.shared.objects.lock().insert(name.to_owned(), Bytes::from_static(b"damaged"));
    }

    /// So many requests more, and no further one.
    pub fn refuse_after(&self, requests: usize) {
        let now = self.shared.requests.load(Ordering::SeqCst);
        self.shared.refused_from.store(now.saturating_add(requests), Ordering::SeqCst);
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn respond(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let number = shared.requests.fetch_add(1, Ordering::SeqCst);
    let signed = request.headers().get(header::AUTHORIZATION).and_then(|line| line.to_str().ok());
    let credential = format!("AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/");
    let is_known = signed.is_some_and(|line| line.starts_with(&credential));
    if number >= shared.refused_from.load(Ordering::SeqCst) || !is_known {
        return answer(StatusCode::FORBIDDEN, "<Error><Code>AccessDenied</Code></Error>");
    }
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 64 << 20).await.expect("a whole body");
    let path = head.uri.path().trim_start_matches('/');
    let Some(name) = path.strip_prefix(NAME).map(|name| name.trim_start_matches('/')) else {
        return answer(StatusCode::NOT_FOUND, "<Error><Code>NoSuchBucket</Code></Error>");
    };
    let query = Query::of(head.uri.query().unwrap_or_default());
    shared.act(&head.method, name, &query, &head.headers, body)
}

impl Shared {
    fn act(
        &self,
        method: &Method,
        name: &str,
        query: &Query<'_>,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Response {
        match (method, query.get("uploadId"), query.get("partNumber")) {
            (&Method::PUT, Some(upload), Some(part)) => {
                let part = (upload.to_owned(), part.parse().expect("a number"));
                self.parts.lock().insert(part, body);
                answer(StatusCode::OK, "")
            }
            (&Method::PUT, ..) => {
                self.objects.lock().insert(name.to_owned(), body);
                answer(StatusCode::OK, "")
            }
            (&Method::POST, None, _) => {
                let id = self.uploads.fetch_add(1, Ordering::SeqCst);
                answer(
                    StatusCode::OK,
                    &format!(
                        "<InitiateMultipartUploadResult><UploadId>upload{id}</UploadId></InitiateMultipartUploadResult>"
                    ),
                )
            }
            (&Method::POST, Some(upload), _) => {
                let mut parts = self.parts.lock();
                let whole: Vec<u8> = parts
                    .iter()
                    .filter(|((of, _), _)| of == upload)
                    .flat_map(|(_, part)| part.to_vec())
                    .collect();
                parts.retain(|(of, _), _| of != upload);
                self.objects.lock().insert(name.to_owned(), whole.into());
                answer(
                    StatusCode::OK,
                    "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>",
                )
            }
            (&Method::DELETE, ..) => {
                self.objects.lock().remove(name);
                answer(StatusCode::NO_CONTENT, "")
            }
            _ => match self.objects.lock().get(name) {
                Some(object) => part_of(object, headers),
                None => answer(StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>"),
            },
        }
    }
}

/// The whole object, or the range that is asked for: `bytes=first-last`.
fn part_of(object: &Bytes, headers: &HeaderMap) -> Response {
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let range = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let Some((first, last)) = range else {
        let mut response = answer(StatusCode::OK, "");
        *response.body_mut() = Body::from(object.clone());
        return response;
    };
    let first: usize = first.parse().expect("a number");
    let last = last.parse().unwrap_or(usize::MAX).min(object.len() - 1);
    let mut response = answer(StatusCode::PARTIAL_CONTENT, "");
    *response.body_mut() = Body::from(object.slice(first..=last));
    let range = format!("bytes {first}-{last}/{}", object.len());
    response.headers_mut().insert(header::CONTENT_RANGE, range.parse().expect("a range"));
    response
}

fn answer(status: StatusCode, body: &str) -> Response {
    Response::builder()
        .status(status)
        .header(header::ETAG, "\"x\"")
        .header(header::LAST_MODIFIED, "Thu, 01 Jan 2026 00:00:00 GMT")
        .body(Body::from(body.to_owned()))
        .expect("a response")
}

struct Query<'a>(&'a str);

impl<'a> Query<'a> {
    fn of(text: &'a str) -> Self {
        Self(text)
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        let pairs = self.0.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}
