//! What drawing one glyph may cost. Glyphs are made of other glyphs (TrueType) and of subroutines (PostScript); both
//! nest, so that a font of a kilobyte can ask for more work than there is time. The readers bound the depth only.

use std::cell::Cell;

use skrifa::{
    FontRef, GlyphId,
    raw::{
        TableProvider,
        ps::{
            cff::{CffFontRef, blend::BlendState, index::Index},
            cs::{self, CharstringContext, CharstringKind, CommandSink},
            error::Error,
        },
        tables::glyf::Glyph,
        types::{F2Dot14, Fixed},
    },
};

/// Whether the outline of `glyph` is one that can be drawn in time.
pub(super) fn is_affordable(font: &FontRef<'_>, glyph: GlyphId, coords: &[F2Dot14]) -> bool {
    if font.glyf().is_ok() {
        return Components { font, left: Cell::new(COMPONENTS) }.count(glyph, 0).is_some();
    }
    program(font, glyph, coords).unwrap_or(false)
}

/// Glyphs that one is made of. The most known are some dozen.
const COMPONENTS: u32 = 1000;

/// Bytes of PostScript that are run for a glyph. The longest known are some thousand.
const PROGRAM: usize = 1 << 20;

struct Components<'a> {
    font: &'a FontRef<'a>,
    left: Cell<u32>,
}

impl Components<'_> {
    /// `None` once there are too many.
    fn count(&self, glyph: GlyphId, depth: u32) -> Option<()> {
        const DEPTH: u32 = 32;
        self.left.set(self.left.get().checked_sub(1)?);
        if depth > DEPTH {
            return None;
        }
        let (Ok(loca), Ok(glyf)) = (self.font.loca(None), self.font.glyf()) else {
            return Some(());
        };
        let Ok(Some(Glyph::Composite(glyph))) = loca.get_glyf(glyph, &glyf) else {
            return Some(());
        };
        glyph.components().try_for_each(|component| self.count(component.glyph.into(), depth + 1))
    }
}

/// Runs the program of a glyph without drawing, to see whether it ends in time. `None`: there is none, or it cannot be
/// found the way it is found here.
fn program(font: &FontRef<'_>, glyph: GlyphId, coords: &[F2Dot14]) -> Option<bool> {
    let (data, is_cff2) = match (font.cff(), font.cff2()) {
        (Ok(cff), _) => (cff.offset_data().as_bytes(), false),
        (_, Ok(cff2)) => (cff2.offset_data().as_bytes(), true),
        _ => return None,
    };
    let cff = if is_cff2 {
        CffFontRef::new_cff2(data, None).ok()?
    } else {
        CffFontRef::new_cff(data, 0, None).ok()?
    };
    let subfont = cff.subfont(cff.subfont_index(glyph)?, coords).ok()?;
    let local = match subfont.subrs_offset() as usize {
        0 => Index::Empty,
        offset => Index::new(data.get(offset..)?, is_cff2).ok()?,
    };
    let store = cff.var_store().cloned();
    let blend = store.and_then(|store| BlendState::new(store, coords, subfont.vs_index()).ok());
    let charstring = cff.charstrings().get(glyph.to_u32() as usize).ok()?;
    let inner = (data, cff.charstrings(), cff.global_subrs(), &local);
    let context = Counted { inner, left: Cell::new(PROGRAM), is_over: Cell::new(false) };
    let _ = cs::evaluate(&context, blend, charstring, &mut Nowhere);
    Some(!context.is_over.get())
}

/// Hands out parts of a program until they are too many.
struct Counted<C> {
    inner: C,
    left: Cell<usize>,
    is_over: Cell<bool>,
}

impl<C> Counted<C> {
    fn spend<'a>(&self, part: &'a [u8]) -> Result<&'a [u8], Error> {
        // An empty part is work, too.
        if let Some(left) = self.left.get().checked_sub(part.len() + 1) {
            self.left.set(left);
            Ok(part)
        } else {
            self.is_over.set(true);
            Err(Error::CharstringNestingDepthLimitExceeded)
        }
    }
}

impl<C: CharstringContext> CharstringContext for Counted<C> {
    fn kind(&self) -> CharstringKind {
        self.inner.kind()
    }

    fn seac_components(&self, base: i32, accent: i32) -> Result<[&[u8]; 2], Error> {
        let [base, accent] = self.inner.seac_components(base, accent)?;
        Ok([self.spend(base)?, self.spend(accent)?])
    }

    fn global_subr(&self, index: i32) -> Result<&[u8], Error> {
        self.spend(self.inner.global_subr(index)?)
    }

    fn subr(&self, index: i32) -> Result<&[u8], Error> {
        self.spend(self.inner.subr(index)?)
    }
}

struct Nowhere;

impl CommandSink for Nowhere {
    fn move_to(&mut self, _: Fixed, _: Fixed) {}
    fn line_to(&mut self, _: Fixed, _: Fixed) {}
    fn curve_to(&mut self, _: Fixed, _: Fixed, _: Fixed, _: Fixed, _: Fixed, _: Fixed) {}
    fn close(&mut self) {}
}
