//! The document from which clients are generated.

use http::Method;

use crate::server::{PUBLIC_URL, Server};

#[tokio::test]
async fn the_document_names_what_there_is() {
    let server = Server::start().await;
    let answer = server.send(Method::GET, "/openapi.json", &[], "").await;
    let document = answer.json();
    assert_eq!(document["servers"][0]["url"], format!("{PUBLIC_URL}/glean/rest/api/v1"));
    let mut calls = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, call) in methods.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let answer = server.send(method.clone(), path, &[], "").await;
            assert_eq!(answer.status, 401, "{method} {path} is there");
            let names = call["parameters"].as_array().unwrap().iter();
            let names: Vec<_> = names.map(|known| known["name"].as_str().unwrap()).collect();
            calls.push(format!("{method} {path} {}", names.join(" ")));
        }
    }
    insta::assert_snapshot!(calls.join("\n"), @r"
    GET /images X-Scio-Actas X-Glean-Auth-Type key type id ds cid
    POST /uploadimage X-Scio-Actas X-Glean-Auth-Type type id ds cid
    ");
}
