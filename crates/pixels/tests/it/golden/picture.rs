//! A decoded picture, as the comparison sees it.

use std::io::Cursor;

/// 8-bit RGBA, rows from top to bottom.
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixels: Vec<[u8; 4]>,
}

impl Picture {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().unwrap();
        let mut data = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut data).unwrap();
        let pixels = data[..info.buffer_size()]
            .chunks_exact(info.color_type.samples())
            .map(|pixel| match *pixel {
                [level] => [level, level, level, 255],
                [level, alpha] => [level, level, level, alpha],
                [r, g, b] => [r, g, b, 255],
                [r, g, b, a] => [r, g, b, a],
                _ => unreachable!("a PNG has 1 to 4 samples"),
            })
            .collect();
        Self { width: info.width, height: info.height, pixels }
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(self.pixels.as_flattened()).unwrap();
        writer.finish().unwrap();
        bytes
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }
}
