//! Odd files of other projects, where they are at hand (`../shared/corpus` beside the workspace).

// The exemption for tests covers test functions, not what they share.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use pixels::{Error, Ingredients, Limits, probe, render, sniff};
use plan::probe::Depth;

/// Whether a file is broken on purpose, or of a kind that is not decoded, by its name.
fn is_bad(name: &str) -> bool {
    let broken = [
        "truncated",
        "corrupt",
        "bad",
        "Bad",
        "giant",
        "Crash",
        "invalid",
        "65536",
        "big-height",
        // More bits, less data or other compressions than decoders take.
        "pal4rlecut",
        "pal8badindex",
        "G31D",
        "fax",
        "rgb32f",
    ];
    broken.iter().any(|word| name.contains(word))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn no_file_panics_and_good_ones_decode() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/formats");
    if !root.is_dir() {
        println!("skipped: there is no corpus at {}", root.display());
        return;
    }
    let mut found = Vec::new();
    files(&root, &mut found);
    let mut wrong = Vec::new();
    for path in &found {
        let bytes = fs::read(path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if sniff(&bytes).is_none() {
            continue;
        }
        match probe(&bytes, Depth::Full, &Limits::default()) {
            Ok(_) | Err(Error::Unsupported(_)) => {}
            Err(error) if is_bad(&name) => println!("{name}: {error}"),
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
        // Cut at every sixteenth.
        for part in 0..16 {
            let _ = probe(&bytes[..bytes.len() * part / 16], Depth::Full, &Limits::default());
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn fingerprints_of_photographs_survive_copies_and_keep_apart() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/photos");
    if !root.is_dir() {
        println!("skipped: there are no photographs at {}", root.display());
        return;
    }
    let mut photographs = Vec::new();
    files(&root, &mut photographs);
    photographs.sort();
    let fingerprint =
        |bytes: &[u8]| probe(bytes, Depth::Full, &Limits::default()).unwrap().look.unwrap().phash;
    let mut known: Vec<(String, u64)> = Vec::new();
    for path in &photographs {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(path).unwrap();
        let original = fingerprint(&bytes);
        for plan in [
            "resize(f0.5x)|webp(q80)",
            "background(#ffffff)|jpeg(q50)",
            "resize(300x)|webp(q80)",
            "grayscale|png",
        ] {
            let copy =
                render(&bytes, &plan.parse().unwrap(), &Ingredients::none(), &Limits::default())
                    .unwrap()
                    .bytes;
            let distance = (original ^ fingerprint(&copy)).count_ones();
            assert!(distance <= 10, "{name} as {plan}: {distance}");
        }
        for (other, hash) in &known {
            let distance = (original ^ hash).count_ones();
            assert!(distance >= 16, "{name} and {other}: {distance}");
        }
        known.push((name, original));
    }
}
