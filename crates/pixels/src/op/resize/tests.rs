use plan::{Kernel, Light, Region, Size};

use super::{Curve, Kernels, Resampler, resize};
use crate::{
    color::curve::{code_of, linear_of},
    limits::Cancel,
    picture::{Layout, Picture},
};

const KERNELS: [Kernel; 4] = [Kernel::Cubic, Kernel::Mitchell, Kernel::Lanczos2, Kernel::Lanczos3];

/// Something with detail everywhere, of any size, the same every time.
fn noise(size: Size, layout: Layout) -> Picture {
    let mut state = 0x2545_f491_u32;
    let data = (0..size.pixels() as usize * layout.channels())
        .map(|i| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            // Detail on top of a slow wave, so that neither is missing.
            let wave = ((i as f64 * 0.01).sin() * 80.0 + 128.0) as i32;
            (wave + (state % 95) as i32 - 47).clamp(0, 255) as u8
        })
        .collect();
    Picture { size, layout, data }
}

/// The definition, in double precision: both axes, every tap, straight from the kernel.
fn reference(picture: &Picture, from: Region, to: Size, kernel: Kernel, light: Light) -> Picture {
    let channels = picture.layout.channels();
    let (w, h) = (picture.size.width as usize, picture.size.height as usize);
    let mut samples: Vec<f64> = picture
        .data
        .iter()
        .map(|&code| if light == Light::Linear { linear_of(code) } else { f64::from(code) / 255.0 })
        .collect();
    if picture.layout == Layout::Rgba {
        for (pixel, codes) in samples.chunks_exact_mut(4).zip(picture.data.chunks_exact(4)) {
            pixel[3] = f64::from(codes[3]) / 255.0;
            for c in 0..3 {
                pixel[c] *= pixel[3];
            }
        }
    }
    let taps = |source: usize, from: f64, length: f64, to: u32, i: u32| -> Vec<(usize, f64)> {
        let scale = length / f64::from(to);
        let curve = Curve::of(kernel, scale);
        let center = from + (f64::from(i) + 0.5) * scale - 0.5;
        let part = from.floor() as usize..((from + length).ceil() as usize).min(source);
        let all: Vec<_> =
            part.map(|k| (k, curve.at(k as f64 - center))).filter(|(_, w)| *w != 0.0).collect();
        let sum: f64 = all.iter().map(|(_, w)| w).sum();
        all.into_iter().map(|(k, w)| (k, w / sum)).collect()
    };
    let columns: Vec<_> = (0..to.width).map(|x| taps(w, from.x, from.width, to.width, x)).collect();
    let mut narrow = vec![0.0; to.width as usize * h * channels];
    for y in 0..h {
        for (x, taps) in columns.iter().enumerate() {
            for c in 0..channels {
                narrow[(y * to.width as usize + x) * channels + c] = taps
                    .iter()
                    .map(|(k, weight)| samples[(y * w + k) * channels + c] * weight)
                    .sum();
            }
        }
    }
    let mut data = Vec::new();
    for y in 0..to.height {
        let taps = taps(h, from.y, from.height, to.height, y);
        for x in 0..to.width as usize {
            let mut pixel: Vec<f64> = (0..channels)
                .map(|c| {
                    taps.iter()
                        .map(|(k, w)| narrow[(k * to.width as usize + x) * channels + c] * w)
                        .sum()
                })
                .collect();
            if picture.layout == Layout::Rgba {
                let alpha = pixel[3].clamp(0.0, 1.0);
                for sample in &mut pixel[..3] {
                    *sample = if alpha > 0.001 { *sample / alpha } else { 0.0 };
                }
            }
            for (c, sample) in pixel.iter().enumerate() {
                let curved = light == Light::Linear && c < 3;
                data.push(if curved {
                    code_of(*sample)
                } else {
                    (sample.clamp(0.0, 1.0) * 255.0).round() as u8
                });
            }
        }
    }
    Picture { size: to, layout: picture.layout, data }
}

