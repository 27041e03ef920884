//! The quality setting that a JPEG was probably saved with.

/// Luminance table of Annex K of the JPEG standard, in zigzag order; libjpeg scales it by quality.
const STANDARD: [u16; 64] = [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37,
    29, 40, 58, 51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81,
    87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];

/// The libjpeg quality (1 to 100) whose luminance table lies nearest to `table`, which is in zigzag order.
/// For files written by libjpeg and its kin that is exactly the setting. `None` without a table.
pub(super) fn estimate(table: &[u16]) -> Option<u8> {
    let table: &[u16; 64] = table.try_into().ok()?;
    (1..=100u8).min_by_key(|&quality| {
        // On a tie the better quality, as the search keeps the first of equals.
        (distance(table, quality), 100 - quality)
    })
}

fn distance(table: &[u16; 64], quality: u8) -> u32 {
    let quality = u32::from(quality);
    let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    let scaled = STANDARD.iter().map(|&q| ((u32::from(q) * percent + 50) / 100).clamp(1, 255));
    table.iter().zip(scaled).map(|(&found, standard)| u32::from(found).abs_diff(standard)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_of_a_scaled_standard_table_is_found() {
        assert_eq!(estimate(&STANDARD), Some(50));
        assert_eq!(estimate(&[1; 64]), Some(100));
        let q25: Vec<u16> = STANDARD.iter().map(|q| q * 2).collect();
        assert_eq!(estimate(&q25), Some(25));
        assert_eq!(estimate(&[]), None);
    }
}
