//! What a stored file may do in a browser that opens it: nothing, if it is more than a picture.

use http::HeaderValue;

/// A vector graphic shows itself: its own styles and embedded pictures, no scripts, no other files.
const SVG: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/// An origin of its own and no scripts.
const ACTIVE: &str = "sandbox";

/// The `Content-Security-Policy` of a delivered type, `None` for types that browsers do not run.
///
/// Only known inert types go without: somebody will teach browsers to run another type, and to a file that is only
/// saved the header does nothing. PDF counts as inert: viewers run its scripts, if at all, in a world of their
/// own, and a sandbox only keeps them from opening it.
pub(super) fn content_policy(mime: &str) -> Option<HeaderValue> {
    let essence = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "image/svg+xml" {
        return Some(HeaderValue::from_static(SVG));
    }
    let is_inert = match essence.split_once('/') {
        Some(("image" | "audio" | "video" | "font", subtype)) => !subtype.ends_with("xml"),
        Some(("text", subtype)) => matches!(subtype, "plain" | "csv"),
        Some(("application", subtype)) => {
            matches!(subtype, "octet-stream" | "json" | "pdf" | "zip" | "gzip")
        }
        _ => false,
    };
    (!is_inert).then(|| HeaderValue::from_static(ACTIVE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_graphics_only_show_themselves() {
        check("image/svg+xml", Some(SVG));
        check("image/SVG+XML; charset=utf-8", Some(SVG));
    }

    #[test]
    fn active_types_are_locked_in() {
        for mime in [
            "text/html",
            "Text/HTML; charset=utf-8",
            "application/xhtml+xml",
            "text/xml",
            "application/xml",
            "application/rss+xml",
            "text/xsl",
            "text/javascript",
            "application/javascript",
            "application/ecmascript",
            "application/wasm",
            "multipart/related",
            "message/rfc822",
            "application/x-shockwave-flash",
            "image/x+xml",
            "application/vnd.something-new",
            "",
            "nonsense",
        ] {
            check(mime, Some(ACTIVE));
        }
    }

    #[test]
    fn inert_types_need_none() {
        for mime in [
            "image/jpeg",
            "image/webp",
            "video/mp4",
            "audio/mpeg",
            "font/woff2",
            "text/plain",
            "text/plain; charset=utf-8",
            "text/csv",
            "application/octet-stream",
            "application/json",
            "application/pdf",
            "application/zip",
        ] {
            check(mime, None);
        }
    }

    #[test]
    fn no_policy_allows_scripts() {
        for policy in [SVG, ACTIVE] {
            assert!(policy.ends_with("sandbox"), "{policy}");
        }
    }

    #[track_caller]
    fn check(mime: &str, expected: Option<&str>) {
        let policy = content_policy(mime);
        assert_eq!(policy.as_ref().map(|value| value.to_str().unwrap()), expected, "{mime:?}");
    }
}
