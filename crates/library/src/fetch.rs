//! Fetching a file from another server, without becoming anybody's way into this network.
//!
//! Every hop is parsed once, by the parser that also connects; its name is resolved here, addresses that
//! are not public are dropped, and the connection is pinned to what was checked. So a name that
//! changes between check and connection changes nothing.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Once,
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::StreamExt;
use reqwest::{
    Client, Response, StatusCode, Url,
    header::{HeaderMap, LOCATION},
    redirect::Policy,
};

use crate::{Error, FetchConfig, Library, Result, Spooled};

impl Library {
    /// Fetches `url` (http or https) into a temporary file. [`Error::Invalid`] says what went wrong.
    pub async fn fetch(&self, url: &str) -> Result<Spooled> {
        let config = &self.inner.config.fetch;
        let total = Duration::from_millis(config.total_ms);
        match tokio::time::timeout(total, self.fetch_all(url, config)).await {
            Ok(fetched) => fetched,
            Err(_) => {
                Err(refused(format!("the download took longer than {} s", total.as_secs_f64())))
            }
        }
    }

    async fn fetch_all(&self, url: &str, config: &FetchConfig) -> Result<Spooled> {
        // First of all: when too many uploads are under way, nobody else is troubled.
        let mut spool = self.spool()?;
        let response = follow(url, config).await?;
        if response.content_length().is_some_and(|length| length > config.max_bytes) {
            return Err(too_large(config));
        }
        let mut received: u64 = 0;
        let mut body = response.bytes_stream();
        while let Some(part) = body.next().await {
            let part = part.map_err(|_| refused("the download broke off"))?;
            received += part.len() as u64;
            if received > config.max_bytes {
                return Err(too_large(config));
            }
            spool.write(part).await?;
        }
        if received == 0 {
            return Err(refused("the server answered with nothing"));
        }
        spool.finish().await
    }
}

/// The answer at the end of all redirects.
async fn follow(url: &str, config: &FetchConfig) -> Result<Response> {
    let deadline = Instant::now() + Duration::from_millis(config.headers_ms);
    let mut url = Url::parse(url).map_err(|error| refused(format!("this is no URL: {error}")))?;
    for _ in 0..=config.redirects {
        let response = hop_twice(&url, config, deadline).await?;
        if !response.status().is_redirection() {
            return match response.status() {
                StatusCode::OK => Ok(response),
                status => Err(refused(format!("the server answered {status}"))),
            };
        }
        let target = response.headers().get(LOCATION).and_then(|target| target.to_str().ok());
        let target = target.ok_or_else(|| refused("a redirect leads nowhere"))?;
        url = url.join(target).map_err(|_| refused("a redirect leads to no URL"))?;
    }
    Err(refused(format!("more than {} redirects", config.redirects)))
}

/// One hop; once more after a moment if the connection failed or the server is passing through a fault.
async fn hop_twice(url: &Url, config: &FetchConfig, deadline: Instant) -> Result<Response> {
    const PAUSE: Duration = Duration::from_millis(250);
    let first = hop(url, config, deadline).await;
    let may_pass = match &first {
        Ok(response) => matches!(response.status().as_u16(), 502..=504),
        Err(Error::Invalid(why)) => why == UNREACHABLE,
        Err(_) => false,
    };
    if !may_pass || deadline.saturating_duration_since(Instant::now()) < PAUSE * 2 {
        return first;
    }
    tokio::time::sleep(PAUSE).await;
    hop(url, config, deadline).await
}

/// What may be otherwise in a moment.
const UNREACHABLE: &str = "the server cannot be reached";

/// One request, to an address that has been checked.
async fn hop(url: &Url, config: &FetchConfig, deadline: Instant) -> Result<Response> {
    let host = web_host(url)?;
    let left = deadline.saturating_duration_since(Instant::now());
    let no_headers = || refused("the server did not answer in time");
    let addresses = tokio::time::timeout(left, allowed_addresses(url, config.allow_private)).await;
    let addresses = addresses.map_err(|_| no_headers())??;
    let connect = Duration::from_millis(config.connect_ms);
    let client = client(url, &host, &addresses, connect).await?;
    let left = deadline.saturating_duration_since(Instant::now());
    let sent = tokio::time::timeout(left, client.get(url.clone()).send()).await;
    sent.map_err(|_| no_headers())?.map_err(|_| refused(UNREACHABLE))
}

