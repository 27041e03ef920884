//! Text held against tables.

mod hostile;

use std::num::Wrapping;

use plan::Size;

use super::*;

fn setting(text: &str) -> Setting<'_> {
    Setting {
        text,
        font: FontChoice::Family("Arial"),
        size: 45.0,
        color: BLACK,
        weight: Weight::Regular,
        slant: Slant::Upright,
        strike: Strike::None,
        wrap: None,
        align: TextAlign::Center,
        padding: [0; 4],
        background: CLEAR,
        line_height: None,
    }
}

const BLACK: Color = Color { r: 0, g: 0, b: 0, a: 255 };
const CLEAR: Color = Color { r: 0, g: 0, b: 0, a: 0 };

fn drawn(setting: &Setting<'_>) -> Picture {
    draw(setting, &Limits::default()).unwrap()
}

fn size(setting: &Setting<'_>) -> (u32, u32) {
    let Size { width, height } = drawn(setting).size;
    (width, height)
}

fn chain() -> Chain<'static> {
    Chain::new(FontChoice::Family("Arial"), Weight::Regular, Slant::Upright)
}

/// Columns and rows that hold ink: first and last.
fn ink(picture: &Picture) -> Option<[u32; 4]> {
    let Size { width, height } = picture.size;
    let mut found: Option<[u32; 4]> = None;
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        if picture.at(x, y)[3] > 0 {
            let [left, right, top, bottom] = found.unwrap_or([x, x, y, y]);
            found = Some([left.min(x), right.max(x), top.min(y), bottom.max(y)]);
        }
    }
    found
}

#[test]
fn characters_are_cleaned() {
    for (text, expected) in [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\u{85}b\u{2028}c\u{2029}d\u{B}e\u{C}f", "a\nb\nc\nd\ne\nf"),
        ("a\tb", "a    b"),
        ("a\0b\u{7F}c\u{9B}d", "abcd"),
        ("\u{202E}abc\u{202C}", "\u{202E}abc\u{202C}"),
    ] {
        assert_eq!(paragraph::cleaned(text), expected, "{text:?}");
    }
    assert_eq!(paragraph::cleaned(&"ж".repeat(30_000)).chars().count(), Text::MAX_CHARS);
}

#[test]
fn lines_break_where_unicode_says() {
    // Cousine's characters are all as wide; widths here are counted in them.
    const COLUMN: f64 = 1229.0 / 2048.0;
    let font = FontChoice::Family("monospace");
    let chain = Chain::new(font, Weight::Regular, Slant::Upright);
    for (text, columns, expected) in [
        ("one two three", 7.0, vec!["one two", "three"]),
        ("one two three", 6.9, vec!["one", "two", "three"]),
        // Blanks hang over the end, and are not part of a line.
        ("one   two", 3.0, vec!["one", "two"]),
        ("  one", 5.0, vec!["  one"]),
        // A word that is longer than a line is broken.
        ("incomprehensible", 6.0, vec!["incomp", "rehens", "ible"]),
        ("an incomprehensible", 6.0, vec!["an", "incomp", "rehens", "ible"]),
        ("well-known", 6.0, vec!["well-", "known"]),
        ("a\u{A0}b c", 3.0, vec!["a\u{A0}b", "c"]),
        ("1,234.5 m", 7.0, vec!["1,234.5", "m"]),
        ("soft\u{AD}hyphen", 7.0, vec!["soft\u{AD}", "hyphen"]),
        // One character that is wider than the line has a line of its own, and clusters stay whole.
        ("ab", 0.1, vec!["a", "b"]),
        ("e\u{301}e\u{301}", 1.0, vec!["e\u{301}", "e\u{301}"]),
        ("", 1.0, vec![""]),
        ("   ", 1.0, vec![""]),
    ] {
        let paragraph = Paragraph::new(text, &chain);
        let lines = paragraph.lines(Some(columns * COLUMN), 1.0, &chain);
        let lines: Vec<&str> = lines.into_iter().map(|line| &text[line]).collect();
        assert_eq!(lines, expected, "{text:?} in {columns} columns");
    }
    let paragraph = Paragraph::new("one two  ", &chain);
    let whole = 0..7;
    assert_eq!(paragraph.lines(None, 10.0, &chain), [whole]);
}

