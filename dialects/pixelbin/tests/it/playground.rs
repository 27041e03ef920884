//! The picture to try things on, and predictions.

use http::Method;
use serde_json::json;

use crate::server::Server;

#[tokio::test]
async fn the_picture_is_no_file() {
    let server = Server::start().await;
    let picture = server.api(Method::GET, "/playground/default", "").await.json();
    assert_eq!(picture["fileId"], "__playground/playground-default");
    assert_eq!((&picture["orgId"], &picture["isOriginal"]), (&json!("1"), &json!(true)));
    let again = server.api(Method::GET, "/playground/default", "").await.json();
    assert_eq!(again["_id"], picture["_id"]);
    let path = format!("/files/id/{}", picture["_id"].as_str().unwrap());
    for path in [&*path, "/files/__playground/playground-default"] {
        assert_eq!(server.api(Method::GET, path, "").await.status, 404);
    }
    let listed = server.api(Method::GET, "/listFiles", "").await.json();
    assert_eq!(listed["page"]["itemTotal"], 0);
}

#[tokio::test]
async fn predictions_are_not_available() {
    let server = Server::start().await;
    let public = "/service/public/transformation/v1.0/predictions";
    assert_eq!(server.get(public).await.json(), json!([]));
    assert_eq!(server.get(&format!("{public}/schema/nothing")).await.status, 404);
    let create = async |name: &str| {
        let path = format!("/service/platform/transformation/v1.0/predictions/{name}");
        server.api(Method::POST, &path, "{}").await.fault()
    };
    assert_eq!(create("erase/bg").await, "400 plugin not available");
    assert_eq!(create("no/thing").await, "404 Prediction model not found");
    let path = "/service/platform/transformation/v1.0/predictions/erase--bg--1";
    assert_eq!(server.api(Method::GET, path, "").await.fault(), "404 Prediction not found");
}
