//! The URL endpoint of a tenant: where its files are delivered from.

use library::{Asset, AssetRef, FolderPath, Name, UrlEndpoints, VersionId};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Config;

/// Everything that is not unreserved is encoded, so that no name can look like a transformation.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A chain comes with its own encoding, so a `%` stays; what would end the segment or the path does not.
const CHAIN: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'/').add(b'<').add(b'>').add(b'?');

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// `https://images.example.com/imagekit/demo`
    base: String,
    /// Of longer endpoints, which begin like the path of a folder of that name.
    prefixes: Vec<String>,
}

impl Endpoint {
    pub(crate) fn new(config: &Config, tenant: &str) -> Self {
        let base = format!("{}{}/{tenant}", config.public_url, Config::MOUNT);
        Self { base, prefixes: Vec::new() }
    }

    /// Where there are longer endpoints besides: URLs are the same, unless they would be taken for one of theirs.
    pub(crate) fn beside(mut self, others: &UrlEndpoints) -> Self {
        let prefixes = others.all().iter().map(|endpoint| endpoint.settings.prefix.clone());
        self.prefixes = prefixes.filter(|prefix| !prefix.is_empty()).collect();
        self
    }

    /// Where the current version of an asset is delivered.
    pub(crate) fn url(&self, asset: &Asset) -> String {
        format!("{}{}", self.base_of(&asset.folder), encoded_path(asset))
    }

    /// Where a file of this place is delivered, if there is one.
    pub(crate) fn url_at(&self, file: &AssetRef) -> String {
        match file {
            AssetRef::At(folder, name) | AssetRef::Shown(folder, name) => {
                format!("{}{}", self.base_of(folder), encoded(folder, Some(name)))
            }
            AssetRef::Id(_) | AssetRef::Sha1(_) => self.base.clone(),
        }
    }

    /// What the URLs of all files in a folder begin with.
    pub(crate) fn folder_url(&self, folder: &FolderPath) -> String {
        format!("{}{}", self.base_of(folder), encoded(folder, None))
    }

    /// What of a URL comes below this endpoint, without a slash in front; below its host, if that is another one.
    pub(crate) fn path_below<'a>(&self, url: &'a str) -> &'a str {
        let below =
            url.strip_prefix(self.base.as_str()).unwrap_or_else(|| match url.split_once("://") {
                Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
                None => url,
            });
        below.trim_start_matches('/')
    }

    /// Where a version is delivered that is not the current one.
    pub(crate) fn version_url(&self, asset: &Asset, version: &VersionId) -> String {
        format!("{}?ik-obj-version={version}", self.url(asset))
    }

    /// Its picture for media libraries.
    pub(crate) fn version_thumbnail(&self, asset: &Asset, version: &VersionId) -> String {
        format!("{}?ik-obj-version={version}", self.thumbnail(asset))
    }

    /// Where a rendering of the current version is delivered: by a chain, which may be empty, and as a still.
    pub(crate) fn variant(&self, asset: &Asset, chain: &str, is_still: bool) -> String {
        let chain = match chain {
            "" => String::new(),
            chain => format!("/tr:{}", utf8_percent_encode(chain, CHAIN)),
        };
        let still = if is_still { "/ik-thumbnail.jpg" } else { "" };
        format!("{}{chain}{}{still}", self.base, encoded_path(asset))
    }

    /// Where the picture for media libraries is delivered.
    pub(crate) fn thumbnail(&self, asset: &Asset) -> String {
        format!("{}/tr:n-ik_ml_thumbnail{}", self.base, encoded_path(asset))
    }

    /// `/demo/shop/a.jpg` is the file `/a.jpg` where there is an endpoint `/demo/shop`, so the URL of `/shop/a.jpg`
    /// begins with that endpoint.
    fn base_of(&self, folder: &FolderPath) -> String {
        let first = folder.segments().next().unwrap_or_default();
        match self.prefixes.iter().find(|prefix| *prefix == first) {
            Some(prefix) => format!("{}/{prefix}", self.base),
            None => self.base.clone(),
        }
    }
}

/// `/folder/name.ext`
pub(crate) fn file_path(folder: &FolderPath, name: &Name) -> String {
    format!("{}/{}", folder.as_str().trim_end_matches('/'), name.as_str())
}

fn encoded_path(asset: &Asset) -> String {
    encoded(&asset.folder, Some(&asset.name))
}

fn encoded(folder: &FolderPath, name: Option<&Name>) -> String {
    let segments = folder.segments().chain(name.map(Name::as_str));
    segments
        .flat_map(|segment| ["/".to_owned(), utf8_percent_encode(segment, ENCODED).to_string()])
        .collect()
}
