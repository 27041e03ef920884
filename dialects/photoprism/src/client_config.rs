//! What clients are told about the server: `GET /config`, and inside of sessions.

use axum::{extract::State, response::Response};
use http::StatusCode;
use library::{PhotoCounts, UrlTokens};
use serde_json::{Value, json};

use crate::{
    Config, PhotoPrism, answer,
    auth::{Caller, MaybeCaller},
    error::ApiError,
    sizes::Size,
};

/// What the tokens are called where nobody needs one, or nobody gets one.
const PUBLIC: &str = "public";

/// `GET /status`.
pub(crate) async fn status() -> Response {
    answer::json(StatusCode::OK, &json!({ "status": "operational" }))
}

/// `GET /config`: less for who is not signed in.
pub(crate) async fn config(
    State(app): State<PhotoPrism>,
    MaybeCaller(caller): MaybeCaller,
) -> Result<Response, ApiError> {
    let config = match &caller {
        Some(caller) => of(&app, caller).await?,
        None => general(&app.config, None),
    };
    Ok(answer::ok(&config))
}

/// Everything, for somebody who is signed in.
pub(crate) async fn of(app: &PhotoPrism, caller: &Caller) -> Result<Value, ApiError> {
    let counts = app.library.photo_counts(caller.actor).await?;
    let years = app.library.photo_years(caller.actor).await?;
    let tokens =
        if app.config.public { None } else { Some(app.library.url_tokens(&caller.user).await?) };
    let mut config = general(&app.config, tokens.as_ref());
    config["count"] = count(&counts);
    config["years"] = json!(years);
    Ok(config)
}

fn count(counts: &PhotoCounts) -> Value {
    json!({
        "all": counts.all,
        "photos": counts.all,
        "media": counts.all,
        "animated": 0,
        "live": 0,
        "audio": 0,
        "documents": 0,
        "videos": 0,
        "cameras": 0,
        "lenses": 0,
        "countries": 0,
        "hidden": 0,
        "archived": counts.archived,
        "favorites": counts.favorites,
        "review": counts.review,
        "stories": 0,
        "private": counts.private,
        "albums": counts.albums,
        "private_albums": 0,
        "moments": 0,
        "months": 0,
        "states": 0,
        "folders": counts.folders,
        "files": counts.all + counts.archived,
        "people": 0,
        "places": 0,
        "labels": counts.labels,
        "labelMaxPhotos": 0,
    })
}

fn general(config: &Config, tokens: Option<&UrlTokens>) -> Value {
    let (preview, download) =
        tokens.map_or((PUBLIC, PUBLIC), |tokens| (&*tokens.preview, &*tokens.download));
    let thumbs: Vec<Value> = Size::fits()
        .filter(|size| size.width.max(size.height) <= config.thumb_limit)
        .map(|size| {
            json!({ "size": size.name, "usage": size.usage, "w": size.width, "h": size.height })
        })
        .collect();
    let mut told = json!({
        "mode": if tokens.is_some() || config.public { "user" } else { "public" },
        "name": "PhotoPrism",
        "edition": "ce",
        "version": concat!("halftone-", env!("CARGO_PKG_VERSION")),
        "about": "Halftone",
        "copyright": "",
        "public": config.public,
        "readonly": false,
        "authMode": if config.public { PUBLIC } else { "password" },
        "baseUri": Config::MOUNT,
        "apiUri": "/api/v1",
        "contentUri": format!("{}/api/v1", Config::MOUNT),
        "siteUrl": format!("{}{}/", config.public_url, Config::MOUNT),
        "siteTitle": "PhotoPrism",
        "siteCaption": "",
        "previewToken": preview,
        "downloadToken": download,
        "thumbs": thumbs,
        "count": {},
        "ext": {},
    });
    // Lists of what there is, which are empty where nothing is recognised.
    for list in LISTS {
        told[list] = json!([]);
    }
    for (switch, is_disabled) in DISABLED {
        told["disable"][switch] = json!(is_disabled);
    }
    told["settings"] = settings(config);
    told
}

const LISTS: [&str; 8] =
    ["years", "albums", "cameras", "lenses", "countries", "people", "categories", "colors"];

const DISABLED: [(&str, bool); 9] = [
    ("webdav", true),
    ("settings", true),
    ("places", true),
    ("faces", true),
    ("classification", true),
    ("ffmpeg", true),
    ("raw", true),
    ("backups", true),
    ("tensorflow", true),
];

/// What can be done here, in the words of the settings page.
pub(crate) fn settings(config: &Config) -> Value {
    let mut features = json!({ "download": config.downloads });
    for on in [
        "upload",
        "private",
        "review",
        "archive",
        "albums",
        "favorites",
        "labels",
        "folders",
        "files",
        "import",
        "delete",
        "edit",
    ] {
        features[on] = json!(true);
    }
    for off in ["share", "people", "places", "videos", "moments"] {
        features[off] = json!(false);
    }
    json!({
        "features": features,
        "download": {
            "name": "file", "disabled": !config.downloads, "originals": true, "mediaRaw": false,
            "mediaSidecar": false,
        },
    })
}
