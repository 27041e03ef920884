//! `/v1/files/{id}/versions`.

use http::Method;
use serde_json::Value;
use testkit::Picture;

use crate::server::{Answer, Server};

/// `/cat.jpg` with three versions, 1, 2 and 3 pixels wide. Its path below the API.
async fn three(server: &Server) -> String {
    for side in 1..=3 {
        server.app.add("/cat.jpg", Picture::jpeg(side, side)).await;
    }
    let asset = server.app.add_bytes("/other.txt", "words").await;
    assert!(!asset.id.to_string().is_empty());
    let list = server.api(Method::GET, "/v1/files?name=cat.jpg", "").await.json();
    format!("/v1/files/{}/versions", list[0]["fileId"].as_str().unwrap())
}

async fn list(server: &Server, path: &str) -> Vec<Value> {
    let answer = server.api(Method::GET, path, "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json().as_array().unwrap().clone()
}

/// Type, name and width of each.
fn brief(versions: &[Value]) -> Vec<String> {
    let brief = |version: &Value| {
        let name = version["versionInfo"]["name"].as_str().unwrap();
        format!("{} {name} {}", version["type"].as_str().unwrap(), version["width"])
    };
    versions.iter().map(brief).collect()
}

fn id(version: &Value) -> &str {
    version["versionInfo"]["id"].as_str().unwrap()
}

async fn call(server: &Server, method: Method, path: &str) -> Answer {
    // SDKs announce JSON on requests without a body.
    let request = crate::server::request(method, path)
        .header("authorization", crate::server::basic("private_key_test"))
        .header("content-type", "application/json");
    server.send(request.body("".into()).unwrap()).await
}

#[tokio::test]
async fn the_current_one_comes_first() {
    let server = Server::start().await;
    let path = three(&server).await;
    let versions = list(&server, &path).await;
    assert_eq!(
        brief(&versions),
        ["file Version 3 3", "file-version Version 2 2", "file-version Version 1 1"]
    );
    assert_eq!(list(&server, &format!("{path}/")).await, versions);
    for version in &versions {
        let details = server.api(Method::GET, &format!("{path}/{}", id(version)), "").await;
        assert_eq!((details.status.as_u16(), &details.json()), (200, version));
    }
    assert_eq!(versions[0]["url"], "https://images.example.com/imagekit/demo/cat.jpg");
    let past = versions[1]["url"].as_str().unwrap();
    assert!(past.ends_with(&format!("/cat.jpg?ik-obj-version={}", id(&versions[1]))), "{past}");
}

#[tokio::test]
async fn a_past_version_has_the_shape_of_a_file() {
    let server = Server::start().await;
    let path = three(&server).await;
    let past = id(&list(&server, &path).await[2]).to_owned();
    let answer = server.api(Method::GET, &format!("{path}/{past}"), "").await;
    let shown = answer.shown().replace(&past, "[id]");
    insta::assert_snapshot!(shown, @r#"
    200
    {
      "AITags": null,
      "createdAt": "[moment]",
      "customCoordinates": null,
      "customMetadata": {},
      "embeddedMetadata": {},
      "fileId": "[id]",
      "filePath": "/cat.jpg",
      "fileType": "image",
      "hasAlpha": false,
      "height": 1,
      "isPrivateFile": false,
      "isPublished": true,
      "mime": "image/jpeg",
      "name": "cat.jpg",
      "size": 45,
      "tags": null,
      "thumbnail": "https://images.example.com/imagekit/demo/tr:n-ik_ml_thumbnail/cat.jpg?ik-obj-version=[id]",
      "type": "file-version",
      "updatedAt": "[moment]",
      "url": "https://images.example.com/imagekit/demo/cat.jpg?ik-obj-version=[id]",
      "versionInfo": {
        "id": "[id]",
        "name": "Version 1"
      },
      "width": 1
    }
    "#);
}

#[tokio::test]
async fn restoring_makes_a_version_current_and_loses_none() {
    let server = Server::start().await;
    let path = three(&server).await;
    let before = list(&server, &path).await;
    let first = &before[2];
    let answer = call(&server, Method::PUT, &format!("{path}/{}/restore", id(first))).await;
    assert_eq!(answer.status, 200);
    let restored = answer.json();
    assert_eq!(brief(std::slice::from_ref(&restored)), ["file Version 1 1"]);
    assert_eq!((id(&restored), &restored["fileId"]), (id(first), &first["fileId"]));
    assert_eq!(
        brief(&list(&server, &path).await),
        ["file Version 1 1", "file-version Version 3 3", "file-version Version 2 2"]
    );
    let bytes = server.get("/demo/cat.jpg?tr=orig-true").await.body;
    assert_eq!(bytes, Picture::jpeg(1, 1).bytes());
    server.app.add("/cat.jpg", Picture::jpeg(4, 4)).await;
    assert_eq!(brief(&list(&server, &path).await)[0], "file Version 4 4");
}

#[tokio::test]
async fn a_deleted_version_is_gone_at_once() {
    let server = Server::start().await;
    let path = three(&server).await;
    let versions = list(&server, &path).await;
    let url = format!("/demo/cat.jpg?ik-obj-version={}", id(&versions[1]));
    assert_eq!(server.get(&url).await.status, 200);
    let one = format!("{path}/{}", id(&versions[1]));
    let answer = call(&server, Method::DELETE, &one).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (204, ""));
    assert_eq!(
        brief(&list(&server, &path).await),
        ["file Version 3 3", "file-version Version 1 1"]
    );
    assert_eq!(server.get(&url).await.status, 404);
    let again = call(&server, Method::DELETE, &one).await;
    assert_eq!(again.fault(), "404 The requested file or version does not exist.");
}

#[tokio::test]
async fn the_current_version_cannot_be_deleted() {
    let server = Server::start().await;
    let path = three(&server).await;
    let current = id(&list(&server, &path).await[0]).to_owned();
    let answer = call(&server, Method::DELETE, &format!("{path}/{current}")).await;
    insta::assert_snapshot!(answer.fault(), @"400 The current version of a file cannot be deleted. Delete the file, or restore another version first.");
    assert_eq!(list(&server, &path).await.len(), 3);
}

#[tokio::test]
async fn unknown_files_and_versions_are_404() {
    let server = Server::start().await;
    let path = three(&server).await;
    let other = server.app.add_bytes("/third.txt", "more").await;
    let foreign = format!("/v1/files/{}/versions", other.id);
    let version = id(&list(&server, &path).await[1]).to_owned();
    for path in [
        format!("{path}/0123456789abcdef01234567"),
        format!("{path}/nothing"),
        format!("{path}/%ff"),
        format!("{foreign}/{version}"),
        format!("/v1/files/nothing/versions/{version}"),
    ] {
        for (method, path) in [
            (Method::GET, path.clone()),
            (Method::DELETE, path.clone()),
            (Method::PUT, format!("{path}/restore")),
        ] {
            let answer = call(&server, method, &path).await;
            let expected = "404 The requested file or version does not exist.";
            assert_eq!(answer.fault(), expected, "{path}");
        }
    }
    for id in ["0123456789abcdef01234567", "nothing"] {
        let answer = server.api(Method::GET, &format!("/v1/files/{id}/versions"), "").await;
        assert_eq!(answer.fault(), "404 The requested file does not exist.");
    }
}
