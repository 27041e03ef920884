//! Golden pictures: `tests/golden/<operation>/<case>.plan` names a source and a plan, `<case>.png` shows what comes out.
//!
//! A layer's picture is another source, `picture("/glyph.png")`.
//!
//! They are compared by what is seen, not by bytes. On failure, `expected | difference | actual` is written into the
//! build's temporary folder, and the message says where. `HALFTONE_REGENERATE_GOLDEN=1` writes the pictures anew and
//! fails once, so that nobody does it by accident: look at them, then run again.
//!
//! To add a case: a plan file; regenerate; look.

mod compare;
pub(crate) mod picture;

use std::path::{Path, PathBuf};

use pixels::{Ingredients, Limits, render};
use plan::Plan;

use self::{
    compare::{Difference, side_by_side},
    picture::Picture,
};

#[test]
fn pictures_are_as_they_were() {
    let regenerates = std::env::var("HALFTONE_REGENERATE_GOLDEN").is_ok_and(|value| value == "1");
    let cases = cases();
    assert!(cases.len() > 40, "only {} cases were found", cases.len());
    let mut complaints = Vec::new();
    for case in &cases {
        let actual = case.render();
        if regenerates {
            std::fs::write(case.expected_path(), &actual).unwrap();
        } else if let Err(complaint) = case.compare(&actual) {
            complaints.push(complaint);
        }
    }
    assert!(
        !regenerates,
        "{} pictures were written: look at them, then run without regenerating",
        cases.len()
    );
    assert!(
        complaints.is_empty(),
        "{} of {} differ:\n{}",
        complaints.len(),
        cases.len(),
        complaints.join("\n")
    );
}

/// A picture that no plan explains would never be compared with anything.
#[test]
fn every_picture_has_its_plan() {
    for path in files("png") {
        assert!(path.with_extension("plan").exists(), "{} has no plan", path.display());
    }
}

struct Case {
    /// The `.plan` file.
    path: PathBuf,
}

impl Case {
    fn render(&self) -> Vec<u8> {
        let text = std::fs::read_to_string(&self.path).unwrap();
        let mut lines = text.lines();
        let source = std::fs::read(folder().join("sources").join(lines.next().unwrap())).unwrap();
        let sources = Sources::read();
        let plan: Plan = sources
            .bound(lines.next().unwrap())
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", self.name()));
        render(&source, &plan, &sources.ingredients(), &Limits::default())
            .unwrap_or_else(|error| panic!("{}: {error}", self.name()))
            .bytes
    }

    fn compare(&self, actual: &[u8]) -> Result<(), String> {
        let actual = Picture::read(actual);
        let expected = std::fs::read(self.expected_path())
            .map(|bytes| Picture::read(&bytes))
            .map_err(|_| format!("{}: there is no picture yet", self.name()))?;
        if expected.size() != actual.size() {
            let path = self.keep(&actual);
            let (expected, actual) = (expected.size(), actual.size());
            return Err(format!("{}: {actual:?} instead of {expected:?}, see {path}", self.name()));
        }
        let difference = Difference::of(&expected, &actual);
        if difference.is_visible() {
            let path = self.keep(&side_by_side(&expected, &actual));
            return Err(format!("{}: {difference}, see {path}", self.name()));
        }
        Ok(())
    }

    fn keep(&self, picture: &Picture) -> String {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{}.png", self.name().replace('/', "-")));
        std::fs::write(&path, picture.write()).unwrap();
        path.display().to_string()
    }

    fn expected_path(&self) -> PathBuf {
        self.path.with_extension("png")
    }

    /// Operation and case.
    fn name(&self) -> String {
        self.path.strip_prefix(folder()).unwrap().with_extension("").display().to_string()
    }
}

/// The source pictures, for layers.
pub(crate) struct Sources(Vec<(String, Vec<u8>)>);

impl Sources {
    pub(crate) fn read() -> Self {
        let entries = std::fs::read_dir(folder().join("sources")).unwrap();
        let mut files: Vec<_> = entries
            .map(|entry| entry.unwrap())
            .map(|entry| {
                let name = entry.file_name().into_string().unwrap();
                (name, std::fs::read(entry.path()).unwrap())
            })
            .collect();
        files.sort();
        Self(files)
    }

    /// A plan's text with contents in the place of paths. Nobody compares bytes with their hash, so a name will do.
    pub(crate) fn bound(&self, plan: &str) -> String {
        self.0.iter().fold(plan.to_owned(), |plan, (name, _)| {
            let hex: String = hash(name).iter().map(|byte| format!("{byte:02x}")).collect();
            plan.replace(&format!("\"/{name}\""), &format!("sha256:{hex}"))
        })
    }

    pub(crate) fn ingredients(&self) -> Ingredients<'_> {
        self.0.iter().map(|(name, bytes)| (hash(name), bytes.as_slice())).collect()
    }
}

fn hash(name: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..name.len()].copy_from_slice(name.as_bytes());
    hash
}

fn cases() -> Vec<Case> {
    files("plan").into_iter().map(|path| Case { path }).collect()
}

/// All files of the operations' folders, sorted.
fn files(extension: &str) -> Vec<PathBuf> {
    let operations = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = operations
        .filter(|path| path.is_dir() && !path.ends_with("sources"))
        .flat_map(|path| std::fs::read_dir(path).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}
