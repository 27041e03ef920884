//! Reads the manifests of the workspace and fails on an arrow that the design forbids.

use std::{collections::BTreeMap, fs, path::Path};

/// What each crate may depend on, among the crates of the house. `server` may use everything.
fn allowed(name: &str, is_dialect: bool) -> Option<&'static [&'static str]> {
    match name {
        "plan" => Some(&[]),
        "pixels" | "catalog" => Some(&["plan"]),
        "library" => Some(&["catalog", "plan"]),
        "wire" => Some(&["library", "plan"]),
        _ if is_dialect => Some(&["wire", "library", "plan"]),
        // For tests only: nothing that ships depends on it.
        "testkit" => Some(&["plan", "library", "wire"]),
        _ => None,
    }
}

#[test]
fn arrows_point_one_way() {
    let crates = manifests();
    assert!(crates.len() >= 8, "the manifests have moved: {:?}", crates.keys());
    let mut forbidden = Vec::new();
    for (name, (manifest, is_dialect)) in &crates {
        let Some(allowed) = allowed(name, *is_dialect) else {
            assert_eq!(name, "server", "a crate without a place in the design");
            continue;
        };
        for dependency in dependencies(manifest, "dependencies") {
            if crates.contains_key(&dependency) && !allowed.contains(&dependency.as_str()) {
                forbidden.push(format!("{name} -> {dependency}"));
            }
        }
        // Tests may use the testkit, and nothing else that the crate itself may not.
        for dependency in dependencies(manifest, "dev-dependencies") {
            let is_fine = allowed.contains(&dependency.as_str()) || dependency == "testkit";
            if crates.contains_key(&dependency) && !is_fine {
                forbidden.push(format!("{name} -> {dependency} (tests)"));
            }
        }
    }
    assert!(forbidden.is_empty(), "forbidden arrows: {forbidden:#?}");
}

#[test]
fn nothing_that_ships_depends_on_the_testkit() {
    for (name, (manifest, _)) in manifests() {
        let ships = dependencies(&manifest, "dependencies");
        assert!(!ships.contains(&"testkit".to_owned()), "{name} ships the testkit");
    }
}

fn manifests() -> BTreeMap<String, (toml::Table, bool)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = BTreeMap::new();
    for (folder, is_dialect) in [("crates", false), ("dialects", true)] {
        for entry in fs::read_dir(root.join(folder)).expect("a folder of crates") {
            let path = entry.expect("a crate").path().join("Cargo.toml");
            let manifest: toml::Table =
                fs::read_to_string(&path).expect("a manifest").parse().expect("valid TOML");
            let name = manifest["package"]["name"].as_str().expect("a name").to_owned();
            found.insert(name, (manifest, is_dialect));
        }
    }
    found
}

fn dependencies(manifest: &toml::Table, section: &str) -> Vec<String> {
    let section = manifest.get(section).and_then(toml::Value::as_table);
    section.map(|table| table.keys().cloned().collect()).unwrap_or_default()
}
