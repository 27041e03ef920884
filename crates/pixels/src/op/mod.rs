//! Operations on pixels. One file each.

pub(crate) mod resize;
