//! Uploads without a private key: the form is signed instead.

use std::time::{SystemTime, UNIX_EPOCH};

use testkit::Picture;
use wire::sign::hmac_sha1_hex;

use crate::server::{Answer, PRIVATE_KEY, Server, basic, file, request, text};

fn in_seconds(seconds: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    now.checked_add_signed(seconds).unwrap().to_string()
}

struct Claim {
    public_key: &'static str,
    token: &'static str,
    expire: String,
    signature: String,
}

fn claim(token: &'static str, expire: String) -> Claim {
    let signature = hmac_sha1_hex(PRIVATE_KEY.as_bytes(), &[token.as_bytes(), expire.as_bytes()]);
    Claim { public_key: "public_key_test", token, expire, signature }
}

async fn upload(server: &Server, claim: &Claim) -> Answer {
    let picture = Picture::jpeg(600, 400).bytes();
    server
        .upload_unauthorized(&[
            file(&picture),
            text("fileName", "cat.jpg"),
            text("publicKey", claim.public_key),
            text("token", claim.token),
            text("expire", &claim.expire),
            text("signature", &claim.signature),
        ])
        .await
}

async fn number_of_files(server: &Server) -> usize {
    server.api(http::Method::GET, "/v1/files", "").await.json().as_array().unwrap().len()
}

#[tokio::test]
async fn a_signed_form_is_taken_once() {
    let server = Server::start().await;
    let claim = claim("one", in_seconds(1800));
    assert_eq!(upload(&server, &claim).await.status, 200);
    insta::assert_snapshot!(upload(&server, &claim).await.fault(), @"400 `token` was used before. Each upload needs a token of its own.");
    assert_eq!(number_of_files(&server).await, 1);
}

#[tokio::test]
async fn of_eight_at_once_one_is_stored() {
    let server = Server::start().await;
    let claim = claim("eight", in_seconds(1800));
    let answers = futures_util::future::join_all((0..8).map(|_| upload(&server, &claim))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 400));
    assert_eq!(number_of_files(&server).await, 1);
}

#[tokio::test]
async fn a_token_is_spent_even_if_the_upload_fails() {
    let server = Server::start().await;
    let claim = claim("spent", in_seconds(1800));
    let fields = [
        text("publicKey", claim.public_key),
        text("token", claim.token),
        text("expire", &claim.expire),
        text("signature", &claim.signature),
    ];
    assert!(server.upload_unauthorized(&fields).await.fault().contains("`fileName`"));
    assert!(upload(&server, &claim).await.fault().contains("used before"));
}

#[tokio::test]
async fn whatever_is_wrong_is_400() {
    let server = Server::start().await;
    let good = || claim("t", in_seconds(1800));
    let mut faults = Vec::new();
    for claim in [
        Claim { public_key: "public_unknown", ..good() },
        Claim { token: "other", ..good() },
        Claim { expire: in_seconds(1700), ..good() },
        Claim { signature: good().signature.to_uppercase(), ..good() },
        Claim { signature: "0".repeat(40), ..good() },
        claim("t", in_seconds(-10)),
        claim("t", in_seconds(3700)),
        claim("t", "soon".to_owned()),
    ] {
        faults.push(upload(&server, &claim).await.fault());
    }
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `publicKey` is not a valid public API key.
    400 `signature` does not fit `token` and `expire`.
    400 `signature` does not fit `token` and `expire`.
    400 `signature` does not fit `token` and `expire`.
    400 `signature` does not fit `token` and `expire`.
    400 `expire` is in the past.
    400 `expire` is an hour ahead or more; it must be less.
    400 `expire` expects Unix seconds as a decimal number.
    ");
    assert_eq!(number_of_files(&server).await, 0);
    assert_eq!(
        upload(&server, &good()).await.status,
        200,
        "a wrong signature spends nobody's token"
    );
}

#[tokio::test]
async fn a_missing_part_of_the_signature_is_named() {
    let server = Server::start().await;
    let answer = server
        .upload_unauthorized(&[text("publicKey", "public_key_test"), text("token", "t")])
        .await;
    insta::assert_snapshot!(answer.fault(), @"400 Your request is missing the `expire` field.");
}

#[tokio::test]
async fn without_key_and_signature_it_is_401() {
    let server = Server::start().await;
    let picture = Picture::jpeg(600, 400).bytes();
    let parts = [file(&picture), text("fileName", "cat.jpg")];
    insta::assert_snapshot!(server.upload_unauthorized(&parts).await.fault(), @"401 Your request does not contain a private API key. Send it as the user name of HTTP Basic authentication.");
    let wrong = request(http::Method::POST, "/api/v1/files/upload")
        .header("authorization", basic("private_unknown"));
    insta::assert_snapshot!(server.send(wrong.body("".into()).unwrap()).await.fault(), @"403 Your account cannot be authenticated: the private API key is not valid.");
}

#[tokio::test]
async fn who_sends_neither_key_nor_form_is_not_known() {
    let server = Server::start().await;
    for path in ["/api/v1/files/upload", "/api/v2/files/upload"] {
        let nothing = request(http::Method::POST, path).body("".into()).unwrap();
        assert_eq!(server.send(nothing).await.status, 401, "{path}");
        let json = request(http::Method::POST, path).header("content-type", "application/json");
        assert_eq!(server.send(json.body("{}".into()).unwrap()).await.status, 401, "{path}");
        let known = request(http::Method::POST, path).header("authorization", basic(PRIVATE_KEY));
        assert_eq!(server.send(known.body("".into()).unwrap()).await.status, 400, "{path}");
    }
}
