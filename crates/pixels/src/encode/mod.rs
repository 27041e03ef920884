//! Pixels to bytes. One file per codec.

use plan::{Format, Output};

use crate::{Error, Limits, picture::Decoded};

/// Encodes all frames (the first, if `format` holds no animation) as `format`.
/// `source.profile` and `source.metadata` are embedded as they are: the pipeline has removed what must not stay.
pub(crate) fn encode(source: &Decoded, format: Format, output: &Output, limits: &Limits) -> Result<Vec<u8>, Error>;
