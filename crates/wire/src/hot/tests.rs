use http::{HeaderName, HeaderValue};
use http_body_util::BodyExt;

use super::*;

const URL: &str = "/imagekit/demo/tr:w-300/cat.jpg?v=1";

#[tokio::test]
async fn a_second_request_gets_the_same_answer() {
    let (hot, _) = kept(&[]);
    let response = get(&hot, &[]).unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        lines(&response),
        [
            "cache-control: public",
            "content-length: 5",
            "content-type: image/jpeg",
            "etag: \"abc\"",
            "vary: Accept",
        ]
    );
    assert_eq!(body(response).await, "bytes");
}

#[tokio::test]
async fn head_gets_the_head_alone() {
    let (hot, _) = kept(&[]);
    let response = hot.get(&Method::HEAD, &URL.parse().unwrap(), &HeaderMap::new()).unwrap();
    assert_eq!(response.headers()["content-length"], "5");
    assert_eq!(body(response).await, "");
}

#[tokio::test]
async fn who_has_it_gets_304() {
    let (hot, _) = kept(&[]);
    for condition in [
        ("if-none-match", "\"abc\""),
        ("if-none-match", "W/\"x\", W/\"abc\""),
        ("if-none-match", "*"),
        ("if-modified-since", "Mon, 07 Nov 1994 08:49:37 GMT"),
    ] {
        let response = get(&hot, &[condition]).unwrap();
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{condition:?}");
        assert_eq!(lines(&response), ["cache-control: public", "etag: \"abc\"", "vary: Accept"]);
        assert_eq!(body(response).await, "");
    }
    for condition in [
        ("if-none-match", "\"other\""),
        ("if-none-match", "garbage"),
        ("if-modified-since", "Sat, 05 Nov 1994 08:49:37 GMT"),
        ("if-modified-since", "garbage"),
    ] {
        assert_eq!(get(&hot, &[condition]).unwrap().status(), StatusCode::OK, "{condition:?}");
    }
}

#[test]
fn what_changes_the_answer_passes_by() {
    let (hot, _) = kept(&[]);
    for header in [
        ("authorization", "Basic YTo="),
        ("cookie", "a=b"),
        ("range", "bytes=0-1"),
        ("if-range", "\"abc\""),
        ("if-match", "\"abc\""),
        ("if-unmodified-since", "Mon, 07 Nov 1994 08:49:37 GMT"),
        ("content-length", "3"),
        ("transfer-encoding", "chunked"),
        ("expect", "100-continue"),
    ] {
        assert!(get(&hot, &[header]).is_none(), "{header:?}");
        assert!(
            hot.slot(&Method::GET, &URL.parse().unwrap(), &headers(&[header])).is_none(),
            "{header:?}"
        );
    }
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::TRACE] {
        assert!(hot.get(&method, &URL.parse().unwrap(), &HeaderMap::new()).is_none(), "{method}");
    }
}

#[test]
fn other_headers_do_not_matter() {
    let (hot, _) = kept(&[]);
    let others =
        [("user-agent", "x"), ("accept", "*/*"), ("x-forwarded-host", "evil"), ("referer", "y")];
    assert!(get(&hot, &others).is_some());
}

#[test]
fn hosts_targets_and_formats_are_kept_apart() {
    let (hot, _) = kept(&[("host", "a.example"), ("accept", "image/webp,*/*")]);
    let get = |url: &str, host: &str, accept: &str| {
        hot.get(
            &Method::GET,
            &url.parse().unwrap(),
            &headers(&[("host", host), ("accept", accept)]),
        )
    };
    assert!(get(URL, "a.example", "image/webp").is_some());
    assert!(get(URL, "b.example", "image/webp").is_none());
    assert!(get(URL, "a.example", "*/*").is_none());
    assert!(get(URL, "a.example", "image/avif").is_none());
    assert!(get(URL, "a.example", "image/avif,image/webp").is_none());
    assert!(get("/imagekit/demo/tr:w-300/cat.jpg?v=2", "a.example", "image/webp").is_none());
    assert!(get("/imagekit/demo/tr:w-300/cat.jpg", "a.example", "image/webp").is_none());
    assert!(get("/imagekit/demo/tr:w-300/CAT.jpg?v=1", "a.example", "image/webp").is_none());
    // Where one text ends and the other begins is part of the key.
    assert!(get(&URL["/imagekit".len()..], "a.example/imagekit", "image/webp").is_none());
    // The absolute form names its host itself.
    assert!(get(&format!("http://a.example{URL}"), "b.example", "image/webp").is_some());
    assert!(get(&format!("http://b.example{URL}"), "a.example", "image/webp").is_none());
}

