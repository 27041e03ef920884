//! `POST /v1/folder`.

use http::Method;

use crate::server::Server;

async fn create(server: &Server, body: &str) -> String {
    let answer = server.api(Method::POST, "/v1/folder", body.to_owned()).await;
    if answer.status == 201 { format!("201 {}", answer.text()) } else { answer.fault() }
}

async fn folders(server: &Server, path: &str) -> Vec<String> {
    let answer = server.api(Method::GET, &format!("/v1/files?type=folder&path={path}"), "").await;
    let items = answer.json();
    items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["folderPath"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn folders_are_made_with_their_parents() {
    let server = Server::start().await;
    assert_eq!(
        create(&server, r#"{"folderName": "c", "parentFolderPath": "/a/b/"}"#).await,
        "201 {}"
    );
    assert_eq!(folders(&server, "/a/b").await, ["/a/b/c"]);
    assert_eq!(
        create(&server, r#"{"folderName": "c", "parentFolderPath": "/a/b"}"#).await,
        "201 {}",
        "there already"
    );
    assert_eq!(create(&server, r#"{"folderName": "d"}"#).await, "201 {}");
    assert_eq!(folders(&server, "/").await, ["/a", "/d"]);
    let with_slash = server
        .api(Method::POST, "/v1/folder/", r#"{"folderName": "e", "parentFolderPath": "/"}"#)
        .await;
    assert_eq!(with_slash.status, 201);
}

#[tokio::test]
async fn names_are_cleaned() {
    let server = Server::start().await;
    assert_eq!(
        create(&server, r#"{"folderName": "my-new folder/x", "parentFolderPath": "../a b"}"#).await,
        "201 {}"
    );
    assert_eq!(folders(&server, "/__/a_b").await, ["/__/a_b/my_new_folder_x"]);
}

#[tokio::test]
async fn bodies_that_are_wrong_are_400() {
    let server = Server::start().await;
    let mut faults = Vec::new();
    for body in [
        "",
        "{}",
        r#"{"folderName": ""}"#,
        r#"{"folderName": 5}"#,
        "[]",
        "{",
        r#"{"folderName": "\ud800"}"#,
    ] {
        faults.push(create(&server, body).await);
    }
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `folderName` is missing.
    400 `folderName` is missing.
    400 `folderName` is missing.
    400 `folderName` expects a text.
    400 The body is no JSON object: invalid type: sequence, expected a map at line 1 column 0.
    400 The body is no JSON object: EOF while parsing an object at line 1 column 1.
    400 The body is no JSON object: unexpected end of hex escape at line 1 column 23.
    ");
    let deep = format!("{{\"folderName\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(create(&server, &deep).await.starts_with("400 "));
    let large = format!("{{\"folderName\": \"{}\"}}", "x".repeat(3 << 20));
    assert!(create(&server, &large).await.starts_with("400 "));
    let long = format!("{{\"folderName\": \"{}\"}}", "x".repeat(300));
    assert!(create(&server, &long).await.starts_with("400 `folderName`"));
}