#[test]
fn parts_are_ordered_as_they_are_seen() {
    for (text, expected) in [
        ("abc", vec!["abc"]),
        ("אבג", vec!["אבג"]),
        // The first letter decides: from the right.
        ("אב 12 גד", vec![" גד", "12", "אב "]),
        ("אב abc", vec!["abc", "אב "]),
        ("abc אב def", vec!["abc ", "אב", " ", "def"]),
        // Overridden, and back.
        ("a\u{202E}bc\u{202C}d", vec!["a", "\u{202E}bc\u{202C}", "d"]),
    ] {
        let chain = chain();
        let paragraph = Paragraph::new(text, &chain);
        let seen = paragraph.visual(0..text.len());
        let seen: Vec<&str> = seen.into_iter().map(|item| &text[item.range]).collect();
        let plain = |parts: Vec<&str>| -> Vec<String> {
            parts.into_iter().map(|part| part.replace(['\u{202C}', '\u{202E}'], "")).collect()
        };
        assert_eq!(plain(seen), plain(expected), "{text:?}");
    }
}

#[test]
fn overridden_letters_run_backwards() {
    let overridden = drawn(&setting("\u{202E}tfel ot thgir\u{202C}"));
    // The same letters, kerned from the other side.
    let plain = drawn(&setting("right to left"));
    assert!(overridden.size.width.abs_diff(plain.size.width) <= 3);
    assert_eq!(overridden.size.height, plain.size.height);
}

#[test]
fn every_character_finds_its_font() {
    let chain = chain();
    let first = |text: &str| {
        let paragraph = Paragraph::new(text, &chain);
        paragraph.items.iter().map(|item| item.font).collect::<Vec<_>>()
    };
    let sans = first("a")[0];
    assert!(first("Ελληνικά, Русский, שלום").into_iter().all(|font| font == sans));
    for (what, text) in [
        ("Arabic", "سلام"),
        ("Devanagari", "नमस्ते"),
        ("Thai", "ภาษา"),
        ("sign", "∰"),
        ("emoji", "👍"),
    ] {
        let fonts = first(text);
        assert_eq!(fonts.len(), 1, "{what}");
        assert_ne!(fonts[0], sans, "{what}");
    }
    // One cluster each, all of the emoji font.
    let emoji = first("👍")[0];
    for text in ["❤\u{FE0F}", "👩\u{200D}👩\u{200D}👧", "🇩🇪", "1\u{FE0F}\u{20E3}", "👍🏽"]
    {
        assert_eq!(first(text), [emoji], "{text}");
    }
    assert_ne!(first("❤\u{FE0E}"), [emoji]);
    // What nobody has shows the box of the first font.
    assert_eq!(first("漢"), [sans]);
    assert!(ink(&drawn(&setting("漢"))).is_some());
}

#[test]
fn sequences_become_one_glyph() {
    for text in ["👩\u{200D}👩\u{200D}👧", "🇩🇪", "1\u{FE0F}\u{20E3}"] {
        let one = size(&setting("👍")).0;
        assert!(size(&setting(text)).0 < one * 3 / 2, "{text}");
    }
}

#[test]
fn the_box_is_the_ink_and_the_padding() {
    let word = setting("Halftone");
    let (width, height) = size(&word);
    let picture = drawn(&word);
    let [left, right, top, bottom] = ink(&picture).unwrap();
    // A side that is covered by less than half of a 255th may stay clear.
    assert!(left <= 1 && top <= 1 && right + 2 >= width && bottom + 2 >= height);
    // About cap height: no margins of the line.
    assert!((32..=35).contains(&height), "{height}");
    let padded = Setting { padding: [1, 20, 300, 4000], ..word.clone() };
    assert_eq!(size(&padded), (width + 4020, height + 301));
    assert_eq!(ink(&drawn(&padded)).unwrap()[..3], [left + 4000, right + 4000, top + 1]);
    // Blanks around are no ink.
    assert_eq!(size(&setting(" \n  Halftone \n\n")), (width, height));
}

#[test]
fn a_wrapped_box_is_as_wide_as_asked_for() {
    let long = "The quick brown fox jumps over the lazy dog";
    let narrow = Setting { wrap: Some(300.0), ..setting(long) };
    assert_eq!(size(&narrow).0, 300);
    assert_eq!(size(&Setting { padding: [5, 10, 5, 10], ..narrow.clone() }).0, 320);
    let wide = Setting { wrap: Some(3000.0), ..setting(long) };
    assert_eq!(size(&wide).0, 3000);
    assert!(size(&narrow).1 > 3 * size(&wide).1);
    // What is wider than its line is cut off.
    assert_eq!(size(&Setting { wrap: Some(3.0), ..setting("W") }).0, 3);
    assert_eq!(size(&Setting { wrap: Some(0.0), ..setting("W") }).0, 1);
}

