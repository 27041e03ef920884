//! The verb upload: bytes are durable before the row is committed, and the row is committed before anybody is told.

use std::{collections::BTreeMap, fs::File, io::Read, sync::Arc};

use bytes::Bytes;
use catalog::{
    Access, AutoTag, CardPatch, Change, FolderPath, KnownAs, Name, NewVersion, OnConflict, Receipt,
    Stored, Terms, Visibility,
};
use plan::{
    Format,
    probe::{Depth, Probe},
};
use serde_json::Value;

use crate::{
    Actor, EngineError, Error, Filling, FollowUp, Library, Result, Rights, Spooled,
    admission::Cost, blobs::io_error,
};

/// What an upload says beside its bytes. Fields of type [`Change`] keep what an existing asset has.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// Made if missing, with its parents.
    pub folder: FolderPath,
    pub name: Name,
    /// By what it finds the asset that is there.
    pub known_as: KnownAs,
    pub on_conflict: OnConflict,
    pub undecodable: Undecodable,
    pub tags: Change<Vec<String>>,
    pub auto_tags: Change<Vec<AutoTag>>,
    pub description: Change<Option<String>>,
    /// Area of interest in stored pixels: x, y, width, height.
    pub focus: Change<Option<[u32; 4]>>,
    pub custom_metadata: Change<BTreeMap<String, Value>>,
    /// What the client writes beside it, by no schema.
    pub notes: Change<BTreeMap<String, Value>>,
    pub access: Change<Access>,
    pub visibility: Change<Visibility>,
    pub card: CardPatch,
    pub terms: Terms,
    /// The name that the file had before it came here, with its extension.
    pub original_name: Change<Option<String>>,
    pub follow_up: FollowUp,
    /// Of an upload that may be asked for again.
    pub receipt: Option<Receipt>,
}

impl Upload {
    /// A plain one: the next version of the file that is there, about which nothing else is said.
    pub fn to(folder: FolderPath, name: Name) -> Self {
        Self {
            folder,
            name,
            known_as: KnownAs::Name,
            on_conflict: OnConflict::NewVersion,
            undecodable: Undecodable::Reject,
            tags: Change::Keep,
            auto_tags: Change::Keep,
            description: Change::Keep,
            focus: Change::Keep,
            custom_metadata: Change::Keep,
            notes: Change::Keep,
            access: Change::Keep,
            visibility: Change::Keep,
            card: CardPatch::default(),
            terms: Terms::default(),
            original_name: Change::Keep,
            follow_up: FollowUp::default(),
            receipt: None,
        }
    }
}

/// What happens to bytes that claim to be an image of a known format and do not decode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undecodable {
    /// The upload fails.
    Reject,
    /// They are kept as a file without width and height.
    Store,
}

/// What the bytes of an upload are.
#[derive(Debug, Clone, PartialEq)]
pub struct Examined {
    pub size: u64,
    pub mime: String,
    /// `None`: no picture.
    pub probe: Option<Probe>,
}

impl Library {
    /// Puts bytes into the library. When this returns they are durable and listed; when it fails, neither.
    pub async fn upload(&self, actor: Actor, upload: Upload, bytes: Spooled) -> Result<Stored> {
        // On the heap: all that an upload says would be part of every future around it.
        Box::pin(self.store(actor, None, upload, bytes)).await
    }

    pub(crate) async fn store(
        &self,
        actor: Actor,
        filling: Option<Filling>,
        upload: Upload,
        bytes: Spooled,
    ) -> Result<Stored> {
        if actor.rights != Rights::Full {
            return Err(Error::Denied);
        }
        if let Change::Set(values) = &upload.custom_metadata {
            self.custom_fields(actor.tenant).await?.check(values)?;
        }
        let examined = self.examined(&upload, &bytes).await?;
        self.store_examined(actor, filling, upload, examined, bytes).await
    }

