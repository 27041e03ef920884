//! The same fonts for the library that draws SVG.

use std::sync::{Arc, LazyLock};

use resvg::usvg::{
    Font, FontFamily, FontResolver, FontStyle,
    fontdb::{Database, Family as Name, ID, Query, Source, Style, Weight},
};

use super::fonts::{BUNDLED, Family};

/// All fonts of the binary; parsed once.
pub(crate) fn fonts() -> Arc<Database> {
    static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
        let mut fonts = Database::new();
        for font in BUNDLED {
            fonts.load_font_source(Source::Binary(Arc::new(font.data)));
        }
        Arc::new(fonts)
    });
    Arc::clone(&FONTS)
}

/// Family of a drawing that names none.
pub(crate) const DEFAULT_FAMILY: &str = Family::Sans.name();

/// Finds fonts by the names that [`Family`] knows, then for each character that the found one lacks.
pub(crate) fn resolver() -> FontResolver<'static> {
    FontResolver {
        select_font: Box::new(|font, fonts| select(font, fonts)),
        select_fallback: FontResolver::default_fallback_selector(),
    }
}

fn select(font: &Font, fonts: &Database) -> Option<ID> {
    let family = font.families().iter().find_map(family).unwrap_or(Family::Sans);
    fonts.query(&Query {
        families: &[Name::Name(family.name())],
        weight: Weight(font.weight()),
        style: match font.style() {
            FontStyle::Normal => Style::Normal,
            FontStyle::Italic => Style::Italic,
            FontStyle::Oblique => Style::Oblique,
        },
        ..Query::default()
    })
}

/// `None` for a name that is not known: the next of the list counts.
fn family(wanted: &FontFamily) -> Option<Family> {
    match wanted {
        FontFamily::Serif => Some(Family::Serif),
        FontFamily::Monospace => Some(Family::Mono),
        FontFamily::SansSerif | FontFamily::Cursive | FontFamily::Fantasy => Some(Family::Sans),
        FontFamily::Named(name) => Family::known(name),
    }
}
