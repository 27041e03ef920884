//! Layers from end to end: what is laid, where, and what happens when it cannot be made.

use pixels::{Error, Ingredients, Limits, Rendered, render};
use plan::{Format, Plan, Size};

use crate::golden::{Sources, picture::Picture};

/// A red base of 60 x 40 pixels, opaque.
fn base() -> Vec<u8> {
    even(60, 40, [255, 0, 0, 255])
}

fn even(width: u32, height: u32, pixel: [u8; 4]) -> Vec<u8> {
    let pixels = vec![pixel; (width * height) as usize];
    Picture { width, height, pixels }.write()
}

/// Renders the plan, in which `LAYER` stands for a picture.
fn with_layer(source: &[u8], layer: &[u8], plan: &str, limits: &Limits) -> Result<Rendered, Error> {
    let hash = [7; 32];
    let plan: Plan = plan.replace("LAYER", &format!("sha256:{}", "07".repeat(32))).parse().unwrap();
    render(source, &plan, &Ingredients::from_iter([(hash, layer)]), limits)
}

#[track_caller]
fn laid(source: &[u8], layer: &[u8], plan: &str) -> Picture {
    Picture::read(&with_layer(source, layer, plan, &Limits::default()).unwrap().bytes)
}

#[track_caller]
fn without(source: &[u8], plan: &str) -> Picture {
    let rendered = render(source, &plan.parse().unwrap(), &Ingredients::none(), &Limits::default());
    Picture::read(&rendered.unwrap().bytes)
}

impl Picture {
    fn at(&self, x: u32, y: u32) -> [u8; 4] {
        self.pixels[(y * self.width + x) as usize]
    }

    /// Left, top, right and bottom of what has this colour.
    fn bounds(&self, color: [u8; 4]) -> Option<(u32, u32, u32, u32)> {
        let all = (0..self.height).flat_map(|y| (0..self.width).map(move |x| (x, y)));
        all.filter(|&(x, y)| self.at(x, y) == color).fold(None, |found, (x, y)| {
            let (left, top, right, bottom) = found.unwrap_or((x, y, x, y));
            Some((left.min(x), top.min(y), right.max(x), bottom.max(y)))
        })
    }
}

const RED: [u8; 4] = [255, 0, 0, 255];
const GREEN: [u8; 4] = [0, 255, 0, 255];
const BLUE: [u8; 4] = [0, 0, 255, 255];

#[test]
fn a_layer_lies_where_the_plan_says_and_the_base_keeps_its_size() {
    let layer = even(20, 10, GREEN);
    for (place, expected) in [
        ("", (20, 15, 39, 24)),
        (",x=start,y=start", (0, 0, 19, 9)),
        (",x=end(5),y=end(3)", (35, 27, 54, 36)),
        (",x=start(50),y=middle(0)", (50, 0, 59, 4)),
        ("|resize(200x,inside)", (0, 0, 59, 39)),
        ("|resize(10x)", (25, 17, 34, 21)),
    ] {
        let got = laid(&base(), &layer, &format!("layer(picture(LAYER){place})|png"));
        assert_eq!((got.size(), got.bounds(GREEN)), ((60, 40), Some(expected)), "{place}");
    }
}

#[test]
fn a_trimmed_layer_is_placed_by_what_is_left() {
    // A blue block in white.
    let mut layer = Picture { width: 30, height: 20, pixels: vec![[255; 4]; 600] };
    (0..600).filter(|i| i % 30 >= 20 && i / 30 >= 15).for_each(|i| layer.pixels[i] = BLUE);
    let layer = layer.write();
    let got =
        laid(&base(), &layer, "layer(picture(LAYER),x=end,y=end|trim(10%)|resize({cw*2}x))|png");
    assert_eq!(got.bounds(BLUE), Some((40, 30, 59, 39)));
}

#[test]
fn layers_lie_on_layers() {
    let got = without(
        &base(),
        "layer(area(40x30,#0000ff),x=start,y=start|layer(area({bw/2}x{bh/2},#00ff00),x=end,y=end\
         |layer(area(5x5,#ffffff),x=start,y=start)))|png",
    );
    assert_eq!(got.bounds(BLUE), Some((0, 0, 39, 29)));
    assert_eq!(got.bounds(GREEN), Some((20, 15, 39, 29)));
    assert_eq!(got.bounds([255; 4]), Some((20, 15, 24, 19)));
}

#[test]
fn an_area_is_as_large_as_its_base_unless_it_says() {
    assert_eq!(without(&base(), "layer(area(x,#00ff00))|png").bounds(RED), None);
    let half = without(&base(), "layer(area(x,#00ff0080))|png");
    assert_eq!(half.at(30, 20), [127, 128, 0, 255]);
}

#[test]
fn cutting_leaves_the_rest_clear() {
    let layer = even(20, 10, GREEN);
    let out = laid(&base(), &layer, "layer(picture(LAYER),x=start,y=start,cutout)|png");
    assert_eq!((out.at(5, 5)[3], out.at(30, 20)), (0, RED));
    let cut = laid(&base(), &layer, "layer(picture(LAYER),x=start,y=start,cutter)|png");
    assert_eq!((cut.at(5, 5), cut.at(30, 20)[3]), (RED, 0));
}

