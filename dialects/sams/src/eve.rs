//! The envelope: how documents, lists and changes look, whatever they are about.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use library::{Millis, Stamp};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use wire::respond::Validators;

use crate::{error::ApiError, query::Parameters};

pub(crate) type Document = Map<String, Value>;

/// What its documents are called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resource {
    /// `_type`
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// Where they are read.
    pub(crate) place: &'static str,
}

/// Where a page lies in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paging {
    /// From 1.
    pub(crate) page: u64,
    pub(crate) max_results: u64,
}

impl Paging {
    const DEFAULT: u64 = 25;
    const MOST: u64 = 200;

    /// What is no number, or zero, is the default.
    pub(crate) fn parse(parameters: &Parameters) -> Self {
        let number = |name: &str| {
            parameters.get(name).and_then(|text| text.trim().parse::<u64>().ok()).filter(|&n| n > 0)
        };
        Self {
            page: number("page").unwrap_or(1),
            max_results: number("max_results").unwrap_or(Self::DEFAULT).min(Self::MOST),
        }
    }

    /// What of a list that is there as a whole is on the page.
    pub(crate) fn of(self, items: Vec<Document>) -> Vec<Document> {
        let skip = usize::try_from(self.skip()).unwrap_or(usize::MAX);
        let most = usize::try_from(self.max_results).unwrap_or(usize::MAX);
        items.into_iter().skip(skip).take(most).collect()
    }

    pub(crate) fn skip(self) -> u64 {
        // What a database can skip; there is nothing left long before.
        (self.page - 1).saturating_mul(self.max_results).min(i64::MAX as u64)
    }
}

pub(crate) fn json(status: StatusCode, value: &Value) -> Response {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// A state in 40 hex digits.
pub(crate) fn etag(kind: &str, id: &str, stamp: Stamp) -> String {
    let text = format!("{kind} {id} {} {}", stamp.revision, stamp.updated);
    hex(&Sha256::digest(text)[..20])
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn link(title: &str, href: &str) -> Value {
    json!({"title": title, "href": href})
}

impl Resource {
    fn self_link(&self, id: &str) -> Value {
        link(self.title, &format!("{}/{id}", self.place))
    }

    /// `_links.self` of a document, which may have others.
    pub(crate) fn add_self(&self, document: &mut Document) {
        let id = document.get("_id").and_then(Value::as_str).unwrap_or_default();
        let own = self.self_link(id);
        links(document).insert("self".to_owned(), own);
    }

    /// The answer to reading one document; 304 if the client has it.
    pub(crate) fn item(
        &self,
        mut document: Document,
        updated: Millis,
        headers: &HeaderMap,
    ) -> Response {
        let etag = document.get("_etag").and_then(Value::as_str).unwrap_or_default();
        let validators = Validators::new(etag, updated);
        if validators.has_current(headers) {
            let mut head = HeaderMap::new();
            validate(&mut head, &validators);
            return wire::respond::not_modified(&head);
        }
        document.insert("_type".to_owned(), self.name.into());
        self.add_self(&mut document);
        let all = links(&mut document);
        all.insert("parent".to_owned(), link("home", "/"));
        all.insert("collection".to_owned(), link(self.title, self.place));
        let mut response = json(StatusCode::OK, &Value::Object(document));
        validate(response.headers_mut(), &validators);
        response
    }

    /// One page of a list. `modified`: of what is on it.
    pub(crate) fn list(
        &self,
        items: Vec<Document>,
        total: u64,
        paging: Paging,
        parameters: &Parameters,
        modified: Option<Millis>,
    ) -> Page {
        let items: Vec<Value> = items
            .into_iter()
            .map(|mut document| {
                self.add_self(&mut document);
                Value::Object(document)
            })
            .collect();
        let mut links = Map::new();
        links.insert("parent".to_owned(), link("home", "/"));
        links.insert("self".to_owned(), link(self.title, self.place));
        let mut to = |name: &str, page: u64| {
            let href = format!("{}?{}", self.place, parameters.with("page", &page.to_string()));
            links.insert(name.to_owned(), link(&format!("{} page", title_of(name)), &href));
        };
        let last = total.div_ceil(paging.max_results);
        if paging.page < last {
            to("next", paging.page + 1);
            to("last", last);
        }
        if paging.page > 1 {
            to("prev", paging.page - 1);
        }
        let body = json!({
            "_items": items,
            "_links": links,
            "_meta": {"page": paging.page, "max_results": paging.max_results, "total": total},
        });
        Page { body, total, modified: modified.unwrap_or_else(crate::time::now) }
    }
}

fn title_of(name: &str) -> &str {
    if name == "prev" { "previous" } else { name }
}

/// A list on its way.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) body: Value,
    total: u64,
    modified: Millis,
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = json(StatusCode::OK, &self.body);
        let validators = Validators::new("", self.modified);
        let headers = response.headers_mut();
        headers.insert(header::LAST_MODIFIED, validators.last_modified().clone());
        headers.insert(header::CACHE_CONTROL, FRESH);
        headers.insert("x-total-count", self.total.into());
        response
    }
}

