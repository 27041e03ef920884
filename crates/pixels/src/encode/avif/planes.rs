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
                let sum = |channel: usize| {
                    i32::from(upper[channel])
                        + i32::from(upper[last + channel])
                        + i32::from(lower[channel])
                        + i32::from(lower[last + channel])
                };
                let [r, g, b] = [sum(0), sum(1), sum(2)];
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
