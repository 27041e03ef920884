//! Uploads in parts: `POST v2.0/upload/signed-url`, then `PUT` of each part and `POST` at the end, by a signed URL.
//!
//! The query of the URL names until when (`pbe`, Unix milliseconds), by which token (`pbt`), for which organisation
//! (`pbo`) and which upload (`pbu`); `pbs` signs these and the asset data, which comes with every request. The client takes
//! all of it as it is.

use axum::{
    Json,
    body::Body,
    extract::{RawQuery, State},
};
use http::{HeaderMap, StatusCode};
use library::{Actor, PartsOf, TenantId};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wire::{
    json::Object,
    multipart::{Multipart, TEXT_LIMIT},
    sign::same,
    time::now_millis,
};

use super::{
    Incoming,
    direct::{form_limits, spool},
    fields::Given,
    signed::{self, AssetData, hex, hmac},
    store,
};
use crate::{
    Pixelbin, auth::Caller, base::Base, error::ApiError, files::response::UploadedFile, names,
    names::NewName, query::Query, tokens,
};

/// Clients know the protocol by this very path.
pub(crate) const PATH: &str = "/service/public/assets/v1.0/signed-multipart";

const ASSET_DATA: &str = "x-pixb-meta-assetdata";

/// Seconds that a URL is good for, and at most.
const EXPIRY: u64 = 3000;
const MAX_EXPIRY: u64 = 604_800;

/// Parts are kept so long after the URL has expired.
const GRACE_MS: i64 = 24 * 60 * 60 * 1000;

const MAX_PARTS: u32 = 10_000;

