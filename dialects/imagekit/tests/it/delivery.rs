//! Delivery of public files.

use std::{collections::BTreeMap, sync::Arc};

use http::Method;
use library::{Change, Visibility};
use plan::Format;
use testkit::{EchoEngine, Picture, Reply, Service, upload_to};

use crate::server::{Answer, Server, request};

async fn server() -> Server {
    let server = Server::start().await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    server.app.add("/shop/logo.png", Picture::png(200, 100).alpha()).await;
    server.app.add("/film.gif", Picture::new(Format::Gif, 100, 100).frames(12)).await;
    server.app.add_bytes("/words.txt", "hello, world").await;
    server
}

/// Status, type and body.
fn shown(answer: &Answer) -> String {
    format!("{} {} {}", answer.status.as_u16(), answer.header("content-type"), answer.text())
}

#[tokio::test]
async fn transformations_are_rendered() {
    let server = server().await;
    for (path, expected) in [
        ("/demo/cat.jpg", "200 image/jpeg jpeg"),
        ("/demo/tr:w-300/cat.jpg", "200 image/jpeg resize(300x)|jpeg"),
        ("/demo/cat.jpg?tr=w-300", "200 image/jpeg resize(300x)|jpeg"),
        ("/demo/shop/tr:w-300/logo.png", "200 image/png resize(300x)|png"),
        ("/demo/tr:w-300:rt-90/shop/logo.png", "200 image/png resize(300x)|rotate(90)|png"),
        (
            "/demo/cat.jpg?tr=w-300%2Ch-200%3Art-90",
            "200 image/jpeg resize(300x200,cover)|rotate(90)|jpeg",
        ),
        ("/demo/tr:f-png/cat.jpg", "200 image/png png"),
        ("/demo/tr:f-webp,q-50/cat.jpg", "200 image/webp webp(q50)"),
        ("/demo/tr:r-20/cat.jpg", "200 image/png round(20)|png"),
        ("/demo/tr:r-20,bg-red/cat.jpg", "200 image/jpeg round(20)|background(#ff0000)|jpeg"),
        (
            "/demo/tr:n-ik_ml_thumbnail/cat.jpg",
            "200 image/jpeg resize(400x300,inside,no-enlarge)|jpeg",
        ),
        ("/demo/tr:w-200/film.gif", "200 image/gif resize(200x)|gif"),
        ("/demo/tr:w-200,f-jpg/film.gif", "200 image/jpeg resize(200x)|jpeg"),
        ("/demo/film.gif/ik-thumbnail.jpg?tr=pg-3", "200 image/jpeg frame(3)|jpeg"),
        ("/demo/ik-seo/cat/a-fine-cat.jpg", "200 image/jpeg jpeg"),
        ("/demo/ik-seo/shop/logo/fine.png?tr=w-9", "200 image/png resize(9x)|png"),
        ("/demo/tr:w-abc,foo-bar/cat.jpg", "200 image/jpeg jpeg"),
        ("/demo/cat.jpg?v=5&updatedAt=9&ik-sdk-version=python-3", "200 image/jpeg jpeg"),
    ] {
        assert_eq!(shown(&server.get(path).await), expected, "{path}");
    }
}

#[tokio::test]
async fn formats_are_negotiated_by_name_only() {
    let server = server().await;
    for (accept, path, expected) in [
        ("*/*", "/demo/tr:w-9/cat.jpg", "image/jpeg"),
        ("image/*", "/demo/tr:w-9/cat.jpg", "image/jpeg"),
        ("image/webp,*/*", "/demo/tr:w-9/cat.jpg", "image/webp"),
        ("image/webp", "/demo/cat.jpg", "image/webp"),
        ("image/webp;q=0", "/demo/cat.jpg", "image/jpeg"),
        ("image/avif,image/webp", "/demo/cat.jpg", "image/webp"),
        ("image/webp", "/demo/tr:f-auto/cat.jpg", "image/webp"),
        ("image/webp", "/demo/tr:f-jpg/cat.jpg", "image/jpeg"),
        ("image/webp", "/demo/tr:f-orig/cat.jpg", "image/jpeg"),
    ] {
        let answer = server.get_with(path, &[("accept", accept)]).await;
        assert_eq!(answer.header("content-type"), expected, "{accept} {path}");
        let negotiated = !path.contains("f-jpg") && !path.contains("f-orig");
        assert_eq!(
            answer.header("vary"),
            if negotiated { "Accept" } else { "" },
            "{accept} {path}"
        );
    }
    let avif = Server::around(testkit::app().await, |config| config.auto_avif = true);
    avif.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let answer = avif.get_with("/demo/cat.jpg", &[("accept", "image/avif,image/webp")]).await;
    assert_eq!(answer.header("content-type"), "image/avif");
    let plain = Server::around(testkit::app().await, |config| config.auto_webp = false);
    plain.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let answer = plain.get_with("/demo/cat.jpg", &[("accept", "image/webp")]).await;
    assert_eq!(answer.header("content-type"), "image/jpeg");
}

