//! The delivery URL: which file, what of it, and how to hand it over.
//!
//! ```text
//! target     = "/" tenant "/" rest [ "?" query ]        the mount is gone already
//! rest       = *( folder "/" | transform "/" ) file     a transform may stand at any place
//! transform  = "tr:" chain                              see `transformation/grammar.rs`
//! file       = name | name "/ik-thumbnail.jpg" | seo
//! seo        = "ik-seo/" *( folder "/" ) stem "/" any "." extension
//! query      = parameter *( "&" parameter )
//! parameter  = "tr=" chain | "ik-s=" hex | "ik-t=" seconds | "ik-attachment=true"
//!            | "ik-attachment-filename=" name | "ik-obj-version=" id | "ik-sanitizeSvg=true" | anything
//! ```
//!
//! | Spelling | Serves |
//! |---|---|
//! | `/demo/img/a.jpg` | `a.jpg` in `/img` |
//! | `/demo/tr:w-300/img/a.jpg`, `/demo/img/tr:w-300/a.jpg`, `/demo/img/a.jpg?tr=w-300` | the same, 300 wide |
//! | `/demo/img/ik-seo/a/fine-words.jpg` | `a.jpg` in `/img` |
//! | `/demo/img/a.gif/ik-thumbnail.jpg?tr=pg-2` | its second frame, as JPEG unless `f` says otherwise |
//!
//! Every segment is percent-decoded exactly once. If path and query both carry transformations, the path wins;
//! several `tr:` segments follow one another. Other parameters change nothing, but are signed.
//!
//! Deliberately rejected, as files that do not exist: empty segments, `.` and `..`, segments that hold a slash,
//! a backslash or a control character once decoded, and bytes that are no UTF-8.

use std::borrow::Cow;

use http::Uri;
use library::{AssetRef, FolderPath, Name};
use percent_encoding::percent_decode_str;

use crate::{
    Config,
    transformation::{Chain, MeaningError, Place},
};

/// A request target, cut at its endpoint and not yet understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target<'a> {
    /// First segment, as received.
    pub(crate) tenant: &'a str,
    /// What follows the endpoint, without its leading slash, as received: this is what is signed.
    pub(crate) rest: &'a str,
    pub(crate) query: Option<&'a str>,
}

impl<'a> Target<'a> {
    /// `None`: the path does not go beyond an endpoint.
    pub(crate) fn parse(path: &'a str, query: Option<&'a str>) -> Option<Self> {
        let (tenant, rest) = path.strip_prefix('/')?.split_once('/')?;
        let is_whole = !tenant.is_empty() && !rest.is_empty();
        is_whole.then_some(Self { tenant, rest, query })
    }
}

/// Path and query of a whole URL below our mount, as written; `None` for URLs that lead elsewhere.
pub(crate) fn below_mount<'a>(config: &Config, url: &'a str) -> Option<(&'a str, Option<&'a str>)> {
    let below = url.strip_prefix(config.public_url.as_str())?.strip_prefix(Config::MOUNT)?;
    let below = below.split('#').next().filter(|below| below.starts_with('/'))?;
    Some(below.split_once('?').map_or((below, None), |(path, query)| (path, Some(query))))
}

/// What a request target asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeliveryUrl {
    pub(crate) file: AssetRef,
    pub(crate) chain: Chain,
    /// `ik-thumbnail.jpg`: one picture, whatever the file is.
    pub(crate) is_still: bool,
    /// `ik-attachment`: offered as a download.
    pub(crate) is_attachment: bool,
    pub(crate) attachment_name: Option<String>,
    /// `ik-obj-version`, as written.
    pub(crate) version: Option<String>,
    pub(crate) sanitize_svg: bool,
}

/// Why a target asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UrlError {
    /// No file can have that path.
    #[error("no file can have this path")]
    Path,
    #[error(transparent)]
    Transformation(#[from] MeaningError),
}

