//! What an account has used.

use http::{Method, Uri};
use serde_json::{Value, json};
use testkit::Picture;
use wire::hot::HotCache;

use crate::server::{PRIVATE_KEY, Server, basic, request};

const EVER: &str = "startDate=1970-01-01&endDate=9999-12-31";

async fn usage(server: &Server) -> Value {
    server.api(Method::GET, &format!("/v1/accounts/usage?{EVER}"), "").await.json()
}

async fn analytics(server: &Server) -> Value {
    server.api(Method::GET, &format!("/v1/accounts/usage-analytics?{EVER}"), "").await.json()
}

#[tokio::test]
async fn what_is_delivered_is_counted() {
    let server = Server::start().await;
    let asset = server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let stored = asset.current.blob.size;
    assert_eq!(
        usage(&server).await,
        json!({
            "bandwidthBytes": 0,
            "extensionUnitsCount": 0,
            "mediaLibraryStorageBytes": stored,
            "originalCacheStorageBytes": 0,
            "videoProcessingUnitsCount": 0
        })
    );
    let answer = server.get("/demo/tr:w-300/cat.jpg").await;
    let size = answer.body.len() as u64;
    let etag = answer.header("etag");
    server.get_with("/demo/tr:w-300/cat.jpg", &[("if-none-match", etag)]).await;
    server.send(request(Method::HEAD, "/demo/tr:w-300/cat.jpg").body("".into()).unwrap()).await;
    let missing = server.get("/demo/dog.jpg").await.body.len() as u64;
    server.get("/nobody/dog.jpg").await;
    server.app.library.count_extension(server.app.tenant, "remove-bg").await.unwrap();

    let used = usage(&server).await;
    assert_eq!(used["bandwidthBytes"], json!(size + missing), "no body of a 304 or to HEAD");
    assert_eq!(used["extensionUnitsCount"], json!(1));
    let told = analytics(&server).await;
    assert_eq!(told["requestCount"], json!(4), "that of nobody is not counted");
    assert_eq!(told["bandwidthBytes"], used["bandwidthBytes"]);
    assert_eq!(told["cache"], json!({"hitCount": 1, "missCount": 2, "errorCount": 0}));
    assert_eq!(
        told["statusCodes"],
        json!([
            {"name": "200", "requestCount": 2},
            {"name": "304", "requestCount": 1},
            {"name": "404", "requestCount": 1}
        ])
    );
    let jpeg = json!({"name": "image/jpeg", "requestCount": 2, "bandwidthBytes": size});
    assert_eq!(told["format"]["byRequests"][0], jpeg);
    assert_eq!(told["urlEndpoints"]["byBandwidth"][0]["name"], json!("Default"));
    assert_eq!(told["extensions"], json!([{"name": "remove-bg", "operationCount": 1}]));
}

#[tokio::test]
async fn what_the_hot_cache_answers_is_counted_too() {
    let server = Server::start().await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let hot = HotCache::new(1 << 20);
    let uri: Uri = "/imagekit/demo/tr:w-300/cat.jpg".parse().unwrap();
    let asked = request(Method::GET, "/demo/tr:w-300/cat.jpg").body(axum::body::Body::empty());
    let slot = hot.slot(&Method::GET, &uri, &http::HeaderMap::new()).unwrap();
    let mut response = server.response(asked.unwrap()).await;
    assert!(hot.keep(slot, &mut response));
    let size: u64 = response.headers()["content-length"].to_str().unwrap().parse().unwrap();

    let before = server.app.library.statements();
    let mut known = http::HeaderMap::new();
    known.insert("if-none-match", response.headers()["etag"].clone());
    let none = http::HeaderMap::new();
    assert_eq!(hot.get(&Method::GET, &uri, &none).unwrap().status(), 200);
    assert_eq!(hot.get(&Method::HEAD, &uri, &none).unwrap().status(), 200);
    assert_eq!(hot.get(&Method::GET, &uri, &known).unwrap().status(), 304);
    assert_eq!(server.app.library.statements(), before, "a hit asks no database");

    assert_eq!(usage(&server).await["bandwidthBytes"], json!(2 * size));
    let told = analytics(&server).await;
    assert_eq!(told["requestCount"], json!(4));
    assert_eq!(told["cache"], json!({"hitCount": 3, "missCount": 1, "errorCount": 0}));

    // A change of what a hot answer rests on is noticed.
    let body = r#"{"description": "x", "urlPrefix": "shop"}"#;
    server.api(Method::POST, "/v1/accounts/url-endpoints", body).await;
    assert!(hot.get(&Method::GET, &uri, &none).is_none());
}

#[tokio::test]
async fn hot_answers_rest_on_the_names_in_their_urls() {
    let server = Server::start().await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let named = "/v1/named-transformations";
    let body = r#"{"name": "a", "transformation": "w-300"}"#;
    let made = server.api(Method::POST, named, body).await.json();
    let hot = HotCache::new(1 << 20);
    let none = http::HeaderMap::new();
    let paths = ["/demo/tr:n-a/cat.jpg", "/demo/tr:w-300/cat.jpg"];
    let uri = |path: &str| -> Uri { format!("/imagekit{path}").parse().unwrap() };
    for path in paths {
        let asked = request(Method::GET, path).body(axum::body::Body::empty()).unwrap();
        let slot = hot.slot(&Method::GET, &uri(path), &none).unwrap();
        assert!(hot.keep(slot, &mut server.response(asked).await), "{path}");
    }
    let path = format!("{named}/{}", made["id"].as_str().unwrap());
    server.api(Method::PATCH, &path, r#"{"transformation": "w-10"}"#).await;
    let is_hot = paths.map(|path| hot.get(&Method::GET, &uri(path), &none).is_some());
    assert_eq!(is_hot, [false, true]);
}

#[tokio::test]
async fn a_range_of_days_is_needed() {
    let server = Server::start().await;
    let mut faults = Vec::new();
    for query in [
        "",
        "?startDate=2026-01-01",
        "?endDate=2026-01-01",
        "?startDate=2026-01-01&endDate=tomorrow",
        "?startDate=2026-02-30&endDate=2026-03-01",
        "?startDate=2026-01-02&endDate=2026-01-01",
        "?startDate=2026-01-01&endDate=2026-01-01&colour=red",
    ] {
        for endpoint in ["usage", "usage-analytics"] {
            let path = format!("/v1/accounts/{endpoint}{query}");
            faults.push(server.api(Method::GET, &path, "").await.fault());
        }
    }
    faults.dedup();
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `startDate` is missing.
    400 `endDate` is missing.
    400 `startDate` is missing.
    400 `endDate` expects a date such as 2026-11-20.
    400 `startDate` expects a date such as 2026-11-20.
    400 `endDate` is before `startDate`.
    400 `colour` is not an option of this endpoint.
    ");
    let day = "/v1/accounts/usage?startDate=2026-01-01&endDate=2026-01-01";
    assert_eq!(server.api(Method::GET, day, "").await.status, 200, "one day is a range");
    let asked = request(Method::GET, day).header("authorization", basic(PRIVATE_KEY));
    assert_eq!(server.send(asked.body("".into()).unwrap()).await.status, 200);
    assert_eq!(server.get(day).await.status, 401);
}
