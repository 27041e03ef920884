//! Files that are changed before they are stored.

use std::sync::Arc;

use library::{Actor, Error, Kinds, Spooled};
use plan::{Format, Plan, Size};
use testkit::{App, EchoEngine, Picture, app, builder, upload_to};

use crate::{
    ask::{get, original},
    upload::{listed, temporary_files},
};

async fn drawing() -> App {
    builder().engine(Arc::new(EchoEngine::drawing())).build().await
}

async fn spooled(app: &App, bytes: impl Into<bytes::Bytes>) -> Spooled {
    let mut spool = app.library.spool().unwrap();
    spool.write(bytes.into()).await.unwrap();
    spool.finish().await.unwrap()
}

async fn prepare(
    app: &App,
    path: &str,
    plan: &str,
    bytes: impl Into<bytes::Bytes>,
) -> library::Result<Spooled> {
    let plan: Plan = plan.parse().unwrap();
    let bytes = spooled(app, bytes).await;
    app.library.prepare(app.owner(), &upload_to(path), plan, None, bytes).await
}

#[tokio::test]
async fn the_stored_file_is_the_result() {
    let app = drawing().await;
    let result = prepare(&app, "/a.png", "resize(300x)|auto", Picture::png(600, 400).bytes());
    let result = result.await.unwrap();
    let stored = app.library.upload(app.owner(), upload_to("/a.png"), result).await.unwrap().asset;
    assert_eq!(stored.name.as_str(), "a.png");
    let version = &stored.current;
    let probe = version.probe.as_ref().unwrap();
    assert_eq!((probe.format, probe.size), (Format::Png, Size::new(300, 200)));
    assert_eq!(version.mime, "image/png");

    // The result's bytes are what is hashed, measured and delivered; of the original nothing is left.
    let bytes = get(&app.library, app.owner(), original("/a.png")).await.unwrap();
    assert_eq!(bytes, Picture::png(300, 200).bytes());
    assert_eq!(version.blob.size, bytes.len() as u64);
    assert!(
        !app.library
            .holds(app.tenant, &spooled(&app, Picture::png(600, 400).bytes()).await.blob.hash)
            .await
            .unwrap()
    );
    assert_eq!(temporary_files(&app), 0);
}

#[tokio::test]
async fn a_format_may_be_asked_for() {
    let app = drawing().await;
    let result = prepare(&app, "/a.png", "webp", Picture::png(6, 4).bytes()).await.unwrap();
    assert_eq!(result.head, Picture::new(Format::Webp, 6, 4).bytes());
}

#[tokio::test]
async fn what_cannot_be_done_fails_and_leaves_nothing() {
    let app = app().await;
    let text = prepare(&app, "/a.txt", "resize(3x)|auto", "hello").await;
    assert!(matches!(text, Err(Error::NotAnImage(_))), "{text:?}");
    let broken = prepare(&app, "/a.jpg", "resize(3x)|auto", "ECHO broken").await;
    assert!(matches!(broken, Err(Error::NotAnImage(_))), "{broken:?}");
    let beyond =
        prepare(&app, "/a.jpg", "crop(10x10,at=900:0,reject)", Picture::jpeg(6, 4).bytes()).await;
    assert!(matches!(beyond, Err(Error::Invalid(_))), "{beyond:?}");
    let huge =
        prepare(&app, "/a.jpg", "resize(60000x60000)|auto", Picture::jpeg(6, 4).bytes()).await;
    assert!(matches!(huge, Err(Error::TooLarge(_))), "{huge:?}");
    let plan: Plan = "resize(3x)|auto".parse().unwrap();
    let bytes = spooled(&app, Picture::jpeg(6, 4).bytes()).await;
    let place = upload_to("/a.jpg");
    let signed = Actor::signed(app.tenant);
    let refused = app.library.prepare(signed, &place, plan.clone(), None, bytes);
    assert!(matches!(refused.await, Err(Error::Denied)));
    let bytes = spooled(&app, Picture::jpeg(6, 4).bytes()).await;
    let limited =
        app.library.prepare(app.owner(), &upload_to("/a.jpg"), plan, Some(10), bytes).await;
    assert!(matches!(limited, Err(Error::TooLarge(_))), "{limited:?}");
    assert!(listed(&app, Kinds::Assets).await.is_empty());
    assert_eq!(temporary_files(&app), 0);
}

#[tokio::test]
async fn vectors_stay_vectors() {
    let app = app().await;
    let picture = Picture::new(Format::Svg, 10, 10).bytes();
    let result = prepare(&app, "/a.svg", "resize(3x)|auto", picture.clone()).await.unwrap();
    assert_eq!(result.head, picture);
    assert_eq!(app.echo.renders(), 0);
}

/// One upload takes one place, however often its bytes are replaced.
#[tokio::test]
async fn the_result_takes_no_second_place() {
    let app = builder()
        .engine(Arc::new(EchoEngine::drawing()))
        .config(|config| config.limits.uploads_in_flight = 1)
        .build()
        .await;
    let result =
        prepare(&app, "/a.png", "resize(3x)|auto", Picture::png(6, 4).bytes()).await.unwrap();
    assert!(
        matches!(app.library.spool(), Err(Error::Busy { .. })),
        "the place is taken until the end"
    );
    drop(result);
    assert!(app.library.spool().is_ok());
}
