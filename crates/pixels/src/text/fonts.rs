//! The fonts of this binary, their names, and the order in which they are tried.
//!
//! | Family | Stands for | Faces |
//! |---|---|---|
//! | Arimo | every sans and every unknown name; as wide as Arial | regular, bold, italic, bold italic |
//! | Tinos | serifs; as wide as Times New Roman | regular, bold |
//! | Cousine | fonts of one width; as wide as Courier New | regular, bold |
//! | Noto Sans Arabic, Devanagari, Thai | what the three above lack (they have Latin, Greek, Cyrillic, Hebrew) | regular, bold |
//! | Noto Sans Math, Noto Sans Symbols 2, Noto Emoji | arrows, signs, emoji in the colour of the text | regular |
//!
//! A face that is missing is made from the regular one: by a stroke around the outline, by leaning it.

use std::sync::OnceLock;

use plan::{Slant, Weight};

use super::{FontChoice, face::Face};

/// A font and what is done to its outlines.
pub(super) struct Link<'a> {
    pub(super) face: Held<'a>,
    pub(super) embolden: bool,
    pub(super) lean: bool,
}

/// A face of the job, or one that the process keeps.
pub(super) enum Held<'a> {
    Own(Box<Face<'a>>),
    Bundled(&'static Face<'static>),
}

impl<'a> Held<'a> {
    pub(super) fn get(&self) -> &Face<'a> {
        match self {
            Self::Own(face) => face,
            Self::Bundled(face) => face,
        }
    }
}

/// Fonts in the order in which they are asked for a character.
pub(super) struct Chain<'a> {
    links: Vec<Link<'a>>,
    /// Which of them has the emoji.
    emoji: usize,
}

impl<'a> Chain<'a> {
    pub(super) fn new(font: FontChoice<'a>, weight: Weight, slant: Slant) -> Self {
        let styled = |face: Held<'a>| {
            let Face { weight: is_weight, slant: is_slant, .. } = *face.get();
            Link {
                embolden: weight == Weight::Bold && is_weight != Weight::Bold,
                lean: slant == Slant::Italic && is_slant != Slant::Italic,
                face,
            }
        };
        let mut family = Family::Sans;
        let mut links = Vec::new();
        match font {
            FontChoice::Family(name) => family = Family::known(name).unwrap_or(Family::Sans),
            FontChoice::File(data) => {
                let face = Face::parse(data, weight);
                links.extend(face.map(|face| styled(Held::Own(Box::new(face)))));
            }
        }
        let mut bundled = family.faces(weight, slant);
        if family != Family::Sans {
            bundled.extend(Family::Sans.faces(weight, slant));
        }
        bundled.extend(fallbacks(weight));
        links.extend(bundled.into_iter().filter_map(Bundled::get).map(Held::Bundled).map(styled));
        let emoji = links.len();
        // Leaning or fat emoji are nobody's wish.
        links.extend(EMOJI.get().map(|face| Link {
            face: Held::Bundled(face),
            embolden: false,
            lean: false,
        }));
        Self { links, emoji }
    }

    pub(super) fn get(&self, index: usize) -> &Link<'a> {
        &self.links[index]
    }

    /// The font for the characters of one cluster: the first that has all of them, else the first that has the first of
    /// them, else the first, which then shows its box for what is missing.
    pub(super) fn choose(&self, cluster: &str, as_emoji: bool) -> usize {
        let mut shown = cluster.chars().filter(|&character| !is_ignorable(character));
        let Some(first) = shown.next() else { return 0 };
        let rest: Vec<char> = shown.collect();
        if as_emoji && self.links[self.emoji..].iter().any(|link| link.face.get().covers(first)) {
            return self.emoji;
        }
        let has = |characters: &[char]| {
            self.links.iter().position(|link| {
                let face = link.face.get();
                face.covers(first) && characters.iter().all(|&character| face.covers(character))
            })
        };
        has(&rest).or_else(|| has(&[])).unwrap_or(0)
    }
}

/// Characters that show nothing, whether a font knows them or not.
fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Sans,
    Serif,
    Mono,
}

impl Family {
    /// By a name as it is written in style sheets or in names of font files: `Times New Roman`, `times-new-roman`.
    pub(super) fn known(name: &str) -> Option<Self> {
        let name: String = name
            .chars()
            .filter(|character| character.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        let lists = [(&SANS[..], Self::Sans), (&SERIFS[..], Self::Serif), (&MONOS[..], Self::Mono)];
        lists
            .into_iter()
            .find_map(|(names, family)| names.contains(&name.as_str()).then_some(family))
    }

    fn faces(self, weight: Weight, slant: Slant) -> Vec<&'static Bundled> {
        let face = match (self, weight, slant) {
            (Self::Sans, Weight::Regular, Slant::Upright) => &ARIMO_REGULAR,
            (Self::Sans, Weight::Bold, Slant::Upright) => &ARIMO_BOLD,
            (Self::Sans, Weight::Regular, Slant::Italic) => &ARIMO_ITALIC,
            (Self::Sans, Weight::Bold, Slant::Italic) => &ARIMO_BOLD_ITALIC,
            (Self::Serif, Weight::Regular, _) => &TINOS_REGULAR,
            (Self::Serif, Weight::Bold, _) => &TINOS_BOLD,
            (Self::Mono, Weight::Regular, _) => &COUSINE_REGULAR,
            (Self::Mono, Weight::Bold, _) => &COUSINE_BOLD,
        };
        vec![face]
    }

