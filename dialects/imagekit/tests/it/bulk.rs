//! Calls on many files.

use http::Method;
use library::{AutoTag, Change};
use serde_json::{Value, json};
use testkit::upload_to;

use crate::server::{Answer, Server};

const UNKNOWN: &str = "0123456789abcdef01234567";

async fn call(server: &Server, path: &str, body: Value) -> Answer {
    server.api(Method::POST, &format!("/v1/files/{path}"), body.to_string()).await
}

async fn add(server: &Server, path: &str, tags: &[&str]) -> String {
    let mut upload = upload_to(path);
    upload.tags = Change::Set(tags.iter().map(|&tag| tag.to_owned()).collect());
    let auto_tag = |name: &str| AutoTag {
        name: name.to_owned(),
        confidence: 90.0,
        source: "google-auto-tagging".to_owned(),
    };
    upload.auto_tags = Change::Set(vec![auto_tag("cat"), auto_tag("pet")]);
    server.app.upload(upload, "words").await.unwrap().id.to_string()
}

async fn details(server: &Server, id: &str) -> Value {
    server.api(Method::GET, &format!("/v1/files/{id}/details"), "").await.json()
}

#[tokio::test]
async fn files_are_deleted_together() {
    let server = Server::start().await;
    let [a, b] = [add(&server, "/a.txt", &[]).await, add(&server, "/b.txt", &[]).await];
    let kept = add(&server, "/c.txt", &[]).await;
    assert_eq!(server.get("/demo/a.txt").await.status, 200);
    let answer = call(&server, "batch/deleteByFileIds", json!({ "fileIds": [b, a, b] })).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), json!({ "successfullyDeletedFileIds": [b, a] }));
    assert_eq!(server.get("/demo/a.txt").await.status, 404);
    assert_eq!(server.get("/demo/b.txt").await.status, 404);
    assert_eq!(details(&server, &kept).await["name"], "c.txt");
}

#[tokio::test]
async fn one_unknown_file_changes_nothing_at_all() {
    let server = Server::start().await;
    let a = add(&server, "/a.txt", &["x"]).await;
    let before = details(&server, &a).await;
    let ids = json!([a, UNKNOWN, "nothing", UNKNOWN]);
    for (path, body) in [
        ("batch/deleteByFileIds", json!({ "fileIds": ids })),
        ("addTags", json!({ "fileIds": ids, "tags": ["y"] })),
        ("removeTags", json!({ "fileIds": ids, "tags": ["x"] })),
        ("removeAITags", json!({ "fileIds": ids, "AITags": ["cat"] })),
        ("addTags/", json!({ "fileIds": [a, UNKNOWN, "nothing"], "tags": ["y"] })),
    ] {
        let answer = call(&server, path, body).await;
        assert_eq!(answer.fault(), "404 The requested file(s) does not exist.", "{path}");
        assert_eq!(answer.json()["missingFileIds"], json!([UNKNOWN, "nothing"]), "{path}");
    }
    let answer = call(&server, "addTags", json!({ "fileIds": [UNKNOWN], "tags": ["y"] })).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    404
    {
      "help": "For support, see docs/dialects/imagekit.md of your Halftone server and mention the request id.",
      "message": "The requested file(s) does not exist.",
      "missingFileIds": [
        "[id]"
      ]
    }
    "#);
    assert_eq!(details(&server, &a).await, before);
}