/// The host of a URL that may be asked something.
fn web_host(url: &Url) -> Result<String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refused(format!(
            "only http and https URLs are fetched, found `{}:`",
            url.scheme()
        )));
    }
    Ok(url.host_str().ok_or_else(|| refused("the URL names no host"))?.to_owned())
}

/// The answer to something that was posted.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
}

/// Posts a body to a URL that somebody else chose, to an address that has been checked. Redirects are answers like
/// others. Of the answer's body so much is read that the connection ends in good order, and no more.
pub(crate) async fn post(
    url: &str,
    headers: HeaderMap,
    body: Bytes,
    connect: Duration,
    allow_private: bool,
) -> Result<Answer> {
    const MOST: usize = 64 << 10;
    let url = Url::parse(url).map_err(|error| refused(format!("this is no URL: {error}")))?;
    let host = web_host(&url)?;
    let addresses = tokio::time::timeout(connect, allowed_addresses(&url, allow_private)).await;
    let addresses = addresses.map_err(|_| refused("the host cannot be found in time"))??;
    let client = client(&url, &host, &addresses, connect).await?;
    let sent = client.post(url).headers(headers).body(body).send().await;
    let answer = sent.map_err(|_| refused(UNREACHABLE))?;
    let (status, mut read, mut rest) = (answer.status(), 0, answer.bytes_stream());
    while let Some(Ok(part)) = rest.next().await {
        read += part.len();
        if read >= MOST {
            break;
        }
    }
    Ok(Answer { status })
}

/// A client that connects to these addresses of `host` and to nothing else, whatever the environment says.
async fn client(
    url: &Url,
    host: &str,
    addresses: &[SocketAddr],
    connect: Duration,
) -> Result<Client> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(install_cryptography);
    let builder = Client::builder()
        .resolve_to_addrs(host, addresses)
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(connect)
        .user_agent("Halftone");
    let built = if url.scheme() == "https" {
        // Reads the system's certificates from the disk.
        tokio::task::spawn_blocking(move || builder.build()).await.map_err(Error::unavailable)?
    } else {
        builder.tls_certs_only([]).build()
    };
    built.map_err(|error| {
        tracing::error!(error = ?error, "no client for downloads");
        Error::unavailable(error)
    })
}

