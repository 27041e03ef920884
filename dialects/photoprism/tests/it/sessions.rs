//! Who is let in, and how refusals look.

use axum::body::Body;
use http::{Method, StatusCode};
use insta::assert_snapshot;
use serde_json::json;

use crate::server::{PASSWORD, Server, USER, request};

#[tokio::test]
async fn refusals() {
    let server = Server::start().await;
    let nobody = async |method, path: &str| {
        server.send(request(method, path).body(Body::empty()).unwrap()).await.fault()
    };
    assert_snapshot!(nobody(Method::GET, "/photos?count=1").await, @r#"401 {"code":401,"error":"Please log in to your account"}"#);
    assert_snapshot!(nobody(Method::GET, "/nowhere").await, @r#"404 {"code":404,"error":"Entity not found"}"#);
    assert_snapshot!(nobody(Method::PATCH, "/status").await, @r#"405 {"code":405,"error":"Method not allowed"}"#);
    assert_snapshot!(nobody(Method::GET, "/albums/aoj2qo0000000007/dl").await, @r#"403 {"code":403,"error":"Permission denied"}"#);
    assert_snapshot!(server.sign_in(USER, "wrong").await.fault(), @r#"401 {"error":"Invalid credentials"}"#);
    assert_snapshot!(server.sign_in("nobody", PASSWORD).await.fault(), @r#"401 {"error":"Invalid credentials"}"#);
    let api = async |method, path: &str, body| server.api(method, path, body).await.fault();
    assert_snapshot!(api(Method::GET, "/photos", None).await, @r#"400 {"code":400,"error":"Unable to do that"}"#);
    assert_snapshot!(api(Method::GET, "/photos/poj2qo0000000007", None).await, @r#"404 {"code":404,"error":"Entity not found"}"#);
    assert_snapshot!(api(Method::GET, "/albums/x", None).await, @r#"404 {"code":404,"error":"Album not found"}"#);
    assert_snapshot!(api(Method::PUT, "/labels/x", Some(json!({}))).await, @r#"404 {"code":404,"error":"Label not found"}"#);
    assert_snapshot!(api(Method::POST, "/batch/photos/archive", Some(json!({}))).await, @r#"400 {"code":400,"error":"No items selected"}"#);
    assert_snapshot!(api(Method::GET, "/dl/00", None).await, @r#"404 {"error":"record not found"}"#);
}

#[tokio::test]
async fn a_session_costs_one_look_up() {
    let server = Server::start().await;
    server.api(Method::GET, "/settings", None).await;
    let statements = server.app.library.statements();
    for _ in 0..5 {
        assert_eq!(server.api(Method::GET, "/settings", None).await.status, StatusCode::OK);
    }
    assert_eq!(server.app.library.statements(), statements);
}

#[tokio::test]
async fn signing_out_holds_at_once() {
    let server = Server::start().await;
    assert_eq!(server.api(Method::DELETE, "/session", None).await.status, StatusCode::OK);
    assert_eq!(server.api(Method::GET, "/session", None).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn wrong_tokens_use_up_what_a_client_may_get_wrong() {
    let server = Server::with(|config| config.token_burst = 1).await;
    let wrong = request(Method::GET, "/session").header("x-session-id", "0".repeat(48));
    assert_eq!(
        server.send(wrong.body(Body::empty()).unwrap()).await.status,
        StatusCode::UNAUTHORIZED
    );
    let minted = server.app.library.mint_app_password(server.app.tenant, USER, "frame").await;
    let statements = server.app.library.statements();
    let another = request(Method::GET, "/session").header("x-session-id", "1".repeat(48));
    let another = server.send(another.body(Body::empty()).unwrap()).await;
    assert_eq!(another.status, StatusCode::UNAUTHORIZED);
    assert_eq!(server.app.library.statements(), statements, "nobody looks for it any more");
    for token in [&server.token, minted.unwrap().token.as_str()] {
        let right = request(Method::GET, "/session").header("x-session-id", token);
        let right = server.send(right.body(Body::empty()).unwrap()).await;
        assert_eq!(right.status, StatusCode::OK, "who is signed in notices nothing");
    }
}

#[tokio::test]
async fn logging_in_wrongly_too_often() {
    let server = Server::with(|config| config.login_burst = 1).await;
    assert_eq!(server.sign_in(USER, "wrong").await.status, StatusCode::UNAUTHORIZED);
    let refused = server.sign_in(USER, PASSWORD).await;
    assert_snapshot!(refused.fault(), @r#"429 {"code":429,"error":"rate limit exceeded"}"#);
    assert!(!refused.header("retry-after").is_empty());
}

#[tokio::test]
async fn everybody_is_the_administrator_in_public_mode() {
    let server = Server::with(|config| config.public = true).await;
    assert_eq!(server.preview, "public");
    assert!(!server.token.is_empty(), "some clients take an empty one for a failure");
    let answer = server.get("/photos?count=5").await;
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, "[]"));
    assert_eq!((answer.header("x-count"), answer.header("x-preview-token")), ("0", ""));
}
