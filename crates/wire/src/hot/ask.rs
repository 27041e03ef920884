//! What of a request decides which answer it gets.

use std::hash::{Hash, Hasher};

use http::{HeaderMap, Method, Uri};
use library::Accepts;
use quick_cache::Equivalent;

use crate::accept;

/// A request, seen as the key of its answer. Borrowed, so that a hit allocates nothing for it.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    /// As the client wrote it: a host may be the mount of a dialect, and a made-up one gets nothing of another's.
    host: &'a [u8],
    /// Raw path and query. Other spellings of the same path are other keys; that costs room, never a wrong answer.
    target: &'a str,
    accepts: Accepts,
    /// May be answered 304. No part of the key.
    pub(super) is_conditional: bool,
}

/// A request as the key of its answer, kept. Two are the same only if every byte is: the hash of a look-up may
/// collide, an answer is never mistaken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    host: Box<[u8]>,
    target: Box<str>,
    accepts: Accepts,
}

impl<'a> Ask<'a> {
    /// `None` for a request whose answer may depend on something else than the key.
    pub(super) fn read(method: &Method, uri: &'a Uri, headers: &'a HeaderMap) -> Option<Self> {
        if *method != Method::GET && *method != Method::HEAD {
            return None;
        }
        let target = uri.path_and_query()?.as_str();
        // The absolute form of a target outweighs the header.
        let authority = uri.authority().map(|authority| authority.as_str().as_bytes());
        let mut host = None;
        let mut ask = Self {
            host: authority.unwrap_or_default(),
            target,
            accepts: Accepts::default(),
            is_conditional: false,
        };
        // One walk over all headers is cheaper than a look-up for each name, of which most are not there.
        for (name, value) in headers {
            match name.as_str() {
                // Of two hosts the router may take the other one.
                "host" if host.is_some() => return None,
                "host" => host = Some(value.as_bytes()),
                "accept" => accept::note(&mut ask.accepts, value.as_bytes()),
                "if-none-match" | "if-modified-since" => ask.is_conditional = true,
                "authorization"
                | "cookie"
                | "range"
                | "if-range"
                | "if-match"
                | "if-unmodified-since"
                | "content-length"
                | "transfer-encoding"
                | "expect"
                | "upgrade" => return None,
                _ => {}
            }
        }
        if authority.is_none() {
            ask.host = host.unwrap_or_default();
        }
        Some(ask)
    }

    pub(super) fn slot(&self) -> Slot {
        Slot { host: self.host.into(), target: self.target.into(), accepts: self.accepts }
    }
}

impl Slot {
    /// Bytes of texts.
    pub(super) fn size(&self) -> usize {
        self.host.len() + self.target.len()
    }
}

impl Hash for Ask<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(self.host, self.target, self.accepts, state);
    }
}

impl Hash for Slot {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.host, &self.target, self.accepts, state);
    }
}

impl Equivalent<Slot> for Ask<'_> {
    fn equivalent(&self, slot: &Slot) -> bool {
        *self.target == *slot.target && *self.host == *slot.host && self.accepts == slot.accepts
    }
}

/// Both spellings of a key must hash alike.
fn hash<H: Hasher>(host: &[u8], target: &str, accepts: Accepts, state: &mut H) {
    state.write(host);
    state.write(target.as_bytes());
    state.write_u8(u8::from(accepts.webp) | u8::from(accepts.avif) << 1);
}
