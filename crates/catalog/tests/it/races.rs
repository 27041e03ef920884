//! Many at once.

use std::collections::{BTreeSet, HashSet};
use std::task::Poll;

use catalog::{
    Bulk, Catalog, Error, FolderChange, Listing, Name, NewJob, NewVersion, OnConflict, Options,
    TagChange, Versions,
};
use futures_util::future::join_all;
use serde_json::json;

use crate::databases::{on_every_database, ready};
use crate::sample::{add, blob, folder, now, orphans, tenant, upload};

on_every_database!(
    uploads_onto_one_name_are_versions,
    uploads_that_want_the_name_alone,
    uploads_into_one_new_folder,
    uploads_of_the_same_bytes,
    uploads_and_deletes_of_one_name,
    a_token_is_spent_once,
    a_folder_is_made_once,
    a_tenant_is_made_once,
    a_job_is_claimed_once,
    copies_that_cross,
    moves_of_one_asset,
    moves_onto_one_name,
    renames_to_one_name,
    bulk_changes_that_overlap,
    uploads_into_a_folder_that_goes,
    uploads_into_a_folder_that_moves,
    steps_of_one_folder_job,
    calls_that_are_dropped_do_nothing_by_halves,
);

mod processes {
    use super::{several_processes_migrate_at_once, two_processes_write};

    crate::databases::on_lasting_databases!(several_processes_migrate_at_once, two_processes_write);
}

const MANY: u32 = 16;

