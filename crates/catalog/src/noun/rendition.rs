//! Renditions: derivatives with a name and bytes of their own, which are recorded and not made again.

use plan::Size;

use super::{Blob, Millis};
use crate::RenditionId;

#[derive(Debug, Clone, PartialEq)]
pub struct Rendition {
    pub id: RenditionId,
    /// Need not be unique.
    pub name: Option<String>,
    pub asked: Asked,
    /// What became of it, pixels.
    pub size: Size,
    pub blob: Blob,
    pub mime: String,
    pub created: Millis,
}

/// What size of a picture is wanted, pixels. One side at least is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asked {
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// Fits into the box; otherwise it is squeezed into it.
    pub keeps_proportions: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewRendition {
    pub name: Option<String>,
    pub asked: Asked,
    pub size: Size,
    pub blob: Blob,
    pub mime: String,
}
