//! `POST upload/signed-url`, and the form that a client posts then, as it would to S3.
//!
//! The policy says what every field must be and until when; its signature is that of AWS, version 4, with the API secret
//! as the secret key. So whoever holds the form may upload this one file, and change nothing about it.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};
use wire::{
    json::Object,
    multipart::{Multipart, Part, TEXT_LIMIT},
    sign::same,
    time::{iso, now_millis},
};

use super::{
    Incoming,
    direct::{form_limits, spool},
    fields::Given,
    signed::{self, AssetData, base64, hex, hmac},
    store,
};
use crate::{
    Pixelbin, auth::Caller, base::Base, error::ApiError, files::response::UploadedFile, names,
    names::NewName,
};

/// Where the form goes. Clients tell the protocol by the path: any but that of parts is this one.
pub(crate) const PATH: &str = "/service/public/assets/v1.0/form-upload";

/// So long a form is good for.
const LIFETIME_MS: i64 = 5 * 60 * 1000;

const ASSET_DATA: &str = "x-amz-meta-assetData";
const TOKEN: &str = "x-amz-meta-token";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const REGION: &str = "halftone";

/// `POST upload/signed-url`
pub(crate) async fn sign(
    State(app): State<Pixelbin>,
    caller: Caller,
    body: Body,
) -> Result<Json<Signed>, ApiError> {
    let mut body = Object::read(body).await?;
    let format = body.text("format")?.filter(|format| !format.is_empty());
    let format = format.as_deref().map(names::requested_format).transpose()?;
    let given = Given::take(&mut body)?;
    let own = given.name.as_deref().and_then(names::extension).map(str::to_ascii_lowercase);
    let format = format.or(own).unwrap_or_else(|| "jpeg".to_owned());
    let name = NewName::v1(given.name.as_deref(), None)?;
    let fields = given.named(name, "signedUrl")?;
    let key = signed::own_key(&app.library, caller.actor.tenant, caller.secret()).await?;
    let data = AssetData::new(fields, caller.organization(), &caller.base.cloud, &format);
    let token = crate::tokens::access_key(&key.public_key);
    let fields = signed_fields(&app, &data, &caller.base.cloud, &token, &key.secret)?;
    let url = format!("{}{PATH}", caller.base.api);
    Ok(Json(Signed { s3_presigned_url: Form { url, fields } }))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Signed {
    s3_presigned_url: Form,
}

#[derive(Debug, Serialize)]
struct Form {
    url: String,
    fields: BTreeMap<&'static str, String>,
}

fn signed_fields(
    app: &Pixelbin,
    data: &AssetData,
    cloud: &str,
    token: &str,
    secret: &str,
) -> Result<BTreeMap<&'static str, String>, ApiError> {
    let now = now_millis();
    // `2023-03-07T05:39:43.000Z` is `20230307T053943Z`
    let moment: String =
        iso(now).chars().take(19).filter(char::is_ascii_alphanumeric).chain(['Z']).collect();
    let scope = format!("{}/{REGION}/s3/aws4_request", &moment[..8]);
    let text = serde_json::to_string(data)
        .map_err(|_| ApiError::bad_request("`metadata` cannot be written as JSON"))?;
    let mut fields = BTreeMap::from([
        ("key", data.s3_key.clone()),
        (ASSET_DATA, text),
        (TOKEN, token.to_owned()),
        ("bucket", cloud.to_owned()),
        ("X-Amz-Algorithm", ALGORITHM.to_owned()),
        ("X-Amz-Credential", format!("{token}/{scope}")),
        ("X-Amz-Date", moment),
    ]);
    let most = app.library.config().limits.upload_bytes;
    let mut conditions = vec![json!(["content-length-range", 0, most])];
    conditions.extend(fields.iter().map(|(name, value)| json!({ *name: value })));
    let expires = iso(now + LIFETIME_MS);
    let policy = base64(&json!({ "expiration": expires, "conditions": conditions }).to_string());
    fields.insert("X-Amz-Signature", signature(secret, &scope, &policy));
    fields.insert("Policy", policy);
    Ok(fields)
}

/// As AWS signs policies, version 4.
fn signature(secret: &str, scope: &str, policy: &str) -> String {
    let key = scope
        .split('/')
        .fold(format!("AWS4{secret}").into_bytes(), |key, part| hmac(&key, part.as_bytes()));
    hex(&hmac(&key, policy.as_bytes()))
}