#[test]
fn two_hosts_are_none() {
    let (hot, _) = kept(&[("host", "a.example")]);
    assert!(get(&hot, &[("host", "a.example")]).is_some());
    assert!(get(&hot, &[("host", "a.example"), ("host", "b.example")]).is_none());
}

#[test]
fn changed_facts_end_an_entry() {
    let (hot, freshness) = kept(&[]);
    assert!(get(&hot, &[]).is_some());
    freshness.spoil();
    assert!(get(&hot, &[]).is_none());
    assert!(hot.is_empty());
    assert!(get(&hot, &[("if-none-match", "\"abc\"")]).is_none());
}

#[test]
fn what_was_stale_when_it_came_is_not_kept() {
    let freshness = Freshness::new();
    freshness.spoil();
    let hot = HotCache::new(1 << 20);
    assert!(!offer(&hot, &[], response(&freshness)));
    assert!(hot.is_empty());
}

#[test]
fn clearing_forgets_everything() {
    let (hot, _) = kept(&[]);
    hot.clear();
    assert!(get(&hot, &[]).is_none());
}

#[test]
fn personal_or_changed_answers_are_not_kept() {
    let refused = |change: fn(&mut Response)| {
        let hot = HotCache::new(1 << 20);
        let mut response = response(&Freshness::new());
        change(&mut response);
        assert!(!offer(&hot, &[], response));
        assert!(get(&hot, &[]).is_none());
    };
    refused(|response| *response.status_mut() = StatusCode::NOT_FOUND);
    refused(|response| drop(response.extensions_mut().remove::<Hot>()));
    refused(|response| drop(response.headers_mut().remove("content-length")));
    refused(|response| set(response, "content-length", "4"));
    refused(|response| set(response, "content-encoding", "gzip"));
    refused(|response| set(response, "set-cookie", "a=b"));
    refused(|response| set(response, "vary", "Origin"));
    refused(|response| set(response, "vary", "Accept, Cookie"));
}

#[test]
fn the_mark_and_the_request_id_are_taken_off() {
    let hot = HotCache::new(1 << 20);
    let mut response = response(&Freshness::new());
    set(&mut response, "x-request-id", "1");
    let slot = hot.slot(&Method::GET, &URL.parse().unwrap(), &HeaderMap::new()).unwrap();
    assert!(hot.keep(slot, &mut response));
    assert!(response.extensions().get::<Hot>().is_none());
    assert_eq!(response.headers()["x-request-id"], "1");
    assert!(!get(&hot, &[]).unwrap().headers().contains_key("x-request-id"));
}

#[test]
fn the_budget_holds() {
    let hot = HotCache::new(100_000);
    for n in 0..1000 {
        let uri = format!("/{n}").parse().unwrap();
        let slot = hot.slot(&Method::GET, &uri, &HeaderMap::new()).unwrap();
        hot.keep(slot, &mut response(&Freshness::new()));
    }
    assert!((1..=100_000 / OVERHEAD).contains(&(hot.len() as u64)), "{hot:?}");
    assert!(hot.entries.weight() <= 100_000, "{hot:?}");
}

#[test]
fn no_budget_keeps_nothing() {
    let hot = HotCache::new(0);
    assert!(hot.slot(&Method::GET, &URL.parse().unwrap(), &HeaderMap::new()).is_none());
    assert!(get(&hot, &[]).is_none());
}

/// A cache that holds one answer to [`URL`], asked for with these headers.
fn kept(request: &[(&'static str, &str)]) -> (HotCache, Freshness) {
    let hot = HotCache::new(1 << 20);
    let freshness = Freshness::new();
    assert!(offer(&hot, request, response(&freshness)));
    (hot, freshness)
}

fn offer(hot: &HotCache, request: &[(&'static str, &str)], mut response: Response) -> bool {
    let slot = hot.slot(&Method::GET, &URL.parse().unwrap(), &headers(request)).unwrap();
    hot.keep(slot, &mut response)
}

/// As `respond` makes it.
fn response(freshness: &Freshness) -> Response {
    let body = Bytes::from_static(b"bytes");
    let mut response = Response::new(Body::from(body.clone()));
    set(&mut response, "content-type", "image/jpeg");
    set(&mut response, "content-length", "5");
    set(&mut response, "etag", "\"abc\"");
    set(&mut response, "cache-control", "public");
    set(&mut response, "vary", "Accept");
    response.extensions_mut().insert(Hot::new(freshness.clone(), body, "abc", 784_111_777_000));
    response
}

fn set(response: &mut Response, name: &'static str, value: &'static str) {
    response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
}

fn get(hot: &HotCache, request: &[(&'static str, &str)]) -> Option<Response> {
    hot.get(&Method::GET, &URL.parse().unwrap(), &headers(request))
}

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

fn lines(response: &Response) -> Vec<String> {
    let mut lines: Vec<_> = response
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    lines.sort();
    lines
}

async fn body(response: Response) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}
