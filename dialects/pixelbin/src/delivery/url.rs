//! The delivery URL: zone, pattern, file.
//!
//! ```text
//! target   = [ "/pixelbin" ] [ "/v1" | "/v2" ] "/" cloud rest [ "?" query ]     no version: below "/pixelbin" only
//!          | [ "/v1" | "/v2" ] rest [ "?" query ]                               on a host name of one's own
//! rest     = [ "/" zone ] "/" pattern "/" file
//!          | [ "/" zone ] "/wrkr/" worker
//! zone     = 6( letter | digit | "_" | "-" )
//! pattern  = see `transformation/grammar.rs`
//! file     = segment *( "/" segment )            the delivery tail
//! worker   = what a rule of the zone makes pattern "/" file of, or a file; without rules it is that already
//! ```
//!
//! | Segment behind the cloud | It is |
//! | --- | --- |
//! | `original`, `wrkr`, holds `(`, begins with `p:` or with a plug-in and `.` | the pattern |
//! | else six letters, digits, `_`, `-` | a zone, and the pattern follows |
//! | anything else | no path: 404 |
//!
//! The raw path is cut at `/` first, then each segment is percent-decoded once: an escaped `/` does not cut, and `+` is a
//! plus. Deliberately rejected: other versions, empty segments, what is no UTF-8.

use std::borrow::Cow;

use library::{Asset, FolderPath, Name};
use percent_encoding::percent_decode_str;

use super::zones::Zones;
use crate::{
    modules,
    transformation::{GrammarError, Pattern},
};

/// Path and query as they were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target<'a> {
    /// Without the first `/`, our mount included.
    pub(crate) sent: &'a str,
    /// Without our mount, version and cloud.
    pub(crate) rest: &'a str,
    /// As written; `None` where the host decides.
    pub(crate) cloud: Option<&'a str>,
    /// Without our mount.
    pub(crate) unmounted: &'a str,
    pub(crate) query: Option<&'a str>,
}

impl<'a> Target<'a> {
    /// `None`: nothing can be there. `is_host`: the request came to a host name that belongs to one cloud.
    pub(crate) fn parse(
        path: &'a str,
        query: Option<&'a str>,
        mount: &str,
        is_host: bool,
    ) -> Option<Self> {
        let sent = path.strip_prefix('/')?;
        let below = if is_host { None } else { below_mount(sent, mount) };
        let unmounted = below.unwrap_or(sent);
        let (first, behind) = unmounted.split_once('/')?;
        let unversioned = match first {
            "v1" | "v2" => behind,
            _ if is_version(first) => return None,
            // At the origin's root other names are other people's.
            _ if below.is_some() || is_host => unmounted,
            _ => return None,
        };
        let (cloud, rest) = if is_host {
            (None, unversioned)
        } else {
            let (cloud, rest) = unversioned.split_once('/')?;
            (Some(cloud), rest)
        };
        Some(Self { sent, rest, cloud, unmounted, query })
    }
}

fn below_mount<'a>(sent: &'a str, mount: &str) -> Option<&'a str> {
    sent.strip_prefix(mount.trim_start_matches('/'))?.strip_prefix('/')
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// What a target asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeliveryUrl {
    pub(crate) pattern: Pattern,
    pub(crate) file: Tail,
}

/// Where a file is, as its delivery URL says: a folder and what is shown of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tail {
    pub(crate) folder: FolderPath,
    pub(crate) name: Name,
}

/// Why a target asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UrlError {
    /// No file can have that path.
    #[error("File not found")]
    Path,
    #[error(transparent)]
    Pattern(#[from] GrammarError),
}

impl DeliveryUrl {
    pub(crate) fn parse(rest: &str, zones: &Zones) -> Result<Self, UrlError> {
        let segments: Option<Vec<Cow<'_, str>>> = rest.split('/').map(decode).collect();
        let segments = segments.ok_or(UrlError::Path)?;
        let (zone, segments) = match &segments[..] {
            [first, ..] if is_pattern(first) => (None, &segments[..]),
            [zone, rest @ ..] if is_zone(zone) && zones.knows(zone) => (Some(zone.as_ref()), rest),
            _ => return Err(UrlError::Path),
        };
        match segments {
            [first, worker @ ..] if first == "wrkr" => Self::of_worker(worker, zone, zones),
            [pattern, file @ ..] if is_pattern(pattern) => Self::new(pattern, file),
            _ => Err(UrlError::Path),
        }
    }

