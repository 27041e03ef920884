//! Opening: what can be wrong with the configuration, and what is there after a restart.

use std::error::Error as _;

use catalog::{Catalog, Error, Options};
use sea_orm::ConnectionTrait;

use crate::databases::{on_lasting_databases, on_postgres, ready};
use crate::sample::{add, folder, rich_probe, tags, tenant, upload};

on_lasting_databases!(
    what_was_acknowledged_is_there_after_a_restart,
    a_catalog_that_answers,
    rows_that_we_did_not_write_are_told,
);

async fn what_was_acknowledged_is_there_after_a_restart(options: &Options) {
    let catalog = ready(options).await;
    let tenant = tenant(&catalog).await;
    let mut new = upload(tenant, "/a/cat", 1);
    new.probe = Some(rich_probe());
    new.tags = tags(&["x"]);
    let asset = catalog.add_version(new).await.unwrap().asset;
    let (empty, _) = catalog.ensure_folder(tenant, &folder("/empty")).await.unwrap();
    // Not closed: a killed process does not either.
    drop(catalog);

    let again = ready(options).await;
    assert_eq!(again.ensure_tenant("demo").await.unwrap().id, tenant);
    assert_eq!(again.asset(tenant, asset.id).await.unwrap(), Some(asset));
    assert_eq!(again.folder(tenant, &empty.path).await.unwrap(), Some(empty));
    add(&again, tenant, "/a/cat", 2).await;
    again.close().await;
    assert!(matches!(again.ping().await, Err(Error::Unavailable(_))), "closed is closed");
}

async fn a_catalog_that_answers(options: &Options) {
    let catalog = Catalog::open(options).await.unwrap();
    catalog.ping().await.unwrap();
}

async fn rows_that_we_did_not_write_are_told(options: &Options) {
    let catalog = ready(options).await;
    let tenant = tenant(&catalog).await;
    let id = add(&catalog, tenant, "/cat", 1).await.asset.id;
    let raw = sea_orm::Database::connect(&options.url).await.unwrap();
    for (damage, repair) in [
        ("access = 'whoever'", "access = 'public'"),
        ("tags = '[1]'", "tags = '[]'"),
        ("custom_metadata = 'null'", "custom_metadata = '{}'"),
        ("focus = '1,2,3'", "focus = NULL"),
        ("name = '..'", "name = 'cat'"),
    ] {
        raw.execute_unprepared(&format!("UPDATE assets SET {damage}")).await.unwrap();
        let error = catalog.asset(tenant, id).await.unwrap_err();
        assert!(matches!(error, Error::Damaged(_)), "{damage}: {error}");
        raw.execute_unprepared(&format!("UPDATE assets SET {repair}")).await.unwrap();
        assert!(catalog.asset(tenant, id).await.unwrap().is_some());
    }
}

/// What a power cut leaves: the files as they are at a moment when the process has no say any more.
#[tokio::test]
async fn files_copied_in_full_flight_hold_what_was_acknowledged() {
    let home = tempfile::tempdir().unwrap();
    let catalog = ready(&Options::sqlite(&home.path().join("catalog.db"))).await;
    let tenant = tenant(&catalog).await;
    for content in 0..5 {
        let asset = add(&catalog, tenant, &format!("/{content}"), content).await.asset;
        let copy = tempfile::tempdir().unwrap();
        // Not the shared-memory file: it is an index that a new process builds anew.
        for file in ["catalog.db", "catalog.db-wal"] {
            std::fs::copy(home.path().join(file), copy.path().join(file)).unwrap();
        }
        let copied = ready(&Options::sqlite(&copy.path().join("catalog.db"))).await;
        assert_eq!(copied.asset(tenant, asset.id).await.unwrap(), Some(asset));
    }
}

#[tokio::test]
async fn configurations_that_cannot_work() {
    let home = tempfile::tempdir().unwrap();
    let garbage = home.path().join("garbage.db");
    std::fs::write(&garbage, "this is no database, and long enough to tell".repeat(100)).unwrap();
    let missing = home.path().join("missing/catalog.db");

    let rows = [
        (
            Options { url: "mysql://root:geheim@h/d".to_owned(), ..Options::default() },
            "expected a catalog URL",
        ),
        (Options { url: "geheim".to_owned(), ..Options::default() }, "expected a catalog URL"),
        (
            Options::sqlite(&missing),
            "missing/catalog.db cannot be opened: unable to open database file",
        ),
        (Options::sqlite(&garbage), "garbage.db cannot be opened: file is not a database"),
        (Options::sqlite(home.path()), "cannot be opened: "),
        (
            Options {
                url: "postgres://anna:geheim@127.0.0.1:1/halftone".to_owned(),
                ..Options::default()
            },
            "the PostgreSQL database 127.0.0.1:1/halftone cannot be opened: Connection refused",
        ),
    ];
    for (options, expected) in rows {
        let error = Catalog::open(&options).await.unwrap_err();
        let sentence = with_sources(&error);
        assert!(sentence.contains(expected), "{sentence}");
        assert!(!sentence.contains("geheim"), "{sentence}");
        assert!(!format!("{options:?}").contains("geheim"));
    }
}

fn with_sources(error: &Error) -> String {
    let mut sentence = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        sentence = format!("{sentence}: {cause}");
        source = cause.source();
    }
    sentence
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named() {
    on_postgres(async |options| {
        let missing = Options { url: format!("{}_missing", options.url), ..options.clone() };
        let sentence = with_sources(&Catalog::open(&missing).await.unwrap_err());
        assert!(sentence.contains("_missing\" does not exist"), "{sentence}");
    })
    .await;
}
