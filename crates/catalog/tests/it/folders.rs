//! Folders with everything in them: deleting, copying, moving, renaming.

use std::collections::BTreeSet;

use catalog::{
    AssetId, COPY_FOLDER, Catalog, Error, FolderChange, FolderStep, Job, JobId, Kinds, Listing,
    MOVE_FOLDER, RENAME_FOLDER, TenantId, Versions,
};
use serde_json::json;

use crate::databases::on_every_database;
use crate::sample::{add, blob, folder, now, orphans, tenant};

on_every_database!(
    a_folder_goes_with_everything_in_it,
    the_root_and_the_unknown_stay,
    a_folder_is_copied_into_another,
    a_copy_is_merged_into_what_is_there,
    a_copy_goes_on_where_it_was_stopped,
    a_copy_holds_what_was_there_when_it_was_asked_for,
    a_folder_is_moved_whole,
    a_move_is_merged_into_what_is_there,
    a_move_into_the_folder_above,
    a_folder_is_renamed,
    what_cannot_work_is_refused_at_once,
    what_became_impossible_does_nothing,
    assets_with_too_many_versions_stay,
    a_folder_that_is_gone_needs_nothing,
    paths_that_would_be_too_long,
);

/// Paths of all folders and assets.
async fn tree(catalog: &Catalog, tenant: TenantId) -> BTreeSet<String> {
    let listing = Listing { kinds: Kinds::Both, limit: 10_000, ..Listing::of(tenant) };
    let page = catalog.list(&listing).await.unwrap();
    let path = |entry: &catalog::Entry| match entry {
        catalog::Entry::Folder(folder) => format!("{}/", folder.path),
        catalog::Entry::Asset(asset) | catalog::Entry::PastVersion(asset) => {
            format!("{}/{}", asset.folder.as_str().trim_end_matches('/'), asset.name)
        }
    };
    page.entries.iter().map(path).collect()
}

#[track_caller]
fn check(tree: &BTreeSet<String>, expected: &[&str]) {
    let tree: Vec<&str> = tree.iter().map(String::as_str).collect();
    assert_eq!(tree, expected);
}

async fn fill(catalog: &Catalog, tenant: TenantId, paths: &[&str]) -> Vec<AssetId> {
    let mut ids = Vec::new();
    for (content, path) in (1..).zip(paths) {
        match path.strip_suffix('/') {
            Some(path) => drop(catalog.ensure_folder(tenant, &folder(path)).await.unwrap()),
            None => ids.push(add(catalog, tenant, path, content).await.asset.id),
        }
    }
    ids
}

fn copy(to: &str) -> FolderChange {
    FolderChange::Copy { to: folder(to), versions: Versions::Current }
}

fn relocate(to: &str) -> FolderChange {
    FolderChange::Move { to: folder(to) }
}

fn rename(name: &str) -> FolderChange {
    FolderChange::Rename { name: name.to_owned() }
}

async fn begin(catalog: &Catalog, tenant: TenantId, path: &str, change: FolderChange) -> Job {
    catalog.add_folder_job(tenant, &folder(path), &change, json!({"a": 1})).await.unwrap()
}

/// All steps up to the last one.
async fn finish(catalog: &Catalog, job: JobId) -> Vec<FolderStep> {
    let mut steps = vec![catalog.folder_job_step(job).await.unwrap()];
    while steps.last().is_some_and(|step| step.ended.is_none()) {
        assert!(steps.len() < 100, "it never ends");
        steps.push(catalog.folder_job_step(job).await.unwrap());
    }
    steps
}

async fn run(catalog: &Catalog, tenant: TenantId, path: &str, change: FolderChange) {
    let job = begin(catalog, tenant, path, change).await;
    let steps = finish(catalog, job.id).await;
    assert_eq!(steps.last().unwrap().ended, Some(0));
}

async fn refusal(catalog: &Catalog, tenant: TenantId, path: &str, change: FolderChange) -> Error {
    catalog.add_folder_job(tenant, &folder(path), &change, json!(null)).await.unwrap_err()
}

