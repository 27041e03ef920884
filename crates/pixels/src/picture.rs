//! Pixels in memory.

use plan::{Region, Size};

use crate::Error;

/// Samples of one pixel, 8 bits each, in this order in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    Gray,
    Rgb,
    /// Straight alpha. Operations that average premultiply and undo it themselves.
    Rgba,
}

impl Layout {
    pub(crate) const fn channels(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// A picture, rows from top to bottom without gaps.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picture {
    pub(crate) size: Size,
    pub(crate) layout: Layout,
    /// `size.pixels() * layout.channels()` bytes.
    pub(crate) data: Vec<u8>,
}

impl Picture {
    /// Black, and clear where it holds alpha.
    pub(crate) fn blank(size: Size, layout: Layout) -> Self {
        Self { size, layout, data: vec![0; size.pixels() as usize * layout.channels()] }
    }

    /// Bytes from one row to the next.
    pub(crate) fn row_bytes(&self) -> usize {
        self.size.width as usize * self.layout.channels()
    }

    pub(crate) fn row(&self, y: u32) -> &[u8] {
        let length = self.row_bytes();
        &self.data[y as usize * length..][..length]
    }

    pub(crate) fn row_mut(&mut self, y: u32) -> &mut [u8] {
        let length = self.row_bytes();
        &mut self.data[y as usize * length..][..length]
    }
}

/// A still that is decoded from top to bottom a few rows at a time, so that a resize can read it
/// without the full-size picture ever being in memory. [`crate::decode::open_rows`] makes one.
pub(crate) trait RowSource {
    /// Of the picture that the rows make up, after any scaling in the decoder.
    fn size(&self) -> Size;

    /// Which part of that picture shows the whole source; see [`crate::decode::Info::covers`].
    fn covers(&self) -> Region {
        Region::whole(self.size())
    }

    fn layout(&self) -> Layout;

    /// Profile and metadata, known before the first row. Taken once.
    fn take_about(&mut self) -> About;

    /// Fills `rows`, which is a whole number of rows long, from its start with the rows that follow.
    /// Returns how many rows were written: at least one while there are any, 0 after the last.
    fn read(&mut self, rows: &mut [u8]) -> Result<u32, Error>;

    /// What was found missing or broken so far, if it was shown all the same.
    fn damage(&self) -> Option<&str> {
        None
    }
}

/// What a file says about its pixels.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct About {
    /// As in [`Decoded::profile`].
    pub(crate) profile: Option<Vec<u8>>,
    pub(crate) metadata: Blocks,
}

/// One picture of an animation, already composed onto the full canvas.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame {
    pub(crate) picture: Picture,
    /// How long it is shown.
    pub(crate) delay_ms: u32,
}

/// What a decoder hands over.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decoded {
    /// At least one.
    pub(crate) frames: Vec<Frame>,
    /// How often an animation plays; 0 is for ever.
    pub(crate) loops: u32,
    /// In which the samples are to be understood. `None`: sRGB.
    /// CMYK is converted by the decoder (through its profile where it has one), so this is never a CMYK profile.
    pub(crate) profile: Option<Vec<u8>>,
    pub(crate) metadata: Blocks,
}

/// Raw metadata blocks, to be carried over when a plan keeps metadata.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Blocks {
    /// TIFF structure, without the `Exif\0\0` prefix.
    pub(crate) exif: Option<Vec<u8>>,
    /// XML packet.
    pub(crate) xmp: Option<Vec<u8>>,
    /// IPTC-IIM records, as inside Photoshop's 0x0404 resource.
    pub(crate) iptc: Option<Vec<u8>>,
}
