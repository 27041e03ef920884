//! What URLs in answers begin with.

use http::{HeaderMap, Uri, header};

use crate::Config;

/// Path of the API below the mount.
const API: &str = "/rest/api/v1";

/// The base that clients are configured with: the public one, or where this request came to. `original` is its URI before
/// any mount was taken off, so that a host of its own for this dialect is followed as well.
pub(crate) fn base(config: &Config, headers: &HeaderMap, original: &Uri) -> String {
    if config.follow_host
        && let Some(host) = host(headers, original)
        && let Some((prefix, _)) = original.path().split_once(API)
    {
        return format!("http://{host}{prefix}{API}");
    }
    format!("{}{}{API}", config.public_url, Config::MOUNT)
}

/// Only what a host and port may hold: it becomes part of a URL.
fn host<'a>(headers: &'a HeaderMap, original: &'a Uri) -> Option<&'a str> {
    let named = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = original.authority().map(http::uri::Authority::as_str).or(named)?;
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    (!host.is_empty() && host.bytes().all(is_plain)).then_some(host)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn urls_begin_where_they_should() {
        check(
            false,
            "evil.example",
            "/glean/rest/api/v1/images",
            "https://i.example/glean/rest/api/v1",
        );
        check(true, "h:8080", "/glean/rest/api/v1/images", "http://h:8080/glean/rest/api/v1");
        check(true, "[::1]:80", "/rest/api/v1/uploadimage", "http://[::1]:80/rest/api/v1");
        check(true, "a\"b", "/glean/rest/api/v1/images", "https://i.example/glean/rest/api/v1");
        check(true, "", "/glean/rest/api/v1/images", "https://i.example/glean/rest/api/v1");
    }

    #[track_caller]
    fn check(follow_host: bool, host: &'static str, path: &str, expected: &str) {
        let config =
            Config { public_url: "https://i.example".to_owned(), follow_host, ..Config::default() };
        let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]);
        assert_eq!(base(&config, &headers, &path.parse().unwrap()), expected);
    }
}