    /// What has been checked and examined.
    pub(crate) async fn store_examined(
        &self,
        actor: Actor,
        filling: Option<Filling>,
        upload: Upload,
        examined: Examined,
        bytes: Spooled,
    ) -> Result<Stored> {
        let fields = self.custom_fields(actor.tenant).await?;
        let Examined { mime, probe, .. } = examined;
        let new = NewVersion {
            tenant: actor.tenant,
            folder: upload.folder,
            mime,
            name: upload.name,
            known_as: upload.known_as,
            on_conflict: upload.on_conflict,
            blob: bytes.blob.clone(),
            probe,
            tags: upload.tags,
            auto_tags: upload.auto_tags,
            description: upload.description,
            focus: upload.focus,
            custom_metadata: without_nulls(upload.custom_metadata),
            fill_metadata: fields.defaults(),
            notes: upload.notes,
            access: upload.access,
            visibility: upload.visibility,
            card: upload.card,
            terms: upload.terms,
            original_name: upload.original_name,
            follow_up: self.possible(upload.follow_up).written(),
            receipt: upload.receipt,
        };
        let library = self.clone();
        // On the heap, for the same reason as above.
        self.to_the_end(async move { Box::pin(library.commit(filling, new, bytes)).await }).await
    }

    /// What would be stored, without storing it. Fails as [`Library::upload`] would for these bytes.
    pub async fn examined(&self, upload: &Upload, bytes: &Spooled) -> Result<Examined> {
        let format = self.inner.engine.sniff(&bytes.head);
        Ok(Examined {
            size: bytes.blob.size,
            mime: mime(format, &bytes.head, &upload.name).to_owned(),
            probe: self.examine(upload, bytes, format).await?,
        })
    }

