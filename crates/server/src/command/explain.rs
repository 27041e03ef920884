//! `halftone explain URL`.

use anyhow::{Context, Result, bail};
use axum::http::{HeaderMap, HeaderValue, header::ACCEPT};
use clap::Args;
use library::Actor;
use serde_json::json;

use super::open;
use crate::config::Loaded;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Delivery URL, whole or from the mount on, as in `/imagekit/demo/tr:w-300/a.jpg`
    url: String,
    /// Formats that the client names, as in its `Accept` header
    #[arg(long, default_value = "")]
    accept: String,
}

#[expect(clippy::print_stdout, reason = "the command's output")]
pub(crate) async fn run(loaded: &Loaded, arguments: &Arguments, as_json: bool) -> Result<()> {
    let target = target(&arguments.url);
    let Some(rest) = target.strip_prefix("/imagekit/") else {
        bail!("the URL belongs to no dialect: expected a path below /imagekit/, found `{target}`");
    };
    let accept =
        HeaderValue::from_str(&arguments.accept).context("`--accept` is no header value")?;
    let accepts = wire::accept::accepts(&HeaderMap::from_iter([(ACCEPT, accept)]));
    let rest = format!("/{rest}");
    // Before a library is opened, and perhaps made, for nothing.
    imagekit::check_url(&rest, accepts).map_err(|error| anyhow::anyhow!("{error}"))?;
    let library = open(loaded).await?;
    let meant = imagekit::explain(&library, &rest, accepts)
        .await
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    // The keeper of the data may see everything.
    let found = library.explain(Actor::full(meant.tenant), &meant.deliver).await;
    let mut rows = vec![
        ("dialect", "imagekit".to_owned()),
        ("asset", meant.deliver.asset.to_string()),
        ("written", meant.plan.clone()),
    ];
    match &found {
        Ok(found) => rows.extend([
            ("plan", found.plan.clone()),
            ("resolved", found.resolved.clone()),
            ("size", format!("{} x {}", found.size.0, found.size.1)),
            ("format", found.format.to_owned()),
            ("key", found.key.clone()),
        ]),
        Err(error) => rows.push(("error", error.to_string())),
    }
    for ignored in &meant.ignored {
        rows.push(("ignored", ignored.clone()));
    }
    if as_json {
        let mut answer = serde_json::Map::new();
        for (name, value) in rows.iter().filter(|(name, _)| *name != "ignored") {
            answer.insert((*name).to_owned(), value.clone().into());
        }
        answer.insert("ignored".into(), json!(meant.ignored));
        println!("{}", serde_json::Value::Object(answer));
    } else {
        for (name, value) in rows {
            println!("{name:<9} {value}");
        }
    }
    Ok(())
}

/// Path and query of a URL that may have scheme and host.
fn target(url: &str) -> String {
    let rest =
        url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") }
}
