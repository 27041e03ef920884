//! The verbs around slots: assets that clients address by words of their own.

use catalog::{AssetId, Slot, Stored, TenantId};
use moka::sync::Cache;

use crate::{Actor, AssetRef, Library, Result, Spooled, Upload};

/// Which asset was found in which slot. A slot never comes to hold another asset while the one it had lives, so an entry
/// is right for as long as its asset is there, and nobody has to be told of anything.
#[derive(Debug)]
pub(crate) struct Slots(Cache<(TenantId, Slot), AssetId>);

impl Slots {
    /// Names are the clients', so what counts is their bytes.
    const BYTES: u64 = 16 << 20;

    pub(crate) fn new() -> Self {
        let weigh =
            |(_, slot): &(TenantId, Slot), _: &AssetId| slot.name.len() as u32 + Self::OVERHEAD;
        Self(Cache::builder().max_capacity(Self::BYTES).weigher(weigh).build())
    }

    /// Of an entry beside its name, roughly.
    const OVERHEAD: u32 = 200;
}

/// An upload into a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filling {
    pub slot: Slot,
    /// Who does it, in the words of the dialect.
    pub uploader: String,
}

impl Library {
    /// Uploads the next version of the asset in a slot, wherever that is by now; into an empty slot a new asset, by the
    /// name and in the folder of `upload`. Its access counts for a new asset only.
    pub async fn fill_slot(
        &self,
        actor: Actor,
        filling: Filling,
        upload: Upload,
        bytes: Spooled,
    ) -> Result<Stored> {
        Box::pin(self.store(actor, Some(filling), upload, bytes)).await
    }

    /// The asset in a slot, without SQL when it was found there before.
    pub async fn in_slot(&self, tenant: TenantId, slot: &Slot) -> Result<Option<AssetId>> {
        let key = (tenant, slot.clone());
        if let Some(id) = self.inner.slots.0.get(&key) {
            let wanted = AssetRef::Id(id);
            if self.inner.assets.find(&self.inner.catalog, tenant, &wanted).await?.is_some() {
                return Ok(Some(id));
            }
        }
        let found = self.inner.catalog.asset_in_slot(tenant, slot).await?;
        if let Some(id) = found {
            self.inner.slots.0.insert(key, id);
        }
        Ok(found)
    }
}