/// With the loops for every kind of processor that this one can run.
#[track_caller]
fn check(picture: &Picture, from: Region, to: Size, kernel: Kernel, light: Light) {
    let expected = reference(picture, from, to, kernel, light);
    for kernels in Kernels::all() {
        let got = Resampler::new(picture.size, picture.layout, from, to, kernel, light)
            .on(kernels)
            .run(picture, &Cancel::default())
            .unwrap();
        compare(
            &got,
            &expected,
            &format!("{:?} {kernel:?} {light:?} on {kernels:?}", picture.size),
        );
    }
}

#[track_caller]
fn compare(got: &Picture, expected: &Picture, case: &str) {
    assert_eq!(
        (got.size, got.layout, got.data.len()),
        (expected.size, expected.layout, expected.data.len())
    );
    for (i, (got, wanted)) in got.data.iter().zip(&expected.data).enumerate() {
        let alpha =
            if expected.layout == Layout::Rgba { expected.data[i / 4 * 4 + 3] } else { 255 };
        // Where hardly anything shows, dividing by alpha amplifies the last bit of a float.
        let allowed = if alpha < 16 { 8 } else { 1 };
        assert!(
            got.abs_diff(*wanted) <= allowed,
            "sample {i} of {:?} to {:?}: {got}, by definition {wanted}; {case}",
            expected.layout,
            expected.size,
        );
    }
    // Single samples may be rounded to the other side, not many.
    let off = got.data.iter().zip(&expected.data).filter(|(a, b)| a != b).count();
    assert!(off * 50 <= got.data.len() + 100, "{off} of {} samples differ; {case}", got.data.len());
}

#[test]
fn equals_the_definition() {
    let sizes = [
        (Size::new(97, 61), Size::new(31, 17)),
        (Size::new(200, 33), Size::new(20, 33)),
        (Size::new(23, 19), Size::new(64, 57)),
        (Size::new(40, 90), Size::new(80, 30)),
        (Size::new(90, 40), Size::new(30, 80)),
        (Size::new(17, 5), Size::new(1, 1)),
        (Size::new(1, 1), Size::new(9, 7)),
        (Size::new(3, 200), Size::new(3, 11)),
    ];
    for layout in [Layout::Gray, Layout::Rgb, Layout::Rgba] {
        for (source, to) in sizes {
            let picture = noise(source, layout);
            for kernel in KERNELS {
                for light in [Light::Linear, Light::Srgb] {
                    check(&picture, Region::whole(source), to, kernel, light);
                }
            }
        }
    }
}

#[test]
fn reads_a_part_that_ends_between_pixels() {
    let picture = noise(Size::new(120, 80), Layout::Rgb);
    let from = Region { x: 10.25, y: 7.5, width: 77.3, height: 51.1 };
    check(&picture, from, Size::new(30, 20), Kernel::Lanczos3, Light::Linear);
    check(&picture, from, Size::new(160, 100), Kernel::Mitchell, Light::Srgb);
}

#[test]
fn inside_a_part_of_a_resize_equals_the_part_of_the_whole() {
    let picture = noise(Size::new(600, 400), Layout::Rgb);
    let resize = |from, to| {
        resize(&picture, from, to, Kernel::Lanczos3, Light::Linear, &Cancel::default()).unwrap()
    };
    let whole = resize(Region::whole(picture.size), Size::new(450, 300));
    let part =
        resize(Region { x: 100.0, y: 0.0, width: 400.0, height: 400.0 }, Size::new(300, 300));
    for y in 0..300 {
        for x in 4..296 {
            let expected = &whole.row(y)[(75 + x) * 3..][..3];
            let got = &part.row(y)[x * 3..][..3];
            assert!(
                got.iter().zip(expected).all(|(a, b)| a.abs_diff(*b) <= 1),
                "{got:?} {expected:?} at {x}, {y}"
            );
        }
    }
}

#[test]
fn what_lies_beside_the_part_does_not_shine_through() {
    let data = (0..60 * 60)
        .flat_map(|i| if (20..40).contains(&(i % 60)) { [200, 0, 0] } else { [0, 0, 255] })
        .collect();
    let picture = Picture { size: Size::new(60, 60), layout: Layout::Rgb, data };
    let from = Region { x: 20.0, y: 5.0, width: 20.0, height: 30.0 };
    for to in [Size::new(9, 7), Size::new(50, 55)] {
        let got = resize(&picture, from, to, Kernel::Lanczos3, Light::Linear, &Cancel::default())
            .unwrap();
        assert!(got.data.chunks_exact(3).all(|pixel| pixel == [200, 0, 0]));
    }
}

