//! The verb deliver: from a plan and an asset to bytes.

/// Which asset is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AssetRef {
    Id(AssetId),
    /// Exact folder and name.
    At(FolderPath, Name),
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
/// So a client that has it already (`If-None-Match`) costs nothing.
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
    /// Whether the bytes are the stored ones: these may be asked for in ranges.
    pub is_original: bool,
    /// The answer stays right as long as this is fresh.
    pub freshness: Freshness,
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
    /// From the blob store: length of this stream and the stream itself.
    Stream { length: u64, stream: BoxStream<'static, std::io::Result<Bytes>> },
}
