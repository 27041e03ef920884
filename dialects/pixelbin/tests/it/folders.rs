//! Folders.

use http::Method;
use serde_json::{Value, json};
use testkit::Picture;

use crate::server::Server;

async fn make(server: &Server, path: &str, name: &str) -> Value {
    server.call(Method::POST, "/folders", &json!({"path": path, "name": name})).await.json()
}

#[tokio::test]
async fn a_folder_is_made_with_those_above() {
    let server = Server::start().await;
    let answer =
        server.call(Method::POST, "/folders", &json!({"path": "/", "name": "a/b c"})).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "_id": "[uuid]",
      "isActive": true,
      "name": "b_c",
      "path": "a"
    }
    "#);
    let answer = server.api(Method::GET, "/folders?path=a&name=b+c", "").await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "_id": "[uuid]",
      "access": null,
      "assetType": null,
      "context": null,
      "createdAt": "[moment]",
      "fileId": null,
      "format": null,
      "height": null,
      "isActive": true,
      "kvStore": [],
      "meta": {},
      "metadata": null,
      "name": "b_c",
      "orgId": 1,
      "path": "a",
      "size": null,
      "tags": null,
      "type": "folder",
      "updatedAt": "[moment]",
      "width": null
    }
    "#);
    let faults = [
        server.call(Method::POST, "/folders", &json!({"name": "b_c", "path": "a"})).await.fault(),
        server.call(Method::POST, "/folders", &json!({"path": "a"})).await.fault(),
        server.call(Method::POST, "/folders", &json!({"name": "//", "path": "a"})).await.fault(),
        server.call(Method::POST, "/folders", &json!({"name": "..", "path": "a"})).await.fault(),
        server.api(Method::GET, "/folders", "").await.fault(),
        server.api(Method::GET, "/folders?name=x", "").await.fault(),
        server.api(Method::GET, "/folders?path=/", "").await.fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r"
    409 the folder a/b_c already exists
    400 `name` is missing.
    400 `name` expects a name, found slashes only
    400 `name` expects names separated by slashes, without `.`, `..` and control characters
    400 `name` or `path` is missing
    404 Folder not found
    400 `name` or `path` is missing
    ");
}

#[tokio::test]
async fn ancestors_go_from_the_root_down() {
    let server = Server::start().await;
    let folder = make(&server, "a/b", "c").await;
    let path = format!("/folders/{}/ancestors", folder["_id"].as_str().unwrap());
    insta::assert_snapshot!(server.api(Method::GET, &path, "").await.shown(), @r#"
    200
    {
      "ancestors": [
        {
          "_id": "[uuid]",
          "isActive": true,
          "name": "a",
          "path": "",
          "type": "folder"
        },
        {
          "_id": "[uuid]",
          "isActive": true,
          "name": "b",
          "path": "a",
          "type": "folder"
        }
      ],
      "folder": {
        "_id": "[uuid]",
        "isActive": true,
        "name": "c",
        "path": "a/b",
        "type": "folder"
      }
    }
    "#);
    for path in ["/folders/x/ancestors", "/folders/00000000-0000-8000-8000-000000000000/ancestors"]
    {
        assert_eq!(server.api(Method::GET, path, "").await.fault(), "404 Folder not found");
    }
}

#[tokio::test]
async fn an_inactive_folder_hides_what_is_in_it() {
    let server = Server::start().await;
    server.app.add("/a/b/one.png", Picture::png(1, 1)).await;
    let set = async |path: &str, active: bool| {
        let body = json!({"isActive": active});
        server.call(Method::PATCH, &format!("/folders/{path}"), &body).await.json()
    };
    assert_eq!(set("a", false).await["isActive"], false);
    let total = async |query: &str| {
        let listed = server.api(Method::GET, &format!("/listFiles{query}"), "").await.json();
        listed["page"]["itemTotal"].as_u64().unwrap()
    };
    for query in ["", "?path=a", "?path=a/b", "?name=one", "?format=png", "?onlyFolders=true"] {
        assert_eq!(total(query).await, 0, "{query}");
    }
    let file = server.api(Method::GET, "/files/a/b/one.png", "").await.json();
    assert_eq!(file["isActive"], true);
    let details = server.api(Method::GET, "/folders?name=a", "").await.json();
    assert_eq!(details["isActive"], false);
    assert_eq!(set("a", true).await["isActive"], true);
    assert_eq!(total("?name=one").await, 1);
    assert_eq!(server.api(Method::PATCH, "/folders/a", "").await.json()["isActive"], true);
    assert_eq!(server.api(Method::PATCH, "/folders/x", "{}").await.fault(), "404 Folder not found");
}

#[tokio::test]
async fn a_folder_goes_with_everything_in_it() {
    let server = Server::start().await;
    let folder = make(&server, "", "a").await;
    server.app.add("/a/b/one.png", Picture::png(1, 1)).await;
    let path = format!("/folders/{}", folder["_id"].as_str().unwrap());
    assert_eq!(server.api(Method::DELETE, &path, "").await.json(), folder);
    assert_eq!(server.api(Method::DELETE, &path, "").await.fault(), "404 Folder not found");
    assert_eq!(server.api(Method::GET, "/files/a/b/one.png", "").await.status, 404);
}
