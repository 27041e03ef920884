//! Origins and URL endpoints.

use http::Method;
use serde_json::{Value, json};
use testkit::Picture;
use wire::sign::hmac_sha1_hex;

use crate::server::{Answer, PRIVATE_KEY, Server};

const ORIGINS: &str = "/v1/accounts/origins";
const ENDPOINTS: &str = "/v1/accounts/url-endpoints";

async fn post(server: &Server, path: &str, body: Value) -> Answer {
    server.api(Method::POST, path, body.to_string()).await
}

/// Adds an endpoint; returns its path.
async fn endpoint(server: &Server, prefix: &str) -> String {
    let answer = post(server, ENDPOINTS, json!({"description": "x", "urlPrefix": prefix})).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    format!("{ENDPOINTS}/{}", answer.json()["id"].as_str().unwrap())
}

#[tokio::test]
async fn every_kind_of_origin_is_kept_and_its_secrets_are_not_shown() {
    let server = Server::start().await;
    let secret = "hidden_secret";
    let mut shown = Vec::new();
    for body in [
        json!({"type": "S3", "name": "a", "bucket": "b", "accessKey": secret, "secretKey": secret}),
        json!({"type": "S3", "name": "a", "bucket": "b", "accessKey": "", "secretKey": "", "useIAMRole": true}),
        json!({"type": "S3_COMPATIBLE", "name": "a", "bucket": "b", "accessKey": secret, "secretKey": secret, "endpoint": "https://s3.example.com", "s3ForcePathStyle": true}),
        json!({"type": "CLOUDINARY_BACKUP", "name": "a", "bucket": "b", "accessKey": secret, "secretKey": secret, "prefix": "p/"}),
        json!({"type": "WEB_FOLDER", "name": "a", "baseUrl": "https://example.com/x", "forwardHostHeaderToOrigin": true}),
        json!({"type": "WEB_PROXY", "name": "a", "includeCanonicalHeader": true, "baseUrlForCanonicalHeader": "https://example.com"}),
        json!({"type": "GCS", "name": "a", "bucket": "b", "clientEmail": "a@example.com", "privateKey": secret}),
        json!({"type": "AZURE_BLOB", "name": "a", "accountName": "n", "container": "c", "sasToken": secret}),
        json!({"type": "AKENEO_PIM", "name": "a", "baseUrl": "https://example.com", "clientId": secret, "clientSecret": secret, "username": secret, "password": secret}),
    ] {
        let answer = post(&server, ORIGINS, body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        assert!(!answer.text().contains(secret), "{}", answer.text());
        let mut origin = answer.json();
        origin["id"] = "[id]".into();
        shown.push(origin.to_string());
    }
    insta::assert_snapshot!(shown.join("\n"), @r#"
    {"bucket":"b","id":"[id]","includeCanonicalHeader":false,"name":"a","prefix":"","type":"S3","useIAMRole":false}
    {"bucket":"b","id":"[id]","includeCanonicalHeader":false,"name":"a","prefix":"","type":"S3","useIAMRole":true}
    {"bucket":"b","endpoint":"https://s3.example.com","id":"[id]","includeCanonicalHeader":false,"name":"a","prefix":"","s3ForcePathStyle":true,"type":"S3_COMPATIBLE"}
    {"bucket":"b","id":"[id]","includeCanonicalHeader":false,"name":"a","prefix":"p/","type":"CLOUDINARY_BACKUP","useIAMRole":false}
    {"baseUrl":"https://example.com/x","forwardHostHeaderToOrigin":true,"id":"[id]","includeCanonicalHeader":false,"name":"a","type":"WEB_FOLDER"}
    {"baseUrlForCanonicalHeader":"https://example.com","id":"[id]","includeCanonicalHeader":true,"name":"a","type":"WEB_PROXY"}
    {"bucket":"b","clientEmail":"a@example.com","id":"[id]","includeCanonicalHeader":false,"name":"a","prefix":"","type":"GCS"}
    {"accountName":"n","container":"c","id":"[id]","includeCanonicalHeader":false,"name":"a","prefix":"","type":"AZURE_BLOB"}
    {"baseUrl":"https://example.com","id":"[id]","includeCanonicalHeader":false,"name":"a","type":"AKENEO_PIM"}
    "#);
    let listed = server.api(Method::GET, ORIGINS, "").await;
    assert_eq!(listed.json().as_array().unwrap().len(), 9);
    assert!(!listed.text().contains(secret));
}

#[tokio::test]
async fn an_origin_is_replaced_and_deleted() {
    let server = Server::start().await;
    let made = post(&server, ORIGINS, json!({"type": "WEB_PROXY", "name": "a"})).await.json();
    let path = format!("{ORIGINS}/{}", made["id"].as_str().unwrap());
    assert_eq!(server.api(Method::GET, &path, "").await.json(), made);
    let body = json!({"type": "WEB_FOLDER", "name": "b", "baseUrl": "https://example.com"});
    let answer = server.api(Method::PUT, &path, body.to_string()).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["id"]), (200, &made["id"]));
    assert_eq!(answer.json()["baseUrl"], "https://example.com");

    let body = json!({"description": "x", "urlPrefix": "shop", "origins": [made["id"]]});
    let endpoint = post(&server, ENDPOINTS, body).await.json();
    let refused = server.api(Method::DELETE, &path, "").await;
    assert!(refused.fault().starts_with("400 origin "), "{}", refused.fault());
    let endpoint = format!("{ENDPOINTS}/{}", endpoint["id"].as_str().unwrap());
    assert_eq!(server.api(Method::DELETE, &endpoint, "").await.status, 204);
    assert_eq!(server.api(Method::DELETE, &path, "").await.status, 204);
    let gone = "404 The requested origin does not exist.";
    let body = json!({"type": "WEB_PROXY", "name": "a"}).to_string();
    assert_eq!(server.api(Method::GET, &path, "").await.fault(), gone);
    assert_eq!(server.api(Method::PUT, &path, body).await.fault(), gone);
    assert_eq!(server.api(Method::DELETE, &path, "").await.fault(), gone);
}

