//! What an account has used: counted as it was answered, nothing estimated.

use std::{collections::BTreeMap, ops::RangeInclusive};

use axum::{
    Json,
    extract::{RawQuery, State},
};
use library::{Answered, Day, Traffic};
use serde::Serialize;
use serde_json::{Map, Value, json};
use time::{
    Date, OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description,
};

use crate::{ImageKit, auth::Caller, error::ApiError, options::Options, time::iso};

/// As in the query.
const DATE: &[BorrowedFormatItem<'static>] = format_description!("[year]-[month]-[day]");

/// The answer to `GET /v1/accounts/usage`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageObject {
    bandwidth_bytes: u64,
    extension_units_count: u64,
    media_library_storage_bytes: u64,
    /// Nothing is fetched from other origins, so nothing of them is kept.
    original_cache_storage_bytes: u64,
    /// Videos are passed through.
    video_processing_units_count: u64,
}

/// `GET /v1/accounts/usage?startDate&endDate`: both days included. Storage is that of now; each run of an extension is
/// one unit.
pub(crate) async fn usage(
    State(app): State<ImageKit>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<UsageObject>, ApiError> {
    let Range { days, .. } = Range::parse(query.as_deref().unwrap_or_default())?;
    let usage = app.library.usage(caller.actor, days).await?;
    Ok(Json(UsageObject {
        bandwidth_bytes: usage.deliveries.iter().map(|(_, traffic)| traffic.bytes).sum(),
        extension_units_count: usage.extensions.iter().map(|(_, runs)| runs).sum(),
        media_library_storage_bytes: usage.stored_bytes,
        original_cache_storage_bytes: 0,
        video_processing_units_count: 0,
    }))
}

/// `GET /v1/accounts/usage-analytics?startDate&endDate`. What is not counted (who asks, from where, for which file) is
/// an empty list.
pub(crate) async fn analytics(
    State(app): State<ImageKit>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    let range = Range::parse(query.as_deref().unwrap_or_default())?;
    let usage = app.library.usage(caller.actor, range.days).await?;
    let deliveries = &usage.deliveries;
    let of = |is_meant: fn(&Answered) -> bool| -> u64 {
        let meant = deliveries.iter().filter(|(answered, _)| is_meant(answered));
        meant.map(|(_, traffic)| traffic.requests).sum()
    };
    let statuses = grouped(deliveries, |answered| answered.status.to_string());
    let statuses: Vec<Value> = statuses
        .iter()
        .map(|(name, traffic)| json!({"name": name, "requestCount": traffic.requests}))
        .collect();
    let extensions: Vec<Value> = usage
        .extensions
        .iter()
        .map(|(name, runs)| json!({"name": name, "operationCount": runs}))
        .collect();
    let mut answer = json!({
        "startDate": range.start,
        "endDate": range.end,
        "generatedAt": iso(OffsetDateTime::now_utc().unix_timestamp() * 1000),
        "bandwidthBytes": deliveries.iter().map(|(_, traffic)| traffic.bytes).sum::<u64>(),
        "requestCount": of(|_| true),
        "cache": {
            "hitCount": of(|answered| answered.is_hit),
            "missCount": of(|answered| !answered.is_hit && answered.status < 400),
            "errorCount": of(|answered| answered.status >= 500),
        },
        "statusCodes": statuses,
        "format": ranked(&grouped(deliveries, |answered| answered.mime.clone())),
        "urlEndpoints": ranked(&grouped(deliveries, |answered| {
            if answered.endpoint.is_empty() { "Default".into() } else { answered.endpoint.clone() }
        })),
        "extensions": extensions,
    });
    if let Value::Object(answer) = &mut answer {
        answer.extend(not_counted());
    }
    Ok(Json(answer))
}

fn not_counted() -> Map<String, Value> {
    const RANKED: [&str; 9] = [
        "browser",
        "country",
        "device",
        "topImages",
        "topImageTransforms",
        "topOtherAssets",
        "topReferrers",
        "topUserAgents",
        "topVideos",
    ];
    let none = json!({"byBandwidth": [], "byRequests": []});
    let mut keys: Map<String, Value> =
        RANKED.iter().map(|name| ((*name).to_owned(), none.clone())).collect();
    keys.insert("topVideoTransforms".to_owned(), none);
    for name in ["errorReasons", "top404Assets", "videoProcessing"] {
        keys.insert(name.to_owned(), json!([]));
    }
    keys
}

fn grouped(
    deliveries: &[(Answered, Traffic)],
    name: impl Fn(&Answered) -> String,
) -> BTreeMap<String, Traffic> {
    let mut groups: BTreeMap<String, Traffic> = BTreeMap::new();
    for (answered, traffic) in deliveries {
        let group = groups.entry(name(answered)).or_default();
        group.requests += traffic.requests;
        group.bytes += traffic.bytes;
    }
    groups
}

/// Most first; equals by name.
fn ranked(groups: &BTreeMap<String, Traffic>) -> Value {
    let by = |most: fn(&Traffic) -> u64| {
        let mut groups: Vec<_> = groups.iter().collect();
        groups.sort_by_key(|(_, traffic)| std::cmp::Reverse(most(traffic)));
        let shown = groups.into_iter().map(|(name, traffic)| {
            json!({"name": name, "requestCount": traffic.requests, "bandwidthBytes": traffic.bytes})
        });
        shown.collect::<Vec<Value>>()
    };
    json!({
        "byBandwidth": by(|traffic| traffic.bytes),
        "byRequests": by(|traffic| traffic.requests),
    })
}

/// Days, both included, and how they were written.
struct Range {
    days: RangeInclusive<Day>,
    start: String,
    end: String,
}

impl Range {
    fn parse(query: &str) -> Result<Self, ApiError> {
        let mut options = Options::parse(query)?;
        let mut day = |name: &str| {
            let missing = || ApiError::bad_request(format!("`{name}` is missing."));
            let text = options.text(name).ok_or_else(missing)?;
            let date = Date::parse(&text, DATE).map_err(|_| {
                ApiError::bad_request(format!("`{name}` expects a date such as 2026-11-20."))
            })?;
            Ok::<_, ApiError>((date, text))
        };
        let (start, end) = (day("startDate")?, day("endDate")?);
        options.finish()?;
        if end.0 < start.0 {
            return Err(ApiError::bad_request("`endDate` is before `startDate`."));
        }
        Ok(Self { days: number(start.0)..=number(end.0), start: start.1, end: end.1 })
    }
}

/// Days since 1970.
fn number(date: Date) -> Day {
    date.midnight().assume_utc().unix_timestamp().div_euclid(24 * 60 * 60)
}
