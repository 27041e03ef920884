//! What is special about SQLite.
//!
//! One connection writes, several read: SQLite has one writer at a time anyway, and waiting for it in our own queue is
//! fair and wakes at once, where its busy handler sleeps and retries. `BEGIN IMMEDIATE` keeps transactions from
//! failing half-way when another process (the command line beside the server) writes too.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use sea_orm::{ConnectOptions, DatabaseConnection, DbErr};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

use crate::catalog::Options;
use crate::database::{OpenError, Pools, Types};

/// How long a statement waits for another process to finish writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a statement may queue behind others of this process.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// Pages that a connection keeps in memory, in KiB, at most. The writer goes through every index of a table in no order;
/// with SQLite's own 2 MB it writes the same pages again and again once a library is large.
const WRITER_CACHE: u32 = 64 << 10;
const READER_CACHE: u32 = 16 << 10;

/// What the migrations call types.
pub(crate) const TYPES: Types = Types {
    // The default collation compares bytes, which in UTF-8 is the order of code points.
    text: "TEXT",
    bytes: "BLOB",
    // Only this spelling makes the column an alias of the row id; AUTOINCREMENT never gives a number out twice.
    serial: "INTEGER PRIMARY KEY AUTOINCREMENT",
    primary: "INTEGER PRIMARY KEY",
};

/// Before a column, keeps the query planner from finding rows by an index on it.
pub(crate) const UNINDEXED: &str = "+";

/// Row numbers that assets and folders share, see `Tx::next_seq`.
pub(crate) const CREATE_BIRTHS: &[&str] =
    &["CREATE TABLE births (last BIGINT NOT NULL)", "INSERT INTO births (last) VALUES (0)"];
pub(crate) const NEXT_BIRTH: &str = "UPDATE births SET last = last + 1 RETURNING last AS seq";

/// Names of the indexes on table `$1` that are no constraints, and the statements that make them.
pub(crate) const INDEXES: &str = "SELECT name, sql AS definition FROM sqlite_master WHERE type = 'index' AND tbl_name = $1 AND sql LIKE 'CREATE INDEX %'";

pub(crate) async fn open(options: &Options) -> Result<Pools, OpenError> {
    let writer = connect(options, 1, false).await?;
    if is_memory(&options.url) {
        let keeper = Some(Keeper::new(&writer).await?);
        return Ok(Pools { reader: writer.clone(), writer, keeper });
    }
    let reader = connect(options, options.max_connections.max(1), true).await?;
    Ok(Pools { writer, reader, keeper: None })
}

/// A connection that nobody uses. An in-memory database is gone with its last connection, and a pool closes the one that
/// a dropped call was using.
pub(crate) struct Keeper {
    _connection: Mutex<SqliteConnection>,
}

impl Keeper {
    async fn new(database: &DatabaseConnection) -> Result<Self, OpenError> {
        let pooled = database.get_sqlite_connection_pool().acquire().await;
        let pooled = pooled.map_err(OpenError::Sqlx)?;
        // Not the pool's any more, which would wait for it when it closes.
        Ok(Self { _connection: Mutex::new(pooled.detach()) })
    }
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keeper")
    }
}

/// The URL of a database file, whatever characters its path has.
pub(crate) fn url_of(path: &Path) -> String {
    let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("sqlite://{path}")
}

/// How the database is called in messages.
pub(crate) fn place(url: &str) -> String {
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
    format!("the SQLite database {}", path.split('?').next().unwrap_or(path))
}

async fn connect(
    options: &Options,
    connections: u32,
    only_reads: bool,
) -> Result<DatabaseConnection, DbErr> {
    let mut connect = ConnectOptions::new(&options.url);
    connect
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| tune(sqlite, only_reads));
    if !only_reads {
        // The writer stays: an in-memory database would be gone with it.
        connect.idle_timeout(None).max_lifetime(None);
    }
    sea_orm::Database::connect(connect).await
}

fn tune(sqlite: SqliteConnectOptions, only_reads: bool) -> SqliteConnectOptions {
    sqlite
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged upload survives a power cut. NORMAL would survive a killed process only.
        .synchronous(SqliteSynchronous::Full)
        // Negative: in KiB, whatever the size of a page.
        .pragma("cache_size", format!("-{}", if only_reads { READER_CACHE } else { WRITER_CACHE }))
        .pragma("query_only", if only_reads { "ON" } else { "OFF" })
}

fn is_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}
