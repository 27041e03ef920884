//! Markers. That the pixels are right is shown with our own decoder in `tests/it/encode.rs`.

use plan::{Density, Format, Output};

use super::{blocks, picture, plain, profile, quality, with, with_extras};
use crate::picture::{Blocks, Layout, Picture};

/// Marker segments in front of the first scan, and the number of scans.
fn segments(jpeg: &[u8]) -> (Vec<(u8, &[u8])>, usize) {
    assert_eq!(jpeg[..2], [0xff, 0xd8]);
    let (mut found, mut scans, mut at) = (Vec::new(), 0, 2);
    loop {
        assert_eq!(jpeg[at], 0xff);
        let marker = jpeg[at + 1];
        if marker == 0xd9 {
            return (found, scans);
        }
        let length = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        if scans == 0 && marker != 0xda {
            found.push((marker, &jpeg[at + 4..at + 2 + length]));
        }
        at += 2 + length;
        if marker == 0xda {
            scans += 1;
            while jpeg[at] != 0xff || jpeg[at + 1] == 0 {
                at += 1;
            }
        }
    }
}

fn has(jpeg: &[u8], marker: u8) -> bool {
    segments(jpeg).0.iter().any(|segment| segment.0 == marker)
}

#[test]
fn progressive_or_not_is_as_asked_and_by_size_otherwise() {
    for layout in [Layout::Gray, Layout::Rgb, Layout::Rgba] {
        let large = picture(layout, 256, 200);
        let asked = |progressive| Output { progressive, ..Output::default() };
        let progressive = with(&large, Format::Jpeg, &asked(Some(true)));
        assert!(has(&progressive, 0xc2) && segments(&progressive).1 >= 4, "{layout:?}");
        let sequential = with(&large, Format::Jpeg, &asked(Some(false)));
        assert!(has(&sequential, 0xc0) || has(&sequential, 0xc1), "{layout:?}");
        assert_eq!(segments(&sequential).1, 1, "{layout:?}");
        assert_eq!(with(&large, Format::Jpeg, &asked(None)), progressive, "{layout:?}");
        assert!(!has(&plain(&picture(layout, 128, 128), Format::Jpeg), 0xc2), "{layout:?}");
    }
}

#[test]
fn colour_is_halved_only_where_that_is_asked_for() {
    let colored = picture(Layout::Rgb, 66, 50);
    let sampling = |picture: &Picture, half_chroma| {
        let jpeg = with(picture, Format::Jpeg, &Output { half_chroma, ..Output::default() });
        let (segments, _) = segments(&jpeg);
        let frame = segments.iter().find(|segment| matches!(segment.0, 0xc0..=0xc2)).unwrap().1;
        let sampling: Vec<u8> = frame[6..].chunks(3).map(|component| component[1]).collect();
        sampling
    };
    assert_eq!(sampling(&colored, false), [0x11, 0x11, 0x11]);
    assert_eq!(sampling(&colored, true), [0x22, 0x11, 0x11]);
    assert_eq!(sampling(&picture(Layout::Gray, 66, 50), true), [0x11]);
}

#[test]
fn quality_buys_bytes() {
    let picture = picture(Layout::Rgb, 200, 150);
    let sizes: Vec<usize> = [1, 30, 60, 80, 95, 100]
        .map(|value| with(&picture, Format::Jpeg, &quality(value)).len())
        .to_vec();
    assert!(sizes.is_sorted() && sizes[0] < sizes[5] / 2, "{sizes:?}");
    assert_eq!(plain(&picture, Format::Jpeg), with(&picture, Format::Jpeg, &quality(80)));
}

#[test]
fn metadata_stands_in_the_segments_of_its_standards() {
    let blocks = blocks();
    let jpeg = with_extras(&picture(Layout::Rgb, 20, 20), Format::Jpeg, None, &blocks);
    let (segments, _) = segments(&jpeg);
    let content = |marker: u8, head: &[u8]| {
        segments
            .iter()
            .filter(|segment| segment.0 == marker)
            .find_map(|segment| segment.1.strip_prefix(head))
            .unwrap_or_else(|| panic!("no {head:?}"))
            .to_vec()
    };
    assert_eq!(content(0xe1, b"Exif\0\0"), blocks.exif.unwrap());
    assert_eq!(content(0xe1, b"http://ns.adobe.com/xap/1.0/\0"), blocks.xmp.unwrap());
    let photoshop = content(0xed, b"Photoshop 3.0\08BIM\x04\x04\0\0");
    let iptc = blocks.iptc.unwrap();
    assert_eq!(photoshop[..4], (iptc.len() as u32).to_be_bytes());
    assert_eq!(photoshop[4..4 + iptc.len()], iptc);
    assert_eq!(photoshop.len() % 2, 0);
}

#[test]
fn a_profile_of_any_size_is_split_into_numbered_chunks() {
    for length in [132, 65_519, 65_520, 200_000] {
        let profile = profile(*b"RGB ", length);
        let jpeg = with_extras(
            &picture(Layout::Rgb, 20, 20),
            Format::Jpeg,
            Some(&profile),
            &Blocks::default(),
        );
        let (segments, _) = segments(&jpeg);
        let chunks: Vec<&[u8]> = segments
            .iter()
            .filter_map(|segment| segment.1.strip_prefix(b"ICC_PROFILE\0"))
            .collect();
        assert_eq!(chunks.len(), length.div_ceil(65_519));
        for (number, chunk) in chunks.iter().enumerate() {
            assert_eq!(chunk[..2], [number as u8 + 1, chunks.len() as u8]);
        }
        assert_eq!(
            chunks.iter().flat_map(|chunk| &chunk[2..]).copied().collect::<Vec<_>>(),
            profile
        );
    }
}

#[test]
fn a_block_that_fits_no_segment_is_left_out_and_the_rest_stays() {
    let blocks = Blocks { exif: Some(vec![1; 65_528]), ..blocks() };
    let jpeg = with_extras(&picture(Layout::Rgb, 20, 20), Format::Jpeg, None, &blocks);
    let (segments, _) = segments(&jpeg);
    let app1: Vec<&[u8]> =
        segments.iter().filter(|segment| segment.0 == 0xe1).map(|segment| segment.1).collect();
    assert_eq!(app1.len(), 1);
    assert!(app1[0].starts_with(b"http://ns.adobe.com/xap/1.0/\0"));
}

#[test]
fn density_is_in_dots_per_inch() {
    let output = Output { density: Some(Density::Dpi(300)), ..Output::default() };
    let jpeg = with(&picture(Layout::Rgb, 20, 20), Format::Jpeg, &output);
    let (segments, _) = segments(&jpeg);
    let jfif = segments.iter().find(|segment| segment.0 == 0xe0).unwrap().1;
    assert_eq!(jfif[..5], *b"JFIF\0");
    assert_eq!(jfif[7..12], [1, 1, 44, 1, 44]);
}
