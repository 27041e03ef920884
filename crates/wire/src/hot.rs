//! Answers given before, ready to be given again.
//!
//! A finished public answer is kept under the request as it came: host, raw path and query, and the formats
//! that `Accept` names. A second such request gets it without parsing the URL, without the database, and
//! without an object being read. An entry lasts until the facts that it rests on change
//! ([`library::Freshness`]), or until others need the room.
//!
//! The server asks before its router and offers after it:
//!
//! ```text
//! if let Some(response) = hot.get(request.method(), request.uri(), request.headers()) {
//!     return response;
//! }
//! let slot = hot.slot(request.method(), request.uri(), request.headers());
//! let mut response = router.oneshot(request).await;
//! if let Some(slot) = slot {
//!     hot.keep(slot, &mut response);
//! }
//! ```
//!
//! What per-request headers there are (`X-Request-Id`) the server adds to the answer in both cases, afterwards.
//!
//! # What a dialect must see to
//!
//! An answer is kept when [`respond`](crate::respond::respond) marked it, which it does for anonymous actors
//! only. So a request that carries a signature, or any other thing that expires or can be revoked, is made as
//! another actor, even where the asset is public. Facts besides the asset (presets, URL endpoints) that change an
//! answer are part of its freshness ([`library::Freshness::of_all`]); for all others there is [`HotCache::clear`].
//! And a dialect that counts its answers puts its meters into the mark, because it does not hear of hits.

use std::sync::Arc;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri, header};
use library::Freshness;
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter, sync};

mod ask;

pub use ask::Slot;

use crate::{
    no_body::no_body,
    request_id::X_REQUEST_ID,
    respond::{Hot, HotMeters, Validators, head::for_304},
};
use ask::Ask;

/// Finished answers in RAM, within a budget of bytes. Shared by all connections: nothing waits for a lock that
/// is held longer than a look-up.
pub struct HotCache {
    entries: sync::Cache<Slot, Arc<Entry>, Weight>,
}

/// One answer, with both heads made ready.
struct Entry {
    freshness: Freshness,
    /// Of the 200.
    head: HeaderMap,
    /// Of the 304.
    head_304: HeaderMap,
    validators: Validators,
    body: Bytes,
    meters: Option<HotMeters>,
}

impl Entry {
    fn count(&self, with: impl FnOnce(&HotMeters)) {
        if let Some(meters) = &self.meters {
            with(meters);
        }
    }
}

/// Bytes an entry takes besides its body: two heads of about ten headers, and the map's own.
const OVERHEAD: u64 = 2560;

#[derive(Debug, Clone, Copy)]
struct Weight;

impl Weighter<Slot, Arc<Entry>> for Weight {
    fn weight(&self, slot: &Slot, entry: &Arc<Entry>) -> u64 {
        OVERHEAD + slot.size() as u64 + entry.body.len() as u64
    }
}

impl HotCache {
    /// A cache that holds at most this many bytes; with 0 it keeps nothing.
    pub fn new(bytes: u64) -> Self {
        /// Room that every shard should have, so that a large picture fits.
        const SHARD: u64 = 8 << 20;
        /// Of a typical answer, to size the tables.
        const TYPICAL: u64 = 16 << 10;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let shards = (4 * cores).min(usize::try_from(bytes / SHARD).unwrap_or(usize::MAX)).max(1);
        let items = usize::try_from(bytes / TYPICAL).unwrap_or(usize::MAX).max(16);
        let options = OptionsBuilder::new()
            .shards(shards)
            .estimated_items_capacity(items)
            .weight_capacity(bytes)
            .build();
        let entries = match options {
            Ok(options) => sync::Cache::with_options(
                options,
                Weight,
                DefaultHashBuilder::default(),
                sync::DefaultLifecycle::default(),
            ),
            // Only missing capacities are an error, and both are there.
            Err(_) => sync::Cache::with_weighter(items, bytes, Weight),
        };
        Self { entries }
    }

    /// The answer to a request that has been answered before: 200, or 304 if the client has it. `None` sends the
    /// request on its way: it is new, the facts have changed, or something in it (a method, a range,
    /// credentials) asks for another look.
    pub fn get(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
        let ask = Ask::read(method, uri, headers)?;
        let entry = self.entries.get(&ask)?;
        if !entry.freshness.is_fresh() {
            // Only this one: another may have been put into its place by now.
            self.entries.remove_if(&ask, |held| Arc::ptr_eq(held, &entry));
            return None;
        }
        let mut response = if ask.is_conditional && entry.validators.has_current(headers) {
            let mut response = Response::new(no_body());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.headers_mut() = entry.head_304.clone();
            entry.count(|meters| meters.not_modified.count(0));
            return Some(response);
        } else if *method == Method::HEAD {
            entry.count(|meters| meters.whole.count(0));
            Response::new(Body::empty())
        } else {
            entry.count(|meters| meters.whole.count(entry.body.len() as u64));
            Response::new(Body::from(entry.body.clone()))
        };
        *response.headers_mut() = entry.head.clone();
        Some(response)
    }

    /// Where the answer to this request would be kept; `None` if it is of a kind that never is. Asked before the
    /// request is given away.
    pub fn slot(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Slot> {
        if self.entries.capacity() == 0 {
            return None;
        }
        Ask::read(method, uri, headers).map(|ask| ask.slot())
    }

    /// Keeps an answer that `respond` marked with [`Hot`] and that nobody has made personal since. Takes
    /// the mark off. Whether it was kept.
    pub fn keep(&self, slot: Slot, response: &mut Response) -> bool {
        let Some(hot) = response.extensions_mut().remove::<Hot>() else { return false };
        if response.status() != StatusCode::OK
            || !is_shareable(response.headers(), hot.body.len())
            || !hot.freshness.is_fresh()
        {
            return false;
        }
        let mut head = response.headers().clone();
        for name in [X_REQUEST_ID, header::DATE, header::CONNECTION] {
            head.remove(name);
        }
        let head_304 = for_304(&head);
        let Hot { freshness, body, meters, validators } = hot;
        let entry = Entry { freshness, head, head_304, validators, body, meters };
        self.entries.insert(slot, Arc::new(entry));
        true
    }

    /// Forgets everything: when something changes that answers rest on besides their assets.
    pub fn clear(&self) {
        self.entries.clear();
    }

    /// Answers that are held.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl std::fmt::Debug for HotCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HotCache")
            .field("answers", &self.len())
            .field("bytes", &self.entries.weight())
            .field("limit", &self.entries.capacity())
            .finish()
    }
}

/// Whether what came out of the router still is what `respond` made: not encoded, not for one client, dependent on
/// nothing that the key does not hold.
fn is_shareable(head: &HeaderMap, body: usize) -> bool {
    let is_whole = head
        .get(header::CONTENT_LENGTH)
        .is_some_and(|value| value.as_bytes() == itoa::Buffer::new().format(body).as_bytes());
    let varies_by_format_only = head
        .get_all(header::VARY)
        .iter()
        .all(|value| value.as_bytes().eq_ignore_ascii_case(b"accept"));
    let is_personal =
        head.contains_key(header::SET_COOKIE) || head.contains_key(header::CONTENT_ENCODING);
    is_whole && varies_by_format_only && !is_personal
}

#[cfg(test)]
mod tests;
