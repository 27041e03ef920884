//! Folders that hide what is in them.

use catalog::{Catalog, Error, FolderChange, FolderId, Query, TenantId, Test};

use crate::databases::on_every_database;
use crate::sample::{add, folder, tenant};

on_every_database!(
    an_inactive_folder_hides_everything_in_it,
    what_comes_into_an_inactive_folder_is_hidden,
    a_hidden_folder_comes_out_when_it_is_moved,
    the_root_and_the_unknown_are_refused,
);

async fn id(catalog: &Catalog, tenant: TenantId, path: &str) -> FolderId {
    catalog.folder(tenant, &folder(path)).await.unwrap().unwrap().id
}

/// Paths of what is hidden, folders and assets.
async fn hidden(catalog: &Catalog, tenant: TenantId) -> Vec<String> {
    let listing = catalog::Listing {
        kinds: catalog::Kinds::Both,
        query: Some(Query::from(Test::Concealed)),
        ..catalog::Listing::of(tenant)
    };
    let page = catalog.list(&listing).await.unwrap();
    let path = |entry: &catalog::Entry| match entry {
        catalog::Entry::Folder(folder) => {
            assert!(folder.concealed);
            format!("{}/", folder.path)
        }
        catalog::Entry::Asset(asset) | catalog::Entry::PastVersion(asset) => {
            assert!(asset.concealed && !asset.is_listed());
            format!("{}/{}", asset.folder.as_str().trim_end_matches('/'), asset.name)
        }
    };
    let mut paths: Vec<String> = page.entries.iter().map(path).collect();
    paths.sort();
    paths
}

async fn an_inactive_folder_hides_everything_in_it(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for path in ["/a/one", "/a/b/two", "/a/b/c/three", "/ab/four", "/five"] {
        add(catalog, tenant, path, 1).await;
    }
    let (a, c) = (id(catalog, tenant, "/a").await, id(catalog, tenant, "/a/b/c").await);
    let folder = catalog.set_folder_active(tenant, a, false).await.unwrap();
    assert!(!folder.active && folder.concealed);
    let all = ["/a/", "/a/b/", "/a/b/c/", "/a/b/c/three", "/a/b/two", "/a/one"];
    assert_eq!(hidden(catalog, tenant).await, all);
    let below = catalog.folder_by_id(tenant, c).await.unwrap().unwrap();
    assert!(below.active && below.concealed);
    // Each is hidden by whichever is inactive.
    catalog.set_folder_active(tenant, c, false).await.unwrap();
    let folder = catalog.set_folder_active(tenant, a, true).await.unwrap();
    assert!(folder.active && !folder.concealed);
    assert_eq!(hidden(catalog, tenant).await, ["/a/b/c/", "/a/b/c/three"]);
    let listing = |query| catalog::Listing { query: Some(query), ..catalog::Listing::of(tenant) };
    let found = catalog.list(&listing(Test::Unlisted.into())).await.unwrap();
    assert_eq!(found.entries.len(), 1);
    catalog.set_folder_active(tenant, c, true).await.unwrap();
    assert!(hidden(catalog, tenant).await.is_empty());
}

async fn what_comes_into_an_inactive_folder_is_hidden(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let outside = add(catalog, tenant, "/outside", 1).await.asset;
    catalog.ensure_folder(tenant, &folder("/a")).await.unwrap();
    let a = id(catalog, tenant, "/a").await;
    catalog.set_folder_active(tenant, a, false).await.unwrap();
    assert!(add(catalog, tenant, "/a/new/one", 2).await.asset.concealed);
    let moved = catalog.move_asset(tenant, outside.id, &folder("/a")).await.unwrap();
    assert!(moved.concealed);
    let back = catalog.move_asset(tenant, outside.id, &folder("/")).await.unwrap();
    assert!(!back.concealed);
    assert_eq!(hidden(catalog, tenant).await, ["/a/", "/a/new/", "/a/new/one"]);
}

async fn a_hidden_folder_comes_out_when_it_is_moved(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    add(catalog, tenant, "/a/b/one", 1).await;
    let a = id(catalog, tenant, "/a").await;
    catalog.set_folder_active(tenant, a, false).await.unwrap();
    let change = FolderChange::Move { to: folder("/") };
    let note = serde_json::Value::Null;
    let job = catalog.add_folder_job(tenant, &folder("/a/b"), &change, note).await.unwrap();
    while catalog.folder_job_step(job.id).await.unwrap().ended.is_none() {}
    assert_eq!(hidden(catalog, tenant).await, ["/a/"]);
}

async fn the_root_and_the_unknown_are_refused(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let root = id(catalog, tenant, "/").await;
    let refused = catalog.set_folder_active(tenant, root, false).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    add(catalog, tenant, "/a/one", 1).await;
    let a = id(catalog, tenant, "/a").await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let refused = catalog.set_folder_active(other, a, false).await;
    assert!(matches!(refused, Err(Error::NotFound(_))), "{refused:?}");
}
