//! The verbs around predictions: operations of other programs on a picture that is nobody's asset, in the background.

use std::time::Duration;

use bytes::Bytes;
use catalog::{Name, NewPrediction, Picture, Prediction, PredictionId, TenantId};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Map, Value, json};

use crate::{
    Actor, CacheRule, Delivery, Error, ExtensionKind, Library, Operation, Result, Spooled,
    extensions::{
        MOST_TURNS,
        operation::{Made, Subject},
    },
    fetch,
    jobs::{Outcome, Work},
    library::now,
    organize::full,
    seal::random,
};

/// Says what a prediction has come to, for who asked to be told: the body of a request.
pub type TellPrediction = Box<dyn Fn(&Prediction, &Owner<'_>) -> String + Send + Sync>;

/// Whose prediction it is.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    pub id: TenantId,
    /// As it stands in URLs.
    pub name: &'a str,
}

impl Library {
    /// Who tells of predictions; the first one stays.
    pub fn tell_predictions_with(&self, tell: TellPrediction) {
        let _ = self.inner.prediction_teller.set(tell);
    }

    /// Begins an operation on a picture. `shown` is kept for the dialect. The operation names no files.
    ///
    /// # Errors
    /// [`Error::NotAnImage`]: the bytes are none that an operation could be carried out on.
    pub async fn predict(
        &self,
        actor: Actor,
        operation: Operation,
        source: Spooled,
        shown: Value,
        callback: Option<String>,
    ) -> Result<Prediction> {
        full(actor)?;
        let mime = self.probe_spooled(&source).await?.format.mime().to_owned();
        let new = NewPrediction {
            request: json!({
                "plugin": operation.plugin,
                "like": operation.like.map(ExtensionKind::name),
                "needs_credentials": operation.needs_credentials,
                "options": operation.options,
                "shown": shown,
            }),
            operation: operation.name,
            source: Picture { blob: source.blob.clone(), mime },
            callback,
        };
        let (library, id) = (self.clone(), new_id()?);
        self.to_the_end(async move {
            library.make_durable(source).await?;
            Ok(library.inner.catalog.add_prediction(actor.tenant, id, new).await?)
        })
        .await
    }

    pub async fn prediction(&self, actor: Actor, id: PredictionId) -> Result<Prediction> {
        full(actor)?;
        let found = self.inner.catalog.prediction(actor.tenant, id).await?;
        found.ok_or_else(|| Error::NotFound(format!("the prediction {id}")))
    }

    /// The picture that a prediction made, for whoever knows its id.
    pub async fn predicted(&self, tenant: TenantId, id: PredictionId) -> Result<Delivery> {
        let missing = || Error::NotFound(format!("the result of the prediction {id}"));
        let found = self.inner.catalog.prediction(tenant, id).await?.ok_or_else(missing)?;
        let Some(Ok(answer)) = found.outcome else { return Err(missing()) };
        let Picture { blob, mime } = answer.picture.ok_or_else(missing)?;
        let name = Name::parse("result")?;
        Ok(Delivery::stored(self, &name, &blob, &mime, found.created, CacheRule::Public))
    }

    /// Asks the back end, unless it is over.
    async fn see_to(&self, tenant: TenantId, prediction: Prediction, turn: u32) -> Result<()> {
        if prediction.outcome.is_none() {
            let NewPrediction { operation, request, source, .. } = &prediction.new;
            let subject = Subject {
                picture: Made::Stored(source.blob.clone()),
                mime: source.mime.clone(),
                files: Vec::new(),
            };
            let operation = operation_of(operation, request);
            let outcome = match self.answered(tenant, &operation, subject).await {
                Ok(understood) => Ok(understood.answer.clone()),
                Err(error @ (Error::Busy { .. } | Error::Unavailable(_) | Error::Full))
                    if turn < MOST_TURNS =>
                {
                    return Err(error);
                }
                Err(error) => Err(error.to_string()),
            };
            self.inner.catalog.end_prediction(tenant, prediction.id, &outcome).await?;
        }
        self.call_back(tenant, prediction.id).await
    }

    /// Tells who wanted to be told.
    async fn call_back(&self, tenant: TenantId, id: PredictionId) -> Result<()> {
        let Some(ended) = self.inner.catalog.prediction(tenant, id).await? else { return Ok(()) };
        let (Some(url), Some(tell)) = (&ended.new.callback, self.inner.prediction_teller.get())
        else {
            return Ok(());
        };
        let Some(name) = self.tenant_name(tenant).await? else { return Ok(()) };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let config = &self.inner.config;
        let sent = fetch::post(
            url,
            headers,
            Bytes::from(tell(&ended, &Owner { id: tenant, name: &name })),
            Duration::from_millis(config.webhooks.connect_ms),
            config.fetch.allow_private,
        );
        let total = Duration::from_millis(config.webhooks.total_ms);
        let answer = tokio::time::timeout(total, sent).await.map_err(Error::unavailable)?;
        let status = answer.map_err(Error::unavailable)?.status;
        if status.is_success() {
            return Ok(());
        }
        Err(Error::unavailable(format!("the callback answered {status}")))
    }
}

/// The operation that was asked for.
fn operation_of(name: &str, request: &Value) -> Operation {
    Operation {
        name: name.to_owned(),
        plugin: request["plugin"].as_str().unwrap_or_default().to_owned(),
        like: request["like"].as_str().and_then(ExtensionKind::parse),
        needs_credentials: request["needs_credentials"].as_bool().unwrap_or(false),
        options: request["options"].as_object().cloned().unwrap_or_else(Map::new),
        files: Vec::new(),
    }
}

/// A UUID of version 7: the time, then chance.
fn new_id() -> Result<PredictionId> {
    let mut id = random()?;
    id[..6].copy_from_slice(&now().to_be_bytes()[2..]);
    id[6] = 0x70 | id[6] & 0x0f;
    id[8] = 0x80 | id[8] & 0x3f;
    Ok(PredictionId(id))
}

/// Runs a job of the kind [`catalog::PREDICT`].
pub(crate) async fn run(library: Library, work: Work) -> Outcome {
    let turn = work.job.attempts;
    let tenant = work.job.tenant;
    let named = work.job.payload["prediction"].as_str().and_then(|id| id.parse().ok());
    let Some(id) = named else {
        return Outcome::Failed("the payload names no prediction".to_owned());
    };
    let result = match library.inner.catalog.prediction(tenant, id).await {
        Ok(Some(prediction)) => library.see_to(tenant, prediction, turn).await,
        Ok(None) => Ok(()),
        Err(error) => Err(error.into()),
    };
    match result {
        Err(error) if turn < MOST_TURNS => {
            Outcome::after(Duration::from_secs(2_u64.pow(turn)), error.to_string())
        }
        result => Outcome::of(result, turn),
    }
}
