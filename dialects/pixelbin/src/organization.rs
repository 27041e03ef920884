//! `GET /service/platform/organization/v1.0/apps/info`: the token that asks, and whose it is.

use axum::{Json, extract::State};
use serde::Serialize;
use wire::time::iso;

use crate::{Pixelbin, auth::Caller, error::ApiError, tokens};

pub(crate) async fn info(
    State(app): State<Pixelbin>,
    caller: Caller,
) -> Result<Json<Info>, ApiError> {
    let key = app.library.key_by_secret(caller.secret()).await?;
    let key = key.ok_or_else(ApiError::unauthorized)?;
    let created_at = iso(key.created);
    let access_key = tokens::access_key(&key.public_key);
    let app = App {
        id: key.id,
        org_id: caller.organization(),
        name: key.label,
        token: access_key.clone(),
        access_key,
        permissions: if key.read_only { &["read"] } else { &["read", "read_write"] },
        active: key.enabled,
        created_at: created_at.clone(),
        updated_at: created_at.clone(),
    };
    let org = Organization {
        id: caller.organization(),
        name: caller.base.cloud.clone(),
        cloud_name: caller.base.cloud.clone(),
        owner_id: caller.organization(),
        active: true,
        created_at: created_at.clone(),
        updated_at: created_at,
        restrictions: [],
        rate_limit: None,
    };
    Ok(Json(Info { app, org }))
}

#[derive(Debug, Serialize)]
pub(crate) struct Info {
    app: App,
    org: Organization,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct App {
    #[serde(rename = "_id")]
    id: i64,
    org_id: i64,
    name: String,
    /// Names the token; its secret is shown to nobody.
    token: String,
    access_key: String,
    permissions: &'static [&'static str],
    active: bool,
    created_at: String,
    updated_at: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Organization {
    #[serde(rename = "_id")]
    id: i64,
    name: String,
    cloud_name: String,
    owner_id: i64,
    active: bool,
    created_at: String,
    updated_at: String,
    restrictions: [&'static str; 0],
    rate_limit: Option<u32>,
}
