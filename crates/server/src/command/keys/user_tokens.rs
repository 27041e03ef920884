//! Tokens of single people among the keys. They are called `user-` and a number, because nothing about them is public.

use anyhow::{Result, anyhow};
use library::{EmailAddress, Library, TenantId};
use serde_json::json;

const PREFIX: &str = "user-";

#[expect(clippy::print_stdout, reason = "the command's output")]
pub(super) async fn list(library: &Library, tenant: TenantId, as_json: bool) -> Result<()> {
    for token in library.user_tokens(tenant).await? {
        let name = format!("{PREFIX}{}", token.id);
        if as_json {
            let row = json!({
                "userToken": name,
                "user": token.email.as_str(),
                "label": token.label,
                "enabled": token.enabled,
            });
            println!("{row}");
        } else {
            let state = if token.enabled { "enabled" } else { "disabled" };
            println!("{name:<31}  {state:<15}  {}  {}", token.email, token.label);
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's output")]
pub(super) async fn add(
    library: &Library,
    tenant: TenantId,
    user: &str,
    label: &str,
    as_json: bool,
) -> Result<()> {
    let email = EmailAddress::parse(user).map_err(library::Error::from)?;
    let (made, token) = library.add_user_token(tenant, email, label).await?;
    let name = format!("{PREFIX}{}", made.id);
    if as_json {
        let row = json!({ "userToken": name, "user": made.email.as_str(), "token": token });
        println!("{row}");
    } else {
        println!("user token   {name}\nuser         {}\ntoken        {token}", made.email);
    }
    Ok(())
}

/// `None`: the name is that of a key pair.
pub(super) fn id(name: &str) -> Option<i64> {
    name.strip_prefix(PREFIX)?.parse().ok()
}

pub(super) async fn set_enabled(
    library: &Library,
    tenant: TenantId,
    id: i64,
    enabled: bool,
) -> Result<()> {
    let changed = library.set_user_token_enabled(tenant, id, enabled).await;
    changed.map_err(|error| match error {
        library::Error::NotFound(_) => {
            anyhow!("there is no token `{PREFIX}{id}`; `halftone keys` lists them")
        }
        error => error.into(),
    })
}
