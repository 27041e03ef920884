use proptest::prelude::*;

use super::*;

mod urls;

const KEY: &[u8] = b"private_key_test";
const NOW: u64 = 1_600_000_000;

fn verdict(rest: &str, query: &str) -> Verdict {
    let target = Target { tenant: "demo", rest, query: (!query.is_empty()).then_some(query) };
    verify(target, [b"another key".as_slice(), KEY].into_iter(), NOW)
}

#[track_caller]
fn check(rest: &str, query: &str, expected: Verdict) {
    assert_eq!(verdict(rest, query), expected, "{rest}?{query}");
}

/// The worked examples of the SDKs: 3.2.0, 4.2.0 and 5.11.0.
#[test]
fn signatures_of_the_sdks_are_valid() {
    for (rest, query) in [
        (
            "tr:h-300,w-400/default-image.jpg",
            "p1=123&p2=345&ik-t=1700000300&ik-s=cb83d6078efec7bc0ec5784b0f7ceec79f1df68c",
        ),
        (
            "tr:h-300,w-400/default-image.jpg",
            "ik-s=cb83d6078efec7bc0ec5784b0f7ceec79f1df68c&p1=123&ik-t=1700000300&p2=345",
        ),
        ("default-image.jpg", "ik-s=c86f61bcf1fb5f7a123cd3dbcc89bc5658923ace"),
        ("default-image.jpg", "ik-t=9999999999&ik-s=c86f61bcf1fb5f7a123cd3dbcc89bc5658923ace"),
        ("default-image.jpg", "tr=h-300%2Cw-400&ik-s=a4814a4bc84d46d47d223bcbf2cf0a9eb433aa5b"),
        (
            "default-image.jpg",
            "tr=h-300,w-400&ik-t=1700000300&ik-s=b3e6b29f2694ad113685ba84dc0c83107b8e62e1",
        ),
        ("a.jpg", "tr=h-300&ik-s=b0ae3be65f924480724d914c3f8d2cb2ece4147e"),
        // 3.2.0 signed the raw name, its HTTP client encoded it.
        ("folder/%C3%A9%20x.jpg", "ik-s=f46cc3afe451ba65476169224553c9fb79dce9fb"),
        ("folder/%C3%A9%20x.jpg", "ik-s=09b6cd7ac39f54e74bcaa1a31d7f2587f6c9cc5e"),
        ("folder/a%20b.jpg", "ik-s=c6679ec5c554d9d1c133ed3f5673d3d306d8331b"),
        // Signed encoded, sent raw.
        ("folder/é x.jpg", "ik-s=09b6cd7ac39f54e74bcaa1a31d7f2587f6c9cc5e"),
    ] {
        check(rest, query, Verdict::Valid);
    }
}

/// Encoded in part when it was signed, and in whole when it is sent.
#[test]
fn what_clients_encode_on_the_way_was_signed() {
    for target in [urls::PYTHON_5, urls::NODE_7, urls::PYTHON_3].concat() {
        let (rest, query) = target.split_once('?').unwrap();
        check(rest, query, Verdict::Valid);
        let altered = rest.replacen("k6", "k7", 1);
        check(&altered, query, Verdict::Wrong);
    }
}

/// Signed one way, sent in another that means something else.
#[test]
fn a_signature_opens_nothing_else() {
    for (signed, sent) in [
        // Two items become one, and the blur is gone.
        ("tr:bl-90,w-100,q-50/F/p.png", "tr:bl-90%2Cw-100,q-50/F/p.png"),
        ("tr:w-100,bl-90:rt-90/p.png", "tr:w-100%2Cbl-90:rt-90/p.png"),
        ("tr:w-100,bl-90:rt-90/p.png", "tr%3Aw-100%2Cbl-90:rt-90/p.png"),
        ("tr:l-image,i-wm.png,l-end,w-300/p.png", "tr:l-image%2Ci-wm.png%2Cl-end,w-300/p.png"),
        // One item becomes two.
        ("tr:ot-a%2Cbl-1,w-2/p.png", "tr:ot-a,bl-1,w-2/p.png"),
        ("p.png?tr=ot-a%2Cbl-1,w-2", "p.png?tr=ot-a,bl-1,w-2"),
        ("p.png?tr=bl-90,w-100,q-50", "p.png?tr=bl-90%2Cw-100,q-50"),
        // A transformation becomes a folder, a query a name, a folder an endpoint.
        ("tr:w-1/p.png", "%74r:w-1/p.png"),
        ("p.png?tr=w-1", "p.png%3Ftr=w-1"),
        ("p.png?ik-attachment=true", "p.png?ik%2Dattachment=true"),
        ("shop/p.png", "%73hop/p.png"),
        ("a/p.png", "a%2Fp.png"),
        ("a%2Cb.png", "a%252Cb.png"),
        ("p.png?v=a b", "p.png?v=a+b"),
        ("p.png?v=a%2Bb", "p.png?v=a+b"),
    ] {
        let signature = hmac_sha1_hex(KEY, &[signed.as_bytes(), NEVER.as_bytes()]);
        let (rest, query) = sent.split_once('?').unwrap_or((sent, ""));
        check(rest, &format!("{query}&ik-s={signature}"), Verdict::Wrong);
    }
}

