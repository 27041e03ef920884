//! Folders: `GET /folders/originals[/path]` and `GET /folders/import[/path]`.

use axum::{
    extract::{Path, State},
    response::Response,
};
use library::{Entry, Folder, FolderPath, Kinds, Listing, Query, Sort, SortKey, Test};
use serde::Serialize;
use serde_json::json;

use crate::{
    PhotoPrism, answer,
    auth::Caller,
    error::ApiError,
    listing,
    moments::iso,
    params::Params,
    photos::response::{FileObject, relative},
};

/// Folders of one answer.
const MOST_FOLDERS: u64 = 10_000;

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "the fields of the vendor's object")]
struct FolderObject {
    path: String,
    root: &'static str,
    #[serde(rename = "UID")]
    uid: String,
    r#type: &'static str,
    title: String,
    category: &'static str,
    description: &'static str,
    order: &'static str,
    country: &'static str,
    year: i64,
    month: i64,
    day: i64,
    favorite: bool,
    private: bool,
    ignore: bool,
    watch: bool,
    file_count: u64,
    created_at: String,
    updated_at: String,
    modified_at: String,
}

impl FolderObject {
    fn new(folder: &Folder, files: u64) -> Self {
        let path = relative(&folder.path, "").trim_end_matches('/').to_owned();
        // `2024/03` says when.
        let mut date = path.split('/').map(|part| part.parse::<i64>().unwrap_or_default());
        let year = date.next().filter(|year| (1000..=9999).contains(year)).unwrap_or_default();
        let month = date.next().filter(|month| year > 0 && (1..=12).contains(month));
        Self {
            root: "/",
            uid: folder.id.uid(),
            r#type: "folder",
            title: folder.path.name().unwrap_or_default().to_owned(),
            category: "",
            description: "",
            order: "name",
            country: "zz",
            year,
            month: month.unwrap_or_default(),
            day: 0,
            favorite: false,
            private: false,
            ignore: false,
            watch: false,
            file_count: files,
            created_at: iso(folder.created),
            updated_at: iso(folder.updated),
            modified_at: iso(folder.updated),
            path,
        }
    }
}

/// `GET /folders/originals`.
pub(crate) async fn root(
    state: State<PhotoPrism>,
    caller: Caller,
    params: Params,
) -> Result<Response, ApiError> {
    below(state, caller, Path(String::new()), params).await
}

/// `GET /folders/originals/{path}`.
pub(crate) async fn below(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(path): Path<String>,
    params: Params,
) -> Result<Response, ApiError> {
    let path = FolderPath::parse(&format!("/{}", path.trim_matches('/')));
    let path = path.map_err(|_| ApiError::not_found())?;
    let folder = app.library.folder(caller.actor, &path).await?;
    let is_recursive = params.flag("recursive");
    let folders = folders(&app, &caller, &folder.path, is_recursive).await?;
    let limit = params.number("count")?.min(listing::MOST);
    let limit = if limit == 0 { listing::MOST } else { limit };
    let offset = params.number("offset")?;
    let files = if params.flag("files") {
        files(&app, &caller, &folder.path, limit, offset).await?
    } else {
        Vec::new()
    };
    let mut response = answer::ok(&json!({
        "root": "/",
        "folders": folders,
        "files": files,
        "recursive": is_recursive,
    }));
    let range = listing::Range { count: folders.len() + files.len(), limit, offset };
    listing::insert(response.headers_mut(), &app, &caller, range).await?;
    Ok(response)
}

/// `GET /folders/import`: what waits there is no part of the library, and is not shown.
pub(crate) async fn import(
    State(app): State<PhotoPrism>,
    caller: Caller,
    params: Params,
) -> Result<Response, ApiError> {
    let empty: [(); 0] = [];
    let is_recursive = params.flag("recursive");
    let mut response = answer::ok(&json!({
        "root": "import", "folders": empty, "files": empty, "recursive": is_recursive,
    }));
    let range = listing::Range { count: 0, limit: listing::MOST, offset: 0 };
    listing::insert(response.headers_mut(), &app, &caller, range).await?;
    Ok(response)
}

async fn folders(
    app: &PhotoPrism,
    caller: &Caller,
    path: &FolderPath,
    below: bool,
) -> Result<Vec<FolderObject>, ApiError> {
    let query = Test::Folder { path: path.clone(), below };
    let wanted = Listing {
        kinds: Kinds::Folders,
        query: Some(query.into()),
        sort: Sort { by: SortKey::Name, descending: false },
        limit: MOST_FOLDERS,
        ..Listing::of(caller.actor.tenant)
    };
    let page = app.library.list(caller.actor, wanted).await?;
    let mut folders: Vec<Folder> = page
        .entries
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Folder(folder) => Some(folder),
            Entry::Asset(_) | Entry::PastVersion(_) => None,
        })
        .collect();
    folders.sort_by(|a, b| a.path.as_str().cmp(b.path.as_str()));
    let counts = app.library.photos_of_folders(caller.actor).await?;
    let count = |folder: &Folder| counts.get(&folder.id).copied().unwrap_or_default();
    Ok(folders.iter().map(|folder| FolderObject::new(folder, count(folder))).collect())
}

async fn files(
    app: &PhotoPrism,
    caller: &Caller,
    path: &FolderPath,
    limit: u64,
    skip: u64,
) -> Result<Vec<FileObject>, ApiError> {
    let directly = Test::Folder { path: path.clone(), below: false };
    let wanted = Listing {
        query: Some(Query::All(vec![directly.into(), Test::Image.into()])),
        sort: Sort { by: SortKey::Name, descending: false },
        limit,
        skip,
        ..Listing::of(caller.actor.tenant)
    };
    let page = app.library.list(caller.actor, wanted).await?;
    let file = |entry: &Entry| match entry {
        Entry::Asset(asset) => Some(FileObject::from(&**asset)),
        Entry::PastVersion(_) | Entry::Folder(_) => None,
    };
    Ok(page.entries.iter().filter_map(file).collect())
}
