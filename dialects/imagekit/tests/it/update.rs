//! `PATCH /v1/files/{fileId}/details`.

use http::Method;
use library::{Access, AssetPatch, AutoTag, Change};
use serde_json::{Value, json};
use testkit::Picture;

use crate::server::{Answer, Server};

/// A picture, and the path of its details.
async fn server() -> (Server, String) {
    let server = Server::start().await;
    let asset = server.app.add("/shop/cat.jpg", Picture::jpeg(600, 400)).await;
    let path = format!("/v1/files/{}/details", asset.id);
    (server, path)
}

async fn update(server: &Server, path: &str, body: Value) -> Answer {
    server.api(Method::PATCH, path, body.to_string()).await
}

#[tokio::test]
async fn a_file_is_changed_and_answered() {
    let (server, path) = server().await;
    let body = json!({
        "tags": ["a", " b ", ""], "customCoordinates": "10,10,20,20", "description": "A cat."
    });
    let answer = update(&server, &path, body).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "AITags": null,
      "createdAt": "[moment]",
      "customCoordinates": "10,10,20,20",
      "customMetadata": {},
      "description": "A cat.",
      "embeddedMetadata": {},
      "fileId": "[id]",
      "filePath": "/shop/cat.jpg",
      "fileType": "image",
      "hasAlpha": false,
      "height": 400,
      "isPrivateFile": false,
      "isPublished": true,
      "mime": "image/jpeg",
      "name": "cat.jpg",
      "size": 49,
      "tags": [
        "a",
        "b"
      ],
      "thumbnail": "https://images.example.com/imagekit/demo/tr:n-ik_ml_thumbnail/shop/cat.jpg",
      "type": "file",
      "updatedAt": "[moment]",
      "url": "https://images.example.com/imagekit/demo/shop/cat.jpg",
      "versionInfo": {
        "id": "[id]",
        "name": "Version 1"
      },
      "width": 600
    }
    "#);
    let details = server.api(Method::GET, &path, "").await;
    assert_eq!(details.json(), answer.json());

    let answer = update(&server, &format!("{path}/"), json!({"tags": ["c"]})).await.json();
    assert_eq!((&answer["tags"], &answer["description"]), (&json!(["c"]), &json!("A cat.")));
    let body = json!({"tags": null, "customCoordinates": null, "description": ""});
    let answer = update(&server, &path, body).await.json();
    assert_eq!(answer["tags"], Value::Null);
    assert_eq!(answer["customCoordinates"], Value::Null);
    assert!(answer.get("description").is_none());
    assert_eq!(update(&server, &path, json!({})).await.status, 200, "nothing to do is fine");
}

#[tokio::test]
async fn automatic_tags_are_taken_away() {
    let (server, path) = server().await;
    let id = path.split('/').nth(3).unwrap().parse().unwrap();
    let tag = |name: &str| AutoTag {
        name: name.to_owned(),
        confidence: 90.0,
        source: "google-auto-tagging".to_owned(),
    };
    let given = AssetPatch {
        auto_tags: Change::Set(vec![tag("cat"), tag("dog"), tag("cow")]),
        ..AssetPatch::default()
    };
    server.app.library.update(server.app.owner(), id, given).await.unwrap();
    let answer = update(&server, &path, json!({"removeAITags": ["cat", "cow", "bird"]})).await;
    let left = json!([{"name": "dog", "confidence": 90.0, "source": "google-auto-tagging"}]);
    assert_eq!(answer.json()["AITags"], left);
    let answer = update(&server, &path, json!({"removeAITags": "all", "tags": ["x"]})).await;
    assert_eq!(answer.json()["AITags"], Value::Null);
    assert_eq!(answer.json()["tags"], json!(["x"]));
}

#[tokio::test]
async fn a_file_is_published_and_taken_back() {
    let (server, path) = server().await;
    let delivered = async || server.get("/demo/shop/cat.jpg").await.status.as_u16();
    assert_eq!(delivered().await, 200);
    let body = json!({"publish": {"isPublished": false, "includeFileVersions": true}});
    let answer = update(&server, &path, body).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["isPublished"]), (200, &json!(false)));
    assert_eq!(delivered().await, 404);
    let answer = update(&server, &path, json!({"publish": {"isPublished": true}})).await;
    assert_eq!(answer.json()["isPublished"], json!(true));
    assert_eq!(delivered().await, 200);
}

