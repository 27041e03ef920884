//! A small real HTTP server: what webhooks are posted to, and what extensions ask.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use bytes::Bytes;
use parking_lot::Mutex;
use tokio::{net::TcpListener, task::JoinHandle};

/// On loopback, until it is dropped. Notes what it is asked.
pub struct Service {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

/// What is answered to a request, which is the n-th.
type Answer = Box<dyn Fn(&Seen, usize) -> Reply + Send + Sync>;

struct Shared {
    seen: Mutex<Vec<Seen>>,
    answer: Answer,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Seen {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Bytes,
    /// Before the answer begins.
    pub after: Duration,
}

impl Reply {
    pub fn status(status: u16) -> Self {
        Self { status, content_type: "text/plain", body: Bytes::new(), after: Duration::ZERO }
    }

    pub fn new(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { content_type, body: body.into(), ..Self::status(200) }
    }

    #[must_use]
    pub fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a plain header"))
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a text")
    }
}

impl Service {
    /// Answers each request as `answer` says, which is told how many came before.
    pub async fn start(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared { seen: Mutex::default(), answer: Box::new(answer) });
        let router = Router::new().fallback(respond).with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("a server");
        });
        Self { address, shared, serving }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What came so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().clone()
    }

    /// Waits until so many requests have come, and gives them. Bounded, so that what never comes is a failure.
    pub async fn wait_for(&self, requests: usize) -> Vec<Seen> {
        for _ in 0..2000 {
            let seen = self.seen();
            if seen.len() >= requests {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{requests} requests never came, only {:?}", self.seen());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn respond(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or("", |path| path.as_str()).to_owned();
    let body = to_bytes(body, 64 << 20).await.expect("a whole body");
    let seen = Seen { path, headers: head.headers, body };
    let before = {
        let mut all = shared.seen.lock();
        all.push(seen.clone());
        all.len() - 1
    };
    let reply = (shared.answer)(&seen, before);
    tokio::time::sleep(reply.after).await;
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).expect("a status");
    response
        .headers_mut()
        .insert(CONTENT_TYPE, reply.content_type.parse().expect("a content type"));
    response
}
