//! `halftone keys`.

mod user_tokens;

use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use library::{KeyPair, Library, TenantId};
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
    /// List the key pairs, and the tokens of single people (the default)
    List,
    /// Make a key pair; the private key is shown once
    Add {
        /// What it is for
        #[arg(long, default_value = "")]
        label: String,
        /// It may look at everything and change nothing
        #[arg(long)]
        read_only: bool,
        /// E-mail address of a person: makes a token that stands for them in Glean's dialect, and no key pair
        #[arg(long, value_name = "EMAIL", conflicts_with = "read_only")]
        user: Option<String>,
    },
    /// Disable a key pair, or the token of a person
    Disable {
        /// Its public key, or the name of the token
        public_key: String,
    },
    /// Enable a key pair, or the token of a person, again
    Enable {
        /// Its public key, or the name of the token
        public_key: String,
    },
    /// Mint an app password, with which a photo application signs in for a user; it is shown once
    AppPassword {
        /// Who the application acts for; the administrator if nobody is named
        #[arg(long, default_value = "")]
        user: String,
        /// What it is for
        #[arg(long, default_value = "")]
        label: String,
    },
}

pub(crate) async fn run(loaded: &Loaded, arguments: &Arguments, as_json: bool) -> Result<()> {
    let library = open(loaded).await?;
    let tenant = library.ensure_tenant(&loaded.settings.bootstrap.tenant).await?;
    match arguments.verb.as_ref().unwrap_or(&Verb::List) {
        Verb::List => {
            list(&library, tenant, as_json).await?;
            user_tokens::list(&library, tenant, as_json).await
        }
        Verb::Add { label, user: Some(user), .. } => {
            user_tokens::add(&library, tenant, user, label, as_json).await
        }
        Verb::Add { label, read_only, user: None } => {
            add(&library, tenant, label, *read_only, as_json).await
        }
        Verb::Disable { public_key } => set_enabled(&library, tenant, public_key, false).await,
        Verb::Enable { public_key } => set_enabled(&library, tenant, public_key, true).await,
        Verb::AppPassword { user, label } => {
            let user = match user.as_str() {
                "" => library.administrator(tenant).await?.name,
                user => user.to_owned(),
            };
            mint(&library, tenant, &user, label, as_json).await
        }
    }
}

#[expect(clippy::print_stdout, reason = "the command's output")]
async fn list(library: &Library, tenant: TenantId, as_json: bool) -> Result<()> {
    for key in library.keys(tenant).await? {
        if as_json {
            let row = json!({
                "publicKey": key.public_key,
                "label": key.label,
                "enabled": key.enabled,
                "readOnly": key.read_only,
            });
            println!("{row}");
        } else {
            let state = if key.enabled { "enabled" } else { "disabled" };
            let state = if key.read_only { format!("{state}, reads") } else { state.to_owned() };
            println!("{}  {state:<15}  {}", key.public_key, key.label);
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's output")]
async fn add(
    library: &Library,
    tenant: TenantId,
    label: &str,
    read_only: bool,
    as_json: bool,
) -> Result<()> {
    let pair = KeyPair::generate()?;
    if read_only {
        library.add_read_only_key(tenant, &pair, label).await?;
    } else {
        library.add_key(tenant, &pair, label).await?;
    }
    if as_json {
        println!("{}", json!({ "publicKey": pair.public_key, "privateKey": pair.private_key }));
    } else {
        println!("public key   {}\nprivate key  {}", pair.public_key, pair.private_key);
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's output")]
async fn set_enabled(
    library: &Library,
    tenant: TenantId,
    public_key: &str,
    enabled: bool,
) -> Result<()> {
    if let Some(id) = user_tokens::id(public_key) {
        user_tokens::set_enabled(library, tenant, id, enabled).await?;
        println!("{public_key} is {}", if enabled { "enabled" } else { "disabled" });
        return Ok(());
    }
    let keys = library.keys(tenant).await?;
    let key = keys.iter().find(|key| key.public_key == public_key);
    let key =
        key.ok_or_else(|| anyhow!("there is no key `{public_key}`; `halftone keys` lists them"))?;
    library.set_key_enabled(tenant, key.id, enabled).await?;
    println!("{public_key} is {}", if enabled { "enabled" } else { "disabled" });
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's output")]
async fn mint(
    library: &Library,
    tenant: TenantId,
    user: &str,
    label: &str,
    as_json: bool,
) -> Result<()> {
    let minted = library.mint_app_password(tenant, user, label).await?;
    if as_json {
        println!("{}", json!({ "user": user, "appPassword": minted.token.as_str() }));
    } else {
        println!("app password of {user}  {}", minted.token.as_str());
    }
    Ok(())
}
