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
    routing::{MethodRouter, any, delete, get, patch, post, put},
};
use library::{Library, RateLimiter};
use wire::{json, time, unread};

use accounts::{origins, url_endpoints, usage, webhooks};

mod accounts;
mod api_headers;
mod auth;
mod bulk_jobs;
mod config;
mod custom_fields;
mod delivery;
mod endpoint;
mod error;
mod explain;
mod extensions;
mod files;
mod folders;
mod herald;
mod ids;
mod metadata;
mod named_transformations;
mod names;
mod options;
mod purge;
mod saved_extensions;
mod search;
mod signature;
mod svg;
mod tags;
mod transformation;
mod upload;
mod url;

pub use config::Config;
pub use explain::{
    Meaningless, Meant, check_url, explain, explain_checks, explain_search, explain_url,
};

/// What handlers work with.
#[derive(Debug, Clone)]
pub struct ImageKit {
    library: Library,
    config: Arc<Config>,
    /// For calls of the API, by key.
    limiter: Arc<RateLimiter>,
}

impl ImageKit {
    /// Also tells the library's events in the words of this dialect from now on.
    pub fn new(library: Library, config: Config) -> Self {
        let config = Arc::new(config);
        library.tell_with(herald::herald(Arc::clone(&config)));
        let limiter = Arc::new(RateLimiter::new(config.rate));
        Self { library, config, limiter }
    }
}

/// Everything below the mount, or at the root of a host of its own.
pub fn router(app: ImageKit) -> Router {
    let api = both_ways([
        ("/v1/files", get(files::list)),
        ("/v1/files/{id}", delete(files::delete)),
        ("/v1/files/{id}/details", get(files::details).patch(files::update)),
        ("/v1/files/{id}/metadata", get(metadata::of_file)),
        ("/v1/files/{id}/versions", get(files::versions::list)),
        (
            "/v1/files/{id}/versions/{version}",
            get(files::versions::details).delete(files::versions::delete),
        ),
        ("/v1/files/{id}/versions/{version}/restore", put(files::versions::restore)),
        ("/v1/files/batch/deleteByFileIds", post(files::bulk::delete)),
        ("/v1/files/addTags", post(files::bulk::add_tags)),
        ("/v1/files/removeTags", post(files::bulk::remove_tags)),
        ("/v1/files/removeAITags", post(files::bulk::remove_ai_tags)),
        ("/v1/files/copy", post(files::relocate::copy)),
        ("/v1/files/move", post(files::relocate::relocate)),
        ("/v1/files/rename", put(files::relocate::rename)),
        ("/v1/files/purge", post(purge::create)),
        ("/v1/files/purge/{id}", get(purge::status)),
        ("/v1/folder", post(folders::create).delete(folders::delete)),
        ("/v1/bulkJobs/copyFolder", post(bulk_jobs::copy)),
        ("/v1/bulkJobs/moveFolder", post(bulk_jobs::relocate)),
        ("/v1/bulkJobs/renameFolder", post(bulk_jobs::rename)),
        ("/v1/bulkJobs/{id}", get(bulk_jobs::status)),
        ("/v1/metadata", get(metadata::of_url)),
    ])
    // What an account sets up for itself.
    .merge(both_ways([
        ("/v1/customMetadataFields", get(custom_fields::list).post(custom_fields::create)),
        (
            "/v1/customMetadataFields/{id}",
            patch(custom_fields::update).delete(custom_fields::delete),
        ),
        (
            "/v1/named-transformations",
            get(named_transformations::list).post(named_transformations::create),
        ),
        (
            "/v1/named-transformations/{id}",
            get(named_transformations::get)
                .patch(named_transformations::update)
                .delete(named_transformations::delete),
        ),
        ("/v1/saved-extensions", get(saved_extensions::list).post(saved_extensions::create)),
        (
            "/v1/saved-extensions/{id}",
            get(saved_extensions::get)
                .patch(saved_extensions::update)
                .delete(saved_extensions::delete),
        ),
        ("/v1/accounts/origins", get(origins::list).post(origins::create)),
        (
            "/v1/accounts/origins/{id}",
            get(origins::get).put(origins::replace).delete(origins::delete),
        ),
        ("/v1/accounts/url-endpoints", get(url_endpoints::list).post(url_endpoints::create)),
        (
            "/v1/accounts/url-endpoints/{id}",
            get(url_endpoints::get).put(url_endpoints::replace).delete(url_endpoints::delete),
        ),
        ("/v1/accounts/usage", get(usage::usage)),
        ("/v1/accounts/usage-analytics", get(usage::analytics)),
        ("/v1/accounts/webhooks", get(webhooks::list).post(webhooks::create)),
        (
            "/v1/accounts/webhooks/{id}",
            get(webhooks::get).patch(webhooks::update).delete(webhooks::delete),
        ),
    ]))
    .merge(no_endpoints(["/v1", "/v2"]))
    .method_not_allowed_fallback(async || error::ApiError::method_not_allowed())
    .layer(middleware::from_fn(unread::discard))
    .layer(middleware::from_fn_with_state(app.clone(), api_headers::api));
    let upload = both_ways([
        ("/api/v1/files/upload", post(upload::upload).options(upload::preflight)),
        ("/api/v2/files/upload", post(upload::upload_v2).options(upload::preflight)),
    ])
    .merge(no_endpoints(["/api"]))
    .method_not_allowed_fallback(async || error::ApiError::method_not_allowed())
    .layer(middleware::from_fn(unread::discard))
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
