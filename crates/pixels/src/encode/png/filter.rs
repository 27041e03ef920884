//! Rows with PNG's filters in front of them. Source: PNG specification, 9 "Filtering".

/// Every row as it is.
pub(super) fn plain(data: &[u8], stride: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() + data.len() / stride);
    for row in data.chunks_exact(stride) {
        out.push(NONE);
        out.extend_from_slice(row);
    }
    out
}

/// Every row with the filter that leaves the smallest sum of absolute differences, which is the
/// specification's own advice for pixels of 8 bits. `pixel` is the number of bytes of one.
pub(super) fn adaptive(data: &[u8], stride: usize, pixel: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() + data.len() / stride);
    let zeros = vec![0; stride];
    let mut above = &zeros[..];
    let mut best = vec![0; stride];
    let mut trial = vec![0; stride];
    for row in data.chunks_exact(stride) {
        let mut least = u64::MAX;
        let mut chosen = NONE;
        for filter in [UP, PAETH, SUB, AVERAGE, NONE] {
            apply(filter, row, above, pixel, &mut trial);
            let sum = cost(&trial);
            if sum < least {
                least = sum;
                chosen = filter;
                std::mem::swap(&mut best, &mut trial);
            }
            if least == 0 {
                break;
            }
        }
        out.push(chosen);
        out.extend_from_slice(&best);
        above = row;
    }
    out
}

const NONE: u8 = 0;
const SUB: u8 = 1;
const UP: u8 = 2;
const AVERAGE: u8 = 3;
const PAETH: u8 = 4;

fn cost(filtered: &[u8]) -> u64 {
    // Short sums in 32 bits are what the compiler turns into vector code.
    filtered
        .chunks(4096)
        .map(|part| {
            u64::from(part.iter().map(|&byte| u32::from((byte as i8).unsigned_abs())).sum::<u32>())
        })
        .sum()
}

/// `out` and `above` are as long as `row`.
fn apply(filter: u8, row: &[u8], above: &[u8], pixel: usize, out: &mut [u8]) {
    let stride = row.len();
    // The first pixel has nothing to its left.
    let pixel = pixel.min(stride);
    let (first, rest) = out.split_at_mut(pixel);
    let (left, here) = (&row[..stride - pixel], &row[pixel..]);
    let (above_first, above_here, above_left) =
        (&above[..pixel], &above[pixel..], &above[..stride - pixel]);
    match filter {
        SUB => {
            first.copy_from_slice(&row[..pixel]);
            for ((out, here), left) in rest.iter_mut().zip(here).zip(left) {
                *out = here.wrapping_sub(*left);
            }
        }
        UP => {
            for ((out, here), above) in out.iter_mut().zip(row).zip(above) {
                *out = here.wrapping_sub(*above);
            }
        }
        AVERAGE => {
            for ((out, here), above) in first.iter_mut().zip(row).zip(above_first) {
                *out = here.wrapping_sub(above / 2);
            }
            for (((out, here), left), above) in rest.iter_mut().zip(here).zip(left).zip(above_here)
            {
                *out = here.wrapping_sub(u8::midpoint(*left, *above));
            }
        }
        PAETH => {
            for ((out, here), above) in first.iter_mut().zip(row).zip(above_first) {
                *out = here.wrapping_sub(*above);
            }
            for ((((out, here), left), above), above_left) in
                rest.iter_mut().zip(here).zip(left).zip(above_here).zip(above_left)
            {
                *out = here.wrapping_sub(paeth(*left, *above, *above_left));
            }
        }
        _ => out.copy_from_slice(row),
    }
}

/// Whichever neighbour is nearest to `left + above - above_left`; on a tie the one named first.
fn paeth(left: u8, above: u8, above_left: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(above_left));
    let to_left = (b - c).abs();
    let to_above = (a - c).abs();
    let to_corner = (a + b - 2 * c).abs();
    if to_left <= to_above && to_left <= to_corner {
        left
    } else if to_above <= to_corner {
        above
    } else {
        above_left
    }
}
