use std::fmt::Write;

use plan::Size;

use super::*;

fn drawing(attributes: &str, content: &str) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' \
         {attributes}>{content}</svg>"
    )
}

const BOX: &str = "viewBox='0 0 32 32' width='32' height='32'";

fn refused(text: &str) {
    let result = read(text.as_bytes());
    let start = &text[..text.len().min(200)];
    assert!(matches!(result, Err(Error::TooLarge(_))), "{start}: {:?}", result.err());
}

#[test]
fn quadrants_at_any_scale_and_density() {
    let text = drawing(
        BOX,
        "<rect width='16' height='16' fill='red'/><rect x='16' width='16' height='16' fill='lime'/>\
         <rect y='16' width='16' height='16' fill='blue'/>\
         <rect x='16' y='16' width='16' height='16' fill='white' opacity='.5'/>",
    );
    for (scale, density, side) in
        [(1.0, None, 32), (0.5, None, 16), (3.0, None, 96), (1.0, Some(144.0), 64)]
    {
        let want = Want { scale, density, ..WHOLE };
        let decoded = read_with(text.as_bytes(), want, &Limits::default()).unwrap();
        let picture = &decoded.frames[0].picture;
        assert_eq!(picture.size, Size::new(side, side));
        // Straight alpha: the half clear white is white.
        check_quadrants(picture, [RED, GREEN, BLUE, WHITE], 1);
        assert!(pixel(picture, side - 2, side - 2)[3].abs_diff(128) <= 1);
    }
}

#[test]
fn nothing_outside_the_file_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("red.png");
    std::fs::write(&path, png::encode(1, 1, ::png::ColorType::Rgb, &RED)).unwrap();
    let path = path.to_str().unwrap();
    for reference in [path.to_owned(), format!("file://{path}"), "http://127.0.0.1:9/a.png".into()]
    {
        let image = format!("<image width='32' height='32' xlink:href='{reference}'/>");
        let picture = still(drawing(BOX, &image).as_bytes());
        assert!(picture.data.iter().all(|&byte| byte == 0), "{reference}");
    }
    let entity = format!("<!DOCTYPE svg [<!ENTITY x SYSTEM '{path}'>]>{}", drawing(BOX, "&x;"));
    assert!(read(entity.as_bytes()).is_err());
}

#[test]
fn images_in_the_file_are_drawn_within_the_limits() {
    // A red pixel.
    let data = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";
    let image = format!("<image width='32' height='32' href='data:image/png;base64,{data}'/>");
    let text = drawing(BOX, &image);
    assert_eq!(pixel(&still(text.as_bytes()), 16, 16), [255, 0, 0, 255]);
    let limits = Limits { memory: 4100, ..Limits::default() };
    assert!(read_with(text.as_bytes(), WHOLE, &limits).is_ok());
    let inner = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=";
    let nested =
        format!("<image width='32' height='32' href='data:image/svg+xml;base64,{inner}'/>");
    assert!(still(drawing(BOX, &nested).as_bytes()).data.iter().all(|&byte| byte == 0));
}

#[test]
fn entities_expand_within_bounds() {
    let with = |entities: &str, content: &str| {
        format!("<!DOCTYPE svg [{entities}]>{}", drawing(BOX, content))
    };
    let harmless = with("<!ENTITY red 'red'>", "<rect width='32' height='32' fill='&red;'/>");
    assert_eq!(pixel(&still(harmless.as_bytes()), 5, 5), [255, 0, 0, 255]);
    let mut laughs = "<!ENTITY a0 'ha ha ha ha '>".to_owned();
    for level in 1..9 {
        let inner = format!("&a{};", level - 1).repeat(10);
        write!(laughs, "<!ENTITY a{level} '{inner}'>").unwrap();
    }
    refused(&with(&laughs, "<desc>&a8;</desc>"));
    let long = format!("<!ENTITY a '{}'>", "b".repeat(3000));
    refused(&with(&long, &"<desc>&a;</desc>".repeat(400)));
}

#[test]
fn elements_are_counted_with_references_followed() {
    refused(&drawing(BOX, &format!("{}{}", "<g>".repeat(50_000), "</g>".repeat(50_000))));
    let doubling = |inside: fn(u32) -> String| {
        let mut content = "<g id='a0'><rect width='1' height='1'/></g>".to_owned();
        (1..31).for_each(|level| content += &inside(level));
        content
    };
    let uses = doubling(|level| {
        let one = format!("<use href='#a{}'/>", level - 1);
        format!("<g id='a{level}'>{one}{one}</g>")
    });
    refused(&drawing(BOX, &uses));
    let patterns = doubling(|level| {
        let one = format!("<rect width='1' height='1' fill='url(#a{})'/>", level - 1);
        format!("<pattern id='a{level}' width='1' height='1'>{one}{one}</pattern>")
    });
    refused(&drawing(BOX, &(patterns + "<rect width='9' height='9' fill='url(#a30)'/>")));
    let mut chain = "<g id='a0'/>".to_owned();
    for level in 1..5000 {
        write!(chain, "<g id='a{level}'><use href='#a{}'/></g>", level - 1).unwrap();
    }
    refused(&drawing(BOX, &chain));
}

