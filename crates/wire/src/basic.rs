//! HTTP Basic, as far as vendors use it: the user name is a key, the password is ignored.

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use http::{HeaderMap, header};

/// There is an `Authorization` header, but not one that Basic can be read from: another scheme, broken base64, no
/// colon, no UTF-8, or several of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the Authorization header is not HTTP Basic")]
pub struct Malformed;

/// Some clients leave the padding away.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The user name; `None` if there is no `Authorization` header. It may be empty, and it is a secret: never log it.
/// The password is whatever follows the first colon, and nobody looks at it.
pub fn user(headers: &HeaderMap) -> Option<Result<String, Malformed>> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let line = lines.next()?;
    // Which of two is meant cannot be told.
    if lines.next().is_some() {
        return Some(Err(Malformed));
    }
    Some(user_of(line.as_bytes()).ok_or(Malformed))
}

fn user_of(line: &[u8]) -> Option<String> {
    const SCHEME: &[u8] = b"basic ";
    let (scheme, credentials) = line.split_at_checked(SCHEME.len())?;
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return None;
    }
    let mut pair = BASE64.decode(credentials.trim_ascii()).ok()?;
    let colon = pair.iter().position(|byte| *byte == b':')?;
    pair.truncate(colon);
    String::from_utf8(pair).ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_user_name_is_read_and_the_password_ignored() {
        check("Basic cHJpdmF0ZV9rZXk6", Ok("private_key"));
        check("Basic cHJpdmF0ZV9rZXk6ZG9fbm90X3NldA==", Ok("private_key"));
        check("basic cHJpdmF0ZV9rZXk6ZG9fbm90X3NldA", Ok("private_key"));
        check("BASIC   cHJpdmF0ZV9rZXk6 ", Ok("private_key"));
        check("Basic a2V5OmE6Yjpj", Ok("key"));
        check("Basic a2V5Ov8=", Ok("key"));
        check("Basic OnBhc3N3b3Jk", Ok(""));
        check("Basic w7xzZXI6", Ok("üser"));
    }

    #[test]
    fn what_is_no_basic_is_malformed() {
        check("", Err(Malformed));
        check("Basic", Err(Malformed));
        check("Basic ", Err(Malformed));
        check("Basic %%%%", Err(Malformed));
        check("Basic cHJpdmF0ZV9rZXk", Err(Malformed)); // no colon
        check("Basic /zo=", Err(Malformed)); // no UTF-8 before the colon
        check("Basic cHJpdmF0 ZV9rZXk6", Err(Malformed));
        check("Bearer cHJpdmF0ZV9rZXk6", Err(Malformed));
        check("Basiccc cHJpdmF0ZV9rZXk6", Err(Malformed));
    }

    #[test]
    fn no_header_is_not_a_malformed_one() {
        assert_eq!(user(&HeaderMap::new()), None);
    }

    #[test]
    fn two_headers_are_malformed() {
        let mut headers = HeaderMap::new();
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Basic YTo="));
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Basic Yjo="));
        assert_eq!(user(&headers), Some(Err(Malformed)));
    }

    #[track_caller]
    fn check(line: &'static str, expected: Result<&str, Malformed>) {
        let headers =
            HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(line))]);
        assert_eq!(user(&headers), Some(expected.map(str::to_owned)), "{line:?}");
    }

    proptest! {
        #[test]
        fn any_line_is_read(line in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = user_of(&line);
            let _ = user_of(&[b"Basic ".as_slice(), &line].concat());
        }

        #[test]
        fn what_was_encoded_is_read_back(name in "[^:]{0,40}", password in ".{0,40}") {
            let line = format!("Basic {}", BASE64.encode(format!("{name}:{password}")));
            prop_assert_eq!(user_of(line.as_bytes()), Some(name));
        }
    }
}
