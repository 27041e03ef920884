//! The document describes what there is.

use axum::body::Body;
use http::{Method, StatusCode};

use crate::server::{Server, request};

#[tokio::test]
async fn every_path_of_the_document_is_a_route() {
    let server = Server::start().await;
    let document = server.get("/openapi.json").await.json();
    assert_eq!(document["servers"][0]["url"], "/photoprism");
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() > 40);
    for (path, operations) in paths {
        let path = path.strip_prefix("/api/v1").unwrap().replace(['{', '}'], "");
        for (method, operation) in operations.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let answer =
                server.send(request(method.clone(), &path).body(Body::empty()).unwrap()).await;
            // Nobody is signed in here, so whatever is there asks for that, or shows something.
            let is_there = answer.status != StatusCode::METHOD_NOT_ALLOWED
                && (answer.status != StatusCode::NOT_FOUND);
            assert!(is_there, "{method} {path}: {}", answer.fault());
            assert!(operation["operationId"].is_string());
        }
    }
}
