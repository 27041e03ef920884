//! When a picture was taken, by its own word.

use plan::probe::{Probe, TagGroup, TagValue};

use crate::{Millis, Taken};

/// When the picture was taken, in milliseconds since 1970: EXIF's `DateTimeOriginal` with its fraction and its offset from
/// UTC. Without an offset the clock of the camera is taken for UTC, as every sorter does.
pub(crate) fn captured(probe: &Probe) -> Option<Millis> {
    let seconds =
        seconds_of(text(probe, "DateTimeOriginal").or_else(|| text(probe, "CreateDate"))?)?;
    let fraction = text(probe, "SubSecTimeOriginal").and_then(thousandths_of).unwrap_or(0);
    let offset = text(probe, "OffsetTimeOriginal").and_then(offset_of).unwrap_or(0);
    Some((seconds - offset) * 1000 + fraction)
}

/// The first of EXIF's moments that can be read, in whole seconds, and the offset that goes with it.
pub(crate) fn taken(probe: &Probe) -> Option<Taken> {
    const MOMENTS: [(&str, &str); 3] = [
        ("DateTimeOriginal", "OffsetTimeOriginal"),
        ("CreateDate", "OffsetTimeDigitized"),
        ("ModifyDate", "OffsetTime"),
    ];
    MOMENTS.iter().find_map(|(moment, offset)| {
        let local = seconds_of(text(probe, moment)?)?;
        let offset = text(probe, offset).or_else(|| text(probe, "OffsetTime")).and_then(offset_of);
        Some(Taken {
            utc: (local - offset.unwrap_or(0)) * 1000,
            local: local * 1000,
            zone: offset.map(zone).unwrap_or_default(),
            source: "meta".to_owned(),
        })
    })
}

/// Year, month and day of a moment.
pub(crate) fn date(moment: Millis) -> (i32, u8, u8) {
    let moment = time::OffsetDateTime::from_unix_timestamp(moment.div_euclid(1000));
    let date = moment.unwrap_or(time::OffsetDateTime::UNIX_EPOCH).date();
    (date.year(), date.month().into(), date.day())
}

fn zone(offset: i64) -> String {
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60);
    match (minutes / 60, minutes % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// What EXIF says under a name; the picture's own, not that of the thumbnail inside.
fn text<'a>(probe: &'a Probe, name: &str) -> Option<&'a str> {
    let tag =
        probe.metadata.iter().find(|tag| tag.name == name && tag.group != TagGroup::Thumbnail)?;
    match &tag.value {
        TagValue::Text(text) => Some(text.trim()),
        TagValue::Number(_) | TagValue::List(_) => None,
    }
}

/// Seconds since 1970 of `2024:05:06 07:08:09`, also with `-` in the date and `T` in the middle.
fn seconds_of(text: &str) -> Option<i64> {
    let mut numbers =
        text.get(..19)?.split([':', '-', ' ', 'T']).map(|part| part.parse::<u16>().ok());
    let mut next = || numbers.next().flatten();
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    let day = u8::try_from(day).ok()?;
    let date = time::Date::from_calendar_date(i32::from(year), month, day).ok()?;
    let (hour, minute, second) =
        (u8::try_from(hour).ok()?, u8::try_from(minute).ok()?, u8::try_from(second).ok()?);
    Some(date.with_hms(hour, minute, second).ok()?.assume_utc().unix_timestamp())
}

/// Milliseconds of the decimal fraction `5` (500), `123` or `0621`.
fn thousandths_of(text: &str) -> Option<i64> {
    let digits = text
        .get(..text.len().min(3))
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    format!("{digits:0<3}").parse().ok()
}

/// Seconds of `+02:00` or `-03:30`.
fn offset_of(text: &str) -> Option<i64> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = digits.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && (0..60).contains(&minutes) && hours >= 0)
        .then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests;
