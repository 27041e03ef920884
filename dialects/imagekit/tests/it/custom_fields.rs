//! Custom metadata fields, and their values on files.

use http::Method;
use serde_json::{Value, json};

use crate::server::{Answer, Server, file, text};

const FIELDS: &str = "/v1/customMetadataFields";

async fn create(server: &Server, body: Value) -> Answer {
    server.api(Method::POST, FIELDS, body.to_string()).await
}

/// A field with this schema; returns its id.
async fn define(server: &Server, name: &str, schema: Value) -> String {
    let label = format!("Label of {name}");
    let answer = create(server, json!({ "name": name, "label": label, "schema": schema })).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn listed(server: &Server, query: &str) -> Vec<String> {
    let answer = server.api(Method::GET, &format!("{FIELDS}{query}"), "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let fields = answer.json();
    let name = |field: &Value| field["name"].as_str().unwrap().to_owned();
    fields.as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn a_field_is_answered_as_it_was_defined() {
    let server = Server::start().await;
    let body = json!({
        "name": "price",
        "label": "Price",
        "description": "In euros.",
        "schema": {
            "type": "Number", "minValue": -1.5, "maxValue": 3000,
            "isValueRequired": true, "defaultValue": 30
        }
    });
    insta::assert_snapshot!(create(&server, body).await.shown(), @r#"
    201
    {
      "description": "In euros.",
      "id": "[id]",
      "label": "Price",
      "name": "price",
      "schema": {
        "defaultValue": 30,
        "isValueRequired": true,
        "maxValue": 3000,
        "minValue": -1.5,
        "type": "Number"
      }
    }
    "#);
    for schema in [
        json!({"type": "Text", "minLength": 1, "maxLength": 5}),
        json!({"type": "Textarea", "isValueRequired": false}),
        json!({"type": "Date", "minValue": "2022-01-01", "maxValue": "2023-01-01T00:00:00Z"}),
        json!({"type": "Boolean", "defaultValue": true}),
        json!({"type": "SingleSelect", "selectOptions": ["small", 30, 1.5, true]}),
        json!({"type": "MultiSelect", "selectOptions": ["a", "b"], "defaultValue": ["a", "b"]}),
    ] {
        let name = schema["type"].as_str().unwrap();
        let body = json!({"name": name, "label": name, "schema": schema});
        let answer = create(&server, body).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["schema"]), (201, &schema));
        assert!(answer.json().get("description").is_none());
    }
    let names = ["price", "Text", "Textarea", "Date", "Boolean", "SingleSelect", "MultiSelect"];
    assert_eq!(listed(&server, "").await, names);
    assert_eq!(listed(&server, "/?includeDeleted=false&folderPath=/a/b").await, names);
}

#[tokio::test]
async fn every_key_that_is_wrong_is_named() {
    let server = Server::start().await;
    let mut lines = Vec::new();
    for schema in [
        json!({"type": "Number", "minValue": "1", "maxLength": 5}),
        json!({"type": "Text", "minLength": "a", "maxLength": 1.5, "minValue": 1}),
        json!({"type": "Textarea", "selectOptions": ["a"]}),
        json!({"type": "Date", "minValue": 5, "maxValue": "soon"}),
        json!({"type": "Boolean", "defaultValue": "true", "colour": 1}),
        json!({"type": "SingleSelect"}),
        json!({"type": "MultiSelect", "selectOptions": []}),
        json!({"type": "MultiSelect", "selectOptions": ["a", null]}),
        json!({"type": "MultiSelect", "selectOptions": ["30"], "defaultValue": [30]}),
        json!({"type": "SingleSelect", "selectOptions": [30], "defaultValue": "30"}),
        json!({"type": "Number", "isValueRequired": true}),
        json!({"type": "Number", "isValueRequired": "true", "defaultValue": true}),
        json!({"type": "Number", "minValue": 5, "maxValue": 4}),
        json!({"type": "Number", "minValue": 5, "defaultValue": 4}),
        json!({"type": "Colour"}),
        json!({"type": 5}),
        json!({}),
    ] {
        let answer = create(&server, json!({"name": "a", "label": "A", "schema": schema})).await;
        assert_eq!(answer.fault(), "400 Invalid field object");
        lines.push(answer.json()["errors"].to_string());
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"maxLength":"not allowed for this type","minValue":"should be of type number"}
    {"maxLength":"should be a whole number from 0","minLength":"should be of type number","minValue":"not allowed for this type"}
    {"selectOptions":"not allowed for this type"}
    {"maxValue":"should be an ISO 8601 date","minValue":"should be of type string"}
    {"colour":"not allowed for this type","defaultValue":"should be of type boolean"}
    {"selectOptions":"is required"}
    {"selectOptions":"should not be empty"}
    {"selectOptions":"should hold strings, numbers and booleans"}
    {"defaultValue":"should hold nothing else than \"30\""}
    {"defaultValue":"should be one of 30"}
    {"defaultValue":"is required, because the field must have a value"}
    {"defaultValue":"should be of type number","isValueRequired":"should be of type boolean"}
    {"maxValue":"should not be below the minimum"}
    {"defaultValue":"should be at least 5"}
    {"type":"should be one of Text, Textarea, Number, Date, Boolean, SingleSelect, MultiSelect"}
    {"type":"should be of type string"}
    {"type":"is required"}
    "#);
    assert!(listed(&server, "?includeDeleted=true").await.is_empty());
}

#[tokio::test]
async fn names_are_unique_for_ever_and_labels_while_they_live() {
    let server = Server::start().await;
    let boolean = json!({"type": "Boolean"});
    let id = define(&server, "a", boolean.clone()).await;
    let again = async |name: &str, label: &str| {
        let body = json!({"name": name, "label": label, "schema": boolean});
        create(&server, body).await.fault()
    };
    let label = "Label of a";
    insta::assert_snapshot!(again("a", "other").await, @"400 There is a field named `a`, or was one.");
    insta::assert_snapshot!(again("b", label).await, @"400 There is a field with the label `Label of a`, or was one.");
    let path = format!("{FIELDS}/{id}");
    let answer = server.api(Method::DELETE, &path, "").await;
    assert_eq!((answer.status.as_u16(), answer.text()), (204, ""));
    assert_eq!(again("a", "other").await, "400 There is a field named `a`, or was one.");
    let body = json!({"name": "b", "label": label, "schema": boolean});
    assert_eq!(create(&server, body).await.status, 201);
    assert_eq!(listed(&server, "").await, ["b"]);
    assert_eq!(listed(&server, "?includeDeleted=true").await, ["a", "b"]);

    let gone = "404 The requested custom metadata field does not exist.";
    assert_eq!(server.api(Method::DELETE, &path, "").await.fault(), gone);
    assert_eq!(server.api(Method::PATCH, &path, r#"{"label": "x"}"#).await.fault(), gone);
}

#[tokio::test]
async fn a_field_is_updated_key_by_key() {
    let server = Server::start().await;
    let schema = json!({"type": "Number", "minValue": 1, "maxValue": 5});
    let id = define(&server, "rating", schema).await;
    let path = format!("{FIELDS}/{id}");
    let update = async |body: Value| server.api(Method::PATCH, &path, body.to_string()).await;
    let answer = update(json!({"label": null, "schema": {"maxValue": 10, "type": "Text"}})).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "id": "[id]",
      "label": "Label of rating",
      "name": "rating",
      "schema": {
        "maxValue": 10,
        "minValue": 1,
        "type": "Number"
      }
    }
    "#);
    let answer = update(json!({"label": "Stars"})).await.json();
    assert_eq!((&answer["label"], &answer["schema"]["maxValue"]), (&json!("Stars"), &json!(10)));
    let answer = update(json!({"schema": {"minValue": null}})).await.json();
    assert_eq!(answer["schema"], json!({"type": "Number", "maxValue": 10}));

    let faults = [
        update(json!({})).await,
        update(json!({"label": null})).await,
        update(json!({"label": " "})).await,
        update(json!({"label": 5})).await,
        update(json!({"schema": []})).await,
        update(json!({"name": "x"})).await,
        update(json!({"description": "x".repeat(501)})).await,
        update(json!({"schema": {"minLength": 5}})).await,
        server.api(Method::PATCH, &format!("{FIELDS}/abc"), r#"{"label": "x"}"#).await,
        create(&server, json!({"label": "x", "schema": {"type": "Text"}})).await,
        create(&server, json!({"name": "x", "schema": {"type": "Text"}})).await,
        create(&server, json!({"name": "x", "label": "x"})).await,
        create(
            &server,
            json!({"name": "_internal_original_created_datetime", "label": "x", "schema": {"type": "Date"}}),
        )
        .await,
        server.api(Method::GET, "/v1/customMetadataFields?includeDeleted=yes", "").await,
        server.api(Method::GET, "/v1/customMetadataFields?colour=red", "").await,
    ];
    let faults: Vec<String> = faults.iter().map(Answer::fault).collect();
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `label` or `schema` is missing: nothing is to change.
    400 `label` or `schema` is missing: nothing is to change.
    400 `label` expects a text that is not empty.
    400 `label` expects a text.
    400 `schema` expects an object.
    400 `name` is not a key of this request.
    400 `description` may have 500 characters.
    400 Invalid field object
    404 The requested custom metadata field does not exist.
    400 `name` is missing.
    400 `label` is missing.
    400 `schema` is missing.
    400 `name`: `_internal_original_created_datetime` is reserved.
    400 `includeDeleted` expects true or false, found `yes`.
    400 `colour` is not an option of this endpoint.
    ");
}

#[tokio::test]
async fn values_are_checked_on_upload_and_update() {
    let server = Server::start().await;
    define(&server, "rating", json!({"type": "Number", "minValue": 1, "maxValue": 5})).await;
    define(&server, "size", json!({"type": "SingleSelect", "selectOptions": ["small", 30]})).await;
    define(&server, "shot", json!({"type": "Date"})).await;
    let gone = define(&server, "gone", json!({"type": "Text"})).await;
    server.api(Method::DELETE, &format!("{FIELDS}/{gone}"), "").await;
    let upload = async |values: &str| {
        server
            .upload(&[
                file(b"hello"),
                text("fileName", "a.txt"),
                text("useUniqueFileName", "false"),
                text("responseFields", "customMetadata"),
                text("customMetadata", values),
            ])
            .await
    };
    let wrong = r#"{"rating": "3", "size": "30", "shot": "soon", "gone": "x", "colour": 1}"#;
    let errors = json!({
        "rating": "should be of type number",
        "size": "should be one of \"small\", 30",
        "shot": "should be an ISO 8601 date",
        "gone": "is not a defined custom metadata field",
        "colour": "is not a defined custom metadata field"
    });
    let answer = upload(wrong).await;
    assert_eq!(answer.fault(), "400 `customMetadata` holds values that their fields do not take.");
    assert_eq!(answer.json()["errors"], errors);
    assert_eq!(server.api(Method::GET, "/v1/files", "").await.text(), "[]", "nothing is stored");

    let answer = upload(r#"{"rating": 3, "size": 30, "shot": null}"#).await.json();
    assert_eq!(answer["customMetadata"], json!({"rating": 3, "size": 30}));
    let path = format!("/v1/files/{}/details", answer["fileId"].as_str().unwrap());
    let update = async |values: Value| {
        let body = json!({ "customMetadata": values }).to_string();
        server.api(Method::PATCH, &path, body).await
    };
    let answer = update(serde_json::from_str(wrong).unwrap()).await;
    assert_eq!(answer.json()["errors"], errors);
    let answer = update(json!({"rating": null, "size": "small", "shot": "2022-11-30"})).await;
    assert_eq!(answer.json()["customMetadata"], json!({"size": "small", "shot": "2022-11-30"}));
}

#[tokio::test]
async fn defaults_are_filled_in() {
    let server = Server::start().await;
    let required = json!({"type": "Number", "isValueRequired": true, "defaultValue": 3});
    define(&server, "rating", required).await;
    define(&server, "colour", json!({"type": "Text", "defaultValue": "red"})).await;
    define(&server, "note", json!({"type": "Text"})).await;
    let upload = async |more: &[crate::server::Part<'_>]| {
        let mut parts = vec![
            file(b"hello"),
            text("fileName", "a.txt"),
            text("useUniqueFileName", "false"),
            text("responseFields", "customMetadata"),
        ];
        parts.extend_from_slice(more);
        server.upload(&parts).await.json()
    };
    let answer = upload(&[]).await;
    assert_eq!(answer["customMetadata"], json!({"rating": 3, "colour": "red"}));
    let schemas = upload(&[text("responseFields", "selectedFieldsSchema")]).await;
    let schemas = &schemas["selectedFieldsSchema"];
    assert_eq!(schemas["colour"], json!({"type": "Text", "defaultValue": "red"}));
    assert_eq!(schemas.as_object().unwrap().len(), 3);
    let given = text("customMetadata", r#"{"rating": 5, "note": "x"}"#);
    let answer = upload(&[given]).await;
    assert_eq!(answer["customMetadata"], json!({"rating": 5, "note": "x", "colour": "red"}));
    let kept = upload(&[text("overwriteCustomMetadata", "false")]).await;
    assert_eq!(kept["customMetadata"], answer["customMetadata"]);

    let path = format!("/v1/files/{}/details", answer["fileId"].as_str().unwrap());
    let body = r#"{"customMetadata": {"rating": null, "colour": null}}"#;
    let answer = server.api(Method::PATCH, &path, body).await.json();
    assert_eq!(answer["customMetadata"], json!({"rating": 3, "note": "x"}));
    let replaced = upload(&[]).await;
    assert_eq!(replaced["customMetadata"], json!({"rating": 3, "colour": "red"}));
}
