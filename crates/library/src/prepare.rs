//! The verb prepare: a plan applied to an upload before it is stored, so that the stored file is the result.

use std::{collections::BTreeMap, fs::File, io::Read};

use bytes::Bytes;
use catalog::{
    Access, Asset, AssetId, Audience, EventKind, NewEvent, Photo, Subject, Version, VersionId,
    Visibility,
};
use plan::{Plan, probe::Probe};
use serde_json::Value;

use crate::{
    Accepts, Actor, AssetRef, Deliver, Error, Library, Result, Spool, Spooled, Undecodable, Upload,
    What, blobs::io_error, library::now, organize::full, upload::mime,
};

impl Library {
    /// What `plan` makes of the bytes: to be handed to [`Library::upload`] in their place, under the same name. The
    /// format is that of the bytes unless the plan asks for another, as in a delivery to a client that names none.
    ///
    /// Vectors that are not to become a raster are handed back as they came, as deliveries pass them through.
    /// [`Error::NotAnImage`]: there is nothing to apply a plan to. Nothing is stored in either case.
    pub async fn prepare(
        &self,
        actor: Actor,
        upload: &Upload,
        plan: Plan,
        source_limit: Option<u64>,
        bytes: Spooled,
    ) -> Result<Spooled> {
        full(actor)?;
        let format = self.inner.engine.sniff(&bytes.head);
        let strict = Upload { undecodable: Undecodable::Reject, ..upload.clone() };
        let probe = self.examine(&strict, &bytes, format).await?;
        if probe.is_none() {
            return Err(Error::NotAnImage("only images can be transformed".into()));
        }
        let mime = mime(format, &bytes.head, &upload.name);
        let request = Deliver {
            asset: AssetRef::At(upload.folder.clone(), upload.name.clone()),
            version: None,
            fallback: None,
            what: What::Rendering { plan, presets_only: false },
            accepts: Accepts::default(),
            source_limit,
        };
        let asset = as_if_stored(actor, upload, &bytes, mime, probe);
        let Some(decision) = self.rendering(actor, &asset, &request).await? else {
            return Ok(bytes);
        };
        let result = self.draw(decision.rendering, read(&bytes).await?).await?;
        self.in_place_of(bytes, result).await
    }

    /// Tells webhooks that an upload could not be prepared; with what its dialect wants to remember of it.
    pub async fn preparation_failed(&self, actor: Actor, note: Value) -> Result<()> {
        full(actor)?;
        let event = NewEvent {
            tenant: actor.tenant,
            kind: EventKind::PreparationFailed,
            subject: Subject::default(),
            note,
            audience: Audience::Webhooks,
        };
        Ok(self.inner.catalog.add_events(vec![event]).await?)
    }

    /// The result as an upload of its own, on the place of the one it came from.
    async fn in_place_of(&self, bytes: Spooled, result: Bytes) -> Result<Spooled> {
        let path = self.inner.blobs.temporary_path()?;
        let mut spool = Spool::new(path, self.inner.config.limits.upload_bytes, bytes.place)?;
        spool.write(result).await?;
        spool.finish().await
    }
}

/// Renderings are decided for assets; this is the one that the upload would become as it is. Coordinates of interest
/// that come with it are those of the result, so they say nothing about where to cut.
fn as_if_stored(
    actor: Actor,
    upload: &Upload,
    bytes: &Spooled,
    mime: &str,
    probe: Option<Probe>,
) -> Asset {
    let created = now();
    Asset {
        id: AssetId::generate(),
        number: 0,
        tenant: actor.tenant,
        folder: upload.folder.clone(),
        name: upload.name.clone(),
        tags: Vec::new(),
        auto_tags: Vec::new(),
        description: None,
        focus: None,
        custom_metadata: BTreeMap::new(),
        notes: BTreeMap::new(),
        short_name: None,
        concealed: false,
        access: Access::Private,
        default_access: Access::Private,
        visibility: Visibility::Hidden,
        set: None,
        card: None,
        photo: Photo::default(),
        created,
        updated: created,
        revision: 0,
        current: Version {
            id: VersionId::generate(),
            number: 1,
            blob: bytes.blob.clone(),
            mime: mime.to_owned(),
            probe,
            created,
        },
    }
}

/// At most `limits.source_bytes`: what is larger has been refused.
async fn read(bytes: &Spooled) -> Result<Bytes> {
    let (path, size) = (bytes.file.path.clone(), bytes.blob.size);
    let reading = tokio::task::spawn_blocking(move || {
        let mut content = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        File::open(path)?.read_to_end(&mut content)?;
        Ok(Bytes::from(content))
    });
    reading.await.map_err(Error::unavailable)?.map_err(io_error)
}
