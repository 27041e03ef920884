//! Signed URLs and private files.

use http::Method;
use library::{Access, Change, Visibility};
use testkit::{Picture, upload_to};
use wire::sign::hmac_sha1_hex;

use crate::server::{Answer, PRIVATE_KEY, Server, request};

async fn server() -> Server {
    let server = Server::start().await;
    server.app.add("/open.jpg", Picture::jpeg(600, 400)).await;
    for (path, access, visibility) in [
        ("/secret.jpg", Access::PresetsOnly, Visibility::Listed),
        ("/vault.jpg", Access::Private, Visibility::Listed),
        ("/draft.jpg", Access::Public, Visibility::Draft),
    ] {
        let mut upload = upload_to(path);
        upload.access = Change::Set(access);
        upload.visibility = Change::Set(visibility);
        server.app.upload(upload, Picture::jpeg(600, 400).bytes()).await.unwrap();
    }
    server
}

/// `rest` with a signature that never expires.
fn signed(rest: &str) -> String {
    let signature = hmac_sha1_hex(PRIVATE_KEY.as_bytes(), &[rest.as_bytes(), b"9999999999"]);
    format!("/demo/{rest}{}ik-s={signature}", if rest.contains('?') { '&' } else { '?' })
}

async fn get(server: &Server, path: &str) -> Answer {
    server.get(path).await
}

#[tokio::test]
async fn private_files_need_a_signature() {
    let server = server().await;
    for path in [
        "/demo/secret.jpg",
        "/demo/tr:w-9/secret.jpg",
        "/demo/tr:orig-true/secret.jpg",
        "/demo/ik-seo/secret/x.jpg",
    ] {
        assert_eq!(
            get(&server, path).await.refusal(),
            "401 | EACCES - this file needs a valid signature | this file needs a valid signature",
            "{path}"
        );
    }
    for headers in [("if-none-match", "*"), ("range", "bytes=0-1")] {
        assert_eq!(server.get_with("/demo/secret.jpg", &[headers]).await.status, 401);
    }
    let head =
        server.send(request(Method::HEAD, "/demo/secret.jpg").body("".into()).unwrap()).await;
    assert_eq!(head.status, 401);
    let default = get(&server, "/demo/tr:di-secret.jpg/nothing.jpg").await;
    assert_eq!(default.status, 401);
    for rest in [
        "secret.jpg",
        "vault.jpg",
        "tr:w-9/secret.jpg",
        "secret.jpg?tr=w-9",
        "tr:di-secret.jpg/nothing.jpg",
    ] {
        let answer = get(&server, &signed(rest)).await;
        assert_eq!(answer.status, 200, "{rest}: {answer:?}");
        assert_eq!(answer.header("cache-control"), "private, no-store", "{rest}");
    }
    assert_eq!(get(&server, "/demo/secret.jpg").await.status, 401, "still");
}

#[tokio::test]
async fn named_transformations_of_private_files_are_open() {
    let server = server().await;
    let answer = get(&server, "/demo/tr:n-ik_ml_thumbnail/secret.jpg").await;
    assert_eq!(
        (answer.status.as_u16(), answer.text()),
        (200, "resize(400x300,inside,no-enlarge)|jpeg")
    );
    assert_eq!(get(&server, "/demo/tr:n-ik_ml_thumbnail,w-900/secret.jpg").await.status, 401);
    assert_eq!(get(&server, "/demo/tr:n-ik_ml_thumbnail:w-900/secret.jpg").await.status, 401);
    assert_eq!(get(&server, "/demo/tr:n-ik_ml_thumbnail,orig-true/secret.jpg").await.status, 401);
    assert_eq!(
        get(&server, "/demo/tr:n-ik_ml_thumbnail/vault.jpg").await.status,
        401,
        "private in another dialect"
    );
}

#[tokio::test]
async fn a_signature_opens_no_drafts() {
    let server = server().await;
    assert_eq!(get(&server, &signed("draft.jpg")).await.status, 404);
}