#[tokio::test]
async fn what_is_no_origin_is_refused() {
    let server = Server::start().await;
    let mut faults = Vec::new();
    for body in [
        json!({"name": "a"}),
        json!({"type": "FTP", "name": "a"}),
        json!({"type": "WEB_PROXY"}),
        json!({"type": "WEB_PROXY", "name": "a", "bucket": "b"}),
        json!({"type": "WEB_PROXY", "name": "a", "includeCanonicalHeader": "yes"}),
        json!({"type": "WEB_FOLDER", "name": "a"}),
        json!({"type": "WEB_FOLDER", "name": "a", "baseUrl": "example.com"}),
        json!({"type": "S3", "name": "a", "bucket": "b", "accessKey": "k"}),
        json!({"type": "S3", "name": "a", "bucket": "b", "accessKey": "k", "secretKey": ""}),
    ] {
        faults.push(post(&server, ORIGINS, body).await.fault());
    }
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `type` is missing.
    400 `type` expects one of S3, S3_COMPATIBLE, CLOUDINARY_BACKUP, WEB_FOLDER, WEB_PROXY, GCS, AZURE_BLOB, AKENEO_PIM.
    400 `name` is missing.
    400 `bucket` is not a key of this request.
    400 `includeCanonicalHeader` expects true or false.
    400 `baseUrl` is missing.
    400 `baseUrl` expects a URL that begins with http:// or https://.
    400 `secretKey` is missing.
    400 `secretKey` expects a text that is not empty.
    ");
}

#[tokio::test]
async fn every_account_has_a_default_endpoint() {
    let server = Server::start().await;
    let untouched = json!({
        "id": "default", "description": "Default URL endpoint", "origins": [], "urlPrefix": ""
    });
    let path = format!("{ENDPOINTS}/default");
    assert_eq!(server.api(Method::GET, ENDPOINTS, "").await.json(), json!([untouched]));
    assert_eq!(server.api(Method::GET, &path, "").await.json(), untouched);
    for description in ["Mine", "Mine again"] {
        let body = json!({"description": description, "urlPrefix": ""}).to_string();
        let answer = server.api(Method::PUT, &path, body).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["id"]), (200, &json!("default")));
        assert_eq!(server.api(Method::GET, &path, "").await.json()["description"], description);
    }
    assert_eq!(server.api(Method::GET, ENDPOINTS, "").await.json().as_array().unwrap().len(), 1);
    let body = r#"{"description": "x", "urlPrefix": "shop"}"#;
    insta::assert_snapshot!(server.api(Method::PUT, &path, body).await.fault(), @"400 `urlPrefix` of the default URL endpoint is empty and cannot be changed.");
    insta::assert_snapshot!(server.api(Method::DELETE, &path, "").await.fault(), @"400 The default URL endpoint cannot be deleted.");
    let again = post(&server, ENDPOINTS, json!({"description": "x"})).await;
    assert_eq!(again.fault(), "409 There is a URL endpoint with this `urlPrefix` already.");
}

#[tokio::test]
async fn an_endpoint_lives_and_dies() {
    let server = Server::start().await;
    let body = json!({
        "description": "For the shop.",
        "urlPrefix": "shop-1",
        "urlRewriter": {"type": "CLOUDINARY", "preserveAssetDeliveryTypes": true}
    });
    let answer = post(&server, ENDPOINTS, body).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    201
    {
      "description": "For the shop.",
      "id": "[id]",
      "origins": [],
      "urlPrefix": "shop-1",
      "urlRewriter": {
        "preserveAssetDeliveryTypes": true,
        "type": "CLOUDINARY"
      }
    }
    "#);
    let made = answer.json();
    let path = format!("{ENDPOINTS}/{}", made["id"].as_str().unwrap());
    assert_eq!(server.api(Method::GET, &path, "").await.json(), made);
    assert_eq!(server.api(Method::GET, ENDPOINTS, "").await.json()[1], made);
    let body = json!({"description": "Other.", "urlPrefix": "b"}).to_string();
    let changed = server.api(Method::PUT, &path, body.clone()).await;
    let expected = json!({
        "id": made["id"], "description": "Other.", "origins": [], "urlPrefix": "b"
    });
    assert_eq!((changed.status.as_u16(), changed.json()), (200, expected));
    assert_eq!(server.api(Method::DELETE, &path, "").await.status, 204);
    let gone = "404 The requested URL endpoint does not exist.";
    assert_eq!(server.api(Method::GET, &path, "").await.fault(), gone);
    assert_eq!(server.api(Method::PUT, &path, body).await.fault(), gone);
    assert_eq!(server.api(Method::DELETE, &path, "").await.fault(), gone);
}

