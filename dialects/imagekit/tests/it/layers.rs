//! Layers, overlays of old and conditionals over HTTP; debug mode.

use library::{Access, Change, Visibility};
use testkit::{Picture, upload_to};
use wire::sign::hmac_sha1_hex;

use crate::server::{PRIVATE_KEY, Server};

async fn server(debug: bool) -> Server {
    let server = Server::with(|config| config.debug = debug).await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    server.app.add("/logos/logo.png", Picture::png(60, 40).alpha()).await;
    for (path, access, visibility) in [
        ("/secret.png", Access::PresetsOnly, Visibility::Listed),
        ("/draft.png", Access::Public, Visibility::Draft),
    ] {
        let mut upload = upload_to(path);
        upload.access = Change::Set(access);
        upload.visibility = Change::Set(visibility);
        server.app.upload(upload, Picture::png(60, 40).bytes()).await.unwrap();
    }
    server
}

/// `rest` with a signature that never expires.
fn signed(rest: &str) -> String {
    let signature = hmac_sha1_hex(PRIVATE_KEY.as_bytes(), &[rest.as_bytes(), b"9999999999"]);
    format!("/demo/{rest}?ik-s={signature}")
}

/// The plan without the hashes in it.
async fn plan(server: &Server, path: &str) -> String {
    let answer = server.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    let mut plan = answer.text().to_owned();
    while let Some(at) = plan.find("sha256:") {
        plan.replace_range(at..at + "sha256:".len() + 64, "#");
    }
    plan
}

#[tokio::test]
async fn layers_are_laid() {
    let server = server(false).await;
    for (path, expected) in [
        (
            "/demo/tr:l-image,i-logos@@logo.png,w-9,lx-5,l-end/cat.jpg",
            "layer(picture(#),x=start(5),y=start|trim(10%)|resize(9x))|jpeg",
        ),
        (
            "/demo/cat.jpg?tr=l-image%2Cie-bG9nb3MvbG9nby5wbmc%3D%2Cl-end",
            "layer(picture(#)|trim(10%))|jpeg",
        ),
        ("/demo/tr:oi-logos@@logo.png,oit-false/cat.jpg", "layer(picture(#))|jpeg"),
        (
            "/demo/tr:w-300:if-h_eq_200,l-text,i-Hi,l-end,if-end/cat.jpg",
            "resize(300x)|if(ch==200?layer(text(\"Hi\",45,#000000)))|jpeg",
        ),
    ] {
        assert_eq!(plan(&server, path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn a_picture_that_is_not_there_is_a_400() {
    let server = server(false).await;
    for path in [
        "/demo/tr:l-image,i-nothing.png,l-end/cat.jpg",
        "/demo/tr:l-image,i-draft.png,l-end/cat.jpg",
        "/demo/tr:l-image,i-..@@..@@etc@@passwd,l-end/cat.jpg",
        "/demo/tr:oi-nothing.png/cat.jpg",
    ] {
        let expected = "400 | UNIDENTIFIED - the picture of a layer does not exist | \
                        the picture of a layer does not exist";
        assert_eq!(server.get(path).await.refusal(), expected, "{path}");
    }
    assert_eq!(server.get(&signed("tr:l-image,i-draft.png,l-end/cat.jpg")).await.status, 400);
}

#[tokio::test]
async fn a_private_picture_needs_the_whole_url_to_be_signed() {
    let server = server(false).await;
    let rest = "tr:l-image,i-secret.png,l-end/cat.jpg";
    let answer = server.get(&format!("/demo/{rest}")).await;
    assert_eq!(
        answer.refusal(),
        "401 | EACCES - this file needs a valid signature | this file needs a valid signature"
    );
    let condition = server.get_with(&format!("/demo/{rest}"), &[("if-none-match", "*")]).await;
    assert_eq!(condition.status, 401);
    let answer = server.get(&signed(rest)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "private, no-store");
}

#[tokio::test]
async fn debug_mode_says_what_was_understood() {
    let server = server(true).await;
    let path = "/demo/tr:w-300,foo-bar,l-text,i-%C3%A9,l-end/cat.jpg";
    let answer = server.get(path).await;
    assert_eq!(
        answer.header("x-halftone-plan"),
        r#"resize(300x)|layer(text("\u{e9}",45,#000000))|jpeg"#
    );
    assert_eq!(
        answer.header("x-halftone-resolved"),
        r#"input 600x400; resize 600x400 at 0,0 to 300x200; layer(text("\u{e9}",45,#000000)) on 300x200; result 300x200"#
    );
    assert_eq!(answer.header("x-halftone-ignored"), "`foo-bar`: the key is not known");
    let refused = server.get("/demo/tr:w-iw_div_0,q-0/cat.jpg").await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.header("x-halftone-plan"), "resize({iw/0}x)");
    assert_eq!(refused.header("x-halftone-ignored"), "`q-0`: `q` does not take this value");
    // A default image is what is shown, so it is what is explained.
    let default = server.get("/demo/tr:w-9,di-cat.jpg/nothing.jpg").await;
    assert_eq!(default.header("x-halftone-plan"), "resize(9x)|jpeg");
}

#[tokio::test]
async fn without_debug_mode_nothing_is_said() {
    let server = server(false).await;
    for path in ["/demo/tr:w-300,foo-bar/cat.jpg", "/demo/tr:w-iw_div_0/cat.jpg"] {
        let answer = server.get(path).await;
        let is_ours = |name: &http::HeaderName| name.as_str().starts_with("x-halftone");
        assert!(!answer.headers.keys().any(is_ours), "{path}: {answer:?}");
    }
}