#[tokio::test]
async fn a_wrong_signature_is_refused_even_for_public_files() {
    let server = server().await;
    assert_eq!(get(&server, &signed("open.jpg")).await.status, 200);
    let good = signed("open.jpg?v=1");
    assert_eq!(get(&server, &good).await.status, 200);
    let signature = good.rsplit_once('=').unwrap().1.to_owned();
    for path in [
        good.replace("v=1", "v=2"),
        good.replace("open.jpg", "tr:w-9/open.jpg"),
        good.replace("open.jpg", "nothing.jpg"),
        good.replace(&signature, &signature.to_uppercase()),
        good.replace(&signature, &signature[1..]),
        good.replace(&signature, ""),
        format!("{good}&ik-s={signature}"),
        format!("{good}&ik-t=1"),
        format!("{good}&x=1"),
    ] {
        let answer = server.get_with(&path, &[("if-none-match", "*")]).await;
        assert_eq!(answer.status, 401, "{path}: {answer:?}");
    }
    assert_eq!(get(&server, "/demo/open.jpg?ik-t=1").await.status, 200, "a lone ik-t is ignored");
}

#[tokio::test]
async fn expired_signatures_are_refused() {
    let server = server().await;
    for (moment, status) in
        [("1600000000", 401), ("4000000000", 200), ("-1", 401), ("soon", 401), ("", 401)]
    {
        let signature = hmac_sha1_hex(PRIVATE_KEY.as_bytes(), &[b"open.jpg", moment.as_bytes()]);
        let answer = get(&server, &format!("/demo/open.jpg?ik-t={moment}&ik-s={signature}")).await;
        assert_eq!(answer.status, status, "{moment}");
    }
}

#[tokio::test]
async fn names_with_blanks_may_be_signed_raw() {
    let server = server().await;
    server.app.add("/a b/é.jpg", Picture::jpeg(1, 1)).await;
    let raw = hmac_sha1_hex(PRIVATE_KEY.as_bytes(), &["a b/é.jpg".as_bytes(), b"9999999999"]);
    let encoded = hmac_sha1_hex(PRIVATE_KEY.as_bytes(), &[b"a%20b/%C3%A9.jpg", b"9999999999"]);
    for signature in [raw, encoded] {
        assert_eq!(
            get(&server, &format!("/demo/a%20b/%C3%A9.jpg?ik-s={signature}")).await.status,
            200
        );
    }
}

#[tokio::test]
async fn a_signature_is_for_one_transformation() {
    let server = server().await;
    let preview = signed("tr:bl-90,w-100,q-50/secret.jpg");
    assert_eq!(get(&server, &preview).await.status, 200);
    let bare = preview.replace("bl-90,w-100", "bl-90%2Cw-100");
    assert_eq!(get(&server, &bare).await.status, 401, "{bare}");
    let whole = preview.replace("bl-90,w-100,q-50", "bl-90%2Cw-100%2Cq-50");
    assert_eq!(get(&server, &whole).await.status, 200, "{whole}");
}

#[tokio::test]
async fn what_clients_encode_on_the_way_may_be_signed_raw() {
    let server = server().await;
    let text = "l-text,i-Hello%20World,ff-Open Sans,l-end";
    for rest in [
        format!("tr:{text}/secret.jpg"),
        format!("secret.jpg?tr={text}"),
        format!("secret.jpg?v=é b&tr={text}"),
    ] {
        let sent = signed(&rest).replace(' ', "%20").replace('é', "%C3%A9");
        assert_eq!(get(&server, &sent).await.status, 200, "{sent}");
    }
}

#[tokio::test]
async fn an_account_may_insist_on_signatures() {
    let server = Server::with(|config| config.signed_only = true).await;
    server.app.add("/open.jpg", Picture::jpeg(600, 400)).await;
    assert_eq!(
        get(&server, "/demo/open.jpg").await.refusal(),
        "401 | EACCES - only signed URLs are served | only signed URLs are served"
    );
    assert_eq!(get(&server, &signed("open.jpg")).await.status, 200);
}

#[tokio::test]
async fn uploads_set_and_lift_privacy() {
    let server = server().await;
    let picture = Picture::jpeg(600, 400).bytes();
    let upload = async |is_private: &str| {
        let parts = [
            crate::server::file(&picture),
            crate::server::text("fileName", "mine.jpg"),
            crate::server::text("useUniqueFileName", "false"),
            crate::server::text("isPrivateFile", is_private),
        ];
        assert_eq!(server.upload(&parts).await.status, 200);
    };
    upload("true").await;
    assert_eq!(get(&server, "/demo/mine.jpg").await.status, 401);
    upload("false").await;
    assert_eq!(get(&server, "/demo/mine.jpg").await.status, 200);
}
