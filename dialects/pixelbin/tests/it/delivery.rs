//! Delivery: which file, what of it, and how it is handed over.

use http::{Method, Request};
use library::{Access, Change, Visibility};
use plan::Format;
use testkit::{Picture, upload_to};

use crate::server::Server;

async fn server() -> Server {
    let server = Server::start().await;
    server.app.add("/dir/cat.png", Picture::png(600, 400)).await;
    server.app.add("/photo.jpg", Picture::jpeg(600, 400)).await;
    server.app.add("/logo.png", Picture::png(50, 40).alpha()).await;
    server.app.add_bytes("/notes.txt", "hello").await;
    server
}

/// Whether the hot cache may keep the answer.
async fn is_kept(server: &Server, path: &str) -> bool {
    let request = Request::builder().uri(path).body(axum::body::Body::empty()).unwrap();
    let response = server.response(request).await;
    assert_eq!(response.status(), 200, "{path}");
    response.extensions().get::<wire::respond::Hot>().is_some()
}

#[tokio::test]
async fn what_another_file_would_go_before_is_not_kept() {
    let server = server().await;
    server.upload(("cat.jpg", &Picture::jpeg(60, 40).bytes()), &[("path", "up")]).await;
    assert!(is_kept(&server, "/v2/demo/t.flip()/up/cat.jpeg").await);
    assert!(!is_kept(&server, "/v2/demo/t.flip()/up/cat.jpg").await);
    assert!(is_kept(&server, "/v2/demo/t.flip()/dir/cat.png").await);
}

/// Status and text of an answer.
async fn shown(server: &Server, path: &str) -> String {
    let answer = server.get(path).await;
    if answer.status == 200 { answer.text().to_owned() } else { answer.fault() }
}