/// `POST /service/platform/assets/v2.0/upload/signed-url`
pub(crate) async fn sign(
    State(app): State<Pixelbin>,
    caller: Caller,
    body: Body,
) -> Result<Json<Signed>, ApiError> {
    let mut body = Object::read(body).await?;
    let format = body.text("format")?.filter(|format| !format.is_empty());
    let expiry = expiry(body.take("expiry"))?;
    let given = Given::take(&mut body)?;
    let name = NewName::v2(given.name.as_deref(), format.as_deref())?;
    let format = match &format {
        Some(format) => names::requested_format(format)?,
        None => names::extension(name.shown()).unwrap_or("jpeg").to_ascii_lowercase(),
    };
    let upload = signed::uuid();
    let mut fields = given.named(name, "signedUrl")?;
    fields.metadata.insert("publicUploadId".to_owned(), upload.clone().into());
    let key = signed::own_key(&app.library, caller.actor.tenant, caller.secret()).await?;
    let data = AssetData::new(fields, caller.organization(), &caller.base.cloud, &format);
    let data = serde_json::to_string(&data)
        .map_err(|_| ApiError::bad_request("`metadata` cannot be written as JSON"))?;
    let ticket = Ticket {
        expires: (now_millis() + i64::try_from(expiry * 1000).unwrap_or_default()).to_string(),
        token: tokens::access_key(&key.public_key),
        organization: caller.organization().to_string(),
        upload,
    };
    let url = format!(
        "{}{PATH}?pbs={}&pbe={}&pbt={}&pbo={}&pbu={}",
        caller.base.api,
        ticket.signature(&key.secret, &data),
        ticket.expires,
        ticket.token,
        ticket.organization,
        ticket.upload
    );
    Ok(Json(Signed { presigned_url: Presigned { url, fields: json!({ ASSET_DATA: data }) } }))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Signed {
    presigned_url: Presigned,
}

#[derive(Debug, Serialize)]
struct Presigned {
    url: String,
    fields: Value,
}

fn expiry(value: Option<Value>) -> Result<u64, ApiError> {
    match value {
        None | Some(Value::Null) => Ok(EXPIRY),
        Some(value) => {
            value.as_u64().filter(|seconds| (1..=MAX_EXPIRY).contains(seconds)).ok_or_else(|| {
                ApiError::bad_request(format!("`expiry` expects 1 to {MAX_EXPIRY} seconds"))
            })
        }
    }
}

/// `PUT signed-multipart?..&partNumber=N`: one part, which is durable when this answers.
pub(crate) async fn part(
    State(app): State<Pixelbin>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let query = Query::parse(query.as_deref())?;
    let mut multipart = Multipart::from_request(&headers, body, form_limits(&app.library))?;
    let (mut data, mut file) = (None, None);
    // One of the SDKs sends the file first, so it is on disk before it is known whether it may be.
    while let Some(mut part) = multipart.next_part().await? {
        match part.name.as_str() {
            ASSET_DATA => data = Some(part.text(TEXT_LIMIT).await?),
            "file" => file = Some(spool(&app.library, &mut part).await?),
            _ => while part.chunk().await?.is_some() {},
        }
    }
    let Allowed { actor, parts, .. } = allowed(&app, &query, data.as_deref()).await?;
    parts.check_expiry()?;
    let number = query.text("partNumber").and_then(|number| number.parse::<u32>().ok());
    let number = number.filter(|number| (1..=MAX_PARTS).contains(number)).ok_or_else(|| {
        ApiError::bad_request(format!("`partNumber` expects a whole number from 1 to {MAX_PARTS}"))
    })?;
    let file = file.ok_or_else(|| ApiError::bad_request("`file` is missing"))?;
    app.library.keep_part(actor, &parts.of, number, file).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST signed-multipart`: the parts make the file. Asked again after it has, it answers the same.
pub(crate) async fn complete(
    State(app): State<Pixelbin>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<UploadedFile>, ApiError> {
    let query = Query::parse(query.as_deref())?;
    let mut body = Object::read(body).await?;
    let data = match body.take(ASSET_DATA) {
        Some(Value::String(data)) => Some(data),
        _ => None,
    };
    let Allowed { actor, cloud, parts, data } = allowed(&app, &query, data.as_deref()).await?;
    let base = Base::new(&app.config, &headers, &cloud);
    let receipt = parts.of.receipt();
    if let Some(asset) = app.library.received(actor, &receipt).await? {
        return Ok(Json(UploadedFile::new(&asset, &base)));
    }
    parts.check_expiry()?;
    let numbers = part_numbers(body.take("parts"))?;
    let bytes = app.library.join_parts(actor, &parts.of, &numbers).await?;
    let bytes = match bytes {
        Ok(bytes) => bytes,
        // Somebody may have finished the same upload a moment ago.
        Err(missing) => match app.library.received(actor, &receipt).await? {
            Some(asset) => return Ok(Json(UploadedFile::new(&asset, &base))),
            None => {
                return Err(ApiError::bad_request(format!(
                    "`parts` names {missing}, which was never received"
                )));
            }
        },
    };
    let format = Some(data.format.clone());
    let incoming = Incoming { bytes, original: None, format, receipt: Some(receipt) };
    let asset = store(&app, actor, data.into_fields(NewName::V2)?, incoming).await?;
    app.library.discard_parts(actor, &parts.of).await?;
    Ok(Json(UploadedFile::new(&asset, &base)))
}

/// Each once, ascending.
fn part_numbers(value: Option<Value>) -> Result<Vec<u32>, ApiError> {
    let fault = || {
        ApiError::bad_request(format!(
            "`parts` expects a list of the numbers of parts, from 1 to {MAX_PARTS}"
        ))
    };
    let Some(Value::Array(items)) = value else { return Err(fault()) };
    let number = |item: &Value| {
        let number = item.as_u64().and_then(|number| u32::try_from(number).ok());
        number.filter(|number| (1..=MAX_PARTS).contains(number)).ok_or_else(fault)
    };
    let mut numbers = items.iter().map(number).collect::<Result<Vec<_>, _>>()?;
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.is_empty() { Err(fault()) } else { Ok(numbers) }
}

/// What the query of a URL says, as written.
struct Ticket {
    expires: String,
    token: String,
    organization: String,
    upload: String,
}

impl Ticket {
    fn signature(&self, secret: &str, data: &str) -> String {
        let digest = hex(&Sha256::digest(data));
        let Self { expires, token, organization, upload } = self;
        let message = format!("{expires}|{token}|{organization}|{upload}|{digest}");
        hex(&hmac(secret.as_bytes(), message.as_bytes()))
    }
}

struct Allowed {
    actor: Actor,
    cloud: String,
    parts: Parts,
    data: AssetData,
}

struct Parts {
    of: PartsOf,
    expires: i64,
}

impl Parts {
    fn check_expiry(&self) -> Result<(), ApiError> {
        if self.expires > now_millis() {
            Ok(())
        } else {
            Err(ApiError::denied("The signed URL has expired"))
        }
    }
}

/// Asset data first, then the signature over all of it.
async fn allowed(app: &Pixelbin, query: &Query, data: Option<&str>) -> Result<Allowed, ApiError> {
    let data = data.ok_or_else(|| {
        ApiError::bad_request("Missing x-pixb-meta-assetdata field")
            .called("MissingMultipartMetaError")
    })?;
    let refused = || ApiError::denied("The signed URL is not valid");
    let text = |key: &str| query.text(key).map(str::to_owned).ok_or_else(refused);
    let ticket = Ticket {
        expires: text("pbe")?,
        token: text("pbt")?,
        organization: text("pbo")?,
        upload: text("pbu")?,
    };
    let tenant = ticket.organization.parse().map(TenantId).map_err(|_| refused())?;
    let cloud = app.library.tenant_name(tenant).await?.ok_or_else(refused)?;
    let key = signed::key(&app.library, tenant, &ticket.token).await?;
    let (actor, key) = key.ok_or_else(refused)?;
    let expected = ticket.signature(&key.secret, data);
    if !same(expected.as_bytes(), text("pbs")?.as_bytes()) {
        return Err(refused());
    }
    let expires: i64 = ticket.expires.parse().map_err(|_| refused())?;
    let of = PartsOf { id: ticket.upload, until: expires.saturating_add(GRACE_MS) };
    let parts = Parts { of, expires };
    Ok(Allowed { actor, cloud: cloud.to_string(), parts, data: AssetData::read(data)? })
}
