//! Pixels in memory.

use plan::{Color, Region, Size};

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

    /// The least that holds both pixels of this layout and `color`.
    pub(crate) const fn with(self, color: Color) -> Self {
        match self {
            _ if !color.is_opaque() => Self::Rgba,
            Self::Gray if color.r != color.g || color.g != color.b => Self::Rgb,
            layout => layout,
        }
    }

    /// The least that holds both pixels of this layout and colours.
    pub(crate) const fn with_colors(self) -> Self {
        match self {
            Self::Gray => Self::Rgb,
            layout => layout,
        }
    }

    /// The samples of `color`.
    pub(crate) fn samples(self, color: Color) -> Vec<u8> {
        let Color { r, g, b, a } = color;
        match self {
            Self::Gray => vec![g],
            Self::Rgb => vec![r, g, b],
            Self::Rgba => vec![r, g, b, a],
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

    /// All of one colour. `color` must be expressible in `layout`; see [`Layout::with`].
    pub(crate) fn filled(size: Size, layout: Layout, color: Color) -> Self {
        let samples = layout.samples(color);
        Self { size, layout, data: samples.repeat(size.pixels() as usize) }
    }

    /// The same pixels with other samples. Going to fewer drops what they cannot hold: pixels are then
    /// expected to be opaque or neutral.
    pub(crate) fn into_layout(self, layout: Layout) -> Self {
        if self.layout == layout {
            return self;
        }
        let mut data = Vec::with_capacity(self.size.pixels() as usize * layout.channels());
        for pixel in self.data.chunks_exact(self.layout.channels()) {
            let [r, g, b, a] = match *pixel {
                [r, g, b, a] => [r, g, b, a],
                [r, g, b] => [r, g, b, 255],
                [level, ..] => [level, level, level, 255],
                [] => continue,
            };
            match layout {
                Layout::Gray => data.push(g),
                Layout::Rgb => data.extend_from_slice(&[r, g, b]),
                Layout::Rgba => data.extend_from_slice(&[r, g, b, a]),
            }
        }
        Self { size: self.size, layout, data }
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
    /// As in [`crate::decode::Info::profile`].
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

#[cfg(test)]
impl Picture {
    /// A picture of which `pixel` tells the samples at column and row.
    pub(crate) fn of<const CHANNELS: usize>(
        width: u32,
        height: u32,
        pixel: impl Fn(u32, u32) -> [u8; CHANNELS],
    ) -> Self {
        let layout = match CHANNELS {
            1 => Layout::Gray,
            3 => Layout::Rgb,
            _ => Layout::Rgba,
        };
        let data = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| pixel(x, y))
            .collect();
        Self { size: Size::new(width, height), layout, data }
    }

    /// The samples at column `x` of row `y`.
    pub(crate) fn at(&self, x: u32, y: u32) -> &[u8] {
        let channels = self.layout.channels();
        &self.row(y)[x as usize * channels..][..channels]
    }
}
