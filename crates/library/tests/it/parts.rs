//! Uploads in parts, and receipts.

use bytes::Bytes;
use library::{Actor, Change, Error, PartsOf, Receipt, Spooled, Upload};
use testkit::{App, app, builder, upload_to};

async fn spooled(app: &App, content: &'static [u8]) -> Spooled {
    let mut spool = app.library.spool().unwrap();
    spool.write(Bytes::from_static(content)).await.unwrap();
    spool.finish().await.unwrap()
}

fn upload_of(id: &str) -> PartsOf {
    PartsOf { id: id.to_owned(), until: i64::MAX }
}

#[tokio::test]
async fn parts_are_joined_in_the_order_asked_for() {
    let app = app().await;
    let upload = upload_of("ab-1");
    for (number, content) in [(2, &b"old"[..]), (10, b"c"), (2, b"b"), (1, b"a")] {
        let part = spooled(&app, content).await;
        app.library.keep_part(app.owner(), &upload, number, part).await.unwrap();
    }
    let joined = app.library.join_parts(app.owner(), &upload, &[1, 2, 10]).await.unwrap();
    assert_eq!(joined.unwrap().head, b"abc");
    let missing = app.library.join_parts(app.owner(), &upload, &[1, 3]).await.unwrap();
    assert_eq!(missing.unwrap_err(), 3);
    // Another upload and another tenant have parts of their own.
    let other = app.library.join_parts(app.owner(), &upload_of("ab-2"), &[1]).await.unwrap();
    assert_eq!(other.unwrap_err(), 1);
    let tenant = app.library.ensure_tenant("other").await.unwrap();
    let other = app.library.join_parts(Actor::full(tenant), &upload, &[1]).await.unwrap();
    assert_eq!(other.unwrap_err(), 1);
    app.library.discard_parts(app.owner(), &upload).await.unwrap();
    app.library.discard_parts(app.owner(), &upload).await.unwrap();
    let gone = app.library.join_parts(app.owner(), &upload, &[1]).await.unwrap();
    assert_eq!(gone.unwrap_err(), 1);
}

#[tokio::test]
async fn all_parts_together_are_no_larger_than_an_upload() {
    let app = builder().config(|config| config.limits.upload_bytes = 10).build().await;
    let keep = async |number, content: &'static [u8]| {
        let part = spooled(&app, content).await;
        app.library.keep_part(app.owner(), &upload_of("a"), number, part).await
    };
    keep(1, b"123456").await.unwrap();
    assert!(matches!(keep(2, b"12345").await, Err(Error::TooLarge(_))));
    keep(1, b"12345").await.unwrap();
    keep(2, b"12345").await.unwrap();
}

#[tokio::test]
async fn who_may_only_look_sends_no_parts() {
    let app = app().await;
    let reader = Actor::reader(app.tenant);
    let part = spooled(&app, b"a").await;
    let kept = app.library.keep_part(reader, &upload_of("a"), 1, part).await;
    assert!(matches!(kept, Err(Error::Denied)));
    assert!(matches!(
        app.library.join_parts(reader, &upload_of("a"), &[1]).await,
        Err(Error::Denied)
    ));
}

#[tokio::test]
async fn what_came_of_an_upload_is_remembered() {
    let app = app().await;
    let receipt = Receipt { id: "ab-1".into(), expires: i64::MAX };
    assert!(app.library.received(app.owner(), &receipt).await.unwrap().is_none());
    let upload = || Upload {
        receipt: Some(receipt.clone()),
        tags: Change::Set(vec!["t".into()]),
        ..upload_to("/a.txt")
    };
    let first = app.upload(upload(), Bytes::from_static(b"one")).await.unwrap();
    let again = app.upload(upload(), Bytes::from_static(b"two")).await.unwrap();
    assert_eq!((again.id, again.current.number), (first.id, 1));
    let received = app.library.received(app.owner(), &receipt).await.unwrap();
    assert_eq!(received.map(|asset| asset.id), Some(first.id));
}
