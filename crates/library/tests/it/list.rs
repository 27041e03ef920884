//! Listings and folders.

use library::{Actor, Entry, Error, Filter, FolderPath, Listing, Sort, SortKey, TenantId};
use testkit::{Picture, app};

/// Whose it is says the actor.
fn by_name() -> Listing {
    Listing { sort: Sort { by: SortKey::Name, descending: false }, ..Listing::of(TenantId(0)) }
}

#[tokio::test]
async fn pages_follow_each_other() {
    let app = app().await;
    for name in ["a", "b", "c"] {
        app.add(&format!("/shop/{name}.jpg"), Picture::jpeg(10, 10)).await;
    }
    app.add("/elsewhere.jpg", Picture::jpeg(10, 10)).await;
    let filter = Filter { folder: Some(FolderPath::parse("/shop").unwrap()), ..Filter::default() };
    let mut names = Vec::new();
    for skip in [0, 2] {
        let page = app
            .library
            .list(app.owner(), Listing { filter: filter.clone(), limit: 2, skip, ..by_name() })
            .await
            .unwrap();
        assert_eq!(page.total, Some(3));
        names.extend(page.entries.into_iter().map(|entry| match entry {
            Entry::Asset(asset) => asset.name.to_string(),
            other => panic!("{other:?}"),
        }));
    }
    assert_eq!(names, ["a.jpg", "b.jpg", "c.jpg"]);
}

#[tokio::test]
async fn listing_and_changing_need_a_key() {
    let app = app().await;
    let asset = app.add("/a.jpg", Picture::jpeg(10, 10)).await;
    for actor in [Actor::anonymous(app.tenant), Actor::signed(app.tenant)] {
        let list = app.library.list(actor, by_name()).await;
        assert!(matches!(list, Err(Error::Denied)), "{list:?}");
        assert!(matches!(app.library.delete(actor, asset.id).await, Err(Error::Denied)));
        let folder = app.library.create_folder(actor, &FolderPath::parse("/x").unwrap()).await;
        assert!(matches!(folder, Err(Error::Denied)), "{folder:?}");
    }
    assert_eq!(app.library.asset(app.owner(), asset.id).await.unwrap(), asset);
}

#[tokio::test]
async fn a_folder_is_made_once() {
    let app = app().await;
    let path = FolderPath::parse("/press/2026").unwrap();
    let (folder, is_new) = app.library.create_folder(app.owner(), &path).await.unwrap();
    assert!(is_new);
    let (again, is_new) = app.library.create_folder(app.owner(), &path).await.unwrap();
    assert!(!is_new);
    assert_eq!(folder.id, again.id);
}