    /// The media type that the bytes themselves tell. `None`: they may be anything.
    pub fn sniff(&self, bytes: &Spooled) -> Option<&'static str> {
        sniffed(self.inner.engine.sniff(&bytes.head), &bytes.head)
    }

    /// Without the extensions that nobody runs here.
    fn possible(&self, mut follow_up: FollowUp) -> FollowUp {
        follow_up.extensions.retain(|extension| self.has_back_end(extension.kind));
        follow_up
    }

    /// Bytes first, then the row. Whatever fails in between leaves bytes without a row, never a row without bytes.
    async fn commit(
        &self,
        filling: Option<Filling>,
        mut new: NewVersion,
        bytes: Spooled,
    ) -> Result<Stored> {
        new.blob.store = self.inner.catalog.store_for(&new).await?;
        self.keep(bytes.file, &new.blob).await?;
        drop(bytes.place);
        let (tenant, size) = (new.tenant, new.blob.size);
        let stored = match filling {
            None => self.inner.catalog.add_version(new).await?,
            Some(Filling { slot, uploader }) => {
                self.inner.catalog.fill_slot(&slot, &uploader, new).await?
            }
        };
        self.inner.assets.invalidate(tenant, stored.asset.id);
        metrics::counter!("halftone_uploads_total").increment(1);
        metrics::counter!("halftone_upload_bytes_total").increment(size);
        Ok(stored)
    }

    /// Makes bytes durable in the data directory; the row that needs them follows.
    pub(crate) async fn make_durable(&self, bytes: Spooled) -> Result<()> {
        self.keep(bytes.file, &bytes.blob).await
    }

    /// Runs `change` on its own: a client that hangs up does not tear it in two, so that what is committed
    /// is also forgotten in RAM.
    pub(crate) async fn to_the_end<T: Send + 'static>(
        &self,
        change: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        tokio::spawn(change).await.map_err(Error::unavailable)?
    }

    /// What the bytes are. `None`: no image, or one that is stored as a mere file.
    pub(crate) async fn examine(
        &self,
        upload: &Upload,
        bytes: &Spooled,
        format: Option<Format>,
    ) -> Result<Option<Probe>> {
        let Some(format) = format.filter(|format| format.is_decodable()) else { return Ok(None) };
        if bytes.blob.size > self.inner.config.limits.source_bytes {
            return match upload.undecodable {
                Undecodable::Store => Ok(None),
                Undecodable::Reject => Err(Error::TooLarge(format!(
                    "the image has {} bytes, the limit is {}",
                    bytes.blob.size, self.inner.config.limits.source_bytes
                ))),
            };
        }
        match self.probe_spooled(bytes).await {
            Ok(probe) => Ok(Some(probe)),
            Err(Error::NotAnImage(why)) if upload.undecodable == Undecodable::Reject => {
                Err(Error::NotAnImage(format!("the file begins like {format}, but {why}")))
            }
            Err(
                Error::NotAnImage(_)
                | Error::TooLarge(_)
                | Error::Unsupported(_)
                | Error::Invalid(_),
            ) if upload.undecodable == Undecodable::Store => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What the first bytes of a spooled file tell about the picture, without decoding it. `None`: nothing.
    pub async fn header(&self, bytes: &Spooled) -> Result<Option<Probe>> {
        /// Enough for what stands in front of a picture's size.
        const ENOUGH: u64 = 1 << 20;
        if self.inner.engine.sniff(&bytes.head).is_none() {
            return Ok(None);
        }
        let (path, engine) = (bytes.file.path.clone(), Arc::clone(&self.inner.engine));
        tokio::task::spawn_blocking(move || {
            let mut head = Vec::new();
            let read = File::open(path).and_then(|file| file.take(ENOUGH).read_to_end(&mut head));
            read.map_err(io_error)?;
            Ok(engine.probe(&head, Depth::Header).ok())
        })
        .await
        .map_err(Error::unavailable)?
    }

    /// The full probe of a spooled file, on a render thread.
    pub async fn probe_spooled(&self, bytes: &Spooled) -> Result<Probe> {
        let size = bytes.blob.size;
        let path = bytes.file.path.clone();
        let engine = Arc::clone(&self.inner.engine);
        let cost = self.probe_cost(&bytes.head, size);
        self.inner
            .admission
            .run(cost, move |_| {
                let mut content = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
                let read = File::open(path).and_then(|mut file| file.read_to_end(&mut content));
                read.map_err(io_error)?;
                Ok(engine.probe(&content, Depth::Full)?)
            })
            .await
    }

    /// The full probe of bytes that are in RAM already.
    pub async fn probe_bytes(&self, bytes: Bytes) -> Result<Probe, Error> {
        let engine = Arc::clone(&self.inner.engine);
        let cost = self.probe_cost(&bytes[..bytes.len().min(4096)], bytes.len() as u64);
        let probe = move |_| -> Result<Probe> {
            engine.probe(&bytes, Depth::Full).map_err(EngineError::into)
        };
        self.inner.admission.run(cost, probe).await
    }

    /// What decoding once will cost, as far as the first bytes tell. JPEG is decoded much reduced and may
    /// have its size behind a long preamble; every other format has it in front.
    fn probe_cost(&self, head: &[u8], size: u64) -> Cost {
        let pixels = match self.inner.engine.probe(head, Depth::Header) {
            Ok(probe) if probe.format != Format::Jpeg => probe.size.pixels(),
            _ => 0,
        };
        let pixels = pixels.min(self.inner.config.limits.source_pixels);
        Cost { pixels, memory: size + 4 * pixels }
    }
}

/// Null says that there is no value, and so does a missing key.
fn without_nulls(values: Change<BTreeMap<String, Value>>) -> Change<BTreeMap<String, Value>> {
    match values {
        Change::Keep => Change::Keep,
        Change::Set(mut values) => {
            values.retain(|_, value| !value.is_null());
            Change::Set(values)
        }
    }
}

/// Media type: of the bytes where they have magic, by extension where they are text and it is a known one, else opaque.
pub(crate) fn mime(format: Option<Format>, head: &[u8], name: &Name) -> &'static str {
    if let Some(format) = format {
        return format.mime();
    }
    if let Some((_, mime)) = MAGIC.iter().find(|(magic, _)| magic.matches(head)) {
        return mime;
    }
    if is_text(head) {
        let extension =
            name.as_str().rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        let known = TEXT_TYPES.iter().find(|(known, _)| extension.as_deref() == Some(*known));
        return known.map_or(OPAQUE, |(_, mime)| mime);
    }
    OPAQUE
}

