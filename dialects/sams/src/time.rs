//! Moments as documents have them: whole seconds, UTC, an offset without a colon.

use library::Millis;
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

const FORMAT: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]+0000");

/// `2026-11-20T20:26:32+0000`
pub(crate) fn moment(millis: Millis) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(millis.div_euclid(1000));
    moment.ok().and_then(|moment| moment.format(FORMAT).ok()).unwrap_or_default()
}

/// Milliseconds since 1970.
pub(crate) fn now() -> Millis {
    Millis::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_whole_seconds() {
        assert_eq!(moment(0), "1970-01-01T00:00:00+0000");
        assert_eq!(moment(1_655_379_249_999), "2022-06-16T11:34:09+0000");
    }
}
