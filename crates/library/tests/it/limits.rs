//! What is refused before any render.

use library::{Accepts, Deliver, Error};
use plan::Format;
use testkit::{Picture, app, builder};

use crate::ask::rendering;

#[tokio::test]
async fn the_dialects_own_limit_on_bytes_holds() {
    let app = app().await;
    let mut bytes = Picture::jpeg(100, 100).bytes();
    bytes.push(b'\n');
    bytes.resize(5000, b' ');
    app.add_bytes("/a.jpg", bytes).await;
    let ask = async |limit| {
        let request = Deliver { source_limit: limit, ..rendering("/a.jpg", "resize(10x)|auto") };
        app.library.deliver(app.owner(), request).await
    };
    ask(None).await.unwrap();
    ask(Some(5000)).await.unwrap();
    let refused = ask(Some(4999)).await;
    assert!(matches!(&refused, Err(Error::TooLarge(why)) if why.contains("4999")), "{refused:?}");
    // The stored bytes are another matter.
    app.library.deliver(app.owner(), crate::ask::original("/a.jpg")).await.unwrap();
}

#[tokio::test]
async fn the_general_limits_hold() {
    let app = builder()
        .config(|config| {
            config.limits.source_bytes = 2000;
            config.limits.source_pixels = 10_000;
            config.limits.source_side = 500;
            config.limits.output_pixels = 40_000;
            config.limits.frames = 10;
            config.limits.animation_pixels = 5_000;
        })
        .build()
        .await;
    let check = async |picture: Picture, plan: &str, expected: Option<&str>| {
        app.add("/picture", picture.clone()).await;
        let request = Deliver { accepts: Accepts::default(), ..rendering("/picture", plan) };
        let outcome = app.library.deliver(app.owner(), request).await;
        match (&outcome, expected) {
            (Ok(_), None) => {}
            (Err(Error::TooLarge(why)), Some(part)) if why.contains(part) => {}
            _ => panic!("{picture} by {plan}: {outcome:?}"),
        }
    };
    check(Picture::jpeg(100, 100), "resize(10x)|auto", None).await;
    check(Picture::jpeg(101, 100), "resize(10x)|auto", Some("10000 pixels")).await;
    check(Picture::jpeg(501, 10), "resize(10x)|auto", Some("501 pixels, the limit is 500")).await;
    check(Picture::jpeg(100, 100), "resize(200x200)|auto", None).await;
    check(Picture::jpeg(100, 100), "resize(201x200)|auto", Some("40000")).await;
    let film = |size, frames| Picture::new(Format::Gif, size, size).frames(frames);
    check(film(10, 10), "resize(5x)|auto", None).await;
    check(film(10, 11), "resize(5x)|auto", Some("11 frames, the limit is 10")).await;
    check(film(30, 10), "resize(5x)|auto", Some("9000 pixels over all frames")).await;
    // A still needs one frame only.
    check(film(10, 11), "resize(5x)|jpeg", None).await;
    check(film(10, 11), "frame(1)|resize(5x)|auto", None).await;
    let big = app.upload(testkit::upload_to("/big.jpg"), {
        let mut bytes = Picture::jpeg(10, 10).bytes();
        bytes.resize(2001, b'\n');
        bytes
    });
    let big = big.await;
    assert!(matches!(&big, Err(Error::TooLarge(why)) if why.contains("2000")), "{big:?}");
    assert_eq!(app.echo.renders(), 0);
}

#[tokio::test]
async fn plans_that_cannot_work_are_refused_by_kind() {
    let app = app().await;
    app.add("/a.jpg", Picture::jpeg(100, 100)).await;
    let ask =
        async |plan: &str| app.library.deliver(app.owner(), rendering("/a.jpg", plan)).await.err();
    let steps = "blur(2)|resize(50x)|".repeat(40);
    assert!(matches!(ask(&format!("{steps}auto")).await, Some(Error::TooLarge(_))));
    assert!(matches!(ask("resize(60000x60000)|auto").await, Some(Error::TooLarge(_))));
    assert!(matches!(ask("resize({iw/0}x)|auto").await, Some(Error::Invalid(_))));
    assert!(matches!(ask("crop(50x50,at=90:90,reject)|auto").await, Some(Error::Invalid(_))));
    assert_eq!(app.echo.renders(), 0);
}

#[tokio::test]
async fn settings_that_cannot_work_are_named() {
    let mut config = library::Config::default();
    config.render.light_queue = 0;
    let Err(Error::Invalid(why)) = config.validate() else { panic!("it was taken") };
    assert_eq!(why, "`render.light_queue` must be at least 1, found 0");
}

#[tokio::test]
async fn a_data_directory_that_cannot_be_used_is_named() {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("blobs"), "a file in the way").unwrap();
    let mut config = library::Config::default();
    config.storage.data = place.path().to_owned();
    let outcome =
        library::Library::open(config, std::sync::Arc::new(testkit::EchoEngine::default())).await;
    let Err(Error::Invalid(why)) = outcome else { panic!("it opened") };
    assert!(why.contains(&place.path().display().to_string()), "{why}");
}

#[tokio::test]
async fn a_key_has_so_many_uploads_under_way() {
    let app = builder().config(|config| config.limits.uploads_per_key = 2).build().await;
    let turn = |who: &str| app.library.upload_turn(who);
    let (first, _second) = (turn("a").unwrap(), turn("a").unwrap());
    assert!(matches!(turn("a"), Err(Error::Busy { .. })));
    assert!(turn("b").is_ok(), "others are not kept");
    drop(first);
    assert!(turn("a").is_ok());
}

#[tokio::test]
async fn who_would_not_come_again_waits_for_a_turn() {
    let app = builder().config(|config| config.limits.uploads_per_key = 1).build().await;
    let patience = std::time::Duration::from_secs(30);
    let first = app.library.upload_turn("a").unwrap();
    let waiting = app.library.next_upload_turn("a", patience);
    let freeing = async {
        tokio::task::yield_now().await;
        drop(first);
    };
    let (turn, ()) = tokio::join!(waiting, freeing);
    let turn = turn.unwrap();
    let none = app.library.next_upload_turn("a", std::time::Duration::from_millis(10)).await;
    assert!(matches!(none, Err(Error::Busy { .. })));
    drop(turn);
}
