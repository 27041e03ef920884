//! Saved extensions.

use http::Method;
use serde_json::{Value, json};

use crate::server::{Answer, Server};

const SAVED: &str = "/v1/saved-extensions";

async fn create(server: &Server, body: Value) -> Answer {
    server.api(Method::POST, SAVED, body.to_string()).await
}

#[tokio::test]
async fn a_saved_extension_lives_and_dies() {
    let server = Server::start().await;
    let body = json!({
        "name": "Green",
        "description": "Puts it on green.",
        "config": {"name": "remove-bg", "options": {"bg_color": "green"}}
    });
    let answer = create(&server, body).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    201
    {
      "config": {
        "name": "remove-bg",
        "options": {
          "bg_color": "green"
        }
      },
      "createdAt": "[moment]",
      "description": "Puts it on green.",
      "id": "[id]",
      "name": "Green",
      "updatedAt": "[moment]"
    }
    "#);
    let made = answer.json();
    let path = format!("{SAVED}/{}", made["id"].as_str().unwrap());
    assert_eq!(server.api(Method::GET, &path, "").await.json(), made);
    assert_eq!(server.api(Method::GET, SAVED, "").await.json(), json!([made]));
    let body = json!({"name": "Text", "config": {"name": "ai-auto-description"}});
    let changed = server.api(Method::PATCH, &path, body.to_string()).await.json();
    assert_eq!((&changed["name"], &changed["description"]), (&json!("Text"), &made["description"]));
    assert_eq!(changed["config"], json!({"name": "ai-auto-description"}));
    assert_eq!(server.api(Method::DELETE, &path, "").await.status, 204);
    let gone = "404 The requested saved extension does not exist.";
    assert_eq!(server.api(Method::GET, &path, "").await.fault(), gone);
    assert_eq!(server.api(Method::PATCH, &path, "{}").await.fault(), gone);
    assert_eq!(server.api(Method::DELETE, &path, "").await.fault(), gone);
}

#[tokio::test]
async fn what_is_no_extension_is_refused() {
    let server = Server::start().await;
    let mut faults = Vec::new();
    for body in [
        json!({"description": "x", "config": {"name": "remove-bg"}}),
        json!({"name": "x", "config": {"name": "remove-bg"}}),
        json!({"name": "x", "description": "x"}),
        json!({"name": "x", "description": "x", "config": "remove-bg"}),
        json!({"name": "x", "description": "x", "config": {}}),
        json!({"name": "x", "description": "x", "config": {"name": "saved-extension", "id": "1"}}),
        json!({"name": "x", "description": "x", "config": {"name": "remove-bg"}, "colour": 1}),
    ] {
        faults.push(create(&server, body).await.fault());
    }
    faults.push(server.api(Method::GET, &format!("{SAVED}/abc"), "").await.fault());
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `name` is missing.
    400 `description` is missing.
    400 `config` is missing.
    400 `config` expects an object.
    400 `config.name` expects one of remove-bg, google-auto-tagging, aws-auto-tagging, ai-auto-description, ai-tasks.
    400 `config.name` expects one of remove-bg, google-auto-tagging, aws-auto-tagging, ai-auto-description, ai-tasks.
    400 `colour` is not a key of this request.
    404 The requested saved extension does not exist.
    ");
}
