//! Uploads with a `transformation`: what is done before the file is stored, and what is made ready after.

use std::sync::Arc;

use testkit::{EchoEngine, Picture, builder};

use crate::server::{Answer, Server, file, text};

async fn server() -> Server {
    Server::around(builder().engine(Arc::new(EchoEngine::drawing())).build().await, |_| {})
}

async fn upload(server: &Server, bytes: &[u8], transformation: &str) -> Answer {
    server
        .upload(&[
            file(bytes),
            text("fileName", "cat.jpg"),
            text("useUniqueFileName", "false"),
            text("transformation", transformation),
            text("responseFields", "metadata"),
        ])
        .await
}

#[tokio::test]
async fn the_stored_file_is_the_result() {
    let server = server().await;
    let answer = upload(&server, &Picture::jpeg(600, 400).bytes(), r#"{"pre": "w-300"}"#).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "AITags": null,
      "fileId": "[id]",
      "filePath": "/cat.jpg",
      "fileType": "image",
      "height": 200,
      "metadata": {
        "density": 72,
        "exif": {},
        "format": "jpg",
        "hasColorProfile": false,
        "hasTransparency": false,
        "height": 200,
        "pHash": "0123456789abcdef",
        "quality": 90,
        "size": 49,
        "width": 300
      },
      "name": "cat.jpg",
      "size": 49,
      "thumbnailUrl": "https://images.example.com/imagekit/demo/tr:n-ik_ml_thumbnail/cat.jpg",
      "url": "https://images.example.com/imagekit/demo/cat.jpg",
      "versionInfo": {
        "id": "[id]",
        "name": "Version 1"
      },
      "width": 300
    }
    "#);
    let delivered = server.get("/demo/cat.jpg?tr=orig-true").await;
    assert_eq!(delivered.body, Picture::jpeg(300, 200).bytes());
    assert_eq!(delivered.header("content-type"), "image/jpeg");
}

#[tokio::test]
async fn the_name_stays_when_the_format_changes() {
    let server = server().await;
    let answer = upload(&server, &Picture::jpeg(600, 400).bytes(), r#"{"pre": "tr:f-png"}"#).await;
    assert_eq!(answer.json()["name"], "cat.jpg");
    let delivered = server.get("/demo/cat.jpg?tr=orig-true").await;
    assert_eq!(delivered.header("content-type"), "image/png");
}

#[tokio::test]
async fn what_cannot_be_carried_out_is_400_and_stores_nothing() {
    let server = server().await;
    let cat = Picture::jpeg(600, 400).bytes();
    for (bytes, transformation, expected) in [
        (
            cat.as_slice(),
            "{",
            "400 `transformation` expects a JSON object: EOF while parsing an object at line 1 column 1.",
        ),
        (
            &cat,
            r#"{"pre": "n-nobody"}"#,
            "400 `transformation.pre`: the named transformation `nobody` does not exist.",
        ),
        (
            &cat,
            r#"{"post": [{"type": "abs", "value": "sr-240"}]}"#,
            "400 `transformation.post[0].protocol` expects hls or dash.",
        ),
        (
            b"hello",
            r#"{"pre": "w-300"}"#,
            "400 `transformation.pre` could not be carried out: only images can be transformed",
        ),
        (&cat, r#"{"pre": "cm-extract,w-10,h-10,x-900"}"#, ""),
    ] {
        let answer = upload(&server, bytes, transformation).await;
        if expected.is_empty() {
            assert!(
                answer.fault().starts_with("400 `transformation.pre` could not be carried out: "),
                "{answer:?}"
            );
        } else {
            assert_eq!(answer.fault(), expected);
        }
    }
    assert_eq!(server.api(http::Method::GET, "/v1/files", "").await.text(), "[]");
}