    /// Name in the font files.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sans => "Arimo",
            Self::Serif => "Tinos",
            Self::Mono => "Cousine",
        }
    }
}

/// Letters and digits of names that Arimo stands for. In a list of families the first known one counts.
const SANS: [&str; 27] = [
    "arial",
    "arimo",
    "dejavusans",
    "firasans",
    "helvetica",
    "helveticaneue",
    "ibmplexsans",
    "inter",
    "lato",
    "liberationsans",
    "montserrat",
    "notosans",
    "nunito",
    "opensans",
    "oswald",
    "poppins",
    "ptsans",
    "raleway",
    "roboto",
    "sansserif",
    "segoeui",
    "sourcesanspro",
    "systemui",
    "tahoma",
    "trebuchetms",
    "ubuntu",
    "verdana",
];

/// Of names whose shapes Tinos resembles more than Arimo.
const SERIFS: [&str; 22] = [
    "bodoni",
    "cambria",
    "crimsontext",
    "ebgaramond",
    "garamond",
    "georgia",
    "lora",
    "liberationserif",
    "librebaskerville",
    "merriweather",
    "notoserif",
    "palatino",
    "playfair",
    "playfairdisplay",
    "ptserif",
    "serif",
    "sourceserifpro",
    "times",
    "timesnewroman",
    "timesroman",
    "tinos",
    "vollkorn",
];

const MONOS: [&str; 18] = [
    "consolas",
    "courier",
    "couriernew",
    "courierprime",
    "cousine",
    "dejavusansmono",
    "firacode",
    "firamono",
    "ibmplexmono",
    "inconsolata",
    "liberationmono",
    "menlo",
    "monaco",
    "monospace",
    "notomono",
    "robotomono",
    "sourcecodepro",
    "ubuntumono",
];

fn fallbacks(weight: Weight) -> [&'static Bundled; 5] {
    let scripts = match weight {
        Weight::Regular => [&ARABIC_REGULAR, &DEVANAGARI_REGULAR, &THAI_REGULAR],
        Weight::Bold => [&ARABIC_BOLD, &DEVANAGARI_BOLD, &THAI_BOLD],
    };
    [scripts[0], scripts[1], scripts[2], &MATH, &SYMBOLS]
}

/// A font file of this binary, parsed when it is first needed.
pub(super) struct Bundled {
    pub(super) data: &'static [u8],
    face: OnceLock<Option<Face<'static>>>,
}

impl Bundled {
    const fn new(data: &'static [u8]) -> Self {
        Self { data, face: OnceLock::new() }
    }

    fn get(&'static self) -> Option<&'static Face<'static>> {
        self.face.get_or_init(|| Face::parse(self.data, Weight::Regular)).as_ref()
    }
}

macro_rules! bundled {
    ($($name:ident $file:literal)*) => {
        $(static $name: Bundled = Bundled::new(include_bytes!(concat!("../../fonts/", $file, ".ttf")));)*

        /// All of them.
        pub(super) static BUNDLED: [&Bundled; [$($file),*].len()] = [$(&$name),*];
    };
}

bundled! {
    ARIMO_REGULAR "Arimo-Regular"
    ARIMO_BOLD "Arimo-Bold"
    ARIMO_ITALIC "Arimo-Italic"
    ARIMO_BOLD_ITALIC "Arimo-BoldItalic"
    TINOS_REGULAR "Tinos-Regular"
    TINOS_BOLD "Tinos-Bold"
    COUSINE_REGULAR "Cousine-Regular"
    COUSINE_BOLD "Cousine-Bold"
    ARABIC_REGULAR "NotoSansArabic-Regular"
    ARABIC_BOLD "NotoSansArabic-Bold"
    DEVANAGARI_REGULAR "NotoSansDevanagari-Regular"
    DEVANAGARI_BOLD "NotoSansDevanagari-Bold"
    THAI_REGULAR "NotoSansThai-Regular"
    THAI_BOLD "NotoSansThai-Bold"
    MATH "NotoSansMath-Regular"
    SYMBOLS "NotoSansSymbols2-Regular"
    EMOJI "NotoEmoji-Regular"
}
