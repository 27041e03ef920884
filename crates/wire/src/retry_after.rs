//! `Retry-After`: whole seconds, at least one.

use std::time::Duration;

use http::{HeaderMap, header};

/// Asks the client to come back after this pause, if there is one. Rounded up: who came earlier would be refused again.
pub fn insert(headers: &mut HeaderMap, after: Option<Duration>) {
    if let Some(after) = after {
        let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        headers.insert(header::RETRY_AFTER, seconds.max(1).into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_whole_seconds() {
        check(None, None);
        check(Some(Duration::ZERO), Some("1"));
        check(Some(Duration::from_millis(20)), Some("1"));
        check(Some(Duration::from_secs(1)), Some("1"));
        check(Some(Duration::from_millis(1001)), Some("2"));
    }

    #[track_caller]
    fn check(after: Option<Duration>, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        insert(&mut headers, after);
        let found = headers.get(header::RETRY_AFTER).map(|value| value.to_str().unwrap());
        assert_eq!(found, expected);
    }
}
