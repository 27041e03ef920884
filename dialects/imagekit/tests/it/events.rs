//! What webhooks are told, in the vendor's words.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use http::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use testkit::{EchoEngine, Picture, Reply, Seen, Service, builder};

use crate::server::{Answer, Server, file, redact, text};

async fn server() -> Server {
    let app = builder()
        .engine(Arc::new(EchoEngine::drawing()))
        .config(|config| {
            config.fetch.allow_private = true;
            config.webhooks.retry_ms = 20;
        })
        .build()
        .await;
    Server::around(app, |_| {})
}

/// The secret of a new webhook.
async fn listen(server: &Server, service: &Service, events: &[&str]) -> String {
    let body = json!({"endpoint": service.url("/hook"), "events": events});
    let made = server.api(Method::POST, "/v1/accounts/webhooks", body.to_string()).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json()["secret"].as_str().unwrap().to_owned()
}

async fn upload(server: &Server, bytes: &[u8], transformation: Option<&str>) -> Answer {
    let mut parts =
        vec![file(bytes), text("fileName", "cat.jpg"), text("useUniqueFileName", "false")];
    parts.extend(transformation.map(|value| text("transformation", value)));
    server.upload(&parts).await
}

/// The body of the event of that type, with ids and moments made equal.
fn shown(seen: &[Seen], kind: &str) -> String {
    let bodies = seen.iter().map(|request| serde_json::from_str::<Value>(request.text()).unwrap());
    let mut body = bodies.into_iter().find(|body| body["type"] == kind).unwrap();
    let version = body["data"]["versionInfo"]["id"].as_str().unwrap_or("none").to_owned();
    redact(&mut body);
    if let Some(id) = body.pointer_mut("/request/x_request_id") {
        *id = "[request]".into();
    }
    serde_json::to_string_pretty(&body).unwrap().replace(&version, "[id]")
}

fn cat() -> Vec<u8> {
    Picture::jpeg(600, 400).bytes()
}