impl DeliveryUrl {
    pub(crate) fn parse(target: Target<'_>) -> Result<Self, UrlError> {
        let mut segments = Vec::new();
        let mut chain: Option<Chain> = None;
        for raw in target.rest.split('/') {
            match transformation(raw) {
                Some(text) => {
                    let more = Chain::parse(text, Place::Path).map_err(MeaningError::from)?;
                    let chain = chain.get_or_insert_default();
                    chain.append(more).map_err(MeaningError::from)?;
                }
                None => segments.push(decode(raw).ok_or(UrlError::Path)?),
            }
        }
        let is_still = take_thumbnail(&mut segments);
        take_seo(&mut segments)?;
        let mut url = Self {
            file: asset(&segments).ok_or(UrlError::Path)?,
            chain: Chain::default(),
            is_still,
            is_attachment: false,
            attachment_name: None,
            version: None,
            sanitize_svg: false,
        };
        let from_query = url.take_query(target.query.unwrap_or_default())?;
        url.chain = chain.or(from_query).unwrap_or_default();
        Ok(url)
    }

    /// Takes the parameters that matter; of several of a name the first one counts.
    fn take_query(&mut self, query: &str) -> Result<Option<Chain>, UrlError> {
        let mut chain = None;
        for (name, value) in parameters(query) {
            match name {
                "tr" if chain.is_none() => {
                    chain = Some(Chain::parse(value, Place::Query).map_err(MeaningError::from)?);
                }
                "ik-attachment" => self.is_attachment |= value == "true",
                "ik-attachment-filename" if self.attachment_name.is_none() => {
                    self.attachment_name = Some(decode_value(value));
                }
                "ik-obj-version" if self.version.is_none() => {
                    self.version = Some(decode_value(value));
                }
                "ik-sanitizeSvg" => self.sanitize_svg |= value == "true",
                _ => {}
            }
        }
        Ok(chain)
    }
}

/// The path of an asset as a reference; also for `di`, where the leading slash is optional.
pub(crate) fn asset_at(path: &str) -> Option<AssetRef> {
    let segments: Vec<Cow<'_, str>> =
        path.trim_start_matches('/').split('/').map(Cow::Borrowed).collect();
    asset(&segments)
}

/// Whether a text of a client is a whole URL of the web, without a user's name in it.
pub(crate) fn is_web_address(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    is_web && uri.authority().is_some_and(|it| !it.host().is_empty() && !it.as_str().contains('@'))
}

/// Name and value of every parameter, as received.
pub(crate) fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The text of a `tr:` segment. Some clients encode the colon.
pub(crate) fn transformation(raw: &str) -> Option<&str> {
    ["tr:", "tr%3A", "tr%3a"].iter().find_map(|prefix| raw.strip_prefix(prefix))
}

/// Percent-decoded once; `None` for what is no segment of a path.
fn decode(raw: &str) -> Option<Cow<'_, str>> {
    let text = percent_decode_str(raw).decode_utf8().ok()?;
    (!text.is_empty() && !text.contains('/')).then_some(text)
}

