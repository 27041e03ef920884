//! Uploads from a URL of our own: no connection is opened for what is here already.

use futures_util::StreamExt;
use http::HeaderMap;
use library::{Body, Spooled};

use super::{Decided, Place, decide, notes::Notes};
use crate::{
    ImageKit,
    error::{ApiError, DeliveryError},
    url::{Target, below_mount},
};

/// The bytes behind a URL below our URL endpoint; `None` for all other URLs. It opens what it would open for a browser,
/// no more.
pub(crate) async fn own(app: &ImageKit, url: &str) -> Option<Result<Spooled, ApiError>> {
    let (path, query) = below_mount(&app.config, url)?;
    let target = Target::parse(path, query)?;
    Some(read(app, target).await)
}

async fn read(app: &ImageKit, target: Target<'_>) -> Result<Spooled, ApiError> {
    let place = Place::find(&app.library, target).await;
    let place = place.map_err(DeliveryError::into_upload_error)?;
    let Decided { delivery, .. } = decide(app, &place, &HeaderMap::new(), &mut Notes::default())
        .await
        .map_err(DeliveryError::into_upload_error)?;
    let body = delivery
        .open(None)
        .await
        .map_err(|error| DeliveryError::from(error).into_upload_error())?;
    let mut spool = app.library.spool()?;
    match body {
        Body::Bytes(bytes) => spool.write(bytes).await?,
        Body::Stream { mut stream, .. } => {
            while let Some(part) = stream.next().await {
                let part = part.map_err(|_| {
                    ApiError::bad_request("`file` could not be downloaded: it broke off")
                })?;
                spool.write(part).await?;
            }
        }
    }
    Ok(spool.finish().await?)
}
