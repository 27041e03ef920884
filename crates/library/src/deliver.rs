//! The verb deliver: from an asset and a plan to bytes.
//!
//! [`Library::deliver`] decides everything and makes nothing: locate, permit, negotiate, key. [`Delivery::open`] makes
//! it: cached, else rendered once for all who wait. Between the two a client that has the answer
//! already (`If-None-Match`) is sent home without a queue.

use std::{io, ops::Range, sync::Arc};

use bytes::Bytes;
use catalog::{Access, Asset, AssetId, Blob, FolderPath, Millis, Name, Version, VersionId};
use futures_util::{FutureExt, stream::BoxStream};
use plan::{Format, OutputFormat, Plan, probe::Probe};

use crate::{
    Accepts, Actor, Error, Freshness, Library, LimitsConfig, RenderJob, Result, Rights,
    admission::Cost,
    asset_map::Known,
    cache::{DerivativeKey, Tier},
    ingredients::Ties,
    negotiate::negotiate,
};

/// Which asset is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AssetRef {
    Id(AssetId),
    /// Exact folder and name.
    At(FolderPath, Name),
    /// Folder and the name that clients know who know short names; else the exact one.
    Shown(FolderPath, Name),
    /// Whose current content has this SHA-1. Of several the newest listed one, failing that the newest of the others.
    Sha1([u8; 20]),
}

impl std::fmt::Display for AssetRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => write!(f, "the asset {id}"),
            Self::At(folder, name) | Self::Shown(folder, name) => {
                write!(f, "the file {}/{name}", folder.as_str().trim_end_matches('/'))
            }
            Self::Sha1(_) => f.write_str("content of this hash"),
        }
    }
}

/// What of it is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// The stored bytes.
    Original,
    /// A rendering. Assets that are no images, and vectors without a raster format asked for, are passed through.
    Rendering {
        plan: Plan,
        /// Every step comes from a preset: open for [`Access::PresetsOnly`].
        presets_only: bool,
    },
}

/// A delivery as a dialect asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Deliver {
    pub asset: AssetRef,
    /// This version instead of the current one.
    pub version: Option<VersionId>,
    /// Served instead when the asset does not exist.
    pub fallback: Option<AssetRef>,
    pub what: What,
    /// Formats that the client names.
    pub accepts: Accepts,
    /// Largest source in bytes that is decoded for this dialect; the general limit if `None`.
    pub source_limit: Option<u64>,
}

/// An answer that has been decided, but not made: nothing is read or rendered before [`Delivery::open`].
#[derive(Debug)]
pub struct Delivery {
    /// Strong, without quotes.
    pub etag: String,
    pub mime: String,
    /// Name of the asset served (for `Content-Disposition`).
    pub name: Name,
    pub modified: Millis,
    pub cache: CacheRule,
    /// The answer depends on `Accept`.
    pub negotiated: bool,
    /// Whether anonymous clients that ask the same get the same, as long as it is fresh.
    pub is_shareable: bool,
    pub freshness: Freshness,
    making: Making,
    library: Library,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheRule {
    /// Anybody may keep it.
    Public,
    /// Needed a signature or key: nobody may keep it.
    Private,
}

/// Bytes of an answer.
pub enum Body {
    /// In RAM.
    Bytes(Bytes),
    /// From the blob store.
    Stream { length: u64, stream: BoxStream<'static, io::Result<Bytes>> },
}

/// How the bytes come about.
#[derive(Debug)]
enum Making {
    Stored(Blob),
    Rendered(Rendering),
}

/// A file that is about to be served.
#[derive(Debug)]
pub(crate) struct Found {
    known: Arc<Known>,
    /// A version that is not the current one, or a picture that was made of it.
    other: Option<Asset>,
    cache: CacheRule,
    is_fallback: bool,
}

impl Found {
    pub(crate) fn asset(&self) -> &Asset {
        self.other.as_ref().unwrap_or(&self.known.asset)
    }

    /// From here on it is this one.
    pub(crate) fn replace(&mut self, asset: Asset) {
        self.other = Some(asset);
    }
}

/// A render, bound to its source.
#[derive(Debug, Clone)]
pub(crate) struct Rendering {
    pub(crate) key: DerivativeKey,
    pub(crate) source: Blob,
    /// The other files that the plan names.
    pub(crate) ingredients: Vec<Blob>,
    pub(crate) plan: Plan,
    pub(crate) format: Format,
    pub(crate) cost: Cost,
}

/// A render that is needed.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) rendering: Rendering,
    /// Whether `Accept` had a say in it.
    pub(crate) negotiated: bool,
    pub(crate) ties: Ties,
}

/// Stored answers up to this size are read whole: one small answer instead of a stream.
const SMALL: u64 = 256 << 10;

impl Library {
    /// Decides what `actor` gets.
    pub async fn deliver(&self, actor: Actor, request: Deliver) -> Result<Delivery> {
        let found = self.find(actor, &request).await?;
        self.decide(actor, &request, found, Ties::default()).await
    }