/// The value of a parameter, decoded once; in a query `+` is a blank.
pub(crate) fn decode_value(raw: &str) -> String {
    let spaced = raw.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// Takes a trailing `ik-thumbnail.jpg` that stands behind a file.
fn take_thumbnail(segments: &mut Vec<Cow<'_, str>>) -> bool {
    let [.., file, last] = segments.as_slice() else { return false };
    // A folder has no extension: there the name is that of an ordinary file.
    if last != "ik-thumbnail.jpg" || !file.contains('.') {
        return false;
    }
    segments.pop();
    true
}

/// `ik-seo/<name without extension>/<any>.<ext>` becomes `<name>.<ext>`.
fn take_seo(segments: &mut Vec<Cow<'_, str>>) -> Result<(), UrlError> {
    // At the end it is the name of an ordinary file.
    let folders = &segments[..segments.len().saturating_sub(1)];
    let Some(place) = folders.iter().position(|segment| segment == "ik-seo") else {
        return Ok(());
    };
    // At least the name and the words behind it.
    if segments.len() < place + 3 {
        return Err(UrlError::Path);
    }
    let words = segments.pop().ok_or(UrlError::Path)?;
    if let (Some(name), Some((_, extension))) = (segments.last_mut(), words.rsplit_once('.')) {
        *name = Cow::Owned(format!("{name}.{extension}"));
    }
    segments.remove(place);
    Ok(())
}

fn asset(segments: &[Cow<'_, str>]) -> Option<AssetRef> {
    let (name, folders) = segments.split_last()?;
    let mut folder = FolderPath::root();
    for segment in folders {
        folder = folder.join(segment).ok()?;
    }
    Some(AssetRef::At(folder, Name::parse(name).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `/folder/name` and what else the URL says.
    fn show(url: &DeliveryUrl) -> String {
        let AssetRef::At(folder, name) = &url.file else { return String::new() };
        let mut words =
            vec![format!("{}/{}", folder.as_str().trim_end_matches('/'), name.as_str())];
        words.extend(url.chain.steps.iter().map(|items| format!("{items:?}")));
        let flags = [
            (url.is_still, "still"),
            (url.is_attachment, "attachment"),
            (url.sanitize_svg, "sanitize"),
        ];
        words.extend(flags.iter().filter(|(is_so, _)| *is_so).map(|(_, word)| (*word).to_owned()));
        let values = [(&url.attachment_name, "as"), (&url.version, "version")];
        words.extend(
            values.iter().filter_map(|(value, word)| Some(format!("{word}={}", value.as_ref()?))),
        );
        let text = words.join(" ");
        text.replace("Pair { key: ", "")
            .replace(", value: ", "=")
            .replace(" }", "")
            .replace('"', "")
    }

    fn read(target: &str) -> Result<DeliveryUrl, UrlError> {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        DeliveryUrl::parse(Target::parse(path, query).ok_or(UrlError::Path)?)
    }

    #[track_caller]
    fn check(target: &str, expected: &str) {
        assert_eq!(show(&read(target).expect(target)), expected, "{target}");
    }

    #[track_caller]
    fn check_missing(target: &str) {
        assert_eq!(read(target), Err(UrlError::Path), "{target}");
    }

    #[test]
    fn the_transformation_may_stand_anywhere() {
        check("/demo/a.jpg", "/a.jpg");
        check("/demo/img/b/a.jpg", "/img/b/a.jpg");
        check("/demo/tr:w-300/img/a.jpg", "/img/a.jpg [w=300]");
        check("/demo/img/tr:w-300/a.jpg", "/img/a.jpg [w=300]");
        check("/demo/tr%3Aw-300%2Ch-2/a.jpg", "/a.jpg [w=300, h=2]");
        check(
            "/demo/tr:h-300,w-400:rt-90/default-image.jpg",
            "/default-image.jpg [h=300, w=400] [rt=90]",
        );
        check("/demo/a.jpg?tr=h-300%2Cw-400%3Art-90", "/a.jpg [h=300, w=400] [rt=90]");
        check("/demo/a.jpg?tr=h-300,w-400:rt-90", "/a.jpg [h=300, w=400] [rt=90]");
        check("/demo/a.jpg?v=1&tr=w-1&tr=w-2", "/a.jpg [w=1]");
        check("/demo/tr:w-1/tr:h-2/a.jpg", "/a.jpg [w=1] [h=2]");
        check("/demo/tr:w-1/a.jpg?tr=h-2", "/a.jpg [w=1]");
        check("/demo/tr:/a.jpg?tr=h-2", "/a.jpg");
    }

    #[test]
    fn names_are_decoded_once() {
        check("/demo/%C3%A9%20x.jpg", "/é x.jpg");
        check("/demo/a+b.jpg", "/a+b.jpg");
        check("/demo/a%2541.jpg", "/a%41.jpg");
    }

    #[test]
    fn words_for_search_engines_are_dropped() {
        check("/demo/ik-seo/a/fine-words.jpg", "/a.jpg");
        check("/demo/img/ik-seo/a/fine-words.jpg", "/img/a.jpg");
        check("/demo/ik-seo/img/a/fine.words.jpg", "/img/a.jpg");
        check("/demo/tr:w-9/img/ik-seo/b/a/x.webp", "/img/b/a.webp [w=9]");
        check("/demo/img/ik-seo", "/img/ik-seo");
        check_missing("/demo/ik-seo/a.jpg");
        check_missing("/demo/ik-seo/");
    }

    #[test]
    fn a_still_is_asked_for_behind_the_file() {
        check("/demo/a.gif/ik-thumbnail.jpg?tr=pg-2", "/a.gif [pg=2] still");
        check("/demo/folder/ik-thumbnail.jpg", "/folder/ik-thumbnail.jpg");
        check("/demo/ik-thumbnail.jpg", "/ik-thumbnail.jpg");
    }

    #[test]
    fn the_query_says_how_to_hand_it_over() {
        check("/demo/a.jpg?ik-attachment=true", "/a.jpg attachment");
        check("/demo/a.jpg?ik-attachment=yes", "/a.jpg");
        check(
            "/demo/a.jpg?ik-attachment=true&ik-attachment-filename=b+c%22.jpg",
            "/a.jpg attachment as=b c.jpg",
        );
        check("/demo/a.jpg?ik-obj-version=abc&ik-obj-version=def", "/a.jpg version=abc");
        check("/demo/a.svg?ik-sanitizeSvg=true", "/a.svg sanitize");
        check("/demo/a.jpg?updatedAt=1&ik-sdk-version=python-3", "/a.jpg");
    }

    #[test]
    fn traversal_reaches_no_file() {
        for target in [
            "/demo/",
            "/demo",
            "/",
            "//a.jpg",
            "/demo//a.jpg",
            "/demo/a//b.jpg",
            "/demo/../a.jpg",
            "/demo/./a.jpg",
            "/demo/%2e%2e/a.jpg",
            "/demo/%2e%2e%2fa.jpg",
            "/demo/..%5ca.jpg",
            "/demo/a%00.jpg",
            "/demo/a%0d%0a.jpg",
            "/demo/a/",
            "/demo/%c0%ae%c0%ae/a.jpg",
            "/demo/%E2%80%AEa.jpg",
            "/demo/tr:w-1/",
            "/demo/%2fetc%2fpasswd",
        ] {
            check_missing(target);
        }
        check("/demo/%252e%252e/a.jpg", "/%2e%2e/a.jpg");
    }

    #[test]
    fn web_addresses_have_a_scheme_and_a_host() {
        for fine in ["https://a.example", "http://127.0.0.1:8080/x?y=z", "HTTPS://A.EXAMPLE/"] {
            assert!(is_web_address(fine), "{fine}");
        }
        for other in [
            "",
            "a.example",
            "/x",
            "ftp://a.example",
            "https://",
            "https://u:p@a.example/",
            "javascript:alert(1)",
            "https://a b",
            "http:///x",
        ] {
            assert!(!is_web_address(other), "{other}");
        }
    }

    #[test]
    fn a_default_image_has_a_path_of_its_own() {
        assert_eq!(asset_at("/a/b.jpg"), asset_at("a/b.jpg"));
        assert!(asset_at("b.jpg").is_some());
        assert_eq!(asset_at(""), None);
        assert_eq!(asset_at("a/../b.jpg"), None);
        assert_eq!(asset_at("a//b.jpg"), None);
    }

    proptest! {
        #[test]
        fn never_panics(target in "/[ -~é]{0,120}") {
            let _ = read(&target);
        }

        #[test]
        fn never_leaves_the_library(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "/", "..", ".", "%2e", "%2f", "%5c", "a", "tr:w-1", "ik-seo", "ik-thumbnail.jpg", "x.jpg", "%00", "?",
                    "&", "tr=", "%",
                ]),
                0..20,
            )
        ) {
            if let Ok(DeliveryUrl { file: AssetRef::At(folder, name), .. }) = read(&format!("/demo/{}", pieces.concat())) {
                prop_assert!(folder.segments().chain([name.as_str()]).all(|s| s != ".." && s != "." && !s.contains(['/', '\\', '\0'])));
            }
        }
    }
}
