//! Which image formats a client asks for by name.

use http::{HeaderMap, header};
use library::Accepts;

/// What the `Accept` headers name with a weight above zero. Wildcards (`*/*`, `image/*`) name nothing: every HTTP
/// library sends them, whether or not it can show WebP.
pub fn accepts(headers: &HeaderMap) -> Accepts {
    let mut accepts = Accepts::default();
    for value in headers.get_all(header::ACCEPT) {
        note(&mut accepts, value.as_bytes());
    }
    accepts
}

/// Adds what one `Accept` line names. Allocates nothing: it runs on every hit of the hot cache.
pub(crate) fn note(accepts: &mut Accepts, line: &[u8]) {
    for element in line.split(|byte| *byte == b',') {
        let mut pieces = element.split(|byte| *byte == b';');
        let name = pieces.next().unwrap_or_default().trim_ascii();
        let wanted = if name.eq_ignore_ascii_case(b"image/webp") {
            &mut accepts.webp
        } else if name.eq_ignore_ascii_case(b"image/avif") {
            &mut accepts.avif
        } else {
            continue;
        };
        *wanted |= pieces.all(is_positive);
    }
}

/// Whether a parameter lets its element count: anything but a `q` of zero or of nonsense.
fn is_positive(parameter: &[u8]) -> bool {
    match parameter.trim_ascii() {
        [b'q' | b'Q', b'=', weight @ ..] => {
            weight.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
                && weight.iter().any(|byte| matches!(byte, b'1'..=b'9'))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formats_count_when_named() {
        const CHROME: &str = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
        check(&[], "");
        check(&[""], "");
        check(&["*/*"], "");
        check(&["image/*"], "");
        check(&[CHROME], "webp avif");
        check(&["image/webp"], "webp");
        check(&["image/webp,*/*"], "webp");
        check(&["IMAGE/WebP"], "webp");
        check(&["image/png , image/avif ;q=0.5"], "avif");
        check(&["image/png", "image/webp"], "webp");
        check(&["image/webp;q=0"], "");
        check(&["image/webp;q=0.000"], "");
        check(&["image/webp;q=0.001"], "webp");
        check(&["image/webp; Q=0"], "");
        check(&["image/webp;q=-1"], "");
        check(&["image/webp;q=high"], "");
        check(&["image/webp;level=1"], "webp");
        check(&["image/webp2"], "");
        check(&["ximage/webp"], "");
        check(&["image/webp;q=0,image/webp"], "webp");
    }

    #[track_caller]
    fn check(lines: &[&str], expected: &str) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::ACCEPT, HeaderValue::from_str(line).unwrap());
        }
        let accepts = accepts(&headers);
        let named: Vec<_> = [(accepts.webp, "webp"), (accepts.avif, "avif")]
            .into_iter()
            .filter_map(|(is_named, name)| is_named.then_some(name))
            .collect();
        assert_eq!(named.join(" "), expected, "{lines:?}");
    }

    proptest! {
        #[test]
        fn any_line_is_read(line in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut accepts = Accepts::default();
            note(&mut accepts, &line);
            prop_assert!(!accepts.webp || line.to_ascii_lowercase().windows(10).any(|w| w == b"image/webp"));
        }
    }
}
