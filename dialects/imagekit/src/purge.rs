//! Purging caches. Nothing stale is ever served here, so it is done at once.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
};
use http::StatusCode;
use library::{JobId, PURGE};
use serde::Serialize;

use crate::{ImageKit, auth::Caller, bulk_jobs, endpoint::Endpoint, error::ApiError, json::Object};

/// Bytes of a URL.
const LONGEST: usize = 8192;

/// No other key: SDKs take none.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Accepted {
    request_id: String,
}

/// No other key: SDKs take none.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    status: &'static str,
}

/// `POST /v1/files/purge`.
pub(crate) async fn create(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<Accepted>), ApiError> {
    let url = Object::read(body).await?.required_text("url")?;
    check(&url, &caller.endpoint)?;
    let id = app.library.purge(caller.actor, &url).await?;
    Ok((StatusCode::CREATED, Json(Accepted { request_id: id.to_string() })))
}

/// `GET /v1/files/purge/{requestId}`.
pub(crate) async fn status(
    State(app): State<ImageKit>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Status>, ApiError> {
    let unknown =
        || ApiError::new(StatusCode::NOT_FOUND, "The requested purge request does not exist.");
    let id: Option<JobId> = id.ok().and_then(|Path(text)| text.parse().ok());
    let job = app.library.job(caller.actor, id.ok_or_else(unknown)?).await;
    let job = job.map_err(|error| match error {
        library::Error::NotFound(_) => unknown(),
        error => error.into(),
    })?;
    if job.kind != PURGE {
        return Err(unknown());
    }
    Ok(Json(Status { status: bulk_jobs::word(job.state) }))
}

/// A `*` stands at the end only, and only behind a path that is not all too short.
fn check(url: &str, endpoint: &Endpoint) -> Result<(), ApiError> {
    if url.len() > LONGEST || url.chars().any(char::is_control) {
        return Err(ApiError::bad_request(format!(
            "`url` expects a URL of at most {LONGEST} bytes."
        )));
    }
    let Some((before, after)) = url.split_once('*') else { return Ok(()) };
    if !after.is_empty() {
        return Err(ApiError::bad_request("`url` may have a `*` at its end only."));
    }
    if is_narrow(endpoint.path_below(before)) {
        return Ok(());
    }
    Err(ApiError::bad_request(
        "`url` may end with `*` if its path below the URL endpoint has two levels, 15 characters or is that of a file \
         with its extension.",
    ))
}

/// `path`: what stands before the `*`, without the first slash.
fn is_narrow(path: &str) -> bool {
    const CHARACTERS: usize = 15;
    let path = path.split('?').next().unwrap_or_default();
    let levels = path.split('/').filter(|level| !level.is_empty()).count();
    // `shop/` is a folder, and what is in it is the second level.
    let levels = levels + usize::from(path.ends_with('/') && levels > 0);
    let name = path.rsplit('/').next().unwrap_or_default();
    let has_extension = name
        .rsplit_once('.')
        .is_some_and(|(stem, extension)| !stem.is_empty() && !extension.is_empty());
    levels >= 2 || path.chars().count() >= CHARACTERS || has_extension
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    #[test]
    fn wildcards_stand_behind_a_path_that_is_long_enough() {
        let config =
            Config { public_url: "https://images.example.com".to_owned(), ..Config::default() };
        let endpoint = Endpoint::new(&config, "demo");
        let base = "https://images.example.com/imagekit/demo";
        for (url, is_allowed) in [
            ("/a.jpg", true),
            ("/a.jpg?tr=w-100", true),
            ("", true),
            ("/a/b*", true),
            ("/a/*", true),
            ("/a*", false),
            ("/*", false),
            ("*", false),
            ("/fourteen-chars*", false),
            ("/fifteen-letters*", true),
            ("/a.jpg*", true),
            ("/a.*", false),
            ("/.jpg*", false),
            ("/a/*/b.jpg", false),
            ("/a/b**", false),
            ("/a/b*?tr=w-1", false),
        ] {
            let outcome = check(&format!("{base}{url}"), &endpoint);
            assert_eq!(outcome.is_ok(), is_allowed, "{url}: {outcome:?}");
        }
        assert!(check("https://cdn.example.com/a/b*", &endpoint).is_ok());
        assert!(check("https://cdn.example.com/a*", &endpoint).is_err());
        assert!(check("/a/b*", &endpoint).is_ok());
        assert!(check("a\nb", &endpoint).is_err());
        assert!(check(&"a".repeat(9000), &endpoint).is_err());
    }
}
