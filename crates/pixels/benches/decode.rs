//! Decoding and probing of fixed, generated pictures of three megapixels: `cargo bench -p pixels --bench decode`.

use std::num::NonZeroU32;

use divan::{Bencher, counter::BytesCount};
use pixels::{Ingredients, Limits, probe, render};
use plan::{Format, Frames, Output, OutputFormat, Plan, Quality, probe::Depth};

fn main() {
    divan::main();
}

const FORMATS: [Format; 4] = [Format::Jpeg, Format::Png, Format::Webp, Format::Avif];

/// Soft patches under grain, so that it compresses like a photograph.
fn photograph(format: Format) -> Vec<u8> {
    const WIDTH: u32 = 2000;
    const HEIGHT: u32 = 1500;
    let mut seed = 1u32;
    let mut bytes = format!("P6\n{WIDTH} {HEIGHT}\n255\n").into_bytes();
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let wave = |x: u32, y: u32| (f64::from(x) / 90.0).sin() * (f64::from(y) / 70.0).cos();
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = f64::from(seed >> 28);
            for (shift, scale) in [(0, 90.0), (50, 70.0), (140, 110.0)] {
                bytes.push((128.0 + wave(x + shift, y) * scale + grain) as u8);
            }
        }
    }
    let quality = Quality::new(85);
    // As cameras write it.
    let progressive = Some(false);
    let output =
        Output { format: OutputFormat::Is(format), quality, progressive, ..Output::default() };
    render(&bytes, &Plan { output, ..Plan::default() }, &Ingredients::none(), &Limits::default())
        .expect("encodes")
        .bytes
}

/// All pixels, to a bitmap, which costs next to nothing to write.
#[divan::bench(args = FORMATS)]
fn whole(bencher: Bencher<'_, '_>, format: Format) {
    let bytes = photograph(format);
    let plan = Plan {
        frames: Frames::One(NonZeroU32::MIN),
        output: Output { format: OutputFormat::Is(Format::Bmp), ..Output::default() },
        ..Plan::default()
    };
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| {
        render(divan::black_box(&bytes), &plan, &Ingredients::none(), &Limits::default())
    });
}

/// What an upload costs.
#[divan::bench(args = FORMATS)]
fn full_probe(bencher: Bencher<'_, '_>, format: Format) {
    let bytes = photograph(format);
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench(|| probe(divan::black_box(&bytes), Depth::Full, &Limits::default()));
}

#[divan::bench(args = FORMATS)]
fn header_probe(bencher: Bencher<'_, '_>, format: Format) {
    let bytes = photograph(format);
    bencher.bench(|| probe(divan::black_box(&bytes), Depth::Header, &Limits::default()));
}
