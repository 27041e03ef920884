//! Which media type an asset is said to have.

/// What is declared, where it names a picture, a film or a sound; else what the bytes tell; else what the name suggests.
pub(super) fn shown(
    declared: Option<&str>,
    sniffed: Option<&str>,
    filename: &str,
) -> Option<String> {
    let is_media =
        |mime: &&str| ["image/", "video/", "audio/"].iter().any(|kind| mime.starts_with(kind));
    declared.filter(is_media).or(sniffed).or_else(|| by_name(filename)).map(str::to_owned)
}

fn by_name(filename: &str) -> Option<&'static str> {
    let (_, extension) = filename.rsplit_once('.')?;
    let extension = extension.to_ascii_lowercase();
    KNOWN.iter().find(|(known, _)| *known == extension).map(|(_, mime)| *mime)
}

/// What newsrooms have files of.
const KNOWN: [(&str, &str); 44] = [
    ("aac", "audio/aac"),
    ("aif", "audio/x-aiff"),
    ("aiff", "audio/x-aiff"),
    ("avi", "video/x-msvideo"),
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("eps", "application/postscript"),
    ("flac", "audio/flac"),
    ("gif", "image/gif"),
    ("gz", "application/gzip"),
    ("heic", "image/heic"),
    ("html", "text/html"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("m4a", "audio/mp4"),
    ("m4v", "video/x-m4v"),
    ("md", "text/markdown"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("mpeg", "video/mpeg"),
    ("mpg", "video/mpeg"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ogg", "audio/ogg"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("rtf", "application/rtf"),
    ("svg", "image/svg+xml"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("txt", "text/plain"),
    ("wav", "audio/x-wav"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("xml", "text/xml"),
    ("zip", "application/zip"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_knows_best_is_asked_first() {
        #[track_caller]
        fn check(
            declared: Option<&str>,
            sniffed: Option<&str>,
            name: &str,
            expected: Option<&str>,
        ) {
            assert_eq!(shown(declared, sniffed, name).as_deref(), expected, "{name}");
        }
        check(Some("video/mp4"), Some("image/png"), "a.txt", Some("video/mp4"));
        check(Some("text/html"), Some("image/png"), "a.txt", Some("image/png"));
        check(Some(""), None, "a.PDF", Some("application/pdf"));
        check(None, None, "a.unknown", None);
        check(None, None, "noext", None);
        check(None, Some("text/plain"), "a.html", Some("text/plain"));
    }
}