#[tokio::test]
async fn a_file_is_made_private_and_public_again() {
    let (server, path) = server().await;
    let delivered = async || server.get("/demo/shop/cat.jpg").await.status.as_u16();
    let answer = update(&server, &path, json!({"isPrivateFile": true})).await;
    assert_eq!((&answer.json()["isPrivateFile"], delivered().await), (&json!(true), 401));
    assert_eq!(server.get("/demo/tr:n-ik_ml_thumbnail/shop/cat.jpg").await.status, 200);
    let answer = update(&server, &path, json!({"isPrivateFile": false})).await;
    assert_eq!((&answer.json()["isPrivateFile"], delivered().await), (&json!(false), 200));

    // What is stricter than private here is not opened by saying that it is private.
    let id = path.split('/').nth(3).unwrap().parse().unwrap();
    let strict = AssetPatch { access: Change::Set(Access::Private), ..AssetPatch::default() };
    server.app.library.update(server.app.owner(), id, strict).await.unwrap();
    update(&server, &path, json!({"isPrivateFile": true})).await;
    assert_eq!(server.get("/demo/tr:n-ik_ml_thumbnail/shop/cat.jpg").await.status, 401);
}

#[tokio::test]
async fn bodies_that_are_wrong_are_400_and_change_nothing() {
    let (server, path) = server().await;
    let before = server.api(Method::GET, &path, "").await.json();
    let mut faults = Vec::new();
    for body in [
        json!({"tags": "a,b"}),
        json!({"tags": ["a", 1]}),
        json!({"tags": ["50%"]}),
        json!({"tags": ["x".repeat(501)]}),
        json!({"customCoordinates": "1,2,3"}),
        json!({"customCoordinates": [1, 2, 3, 4]}),
        json!({"customMetadata": "{}"}),
        json!({"customMetadata": {"rating": 5}}),
        json!({"description": 5}),
        json!({"removeAITags": "some"}),
        json!({"removeAITags": [1]}),
        json!({"isPrivateFile": "true"}),
        json!({"publish": {"isPublished": true}, "tags": ["a"]}),
        json!({"publish": {}}),
        json!({"publish": {"isPublished": "yes"}}),
        json!({"publish": {"isPublished": true, "when": "now"}}),
        json!({"publish": true}),
        json!({"colour": "red", "tags": ["a"]}),
    ] {
        faults.push(update(&server, &path, body).await.fault());
    }
    faults.push(server.api(Method::PATCH, &path, "[]").await.fault());
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `tags` expects a list of texts.
    400 `tags` expects a list of texts.
    400 `tags` may not contain `%` or control characters.
    400 `tags` may have 500 characters in all.
    400 `customCoordinates` expects x,y,width,height as whole numbers from 0, found `1,2,3`.
    400 `customCoordinates` expects a text such as 10,10,20,20.
    400 `customMetadata` expects an object.
    400 `customMetadata` holds values that their fields do not take.
    400 `description` expects a text.
    400 `removeAITags` expects a list of texts, or `all`.
    400 `removeAITags` expects a list of texts.
    400 `isPrivateFile` expects true or false.
    400 `publish` cannot be combined with other keys.
    400 `publish.isPublished` is missing.
    400 `publish.isPublished` expects true or false.
    400 `publish` knows `isPublished` and `includeFileVersions` only.
    400 `publish` expects an object.
    400 `colour` is not a key of this request.
    400 The body is no JSON object: invalid type: sequence, expected a map at line 1 column 0.
    ");
    assert_eq!(server.api(Method::GET, &path, "").await.json(), before);
}

#[tokio::test]
async fn a_file_that_is_not_there_is_404() {
    let server = Server::start().await;
    for path in ["/v1/files/abc/details", "/v1/files/66f0c2a000000e8d4a50ffff/details"] {
        let answer = update(&server, path, json!({"tags": ["a"]})).await;
        assert_eq!(answer.fault(), "404 The requested file does not exist.");
    }
}
