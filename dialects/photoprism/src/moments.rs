//! Moments as this API writes and reads them: whole seconds in UTC.

use library::{Millis, parse_moment};
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

const FORMAT: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const SHARED: &[BorrowedFormatItem<'static>] =
    format_description!("[year][month][day]-[hour][minute][second]");

/// `2024-03-05T10:11:12Z`
pub(crate) fn iso(moment: Millis) -> String {
    written(moment, FORMAT)
}

/// `20240305-101112`, as downloads are called.
pub(crate) fn shared(moment: Millis) -> String {
    written(moment, SHARED)
}

pub(crate) fn date(moment: Millis) -> (i32, u8, u8) {
    let date = at(moment).date();
    (date.year(), date.month().into(), date.day())
}

/// `None`: it is no moment.
pub(crate) fn read(text: &str) -> Option<Millis> {
    parse_moment(text.trim()).map(|moment| moment.div_euclid(1000) * 1000)
}

fn written(moment: Millis, format: &[BorrowedFormatItem<'static>]) -> String {
    at(moment).format(format).unwrap_or_default()
}

fn at(moment: Millis) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(moment.div_euclid(1000))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
