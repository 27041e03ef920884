//! Pixels as AV1 wants them.

use plan::Size;

/// Eight-bit planes, full range. Chroma is halved in both directions, with BT.601's matrix.
pub(super) struct Planes {
    pub(super) size: Size,
    pub(super) luma: Vec<u8>,
    /// Cb and Cr, each of [`Planes::chroma_size`]; `None` for a picture without colour.
    pub(super) chroma: Option<[Vec<u8>; 2]>,
}

impl Planes {
    /// One plane as it is.
    pub(super) fn luma(samples: &[u8], size: Size) -> Self {
        Self { size, luma: samples.to_vec(), chroma: None }
    }

    /// From pixels of `N` samples of which the first three are red, green and blue.
    pub(super) fn yuv<const N: usize>(pixels: &[u8], size: Size) -> Self {
        let (width, height) = (size.width as usize, size.height as usize);
        let half = Self::chroma_size(size);
        let mut luma = Vec::with_capacity(width * height);
        luma.extend(pixels.as_chunks::<N>().0.iter().map(|pixel| {
            let [r, g, b] = [i32::from(pixel[0]), i32::from(pixel[1]), i32::from(pixel[2])];
            ((19_595 * r + 38_470 * g + 7_471 * b + 32_768) >> 16) as u8
        }));

        let chroma_len = half.width as usize * half.height as usize;
        let (mut cb, mut cr) = (Vec::with_capacity(chroma_len), Vec::with_capacity(chroma_len));
        for y in (0..height).step_by(2) {
            let upper = &pixels[y * width * N..][..width * N];
            // The last row or column of an odd size stands in for the one that is missing.
            let lower =
                if y + 1 < height { &pixels[(y + 1) * width * N..][..width * N] } else { upper };
            for (upper, lower) in upper.chunks(2 * N).zip(lower.chunks(2 * N)) {
                let last = upper.len() - N;
                let four = [&upper[..N], &upper[last..], &lower[..N], &lower[last..]];
                let [r, g, b] = sums(four.map(|pixel| {
                    let alpha = if N == 4 { pixel[3] } else { 255 };
                    [pixel[0], pixel[1], pixel[2], alpha].map(i32::from)
                }));
                // Two more bits than luma, because these are sums of four; 128 is the middle.
                cb.push(
                    ((-11_059 * r - 21_709 * g + 32_768 * b + (128 << 18) + (1 << 17)) >> 18)
                        .clamp(0, 255) as u8,
                );
                cr.push(
                    ((32_768 * r - 27_439 * g - 5_329 * b + (128 << 18) + (1 << 17)) >> 18)
                        .clamp(0, 255) as u8,
                );
            }
        }
        Self { size, luma, chroma: Some([cb, cr]) }
    }

    pub(super) const fn chroma_size(size: Size) -> Size {
        Size::new(size.width.div_ceil(2), size.height.div_ceil(2))
    }
}

/// Red, green and blue of four pixels, added up. Where alpha differs, each counts as much as it is seen: the
/// colour of an outline would else be mixed with whatever is hidden beside it.
fn sums(four: [[i32; 4]; 4]) -> [i32; 3] {
    let [a, b, c, d] = four.map(|pixel| pixel[3]);
    let total = a + b + c + d;
    if total == 0 || (a == b && b == c && c == d) {
        return [0, 1, 2].map(|channel| four.iter().map(|pixel| pixel[channel]).sum());
    }
    [0, 1, 2].map(|channel| {
        let seen: i32 = four.iter().map(|pixel| pixel[channel] * pixel[3]).sum();
        (seen * 4 + total / 2) / total
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_has_no_colour_and_white_is_full_range() {
        for gray in [0, 1, 127, 128, 254, 255] {
            let planes = Planes::yuv::<3>(&[gray; 27], Size::new(3, 3));
            assert_eq!(planes.luma, [gray; 9]);
            assert_eq!(planes.chroma, Some([vec![128; 4], vec![128; 4]]));
        }
    }

    #[test]
    fn primaries_are_those_of_bt_601() {
        for (rgb, yuv) in [
            ([255, 0, 0], [76, 85, 255]),
            ([0, 255, 0], [150, 44, 21]),
            ([0, 0, 255], [29, 255, 107]),
        ] {
            let planes = Planes::yuv::<3>(&rgb, Size::new(1, 1));
            assert_eq!(
                (planes.luma, planes.chroma),
                (vec![yuv[0]], Some([vec![yuv[1]], vec![yuv[2]]]))
            );
        }
    }

    #[test]
    fn hidden_colours_do_not_stain_an_outline() {
        let red = [255, 0, 0, 255].repeat(64);
        let mut striped = red.clone();
        for pixels in striped.chunks_exact_mut(8) {
            pixels[4..].fill(0);
        }
        let chroma = |data: &[u8]| Planes::yuv::<4>(data, Size::new(8, 8)).chroma;
        assert_eq!(chroma(&striped), chroma(&red));
    }
}
