//! Whose file a target asks for, and where its URL endpoint ends.
//!
//! `/demo` is the URL endpoint of every account `demo`; with another one of the prefix `shop`, `/demo/shop/a.jpg` is the
//! file `/a.jpg`. The longest endpoint decides which file is meant. A signature may be made for any of them.

use library::{Freshness, Library, Remembered, TenantId, UrlEndpoints};
use percent_encoding::percent_decode_str;

use super::no_such_path;
use crate::{error::DeliveryError, url::Target};

#[derive(Debug, Clone)]
pub(crate) struct Place<'a> {
    pub(crate) tenant: TenantId,
    /// Prefix of the endpoint; empty for the account's own.
    pub(crate) prefix: &'a str,
    /// Cut at the longest endpoint.
    pub(crate) target: Target<'a>,
    /// Cut at the account's own.
    whole: Target<'a>,
    /// Of the endpoints that there are.
    pub(crate) freshness: Freshness,
}

impl<'a> Place<'a> {
    pub(crate) async fn find(library: &Library, whole: Target<'a>) -> Result<Self, DeliveryError> {
        let tenant = percent_decode_str(whole.tenant).decode_utf8().map_err(|_| no_such_path())?;
        let tenant = library.tenant(&tenant).await?.ok_or_else(no_such_path)?;
        let endpoints = library.url_endpoints(tenant).await?;
        Ok(Self::of(tenant, whole, &endpoints))
    }

    /// Cuts the target of a known tenant.
    pub(crate) fn of(
        tenant: TenantId,
        whole: Target<'a>,
        endpoints: &Remembered<UrlEndpoints>,
    ) -> Self {
        let longer = whole.rest.split_once('/').filter(|(prefix, rest)| {
            !prefix.is_empty() && !rest.is_empty() && endpoints.find(prefix).is_some()
        });
        let (prefix, rest) = longer.unwrap_or(("", whole.rest));
        Self {
            tenant,
            prefix,
            target: Target { rest, ..whole },
            whole,
            freshness: endpoints.freshness().clone(),
        }
    }

    /// The target, cut at each endpoint that it begins with: what follows any of them may have been signed.
    pub(crate) fn cuts(&self) -> impl Iterator<Item = Target<'a>> {
        let longer = (self.target != self.whole).then_some(self.target);
        std::iter::once(self.whole).chain(longer)
    }
}
