//! Named transformations.

use http::Method;
use serde_json::{Value, json};
use testkit::Picture;

use crate::server::{Answer, Server};

const NAMED: &str = "/v1/named-transformations";

async fn server() -> Server {
    let server = Server::start().await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    server
}

async fn create(server: &Server, body: Value) -> Answer {
    server.api(Method::POST, NAMED, body.to_string()).await
}

async fn define(server: &Server, name: &str, transformation: &str) -> String {
    let answer = create(server, json!({"name": name, "transformation": transformation})).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    format!("{NAMED}/{}", answer.json()["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_name_stands_for_its_transformation() {
    let server = server().await;
    let body = json!({"name": "small_Card", "transformation": "tr:w-300,h-200:rt-90"});
    let answer = create(&server, body).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    201
    {
      "createdAt": "[moment]",
      "enabled": true,
      "id": "[id]",
      "name": "small_Card",
      "transformation": "tr:w-300,h-200:rt-90"
    }
    "#);
    let path = format!("{NAMED}/{}", answer.json()["id"].as_str().unwrap());
    assert_eq!(server.api(Method::GET, &path, "").await.json(), answer.json());
    assert_eq!(server.api(Method::GET, NAMED, "").await.json(), json!([answer.json()]));

    let named = server.get("/demo/tr:n-small_Card/cat.jpg").await;
    let written = server.get("/demo/tr:w-300,h-200:rt-90/cat.jpg").await;
    assert_eq!((named.status.as_u16(), named.text()), (200, written.text()));
    assert_eq!(named.header("etag"), written.header("etag"));
    let refusal = server.get("/demo/tr:n-Small_card/cat.jpg").await.refusal();
    insta::assert_snapshot!(refusal, @"400 | UNIDENTIFIED - the named transformation `Small_card` does not exist | the named transformation `Small_card` does not exist");
}

#[tokio::test]
async fn a_change_takes_effect_at_once() {
    let server = server().await;
    let path = define(&server, "a", "w-300").await;
    let update = async |body: Value| server.api(Method::PATCH, &path, body.to_string()).await;
    let delivered = async |name: &str| {
        let answer = server.get(&format!("/demo/tr:n-{name}/cat.jpg")).await;
        if answer.status == 200 { answer.text().to_owned() } else { answer.refusal() }
    };
    let plain =
        async |text: &str| server.get(&format!("/demo/tr:{text}/cat.jpg")).await.text().to_owned();
    assert_eq!(delivered("a").await, plain("w-300").await);
    let answer = update(json!({"transformation": "w-50"})).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["transformation"]), (200, &json!("w-50")));
    assert_eq!((&answer.json()["name"], &answer.json()["enabled"]), (&json!("a"), &json!(true)));
    assert_eq!(delivered("a").await, plain("w-50").await);
    update(json!({"name": "b"})).await;
    assert!(delivered("a").await.starts_with("400 "));
    assert_eq!(delivered("b").await, plain("w-50").await);
    update(json!({"enabled": false})).await;
    insta::assert_snapshot!(delivered("b").await, @"400 | UNIDENTIFIED - the named transformation `b` is disabled | the named transformation `b` is disabled");
    update(json!({"enabled": true})).await;
    assert_eq!(delivered("b").await, plain("w-50").await);
    let answer = server.api(Method::DELETE, &path, "").await;
    assert_eq!((answer.status.as_u16(), answer.text()), (204, ""));
    assert!(delivered("b").await.starts_with("400 "));
    let gone = "404 The requested named transformation does not exist.";
    assert_eq!(server.api(Method::GET, &path, "").await.fault(), gone);
    assert_eq!(update(json!({})).await.fault(), gone);
    assert_eq!(server.api(Method::DELETE, &path, "").await.fault(), gone);
}

#[tokio::test]
async fn a_known_name_is_found_without_sql() {
    let server = server().await;
    define(&server, "a", "w-77").await;
    server.get("/demo/tr:n-a/cat.jpg").await;
    let (renders, statements) = (server.app.echo.renders(), server.app.library.statements());
    server.get("/demo/tr:n-a/cat.jpg").await;
    server.get("/demo/cat.jpg?tr=n-a").await;
    assert_eq!((server.app.echo.renders(), server.app.library.statements()), (renders, statements));
}

