//! Copying, moving and renaming one file.

use http::Method;
use serde_json::{Value, json};
use testkit::Picture;

use crate::server::{Answer, Server};

async fn post(server: &Server, path: &str, body: Value) -> Answer {
    server.api(Method::POST, &format!("/v1/files/{path}"), body.to_string()).await
}

async fn rename(server: &Server, body: Value) -> Answer {
    server.api(Method::PUT, "/v1/files/rename", body.to_string()).await
}

/// Status of a call that answers without a body.
fn done(answer: &Answer) -> u16 {
    assert_eq!(answer.text(), "");
    answer.status.as_u16()
}

/// What is delivered there, or [`GONE`].
async fn shown(server: &Server, url: &str) -> String {
    let answer = server.get(&format!("/demo{url}?tr=orig-true")).await;
    if answer.status == 404 { GONE.to_owned() } else { answer.text().to_owned() }
}

const GONE: &str = "gone";

fn picture(side: u32) -> String {
    String::from_utf8_lossy(&Picture::jpeg(side, side).bytes()).into_owned()
}

async fn files(server: &Server, path: &str) -> Vec<Value> {
    let answer = server.api(Method::GET, &format!("/v1/files?path={path}"), "").await;
    answer.json().as_array().unwrap().clone()
}

async fn history(server: &Server, id: &Value) -> Vec<(String, Value)> {
    let path = format!("/v1/files/{}/versions", id.as_str().unwrap());
    let versions = server.api(Method::GET, &path, "").await.json();
    let brief = |version: &Value| {
        (version["versionInfo"]["name"].as_str().unwrap().to_owned(), version["width"].clone())
    };
    versions.as_array().unwrap().iter().map(brief).collect()
}

#[tokio::test]
async fn a_copy_is_a_file_of_its_own() {
    let server = Server::start().await;
    server.app.add("/a/cat.jpg", Picture::jpeg(1, 1)).await;
    server.app.add("/a/cat.jpg", Picture::jpeg(2, 2)).await;
    let body = json!({ "sourceFilePath": "/a/cat.jpg", "destinationPath": "/b/new/" });
    assert_eq!(done(&post(&server, "copy", body).await), 204);
    let (source, copy) = (files(&server, "/a").await, files(&server, "/b/new").await);
    assert_ne!(source[0]["fileId"], copy[0]["fileId"]);
    assert_eq!(history(&server, &copy[0]["fileId"]).await, [("Version 1".to_owned(), json!(2))]);
    assert_eq!(shown(&server, "/a/cat.jpg").await, picture(2));
    assert_eq!(shown(&server, "/b/new/cat.jpg").await, picture(2));

    let body = json!({
        "sourceFilePath": "a/cat.jpg", "destinationPath": "/c", "includeFileVersions": true,
    });
    assert_eq!(done(&post(&server, "copy/", body).await), 204);
    let copy = files(&server, "/c").await;
    assert_eq!(
        history(&server, &copy[0]["fileId"]).await,
        [("Version 2".to_owned(), json!(2)), ("Version 1".to_owned(), json!(1))]
    );
}

#[tokio::test]
async fn a_copy_onto_a_file_becomes_its_next_version() {
    let server = Server::start().await;
    server.app.add("/a/cat.jpg", Picture::jpeg(2, 2)).await;
    let there = server.app.add("/b/cat.jpg", Picture::jpeg(1, 1)).await;
    assert_eq!(shown(&server, "/b/cat.jpg").await, picture(1));
    let body = json!({ "sourceFilePath": "/a/cat.jpg", "destinationPath": "/b" });
    assert_eq!(done(&post(&server, "copy", body).await), 204);
    assert_eq!(shown(&server, "/b/cat.jpg").await, picture(2), "at once");
    assert_eq!(
        history(&server, &json!(there.id.to_string())).await,
        [("Version 2".to_owned(), json!(2)), ("Version 1".to_owned(), json!(1))]
    );
}

