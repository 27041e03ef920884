//! The verbs around renditions: made well the first time, kept as they are, never made twice.

use std::collections::HashMap;

use bytes::Bytes;
use catalog::{
    Asked, Asset, AssetId, Blob, CardPatch, Change, NewRendition, Rendition, StoreName, TenantId,
};
use plan::{
    Fit, Format, Frames, Length, Light, Metadata, Orient, Output, OutputFormat, Plan, Quality,
    Resize, Rounding, Size, Step, probe::Probe,
};

use crate::{
    Accepts, Actor, AssetRef, Deliver, Delivery, Error, Library, Result, Spool, What,
    deliver::permit, organize::full,
};

/// A rendition as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub asked: Asked,
    /// Of a new one.
    pub name: Option<String>,
    /// Who asks; written on the card if there has to be a new one.
    pub editor: Option<String>,
    /// A larger result is not kept, bytes.
    pub max_bytes: Option<u64>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Made {
    /// The picture has that size already.
    Original(Box<Asset>),
    /// It was there, or is now.
    Rendition(Box<Asset>, Rendition),
    /// It has more bytes than it may.
    Oversized(u64),
}

impl Library {
    /// The renditions of these assets, by asset. One that has none is not there.
    pub async fn renditions(
        &self,
        actor: Actor,
        assets: &[AssetId],
    ) -> Result<HashMap<AssetId, Vec<Rendition>>> {
        full(actor)?;
        Ok(self.inner.catalog.renditions(actor.tenant, assets).await?)
    }

    /// The rendition of that size; makes and keeps it where there is none.
    ///
    /// The pixel grid is taken as it is stored, and the orientation tag carried over. [`Error::NotAnImage`]: there is
    /// nothing to make one of.
    pub async fn rendition(&self, actor: Actor, id: AssetId, wanted: Wanted) -> Result<Made> {
        full(actor)?;
        let missing = || Error::NotFound(AssetRef::Id(id).to_string());
        let asset = self.inner.catalog.asset(actor.tenant, id).await?.ok_or_else(missing)?;
        let probe = raster(&asset)?;
        if is_original(probe.size, wanted.asked) {
            return Ok(Made::Original(Box::new(asset)));
        }
        let plan = plan(probe.format, wanted.asked);
        let size = self.size_of(&plan, probe)?;
        let there = self.inner.catalog.renditions(actor.tenant, &[id]).await?.remove(&id);
        let mut there = there.unwrap_or_default().into_iter();
        if let Some(found) = there.find(|rendition| serves(rendition, wanted.asked, size)) {
            return Ok(Made::Rendition(Box::new(asset), found));
        }
        self.make(actor, asset, wanted, plan, size).await
    }

    /// The bytes of a rendition, for who may have those of its asset.
    pub fn deliver_rendition(
        &self,
        actor: Actor,
        asset: &Asset,
        rendition: &Rendition,
    ) -> Result<Delivery> {
        let cache = permit(actor, asset, &What::Original)?;
        Ok(Delivery::stored(
            self,
            &asset.name,
            &rendition.blob,
            &rendition.mime,
            rendition.created,
            cache,
        ))
    }

    async fn make(
        &self,
        actor: Actor,
        asset: Asset,
        wanted: Wanted,
        plan: Plan,
        size: Size,
    ) -> Result<Made> {
        let request = Deliver {
            asset: AssetRef::Id(asset.id),
            version: None,
            fallback: None,
            what: What::Rendering { plan, presets_only: false },
            accepts: Accepts::default(),
            source_limit: None,
        };
        let decision = self.rendering(actor, &asset, &request).await?;
        let rendering =
            decision.ok_or_else(|| Error::NotAnImage("this is no image".into()))?.rendering;
        let mime = rendering.format.mime().to_owned();
        // Once for all who ask at the same time.
        let bytes = self.derivative(rendering).await?;
        let length = bytes.len() as u64;
        if wanted.max_bytes.is_some_and(|most| length > most) {
            return Ok(Made::Oversized(length));
        }
        let library = self.clone();
        let (id, version) = (asset.id, asset.current.id);
        self.to_the_end(async move {
            let blob = library.keep_beside(&asset.current.blob.store, bytes).await?;
            let new = NewRendition { name: wanted.name, asked: wanted.asked, size, blob, mime };
            let editor = wanted.editor.map_or(Change::Keep, |user| Change::Set(Some(user)));
            let card = CardPatch { editor, ..CardPatch::default() };
            let inner = &library.inner;
            let (asset, rendition) =
                inner.catalog.add_rendition(actor.tenant, id, version, new, card).await?;
            inner.assets.invalidate(actor.tenant, id);
            Ok(Made::Rendition(Box::new(asset), rendition))
        })
        .await
    }

