//! Names without extensions, inactive folders, keys that only read, and pictures that are nobody's.

use library::{
    Accepts, Actor, AssetRef, Deliver, Error, FolderPath, KeyPair, KnownAs, Listing, Name, Upload,
    What,
};
use testkit::{App, Picture, app, upload_to};

fn deliver(asset: AssetRef) -> Deliver {
    Deliver {
        asset,
        version: None,
        fallback: None,
        what: What::Original,
        accepts: Accepts::default(),
        source_limit: None,
    }
}

fn shown(folder: &str, name: &str) -> AssetRef {
    AssetRef::Shown(FolderPath::parse(folder).unwrap(), Name::parse(name).unwrap())
}

async fn is_served(app: &App, actor: Actor, asset: AssetRef) -> bool {
    match app.library.deliver(actor, deliver(asset)).await {
        Ok(_) => true,
        Err(Error::NotFound(_)) => false,
        Err(error) => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn an_asset_is_delivered_by_its_short_name_from_ram() {
    let app = app().await;
    let anyone = Actor::anonymous(app.tenant);
    let upload = |name: &str| Upload {
        known_as: KnownAs::Shown(Some(Name::parse("cat").unwrap())),
        ..upload_to(&format!("/f/{name}"))
    };
    app.upload(upload("cat.png"), Picture::png(1, 1).bytes()).await.unwrap();
    for name in ["cat", "cat.png"] {
        assert!(is_served(&app, anyone, shown("/f", name)).await, "{name}");
    }
    let before = app.library.statements();
    assert!(is_served(&app, anyone, shown("/f", "cat")).await);
    assert_eq!(app.library.statements(), before);
    // With another format it has another name, at once.
    app.upload(upload("cat.jpeg"), Picture::jpeg(1, 1).bytes()).await.unwrap();
    for (name, expected) in [("cat", true), ("cat.jpeg", true), ("cat.png", false)] {
        assert_eq!(is_served(&app, anyone, shown("/f", name)).await, expected, "{name}");
    }
}

#[tokio::test]
async fn an_inactive_folder_hides_what_is_in_it_at_once() {
    let app = app().await;
    let asset = app.add("/a/b/cat.png", Picture::png(1, 1)).await;
    let folder = FolderPath::parse("/a").unwrap();
    let folder = app.library.folder(app.owner(), &folder).await.unwrap();
    let (anyone, signed) = (Actor::anonymous(app.tenant), Actor::signed(app.tenant));
    let delivery = app.library.deliver(anyone, deliver(AssetRef::Id(asset.id))).await.unwrap();
    app.library.set_folder_active(app.owner(), folder.id, false).await.unwrap();
    // What was answered before is not to be answered again.
    assert!(!delivery.freshness.is_fresh());
    for actor in [anyone, signed] {
        assert!(!is_served(&app, actor, AssetRef::Id(asset.id)).await);
    }
    assert!(is_served(&app, app.owner(), AssetRef::Id(asset.id)).await);
    assert!(is_served(&app, Actor::reader(app.tenant), AssetRef::Id(asset.id)).await);
    app.library.set_folder_active(app.owner(), folder.id, true).await.unwrap();
    assert!(is_served(&app, anyone, AssetRef::Id(asset.id)).await);
}

#[tokio::test]
async fn a_key_for_looking_changes_nothing() {
    let app = app().await;
    let asset = app.add("/cat.png", Picture::png(1, 1)).await;
    let pair = KeyPair::generate().unwrap();
    app.library.add_read_only_key(app.tenant, &pair, "reads").await.unwrap();
    let reader = app.library.actor_by_secret(&pair.private_key).await.unwrap().unwrap();
    assert_eq!(app.library.asset(reader, asset.id).await.unwrap().id, asset.id);
    assert_eq!(app.library.list(reader, Listing::of(app.tenant)).await.unwrap().entries.len(), 1);
    assert!(matches!(app.library.delete(reader, asset.id).await, Err(Error::Denied)));
    let folder = FolderPath::parse("/f").unwrap();
    assert!(matches!(app.library.create_folder(reader, &folder).await, Err(Error::Denied)));
}

#[tokio::test]
async fn a_built_in_picture_is_nobodys_asset() {
    let app = app().await;
    let (folder, name) = (FolderPath::parse("/x").unwrap(), Name::parse("y.png").unwrap());
    let bytes: &[u8] = b"ECHO png 3x2 orientation=1 frames=1 serial=0";
    let first = app.library.built_in(&folder, &name, bytes).await.unwrap();
    let again = app.library.built_in(&folder, &name, bytes).await.unwrap();
    assert_eq!(first.id, again.id);
    assert!(is_served(&app, Actor::anonymous(first.tenant), AssetRef::Id(first.id)).await);
    assert!(!is_served(&app, app.owner(), AssetRef::Id(first.id)).await);
    assert!(app.library.ensure_tenant("built-in").await.is_err());
}
