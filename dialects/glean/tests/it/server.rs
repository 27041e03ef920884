//! The router with a library behind it, and what a test says to it.

use axum::{Extension, Router, body::Body};
use bytes::Bytes;
use glean::{Config, Glean};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use testkit::App;
use tower::ServiceExt;
use wire::request_id::RequestId;

pub(crate) const PUBLIC_URL: &str = "https://images.example.com";
pub(crate) const GLOBAL: &str = "Bearer private_key_test";

pub(crate) struct Server {
    pub(crate) app: App,
    router: Router,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let app = testkit::app().await;
        let mut config = Config { public_url: PUBLIC_URL.to_owned(), ..Config::default() };
        change(&mut config);
        let glean = glean::router(Glean::new(app.library.clone(), config));
        // Mounted as the server does it.
        let router = Router::new().nest(Config::MOUNT, glean).layer(Extension(RequestId::new()));
        Self { app, router }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let uri = format!("{}/rest/api/v1{target}", Config::MOUNT);
        let request = Request::builder().method(method).uri(uri).header("host", "client.example");
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.body(body.into()).unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: head.status, headers: head.headers, body }
    }

    /// With the global token.
    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.send(Method::GET, target, &[("authorization", GLOBAL)], "").await
    }

    /// With the global token, as the client sends it.
    pub(crate) async fn upload(&self, query: &str, body: impl Into<Body>) -> Answer {
        let headers = [("authorization", GLOBAL), ("content-type", "image/*")];
        self.send(Method::POST, &format!("/uploadimage?{query}"), &headers, body).await
    }

    /// An upload that must succeed; its key.
    pub(crate) async fn put(&self, query: &str, body: impl Into<Body>) -> String {
        self.upload(query, body).await.key()
    }
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

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What follows `key=` in the URL of an upload's answer.
    pub(crate) fn key(&self) -> String {
        let url = self.json()["url"].as_str().unwrap_or_else(|| panic!("{self:?}")).to_owned();
        url.split_once("/images?key=").unwrap().1.to_owned()
    }

    /// Status, code and detail of a refusal.
    pub(crate) fn fault(&self) -> String {
        let json = self.json();
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(json["status"], self.status.as_u16());
        format!(
            "{} {} {}",
            self.status.as_u16(),
            json["code"].as_str().unwrap(),
            json["detail"].as_str().unwrap()
        )
    }
}
