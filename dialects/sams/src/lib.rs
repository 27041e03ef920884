//! The protocol of SAMS, Superdesk's asset management service: routes, documents, validation, search language, errors.
//!
//! A handler reads `parse -> library.verb(..) -> respond`. Nothing here knows SQL, files or pixels. To add an endpoint: a
//! line in [`router`] and a file named after what it does. `docs/dialects/sams.md` says what is covered.

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{MethodRouter, get, patch, post},
};
use library::Library;

mod assets;
mod auth;
mod binary;
mod body;
mod config;
mod cors;
mod destinations;
mod error;
mod eve;
mod home;
mod images;
mod query;
mod schema;
mod search;
mod sets;
mod time;

pub use config::{Auth, Config};

/// What handlers work with.
#[derive(Debug, Clone)]
pub struct Sams {
    library: Library,
    config: Arc<Config>,
}

impl Sams {
    pub fn new(library: Library, config: Config) -> Self {
        Self { library, config: Arc::new(config) }
    }
}

/// Everything below the mount, which is there with a slash at its end as well: the client calls it so.
pub fn mounted(app: Sams) -> Router {
    let home = Router::new()
        .route(&format!("{}/", Config::MOUNT), get(home::home))
        .method_not_allowed_fallback(cors::other_method)
        .layer(middleware::from_fn(cors::answer))
        .with_state(app.clone());
    Router::new().nest(Config::MOUNT, router(app)).merge(home)
}

/// Everything below the mount, or at the root of a port of its own.
pub fn router(app: Sams) -> Router {
    let api = both_ways([
        ("/consume/sets", get(sets::list)),
        ("/consume/sets/{id}", get(sets::item)),
        ("/consume/assets", get(assets::list)),
        ("/consume/assets/{id}", get(assets::item)),
        ("/consume/assets/binary/{id}", get(binary::original)),
        ("/consume/assets/images/{id}", get(images::download)),
        ("/consume/assets/compressed_binary/{ids}", get(binary::zip)),
        ("/produce/assets", post(assets::create)),
        ("/produce/assets/{id}", patch(assets::update).delete(assets::delete)),
        ("/produce/assets/images/{id}", post(images::generate)),
        ("/produce/assets/lock/{id}", patch(assets::lock)),
        ("/produce/assets/unlock/{id}", patch(assets::unlock)),
        ("/produce/assets/unlock_user_session", patch(assets::unlock_session)),
        ("/admin/sets", post(sets::create)),
        ("/admin/sets/{id}", patch(sets::update).delete(sets::delete)),
        ("/admin/destinations", get(destinations::list)),
        ("/admin/destinations/{name}", get(destinations::item)),
    ])
    .route("/", get(home::home))
    // The public file server of the reference: a process of its own there.
    .route("/assets/{*path}", get(binary::public::file))
    .method_not_allowed_fallback(cors::other_method)
    .fallback(error::no_such_path);
    api.layer(middleware::from_fn(wire::unread::discard))
        .layer(middleware::from_fn(cors::answer))
        .with_state(app)
}

/// Each path with and without a trailing slash, as the reference takes them.
fn both_ways<const N: usize>(routes: [(&str, MethodRouter<Sams>); N]) -> Router<Sams> {
    routes.into_iter().fold(Router::new(), |router, (path, methods)| {
        router.route(path, methods.clone()).route(&format!("{path}/"), methods)
    })
}
