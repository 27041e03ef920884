//! What layers cost beside the resize that is needed anyway.
//!
//! `cargo bench -p pixels --bench layers`. Figures of the record: see `benches/README.md`.

use std::fmt::Write;

use divan::Bencher;
use pixels::{Ingredients, Limits, render};
use plan::Plan;

fn main() {
    divan::main();
}

/// Layers on a picture of 1080 x 720 pixels, made of a JPEG of 2160 x 1440.
#[derive(Debug, Clone, Copy)]
enum Layers {
    None,
    TenTexts,
    TenBlocks,
    TenPictures,
}

#[divan::bench(args = [Layers::None, Layers::TenTexts, Layers::TenBlocks, Layers::TenPictures], min_time = 1)]
fn jpeg_to_1080(bencher: Bencher<'_, '_>, layers: Layers) {
    let (source, badge) = (jpeg(2160, 1440), jpeg(400, 300));
    let badges = Ingredients::from_iter([([7; 32], badge.as_slice())]);
    let plan = plan(layers);
    bencher.bench(|| render(&source, &plan, &badges, &Limits::default()).expect("renders"));
}

fn plan(layers: Layers) -> Plan {
    let mut text = "resize(1080x)".to_owned();
    for i in 0..10 {
        let content = match layers {
            Layers::None => continue,
            Layers::TenTexts => format!("text(\"Headline number {i}\",48,#ffffff)"),
            Layers::TenBlocks => "area(400x60,#00000080)".to_owned(),
            Layers::TenPictures => format!("picture(sha256:{})", "07".repeat(32)),
        };
        let (x, y) = (20 + 40 * i, 10 + 65 * i);
        write!(text, "|layer({content},x=start({x}),y=start({y}))").expect("memory holds it");
    }
    (text + "|jpeg(q80)").parse().expect("a plan")
}

/// Smooth with some grain, as photographs are.
fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut pixels = format!("P6 {width} {height} 255\n").into_bytes();
    let mut state = 1_u32;
    for y in 0..height {
        for x in 0..width {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let wave = |x: u32| (f64::from(x) / 90.0).sin() * 60.0 + 120.0 + f64::from(state % 8);
            pixels.extend([wave(x), wave(y), wave(x + y)].map(|level| level as u8));
        }
    }
    let plan: Plan = "jpeg(q90)".parse().expect("a plan");
    render(&pixels, &plan, &Ingredients::none(), &Limits::default()).expect("encodes").bytes
}
