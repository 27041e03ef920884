//! Signed delivery URLs.
//!
//! ```text
//! signed    = rest [ "?" query without ik-t and ik-s ] T       T: ik-t, or 9999999999
//! signature = lower-case hex of HMAC-SHA1(private key, signed)
//! ```
//!
//! What a client signed may be spelled otherwise than what arrives; see `spelling`.
//!
//! Nothing parts the text from `T`. Only a moment of ten digits, which lasts until 2286, leaves no doubt where it begins:
//! otherwise what was signed for `?tr=w-100` and a moment would open `?tr=w-10` with the moment behind a `0`.

mod spelling;

use wire::sign::{hmac_sha1_hex, same};

use self::spelling::spellings;
use crate::url::Target;

/// Stands for `ik-t` where there is none.
const NEVER: &str = "9999999999";

/// What a URL's signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There is none. A lone `ik-t` is ignored.
    Unsigned,
    Valid,
    /// Wrong, malformed, given twice, or expired.
    Wrong,
}

/// Checks the signature of a target with every key of the tenant. `now` in Unix seconds.
pub(crate) fn verify<'k>(
    target: Target<'_>,
    secrets: impl Iterator<Item = &'k [u8]>,
    now: u64,
) -> Verdict {
    let signed = Signed::read(target.query.unwrap_or_default());
    let signature = match signed.signatures.as_slice() {
        [] => return Verdict::Unsigned,
        [signature] => *signature,
        _ => return Verdict::Wrong,
    };
    let moment = match signed.moments.as_slice() {
        [] => NEVER,
        [moment] if is_ahead(moment, now) => *moment,
        _ => return Verdict::Wrong,
    };
    let secrets: Vec<&[u8]> = secrets.collect();
    let is_valid = spellings(target.rest, &signed.others).any(|spelling| {
        let text = [spelling.path.as_bytes(), spelling.query.as_bytes(), moment.as_bytes()];
        let fits = secrets.iter().fold(false, |fits, secret| {
            let expected = hmac_sha1_hex(secret, &text);
            fits | same(expected.as_bytes(), signature.as_bytes())
        });
        fits && spelling.says_the_same(target)
    });
    if is_valid { Verdict::Valid } else { Verdict::Wrong }
}

/// The parameters of a query, told apart.
struct Signed<'a> {
    signatures: Vec<&'a str>,
    moments: Vec<&'a str>,
    others: Vec<&'a str>,
}

impl<'a> Signed<'a> {
    fn read(query: &'a str) -> Self {
        let mut signed = Self { signatures: Vec::new(), moments: Vec::new(), others: Vec::new() };
        for pair in query.split('&') {
            match pair.split_once('=').unwrap_or((pair, "")) {
                ("ik-s", value) => signed.signatures.push(value),
                ("ik-t", value) => signed.moments.push(value),
                _ => signed.others.push(pair),
            }
        }
        signed
    }
}

/// A plain decimal number of seconds in the future.
fn is_ahead(moment: &str, now: u64) -> bool {
    let is_decimal = moment.len() == NEVER.len() && moment.bytes().all(|b| b.is_ascii_digit());
    is_decimal && moment.parse::<u64>().is_ok_and(|moment| moment > now)
}

#[cfg(test)]
mod tests;
