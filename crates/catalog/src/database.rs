//! SQLite or PostgreSQL: which of the two, its connections, and transactions on them.
//!
//! What differs between the two is in [`crate::sqlite`] and [`crate::postgres`]; this is the only place that chooses.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use futures_util::stream::BoxStream;
use parking_lot::Mutex;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::Notify;

use crate::catalog::Options;
use crate::error::Result;
use crate::notice::Notice;
use crate::{AssetId, Error, NewEvent, TenantId, event, postgres, sql, sqlite, store};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// The same pool twice, where one will do.
pub(crate) struct Pools {
    pub(crate) writer: DatabaseConnection,
    pub(crate) reader: DatabaseConnection,
    /// Keeps an in-memory database alive.
    pub(crate) keeper: Option<sqlite::Keeper>,
}

/// Names of column types, which go into the text of migrations.
pub(crate) struct Types {
    /// Text that sorts by code point.
    pub(crate) text: &'static str,
    pub(crate) bytes: &'static str,
    /// A primary key that the database numbers.
    pub(crate) serial: &'static str,
    /// A primary key that we number.
    pub(crate) primary: &'static str,
}

#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) kind: Kind,
    /// For statements that write, one by one.
    pub(crate) writer: DatabaseConnection,
    /// For statements that read, outside of transactions.
    pub(crate) reader: DatabaseConnection,
    /// Rung whenever a transaction that added a job has been committed.
    pub(crate) job_bell: Arc<Notify>,
    statements: Arc<AtomicU64>,
    /// Whether bytes may belong anywhere but into the data directory.
    has_stores: Arc<AtomicBool>,
    _keeper: Option<sqlite::Keeper>,
}

impl Database {
    pub(crate) async fn open(options: &Options) -> Result<Self> {
        let (kind, place) = kind_of(&options.url)?;
        let pools = match kind {
            Kind::Sqlite => sqlite::open(options).await,
            Kind::Postgres => postgres::open(options).await,
        };
        let pools =
            pools.map_err(|cause| Error::Unavailable(CannotOpen { place, cause }.into()))?;
        Ok(Self::counting(kind, pools))
    }

    pub(crate) fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// A transaction that may write. Dropping it undoes what it did.
    ///
    /// Inside it, use it for reading too: in-memory SQLite has no second connection, and waits for it in vain.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = self.writer.begin_with_options(options).await?;
        let job_bell = Arc::clone(&self.job_bell);
        Ok(Tx {
            kind: self.kind,
            inner,
            notices: Vec::new(),
            events: Mutex::default(),
            job_bell,
            added_job: AtomicBool::new(false),
            touched: self.knows_stores().then(Mutex::default),
        })
    }

    pub(crate) fn knows_stores(&self) -> bool {
        self.has_stores.load(Ordering::Relaxed)
    }

    pub(crate) fn has_stores(&self, has: bool) {
        self.has_stores.store(has, Ordering::Relaxed);
    }

    pub(crate) async fn changes(&self) -> Result<Option<BoxStream<'static, Notice>>> {
        match self.kind {
            Kind::Sqlite => Ok(None),
            Kind::Postgres => postgres::listen(&self.writer).await.map(Some),
        }
    }

    fn counting(kind: Kind, Pools { mut writer, mut reader, keeper }: Pools) -> Self {
        let statements = Arc::new(AtomicU64::new(0));
        for connection in [&mut writer, &mut reader] {
            let statements = Arc::clone(&statements);
            connection.set_metric_callback(move |_| {
                statements.fetch_add(1, Ordering::Relaxed);
            });
        }
        Database {
            kind,
            writer,
            reader,
            job_bell: Arc::default(),
            statements,
            has_stores: Arc::default(),
            _keeper: keeper,
        }
    }
}

/// A transaction on either database.
pub(crate) struct Tx {
    kind: Kind,
    inner: DatabaseTransaction,
    notices: Vec<Notice>,
    /// Written down at the end, in the order in which it happened.
    events: Mutex<Vec<NewEvent>>,
    job_bell: Arc<Notify>,
    added_job: AtomicBool,
    /// Assets that changed, where their bytes may now belong somewhere else.
    touched: Option<Mutex<Vec<(TenantId, AssetId)>>>,
}

impl Tx {
    /// The number of a new asset or folder: they share one sequence, so that a listing of both has an order of birth.
    pub(crate) async fn next_seq(&self) -> Result<i64> {
        let statement = match self.kind {
            Kind::Sqlite => sqlite::NEXT_BIRTH,
            Kind::Postgres => postgres::NEXT_BIRTH,
        };
        let row = sql::first(&self.inner, statement, []).await?;
        row.ok_or_else(|| Error::Damaged("nothing counts births".to_owned()))?.get("seq")
    }

    /// Ends a `SELECT` of rows that this transaction is about to change. SQLite has nobody else writing meanwhile.
    pub(crate) fn for_update(&self, of: &str) -> String {
        match self.kind {
            Kind::Sqlite => String::new(),
            Kind::Postgres => format!(" FOR UPDATE OF {of}"),
        }
    }

