//! The image calls of Glean's client API: one that takes an image, one that gives it back.
//!
//! A handler reads `parse -> library.verb(..) -> respond`. Nothing here knows SQL, files or pixels. To add an
//! endpoint: a line in [`router`], a file named after what it does, and its description in `openapi.json`.
//! `docs/dialects/glean.md` says what is covered.

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{get, post},
};
use library::{Library, RateLimiter};
use wire::unread;

mod address;
mod auth;
mod base;
mod config;
mod error;
mod formats;
mod images;
mod openapi;
mod parameters;
mod upload;

pub use config::Config;

use error::ApiError;

/// What handlers work with.
#[derive(Debug, Clone)]
pub struct Glean {
    library: Library,
    config: Arc<Config>,
    /// By token and acting user.
    limiter: Arc<RateLimiter>,
}

impl Glean {
    pub fn new(library: Library, config: Config) -> Self {
        let limiter = Arc::new(RateLimiter::new(config.rate));
        Self { library, config: Arc::new(config), limiter }
    }
}

/// Everything below the mount.
pub fn router(app: Glean) -> Router {
    Router::new()
        .route("/rest/api/v1/images", get(images::images))
        .route("/rest/api/v1/uploadimage", post(upload::upload))
        .route("/rest/api/v1/openapi.json", get(openapi::document))
        .fallback(async || ApiError::no_endpoint())
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        .layer(middleware::from_fn(unread::discard))
        .with_state(app)
}
