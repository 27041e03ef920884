//! The Pixelbin protocol: routes, types, URL grammar, error shapes.
//!
//! A handler reads `parse -> library.verb(..) -> respond`. Nothing here knows SQL, files or pixels. To add an
//! endpoint: a line in [`router`] and a file named after what it does. `docs/dialects/pixelbin.md` says what is covered.

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    middleware,
    response::IntoResponse,
    routing::{any, get},
};
use library::Library;

mod auth;
mod base;
mod config;
mod delivery;
mod error;
mod organization;
mod tokens;

pub use config::Config;

/// What handlers work with.
#[derive(Debug, Clone)]
pub struct Pixelbin {
    library: Library,
    config: Arc<Config>,
}

impl Pixelbin {
    pub fn new(library: Library, config: Config) -> Self {
        Self { library, config: Arc::new(config) }
    }
}

/// Everything that is served at the origin's root: the API, which its clients cannot find below a prefix, and
/// delivery, below its mount and, because their URL helpers know no prefix either, at the root.
pub fn router(app: Pixelbin) -> Router {
    let api = Router::new()
        .route("/service/platform/organization/v1.0/apps/info", get(organization::info))
        .merge(no_endpoints("/service"))
        .method_not_allowed_fallback(async || error::ApiError::method_not_allowed())
        .layer(middleware::from_fn(wire::unread::discard));
    let delivered = || any(delivery::deliver);
    Router::new()
        .merge(api)
        .route("/v1/{*path}", delivered())
        .route("/v2/{*path}", delivered())
        .nest(Config::MOUNT, Router::new().fallback(delivery::deliver))
        .with_state(app)
}

/// What is not known below a path of the API is a JSON 404.
fn no_endpoints(root: &str) -> Router<Pixelbin> {
    let refuse = async |_: Request| error::ApiError::no_endpoint().into_response();
    Router::new().route(root, any(refuse)).route(&format!("{root}/{{*rest}}"), any(refuse))
}
