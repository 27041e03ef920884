//! PNG: lossless in the smallest kind of sample that holds the picture exactly, or reduced to a palette.
//!
//! Two very different coders, chosen by trying both on a few rows. Measured, encoder alone with its filter,
//! milliseconds of CPU on an AMD EPYC:
//!
//! | picture | coder | bytes | ms |
//! |---|---|---|---|
//! | photograph, 512x340 RGB | **adaptive filter, fdeflate** | 275,300 | 1.1 |
//! | | adaptive filter, libdeflate 6 | 270,000 | 10.5 |
//! | | adaptive filter, zlib-rs 6 | 269,500 | 15.5 |
//! | | no filter, libdeflate 6 (what sharp does by default) | 353,400 | 7.0 |
//! | drawing, 720x540 RGBA | adaptive filter, fdeflate | 151,400 | 1.3 |
//! | | no filter, libdeflate 6 | 128,600 | 5.9 |
//! | | **no filter, libdeflate 7** | 127,400 | 8.1 |
//! | | no filter, zlib-rs 6 | 128,900 | 7.0 |
//! | | adaptive filter, libdeflate 6 | 137,700 | 9.9 |
//! | | what sharp's own reduction and coder make of it | 128,400 | 9.8 |
//!
//! Photographs have hardly any repetition, so looking for it is time lost; drawings live from it, and filters hide it.

mod filter;
mod samples;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use libdeflater::{CompressionLvl, Compressor};
use plan::Format;
use png::{Encoder, Filter, Info, PixelDimensions, Unit, chunk, text_metadata::ITXtChunk};

use self::samples::Samples;
use super::Still;
use crate::{Error, picture::Layout};

/// Longest side that the header can express and readers accept.
const LONGEST_SIDE: u32 = 0x7fff_ffff;

/// From here on, rows are coded one by one instead of in one piece, because the piece and its result are as large as the
/// picture again.
const BY_ROW_FROM_BYTES: usize = 64 << 20;

pub(super) fn encode(still: &Still<'_>) -> Result<Vec<u8>, Error> {
    super::check_side(still.picture.size, Format::Png, LONGEST_SIDE)?;
    // Grey is never in need of a palette: it has 256 values.
    let samples = if still.output.palette && still.picture.layout != Layout::Gray {
        Samples::reduced(still.picture, still.limits)?
    } else if still.output.keep_samples {
        Samples::kept(still.picture)
    } else {
        Samples::smallest(still.picture, still.extras.profile.is_some())
    };
    still.limits.cancel.check()?;
    if samples.data.len() >= BY_ROW_FROM_BYTES {
        return write_by_row(still, &samples);
    }
    let compressed = compress(&samples, still)?;
    let mut bytes = Vec::with_capacity(compressed.len() + 1024);
    {
        let encoder = Encoder::with_info(&mut bytes, info(still, &samples))
            .map_err(|error| failed(&error))?;
        let mut writer = encoder.write_header().map_err(|error| failed(&error))?;
        for part in compressed.chunks(i32::MAX as usize) {
            writer.write_chunk(chunk::IDAT, part).map_err(|error| failed(&error))?;
        }
        // Dropping the writer writes the end; `finish` would miss the rows that it did not compress itself.
    }
    Ok(bytes)
}

fn write_by_row(still: &Still<'_>, samples: &Samples<'_>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut encoder =
        Encoder::with_info(&mut bytes, info(still, samples)).map_err(|error| failed(&error))?;
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(if samples.palette.is_some() { Filter::NoFilter } else { Filter::Adaptive });
    let mut writer = encoder.write_header().map_err(|error| failed(&error))?;
    writer.write_image_data(&samples.data).map_err(|error| failed(&error))?;
    writer.finish().map_err(|error| failed(&error))?;
    Ok(bytes)
}

/// Everything but the pixels.
fn info<'a>(still: &Still<'a>, samples: &'a Samples<'_>) -> Info<'a> {
    let blocks = still.extras.metadata;
    let mut info = Info::with_size(still.picture.size.width, still.picture.size.height);
    info.color_type = samples.color;
    info.bit_depth = samples.depth;
    if let Some(palette) = &samples.palette {
        info.palette =
            Some(palette.iter().flat_map(|color| [color[0], color[1], color[2]]).collect());
        // Opaque colours come last, and need no entry.
        let translucent =
            palette.iter().rposition(|color| color[3] != 255).map_or(0, |last| last + 1);
        if translucent > 0 {
            info.trns = Some(palette[..translucent].iter().map(|color| color[3]).collect());
        }
    }
    info.pixel_dims = still.density.map(|dpi| {
        let per_meter = (f64::from(dpi) / 0.0254).round() as u32;
        PixelDimensions { xppu: per_meter, yppu: per_meter, unit: Unit::Meter }
    });
    info.icc_profile = still.extras.profile.map(Cow::Borrowed);
    info.exif_metadata = blocks.exif.as_deref().map(Cow::Borrowed);
    // XMP that is no text is none.
    if let Some(xmp) = blocks.xmp.as_deref().and_then(|xmp| std::str::from_utf8(xmp).ok()) {
        info.utf8_text.push(ITXtChunk::new("XML:com.adobe.xmp", xmp));
    }
    info
}

