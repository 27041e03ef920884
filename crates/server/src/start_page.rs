//! The page at `/`: what this is, and what to paste. No secrets.

use axum::{
    extract::Path,
    http::{
        StatusCode,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};

/// The documents of the project that a user of a running server needs.
const DOCUMENTS: [(&str, &str); 9] = [
    ("readme", include_str!("../../../README.md")),
    ("operations", include_str!("../../../docs/operations.md")),
    ("imagekit", include_str!("../../../docs/dialects/imagekit.md")),
    ("pixelbin", include_str!("../../../docs/dialects/pixelbin.md")),
    ("pixelbin-delivery", include_str!("../../../docs/dialects/pixelbin-delivery.md")),
    ("sams", include_str!("../../../docs/dialects/sams.md")),
    ("photoprism", include_str!("../../../docs/dialects/photoprism.md")),
    ("glean", include_str!("../../../docs/dialects/glean.md")),
    ("changelog", include_str!("../../../CHANGELOG.md")),
];

/// The page for this origin and tenant.
pub(crate) fn render(public_url: &str, tenant: &str) -> String {
    include_str!("start_page.html")
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{public_url}}", &escape(public_url))
        .replace("{{tenant}}", &escape(tenant))
}

pub(crate) fn response(page: String) -> Response {
    // The page's own style and its one script, and nothing from anywhere else.
    const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                          base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, POLICY)], page)
        .into_response()
}

/// `GET /docs/{page}`: the text as it is in the source tree.
pub(crate) async fn document(Path(page): Path<String>) -> Response {
    match DOCUMENTS.iter().find(|(name, _)| *name == page) {
        Some((_, text)) => ([(CONTENT_TYPE, "text/plain; charset=utf-8")], *text).into_response(),
        None => (StatusCode::NOT_FOUND, "Not Found").into_response(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
