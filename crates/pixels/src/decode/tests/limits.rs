use plan::probe::Depth;

use super::*;
use crate::probe;

/// Files of some hundred bytes that announce 60,000 by 60,000.
fn giants() -> Vec<(&'static str, Vec<u8>)> {
    const SIDE: u32 = 60_000;
    let patched = |file: &[u8], at: &[(usize, &[u8])]| {
        let mut file = file.to_vec();
        for (at, bytes) in at {
            file[*at..*at + bytes.len()].copy_from_slice(bytes);
        }
        file
    };
    let side = SIDE.to_be_bytes();
    let little = SIDE.to_le_bytes();
    let png = png::encode(1, 1, ::png::ColorType::Rgb, &[1, 2, 3]);
    let jpeg = sample!("baseline.jpg");
    let frame = jpeg.windows(2).position(|mark| mark == [0xFF, 0xC0]).unwrap();
    let image = image::DynamicImage::new_rgb8(4, 4);
    let encoded = |format| {
        let mut file = std::io::Cursor::new(Vec::new());
        image.write_to(&mut file, format).unwrap();
        file.into_inner()
    };
    let tiff = encoded(image::ImageFormat::Tiff);
    // Entries of width (256) and height (257), whose value is the last of their twelve bytes.
    let entry = |number: u16| {
        let mark = number.to_le_bytes();
        tiff.windows(4)
            .position(|found| found[..2] == mark && matches!(found[2..], [3 | 4, 0]))
            .unwrap()
            + 8
    };
    let mut gif = Vec::new();
    gif::Encoder::new(&mut gif, 60_000, 60_000, &[0; 6])
        .unwrap()
        .write_frame(&gif::Frame::from_indexed_pixels(1, 1, vec![0], None))
        .unwrap();
    let canvas = (SIDE - 1).to_le_bytes();
    let webp = [
        b"RIFF\x26\0\0\0WEBPVP8X\x0A\0\0\0\x10\0\0\0".as_slice(),
        &canvas[..3],
        &canvas[..3],
        b"VP8L\x08\0\0\0\x2F\0\0\0\0\0\0\0",
    ]
    .concat();
    let avif = sample!("q8-444.avif");
    let extent = avif.windows(4).position(|name| name == b"ispe").unwrap() + 8;
    vec![
        ("png", patched(&png, &[(16, &side), (20, &side)])),
        ("jpeg", patched(jpeg, &[(frame + 5, &side[2..]), (frame + 7, &side[2..])])),
        ("tiff", patched(&tiff, &[(entry(256), &little[..2]), (entry(257), &little[..2])])),
        ("bmp", patched(&encoded(image::ImageFormat::Bmp), &[(18, &little), (22, &little)])),
        ("qoi", patched(&encoded(image::ImageFormat::Qoi), &[(4, &side), (8, &side)])),
        (
            "tga",
            patched(&encoded(image::ImageFormat::Tga), &[(12, &little[..2]), (14, &little[..2])]),
        ),
        ("pnm", b"P6\n60000 60000\n255\nabc".to_vec()),
        ("gif", gif),
        ("webp", webp),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg' width='1e9' height='1e9'/>".to_vec()),
        // The coded picture itself is small here, so it is damaged, not too large.
        ("avif", patched(avif, &[(extent, &side), (extent + 4, &side)])),
    ]
}

#[test]
fn announced_giants_are_refused_by_their_headers() {
    for (name, file) in giants() {
        if name == "avif" {
            continue;
        }
        let limits = Limits::default();
        let refused = read(&file);
        assert!(matches!(refused, Err(Error::TooLarge(_))), "{name}: {:?}", refused.err());
        let refused = probe(&file, Depth::Header, &limits);
        assert!(matches!(refused, Err(Error::TooLarge(_))), "{name}: {refused:?}");
    }
}