    fn of_worker(
        worker: &[Cow<'_, str>],
        zone: Option<&str>,
        zones: &Zones,
    ) -> Result<Self, UrlError> {
        let rewritten = zones.rewritten(zone, worker);
        let segments: Vec<Cow<'_, str>> = match &rewritten {
            Some(path) => path.split('/').map(Cow::Borrowed).collect(),
            None => worker.to_vec(),
        };
        match &segments[..] {
            // A worker does not call a worker.
            [first, ..] if first == "wrkr" => Err(UrlError::Path),
            [pattern, file @ ..] if is_pattern(pattern) => Self::new(pattern, file),
            file => Self::new("original", file),
        }
    }

    fn new(pattern: &str, file: &[Cow<'_, str>]) -> Result<Self, UrlError> {
        let file = Tail::of(file).ok_or(UrlError::Path)?;
        Ok(Self { pattern: Pattern::parse(pattern)?, file })
    }
}

impl std::fmt::Display for Tail {
    /// `dir/cat.png`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.folder.as_str().trim_matches('/') {
            "" => self.name.fmt(f),
            folder => write!(f, "{folder}/{}", self.name),
        }
    }
}

impl Tail {
    /// Whether the file lies where this says, under the name that it has.
    pub(crate) fn is_of(&self, asset: &Asset) -> bool {
        self.folder == asset.folder && self.name == asset.name
    }

    /// A tail in plain text, `dir/cat.png`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let segments: Vec<Cow<'_, str>> =
            text.trim_matches('/').split('/').map(Cow::Borrowed).collect();
        Self::of(&segments)
    }

    fn of(segments: &[Cow<'_, str>]) -> Option<Self> {
        let (name, folders) = segments.split_last()?;
        let mut folder = FolderPath::root();
        for segment in folders {
            folder = folder.join(segment).ok()?;
        }
        Some(Self { folder, name: Name::parse(name).ok()? })
    }
}

fn decode(raw: &str) -> Option<Cow<'_, str>> {
    let text = percent_decode_str(raw).decode_utf8().ok()?;
    (!text.is_empty()).then_some(text)
}

fn is_pattern(segment: &str) -> bool {
    let begins_with_plugin =
        || segment.split_once('.').is_some_and(|(plugin, _)| modules::plugin(plugin).is_some());
    matches!(segment, "original" | "wrkr")
        || segment.contains('(')
        || segment.starts_with("p:")
        || begins_with_plugin()
}

