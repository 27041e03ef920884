//! XMP properties under exiftool's names.
//!
//! Simple values and lists of them; of texts in several languages the default one. Structures are left out.

use std::collections::HashSet;

use plan::probe::{Tag, TagGroup, TagValue};
use roxmltree::{Document, Node, ParsingOptions};

use crate::decode;

/// All properties of a packet that can be read; a packet that is no XML has none.
pub(super) fn read(packet: &[u8]) -> Vec<Tag> {
    /// A packet with every property of a long development history has some thousands.
    const NODES: u32 = 100_000;
    /// Settings of raw developers are attributes of one element, some thousands.
    const ATTRIBUTES: usize = 10_000;
    let Ok(text) = str::from_utf8(packet) else { return Vec::new() };
    // Writers pad packets, and some leave a byte order mark or a zero.
    let text = text.trim_matches(['\u{FEFF}', '\0', ' ', '\n', '\r', '\t']);
    if decode::most_attributes(text) > ATTRIBUTES {
        return Vec::new();
    }
    // No document type: entities have no place here.
    let options = ParsingOptions { nodes_limit: NODES, ..ParsingOptions::default() };
    let Ok(document) = Document::parse_with_options(text, options) else { return Vec::new() };
    let mut tags = Vec::new();
    let mut known = HashSet::new();
    let descriptions = document
        .descendants()
        .filter(|node| node.has_tag_name((RDF, "RDF")))
        .flat_map(|rdf| rdf.children().filter(|node| node.has_tag_name((RDF, "Description"))));
    for description in descriptions {
        let attributes = description
            .attributes()
            .filter(|attribute| is_property(attribute.namespace()))
            .map(|attribute| (attribute.name(), simple(attribute.name(), attribute.value())));
        let elements = description
            .children()
            .filter(|node| node.is_element() && is_property(node.tag_name().namespace()))
            .filter_map(|node| Some((node.tag_name().name(), value(node)?)));
        for (name, value) in attributes.chain(elements) {
            let name = renamed(name);
            // The same name in two namespaces (`xmp:CreateDate`, `exif:CreateDate`): the first counts.
            if known.insert(name.clone()) {
                tags.push(Tag { group: TagGroup::Xmp, name, value });
            }
        }
    }
    tags
}

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

fn is_property(namespace: Option<&str>) -> bool {
    namespace.is_some_and(|namespace| namespace != RDF && namespace != XML)
}

fn value(property: Node<'_, '_>) -> Option<TagValue> {
    let name = property.tag_name().name();
    let Some(inner) = property.first_element_child() else {
        let text = property.text().unwrap_or("").trim();
        return (!text.is_empty()).then(|| simple(name, text));
    };
    let items = inner.children().filter(|node| node.has_tag_name((RDF, "li")));
    let texts = items.filter(|item| item.first_element_child().is_none());
    let texts = texts.map(|item| (item.attribute((XML, "lang")), item.text().unwrap_or("").trim()));
    if inner.has_tag_name((RDF, "Alt")) {
        let texts: Vec<_> = texts.collect();
        let default = texts.iter().find(|(language, _)| *language == Some("x-default"));
        let (_, text) = default.or(texts.first())?;
        Some(simple(name, text))
    } else if inner.has_tag_name((RDF, "Bag")) || inner.has_tag_name((RDF, "Seq")) {
        let list: Vec<_> = texts.map(|(_, text)| simple(name, text)).collect();
        (!list.is_empty()).then_some(TagValue::List(list))
    } else {
        None
    }
}

fn simple(name: &str, text: &str) -> TagValue {
    if name == "Rating"
        && let Ok(number) = text.parse::<f64>()
        && number.is_finite()
    {
        return TagValue::Number(number);
    }
    TagValue::Text(dated(text).unwrap_or_else(|| text.to_owned()))
}

/// `2024-01-31T12:34:56+01:00` as `2024:01:31 12:34:56+01:00`, the form of EXIF.
fn dated(text: &str) -> Option<String> {
    let (date, time) = text.split_once('T')?;
    let has_form = |text: &str, form: &str| {
        text.len() >= form.len()
            && text.bytes().zip(form.bytes()).all(|(byte, form)| match form {
                b'0' => byte.is_ascii_digit(),
                form => byte == form,
            })
    };
    let is_date = date.len() == 10 && has_form(date, "0000-00-00") && has_form(time, "00:00");
    is_date.then(|| format!("{} {time}", date.replace('-', ":")))
}

/// exiftool's name: that of the property with a capital, or that of the same field of EXIF.
fn renamed(name: &str) -> String {
    let same = match name {
        "DateTime" => "ModifyDate",
        "DateTimeDigitized" => "CreateDate",
        "ExposureBiasValue" => "ExposureCompensation",
        "ICCProfile" => "ICCProfileName",
        "ISOSpeedRatings" | "PhotographicSensitivity" => "ISO",
        "ImageLength" => "ImageHeight",
        "PixelXDimension" => "ExifImageWidth",
        "PixelYDimension" => "ExifImageHeight",
        _ => {
            let mut characters = name.chars();
            let Some(first) = characters.next() else { return String::new() };
            return first.to_uppercase().chain(characters).collect();
        }
    };
    same.to_owned()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    const PACKET: &str = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:PixelXDimension="1024"
  xmp:CreateDate="2024-01-31T12:34:56+01:00" xmp:Rating="4">
 <dc:title><rdf:Alt><rdf:li xml:lang="de">Meer</rdf:li><rdf:li xml:lang="x-default">Sea</rdf:li></rdf:Alt></dc:title>
 <dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>sky</rdf:li></rdf:Bag></dc:subject>
 <dc:format>image/jpeg</dc:format>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"#;

    #[test]
    fn attributes_lists_and_languages_are_read() {
        let tags = read(PACKET.as_bytes());
        let value =
            |name: &str| tags.iter().find(|tag| tag.name == name).map(|tag| tag.value.clone());
        let word = |text: &str| TagValue::Text(text.to_owned());
        assert_eq!(value("CreateDate"), Some(word("2024:01:31 12:34:56+01:00")));
        assert_eq!(value("Rating"), Some(TagValue::Number(4.0)));
        assert_eq!(value("Title"), Some(word("Sea")));
        assert_eq!(value("Subject"), Some(TagValue::List(vec![word("sea"), word("sky")])));
        assert_eq!(value("Format"), Some(word("image/jpeg")));
        assert_eq!(value("ExifImageWidth"), Some(word("1024")));
        assert_eq!(value("About"), None);
    }

    #[test]
    fn what_is_no_packet_has_no_properties() {
        assert_eq!(read(b"<x:xmpmeta"), vec![]);
        assert_eq!(read(b"\xFF\xFE"), vec![]);
        let mut wide = String::new();
        for number in 0..20_000 {
            write!(wide, " a{number}=''").unwrap();
        }
        assert_eq!(read(PACKET.replace(" rdf:about=\"\"", &wide).as_bytes()), vec![]);
        let bomb = "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>";
        assert_eq!(read(bomb.as_bytes()), vec![]);
    }
}
