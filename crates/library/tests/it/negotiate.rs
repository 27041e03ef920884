//! Which format an answer has.

use library::{Accepts, Deliver, Error};
use plan::Format;
use testkit::{App, Picture, app};

use crate::ask::{get, original, rendering};

const NOTHING: Accepts = Accepts { webp: false, avif: false };
const WEBP: Accepts = Accepts { webp: true, avif: false };
const BOTH: Accepts = Accepts { webp: true, avif: true };

async fn check(
    app: &App,
    picture: Picture,
    plan: &str,
    accepts: Accepts,
    mime: &str,
    negotiated: bool,
) {
    app.add("/picture", picture.clone()).await;
    let request = Deliver { accepts, ..rendering("/picture", plan) };
    let delivery = app.library.deliver(app.owner(), request).await.unwrap();
    let found = (delivery.mime.as_str(), delivery.negotiated);
    assert_eq!(found, (mime, negotiated), "{picture} by {plan} for {accepts:?}");
}

#[tokio::test]
async fn the_client_has_its_say_where_the_plan_leaves_it() {
    let app = &app().await;
    let jpeg = || Picture::jpeg(600, 400);
    check(app, jpeg(), "resize(300x)|auto", NOTHING, "image/jpeg", true).await;
    check(app, jpeg(), "resize(300x)|auto", WEBP, "image/webp", true).await;
    check(app, jpeg(), "resize(300x)|auto", BOTH, "image/avif", true).await;
    check(app, jpeg(), "resize(300x)|png", BOTH, "image/png", false).await;
    check(app, jpeg(), "resize(300x)|source", BOTH, "image/jpeg", false).await;
}

#[tokio::test]
async fn transparency_is_never_cut_away() {
    let app = &app().await;
    let jpeg = || Picture::jpeg(600, 400);
    for plan in [
        "resize(300x)|round(20)|auto",
        "opacity(0.5)|auto",
        "rotate(45)|auto",
        "pad(700x700)|auto",
        "resize(300x300,contain)|auto",
        "extend(1,1,1,1,#00000000)|auto",
        "border(3,#ff000080)|auto",
        "arc(30)|auto",
        "layer(area(x,#000000),cutout)|auto",
        "if(cw>1?round(20))|auto",
    ] {
        check(app, jpeg(), plan, NOTHING, "image/png", true).await;
    }
    for plan in [
        "round(20)|background(#ffffff)|auto",
        "rotate(90)|auto",
        "rotate(45,#ffffff)|auto",
        "pad(700x700,#ffffff)|auto",
        "extend(1,1,1,1,#000000)|auto",
        "border(3,#ff0000)|auto",
        "pad(700x700,blurred)|auto",
        "opacity(0.5)|background(dominant)|auto",
        "layer(area(9x9,#ff000080)|round(max))|auto",
        "if(cw<1?round(20))|auto",
        "trim(10%)|if(ch<1?round(20))|auto",
    ] {
        check(app, jpeg(), plan, NOTHING, "image/jpeg", true).await;
    }
}

#[tokio::test]
async fn what_browsers_do_not_show_becomes_what_they_do() {
    let app = &app().await;
    check(app, Picture::new(Format::Tiff, 9, 9), "resize(3x)|auto", NOTHING, "image/jpeg", true)
        .await;
    check(
        app,
        Picture::new(Format::Tiff, 9, 9).alpha(),
        "resize(3x)|auto",
        NOTHING,
        "image/png",
        true,
    )
    .await;
    check(
        app,
        Picture::new(Format::Ico, 9, 9).alpha(),
        "resize(3x)|source",
        NOTHING,
        "image/png",
        false,
    )
    .await;
    check(app, Picture::new(Format::Bmp, 9, 9), "resize(3x)|auto", NOTHING, "image/bmp", true)
        .await;
}

#[tokio::test]
async fn what_moves_goes_on_moving() {
    let app = &app().await;
    let gif = || Picture::new(Format::Gif, 100, 100).frames(12);
    check(app, gif(), "resize(50x)|auto", NOTHING, "image/gif", true).await;
    check(app, gif(), "resize(50x)|auto", BOTH, "image/webp", true).await;
    let avif_only = Accepts { webp: false, avif: true };
    check(app, gif(), "resize(50x)|auto", avif_only, "image/gif", true).await;
    check(app, gif(), "frame(1)|resize(50x)|auto", BOTH, "image/avif", true).await;
}

#[tokio::test]
async fn webp_ends_at_its_longest_side() {
    let app = &app().await;
    check(app, Picture::jpeg(20_000, 10), "auto(q50)", WEBP, "image/jpeg", true).await;
    check(app, Picture::jpeg(16_384, 10), "auto(q50)", WEBP, "image/jpeg", true).await;
    check(app, Picture::jpeg(16_383, 10), "auto(q50)", WEBP, "image/webp", true).await;
    check(app, Picture::jpeg(20_000, 10), "resize(100x)|auto", WEBP, "image/webp", true).await;
}

#[tokio::test]
async fn vectors_are_passed_through_unless_pixels_are_asked_for() {
    let app = &app().await;
    let drawing = Picture::new(Format::Svg, 100, 100);
    app.add("/a.svg", drawing.clone()).await;
    let by_itself = app.library.deliver(app.owner(), original("/a.svg")).await.unwrap();
    let request = Deliver { accepts: BOTH, ..rendering("/a.svg", "resize(50x)|auto") };
    let passed = app.library.deliver(app.owner(), request).await.unwrap();
    assert_eq!((passed.mime.as_str(), &passed.etag), ("image/svg+xml", &by_itself.etag));
    assert_eq!(crate::ask::read(passed).await.unwrap(), drawing.bytes());
    assert_eq!(app.echo.renders(), 0);
    let bytes =
        get(&app.library, app.owner(), rendering("/a.svg", "resize(50x)|png")).await.unwrap();
    assert_eq!(bytes, b"resize(50x)|png");
}

#[tokio::test]
async fn formats_without_an_encoder_are_refused_before_any_render() {
    let app = &app().await;
    app.add("/a.jpg", Picture::jpeg(100, 100)).await;
    for format in ["heic", "svg", "ico"] {
        let refused = app
            .library
            .deliver(app.owner(), rendering("/a.jpg", &format!("resize(50x)|{format}")))
            .await;
        assert!(
            matches!(&refused, Err(Error::Unsupported(why)) if why.contains(format)),
            "{refused:?}"
        );
    }
}
