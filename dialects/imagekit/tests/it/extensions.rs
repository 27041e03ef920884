//! `extensions` and `webhookUrl` of uploads and updates.

use std::{sync::Arc, time::Duration};

use http::Method;
use serde_json::{Value, json};
use testkit::{EchoEngine, Picture, Reply, Service, builder};

use crate::server::{Answer, Server, file, redact, text};

const TAGS: &str = r#"{"tags": [{"name": "cat", "confidence": 80.5}]}"#;

async fn server(change: impl FnOnce(&mut library::ExtensionsConfig)) -> Server {
    let app = builder()
        .engine(Arc::new(EchoEngine::drawing()))
        .config(|config| {
            config.fetch.allow_private = true;
            config.webhooks.retry_ms = 20;
            change(&mut config.extensions);
        })
        .build()
        .await;
    Server::around(app, |_| {})
}

async fn upload(server: &Server, extensions: &Value, webhook_url: &str) -> Answer {
    let cat = Picture::jpeg(600, 400).bytes();
    server
        .upload(&[
            file(&cat),
            text("fileName", "cat.jpg"),
            text("useUniqueFileName", "false"),
            text("extensions", &extensions.to_string()),
            text("webhookUrl", webhook_url),
        ])
        .await
}

fn all() -> Value {
    json!([
        {"name": "remove-bg", "options": {"bg_color": "fff"}},
        {"name": "google-auto-tagging", "minConfidence": 50, "maxTags": 5},
        {"name": "aws-auto-tagging", "minConfidence": 50, "maxTags": 5},
    ])
}

#[tokio::test]
async fn what_is_not_configured_has_failed_and_the_upload_stands() {
    let server = server(|_| ()).await;
    let answer = upload(&server, &all(), "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json()["extensionStatus"],
        json!({"remove-bg": "failed", "google-auto-tagging": "failed", "aws-auto-tagging": "failed"})
    );
    let id = answer.json()["fileId"].as_str().unwrap().to_owned();
    let path = format!("/v1/files/{id}/details");
    let details = server.api(Method::GET, &path, "").await.json();
    assert_eq!(details["extensionStatus"], Value::Null, "it is part of the answer to who asked");
    let body = json!({"extensions": all()}).to_string();
    let patched = server.api(Method::PATCH, &path, body).await.json();
    assert_eq!(patched["extensionStatus"]["remove-bg"], "failed");
    assert_eq!(upload(&server, &json!([]), "").await.json()["extensionStatus"], Value::Null);
}

#[tokio::test]
async fn tags_are_in_the_answer_where_they_come_at_once() {
    let service = Service::start(|seen, _| match seen.path.as_str() {
        "/slow" => Reply::new("application/json", TAGS).after(Duration::from_millis(300)),
        "/cut" => Reply::new("image/png", Picture::png(600, 400).alpha().bytes()),
        _ => Reply::new("application/json", TAGS),
    })
    .await;
    let server = server(|extensions| {
        extensions.google_auto_tagging.url = service.url("/quick");
        extensions.aws_auto_tagging.url = service.url("/slow");
        extensions.remove_bg.url = service.url("/cut");
        extensions.wait_ms = 150;
    })
    .await;
    let answer = upload(&server, &all(), &service.url("/callback")).await.json();
    assert_eq!(
        answer["extensionStatus"],
        json!({"remove-bg": "pending", "google-auto-tagging": "success", "aws-auto-tagging": "pending"})
    );
    let tags = answer["AITags"].as_array().unwrap();
    assert!(
        tags.contains(&json!({"name": "cat", "confidence": 80.5, "source": "google-auto-tagging"}))
    );

    // Three questions, three calls.
    let seen = service.wait_for(6).await;
    let told = seen.iter().filter(|request| request.path == "/callback");
    let mut told: Vec<Value> =
        told.map(|request| serde_json::from_str(request.text()).unwrap()).collect();
    told.sort_by_key(|body| body["service"].as_str().unwrap().to_owned());
    let services: Vec<&Value> = told.iter().map(|body| &body["service"]).collect();
    assert_eq!(services, ["aws-auto-tagging", "google-auto-tagging", "remove-bg"]);
    assert!(told.iter().all(|body| body["status"] == "SUCCESS"));
    assert_eq!(told[2]["fileObject"]["versionInfo"]["name"], "Version 2");
    assert_eq!(told[0]["fileObject"]["fileId"], answer["fileId"]);
    assert!(seen.iter().all(|it| it.path != "/callback" || it.header("webhook-id").is_empty()));
}

