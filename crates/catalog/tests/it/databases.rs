//! The databases that cases run on, a fresh one for each case.

use std::panic::{AssertUnwindSafe, resume_unwind};

use catalog::{Catalog, Id, OfJob, Options};
use futures_util::FutureExt;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Runs cases of the form `async fn case(catalog: &Catalog)` on all databases.
macro_rules! on_every_database {
    ($($case:ident),+ $(,)?) => {
        mod on_sqlite {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                crate::databases::on_sqlite(async |options| {
                    super::$case(&crate::databases::ready(options).await).await;
                }).await;
            }
        )+}
        mod on_sqlite_in_memory {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$case(&crate::databases::ready(&catalog::Options::default()).await).await;
            }
        )+}
        mod on_postgres {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                crate::databases::on_postgres(async |options| {
                    super::$case(&crate::databases::ready(options).await).await;
                }).await;
            }
        )+}
    };
}
pub(crate) use on_every_database;

/// Runs cases of the form `async fn case(options: &Options)` on databases that several catalogs can open. The database
/// is empty.
macro_rules! on_lasting_databases {
    ($($case:ident),+ $(,)?) => {
        mod on_sqlite {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                crate::databases::on_sqlite(async |options| super::$case(options).await).await;
            }
        )+}
        mod on_postgres {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                crate::databases::on_postgres(async |options| super::$case(options).await).await;
            }
        )+}
    };
}
pub(crate) use on_lasting_databases;

/// Opened and migrated.
pub(crate) async fn ready(options: &Options) -> Catalog {
    let catalog = Catalog::open(options).await.unwrap();
    catalog.migrate().await.unwrap();
    catalog
}

pub(crate) async fn on_sqlite(case: impl AsyncFnOnce(&Options)) {
    let home = tempfile::tempdir().unwrap();
    // Characters that mean something in a URL.
    case(&Options::sqlite(&home.path().join("50% of #1?.db"))).await;
}

pub(crate) async fn on_postgres(case: impl AsyncFnOnce(&Options)) {
    let server = std::env::var("DATABASE_URL").expect(
        "this test needs a PostgreSQL: run `tests/postgres cargo test -p catalog`, or set DATABASE_URL to one \
         where databases may be created",
    );
    let name = format!("halftone_test_{}", Id::<OfJob>::generate());
    let mut admin =
        PgConnection::connect(&server).await.expect("DATABASE_URL leads to a PostgreSQL");
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();

    let options = Options { url: with_database(&server, &name), max_connections: 20 };
    let outcome = AssertUnwindSafe(case(&options)).catch_unwind().await;

    admin.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

/// The URL with another database: its path is what follows the host.
fn with_database(url: &str, database: &str) -> String {
    let (base, query) =
        url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let (scheme, rest) = base.split_once("://").expect("DATABASE_URL is a URL");
    let host = rest.split('/').next().unwrap_or_default();
    let query = query.map_or(String::new(), |query| format!("?{query}"));
    format!("{scheme}://{host}/{database}{query}")
}
