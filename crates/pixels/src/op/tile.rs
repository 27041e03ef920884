//! One picture many times.

use plan::Size;

use crate::picture::Picture;

/// A picture of `size`, covered with `tile`, of which one has its top-left corner at `at`.
pub(crate) fn tile(tile: &Picture, at: (i64, i64), size: Size) -> Picture {
    let channels = tile.layout.channels();
    let start = |at: i64, side: u32| at.wrapping_neg().rem_euclid(i64::from(side)) as usize;
    let left = start(at.0, tile.size.width);
    let row_bytes = size.width as usize * channels;
    let mut data = Vec::with_capacity(row_bytes * size.height as usize);
    for y in 0..size.height as usize {
        let row = (y + start(at.1, tile.size.height)) % tile.size.height as usize;
        let row = tile.row(row as u32);
        data.extend(row.iter().cycle().skip(left * channels).take(row_bytes));
    }
    Picture { size, layout: tile.layout, data }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_run_in_all_directions() {
        let stone = Picture::of(3, 2, |x, y| [(10 * y + x) as u8]);
        let got = tile(&stone, (1, 1), Size::new(5, 4));
        assert_eq!(
            got.data,
            [12, 10, 11, 12, 10, 2, 0, 1, 2, 0, 12, 10, 11, 12, 10, 2, 0, 1, 2, 0]
        );
        assert_eq!(tile(&stone, (-5, -3), Size::new(5, 4)), got);
        assert_eq!(tile(&stone, (i64::MIN, i64::MAX), Size::new(1, 1)).data.len(), 1);
    }
}