async fn a_folder_goes_with_everything_in_it(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    fill(catalog, other, &["/a/b/x"]).await;
    let paths = ["/a/b/x", "/a/b/c/y", "/a/b/c/d/", "/a/bb/z", "/a/b0", "/a/x"];
    let ids = fill(catalog, tenant, &paths).await;
    add(catalog, tenant, "/a/b/x", 7).await;
    add(catalog, tenant, "/kept", 7).await;
    catalog.delete_folder(tenant, &folder("/a/b")).await.unwrap();
    check(&tree(catalog, tenant).await, &["/a/", "/a/b0", "/a/bb/", "/a/bb/z", "/a/x", "/kept"]);
    check(&tree(catalog, other).await, &["/a/", "/a/b/", "/a/b/x"]);
    assert_eq!(catalog.asset(tenant, ids[0]).await.unwrap(), None);
    assert!(catalog.versions(tenant, ids[0]).await.unwrap().is_empty());
    let mut orphans = orphans(catalog, now() + 1000, 10).await;
    orphans.sort();
    assert_eq!(orphans, [blob(2).hash], "the others are held elsewhere");
    catalog.delete_folder(tenant, &folder("/a")).await.unwrap();
    check(&tree(catalog, tenant).await, &["/kept"]);
    assert!(add(catalog, tenant, "/a/b/x", 1).await.created);
}

async fn the_root_and_the_unknown_stay(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    fill(catalog, tenant, &["/a/x"]).await;
    let error = catalog.delete_folder(tenant, &folder("/")).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error}");
    for path in ["/b", "/a/x", "/A"] {
        let error = catalog.delete_folder(tenant, &folder(path)).await.unwrap_err();
        assert!(matches!(error, Error::NotFound(_)), "{path}: {error}");
    }
    check(&tree(catalog, tenant).await, &["/a/", "/a/x"]);
}

async fn a_folder_is_copied_into_another(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let ids = fill(catalog, tenant, &["/a/src/x", "/a/src/b/y", "/a/src/empty/"]).await;
    let job = begin(catalog, tenant, "/a/src", copy("/dest/new")).await;
    assert_eq!(job.kind, COPY_FOLDER);
    assert_eq!(job.payload["note"], json!({"a": 1}));
    let steps = finish(catalog, job.id).await;
    assert_eq!(steps.len(), 1);
    assert_eq!((steps[0].progress, steps[0].ended), ((2, 2), Some(0)));
    check(
        &tree(catalog, tenant).await,
        &[
            "/a/",
            "/a/src/",
            "/a/src/b/",
            "/a/src/b/y",
            "/a/src/empty/",
            "/a/src/x",
            "/dest/",
            "/dest/new/",
            "/dest/new/src/",
            "/dest/new/src/b/",
            "/dest/new/src/b/y",
            "/dest/new/src/empty/",
            "/dest/new/src/x",
        ],
    );
    let copied = catalog.asset_at(tenant, &folder("/dest/new/src"), "x").await.unwrap().unwrap();
    assert!(copied.id != ids[0]);
    assert_eq!(copied.current.blob, blob(1));
}

async fn a_copy_is_merged_into_what_is_there(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    fill(catalog, tenant, &["/src/x", "/src/b/y"]).await;
    add(catalog, tenant, "/src/x", 11).await;
    let there = fill(catalog, tenant, &["/dest/src/x", "/dest/src/z"]).await;
    let all = FolderChange::Copy { to: folder("/dest"), versions: Versions::All };
    run(catalog, tenant, "/src", all).await;
    let versions = catalog.versions(tenant, there[0]).await.unwrap();
    let versions: Vec<_> = versions.iter().map(|v| (v.number, v.blob.size)).collect();
    assert_eq!(versions, [(3, 11), (2, 1), (1, 1)]);
    assert!(catalog.asset(tenant, there[1]).await.unwrap().is_some());
    assert!(catalog.asset_at(tenant, &folder("/dest/src/b"), "y").await.unwrap().is_some());
}

/// More than one step takes.
const MANY: u32 = 250;

async fn a_copy_goes_on_where_it_was_stopped(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for content in 0..MANY {
        add(catalog, tenant, &format!("/src/{}/{content}", content % 7), content).await;
    }
    let job = begin(catalog, tenant, "/src", copy("/dest")).await.id;
    let first = catalog.folder_job_step(job).await.unwrap();
    assert_eq!((first.progress, first.ended), ((100, 250), None));
    // Whoever goes on, after a kill or beside the first, finds how far it is.
    let steps = finish(catalog, job).await;
    assert_eq!(steps.len(), 2);
    assert_eq!(steps[1].progress, (250, 250));
    for content in 0..MANY {
        let to = folder(&format!("/dest/src/{}", content % 7));
        let copy = catalog.asset_at(tenant, &to, &content.to_string()).await.unwrap().unwrap();
        assert_eq!((copy.current.number, copy.current.blob), (1, blob(content)), "copied once");
    }
    let again = catalog.folder_job_step(job).await.unwrap();
    assert_eq!((again.progress, again.ended), ((250, 250), Some(0)));
    assert!(again.assets.is_empty(), "nothing more happens");
}