#[tokio::test]
async fn tags_are_added_and_removed() {
    let server = Server::start().await;
    let a = add(&server, "/a.txt", &["x"]).await;
    let b = add(&server, "/b.txt", &[]).await;
    let ids = json!([a, b]);
    let done = json!({ "successfullyUpdatedFileIds": ids });
    for (path, key, tags, of_a, of_b) in [
        ("addTags", "tags", json!(["x", " y ", "y"]), json!(["x", "y"]), json!(["x", "y"])),
        ("removeTags", "tags", json!(["x", "none"]), json!(["y"]), json!(["y"])),
        ("removeTags", "tags", json!(["y"]), Value::Null, Value::Null),
    ] {
        let answer = call(&server, path, json!({ "fileIds": ids, key: tags })).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, done.clone()), "{path}");
        assert_eq!(details(&server, &a).await["tags"], of_a);
        assert_eq!(details(&server, &b).await["tags"], of_b);
    }
    let body = json!({ "fileIds": ids, "AITags": ["cat", "dog"] });
    assert_eq!(call(&server, "removeAITags", body).await.json(), done);
    let left = details(&server, &a).await["AITags"].clone();
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(left[0]["name"], "pet");
    let body = json!({ "fileIds": [a], "AITags": ["pet"] });
    assert_eq!(call(&server, "removeAITags", body).await.status, 200);
    assert_eq!(details(&server, &a).await["AITags"], Value::Null);
}

#[tokio::test]
async fn what_cannot_be_done_for_some_is_207() {
    let server = Server::start().await;
    let long = "x".repeat(495);
    let full = add(&server, "/full.txt", &[&long]).await;
    let free = add(&server, "/free.txt", &[]).await;
    let body = json!({ "fileIds": [full, free], "tags": ["abcde"] });
    let answer = call(&server, "addTags", body).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    207
    {
      "errors": [
        {
          "error": "The file would have more than 500 characters of tags.",
          "fileId": "[id]"
        }
      ],
      "help": "For support, see docs/dialects/imagekit.md of your Halftone server and mention the request id.",
      "message": "The request could not be carried out for some of the files.",
      "successfullyUpdatedFileIds": [
        "[id]"
      ]
    }
    "#);
    let json = answer.json();
    assert_eq!(json["successfullyUpdatedFileIds"], json!([free]));
    assert_eq!(json["errors"][0]["fileId"], json!(full));
    assert_eq!(details(&server, &full).await["tags"], json!([long]));
    assert_eq!(details(&server, &free).await["tags"], json!(["abcde"]));
}

#[tokio::test]
async fn bodies_that_are_wrong_are_400() {
    let server = Server::start().await;
    let a = add(&server, "/a.txt", &["x"]).await;
    let many: Vec<String> = (0..1001).map(|number| format!("{number:024x}")).collect();
    let mut faults = Vec::new();
    for (path, body) in [
        ("batch/deleteByFileIds", json!({})),
        ("batch/deleteByFileIds", json!({ "fileIds": [] })),
        ("batch/deleteByFileIds", json!({ "fileIds": a })),
        ("batch/deleteByFileIds", json!({ "fileIds": [a, 5] })),
        ("batch/deleteByFileIds", json!({ "fileIds": many })),
        ("batch/deleteByFileIds", json!([a])),
        ("addTags", json!({ "fileIds": [a] })),
        ("addTags", json!({ "tags": ["y"] })),
        ("addTags", json!({ "fileIds": [a], "tags": "y" })),
        ("addTags", json!({ "fileIds": [a], "tags": ["50%"] })),
        ("addTags", json!({ "fileIds": [a], "tags": ["y".repeat(501)] })),
        ("removeTags", json!({ "fileIds": [a], "tags": [] })),
        ("removeAITags", json!({ "fileIds": [a], "tags": ["x"] })),
    ] {
        faults.push(call(&server, path, body).await.fault());
    }
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `fileIds` is missing or empty.
    400 `fileIds` is missing or empty.
    400 `fileIds` expects a list of texts.
    400 `fileIds` expects a list of texts.
    400 `fileIds` expects at most 1000 ids, found 1001.
    400 The body is no JSON object: invalid type: sequence, expected a map at line 1 column 0.
    400 `tags` is missing or empty.
    400 `fileIds` is missing or empty.
    400 `tags` expects a list of texts.
    400 `tags` may not contain `%` or control characters.
    400 `tags` may have 500 characters in all.
    400 `tags` is missing or empty.
    400 `AITags` is missing or empty.
    ");
    assert_eq!(details(&server, &a).await["tags"], json!(["x"]));
    let empty = server.api(Method::POST, "/v1/files/batch/deleteByFileIds", "").await;
    assert_eq!(empty.fault(), "400 `fileIds` is missing or empty.");
}
