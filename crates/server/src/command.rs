//! The command line. One file per command; this one is their list.

mod config;
mod explain;
mod import;
mod keys;
mod lock;
mod render;
mod serve;
mod sets;

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use library::Library;

use crate::{
    config::{Loaded, load},
    engine::Pixels,
    telemetry,
};

/// One self-hosted media library with on-the-fly image transformation, for applications written for hosted services.
#[derive(Debug, Parser)]
#[command(name = "halftone", version, arg_required_else_help = true)]
struct Line {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
struct Common {
    /// Configuration file; `halftone.toml` is read when it exists
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Data directory
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Machine-readable output
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Arguments),
    /// Import a directory of files; what the library holds already is skipped, so it can be run again
    Import(import::Arguments),
    /// Render one file by a plan, without a library
    Render(render::Arguments),
    /// Say what a delivery URL means: plan, resolved sizes, key
    Explain(explain::Arguments),
    /// List, add and disable key pairs
    Keys(keys::Arguments),
    /// List the sets of SAMS, and move their files to other destinations
    Sets(sets::Arguments),
    /// Print the effective configuration and where each value came from
    Config,
}

pub(crate) fn run() -> Result<()> {
    let Line { common, command } = Line::parse();
    let listen = match &command {
        Command::Serve(arguments) => arguments.listen.clone(),
        _ => None,
    };
    let data = common.data.as_ref().map(|data| data.to_string_lossy().into_owned());
    let flags = [("storage.data", data), ("server.listen", listen)];
    let loaded = load(common.config.as_deref(), &flags)?;
    if let Command::Config = command {
        return config::run(&loaded, common.json);
    }
    if let Command::Render(arguments) = command {
        return render::run(&loaded.settings, &arguments, common.json);
    }
    telemetry::start_logging(&loaded.settings.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime does not start")?;
    let outcome = runtime.block_on(async {
        match command {
            Command::Serve(_) => serve::run(&loaded).await,
            Command::Import(arguments) => import::run(&loaded, &arguments, common.json).await,
            Command::Explain(arguments) => explain::run(&loaded, &arguments, common.json).await,
            Command::Keys(arguments) => keys::run(&loaded, &arguments, common.json).await,
            Command::Sets(arguments) => sets::run(&loaded, &arguments, common.json).await,
            Command::Config | Command::Render(_) => Ok(()),
        }
    });
    // A render that ignores its switch must not hold up the exit.
    runtime.shutdown_background();
    outcome
}

/// The library that the settings name.
async fn open(loaded: &Loaded) -> Result<Library> {
    let config = loaded.settings.library.clone();
    let engine = Arc::new(Pixels::new(&config.limits, &config.render));
    let data = config.storage.data.display().to_string();
    Library::open(config, engine).await.map_err(|error| match error {
        // Said to the person who administers the server, unlike everything that goes to clients.
        library::Error::Unavailable(cause) => {
            anyhow::anyhow!("the library in {data} cannot be opened: {}", chain(cause.as_ref()))
        }
        other => {
            anyhow::Error::new(other).context(format!("the library in {data} cannot be opened"))
        }
    })
}

/// An error and what caused it, each once: some errors repeat their source.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}
