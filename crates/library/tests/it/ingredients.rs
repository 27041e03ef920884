//! Files that a plan draws on: found, permitted, bound to content, handed to the engine, followed.

use catalog::{Access, Change, Visibility};
use library::{Actor, CacheRule, Error};
use testkit::{App, Picture, app, upload_to};

use crate::ask::{get, rendering};

const LOGO: &str = "layer(picture(\"/logo.png\")|resize(9x))|jpeg";

async fn with_logo(access: Access, visibility: Visibility) -> App {
    let app = app().await;
    app.add("/a.jpg", Picture::jpeg(600, 400)).await;
    let mut upload = upload_to("/logo.png");
    upload.access = Change::Set(access);
    upload.visibility = Change::Set(visibility);
    app.upload(upload, Picture::png(60, 40).alpha().bytes()).await.unwrap();
    app
}

/// The plan that is rendered, or why it is not.
async fn ask(app: &App, actor: Actor, plan: &str) -> Result<String, Error> {
    let bytes = get(&app.library, actor, rendering("/a.jpg", plan)).await?;
    Ok(String::from_utf8(bytes).unwrap())
}

#[tokio::test]
async fn files_are_named_by_content() {
    let app = with_logo(Access::Public, Visibility::Listed).await;
    let logo = app.library.deliver(app.owner(), crate::ask::original("/logo.png")).await.unwrap();
    let plan = ask(&app, app.owner(), LOGO).await.unwrap();
    // The tag of stored bytes is half of their hash.
    assert!(plan.starts_with(&format!("layer(picture(sha256:{}", logo.etag)), "{plan}");
    assert!(plan.ends_with(")|resize(9x))|jpeg"), "{plan}");
    for nested in [
        "layer(area(x,#ff0000)|layer(picture(\"/logo.png\")))|jpeg",
        "if(cw>1?layer(picture(\"/logo.png\")):layer(text(\"a\",9,#000000,font-file=\"/logo.png\")))|jpeg",
        "layer(picture(\"/logo.png\"))|layer(picture(\"/logo.png\"))|jpeg",
    ] {
        let plan = ask(&app, app.owner(), nested).await.unwrap();
        assert!(!plan.contains("/logo.png") && plan.contains("sha256:"), "{plan}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_the_fault_of_the_plan() {
    let app = with_logo(Access::Public, Visibility::Draft).await;
    app.add_bytes("/words.txt", "words").await;
    for (plan, expected) in [
        ("layer(picture(\"/nothing.png\"))", "the picture of a layer does not exist"),
        ("layer(picture(\"/../a.jpg\"))", "the picture of a layer does not exist"),
        ("layer(picture(\"a.jpg\"))", "the picture of a layer does not exist"),
        ("layer(picture(\"/logo.png\"))", "the picture of a layer does not exist"),
        ("layer(picture(\"/words.txt\"))", "the picture of a layer is no image"),
    ] {
        let refused = ask(&app, Actor::signed(app.tenant), plan).await.unwrap_err();
        assert!(matches!(refused, Error::Invalid(_) | Error::NotAnImage(_)), "{plan}: {refused:?}");
        assert_eq!(refused.to_string(), expected, "{plan}");
    }
    // Bytes are nobody's without a name.
    let logo = app.library.deliver(app.owner(), crate::ask::original("/logo.png")).await.unwrap();
    let plan = format!("layer(picture(sha256:{0}{0}))", logo.etag);
    assert!(matches!(ask(&app, app.owner(), &plan).await, Err(Error::Invalid(_))));
    assert_eq!(app.echo.renders(), 0);
}

#[tokio::test]
async fn a_font_that_is_not_there_counts_as_the_sans() {
    let app = with_logo(Access::Public, Visibility::Listed).await;
    let plan = "layer(text(\"a\",9,#000000,font-file=\"/a.ttf\"))|jpeg";
    assert_eq!(ask(&app, app.owner(), plan).await.unwrap(), "layer(text(\"a\",9,#000000))|jpeg");
    let delivery = app.library.deliver(app.owner(), rendering("/a.jpg", plan)).await.unwrap();
    assert!(!delivery.freshness.is_fresh(), "the font may come, and nobody would tell");
}

#[tokio::test]
async fn a_private_file_needs_a_signature_and_makes_the_answer_private() {
    for access in [Access::Private, Access::PresetsOnly] {
        let app = with_logo(access, Visibility::Listed).await;
        let anonymous = Actor::anonymous(app.tenant);
        assert!(matches!(ask(&app, anonymous, LOGO).await, Err(Error::Denied)), "{access:?}");
        let signed = Actor::signed(app.tenant);
        let delivery = app.library.deliver(signed, rendering("/a.jpg", LOGO)).await.unwrap();
        assert_eq!(delivery.cache, CacheRule::Private, "{access:?}");
        assert!(!delivery.is_shareable);
    }
    let app = with_logo(Access::Public, Visibility::Listed).await;
    let anonymous = Actor::anonymous(app.tenant);
    let delivery = app.library.deliver(anonymous, rendering("/a.jpg", LOGO)).await.unwrap();
    assert_eq!((delivery.cache, delivery.is_shareable), (CacheRule::Public, true));
}

#[tokio::test]
async fn an_answer_is_fresh_as_long_as_all_it_was_made_of() {
    let app = with_logo(Access::Public, Visibility::Listed).await;
    let deliver = || app.library.deliver(app.owner(), rendering("/a.jpg", LOGO));
    let before = deliver().await.unwrap();
    let again = deliver().await.unwrap();
    assert_eq!(before.etag, again.etag);
    assert!(before.freshness.is_fresh());
    app.add("/other.jpg", Picture::jpeg(1, 1)).await;
    assert!(before.freshness.is_fresh());
    app.add("/logo.png", Picture::png(60, 41).alpha()).await;
    assert!(!before.freshness.is_fresh(), "the layer has changed");
    let after = deliver().await.unwrap();
    assert_ne!(after.etag, before.etag);
    app.add("/a.jpg", Picture::jpeg(600, 401)).await;
    assert!(!after.freshness.is_fresh(), "the picture has changed");
}

#[tokio::test]
async fn the_area_of_interest_is_that_of_the_layers_own_picture() {
    let app = app().await;
    for (path, focus) in [("/a.jpg", [1, 2, 3, 4]), ("/logo.png", [5, 6, 7, 8])] {
        let mut upload = upload_to(path);
        upload.focus = Change::Set(Some(focus));
        app.upload(upload, Picture::jpeg(600, 400).bytes()).await.unwrap();
    }
    let plan = ask(
        &app,
        app.owner(),
        "resize(9x9,cover,custom)|layer(picture(\"/logo.png\")|resize(9x9,cover,custom))|jpeg",
    );
    let plan = plan.await.unwrap();
    assert!(plan.starts_with("resize(9x9,cover,focus(1,2,3,4))|layer("), "{plan}");
    assert!(plan.ends_with("|resize(9x9,cover,focus(5,6,7,8)))|jpeg"), "{plan}");
}

#[tokio::test]
async fn layers_are_sources_within_the_limits() {
    let app = with_logo(Access::Public, Visibility::Listed).await;
    let mut large = Picture::jpeg(600, 400).bytes();
    large.push(b'\n');
    for serial in ["/one.jpg", "/two.jpg"] {
        large.resize(large.len().max(1000) + 1, b' ');
        app.add_bytes(serial, large.clone()).await;
    }
    let ask = async |plan: &str, limit| {
        let request = library::Deliver { source_limit: Some(limit), ..rendering("/a.jpg", plan) };
        app.library.deliver(app.owner(), request).await.map(|delivery| delivery.mime)
    };
    let one = "layer(picture(\"/one.jpg\"))|jpeg";
    let both = "layer(picture(\"/one.jpg\"))|layer(picture(\"/two.jpg\"))|jpeg";
    assert!(ask(one, 1500).await.is_ok());
    assert!(matches!(ask(one, 500).await, Err(Error::TooLarge(_))));
    assert!(ask(both, 2500).await.is_ok());
    let refused = ask(both, 1500).await.unwrap_err();
    assert_eq!(refused.to_string(), "the files of all layers have 2003 bytes, the limit is 1500");
}