async fn a_copy_holds_what_was_there_when_it_was_asked_for(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    fill(catalog, tenant, &["/src/x"]).await;
    let job = begin(catalog, tenant, "/src", copy("/dest")).await.id;
    fill(catalog, tenant, &["/src/late", "/src/later/"]).await;
    finish(catalog, job).await;
    check(
        &tree(catalog, tenant).await,
        &["/dest/", "/dest/src/", "/dest/src/x", "/src/", "/src/late", "/src/later/", "/src/x"],
    );
}

async fn a_folder_is_moved_whole(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let ids = fill(catalog, tenant, &["/a/größe/x", "/a/größe/b/y", "/a/größe/empty/"]).await;
    let before = catalog.folder(tenant, &folder("/a/größe/b")).await.unwrap().unwrap();
    let job = begin(catalog, tenant, "/a/größe", relocate("/dest/new")).await;
    assert_eq!(job.kind, MOVE_FOLDER);
    let steps = finish(catalog, job.id).await;
    assert_eq!(steps.len(), 1);
    assert_eq!(steps[0].gone, Some(folder("/a/größe")));
    check(
        &tree(catalog, tenant).await,
        &[
            "/a/",
            "/dest/",
            "/dest/new/",
            "/dest/new/größe/",
            "/dest/new/größe/b/",
            "/dest/new/größe/b/y",
            "/dest/new/größe/empty/",
            "/dest/new/größe/x",
        ],
    );
    let moved = catalog.asset_at(tenant, &folder("/dest/new/größe"), "x").await.unwrap().unwrap();
    assert_eq!(moved.id, ids[0]);
    let after = catalog.folder(tenant, &folder("/dest/new/größe/b")).await.unwrap().unwrap();
    assert_eq!(after.id, before.id);
    // It lies in its new parent, and new folders in it.
    fill(catalog, tenant, &["/dest/new/größe/c/z"]).await;
    catalog.delete_folder(tenant, &folder("/dest")).await.unwrap();
    check(&tree(catalog, tenant).await, &["/a/"]);
}

async fn a_move_is_merged_into_what_is_there(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let ids = fill(catalog, tenant, &["/src/x", "/src/b/y", "/src/empty/"]).await;
    let there = fill(catalog, tenant, &["/dest/src/x", "/dest/src/b/z"]).await;
    let job = begin(catalog, tenant, "/src", relocate("/dest")).await.id;
    let steps = finish(catalog, job).await;
    assert!(steps.iter().any(|step| step.assets.contains(&there[0])));
    check(
        &tree(catalog, tenant).await,
        &[
            "/dest/",
            "/dest/src/",
            "/dest/src/b/",
            "/dest/src/b/y",
            "/dest/src/b/z",
            "/dest/src/empty/",
            "/dest/src/x",
        ],
    );
    let x = catalog.asset_at(tenant, &folder("/dest/src"), "x").await.unwrap().unwrap();
    assert_eq!((x.id, x.current.number), (there[0], 2));
    let y = catalog.asset_at(tenant, &folder("/dest/src/b"), "y").await.unwrap().unwrap();
    assert_eq!(y.id, ids[1]);
}

async fn a_move_into_the_folder_above(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    fill(catalog, tenant, &["/a/a/x", "/a/a/b/y", "/a/z"]).await;
    run(catalog, tenant, "/a/a", relocate("/")).await;
    check(&tree(catalog, tenant).await, &["/a/", "/a/b/", "/a/b/y", "/a/x", "/a/z"]);

    fill(catalog, tenant, &["/a/a/a/x"]).await;
    let error = refusal(catalog, tenant, "/a/a", relocate("/")).await;
    assert_eq!(error.to_string(), "the folder /a/a/a would come to where /a/a is");
}

async fn a_folder_is_renamed(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let ids = fill(catalog, tenant, &["/a/old/x", "/a/old/b/y", "/a/older/z"]).await;
    let job = begin(catalog, tenant, "/a/old", rename("new")).await;
    assert_eq!(job.kind, RENAME_FOLDER);
    finish(catalog, job.id).await;
    check(
        &tree(catalog, tenant).await,
        &["/a/", "/a/new/", "/a/new/b/", "/a/new/b/y", "/a/new/x", "/a/older/", "/a/older/z"],
    );
    let x = catalog.asset_at(tenant, &folder("/a/new"), "x").await.unwrap().unwrap();
    assert_eq!(x.id, ids[0]);
    let renamed = catalog.folder(tenant, &folder("/a/new")).await.unwrap().unwrap();
    assert_eq!(renamed.path.name(), Some("new"));
}

