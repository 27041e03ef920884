//! Bytes come in whole or not at all.

use std::{collections::HashSet, path::Path};

use bytes::Bytes;
use futures_util::FutureExt;
use library::{Actor, Change, Error, Kinds, Listing, OnConflict, Undecodable, Upload, VersionId};
use plan::Format;
use testkit::{App, Picture, app, builder, upload_to};

use crate::ask::{get, get_version, original, rendering};

/// Files in a directory, at any depth.
fn files(directory: &Path) -> usize {
    std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { files(&path) } else { 1 })
        .sum()
}

pub(crate) fn temporary_files(app: &App) -> usize {
    files(&app.library.config().storage.data.join("tmp"))
}

pub(crate) async fn listed(app: &App, kinds: Kinds) -> Vec<library::Asset> {
    let listing = Listing { kinds, ..Listing::of(app.tenant) };
    let page = app.library.list(app.owner(), listing).await.unwrap();
    let assets = page.entries.into_iter().filter_map(|entry| match entry {
        library::Entry::Asset(asset) | library::Entry::PastVersion(asset) => Some(*asset),
        library::Entry::Folder(_) => None,
    });
    assets.collect()
}

#[tokio::test]
async fn an_upload_is_kept_listed_and_delivered() {
    let app = app().await;
    let asset = app.add("/shop/cat.jpg", Picture::jpeg(600, 400)).await;
    assert_eq!(asset.current.mime, "image/jpeg");
    assert_eq!(asset.current.probe.as_ref().unwrap().size, plan::Size::new(600, 400));

    // The bytes are where a restart will look for them, and nothing is left beside them.
    let name = asset.current.blob.hash.to_string();
    let path = app
        .library
        .config()
        .storage
        .data
        .join("blobs")
        .join(&name[..2])
        .join(&name[2..4])
        .join(&name);
    assert_eq!(std::fs::read(path).unwrap(), Picture::jpeg(600, 400).bytes());
    assert_eq!(temporary_files(&app), 0);

    assert_eq!(listed(&app, Kinds::Assets).await, [asset]);
    let bytes = get(&app.library, app.owner(), original("/shop/cat.jpg")).await.unwrap();
    assert_eq!(bytes, Picture::jpeg(600, 400).bytes());
}

#[tokio::test]
async fn what_is_given_up_leaves_nothing() {
    let app = app().await;
    let mut half = app.library.spool().unwrap();
    half.write(Bytes::from(vec![7; 2 << 20])).await.unwrap();
    assert_eq!(temporary_files(&app), 1);
    drop(half);
    assert_eq!(temporary_files(&app), 0);

    let mut whole = app.library.spool().unwrap();
    whole.write(Bytes::from_static(b"hello")).await.unwrap();
    drop(whole.finish().await.unwrap());
    assert_eq!(temporary_files(&app), 0);
    assert!(listed(&app, Kinds::Assets).await.is_empty());
}

#[tokio::test]
async fn only_a_key_may_upload() {
    let app = app().await;
    for actor in [Actor::anonymous(app.tenant), Actor::signed(app.tenant)] {
        let spooled = app.library.spool().unwrap().finish().await.unwrap();
        let refused = app.library.upload(actor, upload_to("/a.txt"), spooled).await;
        assert!(matches!(refused, Err(Error::Denied)), "{refused:?}");
    }
    assert!(listed(&app, Kinds::Assets).await.is_empty());
    assert_eq!(temporary_files(&app), 0);
}

#[tokio::test]
async fn an_image_that_does_not_decode_is_refused_or_a_mere_file() {
    let app = app().await;
    let refused = app.upload(upload_to("/broken.jpg"), "ECHO broken").await;
    assert!(matches!(&refused, Err(Error::NotAnImage(why)) if why.contains("jpeg")), "{refused:?}");
    assert!(listed(&app, Kinds::Assets).await.is_empty());
    assert_eq!(temporary_files(&app), 0);

    let stored = Upload { undecodable: Undecodable::Store, ..upload_to("/broken.jpg") };
    let asset = app.upload(stored, "ECHO broken").await.unwrap();
    assert_eq!(asset.current.probe, None);
    assert_eq!(
        get(&app.library, app.owner(), original("/broken.jpg")).await.unwrap(),
        b"ECHO broken"
    );
    let picture =
        get(&app.library, app.owner(), rendering("/broken.jpg", "resize(10x)|auto")).await;
    assert!(matches!(picture, Err(Error::NotAnImage(_))), "{picture:?}");
    assert_eq!(app.echo.renders(), 0);
}

