//! Operations of delivery URLs that other programs carry out: `erase.bg`, `e-upscale`.
//!
//! They cost time and often money, so an answer is kept by what was asked: in RAM for a moment, in the catalog for
//! `extensions.keep_days`. Who asks the same meanwhile waits for the same answer.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use catalog::{Answer, Blob, ContentHash, Picture, TenantId};
use futures_util::FutureExt;
use plan::probe::Probe;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{
    ExtensionKind,
    back_end::{self, Fault, File, Question},
};
use crate::{Error, Library, Result, deliver::Rendering};

/// What another program is to make of a picture, or to find out about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// As the back end is told.
    pub name: String,
    /// Whose settings and credentials count, unless the operation has a back end of its own.
    pub plugin: String,
    /// The extension that does the same; its back end serves where there is no other.
    pub like: Option<ExtensionKind>,
    /// It calls a service that wants to know who asks.
    pub needs_credentials: bool,
    pub options: Map<String, Value>,
    /// Paths of other files of the library, by option.
    pub files: Vec<(String, String)>,
}

/// What an operation is carried out on.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) picture: Made,
    pub(crate) mime: String,
    /// Of the operation's other files, by option: bytes and media type.
    pub(crate) files: Vec<(String, Blob, String)>,
}

/// Where the bytes of a picture come from.
#[derive(Debug, Clone)]
pub(crate) enum Made {
    Stored(Blob),
    Rendered(Box<Rendering>),
}

/// An answer, and what its picture is.
#[derive(Debug)]
pub(crate) struct Understood {
    pub(crate) answer: Answer,
    pub(crate) probe: Option<Probe>,
}

/// One question of one tenant.
pub(crate) type QuestionKey = (TenantId, ContentHash);

/// Answers in RAM. No longer than bytes outlive the row that needs them.
pub(crate) type Answers = moka::sync::Cache<QuestionKey, Arc<Understood>>;

pub(crate) fn answers() -> Answers {
    moka::sync::Cache::builder()
        .max_capacity(10_000)
        .time_to_live(Duration::from_secs(5 * 60))
        .build()
}

impl Library {
    /// Whether somebody carries the operation out.
    pub fn runs(&self, operation: &Operation) -> bool {
        self.inner.config.extensions.operated_by(operation).is_some()
    }

    /// What the back end makes of it, from the answers that are kept or asked for now.
    pub(crate) async fn answered(
        &self,
        tenant: TenantId,
        operation: &Operation,
        subject: Subject,
    ) -> Result<Arc<Understood>> {
        let key = (tenant, question(operation, &subject));
        if let Some(known) = self.inner.answers.get(&key) {
            return Ok(known);
        }
        let (library, operation) = (self.clone(), operation.clone());
        let begin = move || {
            let asking = library.clone();
            // Somebody has to pay for it: it is seen through, and kept, whoever goes away meanwhile.
            async move {
                asking
                    .to_the_end(async move { library.answer_to(key, &operation, subject).await })
                    .await
            }
            .boxed()
        };
        self.inner.questions.join(&key, begin).await
    }

    async fn answer_to(
        &self,
        key: QuestionKey,
        operation: &Operation,
        subject: Subject,
    ) -> Result<Arc<Understood>> {
        let (tenant, question) = key;
        if let Some(known) = self.inner.answers.get(&key) {
            return Ok(known);
        }
        let kept = self.inner.catalog.answer(tenant, &question).await?;
        let understood = if let Some(answer) = kept {
            self.understood(answer).await?
        } else {
            let understood = self.operate(tenant, operation, subject).await?;
            self.inner.catalog.keep_answer(tenant, &question, &understood.answer).await?;
            understood
        };
        let understood = Arc::new(understood);
        self.inner.answers.insert(key, Arc::clone(&understood));
        Ok(understood)
    }

