//! One file: found, changed, deleted; and what other dialects' files look like.

use http::Method;
use serde_json::json;
use testkit::Picture;

use crate::server::Server;

#[tokio::test]
async fn a_file_is_found_by_all_its_names() {
    let server = Server::start().await;
    let picture = Picture::jpeg(10, 10).bytes();
    let stored = server.upload(("c at.jpg", &picture), &[("path", "My Dir")]).await.json();
    let id = stored["_id"].as_str().unwrap();
    let other = server.app.add("/My Dir/Other File.png", Picture::png(1, 1)).await;
    for (path, expected) in [
        (format!("/files/id/{id}"), Some(id)),
        (format!("/files/id/{}", id.to_uppercase()), Some(id)),
        ("/files/My_Dir/c_at".into(), Some(id)),
        ("/files/My%20Dir/c%20at".into(), Some(id)),
        ("/files//My_Dir//c_at/".into(), Some(id)),
        ("/files/My_Dir%2Fc_at.jpeg".into(), Some(id)),
        ("/files/My_Dir/c_at.jpg".into(), Some(id)),
        ("/files/My_Dir/c_at.png".into(), None),
        ("/files/My%20Dir/Other%20File.png".into(), Some(&*other.id.uuid())),
        ("/files/My%20Dir/Other%20File".into(), None),
        ("/files/id/unknown".into(), None),
        ("/files/id/00000000-0000-8000-8000-000000000000".into(), None),
        ("/files/%ff".into(), None),
        ("/files/a%00b".into(), None),
        ("/files/..%2f..%2fetc".into(), None),
    ] {
        let answer = server.api(Method::GET, &path, "").await;
        match expected {
            Some(id) => assert_eq!(answer.json()["_id"], id, "{path}"),
            None => assert_eq!(answer.fault(), "404 File not found", "{path}"),
        }
    }
}

#[tokio::test]
async fn a_file_of_another_dialect_is_shown_as_it_is() {
    let server = Server::start().await;
    server.app.add("/a b/Größe.PNG", Picture::jpeg(10, 20)).await;
    let answer = server.api(Method::GET, "/files/a%20b/Gr%C3%B6%C3%9Fe.PNG", "").await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "_id": "[uuid]",
      "access": "public-read",
      "assetType": "image",
      "createdAt": "[moment]",
      "fileId": "a b/Größe.PNG",
      "format": "jpeg",
      "height": 20,
      "isActive": true,
      "kvStore": [],
      "meta": {},
      "metadata": {},
      "name": "Größe.PNG",
      "path": "a b",
      "size": 47,
      "tags": [],
      "thumbnail": "https://images.example.com/pixelbin/v2/demo/t.resize(w:200,h:200,f:inside)/a%20b/Gr%C3%B6%C3%9Fe.PNG",
      "updatedAt": "[moment]",
      "url": "https://images.example.com/pixelbin/v2/demo/original/a%20b/Gr%C3%B6%C3%9Fe.PNG",
      "width": 10
    }
    "#);
}

#[tokio::test]
async fn an_update_changes_what_it_names() {
    let server = Server::start().await;
    let picture = Picture::png(10, 10).bytes();
    server.upload(("cat.png", &picture), &[("tags", "a"), ("metadata", r#"{"k":1}"#)]).await;
    let patch = async |path: &str, body: serde_json::Value| {
        server.call(Method::PATCH, &format!("/files/{path}"), &body).await
    };
    let same = patch("cat", json!({})).await.json();
    assert_eq!(same["metadata"], json!({"k": 1, "source": "direct"}));
    assert_eq!(server.api(Method::PATCH, "/files/cat", "").await.status, 200);
    let changed =
        patch("cat", json!({"metadata": {"m": 2}, "tags": ["b"], "more": 1})).await.json();
    assert_eq!((&changed["metadata"], &changed["tags"]), (&json!({"m": 2}), &json!(["b"])));
    let moved = patch("cat", json!({"name": "D og.jpg", "path": "/x//y/"})).await.json();
    assert_eq!(moved["fileId"], "x/y/D_og");
    assert!(moved["url"].as_str().unwrap().ends_with("/original/x/y/D_og.png"), "{moved}");
    server.upload(("bird.png", &picture), &[]).await;
    assert_eq!(patch("bird", json!({"name": "D_og", "path": "x/y"})).await.status, 409);
    server.app.add("/plain.gif", Picture::png(1, 1)).await;
    assert_eq!(patch("plain.gif", json!({"name": "other"})).await.json()["name"], "other.gif");
    let faults = [
        patch("bird", json!({"name": ""})).await.fault(),
        patch("bird", json!({"name": 1})).await.fault(),
        patch("bird", json!({"name": "a.bat"})).await.fault(),
        patch("bird", json!({"access": "open"})).await.fault(),
        patch("bird", json!({"isActive": "no"})).await.fault(),
        patch("bird", json!({"tags": "a"})).await.fault(),
        patch("bird", json!({"metadata": []})).await.fault(),
        patch("nothing", json!({})).await.fault(),
        server.api(Method::PATCH, "/files/bird", "{").await.fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `name` expects a name, found an empty text
    400 `name` expects a text.
    400 `name`: files with the extension `bat` are not accepted
    400 `access` expects public-read or private, found `open`
    400 `isActive` expects true or false.
    400 `tags` expects a list of texts.
    400 `metadata` expects an object.
    404 File not found
    400 The body is no JSON object: EOF while parsing an object at line 1 column 1.
    ");
}

#[tokio::test]
async fn files_are_deleted_for_good() {
    let server = Server::start().await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        let picture = Picture::png(10, 10).bytes();
        ids.push(server.upload((name, &picture), &[]).await.json()["_id"].clone());
    }
    let gone = server.api(Method::DELETE, "/files/a", "").await;
    assert_eq!(gone.json()["_id"], ids[0]);
    assert_eq!(server.api(Method::DELETE, "/files/a", "").await.fault(), "404 File not found");
    let body = json!({"ids": [ids[2], "x", ids[0], ids[1]]});
    let gone = server.call(Method::POST, "/files/delete", &body).await.json();
    let gone: Vec<_> = gone.as_array().unwrap().iter().map(|file| file["_id"].clone()).collect();
    assert_eq!(gone, [ids[2].clone(), ids[1].clone()]);
    let many: Vec<String> = (0..1001).map(|number| number.to_string()).collect();
    for body in [json!({}), json!({"ids": []}), json!({"ids": "a"}), json!({"ids": many})] {
        assert_eq!(server.call(Method::POST, "/files/delete", &body).await.status, 400);
    }
    assert_eq!(server.call(Method::POST, "/files/other", &json!({})).await.status, 405);
}