/// What the bytes themselves tell, whatever they are called. Text is text.
fn sniffed(format: Option<Format>, head: &[u8]) -> Option<&'static str> {
    let magic = || MAGIC.iter().find(|(magic, _)| magic.matches(head)).map(|(_, mime)| *mime);
    format.map(Format::mime).or_else(magic).or_else(|| is_text(head).then_some("text/plain"))
}

/// What may be anything.
const OPAQUE: &str = "application/octet-stream";

/// Bytes at an offset that tell a type.
struct Magic(usize, &'static [u8]);

impl Magic {
    fn matches(&self, head: &[u8]) -> bool {
        head.get(self.0..).is_some_and(|rest| rest.starts_with(self.1))
    }
}

/// Types that are no images. More specific ones first.
const MAGIC: [(Magic, &str); 21] = [
    (Magic(0, b"%PDF-"), "application/pdf"),
    (Magic(0, b"PK\x03\x04"), "application/zip"),
    (Magic(0, b"\x1f\x8b"), "application/gzip"),
    (Magic(4, b"ftypqt  "), "video/quicktime"),
    (Magic(4, b"ftypM4A "), "audio/mp4"),
    (Magic(4, b"ftyp"), "video/mp4"),
    (Magic(8, b"AVI LIST"), "video/x-msvideo"),
    (Magic(0, b"\x1aE\xdf\xa3"), "video/webm"),
    (Magic(0, b"OggS"), "application/ogg"),
    (Magic(0, b"ID3"), "audio/mpeg"),
    // Frames without a label in front: of layer III in three generations, of AAC in two.
    (Magic(0, b"\xff\xfb"), "audio/mpeg"),
    (Magic(0, b"\xff\xf3"), "audio/mpeg"),
    (Magic(0, b"\xff\xf2"), "audio/mpeg"),
    (Magic(0, b"\xff\xf1"), "audio/aac"),
    (Magic(0, b"\xff\xf9"), "audio/aac"),
    (Magic(0, b"fLaC"), "audio/flac"),
    (Magic(8, b"WAVEfmt "), "audio/wav"),
    (Magic(0, b"wOFF"), "font/woff"),
    (Magic(0, b"wOF2"), "font/woff2"),
    (Magic(0, b"\x00\x01\x00\x00\x00"), "font/ttf"),
    (Magic(0, b"OTTO"), "font/otf"),
];

const TEXT_TYPES: [(&str, &str); 12] = [
    ("txt", "text/plain"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("js", "text/javascript"),
    ("mjs", "text/javascript"),
    ("json", "application/json"),
    ("md", "text/markdown"),
    ("m3u8", "application/vnd.apple.mpegurl"),
    ("xhtml", "application/xhtml+xml"),
    ("xml", "application/xml"),
];

/// UTF-8 without control characters other than white space. The head may end inside a character.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty()
        && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\x0c'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_follow_the_bytes() {
        #[track_caller]
        fn check(head: &[u8], name: &str, expected: &str) {
            assert_eq!(mime(None, head, &Name::parse(name).unwrap()), expected);
        }
        check(b"%PDF-1.7", "a.txt", "application/pdf");
        check(b"hello", "a.txt", "text/plain");
        check(b"hello", "a", "application/octet-stream");
        check(b"hello", "a.unknown", "application/octet-stream");
        check(b"hello", "a.HTML", "text/html");
        check(b"body{}", "a.css", "text/css");
        check("gr\u{fc}n".as_bytes(), "a.txt", "text/plain");
        check(&"gr\u{fc}".as_bytes()[..3], "a.txt", "text/plain");
        check(b"a\0b", "a.txt", "application/octet-stream");
        check(b"", "a.txt", "application/octet-stream");
        check(b"\0\0\0\x18ftypisom", "a.jpg", "video/mp4");
        assert_eq!(
            mime(Some(Format::Png), b"\x89PNG", &Name::parse("a.jpg").unwrap()),
            "image/png"
        );
    }
}