#[test]
fn avif_is_as_large_as_its_coded_picture() {
    let (_, file) = giants().pop().unwrap();
    assert_eq!(still(&file).size, plan::Size::new(32, 32));
    let limits = Limits { source_pixels: 1000, ..Limits::default() };
    assert!(matches!(read_with(&file, WHOLE, &limits), Err(Error::TooLarge(_))));
}

#[test]
fn each_limit_names_itself() {
    let check = |file: &[u8], limits: Limits, word: &str| {
        let error = read_with(file, WHOLE, &limits).unwrap_err();
        assert!(matches!(&error, Error::TooLarge(text) if text.contains(word)), "{error}");
    };
    let jpeg = sample!("baseline.jpg");
    let animated = sample!("animated.webp");
    check(jpeg, Limits { source_side: 31, ..Limits::default() }, "31");
    check(jpeg, Limits { source_pixels: 1023, ..Limits::default() }, "1023");
    check(jpeg, Limits { memory: 3071, ..Limits::default() }, "3071");
    check(sample!("progressive.jpg"), Limits { memory: 3072, ..Limits::default() }, "memory");
    check(sample!("progressive.jpg"), Limits { jpeg_scans: 3, ..Limits::default() }, "scans");
    check(animated, Limits { frames: 1, ..Limits::default() }, "frames");
    check(animated, Limits { animation_pixels: 511, ..Limits::default() }, "511");
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>";
    check(svg, Limits { svg_bytes: 20, ..Limits::default() }, "20");
}

#[test]
fn a_still_of_an_animation_over_the_limits_is_served() {
    let want = Want { frames: Frames::One(1.try_into().unwrap()), ..WHOLE };
    let limits = Limits { frames: 1, ..Limits::default() };
    assert!(read_with(sample!("animated.webp"), want, &limits).is_ok());
}

#[test]
fn cancelling_stops_every_decoder() {
    let limits = Limits::default();
    limits.cancel.cancel();
    for bytes in [
        sample!("baseline.jpg"),
        sample!("progressive.jpg"),
        sample!("cmyk.jpg"),
        sample!("interlaced.png"),
        sample!("lossy.webp"),
        sample!("animated.webp"),
        sample!("q8-444.avif"),
    ] {
        // Opened before the switch was set, so that the decoder itself must look at it.
        let fresh = Limits::default();
        let format = sniff(bytes).unwrap();
        let mut source = crate::decode::open(bytes, format, WHOLE, &fresh).unwrap();
        fresh.cancel.cancel();
        assert_eq!(source.next_frame().err(), Some(Error::Cancelled), "{format}");
        assert_eq!(read_with(bytes, WHOLE, &limits).err(), Some(Error::Cancelled), "{format}");
    }
}

#[test]
fn looping_directories_end() {
    // A TIFF whose next directory is the first, and one that claims 2^31 strips.
    let looping = b"II*\0\x08\0\0\0\x01\0\0\x01\x03\0\x01\0\0\0\x04\0\0\0\x08\0\0\0";
    assert!(read(looping).is_err());
    let strips = b"II*\0\x08\0\0\0\x04\0\
        \0\x01\x03\0\x01\0\0\0\x04\0\0\0\
        \x01\x01\x03\0\x01\0\0\0\x04\0\0\0\
        \x11\x01\x04\0\0\0\0\x80\x08\0\0\0\
        \x17\x01\x04\0\0\0\0\x80\x08\0\0\0\0\0\0\0";
    assert!(read(strips).is_err());
}

#[test]
fn grids_name_each_tile_once_and_inside_the_picture() {
    let file = sample!("q8-grid.avif");
    let grid = file.windows(8).rposition(|box_| box_ == [0, 0, 1, 1, 0, 128, 0, 128]).unwrap();
    // A picture so small that the second column lies outside of it.
    let mut small = file.to_vec();
    small[grid + 4..grid + 8].copy_from_slice(&[0, 64, 0, 64]);
    let error = read(&small).unwrap_err();
    assert!(error.to_string().contains("outside"), "{error}");
}
