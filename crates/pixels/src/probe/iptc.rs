//! IPTC-IIM records under exiftool's names.

use plan::probe::{Tag, TagGroup, TagValue};

/// The records of the application section (2) that have a name. A broken record ends the list.
pub(super) fn read(block: &[u8]) -> Vec<Tag> {
    /// Coded character set of the envelope, and its value for UTF-8.
    const CHARACTER_SET: (u8, u8) = (1, 90);
    const UTF8: &[u8] = b"\x1B%G";
    const APPLICATION: u8 = 2;
    let mut tags: Vec<Tag> = Vec::new();
    let mut is_utf8 = false;
    for (section, number, content) in Records(block) {
        if (section, number) == CHARACTER_SET {
            is_utf8 = content == UTF8;
        }
        if section != APPLICATION {
            continue;
        }
        let Some((name, kind)) = name(number) else { continue };
        add(&mut tags, name, kind, dated(text(content, is_utf8), kind));
    }
    tags
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Once,
    /// Always a list, also of one.
    Many,
    /// `CCYYMMDD`.
    Date,
    /// `HHMMSS+HHMM`.
    Time,
}

fn name(number: u8) -> Option<(&'static str, Kind)> {
    Some(match number {
        5 => ("ObjectName", Kind::Once),
        7 => ("EditStatus", Kind::Once),
        10 => ("Urgency", Kind::Once),
        15 => ("Category", Kind::Once),
        20 => ("SupplementalCategories", Kind::Many),
        22 => ("FixtureIdentifier", Kind::Once),
        25 => ("Keywords", Kind::Many),
        26 => ("ContentLocationCode", Kind::Once),
        27 => ("ContentLocationName", Kind::Once),
        30 => ("ReleaseDate", Kind::Date),
        35 => ("ReleaseTime", Kind::Time),
        37 => ("ExpirationDate", Kind::Date),
        38 => ("ExpirationTime", Kind::Time),
        40 => ("SpecialInstructions", Kind::Once),
        55 => ("DateCreated", Kind::Date),
        60 => ("TimeCreated", Kind::Time),
        62 => ("DigitalCreationDate", Kind::Date),
        63 => ("DigitalCreationTime", Kind::Time),
        65 => ("OriginatingProgram", Kind::Once),
        70 => ("ProgramVersion", Kind::Once),
        80 => ("By-line", Kind::Once),
        85 => ("By-lineTitle", Kind::Once),
        90 => ("City", Kind::Once),
        92 => ("Sub-location", Kind::Once),
        95 => ("Province-State", Kind::Once),
        100 => ("Country-PrimaryLocationCode", Kind::Once),
        101 => ("Country-PrimaryLocationName", Kind::Once),
        103 => ("OriginalTransmissionReference", Kind::Once),
        105 => ("Headline", Kind::Once),
        110 => ("Credit", Kind::Once),
        115 => ("Source", Kind::Once),
        116 => ("CopyrightNotice", Kind::Once),
        118 => ("Contact", Kind::Once),
        120 => ("Caption-Abstract", Kind::Once),
        122 => ("Writer-Editor", Kind::Once),
        135 => ("LanguageIdentifier", Kind::Once),
        _ => return None,
    })
}

/// A repeated record makes a list.
fn add(tags: &mut Vec<Tag>, name: &str, kind: Kind, text: String) {
    let value = TagValue::Text(text);
    if let Some(tag) = tags.iter_mut().find(|tag| tag.name == name) {
        match &mut tag.value {
            TagValue::List(list) => list.push(value),
            single => *single = TagValue::List(vec![single.clone(), value]),
        }
        return;
    }
    let value = if kind == Kind::Many { TagValue::List(vec![value]) } else { value };
    tags.push(Tag { group: TagGroup::Iptc, name: name.to_owned(), value });
}

/// UTF-8 where it is declared or happens to be; else Latin-1.
fn text(content: &[u8], is_utf8: bool) -> String {
    let text = match str::from_utf8(content) {
        Ok(text) => text.to_owned(),
        Err(_) if is_utf8 => String::from_utf8_lossy(content).into_owned(),
        Err(_) => content.iter().map(|&byte| char::from(byte)).collect(),
    };
    text.trim_end_matches(['\0', ' ']).to_owned()
}

/// Dates and times with colons, as everywhere in EXIF; what has another form stays.
fn dated(text: String, kind: Kind) -> String {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    match kind {
        Kind::Date if text.len() == 8 && digits(&text) => {
            format!("{}:{}:{}", &text[..4], &text[4..6], &text[6..])
        }
        Kind::Time if text.len() == 11 && text.is_ascii() && digits(&text[..6]) => {
            let (time, zone) = text.split_at(6);
            format!("{}:{}:{}{}:{}", &time[..2], &time[2..4], &time[4..], &zone[..3], &zone[3..])
        }
        _ => text,
    }
}

/// Section, number and content of one record after the other.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u8, u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        const MARK: u8 = 0x1C;
        let [MARK, section, number, high, low, rest @ ..] = self.0 else { return None };
        let length = u16::from_be_bytes([*high, *low]);
        let (length, rest) = if length & 0x8000 == 0 {
            (usize::from(length), rest)
        } else {
            // The length of the length; longer than four bytes there is none.
            let bytes = usize::from(length & 0x7FFF);
            let (digits, rest) = rest.split_at_checked(bytes)?;
            if bytes > 4 {
                return None;
            }
            (digits.iter().fold(0, |length, &byte| length << 8 | usize::from(byte)), rest)
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*section, *number, content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u8, content: &[u8]) -> Vec<u8> {
        let mut record = vec![0x1C, 2, number, 0, content.len() as u8];
        record.extend_from_slice(content);
        record
    }

    fn text_of(block: &[u8], name: &str) -> Option<TagValue> {
        read(block).into_iter().find(|tag| tag.name == name).map(|tag| tag.value)
    }

    #[test]
    fn keywords_are_a_list_and_dates_have_colons() {
        let block = [
            record(25, b"sea"),
            record(25, b"sky"),
            record(55, b"20240131"),
            record(60, b"123456+0100"),
            record(90, b"K\xF6ln"),
        ]
        .concat();
        let word = |text: &str| TagValue::Text(text.to_owned());
        assert_eq!(
            text_of(&block, "Keywords"),
            Some(TagValue::List(vec![word("sea"), word("sky")]))
        );
        assert_eq!(text_of(&block, "DateCreated"), Some(word("2024:01:31")));
        assert_eq!(text_of(&block, "TimeCreated"), Some(word("12:34:56+01:00")));
        assert_eq!(text_of(&block, "City"), Some(word("Köln")));
    }

    #[test]
    fn a_record_that_is_cut_ends_the_list() {
        let mut block = record(5, b"title");
        block.extend_from_slice(&[0x1C, 2, 25, 0x80, 0xFF, 1, 2, 3]);
        assert_eq!(read(&block).len(), 1);
        assert_eq!(read(&[0x1C, 2, 5, 0xFF, 0xFF]), vec![]);
    }
}
