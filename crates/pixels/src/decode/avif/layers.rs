//! The coded pictures that make up an image: one, or a grid of tiles; once more for alpha.

use plan::{Format, Size};

use super::{
    av1::{self, Coded},
    container::Container,
};
use crate::{Error, Limits, decode::guard::damaged};

pub(super) struct Layers {
    /// Before turning.
    pub(super) size: Size,
    pub(super) color: Grid,
    pub(super) alpha: Option<Alpha>,
    /// Whether a part of the data is not in the file.
    pub(super) is_cut: bool,
}

pub(super) struct Alpha {
    pub(super) grid: Grid,
    /// Whether the colours have been multiplied with it.
    pub(super) is_premultiplied: bool,
}

/// Coded tiles of one size, row by row.
pub(super) struct Grid {
    columns: usize,
    tiles: Vec<Vec<u8>>,
}

impl Layers {
    pub(super) fn read(container: &Container<'_>) -> Result<Self, Error> {
        let mut is_cut = false;
        let (color, size) = Grid::read(container, container.primary(), &mut is_cut)?;
        let alpha = match container.alpha() {
            Some((item, is_premultiplied)) => {
                let (grid, _) = Grid::read(container, item, &mut is_cut)?;
                Some(Alpha { grid, is_premultiplied })
            }
            None => None,
        };
        Ok(Self { size, color, alpha, is_cut })
    }
}

impl Grid {
    /// With the size of the whole.
    fn read(
        container: &Container<'_>,
        item: u32,
        is_cut: &mut bool,
    ) -> Result<(Self, Size), Error> {
        match &container.kind(item) {
            b"av01" => {
                let (tile, size) = coded(container, item, is_cut)?;
                Ok((Self { columns: 1, tiles: vec![tile] }, size))
            }
            b"grid" => {
                let data = container.data(item).unwrap_or_default();
                let (rows, columns, size) =
                    layout(&data).ok_or_else(|| broken("the grid is broken"))?;
                let items = container.tiles(item);
                if items.len() != rows * columns {
                    return Err(broken("the grid lacks tiles"));
                }
                let mut tiles = Vec::new();
                let mut bytes = 0;
                for &item in items {
                    let tile = container.data(item).unwrap_or_else(|| {
                        *is_cut = true;
                        Vec::new()
                    });
                    // The same item may be named many times, which must not make more of the file than there is.
                    bytes += tile.len();
                    if bytes > container.length() {
                        return Err(broken("the tiles of the grid overlap"));
                    }
                    tiles.push(tile);
                }
                Ok((Self { columns, tiles }, size))
            }
            _ => Err(broken("the picture is not coded as AV1")),
        }
    }

    /// Decodes all tiles with `each`, which makes `channels` bytes of every pixel, and puts them together.
    pub(super) fn decode(
        &self,
        size: Size,
        channels: usize,
        limits: &Limits,
        each: impl Fn(&Coded) -> Result<Vec<u8>, Error>,
    ) -> Result<Vec<u8>, Error> {
        if let [only] = &self.tiles[..] {
            let coded = Coded::decode(only, limits)?;
            if coded.size() != size {
                return Err(broken("the parts of the picture differ in size"));
            }
            return each(&coded);
        }
        let stride = size.width as usize * channels;
        let mut whole = vec![0; stride * size.height as usize];
        let mut tile_size = None;
        for (number, tile) in self.tiles.iter().enumerate() {
            let coded = Coded::decode(tile, limits)?;
            let Size { width, height } = coded.size();
            if *tile_size.get_or_insert(coded.size()) != coded.size() {
                return Err(broken("the tiles of the grid differ in size"));
            }
            // Every tile shows something, so that what is decoded stays near the size that was checked.
            let (column, row) = (number % self.columns, number / self.columns);
            let left = column as u64 * u64::from(width);
            let top = row as u64 * u64::from(height);
            if left >= u64::from(size.width) || top >= u64::from(size.height) {
                return Err(broken("a tile lies outside the picture"));
            }
            let tile = each(&coded)?;
            let x = column * width as usize * channels;
            let y = row * height as usize;
            let width = width as usize * channels;
            // Tiles at the right and at the bottom may stick out.
            let visible = width.min(stride.saturating_sub(x));
            let targets = whole.chunks_exact_mut(stride).skip(y);
            for (target, source) in targets.zip(tile.chunks_exact(width)) {
                if visible > 0 {
                    target[x..x + visible].copy_from_slice(&source[..visible]);
                }
            }
        }
        Ok(whole)
    }
}

/// The data of a coded picture, as far as it is there, and its announced size.
fn coded(
    container: &Container<'_>,
    item: u32,
    is_cut: &mut bool,
) -> Result<(Vec<u8>, Size), Error> {
    if let Some(data) = container.data(item) {
        let size = av1::announced(&data)?;
        return Ok((data, size));
    }
    *is_cut = true;
    let size = container.size(item).ok_or_else(|| broken("the picture has no size"))?;
    Ok((Vec::new(), size))
}

/// Rows, columns and size of a grid.
fn layout(data: &[u8]) -> Option<(usize, usize, Size)> {
    let [_version, flags, rows, columns, rest @ ..] = data else { return None };
    let side = |at: usize| {
        Some(if flags & 1 == 0 {
            let bytes = rest.get(at * 2..)?.first_chunk::<2>()?;
            u16::from_be_bytes(*bytes).into()
        } else {
            u32::from_be_bytes(*rest.get(at * 4..)?.first_chunk::<4>()?)
        })
    };
    let size = Size::new(side(0)?, side(1)?);
    Some((usize::from(*rows) + 1, usize::from(*columns) + 1, size))
}

fn broken(reason: &str) -> Error {
    damaged(Format::Avif, reason)
}