#[test]
fn lines_lie_left_right_and_in_the_middle() {
    let place = |align, text| {
        let picture = drawn(&Setting { wrap: Some(400.0), align, ..setting(text) });
        let [left, right, ..] = ink(&picture).unwrap();
        (left, 399 - right)
    };
    for text in ["Hamburg", "שלום"] {
        let (left, right) = place(TextAlign::Left, text);
        assert!(left < 6 && right > 200, "{text}: {left}, {right}");
        let (left, right) = place(TextAlign::Right, text);
        assert!(left > 200 && right < 6, "{text}: {left}, {right}");
        let (left, right) = place(TextAlign::Center, text);
        assert!(left.abs_diff(right) < 8, "{text}: {left}, {right}");
    }
}

#[test]
fn lines_are_as_far_apart_as_asked_for() {
    let height = |line_height| size(&Setting { line_height, ..setting("x\nx\nx") }).1;
    let x = size(&setting("x")).1;
    assert_eq!(height(Some(100.0)), x + 200);
    assert_eq!(height(Some(0.0)), x);
    // Arimo: 1.15 em.
    assert!((x + 102..=x + 104).contains(&height(None)), "{}", height(None));
}

#[test]
fn a_text_without_ink_is_one_pixel() {
    for text in ["", "  ", "\n\n", "\u{200B}\u{FEFF}", "\u{202E}\u{2066}"] {
        assert_eq!(size(&setting(text)), (1, 1), "{text:?}");
        assert_eq!(ink(&drawn(&setting(text))), None, "{text:?}");
    }
    for tiny in [0.0, -5.0, 1e-9] {
        assert_eq!(size(&Setting { size: tiny, wrap: Some(9.0), ..setting("a b") }), (9, 1));
    }
    let padded = Setting { padding: [2; 4], background: BLACK, ..setting("") };
    assert_eq!(size(&padded), (5, 5));
}

#[test]
fn weights_and_slants_are_faces_or_made() {
    for family in ["Arial", "Times New Roman", "Courier New"] {
        let ink = |weight, slant| {
            let font = FontChoice::Family(family);
            let picture = drawn(&Setting { font, weight, slant, ..setting("llll") });
            picture.data.chunks_exact(4).map(|pixel| u64::from(pixel[3])).sum::<u64>()
        };
        let regular = ink(Weight::Regular, Slant::Upright);
        assert!(ink(Weight::Bold, Slant::Upright) * 5 > regular * 6, "{family}");
        let width =
            |slant| size(&Setting { font: FontChoice::Family(family), slant, ..setting("l") }).0;
        assert!(width(Slant::Italic) > width(Slant::Upright), "{family}");
    }
    // Signs have one face.
    let width = |weight| size(&Setting { weight, ..setting("∰") }).0;
    assert!(width(Weight::Bold) > width(Weight::Regular));
}

#[test]
fn a_line_goes_through_all_of_the_text() {
    let struck = Setting { strike: Strike::Through, ..setting("a a") };
    let picture = drawn(&struck);
    let full = (0..picture.size.height)
        .filter(|&y| (0..picture.size.width).all(|x| picture.at(x, y)[3] == 255))
        .count();
    assert!((2..=4).contains(&full), "{full}");
}

#[test]
fn colours_are_laid_over_the_background() {
    let red = Color { r: 255, g: 0, b: 0, a: 255 };
    let pixel = |color, background| {
        let picture = drawn(&Setting { color, background, size: 200.0, ..setting("■") });
        picture.at(picture.size.width / 2, picture.size.height / 2).to_vec()
    };
    let half = Color { a: 128, ..red };
    assert_eq!(pixel(red, CLEAR), [255, 0, 0, 255]);
    assert_eq!(pixel(half, CLEAR), [255, 0, 0, 128]);
    assert_eq!(pixel(half, BLACK), [128, 0, 0, 255]);
    let white = Color { r: 255, g: 255, b: 255, a: 255 };
    assert_eq!(pixel(half, white), [255, 127, 127, 255]);
    // Overlapping glyphs do not show twice.
    let overlapping = drawn(&Setting { color: half, ..setting("e\u{334}e\u{336}") });
    assert_eq!(overlapping.data.chunks_exact(4).map(|pixel| pixel[3]).max(), Some(128));
}