#[tokio::test]
async fn what_is_no_endpoint_is_refused() {
    let server = Server::start().await;
    endpoint(&server, "shop").await;
    let other = endpoint(&server, "other").await;
    let mut faults = Vec::new();
    for body in [
        json!({"urlPrefix": "a"}),
        json!({"description": "x", "urlPrefix": "shop"}),
        json!({"description": "x", "urlPrefix": "a/b"}),
        json!({"description": "x", "urlPrefix": "a_b"}),
        json!({"description": "x", "urlPrefix": "a", "origins": ["nothing"]}),
        json!({"description": "x", "urlPrefix": "a", "origins": ["66f0c2a000000e8d4a50ffff"]}),
        json!({"description": "x", "urlPrefix": "a", "urlRewriter": {"type": "OTHER"}}),
        json!({"description": "x", "urlPrefix": "a", "urlRewriter": {"type": "IMGIX", "preserveAssetDeliveryTypes": true}}),
        json!({"description": "x", "urlPrefix": "a", "colour": "red"}),
    ] {
        faults.push(post(&server, ENDPOINTS, body).await.fault());
    }
    for body in [r#"{"description": "x", "urlPrefix": "shop"}"#, r#"{"description": "x"}"#] {
        faults.push(server.api(Method::PUT, &other, body).await.fault());
    }
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `description` is missing.
    409 There is a URL endpoint with this `urlPrefix` already.
    400 `urlPrefix` expects up to 63 letters, digits and hyphens.
    400 `urlPrefix` expects up to 63 letters, digits and hyphens.
    400 `origins` expects ids of origins.
    400 `origins`: there is no origin 66f0c2a000000e8d4a50ffff.
    400 `urlRewriter.type` expects CLOUDINARY, IMGIX or AKAMAI.
    400 `urlRewriter.preserveAssetDeliveryTypes` is for CLOUDINARY only.
    400 `colour` is not a key of this request.
    409 There is a URL endpoint with this `urlPrefix` already.
    409 There is a URL endpoint with this `urlPrefix` already.
    ");
}

#[tokio::test]
async fn the_longest_endpoint_decides_which_file_is_meant() {
    let server = Server::start().await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    server.app.add("/shop/dog.jpg", Picture::jpeg(300, 200)).await;
    let status = async |path: &str| server.get(path).await.status.as_u16();
    assert_eq!(status("/demo/shop/dog.jpg").await, 200);
    assert_eq!(status("/demo/shop/cat.jpg").await, 404);
    let path = endpoint(&server, "shop").await;
    assert_eq!(status("/demo/shop/cat.jpg").await, 200);
    assert_eq!(status("/demo/shop/tr:w-10/cat.jpg").await, 200);
    assert_eq!(status("/demo/cat.jpg").await, 200);
    assert_eq!(status("/demo/shop/dog.jpg").await, 404);
    assert_eq!(status("/demo/shop").await, 404);

    // URLs in answers deliver what they name, whatever endpoints there are.
    let files = server.api(Method::GET, "/v1/files", "").await.json();
    for (file, size) in files.as_array().unwrap().iter().zip([(600, 400), (300, 200)]) {
        let path = |key: &str| file[key].as_str().unwrap().split_once("/imagekit").unwrap().1;
        let original = server.get(&format!("{}?tr=orig-true", path("url"))).await;
        assert_eq!(original.body, Picture::jpeg(size.0, size.1).bytes(), "{file}");
        assert_eq!(status(path("thumbnail")).await, 200, "{file}");
    }
    assert!(files[1]["url"].as_str().unwrap().ends_with("/demo/shop/shop/dog.jpg"), "{files}");

    assert_eq!(server.api(Method::DELETE, &path, "").await.status, 204);
    assert_eq!(status("/demo/shop/dog.jpg").await, 200);
    assert_eq!(status("/demo/shop/cat.jpg").await, 404);
}

#[tokio::test]
async fn what_follows_any_endpoint_may_be_signed() {
    let server = Server::start().await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    endpoint(&server, "shop").await;
    let signed =
        |rest: &str| hmac_sha1_hex(PRIVATE_KEY.as_bytes(), &[rest.as_bytes(), b"9999999999"]);
    let status = async |signature: String| {
        server.get(&format!("/demo/shop/cat.jpg?ik-s={signature}")).await.status.as_u16()
    };
    assert_eq!(status(signed("cat.jpg")).await, 200);
    assert_eq!(status(signed("shop/cat.jpg")).await, 200);
    assert_eq!(status(signed("demo/shop/cat.jpg")).await, 401);
    assert_eq!(status("0".repeat(40)).await, 401);
}
