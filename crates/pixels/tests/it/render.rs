//! Renders from end to end: what happens between the file and the result.

use std::{io::Cursor, path::Path};

use pixels::{Error, Ingredients, Limits, Rendered, probe, render};
use plan::{
    Format, Size,
    probe::{Depth, Probe},
};

use crate::golden::picture::Picture;

#[track_caller]
fn rendered(source: &[u8], plan: &str) -> Rendered {
    render(source, &plan.parse().unwrap(), &Ingredients::none(), &Limits::default()).unwrap()
}

fn probed(bytes: &[u8]) -> Probe {
    probe(bytes, Depth::Header, &Limits::default()).unwrap()
}

fn scene() -> Vec<u8> {
    source("scene.png")
}

fn source(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/sources").join(name))
        .unwrap()
}

/// A JPEG of the scene with nothing but an orientation in its EXIF.
fn turned_jpeg(orientation: u8) -> Vec<u8> {
    let jpeg = rendered(&scene(), "jpeg(q95)").bytes;
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0, 0]);
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend_from_slice(&[0xff, 0xe1]);
    bytes.extend_from_slice(&(exif.len() as u16 + 2).to_be_bytes());
    bytes.extend_from_slice(&exif);
    bytes.extend_from_slice(&jpeg[2..]);
    bytes
}

/// Largest difference of two pictures of the same size.
#[track_caller]
fn distance(a: &[u8], b: &[u8]) -> u8 {
    let (a, b) = (Picture::read(a), Picture::read(b));
    assert_eq!(a.size(), b.size());
    a.pixels
        .as_flattened()
        .iter()
        .zip(b.pixels.as_flattened())
        .map(|(a, b)| a.abs_diff(*b))
        .max()
        .unwrap()
}

#[test]
fn orientation_comes_first_and_a_resize_may_still_overtake_it() {
    for (orientation, moves) in [
        (1, ""),
        (2, "flip-horizontal|"),
        (3, "rotate(180)|"),
        (4, "flip-vertical|"),
        (5, "rotate(90)|flip-horizontal|"),
        (6, "rotate(90)|"),
        (7, "rotate(270)|flip-horizontal|"),
        (8, "rotate(270)|"),
    ] {
        let jpeg = turned_jpeg(orientation);
        for rest in
            ["", "resize(31x)|", "resize(30x30,cover,left)|", "crop(20x30,at=7:9)|resize(10x15)|"]
        {
            let by_tag = rendered(&jpeg, &format!("{rest}png"));
            // Encoded in between, so that the moves really come first.
            let upright = rendered(&jpeg, &format!("stored|{moves}png"));
            let by_hand = rendered(&upright.bytes, &format!("{rest}png"));
            assert_eq!(by_tag.size, by_hand.size, "orientation {orientation}, {rest}");
            let distance = distance(&by_tag.bytes, &by_hand.bytes);
            assert!(distance <= 1, "orientation {orientation}, {rest}: {distance}");
        }
    }
}

#[test]
fn stored_leaves_the_pixels_as_they_are() {
    let stored = rendered(&turned_jpeg(6), "stored|png");
    assert_eq!(stored.size, Size::new(96, 64));
    assert_eq!(rendered(&turned_jpeg(6), "png").size, Size::new(64, 96));
}

#[test]
fn metadata_is_stripped_kept_or_reduced_to_the_orientation() {
    let jpeg = turned_jpeg(6);
    for (plan, orientation, has_tags) in [
        ("jpeg", 1, false),
        ("jpeg(keep-metadata)", 1, true),
        ("stored|jpeg(keep-metadata)", 6, true),
        ("stored|jpeg", 1, false),
        ("stored|jpeg(keep-orientation)", 6, true),
        ("jpeg(keep-orientation)", 1, false),
        ("stored|resize(20x)|webp(keep-orientation)", 6, true),
        ("stored|png(keep-orientation)", 6, true),
    ] {
        let probe = probed(&rendered(&jpeg, plan).bytes);
        assert_eq!(
            (probe.orientation, !probe.metadata.is_empty()),
            (orientation, has_tags),
            "{plan}"
        );
    }
}

#[test]
fn a_format_that_cannot_be_written_becomes_png() {
    let pnm = b"P6 2 1 255\n\x01\x02\x03\x04\x05\x06";
    for plan in ["auto", "source", "resize(1x)|source"] {
        assert_eq!(rendered(pnm, plan).format, Format::Png);
    }
    assert_eq!(rendered(&turned_jpeg(1), "auto").format, Format::Jpeg);
}