#[tokio::test]
async fn a_moved_file_keeps_its_id_and_leaves_nothing() {
    let server = Server::start().await;
    let asset = server.app.add("/a/cat.jpg", Picture::jpeg(1, 1)).await;
    server.app.add("/a/cat.jpg", Picture::jpeg(2, 2)).await;
    assert_eq!(shown(&server, "/a/cat.jpg").await, picture(2));
    let body = json!({ "sourceFilePath": "/a/cat.jpg", "destinationPath": "/b" });
    assert_eq!(done(&post(&server, "move", body.clone()).await), 204);
    assert_eq!(shown(&server, "/a/cat.jpg").await, GONE, "at once");
    assert_eq!(shown(&server, "/b/cat.jpg").await, picture(2));
    let id = json!(asset.id.to_string());
    assert_eq!(files(&server, "/b").await[0]["fileId"], id);
    assert_eq!(history(&server, &id).await.len(), 2);
    assert_eq!(post(&server, "move", body).await.status, 404, "it is no longer there");
}

#[tokio::test]
async fn a_move_onto_a_file_appends_its_versions() {
    let server = Server::start().await;
    let source = server.app.add("/a/cat.jpg", Picture::jpeg(2, 2)).await;
    server.app.add("/a/cat.jpg", Picture::jpeg(3, 3)).await;
    let there = server.app.add("/cat.jpg", Picture::jpeg(1, 1)).await;
    let body = json!({ "sourceFilePath": "/a/cat.jpg", "destinationPath": "/" });
    assert_eq!(done(&post(&server, "move", body).await), 204);
    assert_eq!(shown(&server, "/cat.jpg").await, picture(3));
    assert_eq!(shown(&server, "/a/cat.jpg").await, GONE);
    let names: Vec<String> =
        history(&server, &json!(there.id.to_string())).await.into_iter().map(|v| v.0).collect();
    assert_eq!(names, ["Version 3", "Version 2", "Version 1"]);
    let gone = server.api(Method::GET, &format!("/v1/files/{}/details", source.id), "").await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn a_renamed_file_is_no_longer_at_its_old_url() {
    let server = Server::start().await;
    let asset = server.app.add("/a/cat.jpg", Picture::jpeg(1, 1)).await;
    assert_eq!(shown(&server, "/a/cat.jpg").await, picture(1));
    let body = json!({ "filePath": "/a/cat.jpg", "newFileName": "my cat?.jpg" });
    let answer = rename(&server, body).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (200, "{}"));
    assert_eq!(shown(&server, "/a/cat.jpg").await, GONE);
    assert_eq!(shown(&server, "/a/my_cat_.jpg").await, picture(1));
    assert_eq!(files(&server, "/a").await[0]["fileId"], json!(asset.id.to_string()));
}

#[tokio::test]
async fn renaming_may_purge() {
    let server = Server::start().await;
    server.app.add("/cat.jpg", Picture::jpeg(1, 1)).await;
    let body = json!({ "filePath": "/cat.jpg", "newFileName": "dog.jpg", "purgeCache": true });
    let answer = rename(&server, body).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "purgeRequestId": "[id]"
    }
    "#);
    let id = answer.json()["purgeRequestId"].as_str().unwrap().to_owned();
    let status = server.api(Method::GET, &format!("/v1/files/purge/{id}"), "").await;
    assert_eq!(status.status, 200);
}

