//! Operations on pixels. One file each.
