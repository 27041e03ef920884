//! Drawings that stand where there is no picture. Clients show what they get, so most failures are one of these and 200.

use axum::{body::Body, extract::Path, response::Response};
use http::{HeaderValue, StatusCode, header};

/// What a drawing says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    User,
    Face,
    Camera,
    Photo,
    Raw,
    File,
    Video,
    Label,
    Portrait,
    /// Also of albums.
    Folder,
    Broken,
    Uncached,
}

impl Icon {
    /// As `/svg/{name}` has them.
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "user" => Self::User,
            "face" => Self::Face,
            "camera" => Self::Camera,
            "photo" => Self::Photo,
            "raw" => Self::Raw,
            "file" => Self::File,
            "video" => Self::Video,
            "label" => Self::Label,
            "portrait" => Self::Portrait,
            "folder" | "album" => Self::Folder,
            "broken" => Self::Broken,
            "uncached" => Self::Uncached,
            _ => return None,
        })
    }

    /// What stands between the tags: lines of a grid of 24 x 24.
    fn lines(self) -> &'static str {
        match self {
            Self::User => r#"<circle cx="12" cy="8" r="4"/><path d="M4 21c0-5 4-7 8-7s8 2 8 7"/>"#,
            Self::Face => {
                r#"<circle cx="12" cy="12" r="9"/><path d="M8 15c2 2.500 6 2.500 8 0M9 9v1M15 9v1"/>"#
            }
            Self::Camera => {
                r#"<path d="M3 7h4l2-3h6l2 3h4v13H3z"/><circle cx="12" cy="13" r="4"/>"#
            }
            Self::Photo => {
                r#"<path d="M3 4h18v16H3z"/><path d="M3 17l5-6 4 5 3-3 6 6"/><circle cx="16" cy="8.500" r="1.500"/>"#
            }
            Self::Raw => r#"<path d="M3 4h18v16H3z"/><path d="M7 15V9h3l-2 3 2 3M13 15l2-6 2 6"/>"#,
            Self::File => r#"<path d="M6 3h8l5 5v13H6z"/><path d="M14 3v5h5"/>"#,
            Self::Video => r#"<path d="M3 6h12v12H3z"/><path d="M15 11l6-4v10l-6-4"/>"#,
            Self::Label => {
                r#"<path d="M3 3h8l10 10-8 8L3 11z"/><circle cx="7.500" cy="7.500" r="1.500"/>"#
            }
            Self::Portrait => {
                r#"<path d="M4 3h16v18H4z"/><circle cx="12" cy="10" r="3"/><path d="M7 18c1-4 9-4 10 0"/>"#
            }
            Self::Folder => r#"<path d="M3 5h6l2 3h10v12H3z"/>"#,
            Self::Broken => {
                r#"<path d="M3 4h18v7l-4 3-4-4-4 4-6-3z"/><path d="M3 15l6 3 4-4 4 4 4-3v5H3z"/>"#
            }
            Self::Uncached => r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v5l4 3"/>"#,
        }
    }

    /// Without `Cache-Control`: there may be a picture in a moment.
    pub(crate) fn response(self, status: StatusCode) -> Response {
        let svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="#808080" stroke-width="1.500" stroke-linejoin="round">{}</svg>"##,
            self.lines()
        );
        let mut response = Response::new(Body::from(svg));
        *response.status_mut() = status;
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
        response
    }
}

/// `GET /svg/{name}`: the drawings by their names, without a token.
pub(crate) async fn svg(Path(name): Path<String>) -> Response {
    match Icon::parse(&name) {
        Some(icon) => icon.response(StatusCode::OK),
        None => Icon::Broken.response(StatusCode::NOT_FOUND),
    }
}