#[tokio::test]
async fn files_are_created_updated_and_deleted() {
    let (server, service) = (server().await, Service::start(|_, _| Reply::status(200)).await);
    let events = ["file.created", "file.updated", "file.deleted", "file-version.created"];
    listen(&server, &service, &events).await;
    let id = upload(&server, &cat(), None).await.json()["fileId"].as_str().unwrap().to_owned();
    let seen = service.wait_for(1).await;
    insta::assert_snapshot!(shown(&seen, "file.created"), @r#"
    {
      "created_at": "[moment]",
      "data": {
        "AITags": null,
        "createdAt": "[moment]",
        "customCoordinates": null,
        "customMetadata": {},
        "embeddedMetadata": {},
        "fileId": "[id]",
        "filePath": "/cat.jpg",
        "fileType": "image",
        "hasAlpha": false,
        "height": 400,
        "isPrivateFile": false,
        "isPublished": true,
        "mime": "image/jpeg",
        "name": "cat.jpg",
        "size": 49,
        "tags": null,
        "thumbnail": "https://images.example.com/imagekit/demo/tr:n-ik_ml_thumbnail/cat.jpg",
        "type": "file",
        "updatedAt": "[moment]",
        "url": "https://images.example.com/imagekit/demo/cat.jpg",
        "versionInfo": {
          "id": "[id]",
          "name": "Version 1"
        },
        "width": 600
      },
      "id": "[id]",
      "type": "file.created"
    }
    "#);

    upload(&server, &Picture::jpeg(60, 40).bytes(), None).await;
    let seen = service.wait_for(3).await;
    insta::assert_snapshot!(shown(&seen, "file-version.created"), @r#"
    {
      "created_at": "[moment]",
      "data": {
        "AITags": null,
        "createdAt": "[moment]",
        "customCoordinates": null,
        "customMetadata": {},
        "embeddedMetadata": {},
        "fileId": "[id]",
        "filePath": "/cat.jpg",
        "fileType": "image",
        "hasAlpha": false,
        "height": 40,
        "isPrivateFile": false,
        "isPublished": true,
        "mime": "image/jpeg",
        "name": "cat.jpg",
        "size": 47,
        "tags": null,
        "thumbnail": "https://images.example.com/imagekit/demo/tr:n-ik_ml_thumbnail/cat.jpg?ik-obj-version=[id]",
        "type": "file-version",
        "updatedAt": "[moment]",
        "url": "https://images.example.com/imagekit/demo/cat.jpg?ik-obj-version=[id]",
        "versionInfo": {
          "id": "[id]",
          "name": "Version 2"
        },
        "width": 60
      },
      "id": "[id]",
      "type": "file-version.created"
    }
    "#);
    assert!(shown(&seen, "file.updated").contains("\"width\": 60"));

    server.api(Method::DELETE, &format!("/v1/files/{id}"), "").await;
    let seen = service.wait_for(4).await;
    insta::assert_snapshot!(shown(&seen, "file.deleted"), @r#"
    {
      "created_at": "[moment]",
      "data": {
        "fileId": "[id]"
      },
      "id": "[id]",
      "type": "file.deleted"
    }
    "#);
    let body: Value = serde_json::from_str(seen[3].text()).unwrap();
    assert_eq!(body["data"]["fileId"], id);
    assert_eq!(body["id"], seen[3].header("webhook-id"));
}

#[tokio::test]
async fn folders_are_created() {
    let (server, service) = (server().await, Service::start(|_, _| Reply::status(200)).await);
    listen(&server, &service, &["folder.created"]).await;
    let body = json!({"folderName": "b", "parentFolderPath": "/a"});
    server.api(Method::POST, "/v1/folder", body.to_string()).await;
    let seen = service.wait_for(2).await;
    let of = |path: &str| {
        let path = format!("\"folderPath\":\"{path}\"");
        seen.iter().find(|request| request.text().contains(&path)).cloned().unwrap()
    };
    of("/a/b");
    insta::assert_snapshot!(shown(&[of("/a")], "folder.created"), @r#"
    {
      "created_at": "[moment]",
      "data": {
        "createdAt": "[moment]",
        "customMetadata": {},
        "folderId": "[id]",
        "folderPath": "/a",
        "name": "a",
        "type": "folder",
        "updatedAt": "[moment]"
      },
      "id": "[id]",
      "type": "folder.created"
    }
    "#);
}

#[tokio::test]
async fn both_signatures_hold() {
    let (server, service) = (server().await, Service::start(|_, _| Reply::status(200)).await);
    let secret = listen(&server, &service, &["file.created"]).await;
    upload(&server, &cat(), None).await;
    let request = service.wait_for(1).await.remove(0);
    let mac = |signed: String| {
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.chain_update(signed).finalize().into_bytes()
    };

    let (moment, signature) =
        request.header("x-ik-signature").strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    let expected = mac(format!("{moment}.{}", request.text()));
    let expected: String = expected.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(signature, expected);

    let (id, seconds) = (request.header("webhook-id"), request.header("webhook-timestamp"));
    let expected = BASE64_STANDARD.encode(mac(format!("{id}.{seconds}.{}", request.text())));
    assert_eq!(request.header("webhook-signature"), format!("v1,{expected}"));
    let moment: i64 = moment.parse().unwrap();
    assert_eq!(seconds, (moment / 1000).to_string());
}

#[expect(clippy::too_many_lines, reason = "four bodies stand in it whole")]
#[tokio::test]
async fn preparations_and_variants_are_told() {
    let (server, service) = (server().await, Service::start(|_, _| Reply::status(200)).await);
    let events = [
        "upload.pre-transform.success",
        "upload.pre-transform.error",
        "upload.post-transform.success",
        "upload.post-transform.error",
    ];
    listen(&server, &service, &events).await;
    let transformation = json!({
        "pre": "w-300",
        "post": [
            {"type": "transformation", "value": "tr:w-100,h-50"},
            {"type": "gif-to-video", "value": "w-50"},
        ],
    });
    upload(&server, &cat(), Some(&transformation.to_string())).await;
    let seen = service.wait_for(3).await;
    insta::assert_snapshot!(shown(&seen, "upload.pre-transform.success"), @r#"
    {
      "created_at": "[moment]",
      "data": {
        "AITags": null,
        "fileId": "[id]",
        "filePath": "/cat.jpg",
        "fileType": "image",
        "height": 200,
        "name": "cat.jpg",
        "size": 49,
        "thumbnailUrl": "https://images.example.com/imagekit/demo/tr:n-ik_ml_thumbnail/cat.jpg",
        "url": "https://images.example.com/imagekit/demo/cat.jpg",
        "versionInfo": {
          "id": "[id]",
          "name": "Version 1"
        },
        "width": 300
      },
      "id": "[id]",
      "request": {
        "transformation": "w-300",
        "x_request_id": "[request]"
      },
      "type": "upload.pre-transform.success"
    }
    "#);
    insta::assert_snapshot!(shown(&seen, "upload.post-transform.success"), @r#"
    {
      "created_at": "[moment]",
      "data": {
        "fileId": "[id]",
        "name": "cat.jpg",
        "url": "https://images.example.com/imagekit/demo/tr:w-100,h-50/cat.jpg"
      },
      "id": "[id]",
      "request": {
        "transformation": {
          "type": "transformation",
          "value": "tr:w-100,h-50"
        },
        "x_request_id": "[request]"
      },
      "type": "upload.post-transform.success"
    }
    "#);
    insta::assert_snapshot!(shown(&seen, "upload.post-transform.error"), @r#"
    {
      "created_at": "[moment]",
      "data": {
        "fileId": "[id]",
        "name": "cat.jpg",
        "path": "/cat.jpg",
        "transformation": {
          "error": {
            "reason": "this server makes no videos"
          }
        },
        "url": "https://images.example.com/imagekit/demo/tr:w-50/cat.jpg"
      },
      "id": "[id]",
      "request": {
        "transformation": {
          "type": "gif-to-video",
          "value": "w-50"
        },
        "x_request_id": "[request]"
      },
      "type": "upload.post-transform.error"
    }
    "#);

    let refused = upload(&server, b"hello", Some(r#"{"pre": "w-300"}"#)).await;
    assert_eq!(refused.status, 400);
    let seen = service.wait_for(4).await;
    insta::assert_snapshot!(shown(&seen, "upload.pre-transform.error"), @r#"
    {
      "created_at": "[moment]",
      "data": {
        "name": "cat.jpg",
        "path": "/cat.jpg",
        "transformation": {
          "error": {
            "reason": "only images can be transformed"
          }
        }
      },
      "id": "[id]",
      "request": {
        "transformation": "w-300",
        "x_request_id": "[request]"
      },
      "type": "upload.pre-transform.error"
    }
    "#);
}

#[tokio::test]
async fn the_url_of_a_variant_delivers_it() {
    let (server, service) = (server().await, Service::start(|_, _| Reply::status(200)).await);
    listen(&server, &service, &["upload.post-transform.success"]).await;
    let transformation = json!({"post": [
        {"type": "thumbnail", "value": "w-10"}, {"type": "thumbnail"},
        {"type": "transformation", "value": "w-20"},
    ]});
    upload(&server, &cat(), Some(&transformation.to_string())).await;
    for request in service.wait_for(3).await {
        let body: Value = serde_json::from_str(request.text()).unwrap();
        let url = body["data"]["url"].as_str().unwrap().to_owned();
        let path = url.strip_prefix("https://images.example.com/imagekit").unwrap();
        assert_eq!(server.get(path).await.status, 200, "{url}");
    }
}