#[test]
fn transparency_is_laid_on_black_or_the_colour_that_is_asked_for() {
    let corner = |plan: &str| {
        Picture::read(&rendered(&rendered(&source("glyph.png"), plan).bytes, "png").bytes).pixels[0]
    };
    assert_eq!(corner("bmp"), [0, 0, 0, 255]);
    assert_eq!(corner("bmp(#336699)"), [0x33, 0x66, 0x99, 255]);
    assert_eq!(corner("png")[3], 0);
}

/// Display P3 samples that are sRGB (200, 100, 50).
fn wide() -> Vec<u8> {
    let mut info = png::Info::with_size(40, 30);
    info.color_type = png::ColorType::Rgb;
    info.bit_depth = png::BitDepth::Eight;
    info.icc_profile = Some(moxcms::ColorProfile::new_display_p3().encode().unwrap().into());
    let mut bytes = Vec::new();
    let mut writer =
        png::Encoder::with_info(Cursor::new(&mut bytes), info).unwrap().write_header().unwrap();
    writer.write_image_data(&[187, 105, 62].repeat(40 * 30)).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn profiles_become_srgb_unless_kept() {
    for (plan, expected, has_profile) in [
        ("png", [200, 100, 50, 255], false),
        ("resize(10x)|png", [200, 100, 50, 255], false),
        ("resize(100x)|png", [200, 100, 50, 255], false),
        ("resize(10x,srgb)|png", [200, 100, 50, 255], false),
        ("png(keep-profile)", [187, 105, 62, 255], true),
        ("resize(10x)|png(keep-profile)", [187, 105, 62, 255], true),
    ] {
        let result = rendered(&wide(), plan);
        assert_eq!(probed(&result.bytes).has_profile, has_profile, "{plan}");
        let pixel = Picture::read(&result.bytes).pixels[0];
        let near = pixel.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 2);
        assert!(near, "{plan}: {pixel:?} instead of {expected:?}");
    }
}