pub(crate) const FRESH: HeaderValue = HeaderValue::from_static("max-age=0, no-cache");

fn validate(headers: &mut HeaderMap, validators: &Validators) {
    headers.insert(header::ETAG, validators.etag().clone());
    headers.insert(header::LAST_MODIFIED, validators.last_modified().clone());
    headers.insert(header::CACHE_CONTROL, FRESH);
}

fn links(document: &mut Document) -> &mut Document {
    let links = document.entry("_links").or_insert_with(|| Value::Object(Map::new()));
    if !links.is_object() {
        *links = Value::Object(Map::new());
    }
    match links {
        Value::Object(links) => links,
        // It has just been made one.
        _ => unreachable!("links are an object"),
    }
}

/// The answer to a change: the whole document as it is now. `link`: where it was changed.
pub(crate) fn changed(mut document: Document, link: Value) -> Response {
    document.insert("_status".to_owned(), "OK".into());
    links(&mut document).insert("self".to_owned(), link);
    json(StatusCode::OK, &Value::Object(document))
}

/// The answer to creating documents: of one, the document itself.
pub(crate) fn created(resource: &Resource, documents: Vec<Document>) -> Response {
    let mut items: Vec<Value> = documents
        .into_iter()
        .map(|mut document| {
            document.insert("_status".to_owned(), "OK".into());
            resource.add_self(&mut document);
            Value::Object(document)
        })
        .collect();
    if items.len() == 1 {
        return json(StatusCode::CREATED, &items.remove(0));
    }
    json(StatusCode::CREATED, &json!({"_status": "OK", "_items": items}))
}

/// A change names the state that it is meant for.
pub(crate) fn if_match(headers: &HeaderMap, etag: &str) -> Result<(), ApiError> {
    let Some(given) = headers.get(header::IF_MATCH) else {
        return Err(ApiError::precondition_required());
    };
    let given = given.to_str().unwrap_or_default().trim();
    let given = given.strip_prefix("W/").unwrap_or(given);
    let bare = given.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(given);
    if bare == etag { Ok(()) } else { Err(ApiError::precondition_failed()) }
}

/// Which fields of documents are wanted. What every document has is always there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Projection {
    Only(Vec<String>),
    Without(Vec<String>),
}

/// All of them.
impl Default for Projection {
    fn default() -> Self {
        Self::Without(Vec::new())
    }
}

impl Projection {
    /// No names are no wish.
    pub(crate) fn only(names: Vec<String>) -> Self {
        if names.is_empty() { Self::default() } else { Self::Only(names) }
    }

    pub(crate) fn apply(&self, document: &mut Document) {
        const ALWAYS: [&str; 5] = ["_id", "_created", "_updated", "_etag", "_links"];
        document.retain(|name, _| {
            ALWAYS.contains(&name.as_str())
                || match self {
                    Self::Only(names) => names.contains(name),
                    Self::Without(names) => !names.contains(name),
                }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_needs_the_current_etag() {
        let check = |given: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(given) = given {
                headers.insert(header::IF_MATCH, HeaderValue::from_str(given).unwrap());
            }
            if_match(&headers, "abc").map_err(|error| error.status.as_u16())
        };
        assert_eq!(check(None), Err(428));
        for given in ["abc", "\"abc\"", "W/\"abc\"", " abc "] {
            assert_eq!(check(Some(given)), Ok(()), "{given}");
        }
        for given in ["*", "ABC", "\"abc", "", "\"x\""] {
            assert_eq!(check(Some(given)), Err(412), "{given}");
        }
    }

    #[test]
    fn pages() {
        let paging = |query: &str| Paging::parse(&Parameters::parse(Some(query)));
        assert_eq!(paging(""), Paging { page: 1, max_results: 25 });
        assert_eq!(paging("page=3&max_results=1000"), Paging { page: 3, max_results: 200 });
        assert_eq!(paging("page=0&max_results=0"), Paging { page: 1, max_results: 25 });
        assert_eq!(paging("page=x&max_results=-1"), Paging { page: 1, max_results: 25 });
        assert_eq!(paging("page=3&max_results=10").skip(), 20);
        assert_eq!(paging("page=18446744073709551615").skip(), i64::MAX as u64);
    }
}
