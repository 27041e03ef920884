//! The head of an answer: what is said about the bytes.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{Extra, Validators, content_disposition, content_policy::content_policy};
use crate::cors::allow_any_origin;

/// What search engines may do with an answer.
pub const X_ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");
pub(crate) const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");

/// What a head is made from: plain values, so that it can be made without a library.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    pub(super) mime: &'a str,
    pub(super) validators: &'a Validators,
    /// Needed a signature or key.
    pub(super) is_private: bool,
    /// Depends on `Accept`.
    pub(super) is_negotiated: bool,
    /// Parts of it may be asked for.
    pub(super) has_ranges: bool,
}

/// All but `Content-Length`, which may not be known yet.
pub(super) fn of(facts: &Facts<'_>, extra: &Extra) -> HeaderMap {
    let cache_control =
        if facts.is_private { extra.private_cache_control } else { extra.public_cache_control };
    // Room for the length, a range and what the server adds, so that nothing has to move.
    let mut head = HeaderMap::with_capacity(16);
    let mime = HeaderValue::from_str(facts.mime)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    head.insert(header::CONTENT_TYPE, mime);
    head.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    head.insert(header::ETAG, facts.validators.etag.clone());
    head.insert(header::LAST_MODIFIED, facts.validators.last_modified.clone());
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
    if facts.is_negotiated {
        head.insert(header::VARY, HeaderValue::from_static("Accept"));
    }
    if facts.has_ranges {
        head.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    }
    if extra.cors {
        allow_any_origin(&mut head);
        head.insert(TIMING_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    if let Some(name) = &extra.attachment {
        head.insert(header::CONTENT_DISPOSITION, content_disposition(name));
    }
    if let Some(policy) = content_policy(facts.mime) {
        head.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    head
}

/// What a client hears again on a 304: by what the answer is recognised, how long it keeps, who may use it, and what a
/// dialect says with whatever it answers. All else it has kept with the bytes (RFC 9110 section 15.4.5).
const KEPT_ON_304: [HeaderName; 10] = [
    header::X_CONTENT_TYPE_OPTIONS,
    header::X_FRAME_OPTIONS,
    X_ROBOTS_TAG,
    header::CONTENT_SECURITY_POLICY,
    header::ETAG,
    header::LAST_MODIFIED,
    header::CACHE_CONTROL,
    header::VARY,
    header::ACCESS_CONTROL_ALLOW_ORIGIN,
    TIMING_ALLOW_ORIGIN,
];

/// The head of the 304 that goes with the head of a 200.
pub(crate) fn for_304(head: &HeaderMap) -> HeaderMap {
    let kept = KEPT_ON_304;
    kept.into_iter()
        .filter_map(|name| head.get(&name).cloned().map(|value| (name, value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURE: &[&str] = &[
        "cache-control: public, max-age=9",
        "content-type: image/jpeg",
        "etag: \"abc\"",
        "last-modified: Sun, 06 Nov 1994 08:49:37 GMT",
        "x-content-type-options: nosniff",
    ];

    #[test]
    fn a_picture_has_the_basics() {
        check(|_, _| {}, PICTURE, &[]);
    }

    #[test]
    fn each_fact_has_its_header() {
        check(|facts, _| facts.is_negotiated = true, PICTURE, &["vary: Accept"]);
        check(|facts, _| facts.has_ranges = true, PICTURE, &["accept-ranges: bytes"]);
        check(
            |_, extra| extra.cors = true,
            PICTURE,
            &["access-control-allow-origin: *", "timing-allow-origin: *"],
        );
        check(
            |_, extra| extra.attachment = Some("cat.jpg".into()),
            PICTURE,
            &["content-disposition: attachment; filename=\"cat.jpg\""],
        );
    }

    #[test]
    fn private_answers_have_their_own_rule() {
        check(
            |facts, _| facts.is_private = true,
            &PICTURE[1..],
            &["cache-control: private, no-store"],
        );
    }

    #[test]
    fn active_types_come_with_a_policy() {
        check(
            |facts, _| facts.mime = "text/html",
            &[PICTURE[0], PICTURE[2], PICTURE[3], PICTURE[4]],
            &["content-security-policy: sandbox", "content-type: text/html"],
        );
    }

    #[test]
    fn a_type_that_is_no_header_value_is_inert_and_locked_in() {
        check(
            |facts, _| facts.mime = "text/html\r\nx: y",
            &[PICTURE[0], PICTURE[2], PICTURE[3], PICTURE[4]],
            &["content-security-policy: sandbox", "content-type: application/octet-stream"],
        );
    }

    #[test]
    fn a_304_repeats_validators_and_cache_rules_only() {
        let validators = Validators::new("abc", 784_111_777_000);
        let facts = Facts {
            mime: "image/svg+xml",
            validators: &validators,
            is_private: false,
            is_negotiated: true,
            has_ranges: true,
        };
        let extra = Extra { attachment: Some("a.svg".into()), cors: true, ..Extra::default() };
        let head = of(&facts, &extra);
        let kept = for_304(&head);
        for (name, value) in &kept {
            assert_eq!(head.get(name), Some(value));
        }
        assert_eq!(
            names(&kept),
            [
                "access-control-allow-origin",
                "cache-control",
                "content-security-policy",
                "etag",
                "last-modified",
                "timing-allow-origin",
                "vary",
                "x-content-type-options"
            ]
        );
    }

    fn names(head: &HeaderMap) -> Vec<&str> {
        let mut names: Vec<_> = head.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Facts<'_>, &mut Extra), basics: &[&str], more: &[&str]) {
        let validators = Validators::new("abc", 784_111_777_000);
        let mut facts = Facts {
            mime: "image/jpeg",
            validators: &validators,
            is_private: false,
            is_negotiated: false,
            has_ranges: false,
        };
        let mut extra = Extra { public_cache_control: "public, max-age=9", ..Extra::default() };
        change(&mut facts, &mut extra);
        let mut lines: Vec<_> = of(&facts, &extra)
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        lines.sort();
        let mut expected = [basics, more].concat();
        expected.sort_unstable();
        assert_eq!(lines, expected);
    }
}
