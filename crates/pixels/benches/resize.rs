//! Resizes of pixels that are in memory already: PNM in, BMP out, so that the resampling is most of what is measured.
//!
//! `cargo bench -p pixels --bench resize`

use divan::Bencher;
use pixels::{Ingredients, Limits, render};
use plan::Plan;

fn main() {
    divan::main();
}

const PLANS: [&str; 6] = [
    "resize(512x341,fill)|bmp",
    "resize(512x341,fill,srgb)|bmp",
    "resize(512x341,fill,mitchell)|bmp",
    "resize(512x341,fill,nearest)|bmp",
    "resize(1024x683,fill)|bmp",
    "resize(4096x2731,fill)|bmp",
];

#[divan::bench(args = PLANS, min_time = 1)]
fn rgb_of_2048_by_1365(bencher: Bencher<'_, '_>, text: &str) {
    let mut source = b"P6 2048 1365 255\n".to_vec();
    let mut state = 1_u32;
    source.extend((0..2048 * 1365 * 3).map(|_| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    }));
    let plan: Plan = text.parse().expect("a plan");
    bencher.bench(|| {
        render(&source, &plan, &Ingredients::none(), &Limits::default())
            .map(|rendered| rendered.bytes.len())
    });
}
