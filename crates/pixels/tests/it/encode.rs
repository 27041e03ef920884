//! Every format written and read back by the crate itself. What the files hold beside their pixels, and what other
//! decoders make of them, is tested beside the encoders.

use std::io::Cursor;

use pixels::{Error, Ingredients, Limits, probe, render, sniff};
use plan::{Format, Metadata, Output, OutputFormat, Plan, Profile, Quality, probe::Depth};

/// Sizes at which blocks, halved chroma, packed bits and row pairs are incomplete.
const SIZES: [(u32, u32); 6] = [(1, 1), (1, 40), (40, 1), (17, 13), (64, 33), (120, 90)];

fn output(format: Format) -> Output {
    Output { format: OutputFormat::Is(format), ..Output::default() }
}

fn through(source: &[u8], output: Output) -> Vec<u8> {
    render(source, &Plan { output, ..Plan::default() }, &Ingredients::none(), &Limits::default())
        .unwrap()
        .bytes
}

/// A PNG of smooth colours; alpha falls from left to right, if there is any.
fn source(color: png::ColorType, width: u32, height: u32) -> Vec<u8> {
    let mut data = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (across, down) = ((x * 160 / width) as u8, (y * 160 / height) as u8);
            let pixel = [60 + across, 220 - down, 40 + across / 2 + down / 2, 255 - across];
            match color {
                png::ColorType::Grayscale => data.push(pixel[0]),
                png::ColorType::Rgb => data.extend(&pixel[..3]),
                _ => data.extend(pixel),
            }
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(&data).unwrap();
    bytes
}

/// Pixels as RGBA.
fn pixels_of(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let as_png = through(bytes, output(Format::Png));
    let mut decoder = png::Decoder::new(Cursor::new(as_png));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut data).unwrap();
    data.truncate(info.buffer_size());
    if info.color_type == png::ColorType::GrayscaleAlpha {
        data = data
            .chunks_exact(2)
            .flat_map(|pixel| [pixel[0], pixel[0], pixel[0], pixel[1]])
            .collect();
    }
    (info.width, info.height, data)
}

fn mean_difference(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / a.len() as f64
}

#[test]
fn every_format_comes_back_as_it_was() {
    for (format, tolerance) in [
        (Format::Jpeg, 3.0),
        (Format::Png, 0.0),
        (Format::Webp, 3.5),
        (Format::Gif, 4.0),
        (Format::Avif, 3.5),
        (Format::Tiff, 0.0),
        (Format::Bmp, 0.0),
    ] {
        for color in [png::ColorType::Grayscale, png::ColorType::Rgb] {
            for (width, height) in SIZES {
                let source = source(color, width, height);
                let quality = Quality::new(90);
                let bytes = through(&source, Output { quality, ..output(format) });
                assert_eq!(sniff(&bytes), Some(format));
                let (got_width, got_height, got) = pixels_of(&bytes);
                assert_eq!((got_width, got_height), (width, height), "{format}");
                let difference = mean_difference(&got, &pixels_of(&source).2);
                assert!(
                    difference <= tolerance,
                    "{format} {color:?} {width}x{height}: {difference}"
                );
            }
        }
    }
}

#[test]
fn alpha_comes_back_where_the_format_holds_it() {
    for (format, tolerance) in
        [(Format::Png, 0.0), (Format::Webp, 3.0), (Format::Avif, 3.5), (Format::Tiff, 0.0)]
    {
        for (width, height) in SIZES {
            let source = source(png::ColorType::Rgba, width, height);
            let quality = Quality::new(90);
            let got = pixels_of(&through(&source, Output { quality, ..output(format) })).2;
            let difference = mean_difference(&got, &pixels_of(&source).2);
            assert!(difference <= tolerance, "{format} {width}x{height}: {difference}");
        }
    }
    // Elsewhere the flattening colour shows through; alpha here is 255 at the left and 97 at the right.
    let white = Some(plan::Color::WHITE);
    let source = source(png::ColorType::Rgba, 120, 90);
    for format in [Format::Jpeg, Format::Bmp] {
        let got = pixels_of(&through(&source, Output { flatten: white, ..output(format) })).2;
        let want: Vec<u8> = pixels_of(&source)
            .2
            .chunks_exact(4)
            .flat_map(|pixel| {
                let over = |value: u8| {
                    let alpha = u32::from(pixel[3]);
                    ((u32::from(value) * alpha + 255 * (255 - alpha)) / 255) as u8
                };
                [over(pixel[0]), over(pixel[1]), over(pixel[2]), 255]
            })
            .collect();
        let difference = mean_difference(&got, &want);
        assert!(difference < 3.0, "{format}: {difference}");
    }
}

