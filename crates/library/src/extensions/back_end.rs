//! How a back end is asked.
//!
//! ```text
//! POST <extensions.NAME.url>
//! Authorization: Bearer <extensions.NAME.token>          if there is a token
//! Content-Type: multipart/form-data
//!     extension    name of the extension, or of the operation
//!     options      JSON object, as the client gave it
//!     file         the bytes, with their media type
//!     background   the bytes behind the option `bg_image_url`, which is not sent itself
//!     credentials  JSON: what the tenant lets the operation's plug-in log in with, if that has been stored
//!     NAME         the bytes of each option that names another file of the library
//! ```
//!
//! | Answer | Means |
//! |---|---|
//! | 200 with `image/...` | of an extension: the picture that becomes the next version; of an operation: the picture that its chain goes on with |
//! | 200 with `application/json` | of an extension: `{"tags": [{"name", "confidence"}], "description", "add_tags", "remove_tags", "set_metadata", "unset_metadata"}`, each key optional; of an operation: what it found, any object |
//! | 408, 429, 5xx, no answer in time | not now: asked again a few times, with growing pauses |
//! | anything else | failed |
//!
//! The administrator names back ends, so they may be at private addresses. Redirects are not followed: the file goes to
//! who was named and to nobody else.

use std::{sync::Once, time::Duration};

use bytes::Bytes;
use catalog::Asset;
use futures_util::StreamExt;
use reqwest::{
    Client, Response, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
    redirect::Policy,
};
use serde_json::{Map, Value};

use super::Extension;
use crate::{BackEndConfig, Error, Library, Spool, Spooled, blobs::io_error, fetch, seal::random};

/// What a back end is asked.
#[derive(Debug)]
pub(super) struct Question<'a> {
    /// Of the extension or operation.
    pub(super) name: &'a str,
    pub(super) options: Value,
    pub(super) file: File,
    /// By the names of their parts.
    pub(super) files: Vec<(&'a str, File)>,
    /// What the plug-in logs in with.
    pub(super) credentials: Option<Value>,
}

/// One file of a question.
#[derive(Debug)]
pub(super) struct File {
    pub(super) mime: String,
    pub(super) content: Bytes,
}

/// What a back end found or made.
#[derive(Debug)]
pub(super) enum Answer {
    Image(Spooled),
    Facts(Map<String, Value>),
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Fault {
    /// It may go better later.
    Passing(String),
    Lasting(String),
}

impl Fault {
    pub(super) fn lasting(why: impl Into<String>) -> Self {
        Self::Lasting(why.into())
    }

    fn passing(why: impl Into<String>) -> Self {
        Self::Passing(why.into())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Busy { .. } | Error::Unavailable(_) | Error::Full => {
                Self::passing(error.to_string())
            }
            error => Self::lasting(error.to_string()),
        }
    }
}

/// The option that holds a URL of the client's.
const BACKGROUND: &str = "bg_image_url";
/// JSON of an answer, bytes.
const MAX_FACTS: usize = 1 << 20;

impl Library {
    /// Sends the asset's current version to the back end of an extension.
    pub(super) async fn ask(&self, extension: &Extension, asset: &Asset) -> Result<Answer, Fault> {
        let Some(back_end) = self.inner.config.extensions.back_end(extension.kind) else {
            return Err(Fault::lasting("no back end is configured for it"));
        };
        self.check_sent(asset.current.blob.size)?;
        let content = self.read_blob(&asset.current.blob).await?;
        let background = self.background(extension).await?;
        let mut options = extension.options.as_object().cloned().unwrap_or_default();
        options.remove(BACKGROUND);
        let question = Question {
            name: extension.kind.name(),
            options: Value::Object(options),
            file: File { mime: asset.current.mime.clone(), content },
            files: background.map(|file| ("background", file)).into_iter().collect(),
            credentials: None,
        };
        self.put(back_end, question).await
    }

    /// Larger files are not sent.
    pub(super) fn check_sent(&self, bytes: u64) -> Result<(), Fault> {
        let limit = self.inner.config.extensions.max_bytes;
        if bytes <= limit {
            return Ok(());
        }
        Err(Fault::lasting(format!("the file has {bytes} bytes, back ends get at most {limit}")))
    }