#[test]
fn what_is_too_large_is_refused_before_it_is_made() {
    let refused = |setting: &Setting<'_>| {
        let error = draw(setting, &Limits::default()).unwrap_err();
        assert!(matches!(error, Error::TooLarge(_)), "{error}");
    };
    refused(&Setting { size: 100_000.0, ..setting("a") });
    refused(&Setting { size: f64::NAN, ..setting("a") });
    refused(&Setting { wrap: Some(16_384.0), ..setting("a") });
    refused(&Setting { line_height: Some(1e9), ..setting("a") });
    refused(&Setting { padding: [0, 16_384, 0, 0], ..setting("a") });
    refused(&Setting { size: 16_000.0, ..setting("W") });
    refused(&setting(&"long ".repeat(500)));
    refused(&setting(&"\n.".repeat(1200)));
    let many = Setting { wrap: Some(16_000.0), size: 2000.0, ..setting("many large words") };
    assert!(draw(&many, &Limits { memory: 1 << 20, ..Limits::default() }).is_err());
    // Lines on one another.
    let heap = "W\n".repeat(1200);
    refused(&Setting { size: 2000.0, line_height: Some(0.0), ..setting(&heap) });
    // A stack of marks grows upwards until the box is too high, or fits.
    let zalgo = format!("e{}", "\u{301}".repeat(2400));
    refused(&setting(&zalgo));
    assert!(draw(&Setting { size: 10.0, ..setting(&zalgo[..201]) }, &Limits::default()).is_ok());
}

#[test]
fn a_font_of_the_library_is_used() {
    let serif = include_bytes!("../../../fonts/Tinos-Regular.ttf");
    let font = FontChoice::File(serif);
    let named = Setting { font: FontChoice::Family("Times"), ..setting("Serif") };
    assert_eq!(drawn(&Setting { font, ..setting("Serif") }), drawn(&named));
    // What it lacks comes from the fonts of the binary.
    let mixed = Setting { font, ..setting("سلام") };
    assert_eq!(drawn(&mixed), drawn(&setting("سلام")));
}

#[test]
fn a_font_with_postscript_outlines_is_used() {
    // Four letters of Cantarell by Dave Crossland and others, SIL Open Font License 1.1.
    let font = FontChoice::File(include_bytes!("postscript.otf"));
    let picture = drawn(&Setting { font, ..setting("Post") });
    assert!(ink(&picture).is_some());
    assert_ne!(picture, drawn(&setting("Post")));
}

#[test]
fn what_is_no_font_counts_as_the_sans() {
    for data in [&b""[..], b"no font", &[0; 1000], include_bytes!("mod.rs")] {
        let setting = setting("Halftone");
        assert_eq!(
            drawn(&Setting { font: FontChoice::File(data), ..setting.clone() }),
            drawn(&setting)
        );
    }
}

#[test]
fn damaged_fonts_do_no_harm() {
    let whole = include_bytes!("../../../fonts/NotoSansThai-Regular.ttf");
    let limits = Limits { memory: 64 << 20, ..Limits::default() };
    for cut in (0..whole.len()).step_by(whole.len() / 40) {
        let font = FontChoice::File(&whole[..cut]);
        let _ = draw(&Setting { font, ..setting("ภาษาไทย ก็ดี") }, &limits);
    }
    let mut seed = Wrapping(1_u64);
    for _ in 0..300 {
        let mut font = whole.to_vec();
        for _ in 0..8 {
            seed = seed * Wrapping(6_364_136_223_846_793_005) + Wrapping(1_442_695_040_888_963_407);
            let at = (seed.0 >> 33) as usize % font.len();
            font[at] = (seed.0 >> 25) as u8;
        }
        let _ = draw(
            &Setting {
                font: FontChoice::File(&font), ..setting("ภาษาไทย ก็ดี")
            },
            &limits,
        );
    }
}

#[test]
fn a_switch_stops_it() {
    let limits = Limits::default();
    limits.cancel.cancel();
    assert_eq!(draw(&setting("a"), &limits), Err(Error::Cancelled));
}
