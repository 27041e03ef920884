//! Renditions: made once, kept with bytes of their own.

use http::Method;
use serde_json::json;
use testkit::Picture;

use crate::server::{Server, fault};

#[tokio::test]
async fn a_size_is_made_once_however_many_ask() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let made =
        server.upload(&set, &[("filename", "pic.png")], &Picture::png(400, 200).bytes()).await;
    let id = made.text("_id");
    assert_eq!(made.json()["renditions"][0]["name"], "original");
    let path = format!("/consume/assets/images/{id}?width=100&height=100");
    let answers = futures_util::future::join_all((0..8).map(|_| server.get(&path))).await;
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &answers[0].body));
        assert_eq!(answer.header("content-disposition"), "Inline; filename=pic-100x50.png");
    }
    let asset = server.get(&format!("/consume/assets/{id}")).await.json();
    assert_eq!(asset["renditions"].as_array().unwrap().len(), 2);
    assert_eq!(
        asset["renditions"][1]["params"],
        json!({"width": 100, "height": 100, "keep_proportions": true})
    );
    assert_ne!(asset["_etag"], made.json()["_etag"]);
    let path = format!("/consume/assets/images/{id}?width=20&external_user_id=zed&name=x");
    assert_eq!(server.get(&path).await.status, 200);
    let asset = server.get(&format!("/consume/assets/{id}")).await.json();
    assert_eq!(
        (asset["version_creator"].as_str(), &asset["renditions"][2]["name"]),
        (Some("zed"), &json!(null))
    );
}

#[tokio::test]
async fn what_cannot_be_made_is_refused() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let text = server.upload(&set, &[], b"words").await.text("_id");
    let picture = server.upload(&set, &[], &Picture::png(4, 2).bytes()).await.text("_id");
    let path = format!("/produce/assets/images/{picture}");
    assert_eq!(server.call(Method::POST, &path, None, "null").await.fault(), fault(400, "10001"));
    for (path, code) in [
        (format!("/consume/assets/images/{text}?width=10"), (400, "04001")),
        (format!("/consume/assets/images/{picture}?width=abc"), (400, "04001")),
        (format!("/consume/assets/images/{picture}?height=-1"), (400, "04001")),
        (
            format!(
                "/consume/assets/images/{picture}?width=100000&height=100000&keep_proportions=0"
            ),
            (400, "04001"),
        ),
        ("/consume/assets/images/nothing?width=10".to_owned(), (404, "08002")),
    ] {
        assert_eq!(server.get(&path).await.fault(), fault(code.0, code.1), "{path}");
    }
    let original = server.get(&format!("/consume/assets/images/{text}?width=0")).await;
    assert_eq!((original.status.as_u16(), &original.body[..]), (200, &b"words"[..]));
}

#[tokio::test]
async fn other_bytes_have_no_old_renditions() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let id = server
        .upload(&set, &[("filename", "p.png")], &Picture::png(40, 20).bytes())
        .await
        .text("_id");
    assert_eq!(server.get(&format!("/consume/assets/images/{id}?width=10")).await.status, 200);
    let asset = server.app.library.asset(server.app.owner(), id.parse().unwrap()).await.unwrap();
    let place = format!("{}/{}", asset.folder, asset.name);
    server.app.add(&place, Picture::png(60, 30)).await;
    let read = server.get(&format!("/consume/assets/{id}")).await.json();
    assert_eq!(read["renditions"].as_array().unwrap().len(), 1);
    assert_eq!(read["renditions"][0]["width"], 60);
}