    /// Puts a question to a back end.
    pub(super) async fn put(
        &self,
        back_end: &BackEndConfig,
        question: Question<'_>,
    ) -> Result<Answer, Fault> {
        let (content_type, body) = form(question)?;
        let client = self.inner.back_ends.get_or_try_init(client).await?;
        let mut request = client
            .post(&back_end.url)
            .header(CONTENT_TYPE, content_type)
            .timeout(Duration::from_millis(back_end.timeout_ms))
            .body(body);
        if !back_end.token.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {}", back_end.token));
        }
        let answer =
            request.send().await.map_err(|_| Fault::passing("the back end does not answer"))?;
        match answer.status() {
            StatusCode::OK => self.read(answer).await,
            status @ (StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS) => {
                Err(Fault::passing(format!("the back end answered {status}")))
            }
            status if status.is_server_error() => {
                Err(Fault::passing(format!("the back end answered {status}")))
            }
            status => Err(Fault::lasting(format!("the back end answered {status}"))),
        }
    }

    /// What the client wants behind the picture. Fetched here, by the rules for files from other servers: a URL of a
    /// client never reaches a back end, which may stand inside the network.
    async fn background(&self, extension: &Extension) -> Result<Option<File>, Fault> {
        let url = extension.options[BACKGROUND].as_str().filter(|url| !url.is_empty());
        let Some(url) = url else { return Ok(None) };
        let fetched = self.fetch(url).await.map_err(|error| match Fault::from(error) {
            Fault::Lasting(why) => Fault::Lasting(format!("the background image: {why}")),
            passing @ Fault::Passing(_) => passing,
        })?;
        let bytes = tokio::task::spawn_blocking(move || std::fs::read(&fetched.file.path));
        let bytes = bytes.await.map_err(Error::unavailable)?.map_err(io_error)?;
        Ok(Some(File { mime: "application/octet-stream".to_owned(), content: bytes.into() }))
    }

    async fn read(&self, answer: Response) -> Result<Answer, Fault> {
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_ascii_lowercase();
        if kind.starts_with("image/") {
            return Ok(Answer::Image(self.read_image(answer).await?));
        }
        if !kind.starts_with("application/json") {
            return Err(Fault::lasting("the back end answered with neither an image nor JSON"));
        }
        let mut text = Vec::new();
        let mut body = answer.bytes_stream();
        while let Some(part) = body.next().await {
            text.extend_from_slice(&part.map_err(|_| Fault::passing("the answer broke off"))?);
            if text.len() > MAX_FACTS {
                return Err(Fault::lasting(format!("the answer has more than {MAX_FACTS} bytes")));
            }
        }
        let facts = serde_json::from_slice(&text);
        Ok(Answer::Facts(facts.map_err(|_| Fault::lasting("the answer is no JSON object"))?))
    }

    /// On no place of an upload's: nobody waits for it who could be told to come back later.
    async fn read_image(&self, answer: Response) -> Result<Spooled, Fault> {
        let limit = self.inner.config.limits.source_bytes;
        let mut spool = Spool::new(self.inner.blobs.temporary_path()?, limit, None)?;
        let mut body = answer.bytes_stream();
        while let Some(part) = body.next().await {
            spool.write(part.map_err(|_| Fault::passing("the answer broke off"))?).await?;
        }
        Ok(spool.finish().await?)
    }
}

/// For all back ends.
async fn client() -> Result<Client, Error> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(fetch::install_cryptography);
    let build = || {
        Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(4))
            .user_agent("Halftone")
            .build()
    };
    // Reads the system's certificates from the disk.
    let built = tokio::task::spawn_blocking(build).await.map_err(Error::unavailable)?;
    built.map_err(Error::unavailable)
}

/// Content type and body of the form.
fn form(question: Question<'_>) -> Result<(String, Vec<u8>), Fault> {
    let boundary = format!("halftone-{:032x}", u128::from_le_bytes(random()?));
    let Question { name, options, file, files, credentials } = question;
    let mut body = Vec::with_capacity(file.content.len() + 1024);
    let mut part = |name: &str, more: &str, content: &[u8]| {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    let json = "\r\nContent-Type: application/json";
    let file_of = |name: &str, mime: &str| format!("; filename=\"{name}\"\r\nContent-Type: {mime}");
    part("extension", "", name.as_bytes());
    part("options", json, options.to_string().as_bytes());
    if let Some(credentials) = credentials {
        part("credentials", json, credentials.to_string().as_bytes());
    }
    part("file", &file_of("file", &file.mime), &file.content);
    for (name, file) in files {
        part(name, &file_of(name, &file.mime), &file.content);
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok((format!("multipart/form-data; boundary={boundary}"), body))
}
