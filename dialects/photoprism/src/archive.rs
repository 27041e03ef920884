//! Archives of photos: which files, under which names.

use std::{
    collections::{HashMap, hash_map::Entry},
    io,
};

use axum::response::Response;
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderValue, header};
use library::{Actor, Asset, AssetId, Body, Error, Library};
use wire::{meter::Streamed, respond::content_disposition};

use crate::{
    downloads::whole,
    names::{self, NameKind},
    zip::{self, Member},
};

/// A stored file that goes into an archive, with as little about it as will do.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    id: AssetId,
    name: String,
    size: u64,
}

/// Names inside one archive.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<String, u32>);

impl Names {
    /// The file under a name that no other has, without case: the second of a name gets ` (1)`.
    pub(crate) fn member(&mut self, asset: &Asset, kind: NameKind) -> Wanted {
        let size = asset.current.blob.size;
        Wanted { id: asset.id, name: self.unique(&names::of(asset, kind)), size }
    }

    fn unique(&mut self, name: &str) -> String {
        let (stem, extension) = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
            _ => (name, String::new()),
        };
        let mut candidate = name.to_owned();
        loop {
            if let Entry::Vacant(free) = self.0.entry(candidate.to_lowercase()) {
                free.insert(0);
                return candidate;
            }
            let count = self.0.entry(name.to_lowercase()).or_default();
            *count += 1;
            candidate = format!("{stem} ({count}){extension}");
        }
    }
}

/// Streams the files as `name`.
pub(crate) fn response(
    library: &Library,
    actor: Actor,
    name: &str,
    files: Vec<Wanted>,
) -> Response {
    let streamed = Streamed(files.iter().map(|file| file.size).sum());
    let body = zip::body(members(library.clone(), actor, files));
    let mut response = Response::new(body);
    response.extensions_mut().insert(streamed);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CONTENT_DISPOSITION, content_disposition(name));
    response
}

/// Each file is opened when its turn comes. What was deleted meanwhile is left out.
fn members(
    library: Library,
    actor: Actor,
    files: Vec<Wanted>,
) -> impl Stream<Item = io::Result<Member>> {
    stream::iter(files).filter_map(move |file| {
        let library = library.clone();
        async move {
            match open(&library, actor, file).await {
                Ok(member) => Some(Ok(member)),
                Err(Error::NotFound(_)) => None,
                Err(error) => Some(Err(io::Error::other(error))),
            }
        }
    })
}

async fn open(library: &Library, actor: Actor, file: Wanted) -> Result<Member, Error> {
    let asset = library.asset(actor, file.id).await?;
    let delivery = library.deliver(actor, whole(&asset)).await?;
    let size = asset.current.blob.size;
    let bytes = match delivery.open(None).await? {
        Body::Bytes(bytes) => stream::iter([Ok(bytes)]).boxed(),
        Body::Stream { stream, .. } => stream,
    };
    Ok(Member { name: file.name, modified: asset.current.created, size, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_without_case() {
        let mut names = Names::default();
        for (name, expected) in [
            ("a.jpg", "a.jpg"),
            ("A.JPG", "A (1).JPG"),
            ("a.jpg", "a (2).jpg"),
            ("a (1).jpg", "a (1) (1).jpg"),
            ("b", "b"),
            ("b", "b (1)"),
            (".x", ".x"),
            (".x", ".x (1)"),
        ] {
            assert_eq!(names.unique(name), expected, "{name}");
        }
    }
}
