//! From an asset and a plan to bytes.

use library::{Body, Change, Deliver, Error, Upload};
use plan::Format;
use testkit::{Picture, app, upload_to};

use crate::ask::{at, get, get_version, of_version, original, read, rendering};

#[tokio::test]
async fn a_rendering_is_what_the_plan_says() {
    let app = app().await;
    app.add("/a.jpg", Picture::jpeg(600, 400)).await;
    let request = rendering("/a.jpg", "resize(300x)|auto");
    let delivery = app.library.deliver(app.owner(), request).await.unwrap();
    assert_eq!((delivery.mime.as_str(), delivery.name.as_str()), ("image/jpeg", "a.jpg"));
    assert_eq!(delivery.stored_length(), None);
    assert_eq!(read(delivery).await.unwrap(), b"resize(300x)|jpeg");
}

#[tokio::test]
async fn who_has_the_answer_already_costs_no_render() {
    let app = app().await;
    app.add("/a.jpg", Picture::jpeg(600, 400)).await;
    let request = rendering("/a.jpg", "resize(300x)|auto");
    let first = app.library.deliver(app.owner(), request.clone()).await.unwrap();
    let second = app.library.deliver(app.owner(), request).await.unwrap();
    assert_eq!(first.etag, second.etag);
    assert_eq!(app.echo.renders(), 0);
    read(first).await.unwrap();
    assert_eq!(app.echo.renders(), 1);
}

#[tokio::test]
async fn equal_meaning_has_one_key_and_everything_else_another() {
    let app = app().await;
    app.add("/a.jpg", Picture::jpeg(600, 400)).await;
    app.add("/same.jpg", Picture::jpeg(600, 400)).await;
    app.add("/other.jpg", Picture::jpeg(600, 401)).await;
    let key = async |path: &str, plan: &str| {
        app.library.deliver(app.owner(), rendering(path, plan)).await.unwrap().etag
    };
    let reference = key("/a.jpg", "resize(300x)|auto").await;
    // A fit means nothing where one side is given; JPEG is what `auto` comes to here; a blur of zero is none.
    for equal in [
        "resize(300x,contain)|auto",
        "resize(300x)|jpeg",
        "resize(300x)|source",
        "resize(300x)|blur(0)|auto",
    ] {
        assert_eq!(key("/a.jpg", equal).await, reference, "{equal}");
    }
    assert_eq!(key("/same.jpg", "resize(300x)|auto").await, reference, "the key names content");
    for other in [
        "resize(301x)|auto",
        "resize(300x)|png",
        "resize(300x)|auto(q50)",
        "resize(300x)|grayscale|auto",
    ] {
        assert_ne!(key("/a.jpg", other).await, reference, "{other}");
    }
    assert_ne!(key("/other.jpg", "resize(300x)|auto").await, reference, "other content");
}

#[tokio::test]
async fn the_area_of_interest_is_bound_into_the_plan() {
    let app = app().await;
    let focused = Upload { focus: Change::Set(Some([10, 20, 30, 40])), ..upload_to("/focus.jpg") };
    app.upload(focused, Picture::jpeg(600, 400).bytes()).await.unwrap();
    app.add("/plain.jpg", Picture::jpeg(600, 400)).await;
    let custom = "resize(100x100,cover,custom)|auto";
    let bytes = get(&app.library, app.owner(), rendering("/focus.jpg", custom)).await.unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), "resize(100x100,cover,focus(10,20,30,40))|jpeg");
    let bytes = get(&app.library, app.owner(), rendering("/plain.jpg", custom)).await.unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), "resize(100x100,cover)|jpeg");
}

#[tokio::test]
async fn the_fallback_is_for_what_is_not_there() {
    let app = app().await;
    app.add("/a.jpg", Picture::jpeg(10, 10)).await;
    app.add("/default.jpg", Picture::jpeg(20, 20)).await;
    let with_default = |path| Deliver { fallback: Some(at("/default.jpg")), ..original(path) };
    let there = app.library.deliver(app.owner(), with_default("/a.jpg")).await.unwrap();
    assert_eq!(read(there).await.unwrap(), Picture::jpeg(10, 10).bytes());
    let anonymous = library::Actor::anonymous(app.tenant);
    let missing = app.library.deliver(anonymous, with_default("/no.jpg")).await.unwrap();
    assert!(!missing.is_shareable, "the asset may come");
    assert_eq!(read(missing).await.unwrap(), Picture::jpeg(20, 20).bytes());
    let request = Deliver { fallback: Some(at("/neither.jpg")), ..original("/no.jpg") };
    let neither = app.library.deliver(app.owner(), request).await;
    assert!(
        matches!(&neither, Err(Error::NotFound(what)) if what.contains("/no.jpg")),
        "{neither:?}"
    );
}

