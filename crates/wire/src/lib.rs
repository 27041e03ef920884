//! HTTP plumbing that dialects share: what a request header means, and how a decided answer goes over the wire. No
//! routes, no JSON types, no vendor's names.
//!
//! | Module | Turns | into |
//! |---|---|---|
//! | [`accept`] | `Accept` | the image formats that a client names |
//! | [`basic`] | `Authorization: Basic` | a user name |
//! | [`bearer`] | `Authorization: Bearer` | a token |
//! | [`incoming`] | a body | chunks, within limits |
//! | [`multipart`] | a form body | parts, one by one, within limits |
//! | [`peer`] | a connection | the address at its other end |
//! | [`sign`] | a key and a text | a signature, compared in constant time |
//! | [`request_id`] | nothing | an id of this request |
//! | [`respond`] | a [`library::Delivery`] | an HTTP answer: validators, ranges, safety headers |
//! | [`retry_after`] | a pause | the header that asks for it |
//! | [`cors`] | `OPTIONS` | the answer to a browser's preflight |
//! | [`meter`] | an answer | what the tenant's usage counts |
//! | [`json`] | a JSON body | fields, taken one by one |
//! | [`time`] | a moment | the text that JSON APIs write |
//! | [`unread`] | what a client still sends | nothing, so that it hears the answer |
//! | [`hot`] | a request seen before | the answer given then, without asking anybody |
//!
//! # How to add
//!
//! * *A response header that every delivery has*: one line in `respond/head.rs`, and one in its `KEPT_ON_304`
//!   if a client should hear it again on a 304. The hot cache keeps what `respond` wrote; nothing is to be done
//!   there.
//! * *A request header that changes an answer*: let `hot::ask::Ask::read` send requests with it past the cache (one
//!   line in its `match`), or make it part of the key as `Accept` is.
//! * *Plumbing for another protocol* (ZIP, `multipart/mixed`): a module named after what it speaks, if two dialects
//!   need it; if one does, it lives there.
//!
//! Decisions on headers are pure functions over plain values, so that tables test them; only [`respond::respond`] and
//! [`multipart::Multipart`] touch bodies.

pub mod accept;
pub mod basic;
pub mod bearer;
pub mod cors;
pub mod hot;
pub mod incoming;
pub mod json;
pub mod meter;
pub mod multipart;
pub mod peer;
pub mod request_id;
pub mod respond;
pub mod retry_after;
pub mod sign;
pub mod time;
pub mod unread;

mod no_body;
