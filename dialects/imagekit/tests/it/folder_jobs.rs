//! Folders with everything in them: deleting, and jobs that copy, move and rename.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use testkit::Picture;

use crate::server::{Answer, Server};

async fn delete(server: &Server, body: &Value) -> Answer {
    server.api(Method::DELETE, "/v1/folder", body.to_string()).await
}

async fn begin(server: &Server, what: &str, body: &Value) -> Answer {
    server.api(Method::POST, &format!("/v1/bulkJobs/{what}"), body.to_string()).await
}

/// Begins a job, waits for its end and returns its last status.
async fn run(server: &Server, what: &str, body: Value) -> Value {
    let answer = begin(server, what, &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let accepted = answer.json();
    assert_eq!(accepted.as_object().unwrap().len(), 1, "{accepted}");
    let path = format!("/v1/bulkJobs/{}", accepted["jobId"].as_str().unwrap());
    for _ in 0..2000 {
        let status = server.api(Method::GET, &path, "").await;
        assert_eq!(status.status, 200);
        let status = status.json();
        assert_eq!(status["jobId"], accepted["jobId"]);
        match status["status"].as_str() {
            Some("Completed") => return status,
            Some("Pending") => tokio::time::sleep(Duration::from_millis(5)).await,
            other => panic!("{other:?}"),
        }
    }
    panic!("the job never ended");
}

async fn is_there(server: &Server, path: &str) -> bool {
    server.get(&format!("/demo{path}")).await.status == 200
}

async fn folders(server: &Server, path: &str) -> Vec<String> {
    let answer = server.api(Method::GET, &format!("/v1/files?type=folder&path={path}"), "").await;
    let answer = answer.json();
    let items = answer.as_array().unwrap().iter();
    items.map(|item| item["folderPath"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_deleted_folder_is_gone_with_everything_at_once() {
    let server = Server::start().await;
    for path in ["/a/b/cat.jpg", "/a/b/c/dog.jpg", "/a/bb/bird.jpg"] {
        server.app.add(path, Picture::jpeg(1, 1)).await;
        assert!(is_there(&server, path).await);
    }
    let answer = delete(&server, &json!({ "folderPath": "/a/b/" })).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (204, ""));
    assert!(!is_there(&server, "/a/b/cat.jpg").await);
    assert!(!is_there(&server, "/a/b/c/dog.jpg").await);
    assert!(is_there(&server, "/a/bb/bird.jpg").await);
    assert_eq!(folders(&server, "/a").await, ["/a/bb"]);
}

#[tokio::test]
async fn what_cannot_be_deleted() {
    let server = Server::start().await;
    server.app.add("/a/cat.jpg", Picture::jpeg(1, 1)).await;
    let mut faults = Vec::new();
    for body in [
        json!({ "folderPath": "/b" }),
        json!({ "folderPath": "/a/cat.jpg" }),
        json!({ "folderPath": "/" }),
        json!({ "folderPath": "" }),
        json!({ "folderPath": 5 }),
        json!({ "folderPath": "/a/../a" }),
        json!({}),
    ] {
        let answer = delete(&server, &body).await;
        faults.push(format!("{} | {}", answer.fault(), answer.json()["reason"]));
    }
    insta::assert_snapshot!(faults.join("\n"), @r#"
    404 No folder exists at `folderPath`. | "FOLDER_NOT_FOUND"
    404 No folder exists at `folderPath`. | "FOLDER_NOT_FOUND"
    400 `folderPath`: the root folder cannot be deleted. | null
    400 `folderPath` is missing. | null
    400 `folderPath` expects a text. | null
    400 `folderPath`: `/a/../a` cannot be a folder path: `..` is no name. | null
    400 `folderPath` is missing. | null
    "#);
    assert_eq!(server.api(Method::DELETE, "/v1/folder", "").await.status, 400);
    assert!(is_there(&server, "/a/cat.jpg").await);
}

#[tokio::test]
async fn a_folder_is_copied_into_another() {
    let server = Server::start().await;
    server.app.add("/a/src/cat.jpg", Picture::jpeg(1, 1)).await;
    server.app.add("/a/src/cat.jpg", Picture::jpeg(2, 2)).await;
    server.app.add("/a/src/deep/dog.jpg", Picture::jpeg(3, 3)).await;
    for (number, (option, versions)) in [
        (json!({}), 1),
        (json!({"includeFileVersions": true}), 2),
        (json!({"includeVersions": true}), 2),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body =
            json!({ "sourceFolderPath": "/a/src", "destinationPath": format!("/dest{number}") });
        body.as_object_mut().unwrap().extend(option.as_object().unwrap().clone());
        let status = run(&server, "copyFolder", body).await;
        assert_eq!(
            (&status["type"], status.as_object().unwrap().len()),
            (&json!("COPY_FOLDER"), 3)
        );
        assert!(is_there(&server, &format!("/dest{number}/src/deep/dog.jpg")).await);
        assert!(is_there(&server, "/a/src/cat.jpg").await);
        let path = format!("/v1/files?path=/dest{number}/src");
        let file = server.api(Method::GET, &path, "").await.json()[0]["fileId"].clone();
        let path = format!("/v1/files/{}/versions", file.as_str().unwrap());
        let list = server.api(Method::GET, &path, "").await.json();
        assert_eq!(list.as_array().unwrap().len(), versions);
    }
}

#[tokio::test]
async fn a_moved_folder_is_no_longer_at_its_old_place() {
    let server = Server::start().await;
    server.app.add("/src/cat.jpg", Picture::jpeg(1, 1)).await;
    server.app.add("/src/deep/dog.jpg", Picture::jpeg(1, 1)).await;
    assert!(
        is_there(&server, "/src/cat.jpg").await && is_there(&server, "/src/deep/dog.jpg").await
    );
    let body = json!({ "sourceFolderPath": "/src", "destinationPath": "/dest" });
    let status = run(&server, "moveFolder", body).await;
    assert_eq!(status["type"], "MOVE_FOLDER");
    assert!(
        !is_there(&server, "/src/cat.jpg").await && !is_there(&server, "/src/deep/dog.jpg").await
    );
    assert!(is_there(&server, "/dest/src/deep/dog.jpg").await);
    assert_eq!(folders(&server, "/").await, ["/dest"]);

    // Merged into what is there.
    server.app.add("/src/cat.jpg", Picture::jpeg(2, 2)).await;
    let body = json!({ "sourceFolderPath": "src/", "destinationPath": "dest/" });
    run(&server, "moveFolder", body).await;
    assert!(!is_there(&server, "/src/cat.jpg").await);
    let bytes = server.get("/demo/dest/src/cat.jpg?tr=orig-true").await.body;
    assert_eq!(bytes, Picture::jpeg(2, 2).bytes());
    assert_eq!(folders(&server, "/").await, ["/dest"]);
}

#[tokio::test]
async fn a_renamed_folder_may_purge() {
    let server = Server::start().await;
    server.app.add("/a/old/cat.jpg", Picture::jpeg(1, 1)).await;
    assert!(is_there(&server, "/a/old/cat.jpg").await);
    let body = json!({ "folderPath": "/a/old", "newFolderName": "brand-new folder" });
    let status = run(&server, "renameFolder", body).await;
    assert_eq!((&status["type"], status.as_object().unwrap().len()), (&json!("RENAME_FOLDER"), 3));
    assert!(!is_there(&server, "/a/old/cat.jpg").await);
    assert!(is_there(&server, "/a/brand-new_folder/cat.jpg").await);

    let body =
        json!({ "folderPath": "/a/brand-new_folder", "newFolderName": "c", "purgeCache": true });
    let status = run(&server, "renameFolder", body).await;
    let purge = status["purgeRequestId"].as_str().unwrap();
    let status = server.api(Method::GET, &format!("/v1/files/purge/{purge}"), "").await;
    assert_eq!(status.status, 200);
    let as_job = server.api(Method::GET, &format!("/v1/bulkJobs/{purge}"), "").await;
    assert_eq!(as_job.status, 404, "a purge is no such job");
}

#[tokio::test]
async fn what_cannot_be_begun() {
    let server = Server::start().await;
    server.app.add("/a/b/cat.jpg", Picture::jpeg(1, 1)).await;
    server.app.add("/a/c/cat.jpg", Picture::jpeg(1, 1)).await;
    let source =
        |source: &str, to: &str| json!({ "sourceFolderPath": source, "destinationPath": to });
    let name = |path: &str, name: &str| json!({ "folderPath": path, "newFolderName": name });
    let mut faults = Vec::new();
    for (what, body) in [
        ("copyFolder", source("/x", "/b")),
        ("moveFolder", source("/x", "/b")),
        ("renameFolder", name("/x", "y")),
        ("renameFolder", name("/a/b", "c")),
        ("copyFolder", source("/a", "/a/b")),
        ("moveFolder", source("/a", "/a")),
        ("moveFolder", source("/a/b", "/a")),
        ("moveFolder", source("/", "/a")),
        ("renameFolder", name("/", "a")),
        ("copyFolder", json!({ "destinationPath": "/b" })),
        ("copyFolder", json!({ "sourceFolderPath": "/a" })),
        ("moveFolder", json!({ "sourceFolderPath": "/a", "destinationPath": 1 })),
        ("renameFolder", json!({ "folderPath": "/a/b" })),
        ("renameFolder", json!({ "newFolderName": "b" })),
    ] {
        let answer = begin(&server, what, &body).await;
        faults.push(format!("{} | {}", answer.fault(), answer.json()["reason"]));
    }
    insta::assert_snapshot!(faults.join("\n"), @r#"
    404 No folder exists at `sourceFolderPath`. | "NO_FILES_FOLDER"
    404 No folder exists at `sourceFolderPath`. | "NO_FILES_FOLDER"
    404 No folder exists at `folderPath`. | "FOLDER_NOT_FOUND"
    409 A folder of the new name exists already. | "FOLDER_ALREADY_EXISTS"
    400 The folder stays where it is: the folder /a cannot come into itself. | null
    400 The folder stays where it is: the folder /a cannot come into itself. | null
    400 The folder stays where it is: the folder /a/b is there already. | null
    400 The folder stays where it is: the root folder cannot be copied, moved or renamed. | null
    400 The folder stays where it is: the root folder cannot be copied, moved or renamed. | null
    400 `sourceFolderPath` is missing. | null
    400 `destinationPath` is missing. | null
    400 `destinationPath` expects a text. | null
    400 `newFolderName` is missing. | null
    400 `folderPath` is missing. | null
    "#);
    for id in ["0123456789abcdef01234567", "nothing", "%ff"] {
        let answer = server.api(Method::GET, &format!("/v1/bulkJobs/{id}"), "").await;
        assert_eq!(answer.fault(), "404 The requested job does not exist.");
    }
}