#[tokio::test]
async fn every_prefix_delivers() {
    let server = server().await;
    for prefix in
        ["/pixelbin/v2/demo", "/pixelbin/v1/demo", "/pixelbin/demo", "/v2/demo", "/v1/demo"]
    {
        let answer = server.get(&format!("{prefix}/original/dir/cat.png")).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "image/png"));
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("cache-control"), "public, max-age=3600");
        assert_eq!(answer.header("accept-ranges"), "bytes");
        let flipped = server.get(&format!("{prefix}/t.flip()/dir/cat.png")).await;
        assert_eq!(flipped.text(), "flip-vertical|png(keep-samples)", "{prefix}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_json_404() {
    let server = server().await;
    for path in [
        "/v2/demo/original/nothing.png",
        "/v2/nobody/original/dir/cat.png",
        "/v2/demo/abcdef/original/dir/cat.png",
        "/v2/demo/dir/cat.png",
        "/pixelbin/v3/demo/original/dir/cat.png",
        "/pixelbin/x",
        "/v2/demo/t.flip()/nothing.png",
        "/v2/demo/original/../dir/cat.png",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.fault(), "404 File not found", "{path}");
        assert_eq!(answer.header("content-type"), "application/json", "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn formats_follow_the_source_unless_told() {
    let server = server().await;
    assert_eq!(
        shown(&server, "/v2/demo/t.flip()/photo.jpg").await,
        "flip-vertical|jpeg(half-chroma)"
    );
    // What a JPEG cannot show is laid onto black.
    assert_eq!(
        shown(&server, "/v2/demo/t.extend(bc:00000000)/photo.jpg").await,
        "extend(10,10,10,10,#00000000)|jpeg(half-chroma)"
    );
    for (format, expected) in [
        (Format::Tiff, "tiff"),
        (Format::Bmp, "bmp"),
        (Format::Svg, "png(keep-samples)"),
        (Format::Webp, "webp"),
        (Format::Gif, "gif"),
    ] {
        let path = format!("/files/a.{format}x");
        server.app.add(&path, Picture::new(format, 60, 40)).await;
        let found = shown(&server, &format!("/v2/demo/t.flip(){path}")).await;
        assert_eq!(found, format!("flip-vertical|{expected}"));
    }
    let answer = server.get("/v2/demo/t.toFormat(f:webp)/photo.jpg").await;
    assert_eq!((answer.text(), answer.header("content-type")), ("webp(q75)", "image/webp"));
    assert_eq!(
        shown(&server, "/v2/demo/t.toFormat(f:heif)/photo.jpg").await,
        "400 heic is not among the formats that can be made"
    );
}

#[tokio::test]
async fn the_format_follows_accept_where_it_is_asked_to() {
    let server = server().await;
    let ask = async |path: &str, accept: &str| {
        let answer = server.get_with(path, &[("accept", accept)]).await;
        let vary = answer.header("vary").to_owned();
        (answer.header("content-type").to_owned(), vary)
    };
    let is = |kind: &str| (kind.to_owned(), "Accept".to_owned());
    let path = "/v2/demo/t.flip()/photo.jpg?f_auto=true";
    assert_eq!(ask(path, "image/avif,image/webp,*/*").await, is("image/avif"));
    assert_eq!(ask(path, "image/webp").await, is("image/webp"));
    assert_eq!(ask(path, "*/*").await, is("image/jpeg"));
    let plain = ask("/v2/demo/t.flip()/photo.jpg?f_auto=false", "image/webp").await;
    assert_eq!(plain.0, "image/jpeg");
    let told = ask("/v2/demo/t.toFormat(f:png)/photo.jpg?f_auto=true", "image/webp").await;
    assert_eq!(told.0, "image/png");
    let original = ask("/v2/demo/original/photo.jpg?f_auto=true", "image/webp").await;
    assert_eq!(original.0, "image/jpeg");
}

#[tokio::test]
async fn density_comes_with_the_query_or_the_screen() {
    let server = server().await;
    let path = "/v2/demo/t.resize(w:100)/photo.jpg";
    assert_eq!(
        shown(&server, &format!("{path}?dpr=2")).await,
        "resize(200x,srgb)|jpeg(half-chroma)"
    );
    assert_eq!(
        shown(&server, &format!("{path}?dpr=6")).await,
        "400 `dpr` expects a number from 0.1 to 5, or auto, found `6`"
    );
    let auto = server.get_with(&format!("{path}?dpr=auto"), &[("sec-ch-dpr", "3")]).await;
    assert_eq!(auto.text(), "resize(300x,srgb)|jpeg(half-chroma)");
    assert_eq!(auto.header("vary"), "Sec-CH-DPR, DPR");
    assert_eq!(auto.header("accept-ch"), "Sec-CH-DPR, DPR");
    let older = server.get_with(&format!("{path}?dpr=auto"), &[("dpr", "1.5")]).await;
    assert_eq!(older.text(), "resize(150x,srgb)|jpeg(half-chroma)");
    let useless = server.get_with(&format!("{path}?dpr=auto"), &[("dpr", "x")]).await;
    assert_eq!(useless.text(), "resize(100x,srgb)|jpeg(half-chroma)");
    let both = server.get(&format!("{path}?dpr=auto&f_auto=true")).await;
    assert_eq!(both.header("vary"), "Accept, Sec-CH-DPR, DPR");
    assert_eq!(server.get("/v2/demo/original/photo.jpg?dpr=9").await.status, 400);
}

#[tokio::test]
async fn downloads_are_offered_under_a_name() {
    let server = server().await;
    let disposition = async |query: &str| {
        let answer = server.get(&format!("/v2/demo/original/dir/cat.png?{query}")).await;
        answer.header("content-disposition").to_owned()
    };
    assert_eq!(disposition("download=true").await, "attachment; filename=\"cat.png\"");
    assert_eq!(disposition("download=my+cat.png").await, "attachment; filename=\"my cat.png\"");
    assert_eq!(disposition("preview=true").await, "inline");
    assert_eq!(disposition("preview=True").await, "inline");
    assert_eq!(disposition("preview=false").await, "");
    let hostile = disposition("download=a%22%0d%0ax:%20y.png").await;
    assert!(hostile.starts_with("attachment") && !hostile.contains('\n'), "{hostile}");
}

#[tokio::test]
async fn originals_know_ranges_and_validators() {
    let server = server().await;
    let path = "/v2/demo/original/dir/cat.png";
    let whole = server.get(path).await;
    let part = server.get_with(path, &[("range", "bytes=0-3")]).await;
    assert_eq!((part.status.as_u16(), &part.body[..]), (206, &whole.body[..4]));
    let outside = server.get_with(path, &[("range", "bytes=999999-")]).await;
    assert_eq!(outside.fault(), "416 The range lies outside of the file");
    assert_eq!(outside.json()["errorCode"], "JR-0416");
    assert!(outside.header("content-range").starts_with("bytes */"), "{outside:?}");
    assert_eq!(outside.header("access-control-allow-origin"), "*");
    for path in [path, "/v2/demo/t.flip()/dir/cat.png"] {
        let etag = server.get(path).await.header("etag").to_owned();
        let again = server.get_with(path, &[("if-none-match", &etag)]).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{path}");
        let head = Request::builder().method(Method::HEAD).uri(path).body("".into()).unwrap();
        let head = server.send(head).await;
        assert_eq!((head.status.as_u16(), head.body.len()), (200, 0), "{path}");
        assert_eq!(head.header("etag"), etag, "{path}");
    }
}

#[tokio::test]
async fn browsers_may_ask_and_other_methods_not() {
    let server = server().await;
    let send = async |method: Method| {
        let request = Request::builder().method(method).uri("/v2/demo/original/dir/cat.png");
        server.send(request.body("".into()).unwrap()).await
    };
    let options = send(Method::OPTIONS).await;
    assert_eq!(options.status, 204);
    assert!(options.header("access-control-allow-methods").contains("GET"));
    assert_eq!(
        send(Method::POST).await.fault(),
        "405 This path does not know the request's method"
    );
}

#[tokio::test]
async fn faults_of_patterns_are_400() {
    let server = server().await;
    for (pattern, expected) in [
        (
            "t.flip",
            "`t.flip` is no operation: expected plugin.method(key:value), such as t.resize(w:200), or p:preset",
        ),
        ("t.nothing()", "`t` has no operation `nothing`"),
        ("erase.bg()", "plugin not available"),
        ("p:nothing", "there is no preset `nothing`"),
        ("t.median(s:11)", "`s` of t.median expects an integer from 1 to 10, found `11`"),
    ] {
        let found = shown(&server, &format!("/v2/demo/{pattern}/dir/cat.png")).await;
        assert_eq!(found, format!("400 {expected}"));
    }
    assert_eq!(
        shown(&server, "/v2/demo/t.flip()/notes.txt").await,
        "400 Only images can be transformed, and this file is none"
    );
    assert_eq!(server.get("/v2/demo/original/notes.txt").await.text(), "hello");
}

#[tokio::test]
async fn regions_and_sizes_have_limits() {
    let server = server().await;
    let status = async |pattern: &str| {
        server.get(&format!("/v2/demo/{pattern}/dir/cat.png")).await.status.as_u16()
    };
    assert_eq!(status("t.extract(l:590,t:0,w:10,h:400)").await, 200);
    assert_eq!(status("t.extract(l:591,t:0,w:10,h:400)").await, 400);
    assert_eq!(status("t.resize(w:10000,h:100,f:fill)").await, 200);
    assert_eq!(status("t.resize(w:65536,h:1,f:fill)").await, 200);
    assert_eq!(status("t.resize(w:10000,h:9000,f:fill)~t.extend()").await, 400);
    assert_eq!(status("t.resize(w:9990,h:100,f:fill)~t.extend()").await, 400);
    assert_eq!(status(&["t.flip()"; 50].join("~")).await, 200);
    assert_eq!(status(&["t.flip()"; 65].join("~")).await, 400);
}

#[tokio::test]
async fn layers_are_found_by_their_tails() {
    let server = server().await;
    // "logo.png", "nothing.png", "../x"
    let shown = async |file: &str| {
        let answer = server.get(&format!("/v2/demo/t.merge(i:{file})/photo.jpg")).await;
        if answer.status == 200 {
            let text = answer.text();
            text.split("sha256:").next().unwrap_or_default().to_owned()
        } else {
            answer.fault()
        }
    };
    assert_eq!(shown("bG9nby5wbmc=").await, "layer(picture(");
    assert_eq!(shown("bG9nby5wbmc").await, "layer(picture(");
    assert_eq!(shown("bm90aGluZy5wbmc").await, "404 A file that the operations name was not found");
    assert_eq!(shown("Li4veA").await, "404 A file that the operations name was not found");
}

#[tokio::test]
async fn hidden_files_are_not_there() {
    let server = server().await;
    for visibility in [Visibility::Archived, Visibility::Draft, Visibility::Hidden] {
        let mut upload = upload_to("/hidden.png");
        upload.visibility = Change::Set(visibility);
        server.app.upload(upload, Picture::png(6, 4).bytes()).await.unwrap();
        assert_eq!(server.get("/v2/demo/original/hidden.png").await.status, 404);
        assert_eq!(server.get("/v2/demo/t.flip()/hidden.png").await.status, 404);
    }
}

#[tokio::test]
async fn private_files_are_open_to_presets_where_another_dialect_says_so() {
    let server = server().await;
    let mut upload = upload_to("/secret.png");
    upload.access = Change::Set(Access::PresetsOnly);
    server.app.upload(upload, Picture::png(60, 40).bytes()).await.unwrap();
    server
        .app
        .library
        .add_preset(
            server.app.owner(),
            "pixelbin",
            "thumb".into(),
            r#"{"transformation":"t.resize(w:$w)","params":{"w":{"type":"integer","default":9}}}"#
                .into(),
            true,
        )
        .await
        .unwrap();
    assert_eq!(
        shown(&server, "/v2/demo/p:thumb/secret.png").await,
        "resize(9x,srgb)|png(keep-samples)"
    );
    assert_eq!(
        shown(&server, "/v2/demo/p:thumb(w:5)/secret.png").await,
        "resize(5x,srgb)|png(keep-samples)"
    );
    for path in ["original", "t.flip()", "p:thumb~t.flip()"] {
        let found = shown(&server, &format!("/v2/demo/{path}/secret.png")).await;
        assert_eq!(found, "401 This file needs a signed URL", "{path}");
    }
    assert_eq!(
        shown(&server, "/v2/demo/p:thumb(w:x)/secret.png").await,
        "400 `w` of the preset `thumb` expects an integer, found `x`"
    );
}

#[tokio::test]
async fn hosts_stand_for_their_cloud() {
    let server = Server::at_host("demo").await;
    server.app.add("/dir/cat.png", Picture::png(600, 400)).await;
    for path in ["/v2/t.flip()/dir/cat.png", "/v1/t.flip()/dir/cat.png", "/t.flip()/dir/cat.png"] {
        assert_eq!(shown(&server, path).await, "flip-vertical|png(keep-samples)", "{path}");
    }
    assert_eq!(server.get("/v2/demo/original/dir/cat.png").await.status, 404);
}

#[tokio::test]
async fn workers_use_the_rules_of_the_settings() {
    let server = Server::with(|config| {
        config.zones =
            pixelbin::Zones::parse("abc123", "^old/(.*) => t.flip()/$1\n@abc123 ^ => t.flop()/")
                .unwrap();
    })
    .await;
    server.app.add("/dir/cat.png", Picture::png(600, 400)).await;
    assert_eq!(
        shown(&server, "/v2/demo/wrkr/t.grey()/dir/cat.png").await,
        "grayscale|png(keep-samples)"
    );
    assert_eq!(
        shown(&server, "/v2/demo/wrkr/old/dir/cat.png").await,
        "flip-vertical|png(keep-samples)"
    );
    let zone = "/v2/demo/abc123/wrkr/dir/cat.png";
    assert_eq!(shown(&server, zone).await, "flip-horizontal|png(keep-samples)");
    assert_eq!(server.get("/v2/demo/wrkr/dir/cat.png").await.header("content-type"), "image/png");
}

/// A second identical request renders nothing.
#[tokio::test]
async fn what_was_made_is_kept() {
    let server = server().await;
    for _ in 0..3 {
        server.get("/v2/demo/t.resize(w:77)/photo.jpg").await;
        server.get("/v2/demo/t.resize(w:77,f:inside)~t.rotate(a:360)/photo.jpg").await;
    }
    assert_eq!(server.app.echo.renders(), 1);
}