    /// Ends a `SELECT` of rows that this transaction is about to refer to: they must neither go nor move meanwhile.
    pub(crate) fn for_reference(&self, of: &str) -> String {
        match self.kind {
            Kind::Sqlite => String::new(),
            Kind::Postgres => format!(" FOR KEY SHARE OF {of}"),
        }
    }

    /// Ends a `SELECT` of rows that this transaction goes by: they must not change meanwhile.
    pub(crate) fn for_reading(&self, of: &str) -> String {
        match self.kind {
            Kind::Sqlite => String::new(),
            Kind::Postgres => format!(" FOR SHARE OF {of}"),
        }
    }

    /// Takes the indexes of a table away that are no constraints, and yields the statements that make them again. For
    /// filling the table: sorting all rows at the end is many times faster than finding the place of each.
    pub(crate) async fn take_indexes(&self, table: &str) -> Result<Vec<String>> {
        let query = match self.kind {
            Kind::Sqlite => sqlite::INDEXES,
            Kind::Postgres => postgres::INDEXES,
        };
        let mut definitions = Vec::new();
        for row in sql::all(&self.inner, query, [table.into()]).await? {
            let name: String = row.get("name")?;
            sql::run(&self.inner, &format!("DROP INDEX {name}"), []).await?;
            definitions.push(row.get("definition")?);
        }
        Ok(definitions)
    }

    /// Waits for other processes that migrate.
    pub(crate) async fn lock_migrations(&self) -> Result<()> {
        match self.kind {
            // BEGIN IMMEDIATE has locked the whole database already.
            Kind::Sqlite => Ok(()),
            Kind::Postgres => postgres::lock_migrations(&self.inner).await,
        }
    }

    /// What listeners hear once the transaction is committed.
    pub(crate) fn notice(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// The asset is another one, or in another set: its bytes may belong somewhere else.
    pub(crate) fn touched(&self, tenant: TenantId, asset: AssetId) {
        if let Some(touched) = &self.touched {
            touched.lock().push((tenant, asset));
        }
    }

    /// Somebody may want to hear of this.
    pub(crate) fn happened(&self, event: NewEvent) {
        self.events.lock().push(event);
    }

    /// A job of this transaction may be due: workers of this process hear of it once it is committed.
    pub(crate) fn ring_for_jobs(&self) {
        self.added_job.store(true, Ordering::Relaxed);
    }

    pub(crate) async fn commit(self) -> Result<()> {
        if let Some(touched) = &self.touched {
            let mut assets = std::mem::take(&mut *touched.lock());
            assets.sort_unstable();
            assets.dedup();
            store::settle_later(&self, &assets).await?;
        }
        let events = std::mem::take(&mut *self.events.lock());
        event::write(&self, events).await?;
        for notice in self.notices {
            match self.kind {
                // One process has a SQLite file to itself, and knows what it did.
                Kind::Sqlite => {}
                Kind::Postgres => postgres::notify(&self.inner, notice).await?,
            }
        }
        self.inner.commit().await?;
        if self.added_job.into_inner() {
            self.job_bell.notify_one();
        }
        Ok(())
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

/// Ends a statement that takes one of several rows which other processes want too.
pub(crate) fn skip_locked(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => "",
        Kind::Postgres => " FOR UPDATE SKIP LOCKED",
    }
}

/// Stands before a column in a condition that is to check rows found otherwise. SQLite does not know how many rows an index
/// would find, and prefers any index to none.
pub(crate) fn unindexed(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => sqlite::UNINDEXED,
        Kind::Postgres => postgres::UNINDEXED,
    }
}

pub(crate) fn types(backend: sea_orm::DbBackend) -> (&'static Types, &'static [&'static str]) {
    match backend {
        sea_orm::DbBackend::Postgres => (&postgres::TYPES, postgres::CREATE_BIRTHS),
        _ => (&sqlite::TYPES, sqlite::CREATE_BIRTHS),
    }
}

/// Which database, and how it is called in messages.
fn kind_of(url: &str) -> Result<(Kind, String)> {
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok((Kind::Sqlite, sqlite::place(url))),
        Some(("postgres" | "postgresql", _)) => Ok((Kind::Postgres, postgres::place(url))),
        // The URL itself may hold a password.
        _ => Err(Error::Invalid(
            "expected a catalog URL that begins with `sqlite:` or `postgres:`".to_owned(),
        )),
    }
}

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("{}", reason(.0))]
    Sqlx(#[from] sqlx::Error),
    #[error("{0}")]
    Orm(DbErr),
    #[error("it does not answer")]
    Silent(#[from] tokio::time::error::Elapsed),
}

impl From<DbErr> for OpenError {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::Conn(RuntimeErr::SqlxError(cause)) => match Arc::try_unwrap(cause) {
                Ok(cause) => OpenError::Sqlx(cause),
                Err(shared) => OpenError::Orm(DbErr::Conn(RuntimeErr::SqlxError(shared))),
            },
            error => OpenError::Orm(error),
        }
    }
}

/// What the database or the operating system says, without the layers between.
fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        error => error.to_string(),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{place} cannot be opened: {cause}")]
struct CannotOpen {
    place: String,
    // Part of the sentence, and no source on top: it would be said twice.
    cause: OpenError,
}
