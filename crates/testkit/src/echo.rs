//! An [`ImageEngine`] that answers with the plan.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use library::{EngineError, ImageEngine, RenderJob, Rendered};
use plan::{
    Color, Format, Size,
    probe::{Depth, Look, Probe, Tag},
};

/// A stand-in for the bytes of a picture: one line that says what a probe is to find.
///
/// `ECHO jpeg 600x400 orientation=6 alpha frames=12`
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub format: Format,
    pub size: Size,
    pub orientation: u8,
    pub has_alpha: bool,
    pub frames: u32,
    /// Tells pictures of the same kind apart, so that their bytes differ.
    pub serial: u32,
}

impl Picture {
    pub const fn new(format: Format, width: u32, height: u32) -> Self {
        Self {
            format,
            size: Size::new(width, height),
            orientation: 1,
            has_alpha: false,
            frames: 1,
            serial: 0,
        }
    }

    pub const fn jpeg(width: u32, height: u32) -> Self {
        Self::new(Format::Jpeg, width, height)
    }

    pub const fn png(width: u32, height: u32) -> Self {
        Self::new(Format::Png, width, height)
    }

    #[must_use]
    pub const fn alpha(mut self) -> Self {
        self.has_alpha = true;
        self
    }

    #[must_use]
    pub const fn frames(mut self, frames: u32) -> Self {
        self.frames = frames;
        self
    }

    #[must_use]
    pub const fn orientation(mut self, orientation: u8) -> Self {
        self.orientation = orientation;
        self
    }

    #[must_use]
    pub const fn serial(mut self, serial: u32) -> Self {
        self.serial = serial;
        self
    }

    /// The bytes that stand for it.
    pub fn bytes(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let line = std::str::from_utf8(bytes).ok()?.lines().next()?;
        let mut words = line.split(' ');
        if words.next()? != "ECHO" {
            return None;
        }
        let format = words.next()?;
        let format = Format::ALL.into_iter().find(|known| known.name() == format)?;
        let (width, height) = words.next()?.split_once('x')?;
        let mut picture = Self::new(format, width.parse().ok()?, height.parse().ok()?);
        for word in words {
            match word.split_once('=') {
                None if word == "alpha" => picture.has_alpha = true,
                Some(("orientation", value)) => picture.orientation = value.parse().ok()?,
                Some(("frames", value)) => picture.frames = value.parse().ok()?,
                Some(("serial", value)) => picture.serial = value.parse().ok()?,
                _ => return None,
            }
        }
        Some(picture)
    }
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Size { width, height } = self.size;
        write!(f, "ECHO {} {width}x{height} orientation={}", self.format, self.orientation)?;
        if self.has_alpha {
            f.write_str(" alpha")?;
        }
        write!(f, " frames={} serial={}", self.frames, self.serial)
    }
}

/// Answers with the canonical plan, or with a picture of the right size. Counts what it does.
#[derive(Debug, Default)]
pub struct EchoEngine {
    renders: AtomicU64,
    draws: bool,
}

impl EchoEngine {
    /// One whose renderings are pictures again, for cases that go on with them.
    pub fn drawing() -> Self {
        Self { draws: true, ..Self::default() }
    }

    /// Renders so far.
    pub fn renders(&self) -> u64 {
        self.renders.load(Ordering::SeqCst)
    }
}

impl ImageEngine for EchoEngine {
    fn sniff(&self, head: &[u8]) -> Option<Format> {
        // `ECHO` alone claims to be a picture, so that tests can have one that does not decode.
        if head.starts_with(b"ECHO ") {
            return Some(Picture::parse(head).map_or(Format::Jpeg, |picture| picture.format));
        }
        None
    }

    fn probe(&self, bytes: &[u8], depth: Depth) -> Result<Probe, EngineError> {
        let picture = Picture::parse(bytes)
            .ok_or_else(|| EngineError::NotAnImage("the picture does not decode".into()))?;
        if picture.size.pixels() > 100_000_000 {
            return Err(EngineError::TooLarge("the picture has more than 100 megapixels".into()));
        }
        Ok(Probe {
            format: picture.format,
            size: picture.size,
            orientation: picture.orientation,
            has_alpha: picture.has_alpha,
            frames: picture.frames,
            duration_ms: if picture.frames > 1 { u64::from(picture.frames) * 100 } else { 0 },
            has_profile: false,
            density: Some(72),
            jpeg_quality: (picture.format == Format::Jpeg).then_some(90),
            metadata: Vec::<Tag>::new(),
            look: (depth == Depth::Full).then(|| Look {
                phash: 0x0123_4567_89ab_cdef,
                thumbhash: vec![1, 2, 3],
                dominant: Color::rgb(10, 20, 30),
            }),
        })
    }

    fn render(&self, job: RenderJob<'_>) -> Result<Rendered, EngineError> {
        self.renders.fetch_add(1, Ordering::SeqCst);
        let probe = self.probe(job.source, Depth::Header)?;
        let resolved = job
            .plan
            .resolve(&probe, plan::Limits::default())
            .map_err(|error| EngineError::Plan(error.to_string()))?;
        let text = job.plan.to_string();
        check_ingredients(&text, job.ingredients)?;
        let bytes = if self.draws {
            Picture::new(job.format, resolved.size.width, resolved.size.height).bytes()
        } else {
            text.into_bytes()
        };
        Ok(Rendered { bytes, size: resolved.size })
    }
}

/// As the real engine: a plan that names files needs their bytes.
fn check_ingredients(plan: &str, files: &[([u8; 32], Bytes)]) -> Result<(), EngineError> {
    let mut rest = plan;
    while let Some((_, named)) = rest.split_once("sha256:") {
        let is_there = |hash: &[u8; 32]| {
            let text: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            named.starts_with(&text)
        };
        if !files.iter().any(|(hash, _)| is_there(hash)) {
            return Err(EngineError::Plan("the bytes of a file are not there".into()));
        }
        rest = named;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_reads_back() {
        for picture in [
            Picture::jpeg(600, 400),
            Picture::png(1, 2).alpha().serial(7),
            Picture::new(Format::Gif, 10, 10).frames(12),
            Picture::jpeg(3, 4).orientation(6),
        ] {
            assert_eq!(Picture::parse(&picture.bytes()), Some(picture));
        }
        assert_eq!(Picture::parse(b"ECHO jpeg"), None);
    }
}
