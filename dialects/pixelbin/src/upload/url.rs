//! `POST upload/url`: a file that is fetched from elsewhere.

use std::time::Duration;

use axum::{Json, body::Body, extract::State};
use library::{Library, Spooled};
use percent_encoding::percent_decode_str;
use wire::json::Object;

use super::{Incoming, fields::Given, store, turn};
use crate::{
    Pixelbin, auth::Caller, error::ApiError, files::response::UploadedFile, names::NewName,
};

/// Its client gives up after 15 seconds, and storing takes some of them.
const PATIENCE: Duration = Duration::from_secs(12);

/// Longer texts are no URLs.
const MAX_URL: usize = 8192;

pub(crate) async fn upload(
    State(app): State<Pixelbin>,
    caller: Caller,
    body: Body,
) -> Result<Json<UploadedFile>, ApiError> {
    let mut body = Object::read(body).await?;
    let url = with_scheme(&body.required_text("url")?)?;
    let given = Given::take(&mut body)?;
    let original = last_segment(&url);
    let name = NewName::v1(given.name.as_deref(), original.as_deref())?;
    let fields = given.named(name, "direct")?;
    let _turn = turn(&app, &caller).await?;
    let bytes = fetched("url", &app.library, &url).await?;
    let incoming = Incoming { bytes, original, format: None, receipt: None };
    let asset = store(&app, caller.actor, fields, incoming).await?;
    Ok(Json(UploadedFile::new(&asset, &caller.base)))
}

/// What is at a URL; `field` says who named it.
pub(crate) async fn fetched(
    field: &str,
    library: &Library,
    url: &str,
) -> Result<Spooled, ApiError> {
    let fetched = tokio::time::timeout(PATIENCE, library.fetch(url)).await;
    let fetched = fetched.map_err(|_| {
        let seconds = PATIENCE.as_secs();
        ApiError::bad_request(format!("`{field}`: the download took longer than {seconds} s"))
    })?;
    fetched.map_err(|error| match error {
        library::Error::Invalid(why) | library::Error::TooLarge(why) => {
            ApiError::bad_request(format!("`{field}` could not be downloaded: {why}"))
        }
        error => error.into(),
    })
}

/// `example.com/a.jpg` is `http://example.com/a.jpg`.
fn with_scheme(url: &str) -> Result<String, ApiError> {
    if url.len() > MAX_URL || url.chars().any(char::is_control) {
        return Err(ApiError::bad_request(format!(
            "`url` expects a URL of at most {MAX_URL} bytes without control characters"
        )));
    }
    let url = url.trim();
    // A scheme has no dot, a host with a port has one, or is `localhost`.
    match url.split_once(':') {
        Some((scheme, rest))
            if rest.starts_with("//") || !rest.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            if scheme.contains(['.', '/']) {
                Ok(format!("http://{url}"))
            } else {
                Ok(url.into())
            }
        }
        _ => Ok(format!("http://{url}")),
    }
}

/// Of the path, decoded.
fn last_segment(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let path = rest.split(['?', '#']).next()?;
    let (_, last) = path.rsplit_once('/')?;
    let last = percent_decode_str(last).decode_utf8().ok()?;
    let last = last.rsplit('/').next().unwrap_or_default();
    (!last.is_empty() && !last.chars().any(char::is_control)).then(|| last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_may_be_missing() {
        for (url, expected) in [
            ("example.com/a.jpg", "http://example.com/a.jpg"),
            ("example.com:81/a.jpg", "http://example.com:81/a.jpg"),
            ("localhost:81/a.jpg", "http://localhost:81/a.jpg"),
            ("https://example.com/a", "https://example.com/a"),
            ("ftp://example.com/a", "ftp://example.com/a"),
            ("file:/etc/passwd", "file:/etc/passwd"),
        ] {
            assert_eq!(with_scheme(url).unwrap(), expected);
        }
        assert!(with_scheme("http://a/\r\nb").is_err());
    }

    #[test]
    fn the_last_segment_names_the_file() {
        for (url, expected) in [
            ("http://a/b/c%20d.png?x=/y", Some("c d.png")),
            ("http://a/b/", None),
            ("http://a", None),
            ("http://a/x%2Fy.png", Some("y.png")),
        ] {
            assert_eq!(last_segment(url).as_deref(), expected, "{url}");
        }
    }
}