#[tokio::test]
async fn faults_have_reasons() {
    let server = Server::start().await;
    server.app.add("/a/cat.jpg", Picture::jpeg(1, 1)).await;
    server.app.add("/a/dog.jpg", Picture::jpeg(2, 2)).await;
    let mut faults = Vec::new();
    let mut note = |answer: Answer| {
        let reason = answer.json()["reason"].as_str().unwrap_or("-").to_owned();
        faults.push(format!("{} | {reason} {}", answer.fault(), answer.header("x-should-retry")));
    };
    for source in ["/a/bird.jpg", "/a", "/", "/../x", "/a/cat.jpg/"] {
        let body = json!({ "sourceFilePath": source, "destinationPath": "/b" });
        note(post(&server, "copy", body.clone()).await);
        note(post(&server, "move", body).await);
    }
    note(rename(&server, json!({ "filePath": "/bird.jpg", "newFileName": "x.jpg" })).await);
    let taken = json!({ "filePath": "/a/cat.jpg", "newFileName": "dog.jpg" });
    note(rename(&server, taken).await);
    insta::assert_snapshot!(faults.join("\n"), @r"
    404 No file exists at `sourceFilePath`. | SOURCE_FILE_MISSING 
    404 No file exists at `sourceFilePath`. | SOURCE_FILE_MISSING 
    404 No file exists at `sourceFilePath`. | SOURCE_FILE_MISSING 
    404 No file exists at `sourceFilePath`. | SOURCE_FILE_MISSING 
    404 No file exists at `sourceFilePath`. | SOURCE_FILE_MISSING 
    404 No file exists at `sourceFilePath`. | SOURCE_FILE_MISSING 
    404 No file exists at `sourceFilePath`. | SOURCE_FILE_MISSING 
    404 No file exists at `sourceFilePath`. | SOURCE_FILE_MISSING 
    404 No file exists at `sourceFilePath`. | SOURCE_FILE_MISSING 
    404 No file exists at `sourceFilePath`. | SOURCE_FILE_MISSING 
    404 No file exists at `filePath`. | FILE_MISSING 
    409 A file of the new name exists already. | FILE_ALREADY_EXISTS false
    ");
    assert_eq!(shown(&server, "/a/cat.jpg").await, picture(1));
    assert_eq!(shown(&server, "/a/dog.jpg").await, picture(2));
}

#[tokio::test]
async fn bodies_that_are_wrong_are_400() {
    let server = Server::start().await;
    server.app.add("/a/cat.jpg", Picture::jpeg(1, 1)).await;
    let cat = "/a/cat.jpg";
    let mut faults = Vec::new();
    for (path, body) in [
        ("copy", json!({})),
        ("copy", json!({ "sourceFilePath": cat })),
        ("copy", json!({ "sourceFilePath": 5, "destinationPath": "/b" })),
        ("copy", json!({ "sourceFilePath": cat, "destinationPath": ["/b"] })),
        (
            "copy",
            json!({ "sourceFilePath": cat, "destinationPath": "/b", "includeFileVersions": "yes" }),
        ),
        ("copy", json!({ "sourceFilePath": cat, "destinationPath": "/a/" })),
        ("copy", json!({ "sourceFilePath": cat, "destinationPath": "x/".repeat(60) })),
        ("move", json!({ "destinationPath": "/b" })),
        ("move", json!({ "sourceFilePath": cat, "destinationPath": "/a" })),
    ] {
        faults.push(post(&server, path, body).await.fault());
    }
    for body in [
        json!({ "newFileName": "x.jpg" }),
        json!({ "filePath": cat }),
        json!({ "filePath": cat, "newFileName": ".." }),
        json!({ "filePath": cat, "newFileName": "x.jpg", "purgeCache": 1 }),
    ] {
        faults.push(rename(&server, body).await.fault());
    }
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `sourceFilePath` is missing.
    400 `destinationPath` is missing.
    400 `sourceFilePath` expects a text.
    400 `destinationPath` expects a text.
    400 `includeFileVersions` expects true or false.
    400 `destinationPath`: /a/cat.jpg is in the folder /a already.
    400 `destinationPath`: `/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x...` cannot be a folder path: it is deeper than 50 levels.
    400 `sourceFilePath` is missing.
    400 `destinationPath`: /a/cat.jpg is in the folder /a already.
    400 `filePath` is missing.
    400 `newFileName` is missing.
    400 `newFileName`: `..` cannot be a file name: `..` is no name.
    400 `purgeCache` expects true or false.
    ");
    assert_eq!(shown(&server, "/a/cat.jpg").await, picture(1));
}

#[tokio::test]
async fn words_win_over_ids() {
    let server = Server::start().await;
    for (method, path) in [
        (Method::GET, "/v1/files/copy"),
        (Method::DELETE, "/v1/files/purge"),
        (Method::DELETE, "/v1/files/addTags"),
        (Method::POST, "/v1/files/rename"),
    ] {
        assert_eq!(server.api(method, path, "").await.status, 405, "{path}");
    }
}
