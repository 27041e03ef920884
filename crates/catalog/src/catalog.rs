//! The catalog itself: opening it, and what is not about any one noun.
//!
//! The facts are in a file for each noun (`asset.rs`, `version.rs`, `job.rs`), as methods of [`Catalog`]. To add a noun:
//! a migration, a file with its methods, and a module of cases in `tests/it/` that runs on both databases.

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::stream::BoxStream;

use crate::database::Database;
use crate::error::Result;
use crate::{Millis, Notice, migrations, sqlite};

/// Where the catalog is.
#[derive(Clone)]
pub struct Options {
    /// `sqlite:///path/catalog.db` (see [`Options::sqlite`]), `sqlite::memory:` or
    /// `postgres://user:password@host/database`.
    pub url: String,
    /// Readers on SQLite, where one writer comes on top; all connections on PostgreSQL, where one that listens does.
    pub max_connections: u32,
}

impl Options {
    /// A database file, which [`Catalog::open`] creates if it is missing; its folder must be there.
    pub fn sqlite(path: &Path) -> Self {
        Options { url: sqlite::url_of(path), ..Options::default() }
    }
}

/// In memory: gone with the [`Catalog`].
impl Default for Options {
    fn default() -> Self {
        Options { url: "sqlite::memory:".to_owned(), max_connections: 8 }
    }
}

/// The URL may hold a password.
impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

/// What we know. Cheap to clone; all clones share their connections.
///
/// A method is done or not done when its future is dropped, never half. What it reports as done survives a killed
/// process and a power cut.
#[derive(Debug, Clone)]
pub struct Catalog {
    pub(crate) database: Arc<Database>,
}

impl Catalog {
    /// Connects. The tables may be missing or old: [`Catalog::migrate`] comes next.
    ///
    /// Errors are sentences about the configuration when read with their sources: [`crate::Error::Invalid`] for a URL
    /// that is none, [`crate::Error::Unavailable`] for a database that cannot be reached.
    pub async fn open(options: &Options) -> Result<Catalog> {
        Ok(Catalog { database: Arc::new(Database::open(options).await?) })
    }

    /// Creates the tables or brings them up to date. Safe when several processes start at once.
    /// [`crate::Error::Invalid`]: a newer version was here.
    pub async fn migrate(&self) -> Result<()> {
        migrations::run(&self.database).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.database.reader.ping().await?)
    }

    /// Statements executed so far by this catalog, over all connections; `BEGIN` and `COMMIT` are not counted.
    pub fn statements(&self) -> u64 {
        self.database.statements()
    }

    /// What changes from now on, through any process. `None` on SQLite, which one process has to itself.
    ///
    /// The stream never ends. It takes one connection for as long as it lives.
    pub async fn changes(&self) -> Result<Option<BoxStream<'static, Notice>>> {
        self.database.changes().await
    }

    /// Gives the connections back; on SQLite, folds the write-ahead log into the file. Not needed for safety.
    pub async fn close(&self) {
        for pool in [&self.database.writer, &self.database.reader] {
            if let Err(error) = pool.close_by_ref().await {
                tracing::debug!(%error, "the catalog did not close in good order");
            }
        }
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}
