//! `halftone sets`.

use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use library::{Actor, JobState, Library, Set};
use serde_json::json;

use super::open;
use crate::config::Loaded;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the sets and their destinations (the default)
    List,
    /// Give a set another destination, and move its files there. They stay readable meanwhile; if it is interrupted,
    /// the server goes on with it
    Move {
        /// The set's name
        set: String,
        /// One of `sams.destinations`
        destination: String,
    },
}

pub(crate) async fn run(loaded: &Loaded, arguments: &Arguments, as_json: bool) -> Result<()> {
    let library = open(loaded).await?;
    let tenant = library.ensure_tenant(&loaded.settings.bootstrap.tenant).await?;
    let actor = Actor::full(tenant);
    let done = match arguments.verb.as_ref().unwrap_or(&Verb::List) {
        Verb::List => list(&library, actor, as_json).await,
        Verb::Move { set, destination } => {
            move_set(&library, actor, set, destination, as_json).await
        }
    };
    library.close().await;
    done
}

#[expect(clippy::print_stdout, reason = "the command's output")]
async fn list(library: &Library, actor: Actor, as_json: bool) -> Result<()> {
    for Set { id, name, destination, .. } in library.sets(actor).await? {
        let files = library.set_size(actor, id).await?;
        if as_json {
            println!("{}", json!({ "name": name, "destination": destination, "files": files }));
        } else {
            println!("{name:<24}  {destination:<16}  {files} files");
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's output")]
async fn move_set(
    library: &Library,
    actor: Actor,
    name: &str,
    destination: &str,
    as_json: bool,
) -> Result<()> {
    let sets = library.sets(actor).await?;
    let set = sets.iter().find(|set| set.name == name);
    let set = set.ok_or_else(|| anyhow!("there is no set `{name}`; `halftone sets` lists them"))?;
    let id = library.move_set(actor, set.id, destination).await?;
    let bar = if as_json { ProgressBar::hidden() } else { ProgressBar::new(0) };
    loop {
        let job = library.job(actor, id).await?;
        let (done, total) = job.progress;
        bar.set_length(total);
        bar.set_position(done);
        match job.state {
            JobState::Waiting | JobState::Running => {}
            JobState::Done => break bar.finish_and_clear(),
            JobState::Failed => {
                bail!("the files of `{name}` were not all moved: {}", job.error.unwrap_or_default())
            }
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    if as_json {
        println!("{}", json!({ "name": name, "destination": destination }));
    } else {
        println!("the files of `{name}` are in {destination}");
    }
    Ok(())
}
