//! The URL endpoint of a tenant: where its files are delivered from.

use library::{Asset, FolderPath, Name, VersionId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Config;

/// Everything that is not unreserved is encoded, so that no name can look like a transformation.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `https://images.example.com/imagekit/demo`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint(String);

impl Endpoint {
    pub(crate) fn new(config: &Config, tenant: &str) -> Self {
        Self(format!("{}{}/{tenant}", config.public_url, Config::MOUNT))
    }

    /// Where the current version of an asset is delivered.
    pub(crate) fn url(&self, asset: &Asset) -> String {
        format!("{}{}", self.0, encoded_path(asset))
    }

    /// Where a version is delivered that is not the current one.
    pub(crate) fn version_url(&self, asset: &Asset, version: &VersionId) -> String {
        format!("{}?ik-obj-version={version}", self.url(asset))
    }

    /// Where the picture for media libraries is delivered.
    pub(crate) fn thumbnail(&self, asset: &Asset) -> String {
        format!("{}/tr:n-ik_ml_thumbnail{}", self.0, encoded_path(asset))
    }
}

/// `/folder/name.ext`
pub(crate) fn file_path(folder: &FolderPath, name: &Name) -> String {
    format!("{}/{}", folder.as_str().trim_end_matches('/'), name.as_str())
}

fn encoded_path(asset: &Asset) -> String {
    let segments = asset.folder.segments().chain([asset.name.as_str()]);
    segments
        .flat_map(|segment| ["/".to_owned(), utf8_percent_encode(segment, ENCODED).to_string()])
        .collect()
}
