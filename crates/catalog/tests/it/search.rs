//! Searches: every field, every test, whichever way the catalog takes.
//!
//! To add a case: an `async fn` in the file of its kind, and its name in the list at the top of that file.

mod answers;
mod combining;
mod custom;
mod embedded;
mod facts;
mod following;
mod shelf;
