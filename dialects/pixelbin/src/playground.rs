//! `GET playground/default`: a picture to try things on. It is served like a file, and is none: no list shows it, and other
//! calls do not find it.

use axum::{Json, extract::State};
use library::{Actor, Asset, FolderPath, Name};
use serde_json::Value;

use crate::{Pixelbin, auth::Caller, error::ApiError, files::response::UploadedFile};

/// 1140 x 760 pixels.
const PICTURE: &[u8] = include_bytes!("playground.jpeg");

const FOLDER: &str = "/__playground";
const NAME: &str = "playground-default.jpeg";

pub(crate) async fn default_asset(
    State(app): State<Pixelbin>,
    caller: Caller,
) -> Result<Json<Value>, ApiError> {
    let mut asset = picture(&app).await?;
    // Here it goes by a name without its extension, as what was uploaded directly does.
    asset.short_name = Some(Name::parse("playground-default").map_err(library::Error::from)?);
    let file = UploadedFile::new(&asset, &caller.base);
    let mut file = serde_json::to_value(file).map_err(|_| ApiError::not_found("File not found"))?;
    // A text here, where it is a number everywhere else.
    file["orgId"] = caller.organization().to_string().into();
    Ok(Json(file))
}

/// Who may read the picture, and the picture, if that is what a delivery asks for.
pub(crate) async fn delivered(
    app: &Pixelbin,
    tail: &str,
) -> library::Result<Option<(Actor, Asset)>> {
    if !matches!(
        tail.trim_matches('/'),
        "__playground/playground-default"
            | "__playground/playground-default.jpeg"
            | "__playground/playground-default.jpg"
    ) {
        return Ok(None);
    }
    let asset = picture(app).await?;
    Ok(Some((Actor::anonymous(asset.tenant), asset)))
}

async fn picture(app: &Pixelbin) -> library::Result<Asset> {
    let (folder, name) = (FolderPath::parse(FOLDER)?, Name::parse(NAME)?);
    app.library.built_in(&folder, &name, PICTURE).await
}
