//! What an asset is as a photo: what people said about it, else what the file tells, else what its place in the library
//! suggests.

use std::cmp::Ordering;

use plan::Color;
use plan::probe::{Probe, Tag, TagGroup, TagValue};

use crate::row::{self, moments};
use crate::{Asset, AssetPatch, Change, Millis, Photo, PhotoPatch, Said, Taken};

/// A photo of less is to be looked at before it counts as good.
pub(crate) const GOOD: i64 = 3;

/// 2008-01-01 and 2012-01-01 UTC: cameras before had fewer pixels.
const YEAR_2008: Millis = 1_199_145_600_000;
const YEAR_2012: Millis = 1_325_376_000_000;

impl Asset {
    /// By hand, else EXIF `DateTimeOriginal`, else `DateTimeDigitized`, else `DateTime`, else when the file came here. Without
    /// an offset in the file the clock of the camera is taken for UTC.
    pub fn taken(&self) -> Taken {
        if let Some(taken) = &self.photo.taken {
            return taken.clone();
        }
        let told = self.current.probe.as_ref().and_then(moments::taken);
        told.unwrap_or_else(|| Taken {
            // Photos are told apart by whole seconds everywhere.
            utc: self.created / 1000 * 1000,
            local: self.created / 1000 * 1000,
            zone: String::new(),
            source: String::new(),
        })
    }

    /// By hand, else that of the file (XMP, IPTC), else made of its name: the words without digits, and the year where the
    /// file tells one. `Unknown` where nothing is left, or only what cameras call everything.
    pub fn photo_title(&self) -> Said {
        if let Some(title) = &self.photo.title {
            return title.clone();
        }
        if let Some(text) = self.tag_text(&["Title", "ObjectName", "Headline"]) {
            return Said { text, source: "meta".to_owned() };
        }
        let Some(text) = title_of_name(self.original_name()) else {
            return Said { text: "Unknown".to_owned(), source: String::new() };
        };
        let taken = self.taken();
        let text = match taken.source.as_str() {
            "" => text,
            _ => format!("{text} / {}", moments::date(taken.local).0),
        };
        Said { text, source: "name".to_owned() }
    }

    /// The name that the file had before it came here, else the one that it has.
    pub fn original_name(&self) -> &str {
        self.photo.original_name.as_deref().unwrap_or(self.name.as_str())
    }

    /// The name in the library without its extension.
    pub fn stem(&self) -> &str {
        stem(self.name.as_str())
    }

    /// By hand, else by the file's own word.
    pub fn place(&self) -> Option<(f64, f64)> {
        self.photo.place.or_else(|| self.current.probe.as_ref().and_then(row::place))
    }

    /// -1 to 8: how likely people are to want to see it again. Under 3 it is to be looked at first.
    pub fn quality(&self) -> i64 {
        let taken = self.taken();
        let pixels = self.current.probe.as_ref().map_or(0, |probe| probe.size.pixels());
        let is_large_enough = taken.utc < YEAR_2008
            || taken.utc < YEAR_2012 && pixels >= 1_000_000
            || pixels >= 2_000_000;
        let found = 3 * i64::from(self.photo.is_favorite)
            + i64::from(!taken.source.is_empty())
            + i64::from(self.place().is_some())
            + i64::from(is_large_enough)
            + i64::from(!self.is_no_photo());
        let is_good =
            self.photo.is_approved || self.photo.edited.is_some() || self.photo_kind() != "image";
        if is_good { found.max(GOOD) } else { found }
    }

    /// `image`, or what moves: `animated`.
    pub fn photo_kind(&self) -> &str {
        let moves = self.current.probe.as_ref().is_some_and(|probe| probe.frames > 1);
        self.photo.kind.as_deref().unwrap_or(if moves { "animated" } else { "image" })
    }

    /// The first text that the file has under one of these names; exiftool's.
    pub fn tag_text(&self, names: &[&str]) -> Option<String> {
        let probe = self.current.probe.as_ref()?;
        names.iter().find_map(|name| text_of(find(probe, name)?))
    }