    /// The file that is meant, and what the actor may do with it.
    pub(crate) async fn find(&self, actor: Actor, request: &Deliver) -> Result<Found> {
        let (known, is_fallback) = self.locate(actor, request).await?;
        let cache = permit(actor, &known.asset, &request.what)?;
        let other = match request.version {
            Some(version) => Some(self.past_version(actor, &known.asset, version).await?),
            None => None,
        };
        Ok(Found { known, other, cache, is_fallback })
    }

    /// What is made of the file. `ties`: what it hangs on already.
    pub(crate) async fn decide(
        &self,
        actor: Actor,
        request: &Deliver,
        found: Found,
        mut ties: Ties,
    ) -> Result<Delivery> {
        let asset = found.asset();
        let (mut cache, mut freshness) = (found.cache, found.known.freshness.clone());
        let (making, negotiated) =
            if let Some(decision) = self.rendering(actor, asset, request).await? {
                ties.extend(decision.ties);
                (Making::Rendered(decision.rendering), decision.negotiated)
            } else {
                (Making::Stored(asset.current.blob.clone()), false)
            };
        if ties.is_private {
            cache = CacheRule::Private;
        }
        if !ties.freshness.is_empty() {
            freshness = Freshness::of_all(ties.freshness.into_iter().chain([freshness]));
        }
        let (etag, mime) = match &making {
            Making::Stored(blob) => {
                let mut etag = blob.hash.to_string();
                etag.truncate(32);
                (etag, asset.current.mime.clone())
            }
            Making::Rendered(rendering) => {
                (rendering.key.to_string(), rendering.format.mime().to_owned())
            }
        };
        Ok(Delivery {
            etag,
            mime,
            name: asset.name.clone(),
            modified: asset.current.created,
            cache,
            negotiated,
            is_shareable: cache == CacheRule::Public
                && actor.rights == Rights::Anonymous
                && !found.is_fallback
                && request.version.is_none(),
            freshness,
            making,
            library: self.clone(),
        })
    }

    /// An asset as it is now, and its bytes.
    pub async fn original(&self, actor: Actor, id: AssetId) -> Result<(Asset, Delivery)> {
        let wanted = AssetRef::Id(id);
        let known = self.visible(actor, &wanted).await?;
        let known = known.ok_or_else(|| Error::NotFound(wanted.to_string()))?;
        let asset = known.asset.clone();
        let cache = permit(actor, &asset, &What::Original)?;
        let Version { blob, mime, created, .. } = &asset.current;
        let stored = Delivery::stored(self, &asset.name, blob, mime, *created, cache);
        let delivery = Delivery {
            is_shareable: cache == CacheRule::Public && actor.rights == Rights::Anonymous,
            freshness: known.freshness.clone(),
            ..stored
        };
        Ok((asset, delivery))
    }

    /// The asset that is to be served, and whether it is the fallback. What the actor may not see does not exist.
    pub(crate) async fn locate(
        &self,
        actor: Actor,
        request: &Deliver,
    ) -> Result<(Arc<Known>, bool)> {
        if let Some(known) = self.visible(actor, &request.asset).await? {
            return Ok((known, false));
        }
        if let Some(fallback) = &request.fallback
            && let Some(known) = self.visible(actor, fallback).await?
        {
            return Ok((known, true));
        }
        Err(Error::NotFound(request.asset.to_string()))
    }

    pub(crate) async fn visible(
        &self,
        actor: Actor,
        wanted: &AssetRef,
    ) -> Result<Option<Arc<Known>>> {
        let known = self.inner.assets.find(&self.inner.catalog, actor.tenant, wanted).await?;
        // A signed URL opens access, not visibility.
        Ok(known.filter(|known| actor.rights.see_everything() || known.asset.is_listed()))
    }

    async fn past_version(&self, actor: Actor, asset: &Asset, version: VersionId) -> Result<Asset> {
        let found = self.inner.catalog.version(actor.tenant, asset.id, version).await?;
        found.ok_or_else(|| Error::NotFound(format!("the version {version}")))
    }

