//! What holds for every API call.

use http::Method;
use library::Rate;

use crate::server::{Server, basic, file, request, text};

#[tokio::test]
async fn answers_carry_their_headers() {
    let server = Server::start().await;
    for answer in [
        server.api(Method::GET, "/v1/files", "").await,
        server.get("/v1/files").await,
        server.get("/v1/x").await,
    ] {
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("x-ik-requestid").len(), 32);
        for name in ["x-ratelimit-limit", "x-ratelimit-interval", "x-ratelimit-reset"] {
            assert!(answer.header(name).parse::<u32>().is_ok(), "{name}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn the_private_key_is_the_user_name() {
    let server = Server::start().await;
    let list = |authorization: Option<String>| {
        let request = request(Method::GET, "/v1/files");
        let request = authorization
            .into_iter()
            .fold(request, |request, value| request.header("authorization", value));
        server.send(request.body("".into()).unwrap())
    };
    assert_eq!(list(Some(basic("private_key_test"))).await.status, 200);
    // `private_key_test:` with an empty password.
    assert_eq!(list(Some("Basic cHJpdmF0ZV9rZXlfdGVzdDo=".to_owned())).await.status, 200);
    insta::assert_snapshot!(list(None).await.shown(), @r#"
    401
    {
      "help": "For support, see docs/dialects/imagekit.md of your Halftone server and mention the request id.",
      "message": "Your request does not contain a private API key. Send it as the user name of HTTP Basic authentication."
    }
    "#);
    insta::assert_snapshot!(list(Some("Bearer x".to_owned())).await.fault(), @"401 Your request does not contain a private API key. Send it as the user name of HTTP Basic authentication.");
    insta::assert_snapshot!(list(Some(basic("private_unknown"))).await.shown(), @r#"
    403
    {
      "help": "For support, see docs/dialects/imagekit.md of your Halftone server and mention the request id.",
      "message": "Your account cannot be authenticated: the private API key is not valid."
    }
    "#);
}

#[tokio::test]
async fn a_disabled_key_opens_nothing() {
    let server = Server::start().await;
    let keys = server.app.library.keys(server.app.tenant).await.unwrap();
    server.app.library.set_key_enabled(server.app.tenant, keys[0].id, false).await.unwrap();
    assert_eq!(server.api(Method::GET, "/v1/files", "").await.status, 403);
}

#[tokio::test]
async fn what_is_no_endpoint_is_a_json_404() {
    let server = Server::start().await;
    for path in [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/files/abc/def/ghi",
        "/v1/accounts",
        "/api",
        "/api/v1",
        "/api/v1/files",
        "/v2/x",
    ] {
        let answer = server.api(Method::GET, path, "").await;
        assert_eq!(answer.fault(), "404 There is no API endpoint at this path.", "{path}");
    }
}

#[tokio::test]
async fn unknown_methods_are_a_json_405() {
    let server = Server::start().await;
    for (method, path) in [
        (Method::PUT, "/v1/files"),
        (Method::PATCH, "/v1/folder"),
        (Method::GET, "/api/v1/files/upload"),
        (Method::TRACE, "/v1/files"),
    ] {
        let answer = server.api(method, path, "").await;
        assert_eq!(
            answer.fault(),
            "405 This API endpoint does not know the request's method.",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_key_that_asks_too_often_is_told_to_wait() {
    let server = Server::with(|config| config.rate = Rate::per_second(1, 2)).await;
    for _ in 0..2 {
        let answer = server.api(Method::GET, "/v1/files", "").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-ratelimit-limit"), "2");
        assert_eq!(answer.header("x-ratelimit-interval"), "2000");
    }
    let refused = server.api(Method::GET, "/v1/files", "").await;
    insta::assert_snapshot!(refused.fault(), @"429 You have sent more requests than this API key may. Try again in a moment.");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(refused.header("x-ratelimit-limit"), "2");
    // Another key, and uploads with this one, are not concerned.
    let pair = library::KeyPair::generate().unwrap();
    server.app.library.add_key(server.app.tenant, &pair, "second").await.unwrap();
    let request =
        request(Method::GET, "/v1/files").header("authorization", basic(&pair.private_key));
    assert_eq!(server.send(request.body("".into()).unwrap()).await.status, 200);
    let picture = testkit::Picture::jpeg(6, 4).bytes();
    assert_eq!(server.upload(&[file(&picture), text("fileName", "a.jpg")]).await.status, 200);
}