#[tokio::test]
async fn past_versions_stay_readable() {
    let app = app().await;
    let first = app.add("/a.jpg", Picture::jpeg(10, 10)).await;
    let second = app.add("/a.jpg", Picture::jpeg(20, 20)).await;
    let other = app.add("/b.jpg", Picture::jpeg(30, 30)).await;
    let bytes = get_version(&app.library, app.owner(), "/a.jpg", &first.current).await;
    assert_eq!(bytes, Picture::jpeg(10, 10).bytes());
    let bytes = get_version(&app.library, app.owner(), "/a.jpg", &second.current).await;
    assert_eq!(bytes, Picture::jpeg(20, 20).bytes());
    let wrong = app.library.deliver(app.owner(), of_version("/a.jpg", other.current.id)).await;
    assert!(matches!(wrong, Err(Error::NotFound(_))), "{wrong:?}");
}

#[tokio::test]
async fn tenants_do_not_see_each_other() {
    let app = app().await;
    let asset = app.add("/a.jpg", Picture::jpeg(10, 10)).await;
    // RAM knows it; that must not matter.
    get(&app.library, app.owner(), original("/a.jpg")).await.unwrap();
    let stranger = library::Actor::full(app.library.ensure_tenant("other").await.unwrap());
    for wanted in [at("/a.jpg"), library::AssetRef::Id(asset.id)] {
        let request = Deliver { asset: wanted, ..original("/a.jpg") };
        let hidden = app.library.deliver(stranger, request).await;
        assert!(matches!(hidden, Err(Error::NotFound(_))), "{hidden:?}");
    }
    assert!(matches!(app.library.delete(stranger, asset.id).await, Err(Error::NotFound(_))));
    assert!(matches!(app.library.asset(stranger, asset.id).await, Err(Error::NotFound(_))));
    assert!(!app.library.holds(stranger.tenant, &asset.current.blob.hash).await.unwrap());
    assert!(app.library.holds(app.tenant, &asset.current.blob.hash).await.unwrap());
}

#[tokio::test]
async fn stored_bytes_come_in_ranges() {
    let app = app().await;
    let content: Vec<u8> = (0..300 << 10).map(|n| (n % 251) as u8).collect();
    app.add_bytes("/a.bin", content.clone()).await;
    for range in [0..1, 5..400, 0..content.len() as u64, 307_199..307_200] {
        let delivery = app.library.deliver(app.owner(), original("/a.bin")).await.unwrap();
        assert_eq!(delivery.stored_length(), Some(content.len() as u64));
        let Body::Stream { length, stream } = delivery.open(Some(range.clone())).await.unwrap()
        else {
            panic!("a range is a stream");
        };
        let parts: Vec<_> = futures_util::StreamExt::collect(stream).await;
        let bytes: Vec<u8> = parts.into_iter().flat_map(|part| part.unwrap().to_vec()).collect();
        assert_eq!(length, range.end - range.start);
        assert_eq!(bytes, content[range.start as usize..range.end as usize]);
    }
}

#[tokio::test]
async fn explaining_says_what_delivering_does() {
    let app = app().await;
    app.add("/a.jpg", Picture::jpeg(600, 400)).await;
    let request = rendering("/a.jpg", "resize(300x)|auto");
    let explained = app.library.explain(app.owner(), &request).await.unwrap();
    let delivery = app.library.deliver(app.owner(), request).await.unwrap();
    assert_eq!(explained.key, delivery.etag);
    assert_eq!((explained.plan.as_str(), explained.size), ("resize(300x)|jpeg", (300, 200)));
    assert_eq!(explained.format, Format::Jpeg.name());
    assert_eq!(app.echo.renders(), 0);
}