#[tokio::test]
async fn private_files_are_open_to_names_alone() {
    let server = server().await;
    define(&server, "a", "w-77").await;
    let files = server.api(Method::GET, "/v1/files", "").await.json();
    let path = format!("/v1/files/{}/details", files[0]["fileId"].as_str().unwrap());
    server.api(Method::PATCH, &path, r#"{"isPrivateFile": true}"#).await;
    let status = async |path: &str| server.get(path).await.status.as_u16();
    assert_eq!(status("/demo/tr:n-a/cat.jpg").await, 200);
    assert_eq!(status("/demo/tr:n-a:w-10/cat.jpg").await, 401);
    assert_eq!(status("/demo/tr:w-77/cat.jpg").await, 401);
}

#[tokio::test]
async fn what_cannot_be_named_is_refused() {
    let server = server().await;
    let taken = define(&server, "a", "w-300").await;
    define(&server, "b", "w-300").await;
    let mut faults = Vec::new();
    for body in [
        json!({"name": "a", "transformation": "w-1"}),
        json!({"name": "ik_ml_thumbnail", "transformation": "w-1"}),
        json!({"name": "a-b", "transformation": "w-1"}),
        json!({"name": "ä", "transformation": "w-1"}),
        json!({"name": "", "transformation": "w-1"}),
        json!({"transformation": "w-1"}),
        json!({"name": "c"}),
        json!({"name": "c", "transformation": ""}),
        json!({"name": "c", "transformation": "tr:"}),
        json!({"name": "c", "transformation": 5}),
        json!({"name": "c", "transformation": "w-1", "enabled": "yes"}),
        json!({"name": "c", "transformation": "w-1", "colour": "red"}),
        json!({"name": "c", "transformation": "colour-red"}),
        json!({"name": "c", "transformation": "l-image,i-a.jpg"}),
        json!({"name": "c", "transformation": "w-1:n-a"}),
        json!({"name": "c", "transformation": "e-bgremove"}),
    ] {
        faults.push(create(&server, body).await.fault());
    }
    faults.push(server.api(Method::PATCH, &taken, r#"{"name": "b"}"#).await.fault());
    faults.push(server.api(Method::PATCH, &taken, r#"{"transformation": "x"}"#).await.fault());
    faults.push(server.api(Method::GET, &format!("{NAMED}/abc"), "").await.fault());
    insta::assert_snapshot!(faults.join("\n"), @r"
    409 There is a named transformation of this name already.
    409 There is a named transformation of this name already.
    400 `name` expects letters, digits and `_`.
    400 `name` expects letters, digits and `_`.
    400 `name` is missing.
    400 `name` is missing.
    400 `transformation` is missing.
    400 `transformation` is missing.
    400 `transformation`: expected a transformation such as `w-300,h-200`.
    400 `transformation` expects a text.
    400 `enabled` expects true or false.
    400 `colour` is not a key of this request.
    400 `transformation`: `colour-red`: the key is not known.
    400 `transformation`: `l-image` is never closed, expected `l-end`.
    400 `transformation`: a named transformation cannot name another one.
    400 `transformation`: `e-bgremove` needs a model, and no back end for it is configured.
    409 There is a named transformation of this name already.
    400 `transformation`: `x-`: `x` does not take this value.
    404 The requested named transformation does not exist.
    ");
    let conflict = create(&server, json!({"name": "a", "transformation": "w-1"})).await;
    assert_eq!(conflict.header("x-should-retry"), "false");
}

#[tokio::test]
async fn an_account_may_insist_on_names() {
    let server = Server::with(|config| config.named_only = true).await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    for path in ["/demo/cat.jpg", "/demo/cat.jpg?v=1", "/demo/tr:n-ik_ml_thumbnail/cat.jpg"] {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
    for path in [
        "/demo/tr:w-9/cat.jpg",
        "/demo/cat.jpg?tr=w-9",
        "/demo/tr:orig-true/cat.jpg",
        "/demo/tr:n-ik_ml_thumbnail,w-9/cat.jpg",
        "/demo/tr:n-ik_ml_thumbnail:w-9/cat.jpg",
    ] {
        let refusal = server.get(path).await.refusal();
        assert!(refusal.starts_with("400 | "), "{path}: {refusal}");
        assert!(refusal.ends_with("only named transformations are served"), "{path}: {refusal}");
    }
}
