//! What every request passes: limits, an id, the hot cache, the router, and what is noted afterwards.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri,
        header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS},
    },
    response::IntoResponse,
    routing::get,
};
use futures_util::FutureExt;
use hyper::body::Incoming;
use library::{Library, Rate};
use metrics::Counter;
use metrics_exporter_prometheus::PrometheusHandle;
use tower::ServiceExt;
use tracing::Instrument;
use wire::{hot::HotCache, peer::Peer, request_id::RequestId};

use crate::{
    config::Settings,
    counted::{self, HotAnswers},
    start_page, telemetry,
};

/// A request target longer than this is 414.
const TARGET_BYTES: usize = 32 << 10;
/// Header fields that are larger together are 431. The connection's buffer bounds them too, but not to the byte.
const HEAD_BYTES: usize = 64 << 10;
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// The application behind the listener.
pub(crate) struct App {
    router: Router,
    hot: HotCache,
    /// Dialects at the root of host names of their own.
    hosts: Vec<Host>,
    hot_answers: HotAnswers,
    ram_hits: Counter,
    sent: Counter,
}

/// A host name with a root of its own. Raw URLs mean something else there, so its hot answers are kept apart.
struct Host {
    name: String,
    router: Router,
    hot: HotCache,
}

/// What the routes of the server itself need.
#[derive(Clone)]
struct Own {
    library: Library,
    metrics: PrometheusHandle,
    start_page: Arc<str>,
}

impl App {
    pub(crate) fn new(
        library: Library,
        settings: &Settings,
        metrics: PrometheusHandle,
    ) -> anyhow::Result<Self> {
        let public_url = settings.public_url();
        let imagekit = imagekit::ImageKit::new(
            library.clone(),
            imagekit::Config {
                public_url: public_url.clone(),
                auto_webp: settings.imagekit.auto_webp,
                auto_avif: settings.imagekit.auto_avif,
                signed_only: settings.imagekit.signed_only,
                named_only: settings.imagekit.named_only,
                debug: settings.imagekit.debug,
                source_bytes: settings.imagekit.source_bytes,
                rate: Rate::per_second(
                    settings.imagekit.rate_per_second,
                    settings.imagekit.rate_burst,
                ),
            },
        );
        let pixelbin = pixelbin::Pixelbin::new(
            library.clone(),
            pixelbin::Config {
                public_url: public_url.clone(),
                follow_host: settings.server.public_url.is_empty(),
                delivery_url: settings.pixelbin.delivery_url.trim_end_matches('/').to_owned(),
                zones: settings.pixelbin.zones()?,
                max_age: settings.pixelbin.max_age,
            },
        );
        let glean = glean::Glean::new(
            library.clone(),
            glean::Config {
                public_url: public_url.clone(),
                follow_host: settings.server.public_url.is_empty(),
                rate: Rate::per_second(settings.glean.rate_per_second, settings.glean.rate_burst),
                upload_bytes: settings.glean.upload_bytes,
            },
        );
        let sams = self::sams(library.clone(), settings);
        let photoprism = photoprism::PhotoPrism::new(library.clone(), photoprism_config(settings));
        let own = Own {
            library,
            metrics,
            start_page: start_page::render(&public_url, &settings.bootstrap.tenant).into(),
        };
        let own = Router::new()
            .route("/", get(start))
            .route("/docs/{page}", get(start_page::document))
            .route("/healthz", get(healthy))
            .route("/readyz", get(ready))
            .route("/metrics", get(measured))
            .with_state(own);
        // The whole map of the origin: what is mounted where.
        let router = Router::new()
            .nest("/imagekit", imagekit::router(imagekit.clone()))
            .nest(glean::Config::MOUNT, glean::router(glean))
            .merge(sams::mounted(sams))
            .merge(pixelbin::router(pixelbin.clone()))
            .nest(photoprism::Config::MOUNT, photoprism::router(photoprism))
            .merge(own)
            .fallback(not_found);
        let host = |name: String, router: Router| Host {
            name,
            router,
            hot: HotCache::new(settings.server.hot_bytes),
        };
        let name = settings.server.imagekit_host.to_ascii_lowercase();
        let of_imagekit = (!name.is_empty()).then(|| host(name, imagekit::router(imagekit)));
        let clouds = settings.pixelbin.hosts()?.into_iter();
        let of_pixelbin =
            clouds.map(|(name, cloud)| host(name, pixelbin::host_router(pixelbin.clone(), &cloud)));
        let hosts = of_imagekit.into_iter().chain(of_pixelbin).collect();
        Ok(Self { hosts, ..Self::around(router, settings) })
    }

    /// SAMS at the root of a port of its own, because its client knows a host and a port only.
    pub(crate) fn sams(library: Library, settings: &Settings) -> Self {
        Self::around(sams::router(self::sams(library, settings)), settings)
    }

    fn around(router: Router, settings: &Settings) -> Self {
        Self {
            router,
            hosts: Vec::new(),
            hot: HotCache::new(settings.server.hot_bytes),
            hot_answers: HotAnswers::new(),
            ram_hits: metrics::counter!("halftone_cache_hits_total", "tier" => "hot"),
            sent: metrics::counter!("halftone_sent_bytes_total"),
        }
    }