#[test]
fn lossless_webp_and_few_colours_are_exact() {
    let source = source(png::ColorType::Rgba, 64, 33);
    let lossless = Output { lossless: true, ..output(Format::Webp) };
    assert_eq!(pixels_of(&through(&source, lossless)), pixels_of(&source));
    let reduced = through(&source, Output { palette: true, ..output(Format::Png) });
    let header = png::Decoder::new(Cursor::new(&reduced)).read_info().unwrap();
    assert_eq!(header.info().color_type, png::ColorType::Indexed);
    assert!(mean_difference(&pixels_of(&reduced).2, &pixels_of(&source).2) < 3.0);
}

#[test]
fn quality_is_bought_with_bytes() {
    let source = source(png::ColorType::Rgb, 120, 90);
    for format in [Format::Jpeg, Format::Webp, Format::Avif] {
        let sizes: Vec<usize> = [5, 50, 95]
            .map(|quality| {
                through(&source, Output { quality: Quality::new(quality), ..output(format) }).len()
            })
            .to_vec();
        assert!(sizes[0] < sizes[1] && sizes[1] < sizes[2], "{format}: {sizes:?}");
    }
}

#[test]
fn density_is_read_back() {
    let source = source(png::ColorType::Rgb, 20, 20);
    for format in [Format::Jpeg, Format::Png] {
        let density = Some(plan::Density::Dpi(300));
        let bytes = through(&source, Output { density, ..output(format) });
        assert_eq!(
            probe(&bytes, Depth::Header, &Limits::default()).unwrap().density,
            Some(300),
            "{format}"
        );
    }
}

#[test]
fn kept_metadata_and_profiles_survive_from_format_to_format() {
    let exif = include_bytes!("files/exif.jpg");
    let tags =
        |bytes: &[u8]| probe(bytes, Depth::Header, &Limits::default()).unwrap().metadata.len();
    assert!(tags(exif) > 0, "the source has metadata");
    for format in [Format::Jpeg, Format::Png, Format::Webp, Format::Avif] {
        let keep = Output { metadata: Metadata::Keep, profile: Profile::Keep, ..output(format) };
        assert!(tags(&through(exif, keep)) > 0, "{format} keeps");
        assert_eq!(tags(&through(exif, output(format))), 0, "{format} strips");
    }
}

/// Five frames of 50 ms, shown three times in all.
fn film() -> Vec<u8> {
    let mut bytes = Vec::new();
    let palette = [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255];
    let mut encoder = gif::Encoder::new(&mut bytes, 40, 30, &palette).unwrap();
    encoder.set_repeat(gif::Repeat::Finite(2)).unwrap();
    for index in 0..5_u8 {
        let buffer = (0..1200)
            .map(|at| u8::from(at % 40 / 8 == usize::from(index)) + index % 3)
            .collect::<Vec<_>>();
        let frame = gif::Frame {
            width: 40,
            height: 30,
            delay: 5,
            buffer: buffer.into(),
            ..gif::Frame::default()
        };
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    bytes
}

#[test]
fn a_film_keeps_its_frames_and_its_length_from_format_to_format() {
    let film = film();
    let about = |bytes: &[u8]| {
        let probe = probe(bytes, Depth::Header, &Limits::default()).unwrap();
        (probe.frames, probe.duration_ms)
    };
    assert_eq!(about(&film), (5, 250));
    let webp = through(&film, output(Format::Webp));
    assert_eq!(about(&webp), (5, 250));
    let back = through(&webp, Output { lossless: true, ..output(Format::Gif) });
    assert_eq!(about(&back), (5, 250));
    // Twice after the first time, in both directions.
    assert!(film.windows(3).any(|window| window == [1, 2, 0]));
    assert!(back.windows(14).any(|window| window == b"NETSCAPE2.0\x03\x01\x02"));
    // A format without films shows the first frame.
    assert_eq!(about(&through(&film, output(Format::Png))), (1, 0));
}

#[test]
fn what_cannot_be_written_is_refused() {
    let source = source(png::ColorType::Rgb, 8, 8);
    for format in Format::ALL.into_iter().filter(|format| !format.is_encodable()) {
        let plan = Plan { output: output(format), ..Plan::default() };
        assert_eq!(
            render(&source, &plan, &Ingredients::none(), &Limits::default()),
            Err(Error::Unsupported(format))
        );
    }
}