/// `POST form-upload`: the fields as they were handed out, and then the file.
pub(crate) async fn upload(
    State(app): State<Pixelbin>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let mut multipart = Multipart::from_request(&headers, body, form_limits(&app.library))?;
    let mut fields = BTreeMap::new();
    while let Some(mut part) = multipart.next_part().await? {
        if part.name != "file" {
            fields.insert(part.name.clone(), part.text(TEXT_LIMIT).await?);
            continue;
        }
        let asset = file(&app, &fields, &mut part, &headers).await?;
        return Ok((StatusCode::CREATED, Json(asset)).into_response());
    }
    // What is wrong with the fields is said first.
    allowed(&app, &fields).await?;
    Err(ApiError::bad_request("`file` is missing"))
}

async fn file(
    app: &Pixelbin,
    fields: &BTreeMap<String, String>,
    part: &mut Part<'_>,
    headers: &HeaderMap,
) -> Result<UploadedFile, ApiError> {
    // Before a byte of it is kept: nobody else is asked who sends it.
    let Allowed { actor, cloud, data } = allowed(app, fields).await?;
    let original = part.file_name.clone();
    let _turn = app.library.upload_turn(&data.s3_key)?;
    let bytes = spool(&app.library, part).await?;
    let format = Some(data.format.clone());
    let incoming = Incoming { bytes, original, format, receipt: None };
    let asset = store(app, actor, data.into_fields(NewName::V1)?, incoming).await?;
    Ok(UploadedFile::new(&asset, &Base::new(&app.config, headers, &cloud)))
}

/// What a form allows.
struct Allowed {
    actor: library::Actor,
    cloud: String,
    data: AssetData,
}

async fn allowed(app: &Pixelbin, fields: &BTreeMap<String, String>) -> Result<Allowed, ApiError> {
    let refused = || ApiError::forbidden("The form's signature is not valid");
    let field = |name: &str| fields.get(name).map(String::as_str).ok_or_else(refused);
    let (cloud, policy) = (field("bucket")?, field("Policy")?);
    let (token, scope) = field("X-Amz-Credential")?.split_once('/').ok_or_else(refused)?;
    let tenant = app.library.tenant(cloud).await?.ok_or_else(refused)?;
    let key = signed::key(&app.library, tenant, token).await?;
    let (actor, key) = key.ok_or_else(refused)?;
    let expected = signature(&key.secret, scope, policy);
    if !same(expected.as_bytes(), field("X-Amz-Signature")?.as_bytes()) {
        return Err(refused());
    }
    let policy = BASE64_STANDARD.decode(policy).ok();
    let policy: Option<Value> = policy.and_then(|text| serde_json::from_slice(&text).ok());
    let policy = policy.ok_or_else(refused)?;
    // ISO texts of one form are in the order of what they mean.
    if policy["expiration"].as_str().is_none_or(|expires| expires < iso(now_millis()).as_str()) {
        return Err(ApiError::forbidden("The form has expired"));
    }
    hold_conditions(&policy, fields)?;
    Ok(Allowed { actor, cloud: cloud.to_owned(), data: AssetData::read(field(ASSET_DATA)?)? })
}

/// Every field is what the policy says, and there are no others.
fn hold_conditions(policy: &Value, fields: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let conditions = policy["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let equal = conditions.iter().filter_map(Value::as_object).flatten();
    let expected: BTreeMap<&str, Option<&str>> =
        equal.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let is_signature = |name: &str| matches!(name, "Policy" | "X-Amz-Signature");
    let fault = |name: &str| {
        let name = crate::query::brief(name);
        ApiError::forbidden(format!("The form's policy does not allow this value of `{name}`"))
    };
    for (name, value) in fields.iter().filter(|(name, _)| !is_signature(name)) {
        if expected.get(name.as_str()) != Some(&Some(value.as_str())) {
            return Err(fault(name));
        }
    }
    match expected.keys().find(|name| !fields.contains_key(**name)) {
        Some(missing) => Err(fault(missing)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of AWS, "Browser-based uploads using HTTP POST", with its own key, policy and scope.
    #[test]
    fn signs_as_aws_does() {
        let policy = "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        assert_eq!(
            signature(secret, "20151229/us-east-1/s3/aws4_request", policy),
            "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"
        );
    }
}
