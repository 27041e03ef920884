//! Bytes go when the last asset is gone.

use library::Error;
use testkit::{App, Picture, app};

use crate::ask::{get, original};

const LATER: i64 = i64::MAX;

fn has_bytes(app: &App, asset: &library::Asset) -> bool {
    let name = asset.current.blob.hash.to_string();
    app.library
        .config()
        .storage
        .data
        .join("blobs")
        .join(&name[..2])
        .join(&name[2..4])
        .join(&name)
        .exists()
}

#[tokio::test]
async fn shared_bytes_stay_until_the_last_asset_goes() {
    let app = app().await;
    let first = app.add("/a.jpg", Picture::jpeg(10, 10)).await;
    let second = app.add("/b.jpg", Picture::jpeg(10, 10)).await;
    assert_eq!(first.current.blob, second.current.blob);

    app.library.delete(app.owner(), first.id).await.unwrap();
    assert_eq!(app.library.collect(LATER).await.unwrap(), 0);
    let bytes = get(&app.library, app.owner(), original("/b.jpg")).await.unwrap();
    assert_eq!(bytes, Picture::jpeg(10, 10).bytes());

    app.library.delete(app.owner(), second.id).await.unwrap();
    assert!(has_bytes(&app, &second), "clean-up comes later");
    assert_eq!(app.library.collect(0).await.unwrap(), 0, "it has not been an orphan for so long");
    assert!(has_bytes(&app, &second));
    assert_eq!(app.library.collect(LATER).await.unwrap(), 1);
    assert!(!has_bytes(&app, &second));
    assert_eq!(app.library.collect(LATER).await.unwrap(), 0);
}

#[tokio::test]
async fn past_versions_keep_their_bytes() {
    let app = app().await;
    let first = app.add("/a.jpg", Picture::jpeg(10, 10)).await;
    let second = app.add("/a.jpg", Picture::jpeg(20, 20)).await;
    assert_eq!(app.library.collect(LATER).await.unwrap(), 0);
    assert!(has_bytes(&app, &first));
    app.library.delete(app.owner(), second.id).await.unwrap();
    assert_eq!(app.library.collect(LATER).await.unwrap(), 2);
    let gone = get(&app.library, app.owner(), original("/a.jpg")).await;
    assert!(matches!(gone, Err(Error::NotFound(_))), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_comes_again_during_clean_up_is_there() {
    let app = app().await;
    for _ in 0..20 {
        let asset = app.add("/a.jpg", Picture::jpeg(10, 10)).await;
        app.library.delete(app.owner(), asset.id).await.unwrap();
        let collecting = app.library.collect(library_now());
        let (again, collected) = tokio::join!(app.add("/b.jpg", Picture::jpeg(10, 10)), collecting);
        collected.unwrap();
        let bytes = get(&app.library, app.owner(), original("/b.jpg")).await.unwrap();
        assert_eq!(bytes, Picture::jpeg(10, 10).bytes());
        app.library.delete(app.owner(), again.id).await.unwrap();
    }
}

/// The clean-up leaves alone what was touched since it began, as the grace of the real one does.
fn library_now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

#[tokio::test]
async fn one_blob_that_cannot_be_removed_does_not_keep_the_others() {
    let app = app().await;
    let stuck = app.add("/a.jpg", Picture::jpeg(10, 10)).await;
    let other = app.add("/b.jpg", Picture::jpeg(20, 20)).await;
    let name = stuck.current.blob.hash.to_string();
    let path = app
        .library
        .config()
        .storage
        .data
        .join("blobs")
        .join(&name[..2])
        .join(&name[2..4])
        .join(&name);
    // A directory with something in it is no file that could be removed.
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join("x"), "x").unwrap();
    app.library.delete(app.owner(), stuck.id).await.unwrap();
    app.library.delete(app.owner(), other.id).await.unwrap();
    let outcome = app.library.collect(LATER).await;
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    assert!(!has_bytes(&app, &other));
}
