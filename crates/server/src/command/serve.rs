//! `halftone serve`.

use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::{lock, open};
use crate::{
    app::App,
    config::{Loaded, Settings},
    credentials::{self, Credentials, Origin},
    listen, telemetry,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Address and port
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
}

pub(crate) async fn run(loaded: &Loaded) -> Result<()> {
    let settings = &loaded.settings;
    let metrics = telemetry::start_metrics()?;
    // The port first: a second server on the same one must not touch the data.
    let listener = listen::bind(&settings.server.listen).await?;
    let sams = match settings.sams.listen.as_str() {
        "" => None,
        address => Some(listen::bind(address).await?),
    };
    let _lock = lock::take(&settings.library)?;
    let library = open(loaded).await?;
    let credentials = credentials::establish(&library, &settings.bootstrap).await?;
    let mut settings = settings.clone();
    if settings.server.public_url.is_empty() {
        // Port 0 asks the system for one; clients need the real one.
        settings.server.listen = listener.local_addr()?.to_string();
    }
    settings.bootstrap.tenant.clone_from(&credentials.credentials().tenant);
    announce(&settings, &credentials);
    let app = Arc::new(App::new(library.clone(), &settings, metrics)?);
    let main = listen::serve(listener, app, &settings.server, stop()?);
    match sams {
        None => main.await?,
        Some(listener) => {
            let app = Arc::new(App::sams(library.clone(), &settings));
            let own = listen::serve(listener, app, &settings.server, stop()?);
            tokio::try_join!(main, own)?;
        }
    }
    library.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Resolves at SIGTERM or SIGINT.
fn stop() -> Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("signals cannot be received")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("signals cannot be received")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: running requests may end");
    })
}

/// Says where the server is, and at the first start how to get in.
#[expect(clippy::print_stdout, reason = "this is what the person who started it reads")]
fn announce(settings: &Settings, origin: &Origin) {
    let url = settings.public_url();
    let data = settings.library.storage.data.display();
    let Credentials { tenant, public_key, private_key, admin_user, admin_password } =
        origin.credentials();
    println!("Halftone {} is at {url}  (data in {data})", env!("CARGO_PKG_VERSION"));
    let shown_key = match origin {
        Origin::Generated(_) => {
            println!(
                "\nCredentials of this library, shown once and kept in {data}/credentials.toml:\n\
                 \n  tenant       {tenant}\n  public key   {public_key}\n  private key  {private_key}\
                 \n  admin        {admin_user} / {admin_password}"
            );
            private_key.as_str()
        }
        Origin::Kept(_) => {
            println!("Credentials are in {data}/credentials.toml");
            "YOUR_PRIVATE_KEY"
        }
        Origin::Given(_) => "YOUR_PRIVATE_KEY",
    };
    println!(
        "\nTry it:\n\
         \n  curl -u {shown_key}: -F file=@photo.jpg -F fileName=photo.jpg -F useUniqueFileName=false \\\
         \n       {url}/imagekit/api/v1/files/upload\
         \n  then open {url}/imagekit/{tenant}/tr:w-400/photo.jpg\n"
    );
}
