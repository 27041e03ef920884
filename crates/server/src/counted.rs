//! Requests by dialect: a label of the metrics, told by the mount.

use axum::http::{Response, StatusCode};
use metrics::Counter;

/// The labels; what belongs to no dialect is the server's own.
const DIALECTS: [&str; 6] = ["server", "imagekit", "pixelbin", "sams", "photoprism", "glean"];

/// Which of [`DIALECTS`] a path belongs to.
fn number(path: &str) -> usize {
    let dialect = match path.split('/').nth(1) {
        // Of this dialect the API is at the root, and so are its SDKs' delivery URLs.
        Some("service" | "v1" | "v2") => "pixelbin",
        Some(mount) => mount,
        None => "",
    };
    DIALECTS.iter().position(|known| *known == dialect).unwrap_or(0)
}

/// The label of a path.
pub(crate) fn dialect(path: &str) -> &'static str {
    DIALECTS[number(path)]
}

/// Counters of answers from the hot cache, made beforehand: looking one up by its labels costs more than the answer.
pub(crate) struct HotAnswers([OfDialect; DIALECTS.len()]);

struct OfDialect {
    whole: Counter,
    not_modified: Counter,
}

impl HotAnswers {
    pub(crate) fn new() -> Self {
        let counter = |dialect: &'static str, status: &'static str| metrics::counter!("halftone_requests_total", "dialect" => dialect, "status" => status);
        Self(DIALECTS.map(|dialect| OfDialect {
            whole: counter(dialect, "200"),
            not_modified: counter(dialect, "304"),
        }))
    }

    /// Counts one, and says whether it is whole.
    pub(crate) fn count<B>(&self, path: &str, response: &Response<B>) -> bool {
        let counters = &self.0[number(path)];
        let is_whole = response.status() != StatusCode::NOT_MODIFIED;
        if is_whole {
            counters.whole.increment(1);
        } else {
            counters.not_modified.increment(1);
        }
        is_whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_belong_to_a_mount() {
        for (path, expected) in [
            ("/imagekit/demo/a.jpg", "imagekit"),
            ("/pixelbin/v2/demo/original/a.jpg", "pixelbin"),
            ("/v2/demo/original/a.jpg", "pixelbin"),
            ("/service/platform/assets/v1.0/files", "pixelbin"),
            ("/sams/produce/sets", "sams"),
            ("/photoprism/api/v1/config", "photoprism"),
            ("/glean/api/images", "glean"),
            ("/server", "server"),
            ("/metrics", "server"),
            ("/", "server"),
            ("", "server"),
        ] {
            assert_eq!(dialect(path), expected, "{path}");
        }
    }
}
