//! `halftone import DIR`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use library::{Actor, FolderPath, Library, Name, Undecodable, Upload};
use serde_json::json;

use super::{lock, open};
use crate::config::Loaded;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Directory whose files are imported, with the directories below it
    directory: PathBuf,
    /// Folder of the library to import into
    #[arg(long, default_value = "/", value_name = "FOLDER")]
    into: String,
}

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Imported,
    /// The library holds these bytes already.
    Known,
    Failed,
}

pub(crate) async fn run(loaded: &Loaded, arguments: &Arguments, as_json: bool) -> Result<()> {
    let root = &arguments.directory;
    if !root.is_dir() {
        bail!("{} is no directory", root.display());
    }
    let into = FolderPath::parse(&arguments.into)?;
    let files = library::files_below(root)?;
    let _lock = lock::take(&loaded.settings.library)?;
    let library = open(loaded).await?;
    crate::credentials::establish(&library, &loaded.settings.bootstrap).await?;
    let tenant = library.ensure_tenant(&loaded.settings.bootstrap.tenant).await?;
    let actor = Actor::full(tenant);

    let bar = if as_json { ProgressBar::hidden() } else { progress_bar(files.len()) };
    let workers = loaded.settings.library.workers();
    let outcomes: Vec<Outcome> = stream::iter(&files)
        .map(|file| import(&library, actor, root, &into, file, &bar))
        .buffer_unordered(workers)
        .collect()
        .await;
    bar.finish_and_clear();
    library.close().await;
    report(&outcomes, as_json)
}

#[expect(clippy::print_stdout, reason = "the command's output")]
fn report(outcomes: &[Outcome], as_json: bool) -> Result<()> {
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    let (imported, known, failed) =
        (count(Outcome::Imported), count(Outcome::Known), count(Outcome::Failed));
    if as_json {
        println!("{}", json!({ "imported": imported, "known": known, "failed": failed }));
    } else {
        println!("{imported} imported, {known} known already, {failed} failed");
    }
    if failed > 0 {
        bail!("{failed} files could not be imported; run the command again to try them once more");
    }
    Ok(())
}

fn progress_bar(files: usize) -> ProgressBar {
    let bar = ProgressBar::new(files as u64);
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg} ({eta} left)");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

async fn import(
    library: &Library,
    actor: Actor,
    root: &Path,
    into: &FolderPath,
    file: &Path,
    bar: &ProgressBar,
) -> Outcome {
    let outcome = match import_one(library, actor, root, into, file).await {
        Ok(outcome) => outcome,
        Err(error) => {
            bar.suspend(|| tracing::error!("{}: {error:#}", file.display()));
            Outcome::Failed
        }
    };
    bar.inc(1);
    outcome
}

async fn import_one(
    library: &Library,
    actor: Actor,
    root: &Path,
    into: &FolderPath,
    file: &Path,
) -> Result<Outcome> {
    let (folder, name) = place(root, into, file)?;
    let bytes = library.spool_file(file).await?;
    if library.holds(actor.tenant, &bytes.blob.hash).await? {
        return Ok(Outcome::Known);
    }
    let upload = Upload { undecodable: Undecodable::Store, ..Upload::to(folder, name) };
    library.upload(actor, upload, bytes).await?;
    Ok(Outcome::Imported)
}

/// Where in the library a file goes: the same path as below `root`.
fn place(root: &Path, into: &FolderPath, file: &Path) -> Result<(FolderPath, Name)> {
    let relative = file.strip_prefix(root)?;
    let text = |part: &std::ffi::OsStr| {
        part.to_str()
            .map(str::to_owned)
            .with_context(|| format!("`{}` is no UTF-8", part.display()))
    };
    let mut folder = into.clone();
    for part in relative.parent().into_iter().flatten() {
        folder = folder.join(&text(part)?)?;
    }
    let name = relative.file_name().context("the file has no name")?;
    Ok((folder, Name::parse(&text(name)?)?))
}