    /// The render that is needed; `None` if the stored bytes are the answer.
    pub(crate) async fn rendering(
        &self,
        actor: Actor,
        asset: &Asset,
        request: &Deliver,
    ) -> Result<Option<Decision>> {
        let What::Rendering { plan, .. } = &request.what else { return Ok(None) };
        let current = &asset.current;
        let Some(probe) = &current.probe else {
            return if current.mime.starts_with("image/") {
                Err(Error::NotAnImage(format!("{} does not decode", asset.name)))
            } else {
                Ok(None)
            };
        };
        let asks_for_raster = plan.output.keep_format
            || matches!(plan.output.format, OutputFormat::Is(format) if format != Format::Svg);
        if probe.format == Format::Svg && !asks_for_raster {
            return Ok(None);
        }
        let limits = &self.inner.config.limits;
        check_source(limits, current.blob.size, probe, request.source_limit)?;

        let bound = self.bind(actor, plan.clone(), asset.focus, request.source_limit).await?;
        // Normalised before it is negotiated: a margin that a plan only mentions needs no transparency.
        let mut plan = bound.plan.normalized();
        let (format, negotiated) = negotiate(&plan, probe, request.accepts);
        if !format.is_encodable() {
            return Err(Error::Unsupported(format!(
                "{format} is not among the formats that can be made"
            )));
        }
        plan.output.format = OutputFormat::Is(format);
        let plan = plan.normalized();
        let mut cost = self.cost(&plan, probe, format)?;
        cost.pixels = cost.pixels.saturating_add(bound.cost.pixels);
        cost.memory = cost.memory.saturating_add(bound.cost.memory);
        let key = DerivativeKey::new(&current.blob.hash, &plan.to_string(), format);
        let (source, ingredients) = (current.blob.clone(), bound.files);
        let rendering = Rendering { key, source, ingredients, plan, format, cost };
        Ok(Some(Decision { rendering, negotiated, ties: bound.ties }))
    }

    /// A still of a longer animation needs its first frame only, so this is about animated answers.
    fn check_animation(&self, probe: &Probe) -> Result<()> {
        let limits = &self.inner.config.limits;
        if probe.frames > limits.frames {
            return Err(Error::TooLarge(format!(
                "the animation has {} frames, the limit is {}",
                probe.frames, limits.frames
            )));
        }
        let pixels = probe.size.pixels().saturating_mul(u64::from(probe.frames));
        if pixels > limits.animation_pixels {
            return Err(Error::TooLarge(format!(
                "the animation has {pixels} pixels over all frames, the limit is {}",
                limits.animation_pixels
            )));
        }
        Ok(())
    }

    /// Estimated from headers. Also the place where a plan that cannot work is refused before any queue.
    fn cost(&self, plan: &Plan, probe: &Probe, format: Format) -> Result<Cost> {
        let limits = plan::Limits {
            output_pixels: self.inner.config.limits.output_pixels,
            ..plan::Limits::default()
        };
        let resolved = plan.resolve(probe, limits).map_err(|error| match error {
            error if error.is_limit() => Error::TooLarge(error.to_string()),
            error => Error::Invalid(error.to_string()),
        })?;
        let is_animated =
            probe.frames > 1 && plan.frames == plan::Frames::All && format.holds_animation();
        let frames = if is_animated { u64::from(probe.frames) } else { 1 };
        if is_animated {
            self.check_animation(probe)?;
        }
        let per_frame = probe.size.pixels() + resolved.size.pixels();
        // Straight RGBA of both, and the resampler's intermediate of the result.
        let memory = 4 * probe.size.pixels() + 8 * resolved.size.pixels();
        Ok(Cost { pixels: per_frame.saturating_mul(frames), memory })
    }

    /// The bytes of a render: from a cache, from one that is under way, or made now.
    pub(crate) async fn derivative(&self, rendering: Rendering) -> Result<Bytes> {
        if let Some((bytes, tier)) = self.inner.cache.get(rendering.key).await {
            let tier = if tier == Tier::Ram { "ram" } else { "disk" };
            metrics::counter!("halftone_cache_hits_total", "tier" => tier).increment(1);
            return Ok(bytes);
        }
        metrics::counter!("halftone_cache_misses_total").increment(1);
        let key = rendering.key;
        let library = self.clone();
        let begin = move || async move { library.render(rendering).await }.boxed();
        self.inner.flights.join(&key, begin).await
    }

    async fn render(&self, rendering: Rendering) -> Result<Bytes> {
        // Somebody may have finished it between the look into the cache and the beginning of this flight.
        if let Some((bytes, _)) = self.inner.cache.get(rendering.key).await {
            return Ok(bytes);
        }
        let source = self.best_source(&rendering).await?;
        let key = rendering.key;
        let bytes = self.draw(rendering, source).await?;
        self.inner.cache.insert(key, bytes.clone());
        Ok(bytes)
    }