/// Frames of 60 x 40 with a square that moves and fades in.
fn film(frames: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder =
        gif::Encoder::new(&mut bytes, 60, 40, &[255, 255, 255, 200, 30, 30, 30, 30, 200]).unwrap();
    encoder.set_repeat(gif::Repeat::Finite(3)).unwrap();
    for i in 0..frames {
        let inside = |x: u16, y: u16| (10 + i..20 + i).contains(&x) && (10..25).contains(&y);
        let pixels: Vec<u8> = (0..40)
            .flat_map(|y| (0..60).map(move |x| if inside(x, y) { 1 + (i % 2) as u8 } else { 0 }))
            .collect();
        let mut frame = gif::Frame::from_indexed_pixels(60, 40, pixels, None);
        frame.delay = 7;
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    bytes
}

#[test]
fn every_frame_goes_through_the_plan_and_keeps_its_time() {
    for format in ["webp", "gif"] {
        let result = rendered(&film(5), &format!("resize(30x)|{format}"));
        assert_eq!((result.frames, result.size), (5, Size::new(30, 20)));
        let probe = probed(&result.bytes);
        assert_eq!((probe.frames, probe.duration_ms, probe.size), (5, 350, Size::new(30, 20)));
    }
}

#[test]
fn a_still_is_made_of_the_first_frame_or_the_one_asked_for() {
    let still = rendered(&film(5), "jpeg");
    assert_eq!((still.frames, still.format), (1, Format::Jpeg));
    let red_at = |plan: &str| {
        let picture = Picture::read(&rendered(&film(5), plan).bytes);
        picture.pixels[12 * 60..13 * 60].iter().position(|pixel| pixel[1] < 100).unwrap()
    };
    assert_eq!(
        (red_at("png"), red_at("frame(1)|png"), red_at("frame(4)|png"), red_at("frame(99)|png")),
        (10, 10, 13, 14)
    );
    assert_eq!(rendered(&film(5), "frame(2)|webp").frames, 1);
}

#[test]
fn what_the_first_frame_decides_holds_for_all() {
    // Trimmed on its own, each frame would have its square at another place of the same size: a standing square.
    let result = rendered(&film(5), "trim(10%)|gif");
    assert_eq!((result.size, result.frames), (Size::new(10, 15), 5));
    let second = Picture::read(&rendered(&result.bytes, "frame(2)|png").bytes);
    assert!(second.pixels[0][1] > 200, "the square has moved by a pixel: {:?}", second.pixels[0]);
}

#[test]
fn a_film_of_one_frame_is_a_still() {
    assert_eq!(rendered(&film(1), "webp").frames, 1);
    assert_eq!(probed(&rendered(&film(1), "webp").bytes).frames, 1);
}

#[test]
fn a_large_still_is_reduced_without_ever_being_held_whole() {
    let large = rendered(&scene(), "resize(2400x1600,fill)|jpeg(q80,baseline)").bytes;
    let small = Limits { memory: 6 << 20, ..Limits::default() };
    let plan = "resize(120x)|jpeg".parse().unwrap();
    // 11.5 MB of pixels pass through a budget of 6.
    assert_eq!(
        render(&large, &plan, &Ingredients::none(), &small).unwrap().size,
        Size::new(120, 80)
    );
    let plan = "blur(3)|resize(120x)|jpeg".parse().unwrap();
    assert!(
        matches!(render(&large, &plan, &Ingredients::none(), &small), Err(Error::TooLarge(_))),
        "a blur needs them all"
    );
}

#[test]
fn operations_keep_to_the_memory_budget() {
    let limits = Limits { memory: 300_000, ..Limits::default() };
    for plan in [
        "pad(1000x1000)|png",
        "extend(400,400,400,400,wrap)|png",
        "border(300,#ffffff)|png",
        "resize(800x800,fill)|png",
        "pad(300x200,#000000)|rotate(45)|png",
        "crop(90x60)|resize(3000x20,fill)|png",
    ] {
        let result = render(&scene(), &plan.parse().unwrap(), &Ingredients::none(), &limits);
        assert!(matches!(result, Err(Error::TooLarge(_))), "{plan}: {result:?}");
    }
}

#[test]
fn an_animation_that_would_grow_too_large_is_refused() {
    let limits = Limits { animation_pixels: 5 * 100 * 100, ..Limits::default() };
    assert!(
        render(
            &film(5),
            &"resize(100x100,fill)|webp".parse().unwrap(),
            &Ingredients::none(),
            &limits
        )
        .is_ok()
    );
    let result = render(
        &film(5),
        &"resize(101x100,fill)|webp".parse().unwrap(),
        &Ingredients::none(),
        &limits,
    );
    assert!(matches!(result, Err(Error::TooLarge(_))), "{result:?}");
}

#[test]
fn a_cancelled_render_stops() {
    let limits = Limits::default();
    limits.cancel.cancel();
    for source in [scene(), turned_jpeg(1), film(3)] {
        assert_eq!(
            render(
                &source,
                &"resize(30x)|blur(2)|webp".parse().unwrap(),
                &Ingredients::none(),
                &limits
            ),
            Err(Error::Cancelled)
        );
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for plan in ["resize(40x40,cover,attention)|jpeg", "rotate(10)|webp", "resize(30x)|sharpen|png"]
    {
        assert_eq!(rendered(&scene(), plan), rendered(&scene(), plan));
    }
}

#[test]
fn a_vector_is_drawn_at_the_size_that_is_needed() {
    let svg = br##"<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="10" height="10" fill="#f00"/></svg>"##;
    let enlarged = rendered(svg, "resize(400x)|png");
    assert_eq!(enlarged.size, Size::new(400, 200));
    let picture = Picture::read(&enlarged.bytes);
    let row = &picture.pixels[100 * 400..101 * 400];
    let soft = row.iter().filter(|pixel| (10..245).contains(&pixel[3])).count();
    assert!(soft <= 3, "the edge is {soft} pixels wide: it was drawn small and enlarged");
    assert_eq!(rendered(svg, "png").size, Size::new(20, 10));
    // Its own density changes nothing; twice that is twice the pixels, and what is relative follows.
    assert_eq!(rendered(svg, "png(density=72)").size, Size::new(20, 10));
    assert_eq!(rendered(svg, "png(density={idn})").size, Size::new(20, 10));
    assert_eq!(rendered(svg, "png(density=144)").size, Size::new(40, 20));
    assert_eq!(rendered(svg, "png(density={idn*2})").size, Size::new(40, 20));
    assert_eq!(rendered(svg, "resize(f0.5x)|png(density=144)").size, Size::new(20, 10));
}

#[test]
fn what_is_no_picture_is_said_to_be_none() {
    assert_eq!(
        render(b"hello", &"png".parse().unwrap(), &Ingredients::none(), &Limits::default()),
        Err(Error::Unrecognized)
    );
    assert_eq!(
        render(b"", &"png".parse().unwrap(), &Ingredients::none(), &Limits::default()),
        Err(Error::Unrecognized)
    );
}
