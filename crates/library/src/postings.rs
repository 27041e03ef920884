//! Posting: bodies on their way to webhooks and callbacks, attempt by attempt, until they are taken or given up.

use std::time::Duration;

use bytes::Bytes;
use catalog::{Attempt, Posting, PostingId, PostingState, TenantId};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use crate::{
    Actor, Error, Library, Result,
    events::Letter,
    fetch,
    jobs::{Outcome, Work},
    library::now,
    organize::full,
};

/// No pause between two attempts is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(4 * 60 * 60);

impl Library {
    /// What was posted to webhooks and callbacks of late, and what became of it; the latest first. Needs a key.
    pub async fn postings(&self, actor: Actor, limit: u64) -> Result<Vec<Posting>> {
        full(actor)?;
        Ok(self.inner.catalog.postings(actor.tenant, limit).await?)
    }

    /// One attempt, entered into the log.
    async fn attempt(&self, posting: &Posting) -> Result<Outcome> {
        let result = match self.headers(posting).await {
            Ok(headers) => self.post(posting, headers).await,
            // Whoever asked for it is gone, or wants no more of it.
            Err(Error::NotFound(_)) => Err(Refusal::lasting("the webhook was deleted or disabled")),
            Err(error) => return Err(error),
        };
        let outcome = self.outcome(posting, &result);
        let (status, error) = match result {
            Ok(status) => (Some(status), None),
            Err(refusal) => (refusal.status, Some(refusal.why)),
        };
        let state = match &outcome {
            Outcome::Done => PostingState::Delivered,
            Outcome::Again { .. } => PostingState::Waiting,
            Outcome::Failed(_) => PostingState::Failed,
        };
        let attempt = Attempt { state, status, error };
        self.inner.catalog.note_attempt(posting.tenant, posting.id, attempt).await?;
        Ok(outcome)
    }

    async fn post(&self, posting: &Posting, headers: HeaderMap) -> Result<u16, Refusal> {
        let config = &self.inner.config;
        let sent = fetch::post(
            &posting.url,
            headers,
            Bytes::from(posting.body.clone()),
            Duration::from_millis(config.webhooks.connect_ms),
            config.fetch.allow_private,
        );
        let total = Duration::from_millis(config.webhooks.total_ms);
        let status = match tokio::time::timeout(total, sent).await {
            Ok(Ok(answer)) => answer.status,
            Ok(Err(error)) => return Err(Refusal::passing(error.to_string(), None)),
            Err(_) => {
                let why = format!("no answer within {} s", total.as_secs_f64());
                return Err(Refusal::passing(why, None));
            }
        };
        // Callbacks have to be taken with 200, in so many words of the vendor whose idea they are.
        let is_taken =
            if posting.webhook.is_some() { status.is_success() } else { status.as_u16() == 200 };
        let status = status.as_u16();
        if is_taken {
            Ok(status)
        } else {
            Err(Refusal::passing(format!("the server answered {status}"), Some(status)))
        }
    }

    /// [`Error::NotFound`]: the webhook is gone, or disabled.
    async fn headers(&self, posting: &Posting) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static("Halftone"));
        let Some(id) = posting.webhook else { return Ok(headers) };
        let webhook = self.webhook(Actor::full(posting.tenant), id).await?;
        if !webhook.enabled {
            return Err(Error::NotFound(format!("the webhook {id}")));
        }
        let Some(herald) = self.inner.herald.get() else {
            return Err(Error::Busy { retry_after: Duration::from_secs(5) });
        };
        let letter = Letter {
            id: &posting.event.to_string(),
            moment: now(),
            body: &posting.body,
            secret: &webhook.secret,
        };
        for (name, value) in (herald.sign)(&letter) {
            let value = HeaderValue::try_from(value).map_err(Error::unavailable)?;
            headers.insert(HeaderName::from_static(name), value);
        }
        Ok(headers)
    }

    fn outcome(&self, posting: &Posting, result: &Result<u16, Refusal>) -> Outcome {
        let Err(refusal) = result else { return Outcome::Done };
        let config = &self.inner.config.webhooks;
        let pause = pause(Duration::from_millis(config.retry_ms), posting.attempts);
        let next = now().saturating_add_unsigned(pause.as_millis() as u64);
        if refusal.is_final || next > posting.created.saturating_add_unsigned(config.give_up_ms) {
            return Outcome::Failed(refusal.why.clone());
        }
        Outcome::Again { at: next, why: refusal.why.clone() }
    }
}

/// Why a body was not taken.
#[derive(Debug)]
struct Refusal {
    why: String,
    status: Option<u16>,
    is_final: bool,
}

impl Refusal {
    fn passing(why: String, status: Option<u16>) -> Self {
        Self { why, status, is_final: false }
    }

    fn lasting(why: &str) -> Self {
        Self { why: why.to_owned(), status: None, is_final: true }
    }
}

/// `failed`: attempts before this one.
fn pause(first: Duration, failed: u32) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(failed)).min(LONGEST_PAUSE)
}

/// Runs a job of the kind [`catalog::POST`].
pub(crate) async fn run(library: Library, work: Work) -> Outcome {
    let turn = work.job.attempts;
    let id: Option<PostingId> = work.job.payload["posting"].as_str().and_then(|id| id.parse().ok());
    let Some(id) = id else { return Outcome::Failed("the payload names no posting".to_owned()) };
    match deliver(&library, work.job.tenant, id).await {
        Ok(outcome) => outcome,
        Err(error) => Outcome::of(Err(error), turn),
    }
}

async fn deliver(library: &Library, tenant: TenantId, id: PostingId) -> Result<Outcome> {
    let posting = library.inner.catalog.posting(tenant, id).await?;
    match posting.filter(|posting| posting.state == PostingState::Waiting) {
        Some(posting) => library.attempt(&posting).await,
        // Done already by a worker that could not say so.
        None => Ok(Outcome::Done),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_grow_to_four_hours_and_fill_a_day() {
        let first = Duration::from_secs(10);
        let gaps: Vec<u64> = (0..13).map(|failed| pause(first, failed).as_secs()).collect();
        assert_eq!(gaps, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10240, 14400, 14400]);
        assert_eq!(pause(first, u32::MAX), LONGEST_PAUSE);
    }
}
