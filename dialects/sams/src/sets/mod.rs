//! Sets: read below `consume`, written below `admin`.

mod document;
mod filter;

use axum::{
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use library::{Actor, NewSet, Set, SetId, SetPatch, SetState};
use serde_json::Value;

use crate::{
    Sams,
    auth::Caller,
    body,
    error::{ApiError, Errors},
    eve::{self, Document, Paging, Resource},
    query::Parameters,
    schema::{self, Kind, Rule},
};
pub(crate) use document::{VIRTUAL_ID, state};
use document::{VIRTUAL_NAME, document, virtual_document};

const SETS: Resource = Resource { name: "sets", title: "Set", place: "consume/sets" };

const RULES: [Rule; 10] = [
    Rule::new("name", Kind::Text).required().filled(),
    Rule::new("state", Kind::Text).one_of(&["draft", "usable", "disabled"]),
    Rule::new("description", Kind::Text),
    Rule::new("destination_name", Kind::Text).required(),
    Rule::new("destination_config", Kind::Dict),
    Rule::new("maximum_asset_size", Kind::Integer),
    Rule::new("firstcreated", Kind::Moment),
    Rule::new("versioncreated", Kind::Moment),
    Rule::new("original_creator", Kind::Text),
    Rule::new("version_creator", Kind::Text),
];

/// `GET /consume/sets`
pub(crate) async fn list(
    State(app): State<Sams>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    let paging = Paging::parse(&parameters);
    let wanted = filter::Wanted::parse(&parameters)?;
    let sets = app.library.sets(caller.actor).await?;
    let modified = sets.iter().map(|set| set.updated).max();
    let mut items: Vec<Document> = sets.iter().map(document).collect();
    if app.library.has_assets_in_no_set(caller.actor).await? {
        items.push(virtual_document(&app));
    }
    let items = wanted.of(items);
    let total = items.len() as u64;
    let mut page = paging.of(items);
    for item in &mut page {
        wanted.projection.apply(item);
    }
    Ok(SETS.list(page, total, paging, &parameters, modified).into_response())
}

/// `GET /consume/sets/{id}`
pub(crate) async fn item(
    State(app): State<Sams>,
    id: Result<Path<String>, PathRejection>,
    caller: Result<Caller, ApiError>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = set_id(id)?;
    let caller = caller?;
    if id == VIRTUAL_ID {
        if !app.library.has_assets_in_no_set(caller.actor).await? {
            return Err(ApiError::not_found());
        }
        return Ok(SETS.item(virtual_document(&app), 0, &headers));
    }
    let set = app.library.set(caller.actor, id).await?;
    Ok(SETS.item(document(&set), set.updated, &headers))
}

/// `POST /admin/sets`
pub(crate) async fn create(
    State(app): State<Sams>,
    caller: Caller,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Response, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    let mut documents = body::documents(body).await?;
    let there = app.library.sets(caller.actor).await?;
    let mut taken = Taken::by(&there);
    for document in &mut documents {
        for field in ["firstcreated", "versioncreated", "_created", "_updated", "_etag"] {
            document.remove(field);
        }
        let id = document.remove("_id");
        let mut errors = schema::check(document, &RULES, true);
        taken.note(document, id.as_ref(), &mut errors);
        if let Some(id) = id {
            document.insert("_id".to_owned(), id);
        }
        if !errors.is_empty() {
            return Err(ApiError::validation(errors));
        }
    }
    for document in &documents {
        known_destination(&app, text(document, "destination_name"))?;
    }
    let new = documents.iter().map(|document| new_set(document, parameters.user())).collect();
    let sets = app.library.add_sets(caller.actor, new).await.map_err(name_taken)?;
    Ok(eve::created(&SETS, sets.iter().map(document).collect()))
}

/// `PATCH /admin/sets/{id}`
pub(crate) async fn update(
    State(app): State<Sams>,
    id: Result<Path<String>, PathRejection>,
    caller: Result<Caller, ApiError>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let id = set_id(id)?;
    let caller = caller?;
    let parameters = Parameters::parse(query.as_deref());
    let mut updates = body::object(body).await?;
    if id == VIRTUAL_ID {
        return Err(fixed(&app, caller.actor, &headers).await?);
    }
    let set = app.library.set(caller.actor, id).await?;
    eve::if_match(&headers, &document::etag(&set))?;
    for field in ["_id", "_created", "_updated", "_etag"] {
        updates.remove(field);
    }
    let mut errors = schema::check(&updates, &RULES, false);
    let others = app.library.sets(caller.actor).await?;
    let others: Vec<Set> = others.into_iter().filter(|other| other.id != id).collect();
    Taken::by(&others).note(&updates, None, &mut errors);
    if !errors.is_empty() {
        return Err(ApiError::validation(errors));
    }
    let patch = patch(&updates, parameters.user());
    if let Some(fault) = library::set_fault(&set, &patch) {
        return Err(fault.into());
    }
    if let Some(name) = &patch.destination {
        known_destination(&app, Some(name))?;
    }
    let set = app.library.change_set(caller.actor, id, patch, set.stamp()).await;
    let set = set.map_err(name_taken)?;
    let link = eve::link("Admin_set", &format!("admin/sets/{id}"));
    Ok(eve::changed(document(&set), link))
}

/// `DELETE /admin/sets/{id}`
pub(crate) async fn delete(
    State(app): State<Sams>,
    id: Result<Path<String>, PathRejection>,
    caller: Result<Caller, ApiError>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = set_id(id)?;
    let actor = caller?.actor;
    if id == VIRTUAL_ID {
        fixed(&app, actor, &headers).await?;
        return Err(ApiError::active_set());
    }
    let set = app.library.set(actor, id).await?;
    eve::if_match(&headers, &document::etag(&set))?;
    if set.state == SetState::Usable {
        return Err(ApiError::active_set());
    }
    let deleted = app.library.delete_set(actor, id, set.stamp()).await;
    deleted.map_err(|error| match error {
        library::Error::Invalid(_) => ApiError::active_set(),
        error => error.into(),
    })?;
    Ok(eve::empty(StatusCode::NO_CONTENT))
}

/// What is said to a change of the set that nobody made; the same preconditions first.
async fn fixed(app: &Sams, actor: Actor, headers: &HeaderMap) -> Result<ApiError, ApiError> {
    if !app.library.has_assets_in_no_set(actor).await? {
        return Err(ApiError::not_found());
    }
    let etag = virtual_document(app).get("_etag").cloned().unwrap_or_default();
    eve::if_match(headers, etag.as_str().unwrap_or_default())?;
    Ok(ApiError::invalid("_id", "this set cannot be changed"))
}

fn set_id(path: Result<Path<String>, PathRejection>) -> Result<SetId, ApiError> {
    let text = path.map(|Path(text)| text).unwrap_or_default();
    text.parse().map_err(|_| ApiError::not_found())
}

/// Names and ids that a set cannot have.
struct Taken {
    names: Vec<String>,
    ids: Vec<SetId>,
}

impl Taken {
    fn by(sets: &[Set]) -> Self {
        let names = sets.iter().map(|set| set.name.clone());
        let ids = sets.iter().map(|set| set.id);
        Self {
            names: names.chain([VIRTUAL_NAME.to_owned()]).collect(),
            ids: ids.chain([VIRTUAL_ID]).collect(),
        }
    }

    /// Says whether the document's are free; they are not afterwards.
    fn note(&mut self, document: &Document, id: Option<&Value>, errors: &mut Errors) {
        if let Some(name) = text(document, "name") {
            if self.names.iter().any(|taken| taken == name) {
                errors.insert("name".to_owned(), vec!["unique".into()]);
            }
            self.names.push(name.to_owned());
        }
        let Some(id) = id else { return };
        match id.as_str().and_then(|id| id.parse::<SetId>().ok()) {
            None => {
                errors.insert("_id".to_owned(), vec!["must be of objectid type".into()]);
            }
            Some(id) if self.ids.contains(&id) => {
                errors.insert("_id".to_owned(), vec!["unique".into()]);
            }
            Some(id) => self.ids.push(id),
        }
    }
}

/// Somebody else was faster.
fn name_taken(error: library::Error) -> ApiError {
    match error {
        library::Error::Conflict(_) => ApiError::invalid("name", "unique"),
        error => error.into(),
    }
}

fn known_destination(app: &Sams, name: Option<&str>) -> Result<(), ApiError> {
    let name = name.unwrap_or_default();
    if app.library.destinations().iter().any(|(known, _)| *known == name) {
        return Ok(());
    }
    Err(ApiError::unknown_destination(name))
}

fn text<'a>(document: &'a Document, field: &str) -> Option<&'a str> {
    document.get(field).and_then(Value::as_str)
}

fn new_set(document: &Document, user: Option<&str>) -> NewSet {
    let patch = patch(document, user);
    NewSet {
        id: text(document, "_id").and_then(|id| id.parse().ok()),
        name: patch.name.unwrap_or_default(),
        state: patch.state.unwrap_or(SetState::Draft),
        description: patch.description,
        destination: patch.destination.unwrap_or_default(),
        destination_config: patch.destination_config,
        max_bytes: patch.max_bytes,
        creator: patch.editor,
    }
}

/// The fields of a document that has been checked.
fn patch(document: &Document, user: Option<&str>) -> SetPatch {
    let owned = |field| text(document, field).map(str::to_owned);
    let config = document.get("destination_config").and_then(Value::as_object);
    SetPatch {
        name: owned("name"),
        state: text(document, "state").and_then(document::parse_state),
        description: owned("description"),
        destination: owned("destination_name"),
        destination_config: config.map(|config| config.clone().into_iter().collect()),
        max_bytes: document.get("maximum_asset_size").and_then(Value::as_i64),
        editor: user.map(str::to_owned),
    }
}
