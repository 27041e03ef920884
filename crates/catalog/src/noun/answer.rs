//! What back ends make of pictures, and what they are asked for in the background.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::{Blob, Millis};

/// What a back end answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What it made of the picture; `None` if it left it alone.
    pub picture: Option<Picture>,
    /// What it found.
    pub facts: BTreeMap<String, Value>,
}

/// Bytes of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub blob: Blob,
    pub mime: String,
}

/// 16 bytes that nobody guesses, in the order of time (a UUID of version 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PredictionId(pub [u8; 16]);

impl fmt::Display for PredictionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            if matches!(place, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl FromStr for PredictionId {
    type Err = ();

    /// As it is written by `Display`, and in no other way.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.replace('-', "");
        let number = u128::from_str_radix(&digits, 16).map_err(|_| ())?;
        let id = Self(number.to_be_bytes());
        if id.to_string() == text { Ok(id) } else { Err(()) }
    }
}

/// Work of a back end that is done in the background.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    pub id: PredictionId,
    pub new: NewPrediction,
    /// `None` as long as it is not over; why it failed, in words for who asked.
    pub outcome: Option<Result<Answer, String>>,
    pub created: Millis,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewPrediction {
    /// As the dialect calls it: `erase.bg`.
    pub operation: String,
    /// What the back end is told, and what the dialect needs to show it again.
    pub request: Value,
    pub source: Picture,
    /// Posted to when it is over.
    pub callback: Option<String>,
}
