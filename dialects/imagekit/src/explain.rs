//! What a delivery URL means, without delivering it.

use library::{Accepts, Deliver, Library, TenantId};

use crate::{
    Config,
    delivery::{self, Place},
    error::DeliveryError,
    transformation::{Hints, Meaning, Names, presets},
    url::{DeliveryUrl, Target},
};

/// A delivery URL, understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Meant {
    pub tenant: TenantId,
    pub deliver: Deliver,
    /// Canonical text of the plan, before it meets a source.
    pub plan: String,
    /// Items without effect, and why.
    pub ignored: Vec<String>,
}

/// Why a URL means nothing: what delivery would say in `ik-error`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Meaningless(String);

/// Reads path and query of a delivery URL, without the mount: `/demo/tr:w-300/a.jpg`. Signatures are not looked at.
pub async fn explain(
    library: &Library,
    target: &str,
    accepts: Accepts,
) -> Result<Meant, Meaningless> {
    understand(library, target, accepts).await.map_err(|error| Meaningless(error.to_string()))
}

async fn understand(
    library: &Library,
    target: &str,
    accepts: Accepts,
) -> Result<Meant, DeliveryError> {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let target = Target::parse(path, query).ok_or_else(delivery::no_such_path)?;
    let Place { tenant, target, .. } = Place::find(library, target).await?;
    let presets = library.presets(tenant, presets::NAMESPACE).await?;
    let url = DeliveryUrl::parse(target)?;
    let mut meaning = Meaning::of(&url.chain, &Names::of(&presets), &mut Hints::default())?;
    let ignored = std::mem::take(&mut meaning.ignored);
    let plan = meaning.plan.to_string();
    let deliver = delivery::request(accepts, &url, meaning, Config::SOURCE_BYTES)?;
    Ok(Meant { tenant, deliver, plan, ignored })
}
