//! Originals and archives.

use http::{Method, StatusCode};
use serde_json::json;
use testkit::Picture;

use crate::server::{Server, sha1};

#[tokio::test]
async fn tokens_and_sessions() {
    let server = Server::start().await;
    let asset = server.add("/shop/cat.jpg", Picture::jpeg(300, 200)).await;
    let path = format!("/dl/{}", sha1(&asset));
    for (query, with_session, status) in [
        ("", false, StatusCode::FORBIDDEN),
        ("", true, StatusCode::OK),
        ("?t=", true, StatusCode::OK),
        ("?t=wrong", true, StatusCode::FORBIDDEN),
        ("?t=public", true, StatusCode::FORBIDDEN),
        (&format!("?t={}", server.preview), true, StatusCode::FORBIDDEN),
        (&format!("?t={}", server.download), false, StatusCode::OK),
    ] {
        let path = format!("{path}{query}");
        let answer = if with_session {
            server.api(Method::GET, &path, None).await
        } else {
            server.get(&path).await
        };
        assert_eq!(answer.status, status, "{query} {with_session}");
        if status == StatusCode::OK {
            assert_eq!(answer.body, Picture::jpeg(300, 200).bytes());
            assert_eq!(answer.header("content-disposition"), "attachment; filename=\"cat.jpg\"");
        } else {
            assert_eq!(answer.text(), server.get("/svg/broken").await.text());
        }
    }
}

#[tokio::test]
async fn an_album_is_an_archive() {
    let server = Server::start().await;
    let one = server.add("/lake at dawn.jpg", Picture::jpeg(300, 200)).await;
    let two = server.add("/b/lake at dawn.jpg", Picture::jpeg(300, 201)).await;
    let album = server.api(Method::POST, "/albums", Some(json!({ "Title": "Größe" }))).await.json();
    let uid = album["UID"].as_str().unwrap();
    let photos = json!({ "photos": [one.id.uid(), two.id.uid()] });
    server.api(Method::POST, &format!("/albums/{uid}/photos"), Some(photos)).await;
    let answer = server.api(Method::GET, &format!("/albums/{uid}/dl"), None).await;
    assert_eq!(answer.header("content-type"), "application/zip");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"grosse.zip\"");
    assert!(answer.body.starts_with(b"PK\x03\x04"));
    for picture in [Picture::jpeg(300, 200), Picture::jpeg(300, 201)] {
        let bytes = picture.bytes();
        assert!(answer.body.windows(bytes.len()).any(|part| part == bytes), "stored as it is");
    }
    let names = String::from_utf8_lossy(&answer.body);
    assert!(names.contains("-Lake-At-Dawn.jpg"), "{names}");
}

#[tokio::test]
async fn archives_may_be_switched_off() {
    let server = Server::with(|config| config.downloads = false).await;
    let album = server.api(Method::POST, "/albums", Some(json!({ "Title": "Lake" }))).await.json();
    let path = format!("/albums/{}/dl", album["UID"].as_str().unwrap());
    let answer = server.api(Method::GET, &path, None).await;
    insta::assert_snapshot!(answer.fault(), @r#"403 {"code":403,"error":"Feature disabled"}"#);
}

#[tokio::test]
async fn what_is_delivered_is_counted() {
    let server = Server::start().await;
    let asset = server.add("/cat.jpg", Picture::jpeg(300, 200)).await;
    let size = asset.current.blob.size;
    let album = server.api(Method::POST, "/albums", Some(json!({ "Title": "Lake" }))).await.json();
    let uid = album["UID"].as_str().unwrap();
    let photos = json!({ "photos": [asset.id.uid()] });
    server.api(Method::POST, &format!("/albums/{uid}/photos"), Some(photos)).await;
    let mut sent = server.thumb(&asset, "tile_224").await.body.len() as u64;
    let cover = format!("/albums/{uid}/t/{}/tile_224", server.preview);
    sent += server.get(&cover).await.body.len() as u64;
    let download = format!("/dl/{}", sha1(&asset));
    sent += server.api(Method::GET, &download, None).await.body.len() as u64;
    server.api(Method::HEAD, &download, None).await;
    server.api(Method::GET, &format!("/albums/{uid}/dl"), None).await;
    server.get("/svg/photo").await;

    let used = server.app.library.usage(server.app.owner(), 0..=i64::from(u32::MAX)).await.unwrap();
    let (requests, bytes) =
        used.deliveries.iter().fold((0, 0), |(requests, bytes), (_, traffic)| {
            (requests + traffic.requests, bytes + traffic.bytes)
        });
    assert_eq!((requests, bytes), (5, sent + size), "an archive counts what is in it");
}
