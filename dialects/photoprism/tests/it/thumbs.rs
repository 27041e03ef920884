//! Thumbnails: what they mean, what stands in their place, and what they cost.

use axum::body::Body;
use http::{Method, StatusCode};
use library::{AssetPatch, Change, Visibility};
use testkit::Picture;

use crate::server::{Server, request, sha1};

#[tokio::test]
async fn sizes_are_plans() {
    let server = Server::start().await;
    let asset = server.add("/cat.jpg", Picture::jpeg(3000, 2000)).await;
    for (size, plan) in [
        ("tile_224", "resize(224x224,cover)|jpeg(q83,#ffffff)"),
        ("right_384", "resize(384x384,cover,end)|jpeg(q83,#ffffff)"),
        ("fit_1280", "resize(1280x1024,inside,no-enlarge)|jpeg(q83,#ffffff)"),
        ("tile_100", "resize(100x100,cover)|jpeg(q78,#ffffff)"),
        ("colors", "resize(3x3,fill,nearest)|png"),
    ] {
        let answer = server.thumb(&asset, size).await;
        assert_eq!((answer.status, answer.text()), (StatusCode::OK, plan), "{size}");
    }
    let area = format!("/t/{}-016014058037/{}/tile_160", sha1(&asset), server.preview);
    let expected = "crop(t88xt55,at=t22:t20)|resize(160x160,cover)|jpeg(q83,#ffffff)";
    assert_eq!(server.get(&area).await.text(), expected);
}

#[tokio::test]
async fn a_grid_that_is_cached_asks_no_database() {
    let server = Server::start().await;
    let mut assets = Vec::new();
    for serial in 0..200 {
        let path = format!("/grid/{serial}.jpg");
        assets.push(server.add(&path, Picture::jpeg(300, 200).serial(serial)).await);
    }
    for asset in &assets {
        server.thumb(asset, "tile_224").await;
    }
    let (statements, renders) = (server.app.library.statements(), server.app.echo.renders());
    for asset in &assets {
        let answer = server.thumb(asset, "tile_224").await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "image/jpeg"));
    }
    assert_eq!(server.app.library.statements(), statements, "statements");
    assert_eq!(server.app.echo.renders(), renders, "renders");
}

#[tokio::test]
async fn what_changes_is_seen_at_once() {
    let server = Server::start().await;
    let asset = server.add("/cat.jpg", Picture::jpeg(300, 200)).await;
    assert_eq!(server.thumb(&asset, "tile_50").await.header("content-type"), "image/jpeg");
    let patch =
        AssetPatch { visibility: Change::Set(Visibility::Archived), ..AssetPatch::default() };
    let owner = server.app.owner();
    server.app.library.update(owner, asset.id, patch).await.unwrap();
    assert_eq!(server.thumb(&asset, "tile_50").await.header("content-type"), "image/jpeg");
    server.app.library.delete(owner, asset.id).await.unwrap();
    assert_eq!(server.thumb(&asset, "tile_50").await.text(), server.get("/svg/photo").await.text());
}

#[tokio::test]
async fn failures_are_drawings() {
    let server = Server::start().await;
    let broken = server.app.add_bytes("/notes.txt", "plain text").await;
    assert_eq!(server.thumb(&broken, "tile_50").await.text(), server.get("/svg/file").await.text());
    let huge = testkit::upload_to("/huge.png");
    let huge = library::Upload { undecodable: library::Undecodable::Store, ..huge };
    let huge = server.app.upload(huge, Picture::png(60_000, 60_000).bytes()).await.unwrap();
    let answer = server.thumb(&huge, "tile_50").await;
    assert_eq!(
        (answer.status, answer.text()),
        (StatusCode::OK, server.get("/svg/broken").await.text())
    );
    let unknown = server.get("/svg/nonsense").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn validators_and_heads() {
    let server = Server::start().await;
    let asset = server.add("/cat.jpg", Picture::jpeg(300, 200)).await;
    let path = format!("/t/{}/{}/tile_50", sha1(&asset), server.preview);
    let first = server.get(&path).await;
    assert_eq!(first.header("cache-control"), "private, max-age=2592000, immutable");
    assert_eq!(first.header("x-frame-options"), "DENY");
    let head = server.api(Method::HEAD, &path, None).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header("etag"), first.header("etag"));
    for (range, expected) in
        [("bytes=2-5", 2..6), ("bytes=-3", first.body.len() - 3..first.body.len())]
    {
        let part = request(Method::GET, &path).header("range", range).body(Body::empty()).unwrap();
        let part = server.send(part).await;
        assert_eq!(part.status, StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(part.body, first.body[expected.clone()], "{range}");
        let told = format!("bytes {}-{}/{}", expected.start, expected.end - 1, first.body.len());
        assert_eq!(part.header("content-range"), told);
    }
    let beyond = request(Method::GET, &path).header("range", "bytes=9999-");
    let beyond = server.send(beyond.body(Body::empty()).unwrap()).await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    let again = request(Method::GET, &path)
        .header("if-none-match", first.header("etag"))
        .body(Body::empty())
        .unwrap();
    assert_eq!(server.send(again).await.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn limits_and_switches() {
    let server = Server::with(|config| {
        config.thumb_limit = 1920;
        config.thumb_public = true;
        config.jpeg_quality = 60;
    })
    .await;
    let asset = server.add("/cat.jpg", Picture::jpeg(3000, 2000)).await;
    let answer = server.thumb(&asset, "fit_7680").await;
    assert_eq!(answer.text(), "resize(1920x1200,inside,no-enlarge)|jpeg(q60,#ffffff)");
    assert_eq!(answer.header("cache-control"), "public, max-age=2592000, immutable");
}
