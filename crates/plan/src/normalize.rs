//! Drops what cannot matter, so that equal meaning has equal text.
