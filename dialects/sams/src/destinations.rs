//! Storage destinations, which are configured and not changed here.

use axum::{
    extract::{Path, RawQuery, State, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use library::Stamp;
use serde_json::json;

use crate::{
    Sams,
    auth::Caller,
    error::ApiError,
    eve::{self, Document, Paging, Resource},
    query::Parameters,
    time::moment,
};

const DESTINATIONS: Resource =
    Resource { name: "destinations", title: "Destination", place: "admin/destinations" };

pub(crate) async fn list(
    State(app): State<Sams>,
    _: Caller,
    RawQuery(query): RawQuery,
) -> Response {
    let parameters = Parameters::parse(query.as_deref());
    let paging = Paging::parse(&parameters);
    let mut names = app.library.destinations();
    names.sort_by_key(|(name, _)| *name);
    let items: Vec<Document> =
        names.into_iter().map(|(name, provider)| document(name, provider)).collect();
    let total = items.len() as u64;
    let page = paging.of(items);
    DESTINATIONS.list(page, total, paging, &parameters, Some(0)).into_response()
}

pub(crate) async fn item(
    State(app): State<Sams>,
    _: Caller,
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let wanted = name.map(|Path(name)| name).unwrap_or_default();
    let found = app.library.destinations().into_iter().find(|(name, _)| *name == wanted);
    let (name, provider) = found.ok_or_else(|| ApiError::no_destination(&wanted))?;
    Ok(DESTINATIONS.item(document(name, provider), 0, &headers))
}

/// They have no history, so they are as old as time.
fn document(name: &str, provider: &str) -> Document {
    let mut document = Document::new();
    document.insert("_id".to_owned(), name.into());
    document.insert("provider".to_owned(), provider.into());
    document.insert("_created".to_owned(), moment(0).into());
    document.insert("_updated".to_owned(), moment(0).into());
    let stamp = Stamp { revision: 0, updated: 0 };
    document.insert("_etag".to_owned(), json!(eve::etag("destination", name, stamp)));
    document
}