    /// Answers one request. Never fails: what goes wrong inside becomes an answer.
    pub(crate) async fn answer(&self, request: Request<Incoming>, peer: Peer) -> Response<Body> {
        let id = RequestId::new();
        let (router, hot) = self.host(request.headers());
        // The hot path: one look into a map by raw URL, before any routing.
        if let Some(mut response) = hot.get(request.method(), request.uri(), request.headers()) {
            self.note_hot(request.uri().path(), &response);
            finish(response.headers_mut(), &id);
            return response;
        }
        let slot = hot.slot(request.method(), request.uri(), request.headers());
        let mut request = request.map(Body::new);
        if request.uri().path_and_query().is_some_and(|target| target.as_str().len() > TARGET_BYTES)
        {
            return plain(StatusCode::URI_TOO_LONG, "the URL is too long", &id);
        }
        if head_bytes(request.headers()) > HEAD_BYTES {
            let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            return plain(status, "the header fields are too large", &id);
        }
        if !KNOWN_METHODS.contains(request.method()) {
            return plain(StatusCode::NOT_IMPLEMENTED, "this method is not implemented", &id);
        }
        request.extensions_mut().insert(id);
        request.extensions_mut().insert(peer);
        let asked = Asked::of(&request);
        let span = tracing::info_span!("request", id = %id, method = %asked.method, path = asked.uri.path());
        let mut response = route(router, request).instrument(span.clone()).await;
        if response.headers().get(CONTENT_TYPE).is_none()
            && response.status() == StatusCode::METHOD_NOT_ALLOWED
        {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        }
        if let Some(slot) = slot {
            hot.keep(slot, &mut response);
        }
        self.note(&asked, &response, &span);
        finish(response.headers_mut(), &id);
        response
    }

    /// What is served under the host name that the client asks for.
    fn host(&self, headers: &HeaderMap) -> (&Router, &HotCache) {
        match self.hosts.iter().find(|host| is_host(headers, &host.name)) {
            Some(host) => (&host.router, &host.hot),
            None => (&self.router, &self.hot),
        }
    }

    fn note_hot(&self, path: &str, response: &Response<Body>) {
        self.ram_hits.increment(1);
        if self.hot_answers.count(path, response) {
            self.sent.increment(length(response.headers()));
        }
    }

    fn note(&self, asked: &Asked, response: &Response<Body>, span: &tracing::Span) {
        let status = response.status();
        let dialect = counted::dialect(asked.uri.path());
        metrics::counter!(
            "halftone_requests_total", "dialect" => dialect, "status" => status.as_str().to_owned()
        )
        .increment(1);
        if asked.method != Method::HEAD {
            self.sent.increment(length(response.headers()));
        }
        metrics::counter!("halftone_received_bytes_total").increment(length(&asked.headers));
        let duration_ms = asked.began.elapsed().as_secs_f64() * 1000.0;
        let _entered = span.enter();
        if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
            tracing::error!(status = status.as_u16(), duration_ms, "the request failed");
        } else {
            tracing::debug!(status = status.as_u16(), duration_ms, "answered");
        }
    }
}

fn sams(library: Library, settings: &Settings) -> sams::Sams {
    let auth = if settings.sams.auth == "public" { sams::Auth::Public } else { sams::Auth::Basic };
    let is_known = !settings.server.public_url.is_empty();
    let config = sams::Config {
        public_url: is_known.then(|| settings.public_url()),
        auth,
        tenant: settings.bootstrap.tenant.clone(),
    };
    sams::Sams::new(library, config)
}

const KNOWN_METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

fn photoprism_config(settings: &Settings) -> photoprism::Config {
    let given = settings.photoprism.clone();
    let import = if given.import.as_os_str().is_empty() {
        settings.library.storage.data.join("import")
    } else {
        given.import
    };
    photoprism::Config {
        tenant: settings.bootstrap.tenant.clone(),
        public_url: settings.public_url(),
        public: given.public,
        login_burst: given.login_burst,
        token_burst: given.token_burst,
        preview_token: given.preview_token,
        download_token: given.download_token,
        thumb_limit: given.thumb_limit,
        thumb_public: given.thumb_public,
        jpeg_quality: given.jpeg_quality,
        downloads: given.downloads,
        import,
    }
}

/// What is still needed of a request when its answer is there.
struct Asked {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    began: Instant,
}

impl Asked {
    fn of(request: &Request<Body>) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            began: Instant::now(),
        }
    }
}

/// A panic in a handler costs its own request only.
async fn route(router: &Router, request: Request<Body>) -> Response<Body> {
    match AssertUnwindSafe(router.clone().oneshot(request)).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(_) => {
            tracing::error!("a handler panicked");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn is_host(headers: &HeaderMap, name: &str) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    host.rsplit_once(':').map_or(host, |(name, _port)| name).eq_ignore_ascii_case(name)
}

/// As on the wire: name, colon, blank, value, line end.
fn head_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

fn length(headers: &HeaderMap) -> u64 {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

/// What every response carries.
fn finish(headers: &mut HeaderMap, id: &RequestId) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(X_REQUEST_ID, id.header_value());
}

fn plain(status: StatusCode, text: &'static str, id: &RequestId) -> Response<Body> {
    let mut response = (status, text).into_response();
    finish(response.headers_mut(), id);
    response
}

async fn start(State(own): State<Own>) -> impl IntoResponse {
    start_page::response(own.start_page.to_string())
}

/// The process serves.
async fn healthy() -> &'static str {
    "ok"
}

/// The process can do its work: the database answers.
async fn ready(State(own): State<Own>) -> impl IntoResponse {
    if own.library.ready().await.is_ok() {
        return (StatusCode::OK, HeaderMap::new(), "ready");
    }
    let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static("1"))]);
    (StatusCode::SERVICE_UNAVAILABLE, headers, "the catalog does not answer")
}

async fn measured(State(own): State<Own>) -> impl IntoResponse {
    telemetry::sample();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], own.metrics.render())
}

async fn not_found() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, "Not Found")
}
