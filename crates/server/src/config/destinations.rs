//! `sams.destinations`: names between commas, or a list of tables, one for each destination.

use std::path::PathBuf;

use anyhow::{Result, bail};
use library::{BucketConfig, DestinationConfig, DestinationPlace};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use toml::Value;

/// As it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Destinations {
    /// `name`, or `name:Provider`: all of them in the data directory.
    Names(String),
    Tables(Vec<Table>),
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Table {
    name: String,
    /// What clients are told; empty for a word that fits.
    provider: String,
    /// A directory of its own; empty for none.
    path: PathBuf,
    /// A bucket of an S3-compatible service; empty for none.
    bucket: String,
    /// Of that service; empty for Amazon.
    endpoint: String,
    region: String,
    /// In front of the names of objects.
    prefix: String,
    /// Empty: `AWS_ACCESS_KEY_ID` of the environment.
    access_key: String,
    /// Empty: `AWS_SECRET_ACCESS_KEY` of the environment.
    secret_key: String,
}

/// Not the derived one, which could not say what is wrong with a table.
impl<'de> Deserialize<'de> for Destinations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(names) => Ok(Self::Names(names)),
            tables => tables.try_into().map(Self::Tables).map_err(D::Error::custom),
        }
    }
}

impl Destinations {
    /// In the order in which they are written. [`anyhow::Error`]: the key, and what was expected.
    pub(super) fn places(&self) -> Result<Vec<DestinationConfig>> {
        let mut places: Vec<DestinationConfig> = Vec::new();
        for place in self.written()? {
            let name = &place.name;
            if name.is_empty() || name.contains('/') {
                bail!("names in `sams.destinations` must not be empty or hold `/`, found `{name}`");
            }
            if places.iter().any(|known| known.name == *name) {
                bail!("`sams.destinations` names `{name}` twice");
            }
            places.push(place);
        }
        if places.is_empty() {
            bail!("`sams.destinations` must name one destination at least, found none");
        }
        Ok(places)
    }

    fn written(&self) -> Result<Vec<DestinationConfig>> {
        match self {
            Self::Names(list) => list.split(',').map(|word| named(list, word)).collect(),
            Self::Tables(tables) => tables.iter().map(Table::place).collect(),
        }
    }
}

const LOCAL: &str = "LocalDisk";
const REMOTE: &str = "AmazonS3";

fn named(list: &str, word: &str) -> Result<DestinationConfig> {
    let (name, provider) = word.split_once(':').unwrap_or((word, LOCAL));
    let (name, provider) = (name.trim().to_owned(), provider.trim().to_owned());
    if name.is_empty() || provider.is_empty() {
        bail!("`sams.destinations` must be names between commas, found `{list}`");
    }
    Ok(DestinationConfig { name, provider, place: DestinationPlace::Home })
}

impl Table {
    fn place(&self) -> Result<DestinationConfig> {
        let name = self.name.trim();
        let (place, provider) = match (self.path.as_os_str().is_empty(), self.bucket.is_empty()) {
            (true, true) => (DestinationPlace::Home, LOCAL),
            (false, true) => (DestinationPlace::Directory(self.path.clone()), LOCAL),
            (true, false) => (DestinationPlace::Bucket(self.bucket(name)?), REMOTE),
            (false, false) => bail!(
                "the destination `{name}` of `sams.destinations` must have a `path` or a `bucket`, found both"
            ),
        };
        let provider = if self.provider.is_empty() { provider } else { &self.provider };
        Ok(DestinationConfig { name: name.to_owned(), provider: provider.to_owned(), place })
    }

    fn bucket(&self, name: &str) -> Result<BucketConfig> {
        let endpoint = self.endpoint.trim_end_matches('/');
        let is_url = endpoint.starts_with("http://") || endpoint.starts_with("https://");
        if !endpoint.is_empty() && !is_url {
            bail!(
                "the `endpoint` of the destination `{name}` must begin with http:// or https://, found `{endpoint}`"
            );
        }
        let region = if self.region.is_empty() { "us-east-1" } else { &self.region };
        let bucket = BucketConfig {
            bucket: self.bucket.clone(),
            endpoint: endpoint.to_owned(),
            region: region.to_owned(),
            prefix: self.prefix.clone(),
            access_key: or_environment(&self.access_key, "AWS_ACCESS_KEY_ID"),
            secret_key: or_environment(&self.secret_key, "AWS_SECRET_ACCESS_KEY"),
        };
        if bucket.access_key.is_empty() || bucket.secret_key.is_empty() {
            bail!(
                "the destination `{name}` of `sams.destinations` needs an `access_key` and a `secret_key`"
            );
        }
        Ok(bucket)
    }
}

fn or_environment(value: &str, variable: &str) -> String {
    if value.is_empty() { std::env::var(variable).unwrap_or_default() } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<DestinationConfig>> {
        #[derive(Deserialize)]
        struct Section {
            destinations: Destinations,
        }
        toml::from_str::<Section>(text)?.destinations.places()
    }

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str, DestinationPlace)]) {
        let expected: Vec<DestinationConfig> = expected
            .iter()
            .map(|(name, provider, place)| DestinationConfig {
                name: (*name).to_owned(),
                provider: (*provider).to_owned(),
                place: place.clone(),
            })
            .collect();
        assert_eq!(read(text).unwrap(), expected, "{text}");
    }

    #[test]
    fn destinations_are_names_or_tables() {
        use DestinationPlace::{Bucket, Directory, Home};
        check(r#"destinations = "internal""#, &[("internal", "LocalDisk", Home)]);
        check(
            r#"destinations = "internal, archive:AmazonS3""#,
            &[("internal", "LocalDisk", Home), ("archive", "AmazonS3", Home)],
        );
        check(
            r#"
                [[destinations]]
                name = "internal"
                [[destinations]]
                name = "archive"
                path = "/mnt/archive"
                provider = "Tape"
                [[destinations]]
                name = "cloud"
                bucket = "news"
                endpoint = "http://127.0.0.1:9000/"
                access_key = "a"
                secret_key = "s"
            "#,
            &[
                ("internal", "LocalDisk", Home),
                ("archive", "Tape", Directory(PathBuf::from("/mnt/archive"))),
                (
                    "cloud",
                    "AmazonS3",
                    Bucket(BucketConfig {
                        bucket: "news".to_owned(),
                        endpoint: "http://127.0.0.1:9000".to_owned(),
                        region: "us-east-1".to_owned(),
                        prefix: String::new(),
                        access_key: "a".to_owned(),
                        secret_key: "s".to_owned(),
                    }),
                ),
            ],
        );
    }

    #[test]
    fn what_cannot_be_a_destination_is_said() {
        for (text, expected) in [
            (r#"destinations = "a,,b""#, "must be names between commas"),
            (r#"destinations = "a/b""#, "must not be empty or hold `/`"),
            (r#"destinations = "a,a""#, "names `a` twice"),
            ("destinations = []", "must name one destination at least"),
            ("destinations = [{}]", "must not be empty"),
            ("destinations = 5", "expected a sequence"),
            (r#"destinations = [{ name = "a", pth = "/x" }]"#, "unknown field `pth`"),
            (r#"destinations = [{ name = "a", path = "/x", bucket = "b" }]"#, "found both"),
            (
                r#"destinations = [{ name = "a", bucket = "b", endpoint = "b" }]"#,
                "must begin with http:// or https://, found `b`",
            ),
        ] {
            let error = format!("{:#}", read(text).unwrap_err());
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
