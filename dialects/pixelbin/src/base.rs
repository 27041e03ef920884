//! What URLs in answers begin with.

use http::{HeaderMap, header};

use crate::Config;

/// Addresses of this server, as a tenant's clients know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    /// Of the API: scheme and host.
    pub(crate) api: String,
    /// Of delivery, the tenant included: `https://images.example.com/pixelbin/v2/demo`.
    pub(crate) delivery: String,
    /// The tenant's name.
    pub(crate) cloud: String,
}

impl Base {
    pub(crate) fn new(config: &Config, headers: &HeaderMap, cloud: &str) -> Self {
        let host = config.follow_host.then(|| asked_host(headers)).flatten();
        let api = host.map_or_else(|| config.public_url.clone(), |host| format!("http://{host}"));
        let cdn = match config.delivery_url.as_str() {
            "" => format!("{api}{}", Config::MOUNT),
            given => given.to_owned(),
        };
        Self { delivery: format!("{cdn}/v2/{cloud}"), api, cloud: cloud.to_owned() }
    }
}

/// The host and port that the client means, if they are nothing but that.
fn asked_host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    (!host.is_empty() && host.chars().all(is_plain)).then_some(host)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn urls_begin_with_what_is_configured_else_with_the_host() {
        #[track_caller]
        fn check(follow_host: bool, delivery_url: &str, host: &'static str, expected: [&str; 2]) {
            let config = Config {
                public_url: "https://a.example".to_owned(),
                follow_host,
                delivery_url: delivery_url.to_owned(),
                ..Config::default()
            };
            let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]);
            let base = Base::new(&config, &headers, "demo");
            assert_eq!([base.api.as_str(), base.delivery.as_str()], expected);
        }
        let own = ["https://a.example", "https://a.example/pixelbin/v2/demo"];
        check(false, "", "b.example", own);
        check(
            true,
            "",
            "b.example:81",
            ["http://b.example:81", "http://b.example:81/pixelbin/v2/demo"],
        );
        check(true, "", "b.example/\"x", own);
        check(
            false,
            "https://cdn.example",
            "b.example",
            ["https://a.example", "https://cdn.example/v2/demo"],
        );
    }
}