async fn what_cannot_work_is_refused_at_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    fill(catalog, tenant, &["/a/b/x", "/a/c/y"]).await;
    for (path, change, expected) in [
        ("/nothing", copy("/b"), "folder /nothing does not exist"),
        ("/nothing", relocate("/b"), "folder /nothing does not exist"),
        ("/nothing", rename("b"), "folder /nothing does not exist"),
        ("/", copy("/b"), "the root folder cannot be copied, moved or renamed"),
        ("/", relocate("/b"), "the root folder cannot be copied, moved or renamed"),
        ("/", rename("b"), "the root folder cannot be copied, moved or renamed"),
        ("/a", relocate("/a"), "the folder /a cannot come into itself"),
        ("/a", relocate("/a/b/d"), "the folder /a cannot come into itself"),
        ("/a", copy("/a/b"), "the folder /a cannot come into itself"),
        ("/a/b", copy("/a"), "the folder /a/b is there already"),
        ("/a/b", relocate("/a"), "the folder /a/b is there already"),
        ("/a/b", rename("c"), "folder /a/c already exists"),
        ("/a/b", rename("b"), "folder /a/b already exists"),
    ] {
        let error = refusal(catalog, tenant, path, change).await;
        assert_eq!(error.to_string(), expected, "{path}");
    }
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let error = refusal(catalog, other, "/a", copy("/b")).await;
    assert!(matches!(error, Error::NotFound(_)), "{error}");
    let kinds = [COPY_FOLDER, MOVE_FOLDER, RENAME_FOLDER];
    assert_eq!(catalog.next_job(&kinds).await.unwrap(), None, "no job was added");
}

async fn what_became_impossible_does_nothing(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    fill(catalog, tenant, &["/a/x", "/b/y"]).await;
    let renamed = begin(catalog, tenant, "/a", rename("c")).await.id;
    let moved = begin(catalog, tenant, "/a", relocate("/b/d")).await.id;
    fill(catalog, tenant, &["/c/"]).await;
    let before = tree(catalog, tenant).await;
    let error = catalog.folder_job_step(renamed).await.unwrap_err();
    assert!(matches!(error, Error::Conflict(_)), "{error}");
    assert_eq!(tree(catalog, tenant).await, before);

    // The place to go to came into the folder itself.
    run(catalog, tenant, "/b", relocate("/a")).await;
    fill(catalog, tenant, &["/b/"]).await;
    catalog.delete_folder(tenant, &folder("/b")).await.unwrap();
    let into_itself = begin(catalog, tenant, "/a", relocate("/e")).await.id;
    run(catalog, tenant, "/a", rename("e")).await;
    let before = tree(catalog, tenant).await;
    let error = catalog.folder_job_step(into_itself).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error}");
    assert_eq!(tree(catalog, tenant).await, before);
    // A free place is one still.
    finish(catalog, moved).await;
    check(
        &tree(catalog, tenant).await,
        &["/b/", "/b/d/", "/b/d/a/", "/b/d/a/b/", "/b/d/a/b/y", "/b/d/a/x", "/c/"],
    );
}

async fn assets_with_too_many_versions_stay(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for content in 1..=60 {
        add(catalog, tenant, "/src/x", content).await;
        add(catalog, tenant, "/dest/src/x", content).await;
    }
    fill(catalog, tenant, &["/src/y"]).await;
    let job = begin(catalog, tenant, "/src", relocate("/dest")).await.id;
    let steps = finish(catalog, job).await;
    assert_eq!(steps.last().unwrap().ended, Some(1));
    check(
        &tree(catalog, tenant).await,
        &["/dest/", "/dest/src/", "/dest/src/x", "/dest/src/y", "/src/", "/src/x"],
    );
}

async fn a_folder_that_is_gone_needs_nothing(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    fill(catalog, tenant, &["/a/x"]).await;
    let job = begin(catalog, tenant, "/a", relocate("/b")).await.id;
    catalog.delete_folder(tenant, &folder("/a")).await.unwrap();
    // Another folder of that name is not the one that was meant.
    fill(catalog, tenant, &["/a/y"]).await;
    finish(catalog, job).await;
    check(&tree(catalog, tenant).await, &["/a/", "/a/y"]);
}

async fn paths_that_would_be_too_long(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let deep = "/d".repeat(30);
    fill(catalog, tenant, &[&format!("/a{deep}/x"), &format!("/b{deep}/y")]).await;
    let to = format!("/b{deep}");
    for change in [relocate(&to), copy(&to)] {
        let error = refusal(catalog, tenant, "/a", change).await;
        assert!(error.to_string().ends_with("it is deeper than 50 levels"), "{error}");
    }
}
