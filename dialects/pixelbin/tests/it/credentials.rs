//! Credentials of plug-ins.

use http::Method;
use serde_json::json;

use crate::server::Server;

#[tokio::test]
async fn credentials_are_kept_and_never_shown() {
    let server = Server::start().await;
    let body = json!({"pluginId": "remove.bg", "credentials": {"apiKey": "hush"}});
    let added = server.call(Method::POST, "/credentials", &body).await;
    insta::assert_snapshot!(added.shown(), @r#"
    200
    {
      "_id": "[uuid]",
      "createdAt": "[moment]",
      "isActive": true,
      "orgId": 1,
      "pluginId": "remove.bg",
      "updatedAt": "[moment]"
    }
    "#);
    let kept = server.app.library.credentials_for_plugin(server.app.tenant, "remove.bg").await;
    assert_eq!(kept.unwrap(), Some(json!({"apiKey": "hush"})));
    let body = json!({"credentials": "other"});
    let changed = server.call(Method::PATCH, "/credentials/remove.bg", &body).await;
    assert_eq!(changed.json()["_id"], added.json()["_id"]);
    let gone = server.api(Method::DELETE, "/credentials/remove.bg", "").await;
    assert!(!gone.text().contains("other"), "{}", gone.text());
    let faults = [
        server.api(Method::DELETE, "/credentials/remove.bg", "").await.fault(),
        server.call(Method::PATCH, "/credentials/remove.bg", &body).await.fault(),
        server.call(Method::PATCH, "/credentials/remove.bg", &json!({})).await.fault(),
        server.call(Method::POST, "/credentials", &json!({"pluginId": "a"})).await.fault(),
        server.call(Method::POST, "/credentials", &json!({"credentials": 1})).await.fault(),
        server
            .call(Method::POST, "/credentials", &json!({"credentials": 1, "pluginId": "a b"}))
            .await
            .fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r"
    404 Credentials not found
    404 Credentials not found
    400 `credentials` is missing
    400 `credentials` is missing
    400 `pluginId` is missing.
    400 `pluginId` expects 1 to 64 letters, digits, `_`, `.` and `-`
    ");
    let body = json!({"pluginId": "a", "credentials": 1});
    assert_eq!(server.call(Method::POST, "/credentials", &body).await.status, 200);
    assert_eq!(server.call(Method::POST, "/credentials", &body).await.status, 409);
}
