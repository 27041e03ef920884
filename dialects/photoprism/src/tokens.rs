//! May somebody see this: by the token in a URL or, for downloads, by a session as well.

use library::Freshness;

use crate::{
    PhotoPrism,
    auth::{Caller, cleaned},
    error::ApiError,
};

/// What a URL token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Thumbnails and covers: any known preview or download token.
    Preview,
    /// Originals and archives: any known download token.
    Download,
}

impl Door {
    /// Whether the token opens it. If so, as long as what is told stays fresh.
    pub(crate) async fn open(
        self,
        app: &PhotoPrism,
        token: &str,
    ) -> Result<Option<Freshness>, ApiError> {
        if app.config.public {
            return Ok(Some(Freshness::new()));
        }
        let Some(token) = cleaned(token) else { return Ok(None) };
        let known = app.library.known_url_tokens(app.tenant().await?).await?;
        let (config, is_preview) = (&app.config, self == Self::Preview);
        let opens = match self {
            Self::Preview => known.opens_previews(&token),
            Self::Download => known.opens_downloads(&token),
        };
        let is_fixed = is_same(&config.download_token, &token)
            || is_preview && is_same(&config.preview_token, &token);
        Ok((opens || is_fixed).then(|| known.freshness().clone()))
    }
}

/// For downloads: a token that is given decides alone; without one a session will do, because the generated clients have
/// no way to send a token.
pub(crate) async fn may_download(
    app: &PhotoPrism,
    token: Option<&str>,
    caller: Option<&Caller>,
) -> Result<bool, ApiError> {
    match token.filter(|token| !token.is_empty()) {
        Some(token) => Ok(Door::Download.open(app, token).await?.is_some()),
        None => Ok(app.config.public || caller.is_some()),
    }
}

/// `fixed`: a token of the configuration, which is none if it is empty.
fn is_same(fixed: &str, token: &str) -> bool {
    !fixed.is_empty() && wire::sign::same(fixed.as_bytes(), token.as_bytes())
}