/// How the rows become a zlib stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coder {
    /// Photographs.
    AdaptiveFast,
    /// Gradients and other smooth graphics.
    AdaptiveDeflate,
    /// Drawings, text, palettes.
    PlainDeflate,
}

/// libdeflate's level for rows as they are: 7 takes a third longer than 6 and saves 1 %, which is what keeps answers from being
/// larger than those of other servers, whose reductions leave fewer colours.
const PLAIN_LEVEL: i32 = 7;

/// libdeflate's level for filtered rows: 7 would save 0.5 % for half as much time again.
const FILTERED_LEVEL: i32 = 6;

/// libdeflate's level for trying.
const TRIAL_LEVEL: i32 = 1;

/// What the real level makes of the trial level's bytes: rows as they are repeat themselves over longer distances, which only the
/// real level finds.
const PLAIN_GAIN: f64 = 0.91;
const FILTERED_GAIN: f64 = 0.97;

/// How many times larger the fast coder may be for costing a seventh.
const FAST_ALLOWANCE: f64 = 1.06;

/// Rows of the trial, in as many bands over the height of the picture.
const TRIAL_ROWS: usize = 8;
const TRIAL_BANDS: usize = 8;

fn compress(samples: &Samples<'_>, still: &Still<'_>) -> Result<Vec<u8>, Error> {
    let coder = choose(samples)?;
    let rows = match coder {
        Coder::PlainDeflate => filter::plain(&samples.data, samples.stride),
        Coder::AdaptiveFast | Coder::AdaptiveDeflate => {
            filter::adaptive(&samples.data, samples.stride, samples.bytes_per_pixel())
        }
    };
    still.limits.cancel.check()?;
    match coder {
        Coder::AdaptiveFast => Ok(fdeflate::compress_to_vec(&rows)),
        Coder::AdaptiveDeflate => deflate(&rows, FILTERED_LEVEL),
        Coder::PlainDeflate => deflate(&rows, PLAIN_LEVEL),
    }
}

/// Tries the coders on a few bands of rows.
fn choose(samples: &Samples<'_>) -> Result<Coder, Error> {
    if samples.palette.is_some() || samples.bytes_per_pixel() == 0 {
        // Neighbouring numbers of a palette mean nothing to each other.
        return Ok(Coder::PlainDeflate);
    }
    let band = samples.stride * TRIAL_ROWS;
    let sample: Cow<'_, [u8]> = if samples.data.len() <= band * TRIAL_BANDS {
        Cow::Borrowed(&samples.data)
    } else {
        let rows = samples.data.len() / samples.stride;
        let step = rows / TRIAL_BANDS;
        // From the middle of each part: borders of pictures are often empty.
        let starts = (0..TRIAL_BANDS)
            .map(|index| (index * step + step / 2).min(rows - TRIAL_ROWS) * samples.stride);
        Cow::Owned(starts.flat_map(|start| &samples.data[start..start + band]).copied().collect())
    };
    let adaptive = filter::adaptive(&sample, samples.stride, samples.bytes_per_pixel());
    let fast = fdeflate::compress_to_vec(&adaptive).len();
    let filtered = deflate(&adaptive, TRIAL_LEVEL)?.len() as f64 * FILTERED_GAIN;
    let plain =
        deflate(&filter::plain(&sample, samples.stride), TRIAL_LEVEL)?.len() as f64 * PLAIN_GAIN;
    Ok(if fast as f64 <= filtered.min(plain) * FAST_ALLOWANCE {
        Coder::AdaptiveFast
    } else if filtered < plain {
        Coder::AdaptiveDeflate
    } else {
        Coder::PlainDeflate
    })
}

fn deflate(data: &[u8], level: i32) -> Result<Vec<u8>, Error> {
    let broken = |reason: String| Error::Damaged { format: Format::Png, reason };
    let level = CompressionLvl::new(level).map_err(|error| broken(format!("{error:?}")))?;
    let mut compressor = Compressor::new(level);
    let mut out = vec![0; compressor.zlib_compress_bound(data.len())];
    let length =
        compressor.zlib_compress(data, &mut out).map_err(|error| broken(error.to_string()))?;
    out.truncate(length);
    Ok(out)
}

/// Writing into memory fails only when the encoder refuses what it is given.
fn failed(error: &png::EncodingError) -> Error {
    Error::Damaged { format: Format::Png, reason: error.to_string() }
}
