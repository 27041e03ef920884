//! Reading, printing, normalising and resolving plans: what every request pays before any pixel.

use divan::{Bencher, black_box};
use plan::{Format, Limits, Plan, Size, probe::Probe};

const PLANS: [&str; 3] = [
    "resize(300x200,cover)",
    "crop(t88xt55,at=t22:t20)|resize(224x224,cover)|jpeg(q83)",
    "resize({iw/2}x{(ih*0.5)+10},contain,top,#ff0000)|rotate(90)|unsharp(2,1,0.8,0.05)|\
     border({cw*0.1},#00ff00)|round(20)|webp(q75,keep-profile)",
];

fn main() {
    divan::main();
}

fn plan(text: &str) -> Plan {
    text.parse().expect("the plans above are well formed")
}

fn source() -> Probe {
    Probe {
        format: Format::Jpeg,
        size: Size::new(4000, 3000),
        orientation: 6,
        has_alpha: false,
        frames: 1,
        duration_ms: 0,
        has_profile: false,
        density: None,
        jpeg_quality: None,
        metadata: Vec::new(),
        look: None,
    }
}

#[divan::bench(args = PLANS)]
fn parse(text: &str) -> Plan {
    plan(black_box(text))
}

#[divan::bench(args = PLANS)]
fn print(bencher: Bencher<'_, '_>, text: &str) {
    let plan = plan(text);
    bencher.bench(|| black_box(&plan).to_string());
}

#[divan::bench(args = PLANS)]
fn normalize(bencher: Bencher<'_, '_>, text: &str) {
    let plan = plan(text);
    bencher.with_inputs(|| plan.clone()).bench_values(Plan::normalized);
}

#[divan::bench(args = PLANS)]
fn resolve(bencher: Bencher<'_, '_>, text: &str) {
    let (plan, source) = (plan(text), source());
    bencher.bench(|| black_box(&plan).resolve(&source, Limits::default()));
}