#[tokio::test]
async fn heads_say_how_long_an_answer_keeps() {
    let server = server().await;
    let answer = server.get("/demo/tr:w-300/cat.jpg").await;
    assert_eq!(
        answer.header("cache-control"),
        "public, s-maxage=31536000, max-age=31536000, must-revalidate"
    );
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("timing-allow-origin"), "*");
    assert_eq!(answer.header("content-length"), answer.body.len().to_string());
    assert!(answer.header("etag").starts_with('"'), "strong");
    assert!(!answer.header("last-modified").is_empty());
    let again = server
        .get_with("/demo/tr:w-300/cat.jpg", &[("if-none-match", answer.header("etag"))])
        .await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    assert_eq!(server.app.echo.renders(), 1);
    let head =
        server.send(request(Method::HEAD, "/demo/tr:w-300/cat.jpg").body("".into()).unwrap()).await;
    assert_eq!(head.header("content-length"), answer.header("content-length"));
    assert_eq!(head.body.len(), 0);
}

#[tokio::test]
async fn originals_are_exact_and_other_files_pass_through() {
    let server = server().await;
    assert_eq!(
        server.get("/demo/tr:w-300,orig-true/cat.jpg").await.body,
        Picture::jpeg(600, 400).bytes()
    );
    assert_eq!(shown(&server.get("/demo/words.txt").await), "200 text/plain hello, world");
    assert_eq!(shown(&server.get("/demo/tr:w-300/words.txt").await), "200 text/plain hello, world");
    let part = server.get_with("/demo/words.txt", &[("range", "bytes=0-4")]).await;
    assert_eq!(
        (part.status.as_u16(), part.text(), part.header("content-range")),
        (206, "hello", "bytes 0-4/12")
    );
    let outside = server.get_with("/demo/words.txt", &[("range", "bytes=50-")]).await;
    assert_eq!((outside.status.as_u16(), outside.header("content-range")), (416, "bytes */12"));
}

#[tokio::test]
async fn downloads_have_a_name() {
    let server = server().await;
    let name = async |query: &str| {
        server.get(&format!("/demo/cat.jpg?{query}")).await.header("content-disposition").to_owned()
    };
    assert_eq!(name("ik-attachment=true").await, "attachment; filename=\"cat.jpg\"");
    assert_eq!(
        name("ik-attachment=true&ik-attachment-filename=dog.jpg").await,
        "attachment; filename=\"dog.jpg\""
    );
    assert_eq!(name("ik-attachment-filename=dog.jpg").await, "");
    assert_eq!(name("ik-attachment=false").await, "");
    let evil = name("ik-attachment=true&ik-attachment-filename=a%22%0d%0ax:%20y").await;
    assert!(evil.starts_with("attachment; filename=") && !evil.contains(['\r', '\n']), "{evil}");
}

#[tokio::test]
async fn client_hints_set_sizes() {
    let server = server().await;
    let hinted = server
        .get_with("/demo/tr:w-auto/cat.jpg", &[("sec-ch-width", "320"), ("width", "100")])
        .await;
    assert_eq!(shown(&hinted), "200 image/jpeg resize(320x)|jpeg");
    assert_eq!(hinted.header("vary"), "Accept, Sec-CH-Width, Width, Sec-CH-DPR, DPR");
    let old = server.get_with("/demo/tr:w-100,dpr-auto/cat.jpg", &[("dpr", "2.0")]).await;
    assert_eq!(old.text(), "resize(100x,dpr=2)|jpeg");
    assert_eq!(server.get("/demo/tr:w-auto/cat.jpg").await.text(), "jpeg");
    for width in ["0", "-5", "abc", "99999999999"] {
        let answer = server.get_with("/demo/tr:w-auto/cat.jpg", &[("width", width)]).await;
        assert_eq!(answer.text(), "jpeg", "{width}");
    }
}

