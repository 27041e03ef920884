//! Facts about assets in RAM, so that a hot delivery asks no database.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use catalog::{Asset, AssetId, Catalog, FolderPath, Name, TenantId};
use moka::sync::Cache;
use parking_lot::Mutex;

use crate::{AssetRef, Result};

/// Whether facts still hold. Cheap to clone and to ask; never fresh again once stale.
#[derive(Debug, Clone)]
pub struct Freshness {
    own: Arc<AtomicBool>,
    /// Of the facts that these rest on.
    others: Arc<[Freshness]>,
}

impl Default for Freshness {
    fn default() -> Self {
        Self { own: Arc::new(AtomicBool::new(true)), others: Arc::default() }
    }
}

impl Freshness {
    /// Fresh.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fresh as long as all of them are: of an answer that rests on several facts.
    pub fn of_all(facts: impl IntoIterator<Item = Freshness>) -> Self {
        Self { others: facts.into_iter().collect(), ..Self::default() }
    }

    pub fn is_fresh(&self) -> bool {
        self.own.load(Ordering::Acquire) && self.others.iter().all(Freshness::is_fresh)
    }

    /// The facts have changed: stale for all who hold a clone, and for what rests on them.
    pub fn spoil(&self) {
        self.own.store(false, Ordering::Release);
    }
}

/// An asset as it was when it was looked up.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) asset: Asset,
    pub(crate) freshness: Freshness,
}

/// Assets by id, and ids by place and by content. Only what exists is kept.
#[derive(Debug)]
pub(crate) struct AssetMap {
    by_id: Cache<(TenantId, AssetId), Arc<Known>>,
    by_place: Cache<(TenantId, FolderPath, Name), AssetId>,
    /// The same for names that are shown.
    by_shown: Cache<(TenantId, FolderPath, Name), AssetId>,
    /// Which of several has a claim to the content depends on all of them, so every write empties it.
    by_sha1: Cache<(TenantId, [u8; 20]), AssetId>,
    /// Counts writes. A look-up that a write overtook is not kept: it may have read what was there before.
    writes: Mutex<u64>,
}

impl AssetMap {
    pub(crate) fn new(capacity: u64) -> Self {
        let by_id = Cache::builder()
            .max_capacity(capacity)
            // Who still holds the facts must not believe them once nobody would tell of a change.
            .eviction_listener(|_, known: Arc<Known>, _| known.freshness.spoil())
            .build();
        Self {
            by_id,
            by_place: Cache::new(capacity),
            by_shown: Cache::new(capacity),
            by_sha1: Cache::new(capacity),
            writes: Mutex::new(0),
        }
    }

    /// The asset, from RAM or the catalog.
    pub(crate) async fn find(
        &self,
        catalog: &Catalog,
        tenant: TenantId,
        wanted: &AssetRef,
    ) -> Result<Option<Arc<Known>>> {
        if let Some(known) = self.peek(tenant, wanted) {
            return Ok(Some(known));
        }
        let before = *self.writes.lock();
        let asset = match wanted {
            AssetRef::Id(id) => catalog.asset(tenant, *id).await?,
            AssetRef::At(folder, name) => catalog.asset_at(tenant, folder, name.as_str()).await?,
            AssetRef::Shown(folder, name) => {
                catalog.asset_shown(tenant, folder, name.as_str()).await?
            }
            AssetRef::Sha1(sha1) => catalog.assets_by_sha1(tenant, sha1, 1).await?.pop(),
        };
        let Some(asset) = asset else { return Ok(None) };
        let known = Arc::new(Known { asset, freshness: Freshness::new() });
        // Kept under the lock, so that nobody finds what a write has overtaken while it was being read.
        let writes = self.writes.lock();
        if *writes == before {
            self.keep(tenant, &known);
            if let AssetRef::Shown(folder, name) = wanted {
                let place = (tenant, folder.clone(), name.clone());
                self.by_shown.insert(place, known.asset.id);
            }
            if let AssetRef::Sha1(sha1) = wanted {
                self.by_sha1.insert((tenant, *sha1), known.asset.id);
            }
        } else {
            known.freshness.spoil();
        }
        drop(writes);
        Ok(Some(known))
    }

    /// Facts about this asset have changed and are committed.
    pub(crate) fn invalidate(&self, tenant: TenantId, id: AssetId) {
        let mut writes = self.writes.lock();
        *writes += 1;
        self.by_sha1.invalidate_all();
        if let Some(known) = self.by_id.get(&(tenant, id)) {
            self.forget(tenant, &known);
        }
    }

    /// Nothing of this folder is where it was, and that is committed.
    pub(crate) fn invalidate_folder(&self, tenant: TenantId, folder: &FolderPath) {
        let mut writes = self.writes.lock();
        *writes += 1;
        self.by_sha1.invalidate_all();
        for (key, known) in &self.by_id {
            let path = &known.asset.folder;
            if key.0 == tenant && (path == folder || path.is_below(folder)) {
                self.forget(tenant, &known);
            }
        }
    }

    /// Anything may have changed.
    pub(crate) fn invalidate_all(&self) {
        let mut writes = self.writes.lock();
        *writes += 1;
        for (_, known) in &self.by_id {
            known.freshness.spoil();
        }
        self.by_id.invalidate_all();
        self.by_place.invalidate_all();
        self.by_shown.invalidate_all();
        self.by_sha1.invalidate_all();
    }

    fn peek(&self, tenant: TenantId, wanted: &AssetRef) -> Option<Arc<Known>> {
        match wanted {
            AssetRef::Id(id) => self.by_id.get(&(tenant, *id)),
            AssetRef::At(folder, name) => {
                let id = self.by_place.get(&(tenant, folder.clone(), name.clone()))?;
                let known = self.by_id.get(&(tenant, id))?;
                // It may have moved since the place was noted.
                (known.asset.folder == *folder && known.asset.name == *name).then_some(known)
            }
            AssetRef::Shown(folder, name) => {
                let id = self.by_shown.get(&(tenant, folder.clone(), name.clone()))?;
                let known = self.by_id.get(&(tenant, id))?;
                let asset = &known.asset;
                let is_called = asset.name == *name || asset.shown_name() == name;
                (asset.folder == *folder && is_called).then_some(known)
            }
            AssetRef::Sha1(sha1) => {
                let id = self.by_sha1.get(&(tenant, *sha1))?;
                self.by_id.get(&(tenant, id))
            }
        }
    }

    fn keep(&self, tenant: TenantId, known: &Arc<Known>) {
        let asset = &known.asset;
        self.by_id.insert((tenant, asset.id), Arc::clone(known));
        self.by_place.insert((tenant, asset.folder.clone(), asset.name.clone()), asset.id);
    }

    fn forget(&self, tenant: TenantId, known: &Known) {
        known.freshness.spoil();
        self.by_id.invalidate(&(tenant, known.asset.id));
        self.by_place.invalidate(&(tenant, known.asset.folder.clone(), known.asset.name.clone()));
    }
}
