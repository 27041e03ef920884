//! The Pixelbin protocol: routes, types, URL grammar, error shapes.
//!
//! A handler reads `parse -> library.verb(..) -> respond`. Nothing here knows SQL, files or pixels. To add an
//! endpoint: a line in [`router`] and a file named after what it does. `docs/dialects/pixelbin.md` says what is covered.

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::Request,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, get, patch, post},
};
use library::Library;
use upload::{chunked, direct, form};

mod auth;
mod base;
mod config;
mod credentials;
mod delivery;
mod error;
mod explain;
mod files;
mod folders;
mod ids;
mod list;
mod modules;
mod names;
mod organization;
mod page;
mod playground;
mod predictions;
mod presets;
mod query;
mod tokens;
mod transformation;
mod upload;

pub use config::Config;
pub use delivery::Zones;
pub use explain::explain_url;

/// What handlers work with.
#[derive(Debug, Clone)]
pub struct Pixelbin {
    library: Library,
    config: Arc<Config>,
    /// Of what anybody may keep.
    public_cache_control: &'static str,
}

impl Pixelbin {
    pub fn new(library: Library, config: Config) -> Self {
        // Said with every answer, and there is one for the life of the server.
        let public_cache_control = format!("public, max-age={}", config.max_age).leak();
        let config = Arc::new(config);
        library.tell_predictions_with(predictions::teller(Arc::clone(&config)));
        Self { library, config, public_cache_control }
    }
}

/// The asset service, where its clients look for it.
const ASSETS: &str = "/service/platform/assets/v1.0";
const PREDICTIONS: &str = "/service/platform/transformation/v1.0/predictions";
const PUBLIC_PREDICTIONS: &str = "/service/public/transformation/v1.0/predictions";

/// What scripts of other origins may do where no token is asked for.
const PUBLIC_METHODS: &str = "GET, HEAD, POST, PUT, OPTIONS";

/// Everything that is served at the origin's root: the API, which its clients cannot find below a prefix, and
/// delivery, below its mount and, because their URL helpers know no prefix either, at the root.
pub fn router(app: Pixelbin) -> Router {
    let api = Router::new()
        .nest(ASSETS, assets())
        .route("/service/platform/assets/v2.0/upload/signed-url", post(chunked::sign))
        .route("/service/platform/organization/v1.0/apps/info", get(organization::info))
        .route(&format!("{PREDICTIONS}/{{plugin}}/{{operation}}"), post(predictions::create))
        .route(&format!("{PREDICTIONS}/{{id}}"), get(predictions::get))
        .route("/service/platform/transformation/context", get(delivery::context))
        .merge(no_endpoints("/service"))
        .merge(public())
        .method_not_allowed_fallback(async || error::ApiError::method_not_allowed())
        .layer(middleware::from_fn(wire::unread::discard));
    let delivered = || any(delivery::deliver);
    Router::new()
        .merge(api)
        .route("/v1/{*path}", delivered())
        .route("/v2/{*path}", delivered())
        .route(&format!("{}/", Config::MOUNT), any(async || error::ApiError::no_endpoint()))
        .nest(Config::MOUNT, Router::new().fallback(delivery::deliver))
        .with_state(app)
}

/// Ids of files hold slashes, so one route takes all that is said about one file; its handlers look closer.
fn assets() -> Router<Pixelbin> {
    Router::new()
        .route("/credentials", post(credentials::add))
        .route("/credentials/{plugin}", patch(credentials::update).delete(credentials::delete))
        .route(
            "/files/{*file}",
            get(files::get).patch(files::update).delete(files::delete).post(files::delete_many),
        )
        .route("/folders", get(folders::details).post(folders::create))
        .route(
            "/folders/{*folder}",
            get(folders::ancestors).patch(folders::update).delete(folders::delete),
        )
        .route("/listFiles", get(list::list))
        .route("/playground/default", get(playground::default_asset))
        .route("/playground/plugins", get(modules::all))
        .route("/playground/plugins/{identifier}", get(modules::one))
        .route("/presets", get(presets::list).post(presets::add))
        .route("/presets/{name}", get(presets::get).patch(presets::update).delete(presets::delete))
        .route("/upload/direct", post(direct::upload))
        .route("/upload/url", post(upload::url::upload))
        .route("/upload/signed-url", post(form::sign))
}

/// What browsers ask without a token, from any page.
fn public() -> Router<Pixelbin> {
    let preflight = async || wire::cors::options(PUBLIC_METHODS);
    Router::new()
        .route(form::PATH, post(form::upload).options(preflight))
        .route(chunked::PATH, post(chunked::complete).put(chunked::part).options(preflight))
        .route(PUBLIC_PREDICTIONS, get(predictions::list).options(preflight))
        .route(
            &format!("{PUBLIC_PREDICTIONS}/schema/{{name}}"),
            get(predictions::schema).options(preflight),
        )
        .route(
            &format!("{PUBLIC_PREDICTIONS}/outputs/{{cloud}}/{{id}}/{{file}}"),
            get(predictions::output).options(preflight),
        )
        .layer(middleware::from_fn(for_any_origin))
}

async fn for_any_origin(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    wire::cors::allow_any_origin(response.headers_mut());
    response
}

/// Delivery alone, at the root of a host name of one cloud.
pub fn host_router(app: Pixelbin, cloud: &str) -> Router {
    Router::new()
        .fallback(delivery::deliver)
        .layer(Extension(delivery::HostOf(cloud.into())))
        .with_state(app)
}

/// What is not known below a path of the API is a JSON 404.
fn no_endpoints(root: &str) -> Router<Pixelbin> {
    let refuse = async |_: Request| error::ApiError::no_endpoint().into_response();
    Router::new().route(root, any(refuse)).route(&format!("{root}/{{*rest}}"), any(refuse))
}
