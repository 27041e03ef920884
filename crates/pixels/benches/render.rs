//! Whole renders, one for each of the tasks that `bench/` compares with other servers.
//!
//! `HALFTONE_PHOTOS=folder cargo bench -p pixels --bench render`. The folder holds `photo.jpg` (2 to 3 megapixels),
//! `wide.jpg` (2725 x 2225) and `paper.png` (2048 x 1536, transparent); a missing one is passed over.
//! Figures of the record: see `benches/README.md`.

use divan::Bencher;
use pixels::{Ingredients, Limits, render};
use plan::Plan;

fn main() {
    divan::main();
}

/// File and plan; a resize by "nearest" to almost nothing is little more than the decoding.
const TASKS: [&str; 10] = [
    "photo.jpg resize(512x512,inside,no-enlarge)|jpeg(q80)",
    "photo.jpg resize(512x512,inside,no-enlarge,srgb)|jpeg(q80)",
    "photo.jpg resize(32x32,fill,nearest)|bmp",
    "photo.jpg resize(512x512,inside,no-enlarge)|bmp",
    "photo.jpg resize(512x512,inside,no-enlarge)|webp(q75)",
    "wide.jpg resize(720x588,fill)|jpeg(q80)",
    "wide.jpg resize(32x32,fill,nearest)|bmp",
    "paper.png resize(720x540,fill)|png",
    "paper.png resize(720x540,fill)|bmp",
    "paper.png resize(32x32,fill,nearest)|bmp",
];

#[divan::bench(args = TASKS, min_time = 1)]
fn task(bencher: Bencher<'_, '_>, task: &str) {
    let folder = std::env::var("HALFTONE_PHOTOS").unwrap_or_default();
    let Some((file, text)) = task.split_once(' ') else { return };
    let Ok(source) = std::fs::read(std::path::Path::new(&folder).join(file)) else {
        eprintln!("{file} is not in HALFTONE_PHOTOS");
        return;
    };
    let Ok(plan) = text.parse::<Plan>() else { return };
    bencher.bench(|| {
        render(&source, &plan, &Ingredients::none(), &Limits::default())
            .map(|rendered| rendered.bytes.len())
    });
}