#[tokio::test]
async fn a_picture_over_the_pixel_limit_is_refused_or_a_mere_file() {
    let app = app().await;
    let huge = Picture::png(20_000, 20_000).bytes();
    let refused = app.upload(upload_to("/huge.png"), huge.clone()).await;
    assert!(matches!(refused, Err(Error::TooLarge(_))), "{refused:?}");
    let stored = Upload { undecodable: Undecodable::Store, ..upload_to("/huge.png") };
    assert_eq!(app.upload(stored, huge).await.unwrap().current.probe, None);
}

#[tokio::test]
async fn formats_without_a_decoder_and_texts_are_files() {
    let app = app().await;
    let heic = app.add("/a.heic", Picture::new(Format::Heic, 10, 10)).await;
    assert_eq!((heic.current.mime.as_str(), heic.current.probe), ("image/heic", None));
    let page = app.add_bytes("/a.html", "<p>hello").await;
    assert_eq!((page.current.mime.as_str(), page.current.probe), ("text/html", None));
    // What is no image is passed through, whatever plan comes with it.
    let bytes =
        get(&app.library, app.owner(), rendering("/a.html", "resize(10x)|auto")).await.unwrap();
    assert_eq!(bytes, b"<p>hello");
}

#[tokio::test]
async fn too_many_bytes_are_refused_while_they_come() {
    let app = builder().config(|config| config.limits.upload_bytes = 1000).build().await;
    app.add_bytes("/fits.txt", vec![b'x'; 1000]).await;
    let mut spool = app.library.spool().unwrap();
    spool.write(Bytes::from(vec![b'x'; 600])).await.unwrap();
    let refused = spool.write(Bytes::from(vec![b'x'; 401])).await;
    assert!(matches!(&refused, Err(Error::TooLarge(why)) if why.contains("1000")), "{refused:?}");
    drop(spool);
    assert_eq!(temporary_files(&app), 0);
    assert_eq!(listed(&app, Kinds::Assets).await.len(), 1);
}

#[tokio::test]
async fn uploads_in_flight_are_counted_until_they_end() {
    let app = builder().config(|config| config.limits.uploads_in_flight = 2).build().await;
    let first = app.library.spool().unwrap();
    let _second = app.library.spool().unwrap();
    assert!(matches!(app.library.spool(), Err(Error::Busy { .. })));
    // Received is not done: what waits for its probe still occupies the disk.
    let first = first.finish().await.unwrap();
    assert!(matches!(app.library.spool(), Err(Error::Busy { .. })));
    app.library.upload(app.owner(), upload_to("/a.txt"), first).await.unwrap();
    app.library.spool().unwrap();
}