#[test]
fn a_picture_of_a_layer_is_upright_and_its_first_frame() {
    let files = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/files");
    let turned = std::fs::read(files.join("exif.jpg")).unwrap();
    let alone = without(&turned, "resize(30x)|png");
    let got = laid(
        &even(alone.width, alone.height, RED),
        &turned,
        "layer(picture(LAYER)|resize(30x))|png",
    );
    assert_eq!(got.pixels, alone.pixels);
    let film = std::fs::read(files.join("animated.webp")).unwrap();
    for frame in [1, 2] {
        let alone = without(&film, &format!("frame({frame})|background(#ff0000)|png"));
        let base = even(alone.width, alone.height, RED);
        let got = laid(&base, &film, &format!("layer(picture(LAYER,frame={frame}))|png"));
        assert_eq!(got.pixels, alone.pixels, "frame {frame}");
    }
}

#[test]
fn every_frame_carries_the_layer() {
    let files = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/files");
    let film = std::fs::read(files.join("animated.webp")).unwrap();
    let layer = even(2, 2, GREEN);
    let plan = "layer(picture(LAYER),x=start,y=start|resize(1x))|webp(lossless)";
    let got = with_layer(&film, &layer, plan, &Limits::default()).unwrap();
    assert!(got.frames > 1 && got.format == Format::Webp);
    for frame in 1..=got.frames {
        let still = without(&got.bytes, &format!("frame({frame})|png"));
        assert_eq!(still.at(0, 0), GREEN, "frame {frame}");
    }
}

#[test]
fn what_a_layer_lacks_is_told() {
    let fails = |layer: &[u8], plan: &str| {
        with_layer(&base(), layer, plan, &Limits::default()).unwrap_err()
    };
    let in_layer = |error| Error::Layer(Box::new(error));
    assert_eq!(fails(b"hello", "layer(picture(LAYER))|png"), in_layer(Error::Unrecognized));
    assert_eq!(
        fails(b"hello", "layer(area(x,#ff0000)|layer(picture(LAYER)))|png").to_string(),
        "a layer cannot be made: this is no image that can be decoded"
    );
    let png = even(9, 9, GREEN);
    assert_eq!(fails(&png, "layer(picture(\"/a.png\"))|png"), in_layer(Error::Missing));
    let cut = fails(&png[..40], "layer(picture(LAYER))|png");
    assert!(
        matches!(&cut, Error::Layer(error) if matches!(**error, Error::Damaged { .. })),
        "{cut:?}"
    );
    let outside = fails(&png, "layer(picture(LAYER)|crop(5x5,at=100:100,reject))|png");
    assert!(
        matches!(&outside, Error::Layer(error) if matches!(**error, Error::Plan(_))),
        "{outside:?}"
    );
    let wide = fails(&png, "layer(text(\"a\",20000,#000000))|png");
    assert!(
        matches!(&wide, Error::Layer(error) if matches!(**error, Error::TooLarge(_))),
        "{wide:?}"
    );
}

#[test]
fn a_layer_must_fit_beside_its_base() {
    let plan = "layer(picture(LAYER)|resize(300x300,fill))|png";
    let layer = even(100, 100, [0, 255, 0, 128]);
    let needs = |memory| {
        let limits = Limits { memory, ..Limits::default() };
        with_layer(&base(), &layer, plan, &limits).map(|rendered| rendered.size)
    };
    assert_eq!(needs(8 << 20), Ok(Size::new(60, 40)));
    let error = needs(300_000).unwrap_err();
    assert!(
        matches!(&error, Error::Layer(error) if matches!(**error, Error::TooLarge(_))),
        "{error:?}"
    );
}

#[test]
fn a_layer_of_the_library_is_held_to_the_limits_of_a_source() {
    let limits = Limits { source_pixels: 5_000, ..Limits::default() };
    let error = with_layer(&base(), &even(100, 100, GREEN), "layer(picture(LAYER))|png", &limits);
    assert!(
        matches!(&error, Err(Error::Layer(error)) if matches!(**error, Error::TooLarge(_))),
        "{error:?}"
    );
}

#[test]
fn text_is_drawn_and_its_background_filled() {
    let got = without(
        &even(200, 60, RED),
        "layer(text(\"Hello\",30,#0000ff,padding=5,background=#00ff00),x=start,y=start)|png",
    );
    let (left, top, right, bottom) = got.bounds(GREEN).unwrap();
    assert_eq!((left, top), (0, 0));
    assert!((60..140).contains(&right) && (25..45).contains(&bottom), "{right}, {bottom}");
    let ink = got.bounds(BLUE).unwrap();
    assert!(ink.0 >= 5 && ink.1 >= 5 && ink.2 <= right - 5 && ink.3 <= bottom - 5, "{ink:?}");
}

#[test]
fn layers_of_the_golden_sources_are_found_by_name() {
    let sources = Sources::read();
    let plan: Plan = sources.bound("layer(picture(\"/glyph.png\"))|png").parse().unwrap();
    assert!(render(&base(), &plan, &sources.ingredients(), &Limits::default()).is_ok());
}
