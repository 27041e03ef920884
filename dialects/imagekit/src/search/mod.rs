//! The search language: `createdAt > "7d" AND (tags IN ["sale"] OR name : "summer")`.
//!
//! ```text
//! expr     = and *( "OR" and )                      AND binds tighter than OR
//! and      = unit *( "AND" unit )
//! unit     = "(" expr ")" | clause
//! clause   = field ( "EXISTS" | "NOT" "EXISTS" ) | field operator operand
//! operator = "=" | ":" | "<" | "<=" | ">" | ">=" | "IN" | "HAS" | "NOT" ( "=" | "IN" )
//! operand  = value | "[" value *( "," value ) "]"
//! field    = name | text
//! value    = text | number | "true" | "false" | word  ; a word is a date, an age or a size without quotes
//! text     = '"' characters '"' | "'" characters "'"  ; a backslash keeps the next quote or backslash
//! ```
//!
//! Keywords may be in any letter case; blanks around operators are optional. `written` reads a text into what was
//! written and knows no field; `meaning` turns it into a [`library::Query`], and `upload::checks` into a check of an upload.
//! Deliberately rejected: fields with a dot and no quotes, empty lists, operators that a field lacks, and everything that
//! could only be ignored.

mod error;
mod field;
mod literal;
mod meaning;
mod reader;
mod written;

pub(crate) use error::SearchError;
pub(crate) use field::{MEASURE, PATH, TAGS, TEXT, require};
pub(crate) use meaning::{Scope, query};
pub(crate) use reader::Reader;
pub(crate) use written::{Clause, Expr, Operator, parse};

#[cfg(test)]
mod tests;
