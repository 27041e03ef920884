//! Encoders alone, but for reading a PNM: a made picture with the grain of a photograph, and a drawing.
//!
//! `cargo bench -p pixels --bench encode`. Figures with quality and bytes, by which the settings were chosen, stand in the
//! modules of `src/encode/`.

// A bench that cannot run should stop.
#![allow(clippy::unwrap_used)]

use divan::Bencher;
use pixels::{Ingredients, Limits, render};
use plan::Plan;

fn main() {
    divan::main();
}

const OUTPUTS: [&str; 10] = [
    "jpeg(q80)",
    "jpeg(q80,progressive)",
    "jpeg(q80,baseline)",
    "png",
    "png(palette)",
    "webp(q75)",
    "webp(lossless)",
    "gif",
    "avif(q50)",
    "tiff",
];

#[divan::bench(args = OUTPUTS, min_time = 1)]
fn photograph(bencher: Bencher<'_, '_>, output: &str) {
    encode(bencher, &grainy(512, 384), output);
}

#[divan::bench(args = OUTPUTS, min_time = 1)]
fn drawing(bencher: Bencher<'_, '_>, output: &str) {
    encode(bencher, &strokes(512, 384), output);
}

fn encode(bencher: Bencher<'_, '_>, source: &[u8], output: &str) {
    let plan: Plan = output.parse().expect("a plan");
    bencher.bench(|| {
        render(source, &plan, &Ingredients::none(), &Limits::default())
            .expect("renders")
            .bytes
            .len()
    });
}

/// Soft colours, edges, and noise that differs from pixel to pixel.
fn grainy(width: u32, height: u32) -> Vec<u8> {
    let mut state = 1_u32;
    pnm(width, height, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = (state >> 24) as f32 / 255.0 * 16.0 - 8.0;
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let wave = (u * 9.0).sin() * (v * 7.0).cos() * 60.0;
        let edge = if (x / 37 + y / 53) % 3 == 0 { 30.0 } else { 0.0 };
        [120.0 + wave + grain + edge, 110.0 + wave * 0.6 + grain, 90.0 + v * 80.0 + grain - edge]
            .map(|value| value.clamp(0.0, 255.0) as u8)
    })
}

/// Rings of a few hundred colours on white.
fn strokes(width: u32, height: u32) -> Vec<u8> {
    pnm(width, height, |x, y| {
        let (dx, dy) = (x as f32 - width as f32 / 2.0, y as f32 - height as f32 / 2.0);
        let ring = (dx * dx + dy * dy).sqrt();
        if ring % 24.0 < 5.0 { [(ring * 0.8) as u8, (x / 2) as u8, 120] } else { [255; 3] }
    })
}

fn pnm(width: u32, height: u32, mut pixel: impl FnMut(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let mut bytes = format!("P6\n{width} {height}\n255\n").into_bytes();
    for y in 0..height {
        for x in 0..width {
            bytes.extend(pixel(x, y));
        }
    }
    bytes
}
