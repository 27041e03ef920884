//! Keywords and the place that a picture carries inside.

use plan::probe::{Probe, Tag, TagGroup, TagValue};

/// Keywords of all blocks, each once, in the order in which they are found.
pub(crate) fn keywords(probe: &Probe) -> Vec<String> {
    let is_list =
        |tag: &&Tag| tag.name == "Keywords" || tag.group == TagGroup::Xmp && tag.name == "Subject";
    let mut keywords = Vec::new();
    for tag in probe.metadata.iter().filter(is_list) {
        let items = match &tag.value {
            TagValue::List(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for item in items {
            let keyword = match item {
                TagValue::Text(text) => text.clone(),
                TagValue::Number(number) => number.to_string(),
                TagValue::List(_) => continue,
            };
            if !keywords.contains(&keyword) {
                keywords.push(keyword);
            }
        }
    }
    keywords
}

/// Latitude and longitude in decimal degrees, south and west negative.
pub(crate) fn place(probe: &Probe) -> Option<(f64, f64)> {
    let find = |name: &str| {
        let tag = probe.metadata.iter().find(|tag| tag.group == TagGroup::Gps && tag.name == name);
        tag.map(|tag| &tag.value)
    };
    let coordinate = |name: &str, reference: &str, negative: char| {
        let degrees = degrees(find(name)?)?;
        let is_negative = match find(reference) {
            Some(TagValue::Text(text)) => text.to_ascii_uppercase().starts_with(negative),
            _ => false,
        };
        Some(if is_negative { -degrees.abs() } else { degrees })
    };
    let latitude: f64 = coordinate("GPSLatitude", "GPSLatitudeRef", 'S')?;
    let longitude: f64 = coordinate("GPSLongitude", "GPSLongitudeRef", 'W')?;
    (latitude.abs() <= 90.0 && longitude.abs() <= 180.0).then_some((latitude, longitude))
}

/// Degrees, minutes and seconds, or degrees alone.
fn degrees(value: &TagValue) -> Option<f64> {
    match value {
        TagValue::Number(number) => Some(*number),
        TagValue::Text(_) => None,
        TagValue::List(parts) => {
            parts.iter().zip([1.0, 60.0, 3600.0]).try_fold(0.0, |sum, (part, unit)| match part {
                TagValue::Number(number) => Some(sum + number / unit),
                _ => None,
            })
        }
    }
}
