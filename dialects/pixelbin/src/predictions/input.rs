//! What a prediction is asked for: fields `input.image`, `input.<parameter>` and `webhook`, of a JSON body or a form.

use axum::body::Body;
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, header};
use library::{Library, Spooled};
use serde_json::{Map, Value, json};
use wire::{
    json::Object,
    multipart::{Multipart, TEXT_LIMIT},
};

use crate::{
    error::ApiError,
    modules::{Kind, Operation, Param, Plugin, param_shape},
    transformation::{Call, MeaningError, Pairs, options},
    upload::{direct, url},
};

#[derive(Debug)]
pub(super) struct Input {
    pub(super) image: Spooled,
    /// All parameters, with their defaults.
    pub(super) options: Map<String, Value>,
    /// What was given, to be shown again.
    pub(super) shown: Value,
    pub(super) webhook: Option<String>,
}

/// Fields as they came.
#[derive(Debug, Default)]
struct Fields {
    file: Option<Spooled>,
    texts: Vec<(String, String)>,
}

impl Input {
    pub(super) async fn read(
        library: &Library,
        plugin: &Plugin,
        operation: &'static Operation,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Self, ApiError> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_form = kind.is_some_and(|kind| kind.starts_with("multipart/"));
        let fields = if is_form {
            Fields::of_form(library, headers, body).await?
        } else {
            Fields::of_json(operation, body).await?
        };
        let mut shown = Map::new();
        let (image, source) = match (fields.file, text(&fields.texts, "input.image")) {
            (Some(file), _) => (file, None),
            (None, Some(link)) => (url::fetched("input.image", library, link).await?, Some(link)),
            (None, None) => {
                return Err(ApiError::bad_request("`input.image` expects a file or a URL"));
            }
        };
        shown.extend(source.map(|link| ("image".to_owned(), link.into())));
        let mut values = Vec::new();
        for param in operation.params {
            let Some(given) = given(&fields.texts, param) else { continue };
            if param.kind == Kind::File {
                let name = argument(param);
                return Err(ApiError::bad_request(format!(
                    "`input.{name}`: other files are taken in delivery URLs only"
                )));
            }
            shown.insert(argument(param), given.into());
            values.push((param.identifier.to_owned(), encoded(param, given)));
        }
        let call = Call {
            plugin: plugin.identifier.to_owned(),
            method: operation.method.to_owned(),
            values: Pairs(values),
        };
        let options = options(&call, operation).map_err(MeaningError::from)?;
        let webhook = text(&fields.texts, "webhook").map(str::to_owned);
        Ok(Self { image, options, shown: Value::Object(shown), webhook })
    }
}

impl Fields {
    async fn of_form(library: &Library, headers: &HeaderMap, body: Body) -> Result<Self, ApiError> {
        let limits = direct::form_limits(library);
        let mut multipart = Multipart::from_request(headers, body, limits)?;
        let mut fields = Self::default();
        while let Some(mut part) = multipart.next_part().await? {
            // Texts have no file names, and some clients' files have none either.
            let is_file = part.file_name.is_some()
                || part.content_type.as_deref().is_some_and(|kind| !kind.starts_with("text/"));
            if part.name == "input.image" && is_file {
                fields.file = Some(direct::spool(library, &mut part).await?);
            } else {
                let name = part.name.clone();
                fields.texts.push((name, part.text(TEXT_LIMIT).await?));
            }
        }
        Ok(fields)
    }

    async fn of_json(operation: &Operation, body: Body) -> Result<Self, ApiError> {
        let mut body = Object::read(body).await?;
        let mut names = vec!["input.image".to_owned(), "webhook".to_owned()];
        for param in operation.params {
            names.push(format!("input.{}", argument(param)));
            names.push(format!("input.{}", param.identifier));
        }
        let mut fields = Self::default();
        for name in names {
            let text = match body.take(&name) {
                None | Some(Value::Null) => continue,
                Some(Value::String(text)) => text,
                Some(value) => value.to_string(),
            };
            fields.texts.push((name, text));
        }
        Ok(fields)
    }
}

/// What can be said to an operation, by the names that [`Input`] reads.
pub(super) fn schema(operation: &Operation) -> Value {
    let image = json!({
        "name": "image",
        "title": "Image",
        "type": "file",
        "required": true,
        "description": "A file, or the URL of one",
    });
    let mut fields = Map::from_iter([("image".to_owned(), image)]);
    for param in operation.params.iter().filter(|param| param.kind != Kind::File) {
        let mut shape = param_shape(param);
        shape["name"] = argument(param).into();
        shape["required"] = false.into();
        fields.insert(argument(param), shape);
    }
    Value::Object(fields)
}

/// The name of a parameter in predictions: `Industry Type` is `industry_type`.
fn argument(param: &Param) -> String {
    param.name.to_lowercase().replace(' ', "_")
}

/// By either of its names.
fn given<'a>(texts: &'a [(String, String)], param: &Param) -> Option<&'a str> {
    let name = format!("input.{}", argument(param));
    text(texts, &name).or_else(|| text(texts, &format!("input.{}", param.identifier)))
}

/// The last one counts; an empty one is none.
fn text<'a>(texts: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = texts.iter().rev().find(|(known, _)| known == name)?;
    (!found.1.is_empty()).then_some(found.1.as_str())
}

/// As it would stand in a URL, where prompts are in base64.
fn encoded(param: &Param, given: &str) -> String {
    match param.kind {
        Kind::Custom(_) => BASE64_STANDARD.encode(given),
        _ => given.to_owned(),
    }
}
