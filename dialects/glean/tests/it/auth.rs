//! Tokens, who they act for, and how often they may ask.

use http::Method;
use library::{EmailAddress, Rate};
use testkit::Picture;

use crate::server::{GLOBAL, Server};

async fn ask(server: &Server, headers: &[(&str, &str)]) -> String {
    let answer = server.send(Method::GET, "/images?type=ICON", headers, "").await;
    answer.fault()
}

const PASSED: &str = "404 not_found there is no such image";

#[tokio::test]
async fn a_token_is_needed() {
    let server = Server::start().await;
    for headers in [
        &[][..],
        &[("authorization", "private_key_test")],
        &[("authorization", "Bearer")],
        &[("authorization", "Bearer public_key_test")],
        &[("authorization", "Basic cHJpdmF0ZV9rZXlfdGVzdDo=")],
        &[("authorization", GLOBAL), ("authorization", GLOBAL)],
    ] {
        for (method, target) in [(Method::GET, "/images"), (Method::POST, "/uploadimage")] {
            let answer = server.send(method, target, headers, "").await;
            assert!(answer.fault().starts_with("401 authentication_required "), "{answer:?}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
    assert_eq!(ask(&server, &[("authorization", "bearer private_key_test")]).await, PASSED);
}

#[tokio::test]
async fn a_global_token_acts_for_anybody() {
    let server = Server::start().await;
    let act = async |headers: &[(&str, &str)]| {
        let headers = [&[("authorization", GLOBAL)], headers].concat();
        ask(&server, &headers).await
    };
    assert_eq!(act(&[]).await, PASSED);
    for name in ["x-scio-actas", "X-Glean-ActAs", "X-SCIO-ACTAS"] {
        assert_eq!(act(&[(name, "")]).await, PASSED);
        assert_eq!(act(&[(name, "Ann@example.com")]).await, PASSED);
        assert_eq!(
            act(&[(name, "ann")]).await,
            "400 invalid_request `ann` is not an e-mail address"
        );
    }
    assert_eq!(act(&[("x-scio-actas", "a@b"), ("x-glean-actas", "A@b")]).await, PASSED);
    assert_eq!(act(&[("x-scio-actas", "a@b"), ("x-glean-actas", "")]).await, PASSED);
    assert_eq!(
        act(&[("x-scio-actas", "a@b"), ("x-glean-actas", "c@d")]).await,
        "400 invalid_request `X-Scio-Actas` and `X-Glean-ActAs` mean the same and have different values"
    );
    assert_eq!(act(&[("x-glean-auth-type", "OAUTH")]).await, PASSED);
}

#[tokio::test]
async fn a_user_token_acts_for_its_user_only() {
    let server = Server::start().await;
    let ann = EmailAddress::parse("ann@example.com").unwrap();
    let library = &server.app.library;
    let (made, token) = library.add_user_token(server.app.tenant, ann, "").await.unwrap();
    let bearer = format!("Bearer {token}");
    let act = async |user: &str| {
        ask(&server, &[("authorization", &bearer), ("x-scio-actas", user)]).await
    };
    assert_eq!(act("").await, PASSED);
    assert_eq!(act("ANN@example.com").await, PASSED);
    for user in ["bob@example.com", "ann"] {
        assert_eq!(
            act(user).await,
            "401 authentication_required this token acts for nobody but its own user"
        );
    }
    // It opens this dialect, not the library.
    assert_eq!(library.actor_by_secret(&token).await.unwrap(), None);
    library.set_user_token_enabled(server.app.tenant, made.id, false).await.unwrap();
    assert_eq!(act("").await, "401 authentication_required the token is not valid");
}

#[tokio::test]
async fn each_acting_user_has_an_allowance() {
    let server = Server::with(|config| config.rate = Rate::per_second(1, 2)).await;
    let act =
        async |user: &str| ask(&server, &[("authorization", GLOBAL), ("x-scio-actas", user)]).await;
    for user in ["a@b", ""] {
        assert_eq!(act(user).await, PASSED);
        assert_eq!(act(&user.to_uppercase()).await, PASSED);
        assert_eq!(act(user).await, "429 rate_limit_exceeded too many requests");
    }
    // Before anything is said of parameters, and for both calls.
    let refused = server.upload("type=NOTHING", Picture::png(1, 1).bytes()).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("retry-after"), "1");
    // But a wrong token is nobody's.
    assert!(ask(&server, &[("authorization", "Bearer x")]).await.starts_with("401 "));
}

#[tokio::test]
async fn other_methods_and_paths_are_told_apart() {
    let server = Server::start().await;
    for (method, target, status) in [
        (Method::POST, "/images", 405),
        (Method::DELETE, "/images", 405),
        (Method::GET, "/uploadimage", 405),
        (Method::OPTIONS, "/images", 405),
        (Method::GET, "/image", 404),
        (Method::GET, "", 404),
    ] {
        let answer = server.send(method, target, &[("authorization", GLOBAL)], "").await;
        assert_eq!(answer.status, status, "{target}");
        answer.fault();
    }
}
