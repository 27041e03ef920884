//! `/v1/files/purge`.

use http::Method;
use serde_json::{Value, json};

use crate::server::{Answer, Server};

async fn purge(server: &Server, body: Value) -> Answer {
    server.api(Method::POST, "/v1/files/purge", body.to_string()).await
}

#[tokio::test]
async fn a_purge_is_accepted_and_soon_completed() {
    let server = Server::start().await;
    let url = "https://images.example.com/imagekit/demo/a/b.jpg";
    let answer = purge(&server, json!({ "url": url })).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    201
    {
      "requestId": "[id]"
    }
    "#);
    let id = answer.json()["requestId"].as_str().unwrap().to_owned();
    for _ in 0..2000 {
        let status = server.api(Method::GET, &format!("/v1/files/purge/{id}/"), "").await;
        assert_eq!(status.status, 200);
        if status.json() == json!({ "status": "Completed" }) {
            return;
        }
        assert_eq!(status.json(), json!({ "status": "Pending" }));
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("it never completed");
}

#[tokio::test]
async fn wildcards_have_rules() {
    let server = Server::start().await;
    let base = "https://images.example.com/imagekit/demo";
    assert_eq!(purge(&server, json!({ "url": format!("{base}/a/b*") })).await.status, 201);
    let mut faults = Vec::new();
    for body in [
        json!({}),
        json!({ "url": "" }),
        json!({ "url": 5 }),
        json!({ "url": format!("{base}/a*") }),
        json!({ "url": format!("{base}/*/b.jpg") }),
    ] {
        faults.push(purge(&server, body).await.fault());
    }
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `url` is missing.
    400 `url` is missing.
    400 `url` expects a text.
    400 `url` may end with `*` if its path below the URL endpoint has two levels, 15 characters or is that of a file with its extension.
    400 `url` may have a `*` at its end only.
    ");
}

#[tokio::test]
async fn unknown_requests_are_404() {
    let server = Server::start().await;
    for id in ["0123456789abcdef01234567", "nothing", "%ff"] {
        let answer = server.api(Method::GET, &format!("/v1/files/purge/{id}"), "").await;
        assert_eq!(answer.fault(), "404 The requested purge request does not exist.");
    }
}
