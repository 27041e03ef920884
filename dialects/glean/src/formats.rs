//! The images that this dialect takes and gives.

use plan::Format;

/// Each with the extension that it is saved with.
const FORMATS: [(Format, &str); 9] = [
    (Format::Jpeg, "jpg"),
    (Format::Png, "png"),
    (Format::Gif, "gif"),
    (Format::Webp, "webp"),
    (Format::Bmp, "bmp"),
    (Format::Tiff, "tiff"),
    (Format::Ico, "ico"),
    (Format::Avif, "avif"),
    (Format::Svg, "svg"),
];

/// `None`: it is not taken.
pub(crate) fn extension(format: Format) -> Option<&'static str> {
    FORMATS.iter().find(|(known, _)| *known == format).map(|(_, extension)| *extension)
}

/// Whether files of this media type are given out.
pub(crate) fn is_given(mime: &str) -> bool {
    FORMATS.iter().any(|(format, _)| format.mime() == mime)
}

/// For messages.
pub(crate) fn names() -> String {
    FORMATS.map(|(_, extension)| extension).join(", ")
}
