//! `predictions/...`: operations of back ends on a picture that is sent along, in the background. What no back end
//! carries out here is refused as not available, and the list shows what can be used.

mod input;
mod shown;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};
use http::{HeaderMap, Method};
use library::PredictionId;
use serde_json::{Value, json};
use wire::respond::{Extra, respond};

pub(crate) use shown::teller;

use self::{
    input::Input,
    shown::{job, label},
};
use crate::{
    Pixelbin,
    auth::Caller,
    error::ApiError,
    modules::{self, Operation, Plugin, operated},
    upload,
};

/// `GET /service/public/transformation/v1.0/predictions`: what can be used.
pub(crate) async fn list(State(app): State<Pixelbin>) -> Json<Vec<Value>> {
    let all = modules::plugins()
        .flat_map(|plugin| plugin.operations.iter().map(move |operation| (plugin, operation)));
    let usable = all.filter(|(plugin, operation)| plugin.is_run(operation, &app.library));
    Json(usable.map(|(plugin, operation)| described(plugin, operation)).collect())
}

/// `GET .../schema/{name}`
pub(crate) async fn schema(
    State(app): State<Pixelbin>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(name) = name.map_err(|_| unknown())?;
    let (plugin, method) = name.split_once('_').ok_or_else(unknown)?;
    let (plugin, operation) = usable(&app, plugin, method)?;
    let mut schema = described(plugin, operation);
    schema["input"] = input::schema(operation);
    Ok(Json(schema))
}

/// `POST .../predictions/{plugin}/{operation}`
pub(crate) async fn create(
    State(app): State<Pixelbin>,
    caller: Caller,
    name: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let Path((plugin, method)) = name.map_err(|_| unknown())?;
    let (plugin, operation) = usable(&app, &plugin, &method)?;
    let _turn = upload::turn(&app, &caller).await?;
    let input = Input::read(&app.library, plugin, operation, &headers, body).await?;
    let Input { image, options, shown, webhook } = input;
    let asked = operated(plugin, operation, options, Vec::new());
    let begun = app.library.predict(caller.actor, asked, image, shown, webhook).await;
    let prediction = begun.map_err(|error| match error {
        library::Error::NotAnImage(why) => {
            ApiError::bad_request(format!("`input.image` is no image: {why}"))
        }
        error => error.into(),
    })?;
    Ok(Json(job(&prediction, &caller.base, caller.organization())))
}

/// `GET .../predictions/{id}`
pub(crate) async fn get(
    State(app): State<Pixelbin>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let missing = || ApiError::not_found("Prediction not found");
    let Path(text) = id.map_err(|_| missing())?;
    let prediction =
        match app.library.prediction(caller.actor, parse(&text).ok_or_else(missing)?).await {
            Err(library::Error::NotFound(_)) => return Err(missing()),
            found => found?,
        };
    // The id says what was asked for, too.
    if label(&prediction) != text {
        return Err(missing());
    }
    Ok(Json(job(&prediction, &caller.base, caller.organization())))
}

/// `GET /service/public/transformation/v1.0/predictions/outputs/{cloud}/{id}/{file}`: for whoever knows the id.
pub(crate) async fn output(
    State(app): State<Pixelbin>,
    method: Method,
    path: Result<Path<(String, String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let missing = || ApiError::not_found("Prediction not found");
    let Path((cloud, id, _)) = path.map_err(|_| missing())?;
    let tenant = app.library.tenant(&cloud).await?.ok_or_else(missing)?;
    let delivery = match app.library.predicted(tenant, parse(&id).ok_or_else(missing)?).await {
        Err(library::Error::NotFound(_)) => return Err(missing()),
        found => found?,
    };
    let extra = Extra {
        attachment: None,
        cors: true,
        public_cache_control: app.public_cache_control,
        private_cache_control: "private, no-store",
        ..Extra::default()
    };
    Ok(respond(delivery, &method, &headers, extra).await?)
}

fn described(plugin: &Plugin, operation: &Operation) -> Value {
    json!({
        "name": format!("{}_{}", plugin.identifier, operation.method),
        "displayName": format!("{} {}", plugin.name, operation.display_name),
        "description": operation.description,
    })
}

/// An operation that a back end carries out.
fn usable(
    app: &Pixelbin,
    plugin: &str,
    method: &str,
) -> Result<(&'static Plugin, &'static Operation), ApiError> {
    let plugin = modules::plugin(plugin).filter(|plugin| plugin.identifier != modules::BASIC);
    let plugin = plugin.ok_or_else(unknown)?;
    let operation = plugin.operation(method).ok_or_else(unknown)?;
    if !plugin.is_run(operation, &app.library) {
        return Err(ApiError::bad_request("plugin not available"));
    }
    Ok((plugin, operation))
}

/// `erase--bg--<UUID>`
fn parse(text: &str) -> Option<PredictionId> {
    text.rsplit_once("--")?.1.parse().ok()
}

fn unknown() -> ApiError {
    ApiError::not_found("Prediction model not found")
}
