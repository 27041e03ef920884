//! The presets of a tenant as chains.

use std::sync::Arc;

use library::{Freshness, Library, Presets, Remembered, TenantId};

use super::presets::{Chain, Chains, Variables};
use crate::presets::{Definition, NAMESPACE};

/// The presets of a tenant. Archived ones go on working: URLs with them have been published.
#[derive(Debug, Clone)]
pub(crate) struct TenantChains(Arc<Remembered<Presets>>);

impl TenantChains {
    pub(crate) async fn of(library: &Library, tenant: TenantId) -> Result<Self, library::Error> {
        library.presets(tenant, NAMESPACE).await.map(Self)
    }

    /// Of what names mean now.
    pub(crate) fn freshness(&self) -> Freshness {
        self.0.freshness().clone()
    }
}

impl Chains for TenantChains {
    fn find(&self, name: &str) -> Option<Chain> {
        let stored = Definition::read(&self.0.find(name)?.text)?;
        // Checked before it was stored; what cannot be read declares nothing.
        let variables = Variables::read(&stored.params).unwrap_or_default();
        Some(Chain { text: stored.transformation, variables })
    }
}
