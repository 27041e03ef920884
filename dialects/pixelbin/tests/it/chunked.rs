//! Uploads in parts.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};
use testkit::Picture;

use crate::server::{Answer, PUBLIC_URL, Server, body, form, part};

const SIGN: &str = "/service/platform/assets/v2.0/upload/signed-url";
const DATA: &str = "x-pixb-meta-assetdata";

/// An upload that has begun.
struct Upload {
    server: Server,
    /// Path and query.
    url: String,
    data: String,
}

impl Upload {
    async fn begin(fields: Value) -> Self {
        let server = Server::start().await;
        let (url, data) = Self::sign(&server, fields).await;
        Self { server, url, data }
    }

    async fn sign(server: &Server, fields: Value) -> (String, String) {
        let answer = server.call(Method::POST, SIGN, &fields).await.json();
        let signed = &answer["presignedUrl"];
        let url = signed["url"].as_str().unwrap().strip_prefix(PUBLIC_URL).unwrap().to_owned();
        (url, signed["fields"][DATA].as_str().unwrap().to_owned())
    }

    async fn put(&self, number: u32, content: &[u8]) -> Answer {
        let parts = [part("file", Some("file"), content), part(DATA, None, self.data.as_bytes())];
        let request = form(Method::PUT, &format!("{}&partNumber={number}", self.url));
        self.server.send(request.body(body(&parts)).unwrap()).await
    }

    async fn finish(&self, parts: Value) -> Answer {
        let json = json!({"parts": parts, DATA: self.data});
        let request = Request::builder().method(Method::POST).uri(&self.url);
        self.server.send(request.body(Body::from(json.to_string())).unwrap()).await
    }
}

#[tokio::test]
async fn parts_make_a_file_once() {
    let upload = Upload::begin(json!({"name": "cat", "path": "p", "format": "jpeg"})).await;
    let picture = Picture::png(30, 20).bytes();
    let (front, back) = picture.split_at(7);
    for (number, content) in [(2, &b"wrong"[..]), (2, back), (1, front)] {
        let answer = upload.put(number, content).await;
        assert_eq!((answer.status.as_u16(), answer.text()), (204, ""));
    }
    assert_eq!(upload.finish(json!([1, 2, 3])).await.status, 400);
    let stored = upload.finish(json!([2, 1])).await;
    let json = stored.json();
    assert_eq!((&json["fileId"], &json["format"]), (&json!("p/cat.jpeg"), &json!("png")));
    assert_eq!(json["metadata"]["source"], "signedUrl");
    let again = upload.finish(json!([1, 2])).await;
    assert_eq!((again.status, again.json()), (stored.status, json));
    let listed = upload.server.api(Method::GET, "/listFiles?path=p", "").await.json();
    assert_eq!(listed["page"]["itemTotal"], 1);
}

#[tokio::test]
async fn names_that_are_taken_are_known_at_the_end() {
    let upload = Upload::begin(json!({"name": "cat.png"})).await;
    upload.server.app.add("/cat.png", Picture::png(1, 1)).await;
    upload.put(1, &Picture::png(2, 2).bytes()).await;
    assert_eq!(upload.finish(json!([1])).await.status, 409);
    // Nothing is lost: the name may be free a moment later.
    upload.server.api(Method::DELETE, "/files/cat.png", "").await;
    assert_eq!(upload.finish(json!([1])).await.status, 200);
}

#[tokio::test]
async fn only_what_was_signed_is_taken() {
    let mut upload = Upload::begin(json!({"name": "cat"})).await;
    let url = upload.url.clone();
    for (key, other) in [
        ("pbs=", "pbs=0"),
        ("pbe=", "pbe=9"),
        ("pbt=", "pbt=0"),
        ("pbo=", "pbo=1"),
        ("pbu=", "pbu=0"),
    ] {
        upload.url = url.replace(key, other);
        assert_eq!(upload.put(1, b"x").await.fault(), "401 The signed URL is not valid", "{key}");
        upload.url = url.replace(key, "x=");
        assert_eq!(upload.finish(json!([1])).await.fault(), "401 The signed URL is not valid");
    }
    upload.url = url;
    upload.data = upload.data.replace("cat", "dog");
    assert_eq!(upload.put(1, b"x").await.status, 401);
    let request = form(Method::PUT, &format!("{}&partNumber=1", upload.url));
    let answer = upload.server.send(request.body(body(&[part("file", None, b"x")])).unwrap()).await;
    assert_eq!(answer.fault(), "400 Missing x-pixb-meta-assetdata field");
    assert_eq!(answer.json()["exception"], "MissingMultipartMetaError");
}

#[tokio::test]
async fn what_is_no_part_is_refused() {
    let upload = Upload::begin(json!({"name": "cat"})).await;
    for number in [0, 10_001] {
        assert_eq!(upload.put(number, b"x").await.status, 400);
    }
    for parts in [json!([]), json!(["1"]), json!([1]), json!(null), json!([0]), json!([1.5])] {
        assert_eq!(upload.finish(parts.clone()).await.status, 400, "{parts}");
    }
    for fields in [
        json!({"expiry": 0}),
        json!({"expiry": 604_801}),
        json!({"format": "a/b"}),
        json!({"name": "a.bat"}),
    ] {
        assert_eq!(upload.server.call(Method::POST, SIGN, &fields).await.status, 400, "{fields}");
    }
}

#[tokio::test]
async fn an_upload_expires() {
    let upload = Upload::begin(json!({"name": "cat", "expiry": 1})).await;
    upload.put(1, &Picture::png(2, 2).bytes()).await;
    while upload.put(2, b"").await.status != 401 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(upload.finish(json!([1])).await.fault(), "401 The signed URL has expired");
}
