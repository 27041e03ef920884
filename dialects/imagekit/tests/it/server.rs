//! The router with a library behind it, and what a test says to it.

use axum::{Extension, Router, body::Body, response::Response};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use imagekit::{Config, ImageKit};
use serde_json::Value;
use testkit::App;
use tower::ServiceExt;
use wire::request_id::RequestId;

pub(crate) const PRIVATE_KEY: &str = "private_key_test";
pub(crate) const PUBLIC_URL: &str = "https://images.example.com";

pub(crate) struct Server {
    pub(crate) app: App,
    router: Router,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::around(testkit::app().await, change)
    }

    pub(crate) fn around(app: App, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config { public_url: PUBLIC_URL.to_owned(), ..Config::default() };
        change(&mut config);
        let imagekit = imagekit::router(ImageKit::new(app.library.clone(), config));
        // Mounted as the server does it.
        let router = Router::new().nest(Config::MOUNT, imagekit).layer(Extension(RequestId::new()));
        Self { app, router }
    }

    /// As it leaves the router.
    pub(crate) async fn response(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.response(request).await;
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: head.status, headers: head.headers, body }
    }

    /// With the private key.
    pub(crate) async fn api(&self, method: Method, path: &str, body: impl Into<Body>) -> Answer {
        self.send(
            request(method, path)
                .header("authorization", basic(PRIVATE_KEY))
                .body(body.into())
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = headers.iter().fold(request(Method::GET, path), |request, (name, value)| {
            request.header(*name, *value)
        });
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Uploads a form with the private key.
    pub(crate) async fn upload(&self, parts: &[Part<'_>]) -> Answer {
        self.send(
            form("/api/v1/files/upload")
                .header("authorization", basic(PRIVATE_KEY))
                .body(body(parts))
                .unwrap(),
        )
        .await
    }

    /// Uploads a form of the second version, perhaps with the private key.
    pub(crate) async fn upload_v2(&self, parts: &[Part<'_>], key: Option<&str>) -> Answer {
        let request = form("/api/v2/files/upload");
        let request = key
            .into_iter()
            .fold(request, |request, key| request.header("authorization", basic(key)));
        self.send(request.body(body(parts)).unwrap()).await
    }

    /// Uploads a form without any key.
    pub(crate) async fn upload_unauthorized(&self, parts: &[Part<'_>]) -> Answer {
        self.send(form("/api/v1/files/upload").body(body(parts)).unwrap()).await
    }
}

pub(crate) fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(format!("{}{path}", Config::MOUNT))
}

pub(crate) fn basic(key: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{key}:do_not_set")))
}

/// One part of a form.
#[derive(Clone)]
pub(crate) struct Part<'a> {
    name: &'a str,
    file_name: Option<&'a str>,
    content: &'a [u8],
}

pub(crate) fn text<'a>(name: &'a str, content: &'a str) -> Part<'a> {
    Part { name, file_name: None, content: content.as_bytes() }
}

pub(crate) fn file(content: &[u8]) -> Part<'_> {
    Part { name: "file", file_name: Some("upload"), content }
}

/// The file as a bare field.
pub(crate) fn bare_file(content: &[u8]) -> Part<'_> {
    Part { name: "file", file_name: None, content }
}

/// The fixed boundary of SDK 3.x: it begins with dashes.
const BOUNDARY: &str = "--randomBoundary---------------------";

fn form(path: &str) -> http::request::Builder {
    request(Method::POST, path)
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
}

fn body(parts: &[Part<'_>]) -> Body {
    let mut body = Vec::new();
    for part in parts {
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"", part.name)
                .as_bytes(),
        );
        if let Some(name) = part.file_name {
            body.extend_from_slice(format!("; filename=\"{name}\"").as_bytes());
        }
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(part.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    Body::from(body)
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and body, with ids and moments made equal.
    pub(crate) fn shown(&self) -> String {
        let mut json = self.json();
        redact(&mut json);
        format!("{}\n{}", self.status.as_u16(), serde_json::to_string_pretty(&json).unwrap())
    }

    /// Status, `ik-error` and body of a delivery that failed.
    pub(crate) fn refusal(&self) -> String {
        format!("{} | {} | {}", self.status.as_u16(), self.header("ik-error"), self.text())
    }

    /// Status and `message` of an API call that failed; also that `help` is there.
    pub(crate) fn fault(&self) -> String {
        let json = self.json();
        assert!(json["help"].as_str().is_some_and(|help| !help.is_empty()), "{json}");
        format!("{} {}", self.status.as_u16(), json["message"].as_str().unwrap())
    }
}

pub(crate) fn redact(json: &mut Value) {
    match json {
        Value::String(text) if text.len() == 24 && text.bytes().all(|b| b.is_ascii_hexdigit()) => {
            *text = "[id]".into();
        }
        Value::String(text) if is_moment(text) => *text = "[moment]".into(),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::Array(values) => values.iter_mut().for_each(redact),
        Value::Object(values) => values.values_mut().for_each(redact),
    }
}

/// `2022-06-16T11:34:09.120Z`
fn is_moment(text: &str) -> bool {
    let form: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    form == "0000-00-00T00:00:00.000Z"
}