    /// One run of the engine, when its turn comes. `source` holds the bytes that the rendering is bound to.
    pub(crate) async fn draw(&self, rendering: Rendering, source: Bytes) -> Result<Bytes> {
        let engine = Arc::clone(&self.inner.engine);
        let Rendering { key, ingredients, plan, format, cost, .. } = rendering;
        let ingredients = self.read_files(&ingredients).await?;
        let draw = move |cancelled| {
            metrics::counter!("halftone_renders_total").increment(1);
            let began = std::time::Instant::now();
            let job = RenderJob {
                source: &source,
                plan: &plan,
                ingredients: &ingredients,
                format,
                cancelled: &cancelled,
            };
            let rendered = engine.render(job)?;
            let seconds = began.elapsed().as_secs_f64();
            metrics::histogram!("halftone_render_seconds", "format" => format.name())
                .record(seconds);
            tracing::debug!(plan.key = %key, %plan, duration_ms = seconds * 1000.0, "rendered");
            Ok(Bytes::from(rendered.bytes))
        };
        self.inner.admission.run(cost, draw).await
    }

    /// The cheapest bytes from which this render can be made well. Masters will be chosen from here; until they
    /// exist it is the original.
    async fn best_source(&self, rendering: &Rendering) -> Result<Bytes> {
        self.read_blob(&rendering.source).await
    }
}

impl Delivery {
    /// Stored bytes that are no version of an asset. Nobody remembers the answer.
    pub(crate) fn stored(
        library: &Library,
        name: &Name,
        blob: &catalog::Blob,
        mime: &str,
        modified: Millis,
        cache: CacheRule,
    ) -> Self {
        let mut etag = blob.hash.to_string();
        etag.truncate(32);
        Self {
            etag,
            mime: mime.to_owned(),
            name: name.clone(),
            modified,
            cache,
            negotiated: false,
            is_shareable: false,
            freshness: Freshness::new(),
            making: Making::Stored(blob.clone()),
            library: library.clone(),
        }
    }

    /// Length in bytes if it is known without rendering: of stored bytes, which may be asked for in ranges.
    pub fn stored_length(&self) -> Option<u64> {
        match &self.making {
            Making::Stored(blob) => Some(blob.size),
            Making::Rendered(_) => None,
        }
    }

    /// Makes the answer. `range` applies to stored bytes only and must lie inside their length.
    pub async fn open(self, range: Option<Range<u64>>) -> Result<Body> {
        match self.making {
            Making::Rendered(rendering) => {
                Ok(Body::Bytes(self.library.derivative(rendering).await?))
            }
            Making::Stored(blob) => match range {
                None if blob.size <= SMALL => Ok(Body::Bytes(self.library.read_blob(&blob).await?)),
                range => {
                    let range = range.unwrap_or(0..blob.size);
                    let length = range.end.saturating_sub(range.start);
                    let stream = self.library.stream_blob(&blob, range).await?;
                    Ok(Body::Stream { length, stream })
                }
            },
        }
    }
}

/// Whether the actor may read the asset in this way, and whether others may keep the answer.
pub(crate) fn permit(actor: Actor, asset: &Asset, what: &What) -> Result<CacheRule> {
    let is_open = match asset.access {
        Access::Public => true,
        Access::PresetsOnly => matches!(what, What::Rendering { presets_only: true, .. }),
        Access::Private | Access::Closed => false,
    };
    if is_open && asset.is_listed() {
        Ok(CacheRule::Public)
    } else if actor.rights == Rights::Anonymous {
        Err(Error::Denied)
    } else {
        Ok(CacheRule::Private)
    }
}

/// Whether a picture of so many bytes may be decoded for a dialect with this limit of its own.
pub(crate) fn check_source(
    limits: &LimitsConfig,
    size: u64,
    probe: &Probe,
    dialect_limit: Option<u64>,
) -> Result<()> {
    let bytes = dialect_limit.unwrap_or(limits.source_bytes).min(limits.source_bytes);
    if size > bytes {
        return Err(Error::TooLarge(format!("the source has {size} bytes, the limit is {bytes}")));
    }
    if probe.size.pixels() > limits.source_pixels {
        return Err(Error::TooLarge(format!(
            "the source has {} x {} pixels, the limit is {} pixels",
            probe.size.width, probe.size.height, limits.source_pixels
        )));
    }
    let side = probe.size.width.max(probe.size.height);
    if side > limits.source_side {
        return Err(Error::TooLarge(format!(
            "the longer side of the source has {side} pixels, the limit is {}",
            limits.source_side
        )));
    }
    Ok(())
}
