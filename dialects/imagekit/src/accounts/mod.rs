//! What an account sets up for itself, and what it has used.

pub(crate) mod origins;
pub(crate) mod url_endpoints;
pub(crate) mod usage;
pub(crate) mod webhooks;
