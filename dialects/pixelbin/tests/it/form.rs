//! Forms that were signed before, as S3 takes them.

use std::collections::BTreeMap;

use http::Method;
use serde_json::json;
use testkit::Picture;

use crate::server::{Answer, PUBLIC_URL, Server, body, form, part};

type Fields = BTreeMap<String, String>;

async fn signed(server: &Server, fields: serde_json::Value) -> Fields {
    let answer = server.call(Method::POST, "/upload/signed-url", &fields).await.json();
    let signed = &answer["s3PresignedUrl"];
    let url = format!("{PUBLIC_URL}/service/public/assets/v1.0/form-upload");
    assert_eq!(signed["url"], url);
    serde_json::from_value(signed["fields"].clone()).unwrap()
}

async fn post(server: &Server, fields: &Fields, file: Option<&[u8]>) -> Answer {
    let mut parts: Vec<_> =
        fields.iter().map(|(name, value)| part(name, None, value.as_bytes())).collect();
    // Without a file name, as one of the clients sends it.
    parts.extend(file.map(|file| part("file", None, file)));
    let request = form(Method::POST, "/service/public/assets/v1.0/form-upload");
    server.send(request.body(body(&parts)).unwrap()).await
}

#[tokio::test]
async fn a_form_stores_what_was_signed() {
    let server = Server::start().await;
    let fields =
        signed(&server, json!({"name": "cat.png", "path": "f", "tags": ["t"], "format": "png"}))
            .await;
    let picture = Picture::png(10, 10).bytes();
    let stored = post(&server, &fields, Some(&picture)).await;
    assert_eq!(stored.status, 201);
    assert_eq!(stored.header("access-control-allow-origin"), "*");
    let json = stored.json();
    assert_eq!((&json["fileId"], &json["tags"]), (&json!("f/cat"), &json!(["t"])));
    assert_eq!(json["metadata"], json!({"source": "signedUrl"}));
    assert_eq!(post(&server, &fields, Some(&picture)).await.status, 409);
}

#[tokio::test]
async fn nothing_of_a_form_can_be_changed() {
    let server = Server::start().await;
    let fields = signed(&server, json!({})).await;
    let picture = Picture::png(10, 10).bytes();
    let faults = async |fields: Fields| {
        let answer = post(&server, &fields, Some(&picture)).await;
        assert_eq!(answer.json()["errorCode"], "JR-0403", "{fields:?}");
    };
    for name in fields.keys() {
        let mut changed = fields.clone();
        changed.get_mut(name).unwrap().push('x');
        faults(changed).await;
        let mut without = fields.clone();
        without.remove(name);
        faults(without).await;
    }
    let mut more = fields.clone();
    more.insert("acl".into(), "public".into());
    faults(more).await;
    assert_eq!(post(&server, &fields, None).await.fault(), "400 `file` is missing");
    let listed = server.api(Method::GET, "/listFiles", "").await.json();
    assert_eq!(listed["page"]["itemTotal"], 0);
}

#[tokio::test]
async fn browsers_may_ask() {
    let server = Server::start().await;
    for path in ["form-upload", "signed-multipart"] {
        let path = format!("/service/public/assets/v1.0/{path}");
        let request = http::Request::builder().method(Method::OPTIONS).uri(path);
        let answer = server.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 204);
        assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD, POST, PUT, OPTIONS");
        assert!(answer.header("access-control-allow-headers").contains("Content-Type"));
    }
}