/// The HTTP client comes without cryptography of its own, and panics if it finds none.
pub(crate) fn install_cryptography() {
    // Somebody else may have installed one; any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The addresses of the URL's host that may be connected to; an error if there is none.
async fn allowed_addresses(url: &Url, allow_private: bool) -> Result<Vec<SocketAddr>> {
    let port = url.port_or_known_default().unwrap_or(80);
    let host = url.host_str().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let found: Vec<SocketAddr> = match literal {
        Ok(address) => vec![SocketAddr::new(address, port)],
        Err(_) => tokio::net::lookup_host((host, port))
            .await
            .map_err(|_| refused(format!("the host `{host}` cannot be found")))?
            .collect(),
    };
    let allowed: Vec<_> =
        found.into_iter().filter(|address| is_allowed(address.ip(), allow_private)).collect();
    if allowed.is_empty() {
        return Err(refused(format!("the host `{host}` is not at a public address")));
    }
    Ok(allowed)
}

fn is_allowed(address: IpAddr, allow_private: bool) -> bool {
    match address {
        IpAddr::V4(address) => match reach_v4(address) {
            Reach::Public => true,
            Reach::Private => allow_private,
            Reach::Never => false,
        },
        IpAddr::V6(address) => match reach_v6(address) {
            Reach::Public => true,
            Reach::Private => allow_private,
            Reach::Never => false,
        },
    }
}

/// From open to shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Public,
    /// Loopback and private ranges: open when the administrator says so.
    Private,
    /// Link-local (cloud metadata), unspecified, multicast, broadcast, reserved: never.
    Never,
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let [a, b, c, _] = address.octets();
    match (a, b, c) {
        (10 | 127, ..) | (172, 16..=31, _) | (192, 168, _) | (100, 64..=127, _) => Reach::Private,
        (0 | 224..=255, ..) | (169, 254, _) => Reach::Never,
        // Protocol assignments, documentation, benchmarks, 6to4 relays: nothing that serves files lives there.
        (192, 0, 0 | 2) | (198, 18..=19, _) | (198, 51, 100) | (203, 0, 113) | (192, 88, 99) => {
            Reach::Never
        }
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if let Some(inner) = embedded_v4(address) {
        return reach_v4(inner);
    }
    let s = address.segments();
    let outer = match (s[0], s[1]) {
        _ if address.is_loopback() => Reach::Private,
        (0xfc00..=0xfdff, _) => Reach::Private,
        // Protocol assignments and documentation.
        (0x2001, 0x0db8 | 0x0000..=0x01ff) | (0x3fff, 0x0000..=0x0fff) => Reach::Never,
        (0x2000..=0x3fff, _) => Reach::Public,
        // Also NAT64 with a prefix of the network's own (64:ff9b:1::/48): where in it the inner address
        // stands is the network's secret.
        _ => Reach::Never,
    };
    // ISATAP: any prefix, and an IPv4 address in the interface part. Both have to be open.
    match s {
        [.., 0x0000 | 0x0200, 0x5efe, high, low] => outer.max(reach_v4(v4(high, low))),
        _ => outer,
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, translated, NAT64, 6to4, Teredo.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    match s {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(v4(high, low)),
        // Teredo keeps the client's address inverted.
        [0x2001, 0, _, _, _, _, high, low] => Some(v4(!high, !low)),
        _ => None,
    }
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}

fn too_large(config: &FetchConfig) -> Error {
    Error::TooLarge(format!("the download is larger than {} bytes", config.max_bytes))
}

fn refused(why: impl Into<String>) -> Error {
    Error::Invalid(why.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_reached() {
        #[track_caller]
        fn check(address: &str, public: bool, when_private_is_allowed: bool) {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(is_allowed(address, false), public, "{address}");
            assert_eq!(
                is_allowed(address, true),
                when_private_is_allowed,
                "{address} with allow_private"
            );
        }
        check("93.184.216.34", true, true);
        check("2606:2800:220:1::1", true, true);
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "fd00::5efe:808:808",
            "2001:0:4136:e378:8000:63bf:80ff:fffe",
            "2001:db9::5efe:a00:1",
            "::ffff:0:10.0.0.1",
        ] {
            check(private, false, true);
        }
        for never in [
            "0.0.0.0",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "::",
            "fe80::1",
            "ff02::1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::",
            "198.18.0.1",
            "2001:db8::1",
            "fec0::1",
            "64:ff9b:1::a00:1",
            "64:ff9b:1::808:808",
            "fe80::5efe:808:808",
            "2001:db9::200:5efe:a9fe:a9fe",
            "3fff::1",
            "::ffff:0:169.254.169.254",
        ] {
            check(never, false, false);
        }
    }

    #[tokio::test]
    async fn spellings_of_loopback_are_seen_through() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://localhost/",
            "http://localhost./",
            "http://user@127.0.0.1/",
            "http://example.com\\@127.0.0.1/",
            "http://[::ffff:127.0.0.1]/",
            "http://\u{ff11}27.0.0.1/",
            "http://0/",
        ] {
            let Ok(parsed) = Url::parse(url) else { continue };
            // A back slash ends the host for this parser, so what is connected to is what is checked.
            if parsed.host_str() == Some("example.com") {
                continue;
            }
            let allowed = allowed_addresses(&parsed, false).await;
            assert!(matches!(allowed, Err(Error::Invalid(_))), "{url}: {allowed:?}");
        }
    }

    #[tokio::test]
    async fn other_schemes_are_refused() {
        for url in
            ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "dict://127.0.0.1/"]
        {
            let answer = follow(url, &FetchConfig::default()).await;
            assert!(
                matches!(&answer, Err(Error::Invalid(why)) if why.contains("only http")),
                "{url}: {answer:?}"
            );
        }
    }
}
