//! New colours as sums of the old.

use crate::picture::{Layout, Picture};

/// Multiplies each pixel's red, green and blue, as they are encoded, with a matrix of three rows; alpha stays.
pub(crate) fn recombine(picture: Picture, matrix: [f64; 9]) -> Picture {
    let layout = picture.layout.with_colors();
    let mut picture = picture.into_layout(layout);
    let weights: [[f32; 256]; 9] =
        matrix.map(|weight| std::array::from_fn(|level| (weight * level as f64) as f32));
    for pixel in picture.data.chunks_exact_mut(layout.channels()) {
        let own = [pixel[0], pixel[1], pixel[2]].map(usize::from);
        for (row, sample) in pixel.iter_mut().take(3).enumerate() {
            let sum: f32 = (0..3).map(|column| weights[3 * row + column][own[column]]).sum();
            *sample = sum.round() as u8;
        }
    }
    picture
}

/// Bytes that this needs beside the picture.
pub(crate) fn memory(picture: &Picture) -> u64 {
    if picture.layout == Layout::Gray { 3 * picture.size.pixels() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_make_channels() {
        let swap = [0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.5, 0.5, 0.0];
        let got = recombine(Picture::of(1, 1, |_, _| [200, 100, 50, 9]), swap);
        assert_eq!(got.data, [50, 100, 150, 9]);
        let got = recombine(
            Picture::of(1, 1, |_, _| [100]),
            [2.0, 0.0, 0.0, 0.0, -1.0, 0.0, 3.0, 0.0, 0.0],
        );
        assert_eq!((got.layout, &got.data[..]), (Layout::Rgb, &[200, 0, 255][..]));
    }
}
