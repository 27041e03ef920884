//! What a hit costs, the head of the response included. `cargo bench -p wire`; the budget is a microsecond.

use divan::{Bencher, black_box};
use http::{HeaderMap, HeaderValue, Method, Uri, header};
use library::Freshness;
use wire::{
    hot::HotCache,
    request_id::{RequestId, X_REQUEST_ID},
    respond::Hot,
};

fn main() {
    divan::main();
}

/// As many as the comparison with nginx asks for.
const URLS: usize = 500;

/// 500 answers of 30 kB, asked for in turn.
struct Warm {
    hot: HotCache,
    uris: Vec<Uri>,
    headers: HeaderMap,
    next: std::cell::Cell<usize>,
}

impl Warm {
    fn new(headers: HeaderMap) -> Self {
        let hot = HotCache::new(128 << 20);
        let uris: Vec<Uri> = (0..URLS)
            .map(|n| {
                format!("/imagekit/demo/tr:w-512,h-512,c-at_max,q-80,f-jpg/perf/photo-{n:03}.jpg")
            })
            .map(|uri| uri.parse().expect("a valid URI"))
            .collect();
        for uri in &uris {
            let slot = hot.slot(&Method::GET, uri, &headers).expect("a request that may be kept");
            assert!(hot.keep(slot, &mut response()));
        }
        Self { hot, uris, headers, next: std::cell::Cell::new(0) }
    }

    fn uri(&self) -> &Uri {
        let next = self.next.get();
        self.next.set(if next + 1 == URLS { 0 } else { next + 1 });
        &self.uris[next]
    }

    fn with(mut self, name: header::HeaderName, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    /// Dropped by the caller inside the measured time, as a connection drops it after writing.
    fn hit(&self) -> axum::response::Response {
        self.hot.get(&Method::GET, self.uri(), &self.headers).expect("a hit")
    }
}

/// The head of a negotiated public rendering.
fn response() -> axum::response::Response {
    let hot = Hot::new(
        Freshness::new(),
        vec![0; 30_000].into(),
        "0123456789abcdef0123456789abcdef",
        784_111_777_000,
    );
    let mut response = axum::response::Response::new(axum::body::Body::from(hot.body.clone()));
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "public, s-maxage=31536000, max-age=31536000, must-revalidate"),
        (header::VARY, "Accept"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::HeaderName::from_static("timing-allow-origin"), "*"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [
        (header::ETAG, "\"0123456789abcdef0123456789abcdef\"".to_owned()),
        (header::LAST_MODIFIED, "Sun, 06 Nov 1994 08:49:37 GMT".to_owned()),
        (header::CONTENT_LENGTH, "30000".to_owned()),
    ] {
        headers.insert(name, HeaderValue::try_from(value).expect("a valid value"));
    }
    response.extensions_mut().insert(hot);
    response
}

fn terse() -> HeaderMap {
    HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("127.0.0.1:8080"))])
}

/// What a browser sends.
fn browser() -> HeaderMap {
    let mut headers = terse();
    for (name, value) in [
        (
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0",
        ),
        ("accept", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("accept-language", "en-GB,en;q=0.9"),
        ("connection", "keep-alive"),
        ("referer", "http://127.0.0.1:8080/gallery"),
        ("sec-fetch-dest", "image"),
        ("sec-fetch-mode", "no-cors"),
        ("sec-fetch-site", "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

#[divan::bench(sample_size = 500)]
fn hit(bencher: Bencher<'_, '_>) {
    let warm = Warm::new(terse());
    bencher.bench_local(|| drop(black_box(warm.hit())));
}

#[divan::bench(sample_size = 500)]
fn hit_with_request_id(bencher: Bencher<'_, '_>) {
    let warm = Warm::new(terse());
    bencher.bench_local(|| {
        let mut response = warm.hit();
        response.headers_mut().insert(X_REQUEST_ID, RequestId::new().header_value());
        drop(black_box(response));
    });
}

#[divan::bench(sample_size = 500)]
fn hit_from_a_browser(bencher: Bencher<'_, '_>) {
    let warm = Warm::new(browser());
    bencher.bench_local(|| drop(black_box(warm.hit())));
}

#[divan::bench(sample_size = 500)]
fn not_modified(bencher: Bencher<'_, '_>) {
    let warm =
        Warm::new(terse()).with(header::IF_NONE_MATCH, "\"0123456789abcdef0123456789abcdef\"");
    bencher.bench_local(|| {
        let response = warm.hit();
        assert_eq!(response.status(), 304);
        drop(black_box(response));
    });
}

/// What a request pays that is not there: the look and the slot.
#[divan::bench]
fn miss(bencher: Bencher<'_, '_>) {
    let warm = Warm::new(terse());
    let uri: Uri = "/imagekit/demo/tr:w-512,h-512,c-at_max,q-80,f-jpg/perf/other.jpg"
        .parse()
        .expect("a valid URI");
    bencher.bench_local(|| {
        let uri = black_box(&uri);
        assert!(warm.hot.get(&Method::GET, uri, &warm.headers).is_none());
        drop(black_box(warm.hot.slot(&Method::GET, uri, &warm.headers)));
    });
}

/// A look-up that costs nothing could not be cheaper than this: the head of the answer alone.
#[divan::bench]
fn clone_of_a_head(bencher: Bencher<'_, '_>) {
    let response = response();
    bencher.bench_local(|| response.headers().clone());
}

#[divan::bench]
fn request_id() -> RequestId {
    RequestId::new()
}
