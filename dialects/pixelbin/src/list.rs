//! `GET listFiles`

use axum::{
    Json,
    extract::{RawQuery, State},
};
use library::{
    Arrangement, Clause, Entry, EntryKind, FolderPath, Kinds, Listing, Query as Search, Sort,
    SortKey, TagTest, TenantId, Test,
};
use serde::Serialize;

use crate::{
    Pixelbin,
    auth::Caller,
    error::ApiError,
    files::response::FileItem,
    folders::FolderItem,
    names,
    page::{Page, Wanted},
    query::{Query, brief},
};

/// One item; `type` tells which.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Item {
    File(Box<FileItem>),
    Folder(FolderItem),
}

pub(crate) async fn list(
    State(app): State<Pixelbin>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<Item>>, ApiError> {
    let query = Query::parse(query.as_deref())?;
    let page = Wanted::read(&query)?;
    let wanted = listing(caller.actor.tenant, &query, page)?;
    let mut found = None;
    for folder in wanted.folders {
        let listing = Listing {
            query: Some(Search::All(vec![
                Test::Folder { path: folder, below: wanted.below }.into(),
                wanted.search.clone(),
            ])),
            ..wanted.listing.clone()
        };
        let page = app.library.list(caller.actor, listing).await?;
        let is_empty = page.total == Some(0);
        found = Some(page);
        // The path as it is spelled, or as slugs: whichever holds something.
        if !is_empty {
            break;
        }
    }
    let (entries, total) =
        found.map_or((Vec::new(), 0), |page| (page.entries, page.total.unwrap_or_default()));
    let item = |entry: &Entry| match entry {
        Entry::Asset(asset) | Entry::PastVersion(asset) => {
            Item::File(Box::new(FileItem::new(asset, &caller.base)))
        }
        Entry::Folder(folder) => Item::Folder(FolderItem::from(folder)),
    };
    Ok(Json(Page::new(entries.iter().map(item).collect(), page, total)))
}

/// What a query asks for.
#[derive(Debug, PartialEq)]
struct Asked {
    folders: Vec<FolderPath>,
    /// A search goes into folders below, a look at a folder does not.
    below: bool,
    search: Search,
    listing: Listing,
}

fn listing(tenant: TenantId, query: &Query, page: Wanted) -> Result<Asked, ApiError> {
    let kinds = match (query.flag("onlyFiles")?, query.flag("onlyFolders")?) {
        (Some(true), Some(true)) => {
            return Err(ApiError::bad_request("`onlyFiles` and `onlyFolders` exclude each other"));
        }
        (Some(true), _) => Kinds::Assets,
        (_, Some(true)) => Kinds::Folders,
        _ => Kinds::Both,
    };
    let (name, format, tags) = (query.text("name"), query.text("format"), query.list("tags"));
    let mut search = vec![visible()];
    search.extend(name.map(|name| Test::Shown(name.to_owned()).into()));
    search.extend(format.map(|format| Test::Format(vec![stored_format(format)]).into()));
    search
        .extend(tags.iter().map(|tag| Test::Tags(TagTest::AnyOf(vec![(*tag).to_owned()])).into()));
    let (sort, arrangement) = match query.text("sort") {
        None => (Sort { by: SortKey::Shown, descending: false }, Arrangement::FoldersFirst),
        Some(text) => (sort(text)?, Arrangement::ById),
    };
    let path = query.text("path").unwrap_or_default();
    Ok(Asked {
        folders: names::existing_folders(path),
        below: name.is_some() || format.is_some() || !tags.is_empty(),
        search: Search::All(search),
        listing: Listing {
            kinds,
            sort,
            arrangement,
            limit: page.size,
            skip: page.skip(),
            ..Listing::of(tenant)
        },
    })
}

/// What is inactive, or in a folder that is, is in no list. Whether it is listed is asked of files only, so folders go
/// by a way of their own.
fn visible() -> Search {
    let not = |test| Search::Clause(Clause { negated: true, test });
    Search::Any(vec![
        Search::All(vec![Test::Kind(vec![EntryKind::Folder]).into(), not(Test::Concealed)]),
        Search::All(vec![Test::Kind(vec![EntryKind::Asset]).into(), not(Test::Unlisted)]),
    ])
}

/// As the library calls it.
fn stored_format(format: &str) -> String {
    match names::usual(&format.to_ascii_lowercase()) {
        "heif" => "heic".to_owned(),
        usual => usual.to_owned(),
    }
}

/// A key with `-` in front or behind for descending.
fn sort(text: &str) -> Result<Sort, ApiError> {
    let key = text.strip_prefix('-').or_else(|| text.strip_suffix('-'));
    let by = match key.unwrap_or(text) {
        "name" => SortKey::Shown,
        "path" => SortKey::Folder,
        "format" => SortKey::Format,
        "size" => SortKey::Size,
        "createdAt" => SortKey::Created,
        "updatedAt" => SortKey::Updated,
        "type" => SortKey::Kind,
        _ => {
            return Err(ApiError::bad_request(format!(
                "`sort` expects name, path, format, size, createdAt, updatedAt or type, with `-` for descending, found `{}`",
                brief(text)
            )));
        }
    };
    Ok(Sort { by, descending: key.is_some() })
}
