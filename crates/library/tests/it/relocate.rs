//! What RAM knows follows what moves, and folder jobs come to their end.

use std::time::Duration;

use library::{
    Actor, AssetRef, Bulk, Error, FolderChange, FolderPath, Freshness, Job, JobId, JobState,
    Library, Name, TagChange, Versions,
};
use serde_json::json;
use testkit::{App, Picture, app};

use crate::{
    ask::{at, get, original},
    restart::{Place, add},
};

fn folder(path: &str) -> FolderPath {
    FolderPath::parse(path).unwrap()
}

/// Serves it, so that RAM knows it, and returns whether that still holds.
async fn served(app: &App, path: &str) -> Freshness {
    app.library.deliver(app.owner(), original(path)).await.unwrap().freshness
}

async fn is_gone(app: &App, path: &str) -> bool {
    let outcome = app.library.deliver(app.owner(), original(path)).await;
    matches!(outcome, Err(Error::NotFound(_)))
}

async fn ended(library: &Library, owner: Actor, id: JobId) -> Job {
    for _ in 0..4000 {
        let job = library.job(owner, id).await.unwrap();
        if matches!(job.state, JobState::Done | JobState::Failed) {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the job never ended");
}

async fn change(app: &App, path: &str, change: FolderChange) -> Job {
    let (library, owner) = (&app.library, app.owner());
    let job = library.change_folder(owner, &folder(path), &change, json!(null)).await.unwrap();
    ended(library, owner, job.id).await
}

#[tokio::test]
async fn a_moved_asset_is_served_at_its_new_place_only() {
    let app = app().await;
    app.add("/a/cat.jpg", Picture::jpeg(10, 10)).await;
    let fresh = served(&app, "/a/cat.jpg").await;
    app.library.move_asset(app.owner(), &at("/a/cat.jpg"), folder("/b")).await.unwrap();
    assert!(!fresh.is_fresh());
    assert!(is_gone(&app, "/a/cat.jpg").await);
    served(&app, "/b/cat.jpg").await;

    let name = Name::parse("dog.jpg").unwrap();
    app.library.rename_asset(app.owner(), &at("/b/cat.jpg"), name).await.unwrap();
    assert!(is_gone(&app, "/b/cat.jpg").await);
    served(&app, "/b/dog.jpg").await;
}

#[tokio::test]
async fn what_was_at_the_place_is_served_anew() {
    let app = app().await;
    app.add("/a/cat.jpg", Picture::jpeg(20, 20)).await;
    app.add("/b/cat.jpg", Picture::jpeg(10, 10)).await;
    app.add("/c/cat.jpg", Picture::jpeg(10, 10)).await;
    let before = [served(&app, "/b/cat.jpg").await, served(&app, "/c/cat.jpg").await];
    let (owner, source) = (app.owner(), at("/a/cat.jpg"));
    app.library.copy_asset(owner, &source, folder("/b"), Versions::All).await.unwrap();
    app.library.move_asset(owner, &source, folder("/c")).await.unwrap();
    for (path, before) in ["/b/cat.jpg", "/c/cat.jpg"].into_iter().zip(before) {
        assert!(!before.is_fresh(), "{path}");
        let bytes = get(&app.library, owner, original(path)).await.unwrap();
        assert_eq!(bytes, Picture::jpeg(20, 20).bytes(), "{path}");
    }
}

#[tokio::test]
async fn a_deleted_folder_spoils_what_was_in_it_and_nothing_else() {
    let app = app().await;
    for path in ["/a/b/x.jpg", "/a/b/c/y.jpg", "/a/bb/z.jpg"] {
        app.add(path, Picture::jpeg(10, 10)).await;
    }
    let inside = [served(&app, "/a/b/x.jpg").await, served(&app, "/a/b/c/y.jpg").await];
    let beside = served(&app, "/a/bb/z.jpg").await;
    app.library.delete_folder(app.owner(), folder("/a/b")).await.unwrap();
    assert!(inside.iter().all(|fresh| !fresh.is_fresh()));
    assert!(beside.is_fresh());
    assert!(is_gone(&app, "/a/b/x.jpg").await && is_gone(&app, "/a/b/c/y.jpg").await);
}

#[tokio::test]
async fn a_renamed_folder_takes_its_assets_along() {
    let app = app().await;
    app.add("/a/b/x.jpg", Picture::jpeg(10, 10)).await;
    served(&app, "/a/b/x.jpg").await;
    let job = change(&app, "/a", FolderChange::Rename { name: "z".to_owned() }).await;
    assert_eq!((job.state, job.progress), (JobState::Done, (1, 1)));
    assert!(is_gone(&app, "/a/b/x.jpg").await);
    served(&app, "/z/b/x.jpg").await;
}

#[tokio::test]
async fn a_merged_folder_is_served_anew() {
    let app = app().await;
    app.add("/src/x.jpg", Picture::jpeg(20, 20)).await;
    app.add("/dest/src/x.jpg", Picture::jpeg(10, 10)).await;
    served(&app, "/src/x.jpg").await;
    served(&app, "/dest/src/x.jpg").await;
    let job = change(&app, "/src", FolderChange::Move { to: folder("/dest") }).await;
    assert_eq!(job.state, JobState::Done);
    assert!(is_gone(&app, "/src/x.jpg").await);
    let bytes = get(&app.library, app.owner(), original("/dest/src/x.jpg")).await.unwrap();
    assert_eq!(bytes, Picture::jpeg(20, 20).bytes());
}

#[tokio::test]
async fn a_job_that_left_something_says_so() {
    let app = app().await;
    for side in 1..=51 {
        app.add("/src/x.jpg", Picture::jpeg(side, 1)).await;
        app.add("/dest/src/x.jpg", Picture::jpeg(side, 2)).await;
    }
    let job = change(&app, "/src", FolderChange::Move { to: folder("/dest") }).await;
    assert_eq!(job.state, JobState::Failed);
    let why = "1 assets stay as they were: they would have had too many versions";
    assert_eq!(job.error.as_deref(), Some(why));
    served(&app, "/src/x.jpg").await;
}

/// More than one step of a job takes.
const MANY: u32 = 120;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_a_restart_interrupts_copies_each_once() {
    let place = Place::new();
    let library = place.open().await;
    let owner = Actor::full(library.ensure_tenant("demo").await.unwrap());
    for side in 1..=MANY {
        add(&library, owner, &format!("/src/{side}.jpg"), &Picture::jpeg(side, 1)).await;
    }
    let change = FolderChange::Copy { to: folder("/dest"), versions: Versions::Current };
    let job = library.change_folder(owner, &folder("/src"), &change, json!(null)).await.unwrap();
    // Wherever it has come to.
    library.close().await;
    drop(library);

    let library = place.open().await;
    let job = ended(&library, owner, job.id).await;
    assert_eq!((job.state, job.progress), (JobState::Done, (MANY.into(), MANY.into())));
    for side in 1..=MANY {
        let path = format!("/dest/src/{side}.jpg");
        let AssetRef::At(folder, name) = at(&path) else { unreachable!() };
        let copy = library.asset_at(owner, &folder, &name).await.unwrap();
        assert_eq!(copy.current.number, 1, "{path}");
        let bytes = get(&library, owner, original(&path)).await.unwrap();
        assert_eq!(bytes, Picture::jpeg(side, 1).bytes());
    }
}

#[tokio::test]
async fn many_at_once_are_forgotten_too() {
    let app = app().await;
    let a = app.add("/a.jpg", Picture::jpeg(10, 10)).await.id;
    let b = app.add("/b.jpg", Picture::jpeg(10, 10)).await.id;
    let fresh = served(&app, "/a.jpg").await;
    let tags = TagChange::Add { tags: vec!["x".to_owned()], most_characters: 500 };
    app.library.change_tags(app.owner(), vec![a, b], tags).await.unwrap();
    assert!(!fresh.is_fresh());
    assert_eq!(app.library.asset(app.owner(), a).await.unwrap().tags, ["x"]);
    let outcome = app.library.delete_all(app.owner(), vec![a, b]).await.unwrap();
    assert_eq!(outcome, Bulk::Done { refused: Vec::new() });
    assert!(is_gone(&app, "/a.jpg").await && is_gone(&app, "/b.jpg").await);
}

#[tokio::test]
async fn a_restored_version_is_served_at_once() {
    let app = app().await;
    let first = app.add("/a.jpg", Picture::jpeg(10, 10)).await;
    let second = app.add("/a.jpg", Picture::jpeg(20, 20)).await;
    served(&app, "/a.jpg").await;
    let (library, owner) = (&app.library, app.owner());
    library.restore_version(owner, first.id, first.current.id).await.unwrap();
    let bytes = get(library, owner, original("/a.jpg")).await.unwrap();
    assert_eq!(bytes, Picture::jpeg(10, 10).bytes());
    let current = library.delete_version(owner, first.id, first.current.id).await;
    assert!(matches!(current, Err(Error::Invalid(_))), "{current:?}");
    library.delete_version(owner, first.id, second.current.id).await.unwrap();
    assert_eq!(library.versions(owner, first.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn only_who_holds_a_key_may() {
    let app = app().await;
    let asset = app.add("/a/cat.jpg", Picture::jpeg(10, 10)).await;
    let (library, nobody) = (&app.library, Actor::anonymous(app.tenant));
    let cat = || at("/a/cat.jpg");
    let name = Name::parse("dog.jpg").unwrap();
    let rename = FolderChange::Rename { name: "b".to_owned() };
    let tags = TagChange::Remove(Vec::new());
    for (what, outcome) in [
        ("copy", library.copy_asset(nobody, &cat(), folder("/b"), Versions::All).await.map(drop)),
        ("move", library.move_asset(nobody, &cat(), folder("/b")).await.map(drop)),
        ("rename", library.rename_asset(nobody, &cat(), name).await.map(drop)),
        ("delete folder", library.delete_folder(nobody, folder("/a")).await),
        (
            "change folder",
            library.change_folder(nobody, &folder("/a"), &rename, json!(null)).await.map(drop),
        ),
        ("delete all", library.delete_all(nobody, vec![asset.id]).await.map(drop)),
        ("tags", library.change_tags(nobody, vec![asset.id], tags).await.map(drop)),
        ("versions", library.versions(nobody, asset.id).await.map(drop)),
        ("purge", library.purge(nobody, "*").await.map(drop)),
    ] {
        assert!(matches!(outcome, Err(Error::Denied)), "{what}: {outcome:?}");
    }
    assert_eq!(library.asset(app.owner(), asset.id).await.unwrap(), asset);
}
