//! Presets in RAM.

use library::{Actor, Error, Freshness, PresetPatch};
use testkit::app;

const IMAGEKIT: &str = "imagekit";

#[tokio::test]
async fn known_presets_are_found_without_sql() {
    let app = app().await;
    let (library, owner) = (&app.library, app.owner());
    library
        .add_preset(owner, IMAGEKIT, "small".to_owned(), "w-100".to_owned(), true)
        .await
        .unwrap();
    let presets = library.presets(app.tenant, IMAGEKIT).await.unwrap();
    assert_eq!(presets.find("small").map(|preset| preset.text.as_str()), Some("w-100"));
    assert!(presets.find("Small").is_none());
    let before = library.statements();
    library.presets(app.tenant, IMAGEKIT).await.unwrap();
    assert_eq!(library.statements(), before);
    assert!(library.presets(app.tenant, "pixelbin").await.unwrap().find("small").is_none());
}

#[tokio::test]
async fn a_change_takes_effect_at_once_and_spoils_what_rests_on_it() {
    let app = app().await;
    let (library, owner) = (&app.library, app.owner());
    let other = library.ensure_tenant("other").await.unwrap();
    let none = library.presets(app.tenant, IMAGEKIT).await.unwrap();
    let of_other = library.presets(other, IMAGEKIT).await.unwrap();
    let answer = Freshness::of_all([Freshness::new(), none.freshness().clone()]);

    let added =
        library.add_preset(owner, IMAGEKIT, "a".to_owned(), "w-1".to_owned(), true).await.unwrap();
    assert!(none.find("a").is_none(), "what was looked up stays as it was");
    assert!(!none.freshness().is_fresh() && !answer.is_fresh());
    assert!(of_other.freshness().is_fresh());

    let known = library.presets(app.tenant, IMAGEKIT).await.unwrap();
    assert_eq!(known.find("a"), Some(&added));
    let patch = PresetPatch { enabled: Some(false), ..PresetPatch::default() };
    library.change_preset(owner, IMAGEKIT, added.id, patch).await.unwrap();
    assert!(!known.freshness().is_fresh());

    let known = library.presets(app.tenant, IMAGEKIT).await.unwrap();
    assert!(!known.find("a").unwrap().enabled);
    library.delete_preset(owner, IMAGEKIT, added.id).await.unwrap();
    assert!(!known.freshness().is_fresh());
    assert!(library.presets(app.tenant, IMAGEKIT).await.unwrap().find("a").is_none());
}

#[tokio::test]
async fn presets_need_a_key() {
    let app = app().await;
    for actor in [Actor::anonymous(app.tenant), Actor::signed(app.tenant)] {
        let added = app.library.add_preset(actor, IMAGEKIT, "a".into(), "w-1".into(), true).await;
        assert!(matches!(added, Err(Error::Denied)), "{added:?}");
        let listed = app.library.list_presets(actor, IMAGEKIT).await;
        assert!(matches!(listed, Err(Error::Denied)), "{listed:?}");
    }
}
