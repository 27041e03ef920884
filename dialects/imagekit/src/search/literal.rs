//! Values as people write them: moments and ages, sizes, places.

use library::{Area, Millis};

/// A date, a moment, or an age: `7d` is so long before `now`.
pub(super) fn moment(text: &str, now: Millis) -> Option<Millis> {
    library::parse_moment(text).or_else(|| Some(now.saturating_sub(age(text)?)))
}

/// Milliseconds of `<n>` hours, days, weeks, months of 30 days or years of 365.
fn age(text: &str) -> Option<Millis> {
    const HOUR: Millis = 60 * 60 * 1000;
    let unit = text.chars().next_back()?;
    let hours = match unit.to_ascii_lowercase() {
        'h' => 1,
        'd' => 24,
        'w' => 7 * 24,
        'm' => 30 * 24,
        'y' => 365 * 24,
        _ => return None,
    };
    let count = &text[..text.len() - unit.len_utf8()];
    let is_count = !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit());
    // More digits than fit are longer ago than anything.
    is_count.then(|| count.parse().unwrap_or(Millis::MAX).saturating_mul(hours * HOUR))
}

/// Bytes of `100`, `10kb` or `1.5MB`, in units of 1024.
pub(super) fn size(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 5] = [
        ("kb", 1024.0),
        ("mb", 1024.0 * 1024.0),
        ("gb", 1024.0 * 1024.0 * 1024.0),
        ("tb", 1024.0 * 1024.0 * 1024.0 * 1024.0),
        ("b", 1.0),
    ];
    let text = text.to_ascii_lowercase();
    let unit = UNITS.iter().find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, bytes)));
    let (count, bytes) = unit.unwrap_or((&text, &1.0));
    Some(decimal(count.trim_end())? * bytes)
}

/// `lat,lon 5km`, two opposite corners `a,b|c,d`, or four corners in turn.
pub(super) fn area(text: &str) -> Option<Area> {
    let corners: Vec<&str> = text.split('|').collect();
    match corners.as_slice() {
        [around] => {
            let comma = around.find(',')? + 1;
            // A blank may follow the comma.
            let longitude = around.len() - around[comma..].trim_start().len();
            let end = longitude + around[longitude..].find(char::is_whitespace)?;
            let (centre, distance) = around.split_at(end);
            Some(Area::Around { centre: point(centre)?, metres: metres(distance)? })
        }
        [one, other] => Some(Area::Box(point(one)?, point(other)?)),
        [_, _, _, _] => Some(Area::Polygon(corners.into_iter().map(point).collect::<Option<_>>()?)),
        _ => None,
    }
}

fn point(text: &str) -> Option<(f64, f64)> {
    let (latitude, longitude) = text.split_once(',')?;
    let (latitude, longitude) = (signed(latitude.trim())?, signed(longitude.trim())?);
    (latitude.abs() <= 90.0 && longitude.abs() <= 180.0).then_some((latitude, longitude))
}

fn metres(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 3] = [("km", 1000.0), ("mi", 1609.344), ("m", 1.0)];
    let text = text.trim().to_ascii_lowercase();
    let unit = UNITS.iter().find_map(|(unit, metres)| Some((text.strip_suffix(unit)?, metres)));
    let (count, metres) = unit?;
    Some(decimal(count.trim_end())? * metres)
}

fn signed(text: &str) -> Option<f64> {
    match text.strip_prefix('-') {
        Some(text) => decimal(text).map(|number| -number),
        None => decimal(text),
    }
}

/// Digits with at most a fraction.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && text.bytes().next_back().is_some_and(|b| b.is_ascii_digit());
    text.parse().ok().filter(|number: &f64| is_plain && number.is_finite())
}
