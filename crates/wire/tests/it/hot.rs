//! The hot cache before a library: what it spares, and that it never serves what is over.

use http::{Method, StatusCode};
use testkit::Picture;

use crate::site::Site;

const PATH: &str = "/resize(300x)/cat.jpg";

#[tokio::test]
async fn a_second_request_asks_nobody() {
    let site = site().await;
    let first = site.get(PATH, &[]).await;
    let (statements, renders) = (site.app.library.statements(), site.app.echo.renders());
    assert_eq!(site.hot.len(), 1);
    let second = site.get(PATH, &[]).await;
    assert_eq!(second, first);
    assert_eq!(site.get(PATH, &[("if-none-match", first.header("etag"))]).await.status, 304);
    let head = site.ask(Method::HEAD, PATH, &[]).await;
    assert_eq!((head.headers, head.body.len()), (first.headers, 0));
    assert_eq!((site.app.library.statements(), site.app.echo.renders()), (statements, renders));
}

#[tokio::test]
async fn head_warms_it_as_well() {
    let site = site().await;
    site.ask(Method::HEAD, PATH, &[]).await;
    assert_eq!(site.hot.len(), 1);
    assert_eq!(site.get(PATH, &[]).await.text(), "resize(300x)|jpeg");
}

#[tokio::test]
async fn formats_do_not_mix() {
    let site = site().await;
    for _ in 0..2 {
        let mime = async |accept: &str| {
            let answer = site.get(PATH, &[("accept", accept)]).await;
            assert_eq!(answer.header("vary"), "Accept");
            answer.header("content-type").to_owned()
        };
        assert_eq!(mime("*/*").await, "image/jpeg");
        assert_eq!(mime("image/webp").await, "image/webp");
        assert_eq!(mime("image/avif,image/webp").await, "image/avif");
    }
    assert_eq!(site.hot.len(), 3);
}

#[tokio::test]
async fn an_overwrite_shows_at_once() {
    let site = site().await;
    let old = site.get("/original/cat.jpg", &[]).await;
    site.get(PATH, &[]).await;
    assert_eq!(site.hot.len(), 2);
    let picture = Picture::jpeg(800, 600);
    site.app.add("/cat.jpg", picture.clone()).await;
    let new = site.get("/original/cat.jpg", &[("if-none-match", old.header("etag"))]).await;
    assert_eq!((new.status, new.body.clone()), (StatusCode::OK, picture.bytes()));
    assert_ne!(new.header("etag"), old.header("etag"));
    assert_eq!(site.get("/original/cat.jpg", &[]).await, new);
}

#[tokio::test]
async fn a_deletion_shows_at_once() {
    let site = site().await;
    let asset = site.app.add("/dog.jpg", Picture::jpeg(60, 40)).await;
    assert_eq!(site.get("/original/dog.jpg", &[]).await.status, StatusCode::OK);
    site.app.library.delete(site.app.owner(), asset.id).await.unwrap();
    for condition in [("accept", "*/*"), ("if-none-match", "*")] {
        let answer = site.get("/original/dog.jpg", &[condition]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{condition:?}");
    }
}

#[tokio::test]
async fn only_whole_public_answers_in_ram_are_kept() {
    let site = site().await;
    site.get("/original/large.bin", &[]).await;
    site.get("/original/cat.jpg", &[("range", "bytes=0-3")]).await;
    site.get("/original/cat.jpg", &[("range", "bytes=999-")]).await;
    site.get("/original/cat.jpg", &[("authorization", "Basic YTo=")]).await;
    site.get("/original/cat.jpg", &[("if-none-match", "*")]).await;
    site.get("/original/cat.jpg?signed", &[]).await;
    site.get("/original/none.jpg", &[]).await;
    assert!(site.hot.is_empty(), "{:?}", site.hot);
    // A range of what is kept is cut from the store, not from the answer.
    let whole = site.get("/original/cat.jpg", &[]).await;
    assert_eq!(site.hot.len(), 1);
    let part = site.get("/original/cat.jpg", &[("range", "bytes=0-3")]).await;
    assert_eq!((part.status, &part.body[..]), (StatusCode::PARTIAL_CONTENT, &whole.body[..4]));
}

async fn site() -> Site {
    let site = Site::new().await;
    site.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    site.app.add_bytes("/large.bin", vec![7; 300_000]).await;
    site
}
