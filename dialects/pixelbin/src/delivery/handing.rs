//! How an answer is handed over: what the query says beside the pattern.

use http::HeaderMap;

use super::url::{decode_value, parameters};
use crate::transformation::Surroundings;

/// Densities that make sense.
const DENSITIES: std::ops::RangeInclusive<f64> = 0.1..=5.0;

/// What the query says. Of several parameters of a name the last one counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Handing {
    pub(crate) density: Option<DensityOf>,
    pub(crate) auto_format: bool,
    pub(crate) download: Option<Download>,
    /// It says that it is to be shown.
    pub(crate) is_inline: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum DensityOf {
    Number(f64),
    /// That of the client's screen.
    Client,
}

/// Offered as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Download {
    /// Under its own name.
    AsItIs,
    Named(String),
}

/// `dpr` of a query that is no density.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`dpr` expects a number from 0.1 to 5, or auto, found `{0}`")]
pub(crate) struct NoDensity(String);

impl Handing {
    pub(crate) fn read(query: &str) -> Result<Self, NoDensity> {
        let mut handing = Self::default();
        for (name, value) in parameters(query) {
            match name {
                "dpr" => handing.density = density(&decode_value(value))?,
                // Python writes its own word for it.
                "f_auto" => handing.auto_format = value.eq_ignore_ascii_case("true"),
                "preview" => handing.is_inline = value.eq_ignore_ascii_case("true"),
                "download" => {
                    handing.download = match decode_value(value) {
                        name if name.is_empty() || name.eq_ignore_ascii_case("false") => None,
                        name if name.eq_ignore_ascii_case("true") => Some(Download::AsItIs),
                        name => Some(Download::Named(name)),
                    };
                }
                _ => {}
            }
        }
        Ok(handing)
    }

    pub(crate) fn surroundings(&self, headers: &HeaderMap) -> Surroundings {
        let dpr = match self.density {
            None => 1.0,
            Some(DensityOf::Number(number)) => number,
            Some(DensityOf::Client) => clients(headers),
        };
        Surroundings { dpr, auto_format: self.auto_format }
    }

    pub(crate) fn follows_screen(&self) -> bool {
        self.density == Some(DensityOf::Client)
    }
}

fn density(value: &str) -> Result<Option<DensityOf>, NoDensity> {
    match value {
        "" => Ok(None),
        "auto" => Ok(Some(DensityOf::Client)),
        value => match value.parse() {
            Ok(number) if DENSITIES.contains(&number) => Ok(Some(DensityOf::Number(number))),
            _ => Err(NoDensity(value.chars().take(40).filter(|c| !c.is_control()).collect())),
        },
    }
}

/// The newer name of the hint first; what is no density is 1.
fn clients(headers: &HeaderMap) -> f64 {
    let hint = ["sec-ch-dpr", "dpr"].iter().find_map(|name| headers.get(*name));
    let number = hint.and_then(|hint| hint.to_str().ok()?.trim().parse().ok());
    number.filter(|number| DENSITIES.contains(number)).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_query_says_how_to_hand_it_over() {
        let read = |query| Handing::read(query).unwrap();
        assert_eq!(read("v=1&preview=false&f_auto=false"), Handing::default());
        assert!(read("preview=true").is_inline);
        assert!(read("f_auto=True").auto_format);
        assert_eq!(read("download=True").download, Some(Download::AsItIs));
        assert_eq!(read("dpr=2.5").density, Some(DensityOf::Number(2.5)));
        assert_eq!(read("dpr=").density, None);
        assert!(read("dpr=auto").follows_screen());
        assert!(read("f_auto=true").auto_format);
        assert_eq!(read("download=true").download, Some(Download::AsItIs));
        assert_eq!(read("download=false").download, None);
        assert_eq!(read("download=a+b%22.png").download, Some(Download::Named("a b\".png".into())));
        for query in ["dpr=0", "dpr=5.1", "dpr=x", "dpr=NaN", "dpr=-1"] {
            assert!(Handing::read(query).is_err(), "{query}");
        }
    }

    #[test]
    fn useless_hints_count_as_one() {
        let dpr = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs.iter().map(|(name, value)| {
                (http::HeaderName::from_static(name), HeaderValue::from_static(value))
            });
            Handing::read("dpr=auto").unwrap().surroundings(&headers.collect()).dpr.to_string()
        };
        assert_eq!(dpr(&[("dpr", "2")]), "2");
        assert_eq!(dpr(&[("dpr", "2"), ("sec-ch-dpr", "3")]), "3");
        assert_eq!(dpr(&[("dpr", "x")]), "1");
        assert_eq!(dpr(&[("dpr", "99")]), "1");
        assert_eq!(dpr(&[]), "1");
    }
}
