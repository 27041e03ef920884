//! Where a request comes from: for limits on what one client gets wrong.

use std::net::IpAddr;

use http::request::Parts;

/// The address at the other end of the connection. The server puts it into the extensions of each request; headers that
/// name another one are not believed, because anybody can send them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// `None` where nobody put it there: in tests.
    pub fn of(parts: &Parts) -> Option<Self> {
        parts.extensions.get().copied()
    }
}