#[tokio::test]
async fn failures_are_called_too_until_they_are_taken() {
    let service = Service::start(|seen, before| match seen.path.as_str() {
        // Anything but 200 is tried again.
        "/callback" => Reply::status(if before < 2 { 202 } else { 200 }),
        _ => Reply::status(400),
    })
    .await;
    let server = server(|extensions| extensions.remove_bg.url = service.url("/cut")).await;
    let asked = json!([{"name": "remove-bg"}]);
    let answer = upload(&server, &asked, &service.url("/callback")).await.json();
    assert_eq!(answer["extensionStatus"]["remove-bg"], "pending");
    let seen = service.wait_for(3).await;
    let mut body: Value = serde_json::from_str(seen[2].text()).unwrap();
    assert_eq!(body["fileId"], answer["fileId"]);
    redact(&mut body);
    insta::assert_snapshot!(serde_json::to_string_pretty(&body).unwrap(), @r#"
    {
      "error": {
        "message": "the back end answered 400 Bad Request"
      },
      "fileId": "[id]",
      "service": "remove-bg",
      "status": "FAILURE"
    }
    "#);
}

#[tokio::test]
async fn faults_are_400_and_store_nothing() {
    let server = server(|_| ()).await;
    for (extensions, webhook_url, expected) in [
        (
            json!([{"name": "remove"}]),
            "",
            "400 `extensions[0].name` expects one of remove-bg, google-auto-tagging, aws-auto-tagging, ai-auto-description, ai-tasks, saved-extension, found `remove`.",
        ),
        (json!({}), "", "400 `extensions` expects an array of objects."),
        (
            json!([{"name": "remove-bg"}, {"name": "remove-bg"}]),
            "",
            "400 `extensions` names `remove-bg` twice.",
        ),
        (
            json!([{"name": "saved-extension", "id": "0123456789abcdef01234567"}]),
            "",
            "400 `extensions[0].id`: there is no such extension.",
        ),
        (
            json!([]),
            "ftp://a.example",
            "400 `webhookUrl` expects a URL that begins with http:// or https://, of at most 2048 bytes.",
        ),
    ] {
        assert_eq!(upload(&server, &extensions, webhook_url).await.fault(), expected);
    }
    assert_eq!(server.api(Method::GET, "/v1/files", "").await.text(), "[]");
}

#[tokio::test]
async fn a_saved_extension_is_called_by_its_id() {
    let service = Service::start(|_, _| Reply::new("application/json", TAGS)).await;
    let server = server(|extensions| extensions.google_auto_tagging.url = service.url("/")).await;
    let saved = json!({
        "name": "tags", "description": "ours",
        "config": {"name": "google-auto-tagging", "minConfidence": 90, "maxTags": 5},
    });
    let saved = server.api(Method::POST, "/v1/saved-extensions", saved.to_string()).await.json();
    let wrong = json!({
        "name": "tags", "description": "ours", "config": {"name": "google-auto-tagging", "maxTags": 5},
    });
    let wrong = server.api(Method::POST, "/v1/saved-extensions", wrong.to_string()).await;
    assert_eq!(wrong.fault(), "400 `config.minConfidence` expects a whole number from 0 to 100.");
    let asked = json!([{"name": "saved-extension", "id": saved["id"]}]);
    let answer = upload(&server, &asked, "").await.json();
    assert_eq!(answer["extensionStatus"], json!({"google-auto-tagging": "success"}));
    assert_eq!(answer["AITags"], Value::Null, "nothing is as sure as that");
}

/// What the body takes away goes first, so the tag is there again afterwards.
#[tokio::test]
async fn an_update_drops_tags_before_it_asks_for_some() {
    let service = Service::start(|_, _| Reply::new("application/json", TAGS)).await;
    let server = server(|extensions| extensions.google_auto_tagging.url = service.url("/")).await;
    let tagging = json!([{"name": "google-auto-tagging", "minConfidence": 50, "maxTags": 5}]);
    let answer = upload(&server, &tagging, "").await.json();
    let path = format!("/v1/files/{}/details", answer["fileId"].as_str().unwrap());
    let body = json!({"removeAITags": "all", "extensions": tagging});
    let patched = server.api(Method::PATCH, &path, body.to_string()).await.json();
    assert_eq!(patched["extensionStatus"], json!({"google-auto-tagging": "success"}));
    assert_eq!(patched["AITags"][0]["name"], "cat");
    let fault = server.api(Method::PATCH, &path, r#"{"extensions": [{"name": "x"}]}"#).await;
    assert_eq!(fault.status, 400);
}

#[tokio::test]
async fn a_callback_at_a_private_address_is_not_connected_to() {
    let service = Service::start(|seen, _| match seen.path.as_str() {
        "/callback" => Reply::status(200),
        _ => Reply::new("application/json", TAGS),
    })
    .await;
    let app = builder()
        .config(|config| config.extensions.google_auto_tagging.url = service.url("/"))
        .build()
        .await;
    let server = Server::around(app, |_| {});
    let tagging = json!([{"name": "google-auto-tagging", "minConfidence": 50, "maxTags": 5}]);
    let answer = upload(&server, &tagging, &service.url("/callback")).await;
    assert_eq!(answer.json()["extensionStatus"], json!({"google-auto-tagging": "success"}));
    for _ in 0..2000 {
        let log = server.app.library.postings(server.app.owner(), 1).await.unwrap();
        if let Some(error) = log.first().and_then(|posting| posting.error.clone()) {
            assert!(error.contains("not at a public address"), "{error}");
            assert_eq!(service.seen().len(), 1);
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nothing was tried");
}
