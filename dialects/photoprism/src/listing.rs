//! What lists say beside their rows: integrations read counts and tokens from headers.

use http::{HeaderMap, HeaderValue};

use crate::{PhotoPrism, auth::Caller, error::ApiError};

/// Most rows of an answer.
pub(crate) const MOST: u64 = 100_000;

/// Which rows of how many there are in an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    pub(crate) count: usize,
    pub(crate) limit: u64,
    pub(crate) offset: u64,
}

pub(crate) async fn insert(
    headers: &mut HeaderMap,
    app: &PhotoPrism,
    caller: &Caller,
    range: Range,
) -> Result<(), ApiError> {
    headers.insert("x-count", range.count.into());
    headers.insert("x-limit", range.limit.into());
    headers.insert("x-offset", range.offset.into());
    if app.config.public {
        return Ok(());
    }
    let tokens = app.library.url_tokens(&caller.user).await?;
    for (name, token) in
        [("x-preview-token", tokens.preview), ("x-download-token", tokens.download)]
    {
        if let Ok(token) = HeaderValue::try_from(token) {
            headers.insert(name, token);
        }
    }
    Ok(())
}
