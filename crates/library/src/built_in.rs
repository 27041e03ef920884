//! Pictures that a dialect serves and that are nobody's assets. They belong to a tenant of the server's own, so they are
//! probed, rendered and cached like all others, and no listing shows them.

use bytes::Bytes;
use catalog::{Asset, FolderPath, Name};

use crate::{Actor, Library, Result, Undecodable, Upload};

/// Nobody else can have this name.
const TENANT: &str = catalog::BUILT_IN_TENANT;

impl Library {
    /// The picture of this place, stored when it is first asked for.
    pub async fn built_in(
        &self,
        folder: &FolderPath,
        name: &Name,
        bytes: &'static [u8],
    ) -> Result<Asset> {
        let tenant = if let Some(tenant) = self.tenant(TENANT).await? {
            tenant
        } else {
            let tenant = self.inner.catalog.ensure_built_in_tenant().await?;
            self.inner.keyring.forget();
            tenant.id
        };
        let actor = Actor::full(tenant);
        if let Ok(asset) = self.asset_at(actor, folder, name).await {
            return Ok(asset);
        }
        let mut spool = self.spool()?;
        spool.write(Bytes::from_static(bytes)).await?;
        let bytes = spool.finish().await?;
        let upload =
            Upload { undecodable: Undecodable::Store, ..Upload::to(folder.clone(), name.clone()) };
        Ok(self.upload(actor, upload, bytes).await?.asset)
    }
}
