//! The router with a library behind it, and what a test says to it.

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use library::Asset;
use photoprism::{Config, PhotoPrism};
use serde_json::{Value, json};
use testkit::{App, Picture};
use tower::ServiceExt;

pub(crate) const USER: &str = "ann";
pub(crate) const PASSWORD: &str = "a good password";

pub(crate) struct Server {
    pub(crate) app: App,
    router: Router,
    /// Of the session that was begun at the start; of no meaning in public mode.
    pub(crate) token: String,
    pub(crate) preview: String,
    pub(crate) download: String,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let app = testkit::app().await;
        app.library.put_user(app.tenant, USER, PASSWORD, true).await.unwrap();
        let mut config = Config::default();
        change(&mut config);
        let photoprism = photoprism::router(PhotoPrism::new(app.library.clone(), config));
        // Mounted as the server does it.
        let router = Router::new().nest(Config::MOUNT, photoprism);
        let nobody = String::new;
        let server = Self { app, router, token: nobody(), preview: nobody(), download: nobody() };
        let session = server.sign_in(USER, PASSWORD).await.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            token: text(&session["id"]),
            preview: text(&session["config"]["previewToken"]),
            download: text(&session["config"]["downloadToken"]),
            ..server
        }
    }

    pub(crate) async fn sign_in(&self, user: &str, password: &str) -> Answer {
        let body = json!({ "username": user, "password": password });
        self.send(request(Method::POST, "/session").body(body.to_string().into()).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: head.status, headers: head.headers, body }
    }

    /// Without any session.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    /// With the session.
    pub(crate) async fn api(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let request = request(method, path).header("x-session-id", &self.token);
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn thumb(&self, asset: &Asset, size: &str) -> Answer {
        self.get(&format!("/t/{}/{}/{size}", sha1(asset), self.preview)).await
    }

    pub(crate) async fn add(&self, path: &str, picture: Picture) -> Asset {
        self.app.add(path, picture).await
    }
}

pub(crate) fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(format!("{}/api/v1{path}", Config::MOUNT))
}

pub(crate) fn sha1(asset: &Asset) -> String {
    asset.current.blob.sha1.iter().map(|byte| format!("{byte:02x}")).collect()
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

    /// Status and body.
    pub(crate) fn fault(&self) -> String {
        format!("{} {}", self.status.as_u16(), self.text())
    }
}