#[tokio::test]
async fn a_taken_name_can_be_refused() {
    let app = app().await;
    app.add("/a.jpg", Picture::jpeg(10, 10)).await;
    let upload = Upload { on_conflict: OnConflict::Reject, ..upload_to("/a.jpg") };
    let refused = app.upload(upload, Picture::jpeg(20, 20).bytes()).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    let bytes = get(&app.library, app.owner(), original("/a.jpg")).await.unwrap();
    assert_eq!(bytes, Picture::jpeg(10, 10).bytes());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_onto_one_name_are_versions_of_one_asset() {
    let app = app().await;
    let uploads = (1..=16).map(|serial| {
        let bytes = Picture::jpeg(100, 100).serial(serial).bytes();
        app.upload(upload_to("/cat.jpg"), bytes)
    });
    let answers = futures_util::future::join_all(uploads).await;
    let mut numbers = HashSet::new();
    let mut contents = HashSet::new();
    for asset in answers {
        let version = asset.unwrap().current;
        let bytes = get_version(&app.library, app.owner(), "/cat.jpg", &version).await;
        let hash = version.blob.hash;
        let delivered =
            app.library.deliver(app.owner(), crate::ask::of_version("/cat.jpg", version.id)).await;
        assert!(hash.to_string().starts_with(&delivered.unwrap().etag));
        numbers.insert(version.number);
        contents.insert(bytes);
    }
    assert_eq!(numbers, (1..=16).collect());
    assert_eq!(
        contents,
        (1..=16).map(|serial| Picture::jpeg(100, 100).serial(serial).bytes()).collect()
    );
    assert_eq!(listed(&app, Kinds::Assets).await.len(), 1);
    assert_eq!(listed(&app, Kinds::PastVersions).await.len(), 15);
}

#[tokio::test]
async fn what_was_written_is_read_at_once() {
    let app = app().await;
    app.add("/a.jpg", Picture::jpeg(10, 10)).await;
    let before = app.library.deliver(app.owner(), original("/a.jpg")).await.unwrap();
    let thumbnail = || rendering("/a.jpg", "resize(5x)|auto");
    let thumbnail_before = app.library.deliver(app.owner(), thumbnail()).await.unwrap();

    let asset = app.add("/a.jpg", Picture::jpeg(20, 20)).await;
    assert!(!before.freshness.is_fresh(), "who keeps an answer hears of it");
    let after = app.library.deliver(app.owner(), original("/a.jpg")).await.unwrap();
    assert_ne!(after.etag, before.etag);
    let thumbnail_after = app.library.deliver(app.owner(), thumbnail()).await.unwrap();
    assert_ne!(thumbnail_after.etag, thumbnail_before.etag);
    assert_eq!(crate::ask::read(after).await.unwrap(), Picture::jpeg(20, 20).bytes());

    app.library.delete(app.owner(), asset.id).await.unwrap();
    for request in [original("/a.jpg"), thumbnail()] {
        let gone = app.library.deliver(app.owner(), request).await;
        assert!(matches!(gone, Err(Error::NotFound(_))), "{gone:?}");
    }
    assert!(!thumbnail_after.freshness.is_fresh());
    let gone = app.library.delete(app.owner(), asset.id).await;
    assert!(matches!(gone, Err(Error::NotFound(_))), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_reads_while_it_is_overwritten_gets_one_whole_version() {
    let app = app().await;
    // Longer than what is read in one piece.
    let content = |serial: u8| vec![b'a' + serial; 400 << 10];
    app.add_bytes("/film.bin", content(0)).await;
    let writer = async {
        for serial in 1..12 {
            app.add_bytes("/film.bin", content(serial)).await;
        }
    };
    let reader = async {
        for _ in 0..60 {
            let delivery = app.library.deliver(app.owner(), original("/film.bin")).await.unwrap();
            let etag = delivery.etag.clone();
            let bytes = crate::ask::read(delivery).await.unwrap();
            assert_eq!(bytes, content(bytes[0] - b'a'));
            assert_eq!(etag, sha256(&bytes)[..32]);
        }
    };
    tokio::join!(writer, reader, async {
        for _ in 0..60 {
            let bytes = get(&app.library, app.owner(), original("/film.bin")).await.unwrap();
            assert_eq!(bytes, content(bytes[0] - b'a'));
        }
    });
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    library::ContentHash(Sha256::digest(bytes).into()).to_string()
}

/// A client may hang up at any moment. Whatever has been committed by then is what is delivered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_whose_client_hangs_up_leaves_no_stale_facts() {
    let app = app().await;
    app.add_bytes("/a.txt", "first").await;
    let mut overtaken = 0;
    for round in 0..40_u32 {
        // The facts are in RAM.
        app.library.deliver(app.owner(), original("/a.txt")).await.unwrap();
        let version = current(&app).await;
        {
            let mut upload =
                std::pin::pin!(app.upload(upload_to("/a.txt"), format!("round {round}")));
            // Each round hangs up a little later.
            for _ in 0..=round {
                if upload.as_mut().now_or_never().is_some() {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_micros(200)).await;
            }
        }
        // What goes on by itself comes to its end: a temporary file is gone when it has.
        for _ in 0..1000 {
            if temporary_files(&app) == 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        let now = current(&app).await;
        overtaken += u32::from(now != version);
        let request = original("/a.txt");
        let delivered = get(&app.library, app.owner(), request).await.unwrap();
        let expected =
            get(&app.library, app.owner(), crate::ask::of_version("/a.txt", now)).await.unwrap();
        assert_eq!(String::from_utf8(delivered), String::from_utf8(expected), "round {round}");
    }
    assert!(overtaken > 0, "no round got as far as the commit");
}

/// Asks the catalog, not RAM.
async fn current(app: &App) -> VersionId {
    listed(app, Kinds::Assets).await[0].current.id
}

#[tokio::test]
async fn fields_are_kept_unless_they_are_set() {
    let app = app().await;
    let tagged = Upload { tags: Change::Set(vec!["cat".into()]), ..upload_to("/a.jpg") };
    app.upload(tagged, Picture::jpeg(10, 10).bytes()).await.unwrap();
    let again = app.add("/a.jpg", Picture::jpeg(20, 20)).await;
    assert_eq!(again.tags, ["cat"]);
    assert_eq!(again.current.number, 2);
}