#[tokio::test]
async fn a_missing_file_is_told() {
    let server = server().await;
    for path in ["/demo/dog.jpg", "/demo/tr:w-1/dog.jpg", "/nobody/cat.jpg", "/demo/CAT.jpg"] {
        let answer = server.get(path).await;
        assert_eq!(answer.text(), "Not Found");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert!(answer.header("ik-error").starts_with("ENOENT - "), "{path}: {answer:?}");
        assert_eq!(answer.status, 404);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
    let error = server.get("/demo/dog.jpg").await.header("ik-error").to_owned();
    insta::assert_snapshot!(error, @"ENOENT - the requested file does not exist");
}

#[tokio::test]
async fn traversal_finds_nothing() {
    let server = server().await;
    for path in [
        "/demo/../cat.jpg",
        "/demo/%2e%2e/cat.jpg",
        "/demo/%2e%2e%2fcat.jpg",
        "/demo/%252e%252e/cat.jpg",
        "/demo/..%5ccat.jpg",
        "/demo/cat.jpg%00",
        "/demo//cat.jpg",
        "/demo/./cat.jpg",
        "/demo/%c0%af/cat.jpg",
        "/demo/cat.jpg/",
        "/demo/",
        "/demo",
        "/",
        "/%64emo%2fcat.jpg",
        "/..%2fdemo/cat.jpg",
        "//demo/cat.jpg",
        "/demo/%2fetc%2fpasswd",
        "/demo/tr:w-1/",
        "/demo/tr:di-..@@..@@etc@@passwd/dog.jpg",
        "/demo/ik-seo/../cat/x.jpg",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn a_default_image_stands_in() {
    let server = server().await;
    assert_eq!(server.get("/demo/tr:w-50,di-cat.jpg/dog.jpg").await.text(), "resize(50x)|jpeg");
    assert_eq!(server.get("/demo/tr:di-@@shop@@logo.png/dog.jpg").await.text(), "png");
    assert_eq!(server.get("/demo/tr:di-logo.png/cat.jpg").await.text(), "jpeg", "not needed");
    assert_eq!(server.get("/demo/tr:di-logo.png/dog.jpg").await.status, 404, "missing as well");
    let uploaded = server.get("/demo/tr:di-cat.jpg/dog.jpg").await;
    assert_eq!(uploaded.text(), "jpeg");
    server.app.add("/dog.jpg", Picture::jpeg(10, 10).serial(2)).await;
    let now = server.get("/demo/tr:di-cat.jpg/dog.jpg").await;
    assert_ne!(
        now.header("etag"),
        uploaded.header("etag"),
        "the file itself, as soon as it is there"
    );
}

#[tokio::test]
async fn the_stored_coordinates_are_a_focus() {
    let server = server().await;
    let mut upload = upload_to("/focus.jpg");
    upload.focus = Change::Set(Some([10, 20, 30, 40]));
    server.app.upload(upload, Picture::jpeg(600, 400).bytes()).await.unwrap();
    let answer = server.get("/demo/tr:w-100,h-100,fo-custom/focus.jpg").await;
    assert_eq!(answer.text(), "resize(100x100,cover,focus(10,20,30,40))|jpeg");
    let answer = server.get("/demo/tr:w-100,h-100,fo-custom/cat.jpg").await;
    assert_eq!(answer.text(), "resize(100x100,cover)|jpeg");
}

#[tokio::test]
async fn what_cannot_be_made_is_refused_with_a_reason() {
    let server = server().await;
    let mut refusals = Vec::new();
    for path in [
        "/demo/tr:w-200,h-200,cm-extract,xc-10,yc-10/cat.jpg",
        "/demo/tr:w-65535,h-65535/cat.jpg",
        "/demo/tr:w-iw_div_0/cat.jpg",
        "/demo/tr:w-iw_div/cat.jpg",
        "/demo/tr:n-nothing/cat.jpg",
        "/demo/tr:l-text,l-end/cat.jpg",
        "/demo/tr:l-text,i-hello/cat.jpg",
        "/demo/tr:if-w_above_100,w-1,if-end/cat.jpg",
        "/demo/tr:e-bgremove/cat.jpg",
        "/demo/tr:oi-logo.png/cat.jpg",
        "/demo/words.txt/ik-thumbnail.jpg",
        "/demo/tr:l-text,i-%0d%0aset-cookie,l-end,l-end/cat.jpg",
    ] {
        refusals.push(server.get(path).await.refusal());
    }
    insta::assert_snapshot!(refusals.join("\n"), @r"
    400 | UNIDENTIFIED - the crop 200 x 200 at -90, -90 reaches outside the picture of 600 x 400 | the crop 200 x 200 at -90, -90 reaches outside the picture of 600 x 400
    400 | ELIMIT - the result would be 65535 x 65535 pixels, the limit is 100000000 pixels | the result would be 65535 x 65535 pixels, the limit is 100000000 pixels
    400 | UNIDENTIFIED - the expression `iw/0` has no value: it divides by zero | the expression `iw/0` has no value: it divides by zero
    400 | UNIDENTIFIED - the expression `iw_div` does not end with an operand | the expression `iw_div` does not end with an operand
    400 | UNIDENTIFIED - the named transformation `nothing` does not exist | the named transformation `nothing` does not exist
    400 | UNIDENTIFIED - `l-text` expects what it shows in `i` or `ie`, found neither | `l-text` expects what it shows in `i` or `ie`, found neither
    400 | UNIDENTIFIED - `l-text` is never closed, expected `l-end` | `l-text` is never closed, expected `l-end`
    400 | UNIDENTIFIED - in the condition `w_above_100`: expected eq, ne, gt, gte, lt or lte, found `above` | in the condition `w_above_100`: expected eq, ne, gt, gte, lt or lte, found `above`
    400 | UNIDENTIFIED - `e-bgremove` needs a model, and no back end for it is configured | `e-bgremove` needs a model, and no back end for it is configured
    400 | UNIDENTIFIED - the picture of a layer does not exist | the picture of a layer does not exist
    400 | UNIDENTIFIED - no still can be taken from this file | no still can be taken from this file
    400 | UNIDENTIFIED - `l-end` ends a block that was not opened | `l-end` ends a block that was not opened
    ");
    let chain = |n: usize| format!("/demo/tr:{}/cat.jpg", vec!["w-9"; n].join(":"));
    assert_eq!(server.get(&chain(50)).await.status, 200);
    insta::assert_snapshot!(server.get(&chain(100)).await.refusal(), @"400 | ELIMIT - more than 64 steps | more than 64 steps");
    let nested =
        format!("/demo/tr:{}{}/cat.jpg", "l-image,i-a,".repeat(1000), "l-end,".repeat(1000));
    insta::assert_snapshot!(server.get(&nested).await.refusal(), @"400 | ELIMIT - blocks are nested deeper than 3 | blocks are nested deeper than 3");
}

#[tokio::test]
async fn a_chain_goes_on_with_what_a_back_end_made() {
    let service =
        Service::start(|_, _| Reply::new("image/png", Picture::png(300, 200).alpha().bytes()))
            .await;
    let app = testkit::builder()
        .engine(Arc::new(EchoEngine::drawing()))
        .config(|config| {
            config.extensions.remove_bg.url = service.url("/remove");
            config.extensions.operations =
                BTreeMap::from([("bg-genfill".to_owned(), service.url("/fill"))]);
        })
        .build()
        .await;
    let server = Server::around(app, |_| {});
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let get = async |path: &str| server.get(path).await;
    let answer = get("/demo/tr:w-300:e-bgremove,w-150,f-png/cat.jpg").await;
    assert_eq!(answer.text(), "ECHO png 150x100 orientation=1 frames=1 serial=0");
    let fill = "/demo/tr:w-400,h-400,cm-pad_resize,bg-genfill-prompt-sea,f-png/cat.jpg";
    assert_eq!(get(fill).await.text(), "ECHO png 300x200 orientation=1 frames=1 serial=0");
    let seen = service.seen();
    assert_eq!((seen[0].path.as_str(), seen[1].path.as_str()), ("/remove", "/fill"));
    assert!(seen[0].text().contains("e-bgremove") && seen[0].text().contains("ECHO png 300x200"));
    assert!(seen[1].text().contains(r#"{"prompt":"sea"}"#), "{}", seen[1].text());
    assert!(seen[1].text().contains("ECHO png 400x400"), "{}", seen[1].text());

    let refused = get("/demo/tr:e-upscale/cat.jpg").await.refusal();
    insta::assert_snapshot!(refused, @"400 | UNIDENTIFIED - `e-upscale` needs a model, and no back end for it is configured | `e-upscale` needs a model, and no back end for it is configured");
    let refused = get("/demo/tr:l-image,i-cat.jpg,e-bgremove,l-end/cat.jpg").await.refusal();
    insta::assert_snapshot!(refused, @"400 | UNIDENTIFIED - `e-bgremove` is for the whole picture, and stands in no layer and no conditional | `e-bgremove` is for the whole picture, and stands in no layer and no conditional");
}

#[tokio::test]
async fn sources_over_the_limit_are_refused() {
    let server = server().await;
    let mut picture = Picture::jpeg(600, 400).bytes();
    picture.push(b'\n');
    picture.resize((40 << 20) + 1, b' ');
    server.app.add_bytes("/large.jpg", picture).await;
    insta::assert_snapshot!(server.get("/demo/tr:w-9/large.jpg").await.refusal(), @"400 | ELIMIT - the source has 41943041 bytes, the limit is 41943040 | the source has 41943041 bytes, the limit is 41943040");
    assert_eq!(server.get("/demo/tr:orig-true/large.jpg").await.status, 200);
}

#[tokio::test]
async fn drafts_are_not_there() {
    let server = server().await;
    let mut upload = upload_to("/draft.jpg");
    upload.visibility = Change::Set(Visibility::Draft);
    server.app.upload(upload, Picture::jpeg(1, 1).bytes()).await.unwrap();
    for path in
        ["/demo/draft.jpg", "/demo/tr:orig-true/draft.jpg", "/demo/tr:n-ik_ml_thumbnail/draft.jpg"]
    {
        assert_eq!(server.get(path).await.status, 404, "{path}");
        assert_eq!(server.get_with(path, &[("if-none-match", "*")]).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn methods_are_three() {
    let server = server().await;
    let send =
        |method: Method| server.send(request(method, "/demo/cat.jpg").body("".into()).unwrap());
    let options = send(Method::OPTIONS).await;
    assert_eq!(
        (options.status.as_u16(), options.header("access-control-allow-origin")),
        (204, "*")
    );
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::TRACE] {
        let answer = send(method.clone()).await;
        assert_eq!(answer.status, 405, "{method}");
    }
}

#[tokio::test]
async fn a_second_request_renders_and_asks_nothing() {
    let server = server().await;
    server.get("/demo/tr:w-77/cat.jpg").await;
    let (renders, statements) = (server.app.echo.renders(), server.app.library.statements());
    server.get("/demo/tr:w-77/cat.jpg").await;
    server.get("/demo/cat.jpg?tr=w-77").await;
    assert_eq!((server.app.echo.renders(), server.app.library.statements()), (renders, statements));
}

#[tokio::test]
async fn urls_are_explained() {
    let server = server().await;
    let explain = async |target: &str| {
        imagekit::explain(&server.app.library, target, library::Accepts::default()).await
    };
    let meant = explain("/demo/shop/tr:w-300,foo-bar/cat.jpg").await.unwrap();
    assert_eq!((meant.tenant, meant.plan.as_str()), (server.app.tenant, "resize(300x)"));
    assert_eq!(meant.ignored, ["`foo-bar`: the key is not known"]);
    let error = explain("/demo/tr:n-nothing/cat.jpg").await.unwrap_err();
    assert_eq!(error.to_string(), "the named transformation `nothing` does not exist");
    let error = explain("/nobody/cat.jpg").await.unwrap_err();
    assert_eq!(error.to_string(), "no file can have this path");
}
