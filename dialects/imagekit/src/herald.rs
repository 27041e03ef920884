//! Events in the vendor's words: what webhooks and `webhookUrl` are told, and how it is signed.
//!
//! ```text
//! {"id", "type", "created_at", "data": {...}}                                        files, versions, folders
//! {"id", "type", "created_at", "request": {"x_request_id", "transformation"}, "data"}   uploads
//! {"service", "status": "SUCCESS", "fileObject"}                                     `webhookUrl`
//! {"service", "status": "FAILURE", "fileId", "error": {"message"}}
//! ```
//!
//! Each posting to a webhook is signed in both ways that SDKs verify. The key is in both the secret as it is written,
//! `whsec_` included: SDKs of the fifth generation encode the whole text before they hand it to a library that decodes.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use library::{Asset, CustomFields, EventKind, Folder, Herald, Letter, Message, Told};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    Config,
    endpoint::{Endpoint, file_path},
    files::response::{FileObject, FolderObject},
    time::iso,
    upload::UploadResponse,
};

/// Who tells of events for this dialect.
pub(crate) fn herald(config: Arc<Config>) -> Herald {
    Herald { tell: Box::new(move |told| tell(&config, told)), sign: Box::new(sign) }
}

fn tell(config: &Config, told: &Told<'_>) -> Option<Message> {
    let endpoint = Endpoint::new(config, told.tenant).beside(told.url_endpoints);
    if let Some(body) = callback(told, &endpoint) {
        return Some(Message { name: "extension".to_owned(), body: body.to_string() });
    }
    let (name, data) = said(told, &endpoint)?;
    let event = told.event;
    let mut body = json!({
        "id": event.id.to_string(),
        "type": name,
        "created_at": iso(event.created),
        "data": data,
    });
    if name.starts_with("upload.") {
        body["request"] = json!({
            "x_request_id": event.note["x_request_id"],
            "transformation": event.note["transformation"],
        });
    }
    Some(Message { name: name.to_owned(), body: body.to_string() })
}

/// Name and `data`.
fn said(told: &Told<'_>, endpoint: &Endpoint) -> Option<(&'static str, Value)> {
    let file = |asset: &Asset| value(FileObject::current(asset, endpoint));
    let folder = |folder: &Folder| value(FolderObject::from(folder));
    let subject = told.event.subject;
    Some(match told.event.kind {
        EventKind::AssetCreated => ("file.created", file(told.asset?)?),
        EventKind::AssetUpdated => ("file.updated", file(told.asset?)?),
        EventKind::AssetDeleted => ("file.deleted", json!({"fileId": subject.asset?.to_string()})),
        EventKind::VersionCreated => {
            ("file-version.created", value(FileObject::past(told.asset?, endpoint))?)
        }
        EventKind::VersionDeleted => (
            "file-version.deleted",
            json!({
                "fileId": subject.asset?.to_string(),
                "versionId": subject.version?.to_string(),
            }),
        ),
        EventKind::FolderCreated => ("folder.created", folder(told.folder?)?),
        EventKind::FolderUpdated => ("folder.updated", folder(told.folder?)?),
        EventKind::FolderDeleted => {
            ("folder.deleted", json!({"folderId": subject.folder?.to_string()}))
        }
        EventKind::Prepared => {
            let fields = CustomFields::default();
            let response = UploadResponse::new(told.asset?, endpoint, &[], &fields);
            ("upload.pre-transform.success", value(response)?)
        }
        EventKind::PreparationFailed => {
            let note = &told.event.note;
            let data = json!({
                "name": note["name"],
                "path": note["path"],
                "transformation": reason(note),
            });
            ("upload.pre-transform.error", data)
        }
        EventKind::VariantMade => ("upload.post-transform.success", variant(told, endpoint)?),
        EventKind::VariantFailed => {
            let mut data = variant(told, endpoint)?;
            let asset = told.asset?;
            data["path"] = file_path(&asset.folder, &asset.name).into();
            data["transformation"] = reason(&told.event.note);
            ("upload.post-transform.error", data)
        }
        EventKind::ExtensionDone | EventKind::ExtensionFailed => return None,
    })
}

/// Where a variant is delivered.
fn variant(told: &Told<'_>, endpoint: &Endpoint) -> Option<Value> {
    let asset = told.asset?;
    let requested = &told.event.note["transformation"];
    let chain = requested["value"].as_str().unwrap_or_default();
    let is_still = requested["type"] == "thumbnail";
    let url = endpoint.variant(asset, chain.strip_prefix("tr:").unwrap_or(chain), is_still);
    Some(json!({
        "fileId": asset.id.to_string(),
        "name": asset.name.as_str(),
        "url": url,
    }))
}

fn reason(note: &Value) -> Value {
    json!({"error": {"reason": note["reason"]}})
}

/// How an extension ended, for `webhookUrl`.
fn callback(told: &Told<'_>, endpoint: &Endpoint) -> Option<Value> {
    let note = &told.event.note;
    match told.event.kind {
        EventKind::ExtensionDone => Some(json!({
            "service": note["extension"],
            "status": "SUCCESS",
            "fileObject": value(FileObject::current(told.asset?, endpoint))?,
        })),
        EventKind::ExtensionFailed => Some(json!({
            "service": note["extension"],
            "status": "FAILURE",
            "fileId": told.event.subject.asset?.to_string(),
            "error": {"message": note["reason"]},
        })),
        _ => None,
    }
}

fn value(object: impl Serialize) -> Option<Value> {
    // Keys are texts and numbers are finite: it always can be said.
    serde_json::to_value(object).ok()
}

fn sign(letter: &Letter<'_>) -> Vec<(&'static str, String)> {
    let Letter { id, moment, body, secret } = *letter;
    let seconds = moment.div_euclid(1000);
    let mac = |signed: String| {
        // HMAC takes keys of any length.
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
        Some(mac.chain_update(signed).finalize().into_bytes())
    };
    let hex = mac(format!("{moment}.{body}"))
        .map(|mac| mac.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let standard = mac(format!("{id}.{seconds}.{body}")).map(|mac| BASE64_STANDARD.encode(mac));
    vec![
        ("x-ik-signature", format!("t={moment},v1={}", hex.unwrap_or_default())),
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", format!("v1,{}", standard.unwrap_or_default())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with the standard library of Python.
    #[test]
    fn both_signatures_are_those_of_the_sdks() {
        let letter = Letter {
            id: "0123456789abcdef01234567",
            moment: 1_655_379_249_120,
            body: r#"{"type":"file.created"}"#,
            secret: "whsec_secret",
        };
        insta::assert_debug_snapshot!(sign(&letter), @r#"
        [
            (
                "x-ik-signature",
                "t=1655379249120,v1=3370b8c4013d65c499a20244a366c0798d27c38e951655736834cb202976aed0",
            ),
            (
                "webhook-id",
                "0123456789abcdef01234567",
            ),
            (
                "webhook-timestamp",
                "1655379249",
            ),
            (
                "webhook-signature",
                "v1,Obb0/OvD+kpSjSZ70n6v25cZu2SWg0cDjq/p+L1TZYI=",
            ),
        ]
        "#);
    }
}
