//! A query on its way to SQL: what does not depend on the row has been decided, the rest are tests of rows.

use super::fragment::Fragment;

/// Whether a row is wanted.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    Always,
    Never,
    /// Two parts at least; none of them is `Always`, `Never` or itself an `All`.
    All(Vec<Condition>),
    /// Likewise.
    Any(Vec<Condition>),
    Test(Check),
}

/// One test of a row. True or false, never null.
#[derive(Debug, Clone)]
pub(super) struct Check {
    pub(super) sql: Fragment,
    /// Finds exactly the rows that pass, by an index.
    pub(super) finder: Option<Finder>,
}

/// A `SELECT` of `seq` and `created` of assets.
#[derive(Debug, Clone)]
pub(super) struct Finder {
    pub(super) select: Fragment,
    /// The index hands them over in the order of their creation.
    pub(super) by_age: bool,
    /// The index may find an asset several times.
    pub(super) repeats: bool,
}

impl Condition {
    pub(super) fn test(sql: Fragment) -> Self {
        Condition::Test(Check { sql, finder: None })
    }

    pub(super) fn found(sql: Fragment, select: Fragment, by_age: bool) -> Self {
        Condition::Test(Check { sql, finder: Some(Finder { select, by_age, repeats: false }) })
    }

    pub(super) fn found_repeatedly(sql: Fragment, select: Fragment) -> Self {
        Condition::Test(Check {
            sql,
            finder: Some(Finder { select, by_age: false, repeats: true }),
        })
    }

    pub(super) fn all(parts: impl IntoIterator<Item = Condition>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Condition::Always => {}
                Condition::Never => return Condition::Never,
                Condition::All(inner) => kept.extend(inner),
                part => kept.push(part),
            }
        }
        match kept.len() {
            0 => Condition::Always,
            1 => kept.remove(0),
            _ => Condition::All(kept),
        }
    }

    pub(super) fn any(parts: impl IntoIterator<Item = Condition>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Condition::Never => {}
                Condition::Always => return Condition::Always,
                Condition::Any(inner) => kept.extend(inner),
                part => kept.push(part),
            }
        }
        match kept.len() {
            0 => Condition::Never,
            1 => kept.remove(0),
            _ => Condition::Any(kept),
        }
    }

    /// What does not pass is seldom little, so nothing finds it.
    pub(super) fn negated(self) -> Self {
        match self {
            Condition::Always => Condition::Never,
            Condition::Never => Condition::Always,
            other => Condition::test(other.into_sql().inside("NOT (", ")")),
        }
    }

    pub(super) fn into_sql(self) -> Fragment {
        match self {
            Condition::Always => Fragment::new("1 = 1", []),
            Condition::Never => Fragment::new("1 = 0", []),
            Condition::All(parts) => joined(parts, " AND "),
            Condition::Any(parts) => joined(parts, " OR ").inside("(", ")"),
            Condition::Test(check) => check.sql.inside("(", ")"),
        }
    }
}

fn joined(parts: Vec<Condition>, separator: &str) -> Fragment {
    Fragment::join(parts.into_iter().map(Condition::into_sql), separator)
}
