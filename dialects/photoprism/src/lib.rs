//! The PhotoPrism protocol: routes, types, search grammar, error shapes.
//!
//! A handler reads `parse -> library.verb(..) -> respond`. Nothing here knows SQL, files or pixels. To add an endpoint: a
//! line in [`router`] and a file named after what it does. `docs/dialects/photoprism.md` says what is covered.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use axum::{
    Router, middleware,
    routing::{MethodRouter, delete, get, post},
};
use library::{Library, Rate, RateLimiter, TenantId};
use tokio::sync::OnceCell;

mod absent;
mod albums;
mod answer;
mod archive;
mod area;
mod auth;
mod batch;
mod client_config;
mod config;
mod covers;
mod downloads;
mod error;
mod folders;
mod icons;
mod ids;
mod import;
mod labels;
mod listing;
mod moments;
mod names;
mod openapi;
mod params;
mod photos;
mod selection;
mod session;
mod sizes;
mod thumbs;
mod tokens;
mod upload;
mod zip;
mod zips;

pub use config::Config;
use error::ApiError;
use zips::Zips;

/// What handlers work with.
#[derive(Debug, Clone)]
pub struct PhotoPrism {
    library: Library,
    config: Arc<Config>,
    limits: Arc<Limits>,
    tenant: Arc<OnceCell<TenantId>>,
    zips: Arc<Zips>,
    /// Whether the import that runs is to stop.
    cancelled: Arc<AtomicBool>,
}

/// How often one client may be wrong.
#[derive(Debug)]
struct Limits {
    logins: RateLimiter,
    tokens: RateLimiter,
}

impl PhotoPrism {
    pub fn new(library: Library, config: Config) -> Self {
        let rate = |seconds, burst| {
            RateLimiter::new(Rate { interval: Duration::from_secs(seconds), burst })
        };
        let limits =
            Limits { logins: rate(60, config.login_burst), tokens: rate(10, config.token_burst) };
        Self {
            library,
            config: Arc::new(config),
            limits: Arc::new(limits),
            tenant: Arc::default(),
            zips: Arc::default(),
            cancelled: Arc::default(),
        }
    }

    /// Whose library is shown. A name never comes to mean another tenant, so it is looked up once.
    async fn tenant(&self) -> Result<TenantId, ApiError> {
        let find = async || {
            let found = self.library.tenant(&self.config.tenant).await?;
            found.ok_or_else(ApiError::not_found)
        };
        self.tenant.get_or_try_init(find).await.copied()
    }
}

/// Everything below the mount, or at the root of a host of its own.
pub fn router(app: PhotoPrism) -> Router {
    let api = both_ways([
        ("/status", get(client_config::status)),
        ("/config", get(client_config::config)),
        ("/settings", get(absent::settings)),
        ("/openapi.json", get(openapi::document)),
        ("/session", post(session::create).get(session::show).delete(session::delete)),
        ("/session/{id}", get(session::show_one).delete(session::delete_one)),
        ("/sessions", post(session::create).get(session::show).delete(session::delete)),
        ("/sessions/{id}", get(session::show_one).delete(session::delete_one)),
        ("/users/{uid}/passwords", post(session::mint)),
        ("/users/{uid}/upload/{token}", post(upload::receive).put(upload::process)),
        ("/import", post(import::start).delete(import::cancel)),
        ("/index", post(import::index).delete(import::cancel_index)),
        ("/subjects", get(absent::list)),
        ("/faces", get(absent::list)),
        ("/geo", get(absent::geo)),
    ])
    .merge(both_ways([
        ("/photos", get(photos::search)),
        ("/photos/{uid}", get(photos::details).put(photos::update)),
        ("/photos/{uid}/like", post(photos::like).delete(photos::dislike)),
        ("/photos/{uid}/approve", post(photos::approve)),
        ("/photos/{uid}/files/{file}/primary", post(photos::make_primary)),
        ("/photos/{uid}/label", post(photos::label)),
        ("/photos/{uid}/label/{id}", delete(photos::unlabel)),
        ("/files/{hash}", get(photos::file)),
        ("/albums", get(albums::list).post(albums::create)),
        ("/albums/{uid}", get(albums::get).put(albums::update).delete(albums::delete)),
        ("/albums/{uid}/like", post(albums::like).delete(albums::dislike)),
        ("/albums/{uid}/photos", post(albums::add).delete(albums::remove)),
        ("/albums/{uid}/clone", post(albums::clone)),
        ("/labels", get(labels::list)),
        ("/labels/{uid}", get(labels::get).put(labels::update)),
        ("/labels/{uid}/like", post(labels::like).delete(labels::dislike)),
        ("/folders/originals", get(folders::root)),
        ("/folders/import", get(folders::import)),
        ("/batch/photos/archive", post(batch::archive)),
        ("/batch/photos/restore", post(batch::restore)),
        ("/batch/photos/approve", post(batch::approve)),
        ("/batch/photos/private", post(batch::private)),
        ("/batch/photos/delete", post(batch::delete)),
        ("/batch/albums/delete", post(batch::delete_albums)),
        ("/batch/labels/delete", post(batch::delete_labels)),
    ]))
    // Pictures and files.
    .merge(both_ways([("/svg/{name}", get(icons::svg)), ("/zip", post(zips::create))]))
    .merge(
        both_ways([
            ("/t/{thumb}/{token}/{size}", get(thumbs::thumb)),
            ("/t/{thumb}//{size}", get(thumbs::thumb_without_token)),
            ("/albums/{uid}/t/{token}/{size}", get(covers::of_album)),
            ("/albums/{uid}/t//{size}", get(covers::of_album_without_token)),
            ("/labels/{uid}/t/{token}/{size}", get(covers::of_label)),
            ("/labels/{uid}/t//{size}", get(covers::of_label_without_token)),
            ("/folders/t/{uid}/{token}/{size}", get(covers::of_folder)),
            ("/folders/t/{uid}//{size}", get(covers::of_folder_without_token)),
            ("/dl/{hash}", get(downloads::by_hash)),
            ("/photos/{uid}/dl", get(downloads::of_photo)),
            ("/albums/{uid}/dl", get(albums::download::download)),
            ("/zip/{filename}", get(zips::get)),
        ])
        .route_layer(middleware::from_fn_with_state(app.clone(), answer::count)),
    )
    .route("/import/{*path}", post(import::start_below))
    .route("/folders/originals/{*path}", get(folders::below))
    .route("/folders/import/{*path}", get(folders::import));
    Router::new()
        .nest("/api/v1", api)
        .fallback(async || ApiError::not_found())
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        .layer(middleware::from_fn(wire::unread::discard))
        .layer(middleware::from_fn(answer::headers))
        .with_state(app)
}

/// Each path with and without a trailing slash, because clients send both.
fn both_ways<const N: usize>(routes: [(&str, MethodRouter<PhotoPrism>); N]) -> Router<PhotoPrism> {
    routes.into_iter().fold(Router::new(), |router, (path, methods)| {
        router.route(path, methods.clone()).route(&format!("{path}/"), methods)
    })
}
