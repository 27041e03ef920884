//! Presets.

use http::Method;
use serde_json::{Value, json};

use crate::server::{Answer, Server};

async fn add(server: &Server, name: &str, chain: &str, params: Value) -> Answer {
    let body = json!({"presetName": name, "transformation": chain, "params": params});
    server.call(Method::POST, "/presets", &body).await
}

#[tokio::test]
async fn a_preset_comes_back_as_it_was_sent() {
    let server = Server::start().await;
    let params = json!({
        "w": {"type": "integer", "default": 200},
        "unused": {"type": "string", "default": "x"},
    });
    let added = add(&server, "p1", "t.resize(w:$w, h:1)~t.flip()", params).await;
    insta::assert_snapshot!(added.shown(), @r#"
    200
    {
      "_id": "[uuid]",
      "archived": false,
      "createdAt": "[moment]",
      "isActive": true,
      "orgId": 1,
      "params": {
        "w": {
          "default": 200,
          "type": "integer"
        }
      },
      "presetName": "p1",
      "transformation": "t.resize(w:$w, h:1)~t.flip()",
      "updatedAt": "[moment]"
    }
    "#);
    assert_eq!(server.api(Method::GET, "/presets/p1", "").await.json(), added.json());
}

#[tokio::test]
async fn presets_are_listed_archived_and_deleted() {
    let server = Server::start().await;
    for name in ["one", "two", "three"] {
        assert_eq!(add(&server, name, "t.flip()", json!({})).await.status, 200);
    }
    let body = json!({"archived": true});
    let archived = server.call(Method::PATCH, "/presets/two", &body).await.json();
    assert_eq!(archived["archived"], true);
    let names = async |query: &str| {
        let listed = server.api(Method::GET, &format!("/presets?{query}"), "").await.json();
        let items = listed["items"].as_array().unwrap().clone();
        let names: Vec<&str> =
            items.iter().map(|item| item["presetName"].as_str().unwrap()).collect();
        names.join(" ")
    };
    assert_eq!(names("").await, "three two one");
    assert_eq!(names("sort=presetName").await, "one three two");
    assert_eq!(names("sort[0]=-presetName").await, "two three one");
    assert_eq!(names("archived=true").await, "two");
    assert_eq!(names("archived=false&name=T").await, "three");
    assert_eq!(names("transformation=FLIP&pageSize=1").await, "three");
    assert_eq!(names("transformation=flop").await, "");
    assert_eq!(server.api(Method::DELETE, "/presets/two", "").await.json()["archived"], true);
    for (method, path, body) in [
        (Method::GET, "/presets/two", ""),
        (Method::DELETE, "/presets/two", ""),
        (Method::PATCH, "/presets/two", r#"{"archived":true}"#),
    ] {
        assert_eq!(server.api(method, path, body).await.fault(), "404 Preset not found");
    }
}

#[tokio::test]
async fn what_is_no_preset_is_refused() {
    let server = Server::start().await;
    assert_eq!(add(&server, "p", "t.flip()", json!({})).await.status, 200);
    let faults = [
        add(&server, "p", "t.flip()", json!({})).await.fault(),
        add(&server, "a b", "t.flip()", json!({})).await.fault(),
        add(&server, &"a".repeat(65), "t.flip()", json!({})).await.fault(),
        add(&server, "q", "", json!({})).await.fault(),
        add(&server, "q", "t.resize(w:$x)", json!({})).await.fault(),
        add(&server, "q", "t.flip()", json!([])).await.fault(),
        server.call(Method::PATCH, "/presets/p", &json!({})).await.fault(),
        server.call(Method::PATCH, "/presets/p", &json!({"archived": "true"})).await.fault(),
        server.api(Method::GET, "/presets?sort=size", "").await.fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r"
    409 a preset named `p` already exists
    400 `presetName` expects 1 to 64 letters, digits, `_` and `-`
    400 `presetName` expects 1 to 64 letters, digits, `_` and `-`
    400 `transformation` is missing.
    400 `transformation` uses the variable `x`, which `params` does not declare
    400 `params` expects an object.
    400 `archived` expects true or false
    400 `archived` expects true or false.
    400 `sort` expects createdAt, updatedAt or presetName, with `-` for descending, found `size`
    ");
}