    async fn understood(&self, answer: Answer) -> Result<Understood> {
        let probe = match &answer.picture {
            None => None,
            Some(picture) => {
                let bytes = self.read_blob(&picture.blob).await?;
                Some(self.probe_bytes(bytes).await?)
            }
        };
        Ok(Understood { answer, probe })
    }

    /// Asks the back end, when it is its turn.
    async fn operate(
        &self,
        tenant: TenantId,
        operation: &Operation,
        subject: Subject,
    ) -> Result<Understood> {
        let busy = || Error::Busy { retry_after: Duration::from_secs(1) };
        let patience = Duration::from_millis(self.inner.config.render.max_wait_ms);
        let turn = tokio::time::timeout(patience, self.inner.operating.acquire()).await;
        let _turn = turn.map_err(|_| busy())?.map_err(Error::unavailable)?;
        let name = &operation.name;
        let answer =
            self.put_operation(tenant, operation, subject).await.map_err(|fault| match fault {
                Fault::Passing(why) => {
                    tracing::warn!(operation = name, why, "a back end failed");
                    Error::unavailable(format!("`{name}`: {why}"))
                }
                Fault::Lasting(why) => Error::Invalid(format!("`{name}`: {why}")),
            })?;
        self.count_extension(tenant, name).await?;
        let spooled = match answer {
            back_end::Answer::Facts(facts) => {
                let answer = Answer { picture: None, facts: facts.into_iter().collect() };
                return Ok(Understood { answer, probe: None });
            }
            back_end::Answer::Image(spooled) => spooled,
        };
        let unusable = |why| Error::Invalid(format!("`{name}`: the back end's picture: {why}"));
        let probe = self.probe_spooled(&spooled).await.map_err(|error| match error {
            Error::NotAnImage(why) | Error::Unsupported(why) | Error::TooLarge(why) => {
                unusable(why)
            }
            error => error,
        })?;
        let (blob, mime) = (spooled.blob.clone(), probe.format.mime().to_owned());
        self.make_durable(spooled).await?;
        let answer = Answer { picture: Some(Picture { blob, mime }), facts: BTreeMap::new() };
        Ok(Understood { answer, probe: Some(probe) })
    }

    async fn put_operation(
        &self,
        tenant: TenantId,
        operation: &Operation,
        subject: Subject,
    ) -> Result<back_end::Answer, Fault> {
        let Some(back_end) = self.inner.config.extensions.operated_by(operation) else {
            return Err(Fault::lasting("no back end is configured for it"));
        };
        let credentials = self.credentials_for_plugin(tenant, &operation.plugin).await?;
        if operation.needs_credentials && credentials.is_none() {
            return Err(Fault::lasting("it needs credentials, and none are stored"));
        }
        let content = match subject.picture {
            Made::Stored(blob) => self.read_blob(&blob).await?,
            Made::Rendered(rendering) => self.derivative(*rendering).await?,
        };
        self.check_sent(content.len() as u64)?;
        let mut files = Vec::with_capacity(subject.files.len());
        for (option, blob, mime) in &subject.files {
            let content = self.read_blob(blob).await?;
            files.push((option.as_str(), File { mime: mime.clone(), content }));
        }
        let question = Question {
            name: &operation.name,
            options: Value::Object(operation.options.clone()),
            file: File { mime: subject.mime, content },
            files,
            credentials,
        };
        self.put(&back_end, question).await
    }
}

/// Names what is asked: the same question has the same answer.
fn question(operation: &Operation, subject: &Subject) -> ContentHash {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    add(operation.name.as_bytes());
    add(Value::Object(operation.options.clone()).to_string().as_bytes());
    match &subject.picture {
        Made::Stored(blob) => add(&blob.hash.0),
        Made::Rendered(rendering) => add(rendering.key.to_string().as_bytes()),
    }
    for (option, blob, _) in &subject.files {
        add(option.as_bytes());
        add(&blob.hash.0);
    }
    ContentHash(hash.finalize().into())
}
