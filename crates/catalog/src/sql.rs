//! The way to the database: one statement, its values, its rows.
//!
//! Statements are written in the SQL that SQLite and PostgreSQL share, with `$1`, `$2` for values.

use sea_orm::{ConnectionTrait, QueryResult, Statement, TryGetable, Value};

use crate::error::Result;
use crate::{Error, Id};

/// Number of rows that were changed.
pub(crate) async fn run(
    on: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64> {
    let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, values);
    Ok(on.execute_raw(statement).await?.rows_affected())
}

pub(crate) async fn all(
    on: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<Row>> {
    let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, values);
    Ok(on.query_all_raw(statement).await?.into_iter().map(Row).collect())
}

/// The first row.
///
/// Reads all of them: SQLite commits a lone `INSERT .. RETURNING` only when its last row has been taken, and this call
/// must not return before.
pub(crate) async fn first(
    on: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<Row>> {
    Ok(all(on, sql, values).await?.into_iter().next())
}

/// One row of an answer.
pub(crate) struct Row(QueryResult);

impl Row {
    pub(crate) fn get<T: TryGetable>(&self, column: &str) -> Result<T> {
        Ok(self.0.try_get("", column)?)
    }

    pub(crate) fn id<K>(&self, column: &str) -> Result<Id<K>> {
        self.bytes(column).map(Id::from_bytes)
    }

    pub(crate) fn id_or_null<K>(&self, column: &str) -> Result<Option<Id<K>>> {
        match self.get::<Option<Vec<u8>>>(column)? {
            Some(_) => self.id(column).map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn bytes<const N: usize>(&self, column: &str) -> Result<[u8; N]> {
        let bytes: Vec<u8> = self.get(column)?;
        bytes.try_into().map_err(|bytes: Vec<u8>| {
            Error::Damaged(format!("`{column}` holds {} bytes instead of {N}", bytes.len()))
        })
    }

    pub(crate) fn bytes_or_null<const N: usize>(&self, column: &str) -> Result<Option<[u8; N]>> {
        match self.get::<Option<Vec<u8>>>(column)? {
            Some(_) => self.bytes(column).map(Some),
            None => Ok(None),
        }
    }

    /// A number that is never negative.
    pub(crate) fn count<T: TryFrom<i64>>(&self, column: &str) -> Result<T> {
        narrow(column, self.get(column)?)
    }

    pub(crate) fn count_or_null<T: TryFrom<i64>>(&self, column: &str) -> Result<Option<T>> {
        self.get::<Option<i64>>(column)?.map(|value| narrow(column, value)).transpose()
    }
}

fn narrow<T: TryFrom<i64>>(column: &str, value: i64) -> Result<T> {
    T::try_from(value).map_err(|_| Error::Damaged(format!("`{column}` holds {value}")))
}

/// A text as a value; `what` names it in the message of [`Error::Invalid`]. PostgreSQL cannot hold U+0000, so SQLite
/// is not given it either.
pub(crate) fn text(what: &str, text: &str) -> Result<Value> {
    if text.contains('\0') {
        return Err(Error::Invalid(format!("{what} holds the character U+0000")));
    }
    Ok(text.into())
}

/// A text that may be missing.
pub(crate) fn text_or_null(what: &str, value: Option<&str>) -> Result<Value> {
    value.map_or(Ok(Value::String(None)), |value| text(what, value))
}

/// A text that is part of an index: PostgreSQL indexes keys up to 2.7 kB.
pub(crate) fn short_text(what: &str, value: &str) -> Result<Value> {
    const BYTES: usize = 1000;
    if value.len() > BYTES {
        return Err(Error::Invalid(format!("{what} is longer than {BYTES} bytes")));
    }
    text(what, value)
}

/// A text that is part of an index and may be missing.
pub(crate) fn short_text_or_null(what: &str, value: Option<&str>) -> Result<Value> {
    value.map_or(Ok(Value::String(None)), |value| short_text(what, value))
}

/// A number that our columns can hold.
pub(crate) fn number(what: &str, number: u64) -> Result<Value> {
    match i64::try_from(number) {
        Ok(number) => Ok(number.into()),
        Err(_) => Err(Error::Invalid(format!("{what} is larger than {}", i64::MAX))),
    }
}

impl<K> From<Id<K>> for Value {
    fn from(id: Id<K>) -> Self {
        id.to_bytes().to_vec().into()
    }
}

/// `$from, $from+1, ..` for `count` values.
pub(crate) fn places(from: usize, count: usize) -> String {
    let places: Vec<String> = (from..from + count).map(|place| format!("${place}")).collect();
    places.join(", ")
}