#[test]
fn the_same_size_changes_nothing() {
    for layout in [Layout::Gray, Layout::Rgb] {
        let picture = noise(Size::new(50, 40), layout);
        for kernel in [Kernel::Nearest, Kernel::Cubic, Kernel::Lanczos2, Kernel::Lanczos3] {
            let same = resize(
                &picture,
                Region::whole(picture.size),
                picture.size,
                kernel,
                Light::Linear,
                &Cancel::default(),
            );
            assert_eq!(same.unwrap(), picture, "{kernel:?}");
        }
    }
}

#[test]
fn nearest_makes_no_new_colours() {
    let data = (0..40 * 30)
        .flat_map(|i| if (i / 3) % 2 == 0 { [255, 0, 9] } else { [3, 200, 77] })
        .collect();
    let picture = Picture { size: Size::new(40, 30), layout: Layout::Rgb, data };
    for to in [Size::new(7, 5), Size::new(133, 77), Size::new(20, 15)] {
        let got = resize(
            &picture,
            Region::whole(picture.size),
            to,
            Kernel::Nearest,
            Light::Linear,
            &Cancel::default(),
        )
        .unwrap();
        assert_eq!(got.size, to);
        assert!(
            got.data.chunks_exact(3).all(|pixel| pixel == [255, 0, 9] || pixel == [3, 200, 77])
        );
    }
}

#[test]
fn nearest_takes_the_pixel_under_the_centre() {
    let picture =
        Picture { size: Size::new(4, 1), layout: Layout::Gray, data: vec![10, 20, 30, 40] };
    let got = resize(
        &picture,
        Region::whole(picture.size),
        Size::new(2, 1),
        Kernel::Nearest,
        Light::Linear,
        &Cancel::default(),
    );
    assert_eq!(got.unwrap().data, [20, 40]);
}

#[test]
fn clear_pixels_do_not_bleed() {
    // Left half opaque red, right half clear green: no green may come out.
    let data = (0..64 * 8)
        .flat_map(|i| if i % 64 < 32 { [255, 0, 0, 255] } else { [0, 255, 0, 0] })
        .collect();
    let picture = Picture { size: Size::new(64, 8), layout: Layout::Rgba, data };
    for to in [Size::new(15, 3), Size::new(100, 20)] {
        for light in [Light::Linear, Light::Srgb] {
            let got = resize(
                &picture,
                Region::whole(picture.size),
                to,
                Kernel::Lanczos3,
                light,
                &Cancel::default(),
            )
            .unwrap();
            assert!(got.data.chunks_exact(4).all(|pixel| pixel[1] == 0), "green bled in");
        }
    }
}

#[test]
fn a_fine_pattern_keeps_its_light() {
    // Black and white lines reflect half of the light; half of the light is code 188, not 128.
    let data = (0..64 * 64).map(|i| if (i % 64) % 2 == 0 { 255 } else { 0 }).collect();
    let picture = Picture { size: Size::new(64, 64), layout: Layout::Gray, data };
    let to = Size::new(8, 8);
    let mean = |light| {
        let got = resize(
            &picture,
            Region::whole(picture.size),
            to,
            Kernel::Lanczos3,
            light,
            &Cancel::default(),
        )
        .unwrap();
        got.data.iter().map(|&code| u32::from(code)).sum::<u32>() / 64
    };
    assert!((186..=190).contains(&mean(Light::Linear)), "{}", mean(Light::Linear));
    assert!((126..=129).contains(&mean(Light::Srgb)), "{}", mean(Light::Srgb));
}

#[test]
fn a_stopped_render_stops() {
    let cancel = Cancel::default();
    cancel.cancel();
    let picture = noise(Size::new(50, 40), Layout::Rgb);
    let got = resize(
        &picture,
        Region::whole(picture.size),
        Size::new(9, 9),
        Kernel::Lanczos3,
        Light::Linear,
        &cancel,
    );
    assert_eq!(got, Err(crate::Error::Cancelled));
}
