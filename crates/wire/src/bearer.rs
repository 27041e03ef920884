//! `Authorization: Bearer` (RFC 6750), as far as vendors use it: a token that says who asks.

use http::{HeaderMap, header};

/// There is an `Authorization` header, but not one that a token can be read from: another scheme, no token, other
/// characters than visible ASCII, or several of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the Authorization header holds no bearer token")]
pub struct Malformed;

/// The token; `None` if there is no `Authorization` header. It is a secret: never log it.
pub fn token(headers: &HeaderMap) -> Option<Result<&str, Malformed>> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let line = lines.next()?;
    // Which of two is meant cannot be told.
    if lines.next().is_some() {
        return Some(Err(Malformed));
    }
    Some(token_of(line.as_bytes()).ok_or(Malformed))
}

fn token_of(line: &[u8]) -> Option<&str> {
    const SCHEME: &[u8] = b"bearer ";
    let (scheme, token) = line.split_at_checked(SCHEME.len())?;
    let token = token.trim_ascii();
    let is_token = !token.is_empty() && token.iter().all(u8::is_ascii_graphic);
    if !scheme.eq_ignore_ascii_case(SCHEME) || !is_token {
        return None;
    }
    str::from_utf8(token).ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_token_follows_the_scheme() {
        check("Bearer abc", Ok("abc"));
        check("bearer abc", Ok("abc"));
        check("BEARER   a-b.c_d~e+f/g== ", Ok("a-b.c_d~e+f/g=="));
        check("Bearer Bearer", Ok("Bearer"));
    }

    #[test]
    fn what_is_no_bearer_is_malformed() {
        for line in
            ["", "Bearer", "Bearer ", "Bearer  ", "Bearer a b", "Bearerabc", "Basic YTo=", "abc"]
        {
            check(line, Err(Malformed));
        }
    }

    #[test]
    fn no_header_is_not_a_malformed_one_and_two_are() {
        let mut headers = HeaderMap::new();
        assert_eq!(token(&headers), None);
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer a"));
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer a"));
        assert_eq!(token(&headers), Some(Err(Malformed)));
    }

    #[track_caller]
    fn check(line: &'static str, expected: Result<&str, Malformed>) {
        let headers =
            HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(line))]);
        assert_eq!(token(&headers), Some(expected), "{line:?}");
    }

    proptest! {
        #[test]
        fn any_line_is_read(line in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = token_of(&line);
            let _ = token_of(&[b"Bearer ".as_slice(), &line].concat());
        }
    }
}
