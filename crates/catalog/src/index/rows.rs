//! Many rows with one statement.

use sea_orm::Value;

use crate::database::Tx;
use crate::error::Result;
use crate::sql;

/// Most values of one statement. SQLite finds each value's place by its name among those before it, which with
/// thousands of values takes longer than writing the rows.
const MOST_VALUES: usize = 400;

/// Rows for one table.
pub(super) struct Rows {
    table: &'static str,
    columns: &'static [&'static str],
    values: Vec<Value>,
}

impl Rows {
    pub(super) fn of(table: &'static str, columns: &'static [&'static str]) -> Self {
        Self { table, columns, values: Vec::new() }
    }

    pub(super) fn add<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.columns.len(), "{}", self.table);
        self.values.extend(row);
    }

    pub(super) async fn write(self, tx: &Tx) -> Result<()> {
        let width = self.columns.len();
        for values in self.values.chunks(MOST_VALUES / width * width) {
            let rows: Vec<String> = (0..values.len() / width)
                .map(|row| format!("({})", sql::places(1 + row * width, width)))
                .collect();
            let insert = format!(
                "INSERT INTO {} ({}) VALUES {}",
                self.table,
                self.columns.join(", "),
                rows.join(", ")
            );
            sql::run(&**tx, &insert, values.iter().cloned()).await?;
        }
        Ok(())
    }
}
