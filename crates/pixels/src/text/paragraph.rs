//! A paragraph: which direction, script and font each part of it has, and where its lines break.

use std::ops::Range;

use harfrust::{Script, Tag};
use plan::Text;
use unicode_bidi::{Level, ParagraphBidiInfo};
use unicode_script::UnicodeScript;
use unicode_segmentation::UnicodeSegmentation;

use super::fonts::Chain;

/// What is shown of a text: cut to [`Text::MAX_CHARS`], every kind of line break as `\n`, a tab as four spaces,
/// without other control characters.
pub(super) fn cleaned(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len().min(4 * Text::MAX_CHARS));
    let mut characters = text.chars().take(Text::MAX_CHARS).peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                cleaned.push('\n');
            }
            '\n' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => cleaned.push('\n'),
            '\t' => cleaned.push_str("    "),
            character if character.is_control() => {}
            character => cleaned.push(character),
        }
    }
    cleaned
}

/// A text without line breaks.
pub(super) struct Paragraph<'a> {
    pub(super) text: &'a str,
    /// In the order of the text, all of it.
    pub(super) items: Vec<Item>,
    bidi: ParagraphBidiInfo<'a>,
}

/// A part of a paragraph that is shaped in one go.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) range: Range<usize>,
    pub(super) rtl: bool,
    pub(super) script: Script,
    /// Index into the [`Chain`].
    pub(super) font: usize,
}

impl<'a> Paragraph<'a> {
    pub(super) fn new(text: &'a str, chain: &Chain<'_>) -> Self {
        // The first letter with a direction decides on that of the paragraph.
        let bidi = ParagraphBidiInfo::new(text, None);
        let items = items(text, &bidi.levels, chain);
        Self { text, items, bidi }
    }

    /// The parts of a line in the order in which they are seen, from left to right.
    pub(super) fn visual(&self, line: Range<usize>) -> Vec<Item> {
        if line.is_empty() {
            return Vec::new();
        }
        let (levels, runs) = self.bidi.visual_runs(line);
        let mut seen = Vec::new();
        for run in runs {
            let rtl = levels[run.start].is_rtl();
            let inside = self.items.iter().filter_map(|item| {
                let range = item.range.start.max(run.start)..item.range.end.min(run.end);
                (!range.is_empty()).then(|| Item { range, rtl, ..item.clone() })
            });
            let first = seen.len();
            seen.extend(inside);
            if rtl {
                seen[first..].reverse();
            }
        }
        seen
    }

    /// Lines as parts of the text, without the blanks at their ends. None is wider than `wrap` pixels, if it is given,
    /// unless one character is.
    pub(super) fn lines(
        &self,
        wrap: Option<f64>,
        size: f64,
        chain: &Chain<'_>,
    ) -> Vec<Range<usize>> {
        let lines = match wrap {
            Some(width) => self.wrapped(width / size, &self.advances(chain)),
            // One line, however long.
            None => std::iter::once(0..self.text.len()).collect(),
        };
        let trimmed =
            |line: Range<usize>| line.start..line.start + self.text[line].trim_end().len();
        lines.into_iter().map(trimmed).collect()
    }

    /// `width` in em. Breaks where Unicode allows it, else before the character that does not fit.
    fn wrapped(&self, width: f64, advances: &[f64]) -> Vec<Range<usize>> {
        /// Sums of advances are not exact; a line that was measured to be as wide as this must fit.
        const SLACK: f64 = 1e-6;
        let mut breaks: Vec<usize> =
            unicode_linebreak::linebreaks(self.text).map(|(at, _)| at).collect();
        breaks.reverse();
        let mut lines = Vec::new();
        let mut start = 0;
        let mut chance = 0;
        let mut used = 0.0;
        for (at, cluster) in self.text.grapheme_indices(true) {
            while let Some(allowed) = breaks.pop_if(|allowed| *allowed <= at) {
                chance = allowed;
            }
            let advance: f64 = advances[at..at + cluster.len()].iter().sum();
            // Blanks hang over the end.
            let is_blank = cluster.chars().all(char::is_whitespace);
            while !is_blank && at > start && used + advance > width + SLACK {
                let end = if chance > start { chance } else { at };
                lines.push(start..end);
                start = end;
                used = advances[start..at].iter().sum();
            }
            used += advance;
        }
        lines.push(start..self.text.len());
        lines
    }

    /// How far each byte moves the pen in em, the whole cluster at its first byte.
    fn advances(&self, chain: &Chain<'_>) -> Vec<f64> {
        let mut advances = vec![0.0; self.text.len()];
        for item in &self.items {
            let text = &self.text[item.range.clone()];
            for glyph in chain.get(item.font).face.get().shape(text, item.script, item.rtl) {
                if let Some(sum) = advances.get_mut(item.range.start + glyph.cluster) {
                    *sum += glyph.advance;
                }
            }
        }
        advances
    }
}

/// Splits where direction, script or font change.
fn items(text: &str, levels: &[Level], chain: &Chain<'_>) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut script = leading_script(text);
    for (at, cluster) in text.grapheme_indices(true) {
        script = cluster.chars().find_map(own_script).unwrap_or(script);
        let rtl = levels[at].is_rtl();
        let font = chain.choose(cluster, is_emoji(cluster));
        match items.last_mut() {
            Some(last) if last.rtl == rtl && last.script == script && last.font == font => {
                last.range.end += cluster.len();
            }
            _ => items.push(Item { range: at..at + cluster.len(), rtl, script, font }),
        }
    }
    items
}

/// Blanks and punctuation before the first letter are set like it.
fn leading_script(text: &str) -> Script {
    text.chars().find_map(own_script).unwrap_or(harfrust::script::COMMON)
}

/// `None` for what all scripts share.
fn own_script(character: char) -> Option<Script> {
    use unicode_script::Script::{Common, Inherited, Unknown};
    let script = character.script();
    if matches!(script, Common | Inherited | Unknown) {
        return None;
    }
    let name = script.short_name().as_bytes().try_into().ok()?;
    Script::from_iso15924_tag(Tag::new(name))
}

/// Whether a cluster asks for the picture of a sign that other fonts have, too: by the variation selector, as a keycap,
/// a flag or a sequence.
fn is_emoji(cluster: &str) -> bool {
    cluster.contains(['\u{FE0F}', '\u{20E3}'])
        || cluster.starts_with(|first| matches!(first, '\u{1F1E6}'..='\u{1F9FF}'))
}
