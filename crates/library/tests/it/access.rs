//! Who may see what.

use library::{Access, Actor, CacheRule, Change, Deliver, Error, Upload, Visibility};
use testkit::{App, Picture, app, upload_to};

use crate::ask::{original, preset, rendering};

async fn add(app: &App, path: &str, access: Access, visibility: Visibility) {
    let upload = Upload {
        access: Change::Set(access),
        visibility: Change::Set(visibility),
        ..upload_to(path)
    };
    app.upload(upload, Picture::jpeg(10, 10).bytes()).await.unwrap();
}

/// `Some(rule)`: served. `None`: denied.
async fn ask(app: &App, actor: Actor, request: Deliver) -> Option<CacheRule> {
    match app.library.deliver(actor, request).await {
        Ok(delivery) => {
            let for_all =
                delivery.cache == CacheRule::Public && actor == Actor::anonymous(app.tenant);
            assert_eq!(delivery.is_shareable, for_all);
            Some(delivery.cache)
        }
        Err(Error::Denied) => None,
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn access_opens_what_it_says_and_credentials_the_rest() {
    use CacheRule::{Private, Public};
    let app = app().await;
    let actors = [Actor::anonymous(app.tenant), Actor::signed(app.tenant), Actor::full(app.tenant)];
    // For each kind of request: what anonymous, signed and full get.
    let open = [Some(Public); 3];
    let shut = [None, Some(Private), Some(Private)];
    for (access, the_original, by_preset, ad_hoc) in [
        (Access::Public, open, open, open),
        (Access::PresetsOnly, shut, open, shut),
        (Access::Private, shut, shut, shut),
    ] {
        add(&app, "/a.jpg", access, Visibility::Listed).await;
        for (number, actor) in actors.into_iter().enumerate() {
            let plan = "resize(5x)|auto";
            assert_eq!(
                ask(&app, actor, original("/a.jpg")).await,
                the_original[number],
                "{access:?} {actor:?}"
            );
            assert_eq!(
                ask(&app, actor, preset("/a.jpg", plan)).await,
                by_preset[number],
                "{access:?} {actor:?}"
            );
            assert_eq!(
                ask(&app, actor, rendering("/a.jpg", plan)).await,
                ad_hoc[number],
                "{access:?} {actor:?}"
            );
        }
    }
    assert_eq!(app.echo.renders(), 0);
}

#[tokio::test]
async fn what_is_not_listed_does_not_exist_for_who_has_no_key() {
    let app = app().await;
    for visibility in [Visibility::Draft, Visibility::Hidden, Visibility::Archived] {
        add(&app, "/a.jpg", Access::Public, visibility).await;
        for actor in [Actor::anonymous(app.tenant), Actor::signed(app.tenant)] {
            for request in [original("/a.jpg"), preset("/a.jpg", "resize(5x)|auto")] {
                let hidden = app.library.deliver(actor, request).await;
                assert!(matches!(hidden, Err(Error::NotFound(_))), "{visibility:?}: {hidden:?}");
            }
        }
        assert_eq!(ask(&app, app.owner(), original("/a.jpg")).await, Some(CacheRule::Private));
    }
}

#[tokio::test]
async fn a_change_of_access_holds_at_once() {
    let app = app().await;
    let anonymous = Actor::anonymous(app.tenant);
    add(&app, "/a.jpg", Access::Public, Visibility::Listed).await;
    let open = app.library.deliver(anonymous, original("/a.jpg")).await.unwrap();
    add(&app, "/a.jpg", Access::Private, Visibility::Listed).await;
    assert!(!open.freshness.is_fresh());
    assert_eq!(ask(&app, anonymous, original("/a.jpg")).await, None);
}
