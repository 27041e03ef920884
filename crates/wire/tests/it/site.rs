//! A router with one route, as a dialect would have it, and the hot cache before it, as the server has it.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, Method, StatusCode, Uri};
use http_body_util::BodyExt;
use library::{Accepts, Actor, AssetRef, Deliver, FolderPath, Name, What};
use testkit::App;
use tower::ServiceExt;
use wire::{
    accept::accepts,
    hot::HotCache,
    respond::{Extra, respond},
};

pub(crate) struct Site {
    pub(crate) app: Arc<App>,
    pub(crate) hot: HotCache,
    router: Router,
}

/// What came over the wire.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Site {
    pub(crate) async fn new() -> Self {
        let app = Arc::new(testkit::app().await);
        let router =
            Router::new().route("/{what}/{*path}", get(deliver)).with_state(Arc::clone(&app));
        Self { app, hot: HotCache::new(1 << 20), router }
    }

    /// `path` is `/original/<file>`, `/auto/<file>` or a plan instead, with `?signed` for a signed request and
    /// `?as=<name>` for a download.
    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask(Method::GET, path, headers).await
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let (method, uri, headers) = (request.method(), request.uri(), request.headers());
        let response = if let Some(response) = self.hot.get(method, uri, headers) {
            response
        } else {
            let slot = self.hot.slot(method, uri, headers);
            let mut response = self.router.clone().oneshot(request).await.unwrap();
            if let Some(slot) = slot {
                self.hot.keep(slot, &mut response);
            }
            response
        };
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: head.status, headers: head.headers, body }
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }
}

async fn deliver(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    let (what, path) = path.split_once('/').unwrap();
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let what = match what {
        "original" => What::Original,
        plan => What::Rendering { plan: plan.parse().unwrap(), presets_only: false },
    };
    let query = uri.query().unwrap_or_default();
    let actor =
        if query == "signed" { Actor::signed(app.tenant) } else { Actor::anonymous(app.tenant) };
    let accepts: Accepts = accepts(&headers);
    let wanted = Deliver {
        asset: AssetRef::At(
            FolderPath::parse(&format!("/{folder}")).unwrap(),
            Name::parse(name).unwrap(),
        ),
        version: None,
        fallback: None,
        what,
        accepts,
        source_limit: None,
    };
    let extra = Extra {
        attachment: query.strip_prefix("as=").map(str::to_owned),
        cors: true,
        public_cache_control: "public, max-age=60",
        private_cache_control: "private, no-store",
        ..Extra::default()
    };
    let answer = async {
        let delivery = app.library.deliver(actor, wanted).await?;
        respond(delivery, &method, &headers, extra).await
    };
    answer
        .await
        .unwrap_or_else(|error| (StatusCode::BAD_REQUEST, error.to_string()).into_response())
}