#[test]
fn circles_are_refused_and_links_are_none() {
    for circle in [
        "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>",
        "<pattern id='a'><rect fill='url(#b)'/></pattern><pattern id='b'><rect fill='url(#a)'/></pattern>",
        "<mask id='a'><rect style='mask: url(#a)'/></mask>",
    ] {
        let error = read(drawing(BOX, circle).as_bytes()).unwrap_err();
        assert!(error.to_string().contains("circle"), "{circle}: {error}");
    }
    let link =
        "<g id='a'><a href='#a'><rect id='b' width='1' height='1'/></a><animate href='#a'/></g>";
    assert!(read(drawing(BOX, link).as_bytes()).is_ok());
}

#[test]
fn pixels_are_counted_before_they_are_drawn() {
    let filter = |inside: &str| {
        let content = format!(
            "<filter id='f' x='-1e6' y='-1e6' width='2e6' height='2e6' filterUnits='userSpaceOnUse'>{inside}\
             </filter><rect width='900' height='900' filter='url(#f)'/>"
        );
        drawing("width='1000' height='1000'", &content)
    };
    refused(&filter("<feTurbulence baseFrequency='.1' numOctaves='1000000'/>"));
    refused(&filter("<feMorphology radius='500'/>"));
    refused(&filter(&"<feGaussianBlur stdDeviation='5'/>".repeat(100)));
    let tile = "<pattern id='p' width='1e5' height='1e5' patternUnits='userSpaceOnUse'><rect width='9' height='9'/>\
        </pattern><rect width='9' height='9' fill='url(#p)'/>";
    refused(&drawing(BOX, tile));
    let layers =
        "<g opacity='.5'>".repeat(200) + "<rect width='2000' height='2000'/>" + &"</g>".repeat(200);
    refused(&drawing("width='2000' height='2000'", &layers));
    refused(&drawing(
        "width='2000' height='2000'",
        &"<rect width='2000' height='2000'/>".repeat(9000),
    ));
    // Ordinary filters are drawn.
    let shadow = "<filter id='f'><feGaussianBlur stdDeviation='2'/></filter>\
        <rect x='9' y='9' width='9' height='9' filter='url(#f)'/>";
    assert!(pixel(&still(drawing(BOX, shadow).as_bytes()), 13, 13)[3] > 100);
}

#[test]
fn tags_with_endless_attributes_are_refused() {
    let mut attributes = BOX.to_owned();
    (0..5000).for_each(|number| write!(attributes, " a{number}='=>'").unwrap());
    refused(&drawing(&attributes, ""));
}

#[test]
fn deep_but_allowed_nesting_is_drawn() {
    let content = "<g transform='scale(1)'>".repeat(250)
        + "<rect width='32' height='32' fill='red'/>"
        + &"</g>".repeat(250);
    assert_eq!(pixel(&still(drawing(BOX, &content).as_bytes()), 5, 5), [255, 0, 0, 255]);
}

#[test]
fn utf16_is_read() {
    let text = format!("\u{FEFF}{}", drawing(BOX, "<rect width='32' height='32' fill='red'/>"));
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(pixel(&still(&wide), 5, 5), [255, 0, 0, 255]);
}

#[test]
fn text_is_drawn_in_the_fonts_of_the_binary() {
    let ink = |attributes: &str, text: &str| {
        let content = format!("<text x='1' y='24' font-size='20' {attributes}>{text}</text>");
        let picture = still(drawing(BOX, &content).as_bytes());
        picture.data.chunks_exact(4).map(|pixel| u64::from(pixel[3])).sum::<u64>()
    };
    let sans = ink("", "ill");
    assert!(sans > 0);
    // Known names, generic ones, and those that nobody knows.
    for family in
        ["Arial", "Helvetica, serif", "sans-serif", "'No Such Font'", "'No Such Font', Roboto"]
    {
        assert_eq!(ink(&format!("font-family=\"{family}\""), "ill"), sans, "{family}");
    }
    assert_ne!(ink("font-family='Georgia'", "ill"), sans);
    assert_eq!(ink("font-family='Georgia'", "ill"), ink("font-family='Nobody, serif'", "ill"));
    assert!(ink("font-family='Courier New'", "iii") > ink("", "iii"));
    assert!(ink("font-weight='bold'", "ill") > sans);
    // From right to left, and from the fonts behind the first.
    for text in ["\u{5E9}\u{5DC}", "\u{633}\u{644}", "\u{928}", "\u{1F44D}"] {
        assert!(ink("", text) > 0, "{text}");
    }
}

#[test]
fn letters_are_counted_with_references_followed() {
    let letters =
        |count: usize| format!("<text id='t' y='9' font-size='2'>{}</text>", "a".repeat(count));
    assert!(read(drawing(BOX, &letters(2000)).as_bytes()).is_ok());
    refused(&drawing(BOX, &letters(30_000)));
    refused(&drawing(BOX, &(letters(2000) + &"<use href='#t'/>".repeat(20))));
    // Descriptions are not drawn.
    let described = format!("<desc>{}</desc>", "a".repeat(30_000));
    assert!(read(drawing(BOX, &described).as_bytes()).is_ok());
}
