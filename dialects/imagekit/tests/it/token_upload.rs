//! `POST /api/v2/files/upload`.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use testkit::Picture;

use crate::server::{Answer, PRIVATE_KEY, Server, file, text};

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn token(payload: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(&json!({"alg": "HS256", "typ": "JWT", "kid": "public_key_test"}));
    let signed = format!("{head}.{}", part(payload));
    let mut mac = Hmac::<Sha256>::new_from_slice(PRIVATE_KEY.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

async fn upload(server: &Server, token: &str, tags: &str) -> Answer {
    let picture = Picture::jpeg(600, 400).bytes();
    let parts = [
        file(&picture),
        text("fileName", "cat.jpg"),
        text("tags", tags),
        text("token", token),
        text("x", "y"),
    ];
    server.upload_v2(&parts, None).await
}

#[tokio::test]
async fn the_private_key_is_enough() {
    let server = Server::start().await;
    let picture = Picture::jpeg(600, 400).bytes();
    let parts = [file(&picture), text("fileName", "cat.jpg"), text("unknown", "ignored")];
    let answer = server.upload_v2(&parts, Some(PRIVATE_KEY)).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["width"]), (200, &json!(600)));
    assert_eq!(server.upload_v2(&parts, Some("private_unknown")).await.status, 403);
    assert_eq!(server.upload_v2(&parts, None).await.status, 401);
    let parts = [file(&picture), text("fileName", "cat.jpg"), text("publicKey", "public_key_test")];
    insta::assert_snapshot!(server.upload_v2(&parts, None).await.fault(), @"400 Your request is missing the `token` field.");
}

#[tokio::test]
async fn a_token_over_the_whole_form_is_taken_once() {
    let server = Server::start().await;
    let payload =
        json!({"fileName": "cat.jpg", "tags": "a,b", "x": "y", "iat": now(), "exp": now() + 600});
    let token = token(&payload);
    assert_eq!(upload(&server, &token, "a,b").await.status, 200);
    insta::assert_snapshot!(upload(&server, &token, "a,b").await.fault(), @"400 `token` was used before; each upload needs a token of its own.");
}

#[tokio::test]
async fn a_form_that_differs_is_refused() {
    let server = Server::start().await;
    let payload = |more: &[(&str, Value)]| {
        let mut payload =
            json!({"fileName": "cat.jpg", "tags": "a", "x": "y", "iat": now(), "exp": now() + 600});
        for (name, value) in more {
            payload[*name] = value.clone();
        }
        token(&payload)
    };
    let mut faults = Vec::new();
    for token in [
        payload(&[("tags", json!("b"))]),
        payload(&[("folder", json!("/f"))]),
        payload(&[("exp", json!(now() - 1))]),
        payload(&[("exp", json!(now() + 9000))]),
        "nonsense".to_owned(),
        String::new(),
        format!("{}AAAA", payload(&[])),
    ] {
        faults.push(upload(&server, &token, "a").await.fault());
    }
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `token` does not hold the field `tags` as it was sent.
    400 `token` holds fields that were not sent.
    400 `token` has expired.
    400 `token` lives longer than an hour.
    400 `token` is no JWT with the algorithm HS256 and a `kid`.
    400 `token` is no JWT with the algorithm HS256 and a `kid`.
    400 `token` is not signed with the private key of its `kid`.
    ");
    assert_eq!(server.api(http::Method::GET, "/v1/files", "").await.json(), json!([]));
}
