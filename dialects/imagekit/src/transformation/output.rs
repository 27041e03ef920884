//! How the result is encoded: `f q pr lo md cp dn`. These concern the final output wherever they stand.

use plan::{Density, Expr, Format, Metadata, Output, OutputFormat, Profile, Quality};

use super::{
    expression::{ExpressionError, Scope},
    geometry::set,
    number,
};

/// Takes an item; the last one wins. `None`: the key is none of ours. `false`: its value is none, and is ignored.
pub(crate) fn take(
    output: &mut Output,
    key: &str,
    value: &str,
) -> Result<Option<bool>, ExpressionError> {
    let flag = number::boolean(value);
    Ok(Some(match key {
        "f" => assign(&mut output.format, format(value)),
        "q" => {
            let quality = number::whole(value, 1, 100).and_then(|value| Quality::new(value as u8));
            set(&mut output.quality, quality)
        }
        "pr" => set(&mut output.progressive, flag),
        "lo" => assign(&mut output.lossless, flag),
        "md" => assign(
            &mut output.metadata,
            flag.map(|keep| if keep { Metadata::Keep } else { Metadata::Strip }),
        ),
        "cp" => assign(
            &mut output.profile,
            flag.map(|keep| if keep { Profile::Keep } else { Profile::Srgb }),
        ),
        "dn" => set(&mut output.density, density(value)?),
        _ => return Ok(None),
    }))
}

/// As [`set`], for what always has a value.
fn assign<T>(place: &mut T, value: Option<T>) -> bool {
    value.map(|value| *place = value).is_some()
}

fn format(text: &str) -> Option<OutputFormat> {
    Some(match text {
        "auto" => OutputFormat::Auto,
        "jpg" | "jpeg" => OutputFormat::Is(Format::Jpeg),
        "png" => OutputFormat::Is(Format::Png),
        "webp" => OutputFormat::Is(Format::Webp),
        "avif" => OutputFormat::Is(Format::Avif),
        // `gif` and `svg` exist for sources of that format only, so they ask for nothing but the source's.
        "orig" | "gif" | "svg" => OutputFormat::Source,
        _ => return None,
    })
}

fn density(text: &str) -> Result<Option<Density>, ExpressionError> {
    Ok(match number::number_or_expression(text, 1.0, 1200.0, Scope::Picture)? {
        Some(Expr::Number(value)) => Some(Density::Dpi(value.round() as u16)),
        Some(expression) => Some(Density::Expr(expression)),
        None => None,
    })
}
