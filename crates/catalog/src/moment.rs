//! Moments as people write them.

use time::{Date, Month};

use crate::Millis;

/// Reads a date or a moment in ISO 8601: `2024-05-06`, `2024-05-06T07:08`, `2024-05-06T07:08:09.123+02:00`. A blank may
/// stand for the `T`. A date is its midnight; without an offset it is UTC. `None`: the text is nothing of the kind.
pub fn parse_moment(text: &str) -> Option<Millis> {
    let (date, clock) = match text.split_at_checked(10)? {
        (date, "") => (date, None),
        (date, rest) => (date, Some(rest.strip_prefix(['T', 't', ' '])?)),
    };
    let mut millis = midnight(date)?;
    if let Some(clock) = clock {
        let (clock, offset) = split_offset(clock)?;
        millis += time_of_day(clock)? - offset;
    }
    Some(millis)
}

fn midnight(text: &str) -> Option<Millis> {
    let mut parts = text.split('-');
    let (year, month, day) =
        (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?);
    let midnight = date.ok().filter(|_| parts.next().is_none())?.midnight();
    Some(midnight.assume_utc().unix_timestamp() * 1000)
}

/// The clock, and the offset from UTC in milliseconds.
fn split_offset(text: &str) -> Option<(&str, Millis)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, 0));
    };
    let (clock, offset) = text.split_at(at);
    let (sign, offset) = offset.split_at(1);
    let (hours, minutes) = match offset.split_once(':') {
        Some(parts) => parts,
        None => offset.split_at_checked(2)?,
    };
    let minutes = if minutes.is_empty() { 0 } else { below(digits(minutes, 2)?, 60)? };
    let millis = (below(digits(hours, 2)?, 24)? * 60 + minutes) * 60_000;
    Some((clock, if sign == "-" { -millis } else { millis }))
}

/// Milliseconds since midnight of `07:08`, `07:08:09` or `07:08:09.1`.
fn time_of_day(text: &str) -> Option<Millis> {
    let mut parts = text.split(':');
    let hours = below(digits(parts.next()?, 2)?, 24)?;
    let minutes = below(digits(parts.next()?, 2)?, 60)?;
    let millis = parts.next().map_or(Some(0), seconds)?;
    parts.next().is_none().then_some((hours * 60 + minutes) * 60_000 + millis)
}

/// Milliseconds; what is finer is left out.
fn seconds(text: &str) -> Option<Millis> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    let millis: Millis = format!("{:0<3}", fraction.get(..fraction.len().min(3))?).parse().ok()?;
    is_fraction.then_some(below(digits(whole, 2)?, 60)? * 1000 + millis)
}

/// Exactly so many digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let fits = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

fn below(value: i64, limit: i64) -> Option<i64> {
    (value < limit).then_some(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moments_are_read() {
        for (text, expected) in [
            ("1970-01-01", 0),
            ("2020-01-01", 1_577_836_800_000),
            ("2020-01-01T00:00", 1_577_836_800_000),
            ("2020-01-01T01:00:00+01:00", 1_577_836_800_000),
            ("2019-12-31 22:30:00-0130", 1_577_836_800_000),
            ("2020-01-01T01:00:00+01", 1_577_836_800_000),
            ("2020-01-01T00:00:00.5Z", 1_577_836_800_500),
            ("2020-01-01T00:00:00.123456Z", 1_577_836_800_123),
            ("1960-02-29T00:00:00Z", -310_521_600_000),
        ] {
            assert_eq!(parse_moment(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "",
            "2020",
            "2020-1-1",
            "2020-13-01",
            "2021-02-29",
            "2020-01-01T",
            "2020-01-01T24:00",
            "2020-01-01T00:60",
            "2020-01-01T00:00:00.",
            "2020-01-01T00:00:00.1x",
            "2020-01-01T00:00:00+25:00",
            "2020-01-01X00:00",
            "20200101",
            "2020-01-01-",
            "today",
            "日本語日本語",
        ] {
            assert_eq!(parse_moment(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9TZ:+. -]{0,30}|.{0,30}") {
            let _ = parse_moment(&text);
        }
    }
}
