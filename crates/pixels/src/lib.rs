//! Doing it: bytes and a resolved plan in, bytes out.
