//! What a delivery URL means, without a library: for tests and for who fuzzes the grammar.

use crate::{
    Config, Zones,
    delivery::{Handed, read_target},
};

/// Path and query of a delivery URL, with or without our mount: its file, and the canonical text of its plan or
/// `original`. Of presets none is known. The error is what delivery would say.
pub fn explain_url(target: &str) -> Result<(String, String), String> {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let Handed { file, plan } = read_target(path, query, Config::MOUNT, &Zones::default())?;
    Ok((file, plan.map_or_else(|| "original".to_owned(), |plan| plan.normalized().to_string())))
}