pub(super) fn is_zone(segment: &str) -> bool {
    segment.len() == 6
        && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Name and value of every parameter, as received.
pub(crate) fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The value of a parameter, decoded once; in a query `+` is a blank.
pub(crate) fn decode_value(raw: &str) -> String {
    let spaced = raw.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MOUNT: &str = "/pixelbin";

    fn zones() -> Zones {
        Zones::parse("zslug1, zslug2", "^old/(.*)$ => t.resize(w:100)/$1\n@zslug2 ^ => p:thumb/")
            .unwrap()
    }

    fn show(url: &DeliveryUrl) -> String {
        let Tail { folder, name } = &url.file;
        let file = format!("{}/{name}", folder.as_str().trim_end_matches('/'));
        match &url.pattern {
            Pattern::Original => format!("original {file}"),
            Pattern::Chain(ops) => format!("{} {file}", ops.len()),
        }
    }

    fn read(path: &str, is_host: bool) -> Result<(Option<&str>, DeliveryUrl), UrlError> {
        let target = Target::parse(path, None, MOUNT, is_host).ok_or(UrlError::Path)?;
        Ok((target.cloud, DeliveryUrl::parse(target.rest, &zones())?))
    }

    #[track_caller]
    fn check(path: &str, expected: &str) {
        let (cloud, url) = read(path, false).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(format!("{} {}", cloud.unwrap(), show(&url)), expected, "{path}");
    }

    #[track_caller]
    fn check_missing(path: &str) {
        assert_eq!(read(path, false), Err(UrlError::Path), "{path}");
    }

    #[test]
    fn prefixes_and_versions() {
        for prefix in
            ["/v2/demo", "/v1/demo", "/pixelbin/v2/demo", "/pixelbin/v1/demo", "/pixelbin/demo"]
        {
            check(&format!("{prefix}/original/dir/a.png"), "demo original /dir/a.png");
        }
        for path in [
            "/demo/original/a.png",
            "/v3/demo/original/a.png",
            "/pixelbin/v3/demo/original/a.png",
            "/pixelbin/v20/demo/original/a.png",
            "/pixelbin",
            "/pixelbin/",
            "/v2/",
            "/v2/demo",
            "/v2/demo/",
            "/v2/demo/original",
            "/v2/demo/original/",
            "/v2/demo/dir/a.png",
        ] {
            check_missing(path);
        }
    }

    #[test]
    fn hosts_name_no_cloud() {
        for path in [
            "/v2/original/a.png",
            "/v1/original/a.png",
            "/original/a.png",
            "/zslug1/original/a.png",
        ] {
            let (cloud, url) = read(path, true).unwrap();
            assert_eq!((cloud, show(&url).as_str()), (None, "original /a.png"), "{path}");
        }
        assert_eq!(read("/v3/original/a.png", true), Err(UrlError::Path));
        assert_eq!(read("/pixelbin/v2/original/a.png", true), Err(UrlError::Path));
    }

    #[test]
    fn zones_stand_before_the_pattern() {
        check("/v2/demo/zslug1/original/a.png", "demo original /a.png");
        check("/v2/demo/zslug1/t.flip()~t.flop()/a.png", "demo 2 /a.png");
        // Six letters, but a pattern.
        check("/v2/demo/p:abcd/a.png", "demo 1 /a.png");
        for path in [
            "/v2/demo/zslug9/original/a.png",
            "/v2/demo/zslug1/a.png",
            "/v2/demo/zslug1/zslug2/original/a.png",
            "/v2/demo/zslug12/original/a.png",
        ] {
            check_missing(path);
        }
    }

    #[test]
    fn clients_may_escape_what_they_like() {
        for pattern in [
            "t.resize(w:100,h:50)~t.flip()",
            "t.resize%28w%3A100%2Ch%3A50%29%7Et.flip%28%29",
            "t.resize(%20w%20:100%20,%20h:50)~t.flip()",
        ] {
            check(&format!("/v2/demo/{pattern}/dir/a%20b.png"), "demo 2 /dir/a b.png");
        }
        check("/v2/demo/original/a+b.png", "demo original /a+b.png");
        check("/v2/demo/original/%C3%BC.png", "demo original /ü.png");
        check("/v2/demo/original/a%2541.png", "demo original /a%41.png");
        // An escaped slash inside of a value does not cut.
        check("/v2/demo/t.merge(i:a%2Fb)/a.png", "demo 1 /a.png");
        check("/v2/demo/original/t.flip()/a.png", "demo original /t.flip()/a.png");
    }

    #[test]
    fn workers_follow_the_rules_of_their_zone() {
        check("/v2/demo/wrkr/dir/cat.png", "demo original /dir/cat.png");
        check("/v2/demo/wrkr/t.flip()/dir/cat.png", "demo 1 /dir/cat.png");
        check("/v2/demo/zslug1/wrkr/dir/cat.png", "demo original /dir/cat.png");
        check("/v2/demo/wrkr/old/dir/cat.png", "demo 1 /dir/cat.png");
        check("/v2/demo/zslug1/wrkr/old/dir/cat.png", "demo original /old/dir/cat.png");
        check("/v2/demo/zslug2/wrkr/cat.png", "demo 1 /cat.png");
        check_missing("/v2/demo/wrkr/wrkr/cat.png");
        check_missing("/v2/demo/wrkr");
        check_missing("/v2/demo/wrkr/");
    }

    #[test]
    fn traversal_reaches_no_file() {
        for file in [
            "..",
            "../a.png",
            "%2e%2e/a.png",
            "a/../b.png",
            ".",
            "a//b.png",
            "%2e%2e%2fa.png",
            "..%5ca.png",
            "a%00.png",
            "a%0d%0a.png",
            "%c0%ae%c0%ae/a.png",
            "%2fetc%2fpasswd",
            "a/",
        ] {
            check_missing(&format!("/v2/demo/original/{file}"));
            check_missing(&format!("/v2/demo/wrkr/{file}"));
        }
    }

    #[test]
    fn patterns_that_cannot_be_read_say_so() {
        for pattern in ["t.flip", "t.resize(w:1", "original()", "a()~~b()", "p:"] {
            let path = format!("/v2/demo/{pattern}/a.png");
            let found = read(&path, false);
            assert!(matches!(found, Err(UrlError::Pattern(_))), "{pattern}: {found:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(path in "/[ -~é]{0,120}") {
            let _ = read(&path, false);
            let _ = read(&path, true);
        }

        #[test]
        fn never_leaves_the_library(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "/", "..", ".", "%2e", "%2f", "%5c", "a", "original", "wrkr", "t.flip()", "zslug1", "old", "x.jpg", "%00", "%",
                ]),
                0..20,
            )
        ) {
            if let Ok((_, url)) = read(&format!("/v2/demo/{}", pieces.concat()), false) {
                let Tail { folder, name } = url.file;
                prop_assert!(folder.segments().chain([name.as_str()]).all(|s| s != ".." && s != "." && !s.contains(['/', '\\', '\0'])));
            }
        }
    }
}
