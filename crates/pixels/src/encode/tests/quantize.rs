use super::{flat, picture};
use crate::{
    Cancel,
    encode::quantize::{quantize, rgba},
    picture::{Layout, Picture},
};

fn colors_of(picture: &Picture, most: usize) -> Vec<[u8; 4]> {
    let reduced = quantize(picture, most, &Cancel::default()).unwrap();
    assert!(reduced.palette.len() <= most);
    assert!(reduced.numbers.iter().all(|&number| usize::from(number) < reduced.palette.len()));
    reduced.numbers.iter().map(|&number| reduced.palette[usize::from(number)]).collect()
}

#[test]
fn colours_that_fit_are_kept() {
    let mut picture = flat(Layout::Rgba, 30, 20, &[0; 4]);
    let kept =
        [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [0, 0, 0, 0], [240, 240, 250, 128]];
    for (index, pixel) in picture.data.chunks_exact_mut(4).enumerate() {
        pixel.copy_from_slice(&kept[index % kept.len()]);
    }
    assert_eq!(colors_of(&picture, 8), rgba(&picture));
}

#[test]
fn nothing_stays_nothing_and_opaque_stays_opaque() {
    let picture = picture(Layout::Rgba, 256, 64);
    for (want, got) in rgba(&picture).into_iter().zip(colors_of(&picture, 64)) {
        if want[3] == 0 {
            assert_eq!(got, [0; 4]);
        }
        if want[3] == 255 {
            assert_eq!(got[3], 255, "{want:?} became {got:?}");
        }
    }
}

#[test]
fn a_ramp_of_greys_is_dithered_to_its_mean() {
    let mut ramp = flat(Layout::Gray, 256, 64, &[0]);
    for row in ramp.data.chunks_exact_mut(256) {
        for (x, gray) in row.iter_mut().enumerate() {
            *gray = x as u8;
        }
    }
    let got = colors_of(&ramp, 4);
    for band in [32..64, 96..128, 160..192] {
        let mean = |value: &dyn Fn(usize) -> u8| {
            let sum: f64 = (0..64 * 256)
                .filter(|i| band.contains(&(i % 256)))
                .map(|i| f64::from(value(i)))
                .sum();
            sum / (64.0 * band.len() as f64)
        };
        let (want, got) = (mean(&|i| ramp.data[i]), mean(&|i| got[i][0]));
        assert!((want - got).abs() < 4.0, "{band:?}: {want} became {got}");
    }
}

#[test]
fn extreme_alpha_does_not_divide_by_nothing() {
    for pixel in [[255, 255, 255, 0], [255, 255, 255, 1], [0, 0, 0, 1], [9, 8, 7, 255]] {
        let picture = flat(Layout::Rgba, 5, 5, &pixel);
        assert_eq!(colors_of(&picture, 4), rgba(&picture), "{pixel:?}");
    }
}
