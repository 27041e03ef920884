//! The ImageKit protocol: routes, types, URL grammar, error shapes.
//!
//! A handler reads `parse -> library.verb(..) -> respond`. Nothing here knows SQL, files or pixels. To add an
//! endpoint: a line in [`router`] and a file named after what it does. `docs/dialects/imagekit.md` says what is covered.

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    middleware,
    response::IntoResponse,
    routing::{MethodRouter, any, delete, get, post},
};
use library::Library;

mod api_headers;
mod auth;
mod config;
mod delivery;
mod endpoint;
mod error;
mod explain;
mod files;
mod folders;
mod json;
mod metadata;
mod names;
mod signature;
mod svg;
mod time;
mod transformation;
mod upload;
mod url;

pub use config::Config;
pub use explain::{Meaningless, Meant, explain};

/// What handlers work with.
#[derive(Debug, Clone)]
pub struct ImageKit {
    library: Library,
    config: Arc<Config>,
}

impl ImageKit {
    pub fn new(library: Library, config: Config) -> Self {
        Self { library, config: Arc::new(config) }
    }
}

/// Everything below the mount, or at the root of a host of its own.
pub fn router(app: ImageKit) -> Router {
    let api = both_ways([
        ("/v1/files", get(files::list)),
        ("/v1/files/{id}", delete(files::delete)),
        ("/v1/files/{id}/details", get(files::details)),
        ("/v1/files/{id}/metadata", get(metadata::of_file)),
        ("/v1/folder", post(folders::create)),
        ("/v1/metadata", get(metadata::of_url)),
    ])
    .merge(no_endpoints(["/v1", "/v2"]))
    .method_not_allowed_fallback(async || error::ApiError::method_not_allowed())
    .layer(middleware::from_fn(api_headers::api));
    let upload = both_ways([
        ("/api/v1/files/upload", post(upload::upload).options(upload::preflight)),
        ("/api/v2/files/upload", post(upload::upload_v2).options(upload::preflight)),
    ])
    .merge(no_endpoints(["/api"]))
    .method_not_allowed_fallback(async || error::ApiError::method_not_allowed())
    .layer(middleware::from_fn(upload::discard))
    .layer(middleware::from_fn(api_headers::upload));
    // What is no endpoint is a file.
    Router::new().merge(api).merge(upload).fallback(delivery::deliver).with_state(app)
}

/// Each path with and without a trailing slash, because SDKs send both.
fn both_ways<const N: usize>(routes: [(&str, MethodRouter<ImageKit>); N]) -> Router<ImageKit> {
    routes.into_iter().fold(Router::new(), |router, (path, methods)| {
        router.route(path, methods.clone()).route(&format!("{path}/"), methods)
    })
}

/// Names that no tenant may have: what is not known below them is a JSON 404, never a delivery.
fn no_endpoints<const N: usize>(roots: [&str; N]) -> Router<ImageKit> {
    roots.into_iter().fold(Router::new(), |router, root| {
        let refuse = async |_: Request| error::ApiError::no_endpoint().into_response();
        let [folder, below] = [format!("{root}/"), format!("{root}/{{*rest}}")];
        router.route(root, any(refuse)).route(&folder, any(refuse)).route(&below, any(refuse))
    })
}
