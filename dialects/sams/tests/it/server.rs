//! The router with a library behind it, and what a test says to it.

use std::sync::Arc;

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use sams::{Config, Sams};
use serde_json::{Value, json};
use testkit::{App, EchoEngine};
use tower::ServiceExt;

pub(crate) struct Server {
    pub(crate) app: App,
    router: Router,
}

impl Server {
    /// Its renderings are pictures again.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut library::Config)) -> Self {
        let app = testkit::builder().config(change).engine(Arc::new(EchoEngine::drawing()));
        let app = app.build().await;
        let config = Config {
            public_url: Some("https://images.example.com".to_owned()),
            ..Config::default()
        };
        let router = sams::mounted(Sams::new(app.library.clone(), config));
        Self { app, router }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: head.status, headers: head.headers, body }
    }

    /// With the private key, and perhaps the etag that a change is meant for.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        etag: Option<&str>,
        body: impl Into<Body>,
    ) -> Answer {
        let request = request(method, path).header("authorization", "Basic private_key_test");
        let request =
            etag.into_iter().fold(request, |request, etag| request.header("if-match", etag));
        self.send(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None, "").await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let asked = request(Method::GET, path).header("authorization", "Basic private_key_test");
        let asked = headers.iter().fold(asked, |asked, (name, value)| asked.header(*name, *value));
        self.send(asked.body("".into()).unwrap()).await
    }

    /// The ids that a search finds, in their order.
    pub(crate) async fn found(&self, parameters: &[(&str, &str)]) -> Vec<String> {
        let found = self.get(&format!("/consume/assets?{}", query(parameters))).await;
        assert_eq!(found.status, 200, "{parameters:?}: {found:?}");
        let found = found.json();
        let items = found["_items"].as_array().unwrap();
        items.iter().map(|item| item["_id"].as_str().unwrap().to_owned()).collect()
    }

    /// The id of the first set, which is usable.
    pub(crate) async fn first_set(&self) -> String {
        let sets = self.get("/consume/sets").await.json();
        sets["_items"][0]["_id"].as_str().unwrap().to_owned()
    }

    /// Uploads into a set; `fields` are added to those that are required.
    pub(crate) async fn upload(
        &self,
        set: &str,
        fields: &[(&str, &str)],
        content: &[u8],
    ) -> Answer {
        const BOUNDARY: &str = "a-boundary";
        let mut body = Vec::new();
        let required = [("set_id", set), ("filename", "a.bin"), ("name", "a")];
        let all =
            required.iter().filter(|(name, _)| !fields.iter().any(|(given, _)| given == name));
        for (name, value) in all.chain(fields) {
            let part = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        let file = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"binary\"; filename=\"binary\"\r\n\r\n"
        );
        body.extend_from_slice(file.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let request = request(Method::POST, "/produce/assets")
            .header("authorization", "Basic private_key_test")
            .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
        self.send(request.body(body.into()).unwrap()).await
    }
}

/// Parameters as the query of a URL.
pub(crate) fn query(parameters: &[(&str, &str)]) -> String {
    let encoded = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
    let pairs = parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

pub(crate) fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(format!("{}{path}", Config::MOUNT))
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn text(&self, field: &str) -> String {
        self.json()[field].as_str().unwrap_or_else(|| panic!("no {field} in {self:?}")).to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code of a refusal.
    pub(crate) fn fault(&self) -> (u16, String) {
        let body = self.json();
        assert!(body["name"].is_string() && body["description"].is_string(), "{body}");
        (self.status.as_u16(), body["error"].as_str().unwrap().to_owned())
    }
}

pub(crate) fn fault(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

pub(crate) fn body(value: &Value) -> String {
    json!(value).to_string()
}
