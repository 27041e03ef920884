//! The container against an independent parser. That the pixels are right is shown in `tests/it/encode.rs`.

use avif_parse::read_avif;
use plan::Format;

use super::{NO_BLOCKS, SIZES, blocks, contains, flat, picture, plain, profile, with_extras};
use crate::picture::Layout;

#[test]
fn colour_and_alpha_are_items_of_the_right_size() {
    for layout in [Layout::Gray, Layout::Rgb, Layout::Rgba] {
        for (width, height) in SIZES {
            let picture = picture(layout, width, height);
            let bytes = plain(&picture, Format::Avif);
            let file = read_avif(&mut &bytes[..]).unwrap();
            let color = file.primary_item_metadata().unwrap();
            assert_eq!(
                (color.max_frame_width.get(), color.max_frame_height.get()),
                (width, height)
            );
            assert!(color.still_picture);
            assert_eq!(color.bit_depth, 8);
            assert_eq!(color.monochrome, layout == Layout::Gray);
            let alpha = file.alpha_item_metadata().unwrap();
            assert_eq!(alpha.is_some(), layout == Layout::Rgba);
            if let Some(alpha) = alpha {
                assert!(alpha.monochrome);
                assert_eq!(
                    (alpha.max_frame_width.get(), alpha.max_frame_height.get()),
                    (width, height)
                );
            }
        }
    }
}

#[test]
fn an_alpha_channel_that_hides_nothing_is_not_written() {
    let bytes = plain(&flat(Layout::Rgba, 20, 20, &[1, 2, 3, 255]), Format::Avif);
    assert!(read_avif(&mut &bytes[..]).unwrap().alpha_item.is_none());
}

#[test]
fn profile_exif_and_xmp_are_items_and_properties() {
    let profile = profile(*b"RGB ", 300);
    let blocks = blocks();
    let bytes = with_extras(&picture(Layout::Rgba, 20, 20), Format::Avif, Some(&profile), &blocks);
    assert!(contains(&bytes, &[b"colrprof", &profile[..]].concat()));
    assert!(contains(&bytes, &[&[0; 4][..], &blocks.exif.unwrap()].concat()));
    assert!(contains(&bytes, &blocks.xmp.unwrap()));
    assert!(contains(&bytes, b"mime\0application/rdf+xml\0"));
    // Code points beside a profile say nothing of the colours, only how RGB is made.
    assert!(contains(&bytes, b"colrnclx\0\x02\0\x02\0\x06\x80"));
    let bare = with_extras(&picture(Layout::Rgb, 20, 20), Format::Avif, None, NO_BLOCKS);
    assert!(contains(&bare, b"colrnclx\0\x01\0\x0d\0\x06\x80"));
    assert!(!contains(&bare, b"iref"));
}

#[test]
fn the_level_is_that_of_the_sequence_header() {
    let bytes = plain(&picture(Layout::Rgb, 100, 75), Format::Avif);
    let at = bytes.windows(4).position(|name| name == b"av1C").unwrap() + 4;
    // Version 1; profile 0, level 2.0; 8 bits, halved chroma.
    assert_eq!(bytes[at..at + 4], [0x81, 0, 0x0c, 0]);
}
