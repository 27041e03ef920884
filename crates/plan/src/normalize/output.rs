//! What of an output its format can show.

use crate::{Color, Density, Expr, Format, Output, OutputFormat, Quality};

pub(super) fn normalized(output: Output) -> Output {
    let can = |shows: fn(Format) -> bool| match output.format {
        // Settled later, so everything may matter.
        OutputFormat::Auto | OutputFormat::Source => true,
        OutputFormat::Is(format) => shows(format),
    };
    let lossless = output.lossless && can(|format| format == Format::Webp);
    let palette = output.palette && can(|format| format == Format::Png);
    let is_lossy = can(|format| matches!(format, Format::Jpeg | Format::Webp | Format::Avif))
        && !(lossless && output.format == OutputFormat::Is(Format::Webp));
    // How far a palette may depart from the picture is a matter of quality as well.
    let quality = output.quality.filter(|_| is_lossy || palette);
    Output {
        keep_format: output.keep_format && !matches!(output.format, OutputFormat::Is(_)),
        quality: quality.filter(|quality| *quality != Quality::DEFAULT),
        progressive: output.progressive.filter(|_| can(|format| format == Format::Jpeg)),
        lossless,
        palette,
        keep_samples: output.keep_samples && !palette && can(|format| format == Format::Png),
        half_chroma: output.half_chroma && can(|format| format == Format::Jpeg),
        density: output.density.map(normalized_density),
        flatten: output
            .flatten
            .filter(|color| *color != Color::BLACK && can(|format| !format.holds_alpha())),
        ..output
    }
}

fn normalized_density(density: Density) -> Density {
    match density {
        Density::Dpi(dpi) => Density::Dpi(dpi.max(1)),
        Density::Expr(expr) => match expr.folded() {
            Expr::Number(dpi) if dpi.is_finite() => {
                Density::Dpi(dpi.round().clamp(1.0, f64::from(u16::MAX)) as u16)
            }
            expr => Density::Expr(expr),
        },
    }
}