    pub fn tag_number(&self, name: &str) -> Option<f64> {
        let probe = self.current.probe.as_ref()?;
        match &find(probe, name)?.value {
            TagValue::Number(number) => Some(*number).filter(|number| number.is_finite()),
            TagValue::Text(text) => text.trim().parse().ok(),
            TagValue::List(items) => match items.first()? {
                TagValue::Number(number) => Some(*number).filter(|number| number.is_finite()),
                _ => None,
            },
        }
    }

    /// Tags by hand, then the keywords inside the file, each once.
    pub fn keywords(&self) -> Vec<String> {
        let mut keywords = self.tags.clone();
        let inside = self.current.probe.as_ref().map(row::keywords).unwrap_or_default();
        for keyword in inside {
            if !keywords.contains(&keyword) {
                keywords.push(keyword);
            }
        }
        keywords
    }

    /// A plain name of the colour that covers most.
    pub fn color_name(&self) -> &'static str {
        let look = self.current.probe.as_ref().and_then(|probe| probe.look.as_ref());
        look.map_or("", |look| color_name(look.dominant))
    }

    /// What its words say that it is only a picture of a screen.
    fn is_no_photo(&self) -> bool {
        const WORDS: [&str; 4] = ["screenshot", "screen shot", "bildschirmfoto", "screencapture"];
        let text = format!("{} {}", self.original_name(), self.tags.join(" ")).to_lowercase();
        WORDS.iter().any(|word| text.contains(word))
    }

    /// What is compared as a whole: the fact's name, and its value in lower case.
    pub(crate) fn facts(&self) -> Vec<(&'static str, String)> {
        let (year, month, day) = moments::date(self.taken().local);
        let text = |names: &[&str]| self.tag_text(names).unwrap_or_default();
        let facts = [
            ("title", self.photo_title().text),
            ("name", self.stem().to_owned()),
            ("original", stem(self.original_name()).to_owned()),
            ("country", self.photo.country.clone().unwrap_or_default()),
            ("color", self.color_name().to_owned()),
            ("camera", text(&["Model"])),
            ("lens", text(&["LensModel"])),
            ("type", self.photo_kind().to_owned()),
            ("year", year.to_string()),
            ("month", month.to_string()),
            ("day", day.to_string()),
            ("shape", self.shape().to_owned()),
            ("scan", flag(self.photo.is_scan)),
            ("panorama", flag(self.photo.is_panorama)),
        ];
        let lower = facts.into_iter().map(|(fact, value)| (fact, fact_value(&value)));
        lower.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Texts in which words are looked for, beside names and tags.
    pub(crate) fn captions(&self) -> [String; 4] {
        [
            self.photo_title().text,
            self.original_name().to_owned(),
            self.description.clone().unwrap_or_default(),
            self.keywords().join(" "),
        ]
    }

    fn shape(&self) -> &'static str {
        let Some(probe) = &self.current.probe else { return "" };
        let size = probe.upright_size();
        match size.width.cmp(&size.height) {
            Ordering::Less => "portrait",
            Ordering::Equal => "square",
            Ordering::Greater => "landscape",
        }
    }
}

fn flag(is_set: bool) -> String {
    if is_set { "true".to_owned() } else { String::new() }
}

/// As it is compared: without case, and no longer than an index likes.
pub(crate) fn fact_value(text: &str) -> String {
    const CHARACTERS: usize = 200;
    text.trim().chars().filter(|&c| c != '\0').take(CHARACTERS).collect::<String>().to_lowercase()
}

impl Taken {
    /// When a picture was taken, by the file's own word; see [`Asset::taken`].
    pub fn told_by(probe: &Probe) -> Option<Self> {
        moments::taken(probe)
    }
}

impl AssetPatch {
    /// Whether it says something about the asset as a photo.
    pub(crate) fn is_about_photo(&self) -> bool {
        self.photo != PhotoPatch::default() || self.description != Change::Keep
    }
}

impl PhotoPatch {
    pub(crate) fn apply(self, photo: &mut Photo, now: Millis) {
        fn set<T>(field: &mut T, change: Change<T>) {
            if let Change::Set(value) = change {
                *field = value;
            }
        }
        set(&mut photo.is_favorite, self.is_favorite);
        set(&mut photo.title, self.title);
        set(&mut photo.original_name, self.original_name);
        set(&mut photo.taken, self.taken);
        set(&mut photo.place, self.place);
        set(&mut photo.country, self.country);
        set(&mut photo.kind, self.kind);
        set(&mut photo.is_scan, self.is_scan);
        set(&mut photo.is_panorama, self.is_panorama);
        set(&mut photo.is_approved, self.is_approved);
        set(&mut photo.notes, self.notes);
        set(&mut photo.subject, self.subject);
        set(&mut photo.artist, self.artist);
        set(&mut photo.copyright, self.copyright);
        set(&mut photo.license, self.license);
        if self.is_edit {
            photo.edited = Some(now);
        }
    }
}

