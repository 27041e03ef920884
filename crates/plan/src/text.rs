//! The canonical text of a plan, both directions.

use crate::{ParseError, Plan};

impl std::fmt::Display for Plan {
    fn fmt(&self, _f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        unimplemented!("follows in the next commit")
    }
}

impl std::str::FromStr for Plan {
    type Err = ParseError;

    fn from_str(_text: &str) -> Result<Self, ParseError> {
        unimplemented!("follows in the next commit")
    }
}
