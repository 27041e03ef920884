//! Rules for metadata blocks that several containers share.

use crate::Limits;

/// Keeps the first block of a kind, if it is not larger than the limit.
pub(super) fn keep(slot: &mut Option<Vec<u8>>, block: &[u8], limits: &Limits) {
    if slot.is_none() && !block.is_empty() && block.len() <= limits.metadata {
        *slot = Some(block.to_vec());
    }
}

/// What a density counts pixels along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DensityUnit {
    Inch,
    Centimetre,
    Metre,
}

/// Dots per inch, rounded; `None` for what no picture has (zero, not finite, above 65,535).
pub(crate) fn density(value: f64, unit: DensityUnit) -> Option<u32> {
    let dpi = match unit {
        DensityUnit::Inch => value,
        DensityUnit::Centimetre => value * 2.54,
        DensityUnit::Metre => value * 0.0254,
    };
    let dpi = dpi.round();
    (1.0..=65_535.0).contains(&dpi).then_some(dpi as u32)
}

/// The IPTC-IIM records (resource 0x0404) among Photoshop's image resources.
pub(super) fn iptc_resource(mut resources: &[u8]) -> Option<&[u8]> {
    const IPTC: u16 = 0x0404;
    loop {
        let rest = resources.strip_prefix(b"8BIM")?;
        let (id, rest) = rest.split_first_chunk::<2>()?;
        // A Pascal string, padded to an even length together with its length byte.
        let name = usize::from(*rest.first()?);
        let rest = rest.get((name + 2) & !1..)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        let content = rest.get(..length)?;
        if u16::from_be_bytes(*id) == IPTC {
            return Some(content);
        }
        resources = rest.get(length.checked_add(1)? & !1..)?;
    }
}
