//! The router with a library behind it, and what a test says to it.

use axum::{Extension, Router, body::Body, response::Response};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use pixelbin::{Config, Pixelbin};
use serde_json::Value;
use testkit::App;
use tower::ServiceExt;
use wire::request_id::RequestId;

pub(crate) const SECRET: &str = "private_key_test";
pub(crate) const PUBLIC_URL: &str = "https://images.example.com";
/// Where the asset service is.
pub(crate) const ASSETS: &str = "/service/platform/assets/v1.0";

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
        let pixelbin = pixelbin::router(Pixelbin::new(app.library.clone(), config));
        Self { app, router: pixelbin.layer(Extension(RequestId::new())) }
    }

    /// At the root of a host name that belongs to one cloud.
    pub(crate) async fn at_host(cloud: &str) -> Self {
        let app = testkit::app().await;
        let pixelbin = Pixelbin::new(app.library.clone(), Config::default());
        let router = pixelbin::host_router(pixelbin, cloud).layer(Extension(RequestId::new()));
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

    /// With the API secret; `path` is below the asset service unless it begins with `/service`.
    pub(crate) async fn api(&self, method: Method, path: &str, body: impl Into<Body>) -> Answer {
        let path =
            if path.starts_with("/service") { path.to_owned() } else { format!("{ASSETS}{path}") };
        let request = Request::builder().method(method).uri(path);
        self.send(request.header("authorization", bearer(SECRET)).body(body.into()).unwrap()).await
    }

    /// JSON with the API secret.
    pub(crate) async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.api(method, path, body.to_string()).await
    }

    /// Uploads a picture directly; the form's other fields follow the file.
    pub(crate) async fn upload(&self, file: (&str, &[u8]), fields: &[(&str, &str)]) -> Answer {
        let mut parts = vec![part("file", Some(file.0), file.1)];
        parts.extend(fields.iter().map(|(name, text)| part(name, None, text.as_bytes())));
        let path = format!("{ASSETS}/upload/direct");
        let request = form(Method::POST, &path).header("authorization", bearer(SECRET));
        self.send(request.body(body(&parts)).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = Request::builder().uri(path);
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

pub(crate) fn bearer(secret: &str) -> String {
    format!("Bearer {}", BASE64_STANDARD.encode(secret))
}

/// The boundary that forms of these tests have.
const BOUNDARY: &str = "pixelbin-boundary";

/// A request that will carry a form.
pub(crate) fn form(method: Method, path: &str) -> http::request::Builder {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    Request::builder().method(method).uri(path).header("content-type", kind)
}

/// One part of a form: its name, the name of its file, its content.
pub(crate) fn part<'a>(
    name: &'a str,
    file: Option<&'a str>,
    content: &'a [u8],
) -> (&'a str, Option<&'a str>, &'a [u8]) {
    (name, file, content)
}

pub(crate) fn body(parts: &[(&str, Option<&str>, &[u8])]) -> Body {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
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

    /// Status and `message` of a call that failed; also that the other members say the same.
    pub(crate) fn fault(&self) -> String {
        let json = self.json();
        assert_eq!(json["status"], self.status.as_u16(), "{json}");
        assert_eq!(json["code"], json["errorCode"], "{json}");
        assert!(json["exception"].as_str().is_some_and(|name| name.ends_with("Error")), "{json}");
        format!("{} {}", self.status.as_u16(), json["message"].as_str().unwrap())
    }
}

pub(crate) fn redact(json: &mut Value) {
    match json {
        Value::String(text) if is_uuid(text) => *text = "[uuid]".into(),
        Value::String(text) if is_moment(text) => *text = "[moment]".into(),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::Array(values) => values.iter_mut().for_each(redact),
        Value::Object(values) => values.values_mut().for_each(redact),
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.bytes().filter(|b| *b == b'-').count() == 4
}

/// `2022-06-16T11:34:09.120Z`
fn is_moment(text: &str) -> bool {
    let form: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    form == "0000-00-00T00:00:00.000Z"
}
