//! What a delivery URL, a search or checks mean, without doing anything about it.

use library::{Accepts, Deliver, Library, Millis, Query, TenantId};

use crate::{
    Config,
    delivery::{self, Place},
    error::DeliveryError,
    search,
    transformation::{Hints, Meaning, Names, presets},
    upload,
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
    meaning.check(None)?;
    let ignored = std::mem::take(&mut meaning.ignored);
    let plan = meaning.plan.to_string();
    let deliver = delivery::request(accepts, &url, meaning, Config::SOURCE_BYTES)?;
    Ok(Meant { tenant, deliver, plan, ignored })
}

/// Refuses a delivery URL that means nothing whatever a library holds. What rests on presets of a library passes.
pub fn check_url(target: &str, accepts: Accepts) -> Result<(), Meaningless> {
    let names = Names::built_in();
    match understand_alone(target, &names, accepts) {
        Err(error) if !names.were_used() => Err(Meaningless(error.to_string())),
        _ => Ok(()),
    }
}

/// The plan of a delivery URL that needs no library: of named transformations it knows the built-in ones.
pub fn explain_url(target: &str, accepts: Accepts) -> Result<String, Meaningless> {
    understand_alone(target, &Names::built_in(), accepts)
        .map_err(|error| Meaningless(error.to_string()))
}

fn understand_alone(
    target: &str,
    names: &Names<'_>,
    accepts: Accepts,
) -> Result<String, DeliveryError> {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let target = Target::parse(path, query).ok_or_else(delivery::no_such_path)?;
    let url = DeliveryUrl::parse(target)?;
    let meaning = Meaning::of(&url.chain, names, &mut Hints::default())?;
    meaning.check(None)?;
    let plan = meaning.plan.to_string();
    delivery::request(accepts, &url, meaning, Config::SOURCE_BYTES)?;
    Ok(plan)
}

/// Reads a `searchQuery`, without searching. `now`: what ages are counted from.
pub fn explain_search(text: &str, now: Millis) -> Result<Query, Meaningless> {
    search::query(text, search::Scope::at(now)).map_err(|error| Meaningless(error.to_string()))
}

/// Reads the `checks` of an upload, without an upload: whether they mean anything.
pub fn explain_checks(text: &str, now: Millis) -> Result<(), Meaningless> {
    upload::read_checks(text, now).map_err(|error| Meaningless(error.message))
}
