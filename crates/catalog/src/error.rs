//! What can go wrong in the catalog, by what the caller can do about it.

use std::borrow::Cow;

use sea_orm::{DbErr, RuntimeErr};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked for does not exist (or belongs to another tenant, which is the same).
    #[error("{0} does not exist")]
    NotFound(String),
    /// Something of that name is there already.
    #[error("{0} already exists")]
    Conflict(String),
    /// It is no longer in the state that the change was meant for.
    #[error("{0} was changed meanwhile")]
    Stale(String),
    /// The value breaks a rule of the noun; the text says which.
    #[error("{0}")]
    Invalid(String),
    /// The database cannot be reached, is full, or stayed locked. Trying again later may help.
    #[error("the catalog is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database itself is full (disk).
    #[error("no space is left for the catalog")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row that our own code cannot have written.
    #[error("the catalog holds a damaged row: {0}")]
    Damaged(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// PostgreSQL's `disk_full` and SQLite's `SQLITE_FULL`.
const DISK_FULL: [&str; 2] = ["53100", "13"];

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)
                if is_disk_full(cause) =>
            {
                Error::Full(error.into())
            }
            // What reading a column answers when it holds something else than our code writes.
            DbErr::Type(why) | DbErr::Json(why) => Error::Damaged(why.clone()),
            DbErr::TryIntoErr { .. } => Error::Damaged(error.to_string()),
            DbErr::Query(RuntimeErr::SqlxError(cause))
                if matches!(
                    **cause,
                    sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_)
                ) =>
            {
                Error::Damaged(cause.to_string())
            }
            _ => Error::Unavailable(error.into()),
        }
    }
}

/// PostgreSQL's `unique_violation` and `deadlock_detected`, and SQLite's two kinds of unique constraints.
const OVERTAKEN: [&str; 4] = ["23505", "40P01", "2067", "1555"];

/// The first without deadlocks.
const TAKEN: [&str; 3] = ["23505", "2067", "1555"];

/// PostgreSQL's `foreign_key_violation` and SQLite's.
const USED: [&str; 2] = ["23503", "787"];

/// Somebody else took what this transaction was about to take.
#[derive(Debug, thiserror::Error)]
#[error("it is being changed all the time")]
struct Overtaken;

/// Begins a change anew for as long as others overtake it; each time, somebody else got something done.
pub(crate) async fn until_not_overtaken<T, F: Future<Output = Result<T>>>(
    attempt: impl Fn() -> F,
) -> Result<T> {
    const ROUNDS: u32 = 20;
    for _ in 0..ROUNDS {
        match attempt().await {
            Err(error) if error.was_overtaken() => {}
            outcome => return outcome,
        }
    }
    Err(Error::overtaken())
}

impl Error {
    pub(crate) fn overtaken() -> Self {
        Error::Unavailable(Overtaken.into())
    }

    /// Somebody else changed the same rows a moment earlier, and the transaction was undone: it may work when it is
    /// begun anew.
    pub(crate) fn was_overtaken(&self) -> bool {
        let Error::Unavailable(cause) = self else { return false };
        cause.is::<Overtaken>() || self.has_code(&OVERTAKEN)
    }

    /// Says `taken` where a row with the same key was in the way.
    pub(crate) fn or_taken(self, taken: impl FnOnce() -> Error) -> Error {
        if self.has_code(&TAKEN) { taken() } else { self }
    }

    /// Says `used` where other rows name the one that was to go.
    pub(crate) fn or_used(self, used: impl FnOnce() -> Error) -> Error {
        if self.has_code(&USED) { used() } else { self }
    }

    fn has_code(&self, codes: &[&str]) -> bool {
        let Error::Unavailable(cause) = self else { return false };
        let Some(DbErr::Exec(cause) | DbErr::Query(cause)) = cause.downcast_ref() else {
            return false;
        };
        code_of(cause).is_some_and(|code| codes.contains(&code.as_ref()))
    }
}

fn is_disk_full(cause: &RuntimeErr) -> bool {
    code_of(cause).is_some_and(|code| DISK_FULL.contains(&code.as_ref()))
}

/// What the database calls the error.
fn code_of(cause: &RuntimeErr) -> Option<Cow<'_, str>> {
    let RuntimeErr::SqlxError(cause) = cause else { return None };
    cause.as_database_error().and_then(sqlx::error::DatabaseError::code)
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectOptions, ConnectionTrait, Database};

    use super::*;

    /// On a database that may not grow, as on a disk that is full.
    #[tokio::test]
    async fn a_full_disk_is_told_apart() {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1);
        let database = Database::connect(options).await.unwrap();
        database.execute_unprepared("CREATE TABLE t (bytes BLOB)").await.unwrap();
        database.execute_unprepared("PRAGMA max_page_count = 8").await.unwrap();
        let insert = "INSERT INTO t VALUES (zeroblob(1000000))";
        let error = Error::from(database.execute_unprepared(insert).await.unwrap_err());
        assert!(matches!(error, Error::Full(_)), "{error:?}");

        let wrong =
            database.execute_unprepared("INSERT INTO nowhere VALUES (1)").await.unwrap_err();
        let wrong = Error::from(wrong);
        assert!(matches!(wrong, Error::Unavailable(_)));
        assert!(!wrong.was_overtaken());
    }

    #[tokio::test]
    async fn a_name_that_somebody_else_took_is_told_apart() {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1);
        let database = Database::connect(options).await.unwrap();
        let table = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)";
        database.execute_unprepared(table).await.unwrap();
        database.execute_unprepared("INSERT INTO t VALUES (1, 'a')").await.unwrap();
        for insert in ["INSERT INTO t VALUES (1, 'b')", "INSERT INTO t VALUES (2, 'a')"] {
            let error = Error::from(database.execute_unprepared(insert).await.unwrap_err());
            assert!(error.was_overtaken(), "{insert}: {error:?}");
        }
    }
}