/// Signed one way, sent in another that means the same.
#[test]
fn a_signature_is_for_every_encoding_of_the_same() {
    for (signed, sent) in [
        ("tr:w-1,h-2:rt-90/a b.png", "tr%3Aw-1%2Ch-2%3Art-90/a%20b.png"),
        ("tr:w-1,h-2/a b.png", "tr:w-1%2Ch-2/a%20b.png"),
        ("a (1),b.png", "a%20%281%29%2Cb.png"),
        ("a%20(1).png", "a%20%281%29.png"),
        ("%C3%A9.png", "%c3%a9.png"),
        ("a.png", "%61.png"),
    ] {
        let signature = hmac_sha1_hex(KEY, &[signed.as_bytes(), NEVER.as_bytes()]);
        check(sent, &format!("ik-s={signature}"), Verdict::Valid);
    }
}

/// Text and moment are signed without anything between them.
#[test]
fn digits_cannot_move_between_text_and_moment() {
    let signature = hmac_sha1_hex(KEY, &[b"a.jpg?tr=w-100", b"1700000300"]);
    check("a.jpg", &format!("tr=w-100&ik-t=1700000300&ik-s={signature}"), Verdict::Valid);
    check("a.jpg", &format!("tr=w-10&ik-t=01700000300&ik-s={signature}"), Verdict::Wrong);
    let signature = hmac_sha1_hex(KEY, &[b"a.jpg?v=1", b"1700000300"]);
    check("a.jpg", &format!("v=&ik-t=11700000300&ik-s={signature}"), Verdict::Wrong);
}

#[test]
fn whatever_is_altered_is_wrong() {
    const SIGNATURE: &str = "b3e6b29f2694ad113685ba84dc0c83107b8e62e1";
    let query = |signature: &str| format!("tr=h-300,w-400&ik-t=1700000300&ik-s={signature}");
    check("default-image.jpg", &query(SIGNATURE), Verdict::Valid);
    check("default-image.jpg", &query("b3e6b29f2694ad113685ba84dc0c83107b8e62e2"), Verdict::Wrong);
    check("default-image.jpg", &query(&SIGNATURE[..39]), Verdict::Wrong);
    check("default-image.jpg", &query(""), Verdict::Wrong);
    check("default-image.jpg", &query(&SIGNATURE.to_uppercase()), Verdict::Wrong);
    check("default-image.jpg", "ik-s", Verdict::Wrong);
    check("default-image.jpg", &format!("{}&ik-s={SIGNATURE}", query(SIGNATURE)), Verdict::Wrong);
    check("default-image.jpg", &format!("{}&ik-s=0", query(SIGNATURE)), Verdict::Wrong);
    check("default-image.jpg", &format!("{}&x=1", query(SIGNATURE)), Verdict::Wrong);
    check("other-image.jpg", &query(SIGNATURE), Verdict::Wrong);
    check("tr:w-1/default-image.jpg", &query(SIGNATURE), Verdict::Wrong);
    check(
        "default-image.jpg",
        &format!("tr=h-300,w-401&ik-t=1700000300&ik-s={SIGNATURE}"),
        Verdict::Wrong,
    );
    check(
        "default-image.jpg",
        &format!("tr=h-300%2Cw-400&ik-t=1700000300&ik-s={SIGNATURE}"),
        Verdict::Wrong,
    );
    check(
        "default-image.jpg",
        &format!("tr=h-300,w-400&ik-t=1700000301&ik-s={SIGNATURE}"),
        Verdict::Wrong,
    );
    check("default-image.jpg", &format!("tr=h-300,w-400&ik-s={SIGNATURE}"), Verdict::Wrong);
}

#[test]
fn the_order_of_the_query_is_signed() {
    let signature = "cb83d6078efec7bc0ec5784b0f7ceec79f1df68c";
    check(
        "tr:h-300,w-400/default-image.jpg",
        &format!("p2=345&p1=123&ik-t=1700000300&ik-s={signature}"),
        Verdict::Wrong,
    );
}

#[test]
fn moments_are_plain_numbers_ahead() {
    for moment in [
        "1",
        "1600000000",
        "-1",
        "+1700000300",
        "abc",
        "",
        "1e12",
        "99999999999999999999999",
        "1700000300.5",
    ] {
        let signature = hmac_sha1_hex(KEY, &[b"a.jpg", moment.as_bytes()]);
        check("a.jpg", &format!("ik-t={moment}&ik-s={signature}"), Verdict::Wrong);
    }
    let signature = hmac_sha1_hex(KEY, &[b"a.jpg", b"1600000001"]);
    check("a.jpg", &format!("ik-t=1600000001&ik-s={signature}"), Verdict::Valid);
    check("a.jpg", &format!("ik-t=1600000001&ik-t=1600000001&ik-s={signature}"), Verdict::Wrong);
}

#[test]
fn without_a_signature_a_moment_is_ignored() {
    check("a.jpg", "", Verdict::Unsigned);
    check("a.jpg", "ik-t=1", Verdict::Unsigned);
    check("a.jpg", "tr=w-1", Verdict::Unsigned);
}

#[test]
fn without_keys_nothing_is_valid() {
    let target = Target { tenant: "demo", rest: "a.jpg", query: Some("ik-s=00") };
    assert_eq!(verify(target, std::iter::empty(), NOW), Verdict::Wrong);
}

proptest! {
    #[test]
    fn never_panics_and_never_believes(rest in ".{0,60}", query in "[ -~]{0,60}") {
        let target = Target { tenant: "demo", rest: &rest, query: Some(&query) };
        prop_assert_ne!(verify(target, [KEY].into_iter(), NOW), Verdict::Valid);
    }
}
