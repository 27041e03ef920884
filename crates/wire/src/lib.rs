//! HTTP plumbing that dialects share. No routes, no JSON types.

pub mod accept;
pub mod basic;
pub mod hot;
pub mod multipart;
pub mod request_id;
pub mod respond;
pub mod sign;