    /// Makes bytes durable in this store; the row that needs them follows.
    async fn keep_beside(&self, store: &StoreName, bytes: Bytes) -> Result<Blob> {
        let path = self.inner.blobs.temporary_path()?;
        let mut spool = Spool::new(path, u64::MAX, None)?;
        spool.write(bytes).await?;
        let spooled = spool.finish().await?;
        let blob = Blob { store: store.clone(), ..spooled.blob };
        self.keep(spooled.file, &blob).await?;
        Ok(blob)
    }

    fn size_of(&self, plan: &Plan, probe: &Probe) -> Result<Size> {
        let output_pixels = self.inner.config.limits.output_pixels;
        let limits = plan::Limits { output_pixels, ..plan::Limits::default() };
        let resolved = plan.resolve(probe, limits).map_err(|error| match error {
            error if error.is_limit() => Error::TooLarge(error.to_string()),
            error => Error::Invalid(error.to_string()),
        })?;
        Ok(resolved.size)
    }

    /// Tenants that have an asset with this id: for addresses that name no tenant.
    pub async fn tenants_with(&self, asset: AssetId) -> Result<Vec<TenantId>> {
        let mut found = Vec::new();
        for tenant in self.inner.catalog.tenants().await? {
            let wanted = AssetRef::Id(asset);
            let known = self.inner.assets.find(&self.inner.catalog, tenant.id, &wanted).await?;
            found.extend(known.map(|_| tenant.id));
        }
        Ok(found)
    }
}

/// A picture of pixels, or [`Error::NotAnImage`].
fn raster(asset: &Asset) -> Result<&Probe> {
    let probe = asset.current.probe.as_ref().filter(|probe| probe.format != Format::Svg);
    probe.ok_or_else(|| Error::NotAnImage("this is no image".into()))
}

fn is_original(size: Size, asked: Asked) -> bool {
    asked.keeps_proportions
        && asked.width.is_none_or(|width| width == size.width)
        && asked.height.is_none_or(|height| height == size.height)
}

/// Whether a rendition is what is asked for: asked for in the same way, or, where one side is asked for, by that side
/// and another one as well, and of the size that it would have.
fn serves(rendition: &Rendition, asked: Asked, size: Size) -> bool {
    if rendition.asked == asked {
        return true;
    }
    let is_alike = match (asked.width, asked.height) {
        (Some(width), None) => rendition.asked.width == Some(width),
        (None, Some(height)) => rendition.asked.height == Some(height),
        _ => false,
    };
    is_alike
        && rendition.asked.keeps_proportions == asked.keeps_proportions
        && rendition.size == size
}

/// As the reference does it: truncated sides, Lanczos on stored values, the format of the source, quality 85, the first frame.
fn plan(format: Format, asked: Asked) -> Plan {
    let side = |side: Option<u32>| match side {
        Some(pixels) => Some(Length::Px(f64::from(pixels))),
        // The missing side is the source's.
        None if !asked.keeps_proportions => Some(Length::Fraction(1.0)),
        None => None,
    };
    let resize = Resize {
        width: side(asked.width),
        height: side(asked.height),
        fit: if asked.keeps_proportions { Fit::Inside } else { Fit::Fill },
        rounding: Rounding::Truncate,
        // The reference averages stored values, and clients compare.
        light: Light::Srgb,
        ..Resize::default()
    };
    let format = if format.is_encodable() { format } else { Format::Png };
    Plan {
        orient: Orient::Stored,
        frames: Frames::One(std::num::NonZeroU32::MIN),
        steps: vec![Step::Resize(resize)],
        output: Output {
            format: OutputFormat::Is(format),
            quality: Quality::new(85),
            keep_samples: true,
            metadata: Metadata::OrientationOnly,
            ..Output::default()
        },
    }
}
