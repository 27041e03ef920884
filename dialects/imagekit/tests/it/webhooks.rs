//! Account webhooks.

use http::Method;
use serde_json::{Value, json};

use crate::server::{Answer, Server};

const WEBHOOKS: &str = "/v1/accounts/webhooks";

async fn create(server: &Server, body: Value) -> Answer {
    server.api(Method::POST, WEBHOOKS, body.to_string()).await
}

#[tokio::test]
async fn a_webhook_lives_and_dies() {
    let server = Server::start().await;
    let body = json!({
        "endpoint": "https://hooks.example.com/a", "events": ["file.created", "file.deleted"]
    });
    let answer = create(&server, body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let made = answer.json();
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() == 30, "{secret}");
    insta::assert_snapshot!(answer.shown().replace(secret, "[secret]"), @r#"
    201
    {
      "createdAt": "[moment]",
      "enabled": true,
      "endpoint": "https://hooks.example.com/a",
      "events": [
        "file.created",
        "file.deleted"
      ],
      "id": "[id]",
      "secret": "[secret]",
      "updatedAt": "[moment]"
    }
    "#);
    let path = format!("{WEBHOOKS}/{}", made["id"].as_str().unwrap());
    assert_eq!(server.api(Method::GET, &path, "").await.json(), made);
    assert_eq!(server.api(Method::GET, WEBHOOKS, "").await.json(), json!([made]));

    let body = json!({"enabled": false, "events": ["folder.created", "folder.created"]});
    let changed = server.api(Method::PATCH, &path, body.to_string()).await;
    assert_eq!(changed.status, 200);
    let changed = changed.json();
    assert_eq!(changed["events"], json!(["folder.created"]));
    assert_eq!(changed["enabled"], json!(false));
    for key in ["id", "endpoint", "secret", "createdAt"] {
        assert_eq!(changed[key], made[key], "{key}");
    }
    assert_eq!(server.api(Method::DELETE, &path, "").await.status, 204);
    let gone = "404 The requested webhook does not exist.";
    assert_eq!(server.api(Method::GET, &path, "").await.fault(), gone);
    assert_eq!(server.api(Method::PATCH, &path, "{}").await.fault(), gone);
    assert_eq!(server.api(Method::DELETE, &path, "").await.fault(), gone);
    assert_eq!(server.api(Method::GET, WEBHOOKS, "").await.text(), "[]");
}

#[tokio::test]
async fn what_is_no_webhook_is_refused() {
    let server = Server::start().await;
    let fine = json!({"endpoint": "https://a.example", "events": ["file.created"]});
    assert_eq!(create(&server, fine.clone()).await.status, 201);
    let mut faults = Vec::new();
    for body in [
        fine,
        json!({"events": ["file.created"]}),
        json!({"endpoint": "https://b.example"}),
        json!({"endpoint": "b.example", "events": ["file.created"]}),
        json!({"endpoint": "ftp://b.example", "events": ["file.created"]}),
        json!({"endpoint": "https://b.example", "events": []}),
        json!({"endpoint": "https://b.example", "events": "file.created"}),
        json!({"endpoint": "https://b.example", "events": [1]}),
        json!({"endpoint": "https://b.example", "events": ["file.created"], "secret": "mine"}),
    ] {
        faults.push(create(&server, body).await.fault());
    }
    insta::assert_snapshot!(faults.join("\n"), @r"
    409 There is a webhook with this `endpoint` already.
    400 `endpoint` is missing.
    400 `events` is missing.
    400 `endpoint` expects a URL that begins with http:// or https://.
    400 `endpoint` expects a URL that begins with http:// or https://.
    400 `events` expects at least one event.
    400 `events` expects a list of texts.
    400 `events` expects a list of texts.
    400 `secret` is not a key of this request.
    ");
    let body = json!({"endpoint": "https://b.example", "events": ["file.renamed"]});
    let fault = create(&server, body).await.fault();
    assert!(fault.starts_with("400 `events` expects some of video."), "{fault}");
    assert!(fault.ends_with("folder.deleted, found `file.renamed`."), "{fault}");
}
