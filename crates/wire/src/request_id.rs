//! An id for every request, so that an answer, a log line and a complaint can be brought together.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use http::{HeaderName, HeaderValue};

/// Name of the header that carries the id on every response.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// 32 lower-case hex digits, unique over processes and restarts. The server makes one for every request and puts it
/// into the request's extensions: handlers take it as `Extension<RequestId>`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId([u8; 32]);

/// What distinguishes this process, and where its count begins: so the ids tell nobody how many requests there were.
static PROCESS: LazyLock<(u64, AtomicU64)> = LazyLock::new(|| {
    // The standard hasher is keyed by the operating system's random numbers.
    let random = RandomState::new();
    (random.hash_one(0), AtomicU64::new(random.hash_one(1)))
});

impl RequestId {
    /// A new id. Costs an addition and 32 digits: no system call, no lock, no allocation.
    #[expect(
        clippy::new_without_default,
        reason = "a default that differs each time would surprise"
    )]
    pub fn new() -> Self {
        let (process, count) = &*PROCESS;
        // An odd factor maps counts to numbers one to one, and neighbours far apart.
        let number = count.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut digits = [0; 32];
        let value = u128::from(*process) << 64 | u128::from(number);
        for (place, digit) in digits.iter_mut().enumerate() {
            *digit = b"0123456789abcdef"[(value >> (124 - 4 * place) & 15) as usize];
        }
        Self(digits)
    }

    pub fn as_str(&self) -> &str {
        // Hex digits are UTF-8.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    pub fn header_value(&self) -> HeaderValue {
        // Hex digits are allowed in a header.
        HeaderValue::from_bytes(&self.0).unwrap_or(HeaderValue::from_static(""))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({self})")
    }
}

impl AsRef<str> for RequestId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_hex_and_header_safe() {
        let id = RequestId::new();
        assert_eq!(id.as_str().len(), 32);
        assert!(id.as_str().bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{id}");
        assert_eq!(id.header_value(), id.to_string());
    }

    #[test]
    fn ids_differ_over_threads() {
        let ids: HashSet<_> = std::thread::scope(|scope| {
            let make = || (0..2000).map(|_| RequestId::new()).collect::<Vec<_>>();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(make)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(ids.len(), 8000);
    }

    #[test]
    fn ids_of_one_process_begin_alike() {
        assert_eq!(RequestId::new().as_str()[..16], RequestId::new().as_str()[..16]);
    }
}
