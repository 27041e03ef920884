//! The tables are the same everywhere, and migrating twice is migrating once.

use std::collections::BTreeSet;
use std::sync::Mutex;

use catalog::{Catalog, Error, Options};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement};

use crate::databases::{on_lasting_databases, on_postgres, on_sqlite, ready};
use crate::sample::{add, tenant};

on_lasting_databases!(
    migrating_again_changes_nothing,
    a_catalog_of_a_newer_version_is_left_alone,
    an_empty_database_has_no_tables_yet,
);

async fn migrating_again_changes_nothing(options: &Options) {
    let catalog = ready(options).await;
    let tenant = tenant(&catalog).await;
    let asset = add(&catalog, tenant, "/a", 1).await.asset;
    let raw = connect(options).await;
    let before = (columns(&raw).await, applied(&raw).await);

    catalog.migrate().await.unwrap();
    let again = Catalog::open(options).await.unwrap();
    again.migrate().await.unwrap();
    assert_eq!((columns(&raw).await, applied(&raw).await), before);
    assert_eq!(again.asset(tenant, asset.id).await.unwrap(), Some(asset));
    assert!(!before.1.is_empty());
}

async fn a_catalog_of_a_newer_version_is_left_alone(options: &Options) {
    let catalog = ready(options).await;
    let raw = connect(options).await;
    raw.execute_unprepared(
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)",
    )
    .await
    .unwrap();
    let error = catalog.migrate().await.unwrap_err();
    assert!(
        matches!(&error, Error::Invalid(why) if why.contains("newer version of Halftone")),
        "{error}"
    );
}

async fn an_empty_database_has_no_tables_yet(options: &Options) {
    let catalog = Catalog::open(options).await.unwrap();
    assert!(matches!(catalog.tenants().await, Err(Error::Unavailable(_))));
    assert!(columns(&connect(options).await).await.is_empty(), "opening alone makes no tables");
}

#[tokio::test]
async fn both_databases_get_the_same_columns() {
    let found = Mutex::new(Vec::new());
    let look = async |options: &Options| {
        drop(ready(options).await);
        let columns = columns(&connect(options).await).await;
        found.lock().unwrap().push(columns);
    };
    on_sqlite(look).await;
    on_postgres(look).await;
    let found = found.into_inner().unwrap();
    assert!(found[0].len() > 80, "{} columns", found[0].len());
    let differ: Vec<_> = found[0].symmetric_difference(&found[1]).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}

/// Table, column, type and whether it may be null; but the counter, which is no table on PostgreSQL.
type Column = (String, String, String, bool);

async fn columns(on: &DatabaseConnection) -> BTreeSet<Column> {
    let query = match on.get_database_backend() {
        // SQLite leaves out that primary keys are not null.
        DbBackend::Sqlite => {
            "SELECT m.name AS t, c.name AS c, lower(c.type) AS y, c.\"notnull\" = 0 AND c.pk = 0 AS n \
             FROM sqlite_schema m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
        }
        _ => {
            "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS y, is_nullable = 'YES' AS n \
             FROM information_schema.columns WHERE table_schema = current_schema()"
        }
    };
    let column = |row: QueryResult| -> Column {
        let text = |name| row.try_get::<String>("", name).unwrap();
        (text("t"), text("c"), same_word(&text("y")).to_owned(), row.try_get("", "n").unwrap())
    };
    let ours = |(table, ..): &Column| table != "births" && table != "seaql_migrations";
    rows(on, query).await.into_iter().map(column).filter(ours).collect()
}

/// One word for what the two call differently.
fn same_word(kind: &str) -> &str {
    match kind {
        "integer" => "bigint",
        "blob" => "bytea",
        other => other,
    }
}

/// Which steps were taken, and when.
async fn applied(on: &DatabaseConnection) -> Vec<(String, i64)> {
    let step = |row: QueryResult| {
        (row.try_get("", "version").unwrap(), row.try_get("", "applied_at").unwrap())
    };
    let query = "SELECT version, applied_at FROM seaql_migrations ORDER BY version";
    rows(on, query).await.into_iter().map(step).collect()
}

async fn rows(on: &DatabaseConnection, query: &str) -> Vec<QueryResult> {
    on.query_all_raw(Statement::from_string(on.get_database_backend(), query)).await.unwrap()
}

async fn connect(options: &Options) -> DatabaseConnection {
    sea_orm::Database::connect(&options.url).await.unwrap()
}
