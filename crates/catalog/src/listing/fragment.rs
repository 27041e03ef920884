//! Pieces of a statement.

use sea_orm::Value;

/// SQL with a `?` for each of its values. Whatever a client wrote is a value, so no `?` stands anywhere else.
#[derive(Debug, Clone, Default)]
pub(super) struct Fragment {
    sql: String,
    values: Vec<Value>,
}

impl Fragment {
    pub(super) fn new(sql: impl Into<String>, values: impl Into<Vec<Value>>) -> Self {
        Self { sql: sql.into(), values: values.into() }
    }

    pub(super) fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    pub(super) fn append(&mut self, other: Fragment) {
        self.sql.push_str(&other.sql);
        self.values.extend(other.values);
    }

    /// Between two texts without values.
    #[must_use]
    pub(super) fn inside(self, before: &str, after: &str) -> Self {
        Self { sql: format!("{before}{}{after}", self.sql), values: self.values }
    }

    pub(super) fn join(parts: impl IntoIterator<Item = Fragment>, separator: &str) -> Self {
        let mut joined = Fragment::default();
        for (place, part) in parts.into_iter().enumerate() {
            if place > 0 {
                joined.push(separator);
            }
            joined.append(part);
        }
        joined
    }

    /// The statement, with its values numbered as both databases understand it.
    pub(super) fn finish(self) -> (String, Vec<Value>) {
        let mut sql = String::with_capacity(self.sql.len() + self.values.len() * 3);
        for (place, piece) in self.sql.split('?').enumerate() {
            if place > 0 {
                sql.push('$');
                sql.push_str(&place.to_string());
            }
            sql.push_str(piece);
        }
        (sql, self.values)
    }
}

/// `?, ?, ?`
pub(super) fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