/// Runs `work` for 0 to 15 on as many tasks; results in that order.
async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    work: impl Fn(u32) -> F,
) -> Vec<T> {
    let tasks: Vec<_> = (0..MANY).map(|number| tokio::spawn(work(number))).collect();
    join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

async fn uploads_onto_one_name_are_versions(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let stored =
        at_once(|number| {
            let catalog = catalog.clone();
            async move {
                catalog.add_version(upload(tenant, "/new/folder/cat.jpg", number)).await.unwrap()
            }
        })
        .await;

    assert_eq!(stored.iter().filter(|stored| stored.created).count(), 1);
    let ids: HashSet<_> = stored.iter().map(|stored| stored.asset.id).collect();
    assert_eq!(ids.len(), 1);
    let id = stored[0].asset.id;
    let numbers: BTreeSet<u32> = stored.iter().map(|stored| stored.asset.current.number).collect();
    assert_eq!(numbers, (1..=MANY).collect());
    // Each acknowledged version has the bytes it came with.
    for (number, stored) in stored.iter().enumerate() {
        let version = catalog.version(tenant, id, stored.asset.current.id).await.unwrap().unwrap();
        assert_eq!(version.current, stored.asset.current);
        assert_eq!(version.current.blob, blob(number as u32));
    }
    assert_eq!(catalog.versions(tenant, id).await.unwrap().len(), MANY as usize);
    let current = catalog.asset(tenant, id).await.unwrap().unwrap().current;
    assert_eq!(current.number, MANY, "the last one is current");
}

async fn uploads_that_want_the_name_alone(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let outcomes = at_once(|number| {
        let catalog = catalog.clone();
        let new =
            NewVersion { on_conflict: OnConflict::Reject, ..upload(tenant, "/f/cat.jpg", number) };
        async move { catalog.add_version(new).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let conflicts = outcomes.iter().filter(|outcome| matches!(outcome, Err(Error::Conflict(_))));
    assert_eq!(conflicts.count(), MANY as usize - 1);
}

async fn uploads_into_one_new_folder(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    at_once(|number| {
        let catalog = catalog.clone();
        async move { add(&catalog, tenant, &format!("/a/b/c/{number}"), number).await }
    })
    .await;
    assert_eq!(count(catalog, tenant, catalog::Kinds::Assets).await, u64::from(MANY));
    assert_eq!(count(catalog, tenant, catalog::Kinds::Folders).await, 3);
}

async fn uploads_of_the_same_bytes(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let stored = at_once(|number| {
        let catalog = catalog.clone();
        async move { add(&catalog, tenant, &format!("/{number}"), 1).await }
    })
    .await;
    assert!(stored.iter().all(|stored| stored.created && stored.asset.current.blob == blob(1)));
    for stored in stored {
        catalog.delete_asset(tenant, stored.asset.id).await.unwrap();
    }
    assert_eq!(orphans(catalog, now() + 1000, 10).await, [blob(1).hash]);
}

async fn uploads_and_deletes_of_one_name(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    at_once(|number| {
        let catalog = catalog.clone();
        async move {
            let asset = add(&catalog, tenant, "/f/cat.jpg", number).await.asset;
            if number % 2 == 0 {
                match catalog.delete_asset(tenant, asset.id).await {
                    Ok(_) | Err(Error::NotFound(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        }
    })
    .await;
    // Whoever is left is whole.
    if let Some(asset) = catalog.asset_at(tenant, &folder("/f"), "cat.jpg").await.unwrap() {
        let versions = catalog.versions(tenant, asset.id).await.unwrap();
        assert_eq!(versions[0], asset.current);
    }
}

async fn a_token_is_spent_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let spent = at_once(|_| {
        let catalog = catalog.clone();
        async move { catalog.spend_token(tenant, "token", now() + 60_000).await.unwrap() }
    })
    .await;
    assert_eq!(spent.iter().filter(|&&spent| spent).count(), 1);
}

async fn a_folder_is_made_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let made = at_once(|_| {
        let catalog = catalog.clone();
        async move { catalog.ensure_folder(tenant, &folder("/a/b")).await.unwrap() }
    })
    .await;
    assert_eq!(made.iter().filter(|(_, created)| *created).count(), 1);
    assert!(made.iter().all(|(folder, _)| *folder == made[0].0));
}

async fn a_tenant_is_made_once(catalog: &Catalog) {
    let made = at_once(|_| {
        let catalog = catalog.clone();
        async move { catalog.ensure_tenant("demo").await.unwrap() }
    })
    .await;
    assert!(made.iter().all(|tenant| *tenant == made[0]));
    assert_eq!(catalog.tenants().await.unwrap().len(), 1);
}

async fn a_job_is_claimed_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut expected = BTreeSet::new();
    for _ in 0..20 {
        let new = NewJob { kind: "sweep", payload: json!(null), run_at: 0 };
        expected.insert(catalog.add_job(tenant, new).await.unwrap().id);
    }
    let claimed = at_once(|worker| {
        let catalog = catalog.clone();
        async move {
            let mut claimed = Vec::new();
            // One who finds every job taken by somebody else's statement may look again.
            while claimed.len() < 20 {
                match catalog.claim_job(&["sweep"], &format!("w{worker}"), 60_000).await.unwrap() {
                    Some(job) => claimed.push(job.id),
                    None => break,
                }
            }
            claimed
        }
    })
    .await;
    let mut claimed: Vec<_> = claimed.into_iter().flatten().collect();
    while let Some(job) = catalog.claim_job(&["sweep"], "last", 60_000).await.unwrap() {
        claimed.push(job.id);
    }
    assert_eq!(claimed.len(), expected.len(), "none twice");
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>(), expected);
}

/// Each holds what another one wants next.
async fn copies_that_cross(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let a = add(catalog, tenant, "/a/cat", 1).await.asset.id;
    let b = add(catalog, tenant, "/b/cat", 2).await.asset.id;
    at_once(|number| {
        let catalog = catalog.clone();
        let (id, to) = if number % 2 == 0 { (a, "/b") } else { (b, "/a") };
        async move { catalog.copy_asset(tenant, id, &folder(to), Versions::Current).await.unwrap() }
    })
    .await;
    for id in [a, b] {
        assert_eq!(catalog.versions(tenant, id).await.unwrap().len(), 1 + MANY as usize / 2);
    }
}

async fn moves_of_one_asset(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let id = add(catalog, tenant, "/a/cat", 1).await.asset.id;
    at_once(|number| {
        let catalog = catalog.clone();
        let to = folder(&format!("/{number}"));
        async move { catalog.move_asset(tenant, id, &to).await.unwrap() }
    })
    .await;
    assert_eq!(count(catalog, tenant, catalog::Kinds::Assets).await, 1);
    assert_eq!(catalog.versions(tenant, id).await.unwrap().len(), 1);
}

async fn moves_onto_one_name(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut ids = Vec::new();
    for number in 0..MANY {
        ids.push(add(catalog, tenant, &format!("/{number}/cat"), number).await.asset.id);
    }
    at_once(|number| {
        let (catalog, id) = (catalog.clone(), ids[number as usize]);
        async move { catalog.move_asset(tenant, id, &folder("/new/dest")).await.unwrap() }
    })
    .await;
    let there = catalog.asset_at(tenant, &folder("/new/dest"), "cat").await.unwrap().unwrap();
    let versions = catalog.versions(tenant, there.id).await.unwrap();
    let numbers: BTreeSet<u32> = versions.iter().map(|version| version.number).collect();
    assert_eq!(numbers, (1..=MANY).collect());
    let contents: BTreeSet<u64> = versions.iter().map(|version| version.blob.size).collect();
    assert_eq!(contents, (0..u64::from(MANY)).collect());
}

async fn renames_to_one_name(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut ids = Vec::new();
    for number in 0..MANY {
        ids.push(add(catalog, tenant, &format!("/f/{number}"), number).await.asset.id);
    }
    let outcomes = at_once(|number| {
        let (catalog, id) = (catalog.clone(), ids[number as usize]);
        async move { catalog.rename_asset(tenant, id, &Name::parse("cat").unwrap()).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let conflicts = outcomes.iter().filter(|outcome| matches!(outcome, Err(Error::Conflict(_))));
    assert_eq!(conflicts.count(), MANY as usize - 1);
}

async fn bulk_changes_that_overlap(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut ids = Vec::new();
    for number in 0..MANY {
        ids.push(add(catalog, tenant, &format!("/f/{number}"), number % 3).await.asset.id);
    }
    at_once(|number| {
        let (catalog, mut ids) = (catalog.clone(), ids.clone());
        ids.rotate_left(number as usize);
        let tags = vec![format!("t{number}")];
        async move {
            let change = TagChange::Add { tags, most_characters: 500 };
            catalog.change_tags(tenant, &ids, &change).await.unwrap()
        }
    })
    .await;
    let asset = catalog.asset(tenant, ids[5]).await.unwrap().unwrap();
    assert_eq!(asset.tags.len(), MANY as usize);
    let outcomes = at_once(|number| {
        let (catalog, mut ids) = (catalog.clone(), ids.clone());
        ids.rotate_right(number as usize);
        async move { catalog.delete_assets(tenant, &ids).await.unwrap() }
    })
    .await;
    let done = outcomes.iter().filter(|outcome| matches!(outcome, Bulk::Done { .. }));
    assert_eq!(done.count(), 1, "the others found nothing");
}

async fn uploads_into_a_folder_that_goes(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    at_once(|number| {
        let catalog = catalog.clone();
        async move {
            if number % 4 == 0 {
                match catalog.delete_folder(tenant, &folder("/a")).await {
                    Ok(()) | Err(Error::NotFound(_)) => {}
                    Err(error) => panic!("{error:?}"),
                }
            } else {
                add(&catalog, tenant, &format!("/a/{}/{number}", number % 3), number).await;
            }
        }
    })
    .await;
    // Whatever is left is whole: it lies in folders that are there.
    let left = catalog.assets_after(tenant, None, 100).await.unwrap();
    for asset in &left {
        assert!(catalog.folder(tenant, &asset.folder).await.unwrap().is_some());
    }
    let _ = catalog.delete_folder(tenant, &folder("/a")).await;
    assert_eq!(count(catalog, tenant, catalog::Kinds::Both).await, 0);
}

async fn uploads_into_a_folder_that_moves(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    add(catalog, tenant, "/a/b/first", 99).await;
    let change = FolderChange::Move { to: folder("/dest") };
    let job = catalog.add_folder_job(tenant, &folder("/a"), &change, json!(null)).await.unwrap().id;
    at_once(|number| {
        let catalog = catalog.clone();
        async move {
            if number == 7 {
                assert_eq!(catalog.folder_job_step(job).await.unwrap().ended, Some(0));
            } else {
                add(&catalog, tenant, &format!("/a/b/{number}"), number).await;
            }
        }
    })
    .await;
    let assets = catalog.assets_after(tenant, None, 100).await.unwrap();
    assert_eq!(assets.len(), MANY as usize, "none is lost");
    assert!(assets.iter().all(|asset| ["/a/b", "/dest/a/b"].contains(&asset.folder.as_str())));
}

/// As when the lease of one worker ran out while it was at it.
async fn steps_of_one_folder_job(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for number in 0..230 {
        add(catalog, tenant, &format!("/src/{number}"), number).await;
    }
    let change = FolderChange::Copy { to: folder("/dest"), versions: Versions::All };
    let job =
        catalog.add_folder_job(tenant, &folder("/src"), &change, json!(null)).await.unwrap().id;
    at_once(|_| {
        let catalog = catalog.clone();
        async move { while catalog.folder_job_step(job).await.unwrap().ended.is_none() {} }
    })
    .await;
    assert_eq!(count(catalog, tenant, catalog::Kinds::Assets).await, 460);
    assert_eq!(count(catalog, tenant, catalog::Kinds::PastVersions).await, 0, "copied once");
}

async fn calls_that_are_dropped_do_nothing_by_halves(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut unfinished = 0;
    for polls in 0..60 {
        let path = format!("/f{polls}/cat");
        let mut call = Box::pin(catalog.add_version(upload(tenant, &path, polls)));
        let mut left = polls;
        let outcome = std::future::poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(None);
            }
            left -= 1;
            call.as_mut().poll(context).map(Some)
        })
        .await;
        // Wherever it has come to.
        drop(call);
        let there = catalog.asset_at(tenant, &folder(&format!("/f{polls}")), "cat").await.unwrap();
        match outcome {
            Some(stored) => assert_eq!(there, Some(stored.unwrap().asset)),
            None => unfinished += 1,
        }
    }
    assert!(unfinished > 0, "some calls were dropped on their way");
    // Nobody holds a lock or an open transaction: writing goes on, and reads see it.
    let after = add(catalog, tenant, "/after", 1).await.asset;
    assert_eq!(catalog.asset(tenant, after.id).await.unwrap(), Some(after));
}

async fn several_processes_migrate_at_once(options: &Options) {
    let catalogs = at_once(|_| {
        let options = Options { max_connections: 2, ..options.clone() };
        async move { ready(&options).await }
    })
    .await;
    let tenant = tenant(&catalogs[0]).await;
    let id = add(&catalogs[1], tenant, "/a", 1).await.asset.id;
    for catalog in &catalogs {
        assert!(catalog.asset(tenant, id).await.unwrap().is_some());
    }
}

/// As when somebody imports from the command line while the server runs.
async fn two_processes_write(options: &Options) {
    let catalogs = [ready(options).await, ready(options).await];
    let tenant = tenant(&catalogs[0]).await;
    let stored = at_once(|number| {
        let catalog = catalogs[number as usize % 2].clone();
        async move {
            for part in 0..5 {
                add(&catalog, tenant, &format!("/f/{number}-{part}"), number).await;
            }
            add(&catalog, tenant, "/f/shared", number).await
        }
    })
    .await;
    let numbers: BTreeSet<u32> = stored.iter().map(|stored| stored.asset.current.number).collect();
    assert_eq!(numbers, (1..=MANY).collect());
    assert_eq!(count(&catalogs[1], tenant, catalog::Kinds::Assets).await, u64::from(MANY) * 5 + 1);
}

async fn count(catalog: &Catalog, tenant: catalog::TenantId, kinds: catalog::Kinds) -> u64 {
    let listing = Listing { kinds, limit: 0, ..Listing::of(tenant) };
    catalog.list(&listing).await.unwrap().total.unwrap()
}
