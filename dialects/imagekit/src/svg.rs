//! `ik-sanitizeSvg=true`: vector graphics without anything that could run.
//!
//! What is to go is cut out of the text; all else stays byte for byte. Every delivered SVG is locked in by its
//! `Content-Security-Policy` besides; this is for those who put the text into a page of their own.

use std::ops::Range;

use roxmltree::{Attribute, Document, Node, ParsingOptions};

/// Larger texts, and texts with more elements, are refused.
pub(crate) const MAX_BYTES: usize = 10 << 20;
const MAX_NODES: u32 = 1_000_000;

/// Elements that run scripts, hold other documents, or bind to events.
const ELEMENTS: [&str; 8] =
    ["script", "foreignobject", "iframe", "object", "embed", "handler", "listener", "base"];
/// Elements that change attributes later: they could write what is cut here.
const ANIMATIONS: [&str; 4] = ["set", "animate", "animatemotion", "animatetransform"];

/// The text without scripts; `None` if it is no XML in UTF-8, or declares entities, in which anything may hide.
pub(crate) fn sanitize(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| text.len() <= MAX_BYTES && !text.contains("<!ENTITY"))?;
    let options =
        ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).ok()?;
    let mut cuts: Vec<Range<usize>> = document.root().descendants().flat_map(cuts_of).collect();
    cuts.sort_by_key(|cut| (cut.start, std::cmp::Reverse(cut.end)));
    let mut clean = String::with_capacity(text.len());
    let mut done = 0;
    for cut in cuts {
        // What lies inside of something that has gone has gone with it.
        if cut.start >= done {
            clean.push_str(&text[done..cut.start]);
            done = cut.end;
        }
    }
    clean.push_str(&text[done..]);
    Some(clean)
}

fn cuts_of(node: Node<'_, '_>) -> Vec<Range<usize>> {
    if node.is_pi() || (node.is_element() && is_active(node)) {
        return vec![node.range()];
    }
    node.attributes().filter(is_active_attribute).map(|attribute| attribute.range()).collect()
}

fn is_active(node: Node<'_, '_>) -> bool {
    let name = node.tag_name().name().to_ascii_lowercase();
    let writes_active = || {
        let target = node.attribute("attributeName").unwrap_or_default().to_ascii_lowercase();
        let target = target.rsplit(':').next().unwrap_or_default();
        target == "href" || target.starts_with("on")
    };
    ELEMENTS.contains(&name.as_str()) || (ANIMATIONS.contains(&name.as_str()) && writes_active())
}

fn is_active_attribute(attribute: &Attribute<'_, '_>) -> bool {
    let name = attribute.name().to_ascii_lowercase();
    // Browsers skip blanks and control characters inside a scheme.
    let value = attribute.value().chars().filter(|c| !c.is_whitespace() && !c.is_control());
    let value: String = value.take(64).collect::<String>().to_ascii_lowercase();
    let is_script =
        ["javascript:", "vbscript:", "livescript:"].iter().any(|scheme| value.starts_with(scheme));
    let is_document = value.starts_with("data:") && !value.starts_with("data:image/")
        || value.starts_with("data:image/svg");
    name.starts_with("on") || is_script || (matches!(name.as_str(), "href" | "src") && is_document)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(sanitize(text.as_bytes()).as_deref(), Some(expected));
    }

    #[test]
    fn scripts_are_cut_out() {
        check("<svg><script>alert(1)</script><g/></svg>", "<svg><g/></svg>");
        check("<svg><SCRIPT/><g/></svg>", "<svg><g/></svg>");
        check("<svg xmlns:h='x'><h:script/></svg>", "<svg xmlns:h='x'></svg>");
        check(
            "<svg onload='alert(1)' width='5'><g onclick=\"x\"/></svg>",
            "<svg  width='5'><g /></svg>",
        );
        check("<svg><foreignObject><script/></foreignObject></svg>", "<svg></svg>");
        check("<svg><a href='javascript:x'><g/></a></svg>", "<svg><a ><g/></a></svg>");
        check(
            "<svg xmlns:l='x'><a l:href='JaVa&#10;script:x'/></svg>",
            "<svg xmlns:l='x'><a /></svg>",
        );
        check("<svg><set attributeName='onclick' to='x'/></svg>", "<svg></svg>");
        check("<svg><animate attributeName='xlink:href' to='javascript:x'/></svg>", "<svg></svg>");
        check("<?xml-stylesheet href='x.xsl'?><svg/>", "<svg/>");
        check("<svg><image href='data:image/svg+xml,x'/></svg>", "<svg><image /></svg>");
    }

    #[test]
    fn the_rest_stays_byte_for_byte() {
        for text in [
            "<?xml version='1.0'?>\n<svg  a='&amp;'><!-- x --><g style='fill:red'/></svg>\n",
            "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/x.dtd'><svg/>",
            "<svg><a href='https://example.com'/><use href='#a'/><image href='data:image/png;base64,AA'/></svg>",
            "<svg><animate attributeName='x' to='5'/></svg>",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in ["", "<svg>", "no svg", "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>"] {
            assert_eq!(sanitize(text.as_bytes()), None, "{text}");
        }
        assert_eq!(sanitize(b"<svg>\xff</svg>"), None);
        let deep = format!("{}{}", "<g>".repeat(200_000), "</g>".repeat(200_000));
        let _ = sanitize(deep.as_bytes());
    }

    proptest! {
        #[test]
        fn never_panics(text in "[<>/a-z='\" &;!?-]{0,120}") {
            let _ = sanitize(text.as_bytes());
        }
    }
}
