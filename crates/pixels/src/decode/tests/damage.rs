use plan::{Size, probe::Depth};

use super::*;
use crate::probe;

/// A small file of each kind.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let image = image::DynamicImage::new_rgba8(16, 16);
    let encoded = |format| {
        let mut file = std::io::Cursor::new(Vec::new());
        image.write_to(&mut file, format).unwrap();
        file.into_inner()
    };
    vec![
        ("baseline.jpg", sample!("baseline.jpg").to_vec()),
        ("progressive.jpg", sample!("progressive.jpg").to_vec()),
        ("cmyk.jpg", sample!("cmyk.jpg").to_vec()),
        ("exif.jpg", sample!("exif.jpg").to_vec()),
        ("interlaced.png", sample!("interlaced.png").to_vec()),
        ("lossy.webp", sample!("lossy.webp").to_vec()),
        ("lossless-alpha.webp", sample!("lossless-alpha.webp").to_vec()),
        ("animated.webp", sample!("animated.webp").to_vec()),
        ("avif", sample!("q8-alpha.avif").to_vec()),
        ("grid.avif", sample!("q8-grid.avif").to_vec()),
        ("rgba.png", png::encode(16, 16, ::png::ColorType::Rgba, &[9; 1024])),
        ("gif", {
            let mut file = Vec::new();
            let frame = gif::Frame::from_rgb(16, 16, &[7; 768]);
            gif::Encoder::new(&mut file, 16, 16, &[]).unwrap().write_frame(&frame).unwrap();
            file
        }),
        ("svg", b"<svg width='9' height='9'><rect width='5' height='5'/></svg>".to_vec()),
        ("tiff", encoded(image::ImageFormat::Tiff)),
        ("bmp", encoded(image::ImageFormat::Bmp)),
        ("ico", encoded(image::ImageFormat::Ico)),
        ("qoi", encoded(image::ImageFormat::Qoi)),
        ("tga", encoded(image::ImageFormat::Tga)),
    ]
}

/// Whatever comes of it, a picture is as large as it says.
fn try_all(bytes: &[u8], limits: &Limits) {
    for scale in [1.0, 0.2] {
        if let Ok(decoded) = read_with(bytes, Want { scale, ..WHOLE }, limits) {
            for frame in decoded.frames {
                let picture = frame.picture;
                let expected = picture.size.pixels() as usize * picture.layout.channels();
                assert_eq!(picture.data.len(), expected);
            }
        }
    }
    let _ = probe(bytes, Depth::Full, limits);
}

#[test]
fn files_cut_anywhere_are_shown_or_refused() {
    let limits = Limits::default();
    for (_, file) in files() {
        for part in 0..16 {
            try_all(&file[..file.len() * part / 16], &limits);
        }
    }
}

#[test]
fn files_with_any_byte_changed_are_shown_or_refused() {
    // Headers may then announce anything, so the limits must hold.
    let limits = Limits { source_pixels: 1_000_000, memory: 64 << 20, ..Limits::default() };
    for (_, file) in files() {
        // Every byte of the small ones.
        let step = file.len() / 400 + 1;
        for at in (0..file.len()).step_by(step) {
            for change in [0x01, 0x80, 0xFF] {
                let mut changed = file.clone();
                changed[at] ^= change;
                try_all(&changed, &limits);
            }
        }
    }
}

#[test]
fn what_is_there_of_a_cut_picture_is_shown() {
    // Bands of red over blue, so that the top is there when the bottom is not.
    let bands = |y: u32| if y < 64 { RED } else { BLUE };
    let data: Vec<u8> = (0..128).flat_map(|y| (0..128).flat_map(move |_| bands(y))).collect();
    let png = png::encode(128, 128, ::png::ColorType::Rgb, &data);
    let decoded = read(&png[..png.len() * 2 / 3]);
    let top = pixel(&decoded.unwrap().frames[0].picture, 5, 5);
    assert_eq!(top, [255, 0, 0, 255]);
    let jpeg = sample!("bands.jpg");
    let picture = still(&jpeg[..jpeg.len() * 3 / 4]);
    assert_eq!(picture.size, Size::new(64, 64));
    let [r, _, b, _] = pixel(&picture, 5, 5);
    assert!(r > 150 && b < 100);
    let bottom = pixel(&picture, 5, 60);
    assert_eq!(bottom, [128, 128, 128, 255]);
}

#[test]
fn a_probe_finds_what_is_cut() {
    let limits = Limits::default();
    for (name, file) in files() {
        // Formats that end with their last pixel row; icons and drawings have no end to find.
        let cut = &file[..file.len() * 3 / 4];
        assert!(probe(&file, Depth::Full, &limits).is_ok(), "{name} whole");
        assert!(probe(cut, Depth::Full, &limits).is_err(), "{name} cut");
    }
}

#[test]
fn html_behind_forged_magic_does_not_decode() {
    for magic in [&b"\xFF\xD8\xFF"[..], b"GIF89a", b"\x89PNG\r\n\x1A\n"] {
        let file = [magic, b"<html><script>alert(1)</script></html>"].concat();
        assert!(matches!(read(&file), Err(Error::Damaged { .. })));
        assert!(probe(&file, Depth::Header, &Limits::default()).is_err());
    }
}
