use super::*;

fn check(bytes: &[u8], expected: Option<Format>) {
    assert_eq!(
        sniff(bytes),
        expected,
        "{:?}",
        String::from_utf8_lossy(&bytes[..bytes.len().min(60)])
    );
}

#[test]
fn magic_bytes_name_the_format() {
    check(b"\xFF\xD8\xFF\xE0", Some(Format::Jpeg));
    check(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", Some(Format::Png));
    check(b"GIF89a", Some(Format::Gif));
    check(b"GIF87a", Some(Format::Gif));
    check(b"RIFF\x10\0\0\0WEBPVP8 ", Some(Format::Webp));
    check(b"RIFF\x10\0\0\0WAVEfmt ", None);
    check(b"II*\0\x08\0\0\0", Some(Format::Tiff));
    check(b"MM\0*\0\0\0\x08", Some(Format::Tiff));
    check(b"qoif\0\0\0\x01", Some(Format::Qoi));
    check(b"8BPS\0\x01", Some(Format::Psd));
    check(b"\xFF\x0A\xFA", Some(Format::Jxl));
    check(b"\0\0\0\x0CJXL \r\n\x87\n", Some(Format::Jxl));
    check(b"P6\n2 2\n255\n", Some(Format::Pnm));
    check(b"P5 # grey\n", Some(Format::Pnm));
    check(b"P7\nWIDTH 2\n", Some(Format::Pnm));
    check(b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\x68\x04\0\0\x16\0\0\0", Some(Format::Ico));
    check(b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Some(Format::Bmp));
}

#[test]
fn brands_tell_avif_from_heic_and_video() {
    check(b"\0\0\0\x1Cftypavif\0\0\0\0avifmif1miaf", Some(Format::Avif));
    check(b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", Some(Format::Avif));
    check(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Some(Format::Heic));
    check(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Some(Format::Heic));
    check(b"\0\0\0\x18ftypisom\0\0\0\0isommp42", None);
    // A brand behind the end of the box is none.
    check(b"\0\0\0\x10ftypisom\0\0\0\0avif", None);
}

#[test]
fn svg_is_found_behind_what_may_precede_it() {
    for text in [
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "\u{FEFF}<?xml version='1.0'?>\n<svg>",
        "  <!-- a > b --><svg\n width='1'>",
        "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'svg11.dtd'><svg>",
        "<!DOCTYPE svg [ <!ENTITY a '<b>'> ]><svg>",
        "<svg:svg xmlns:svg='http://www.w3.org/2000/svg'>",
    ] {
        check(text.as_bytes(), Some(Format::Svg));
    }
    let wide: Vec<u8> = "\u{FEFF}<svg/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(&wide, Some(Format::Svg));
}

#[test]
fn other_text_is_no_image() {
    for text in [
        "",
        "<html><svg></svg></html>",
        "<!DOCTYPE html><svg>",
        "<!-- <svg> --><p>",
        "<!-- <svg>",
        "<svgx>",
        "{\"svg\": 1}",
        "P6 is a file format",
        "BM is no bitmap by itself",
        "alert(1)",
    ] {
        check(text.as_bytes(), None);
    }
}

#[test]
fn targa_needs_a_header_that_makes_sense() {
    let header =
        |kind: u8, bits: u8| [0, 0, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0, bits, 0x20];
    check(&header(2, 24), Some(Format::Tga));
    check(&header(10, 32), Some(Format::Tga));
    check(&header(3, 8), Some(Format::Tga));
    check(&header(2, 23), None);
    check(&header(1, 8), None);
    check(&[0; 18], None);
    // A Windows cursor begins like a Targa of type 2.
    check(b"\0\0\x02\0\x01\0\x20\x20\0\0\x01\0\x20\0\x68\x04\0\0\x16\0\0\0", None);
}
