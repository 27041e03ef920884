//! `GET /photos`.

use axum::{extract::State, response::Response};
use library::{Clause, Entry, Kinds, Listing, Query, Sort, SortKey, Test};

use super::{
    q::{Filter, Wanted},
    response::PhotoRow,
};
use crate::{
    PhotoPrism, answer,
    auth::Caller,
    error::ApiError,
    listing,
    params::{Params, is_true},
};

pub(crate) async fn search(
    State(app): State<PhotoPrism>,
    caller: Caller,
    params: Params,
) -> Result<Response, ApiError> {
    let asked = Asked::read(&params)?;
    let listing = Listing {
        query: Some(asked.query),
        sort: asked.sort,
        limit: asked.count,
        skip: asked.offset,
        kinds: Kinds::Assets,
        ..Listing::of(caller.actor.tenant)
    };
    let page = app.library.list(caller.actor, listing).await?;
    let rows: Vec<PhotoRow> = page
        .entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::Asset(asset) => Some(PhotoRow::new(asset, asked.merged)),
            Entry::PastVersion(_) | Entry::Folder(_) => None,
        })
        .collect();
    let mut response = answer::ok(&rows);
    let range = listing::Range { count: rows.len(), limit: asked.count, offset: asked.offset };
    listing::insert(response.headers_mut(), &app, &caller, range).await?;
    Ok(response)
}

/// What the parameters ask for.
struct Asked {
    query: Query,
    sort: Sort,
    count: u64,
    offset: u64,
    merged: bool,
}

impl Asked {
    fn read(params: &Params) -> Result<Self, ApiError> {
        let mut wanted = Wanted::default();
        wanted.add_text(params.text("q"))?;
        for (name, value) in params.iter() {
            match (name, Filter::parse(name)) {
                ("q" | "text", _) | (_, None) => {}
                // As zero it means that there is no least.
                ("quality", _) if value == "0" => {}
                // As flags of the request only `true` asks for anything.
                ("public" | "private" | "review" | "favorite", _) if !is_true(value) => {}
                (_, Some(filter)) => wanted.add(filter, value)?,
            }
        }
        let is_archived = wanted.archived.unwrap_or(false);
        let mut tests = wanted.tests;
        tests.push(Test::Image.into());
        tests.push(Query::Clause(Clause { negated: !is_archived, test: Test::Unlisted }));
        Ok(Self {
            query: Query::All(tests),
            sort: sort(params.text("order"))?,
            count: params.count(listing::MOST)?,
            offset: params.number("offset")?,
            merged: params.flag("merged"),
        })
    }
}

/// What an order is called.
pub(crate) fn sort(order: &str) -> Result<Sort, ApiError> {
    let (by, descending) = match order {
        "newest" | "similar" => (SortKey::Taken, true),
        "oldest" => (SortKey::Taken, false),
        "" | "added" => (SortKey::Created, true),
        "edited" | "updated" | "archived" => (SortKey::Updated, true),
        "name" => (SortKey::Name, false),
        "title" => (SortKey::PhotoTitle, false),
        "size" => (SortKey::Size, true),
        "duration" => (SortKey::Duration, true),
        "relevance" => (SortKey::Quality, true),
        "random" => (SortKey::Random, false),
        _ => return Err(ApiError::bad_request()),
    };
    Ok(Sort { by, descending })
}