/// The name without its last extension. A name that is all extension is itself.
fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

fn title_of_name(name: &str) -> Option<String> {
    /// What cameras call everything.
    const GENERATED: [&str; 12] =
        ["img", "dsc", "dscn", "dscf", "pict", "mvi", "mov", "vid", "pxl", "gopr", "cimg", "sam"];
    let words = stem(name).split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> =
        words.filter(|word| !word.is_empty() && !word.chars().any(char::is_numeric)).collect();
    let is_generated = |word: &&str| GENERATED.contains(&word.to_lowercase().as_str());
    if words.iter().all(is_generated) {
        return None;
    }
    Some(words.into_iter().map(capitalised).collect::<Vec<_>>().join(" "))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect()
    })
}

/// Tags of the thumbnail inside say nothing about the picture.
fn find<'a>(probe: &'a Probe, name: &str) -> Option<&'a Tag> {
    probe.metadata.iter().find(|tag| tag.name == name && tag.group != TagGroup::Thumbnail)
}

fn text_of(tag: &Tag) -> Option<String> {
    let text = match &tag.value {
        TagValue::Text(text) => text.trim(),
        TagValue::List(items) => match items.first() {
            Some(TagValue::Text(text)) => text.trim(),
            _ => "",
        },
        TagValue::Number(_) => "",
    };
    (!text.is_empty()).then(|| text.replace('\0', ""))
}

/// The nearest of a few colours that people have names for.
fn color_name(color: Color) -> &'static str {
    const NAMES: [(&str, [i32; 3]); 16] = [
        ("black", [0, 0, 0]),
        ("grey", [128, 128, 128]),
        ("brown", [120, 72, 40]),
        ("gold", [212, 175, 55]),
        ("white", [255, 255, 255]),
        ("purple", [128, 32, 144]),
        ("blue", [32, 64, 208]),
        ("cyan", [64, 208, 224]),
        ("teal", [16, 128, 128]),
        ("green", [32, 144, 48]),
        ("lime", [160, 224, 64]),
        ("yellow", [250, 230, 60]),
        ("magenta", [216, 32, 160]),
        ("orange", [245, 140, 32]),
        ("red", [220, 32, 32]),
        ("pink", [250, 170, 190]),
    ];
    let channels = [color.r, color.g, color.b].map(i32::from);
    let distance = |known: &[i32; 3]| -> i32 {
        known.iter().zip(channels).map(|(one, other)| (one - other).pow(2)).sum()
    };
    NAMES.iter().min_by_key(|(_, known)| distance(known)).map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_made_of_names() {
        for (name, expected) in [
            ("sunset-lake.jpg", Some("Sunset Lake")),
            ("IMG_1234.JPG", None),
            ("DSC00042.jpg", None),
            ("20240305_101112_ABCD1234.jpg", None),
            ("lake 2015 at DAWN.png", Some("Lake At Dawn")),
            ("größe.jpg", Some("Größe")),
            ("IMG_beach_01.jpg", Some("Img Beach")),
            ("1234.png", None),
            ("", None),
            (".jpg", Some("Jpg")),
        ] {
            assert_eq!(title_of_name(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn colors_have_plain_names() {
        for (color, expected) in [
            (Color::rgb(0, 0, 0), "black"),
            (Color::rgb(250, 250, 250), "white"),
            (Color::rgb(255, 0, 0), "red"),
            (Color::rgb(0, 0, 255), "blue"),
            (Color::rgb(0, 128, 0), "green"),
        ] {
            assert_eq!(color_name(color), expected, "{color:?}");
        }
    }

    #[test]
    fn facts_are_compared_without_case_and_within_bounds() {
        assert_eq!(fact_value(" ÄB\0c "), "äbc");
        assert_eq!(fact_value(&"x".repeat(500)).len(), 200);
    }
}
