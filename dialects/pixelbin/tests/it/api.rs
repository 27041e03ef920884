//! What holds for every call: tokens, unknown paths, the shape of refusals.

use http::Method;

use crate::server::{Server, bearer};

const INFO: &str = "/service/platform/organization/v1.0/apps/info";

#[tokio::test]
async fn the_organization_says_who_asks() {
    let server = Server::start().await;
    let answer = server.api(Method::GET, INFO, "").await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "app": {
        "_id": 1,
        "accessKey": "[uuid]",
        "active": true,
        "createdAt": "[moment]",
        "name": "test",
        "orgId": 1,
        "permissions": [
          "read",
          "read_write"
        ],
        "token": "[uuid]",
        "updatedAt": "[moment]"
      },
      "org": {
        "_id": 1,
        "active": true,
        "cloudName": "demo",
        "createdAt": "[moment]",
        "name": "demo",
        "ownerId": 1,
        "rateLimit": null,
        "restrictions": [],
        "updatedAt": "[moment]"
      }
    }
    "#);
}

#[tokio::test]
async fn a_valid_token_is_needed() {
    let server = Server::start().await;
    for headers in [
        vec![],
        vec![("authorization", bearer("another-secret"))],
        vec![("authorization", "Bearer %%%".to_owned())],
        vec![("authorization", "Basic cHJpdmF0ZV9rZXlfdGVzdDo=".to_owned())],
    ] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = server.get_with(INFO, &headers).await;
        assert_eq!(answer.fault(), "401 Invalid authorization token", "{headers:?}");
    }
}

#[tokio::test]
async fn signatures_of_older_clients_are_not_looked_at() {
    let server = Server::start().await;
    let headers = [
        ("authorization", &*bearer(crate::server::SECRET)),
        ("x-ebg-param", "MjAyNDAxMDJUMDMwNDA1Wg=="),
        ("x-ebg-signature", "v1:00"),
    ];
    assert_eq!(server.get_with(INFO, &headers).await.status, 200);
}

#[tokio::test]
async fn what_is_no_endpoint_is_404() {
    let server = Server::start().await;
    for path in ["/service", "/service/platform/assets/v1.0/unknown", "/service/x"] {
        let answer = server.api(Method::GET, path, "").await;
        assert_eq!(answer.fault(), "404 There is no API endpoint at this path", "{path}");
    }
    let answer = server.api(Method::DELETE, INFO, "").await;
    assert_eq!(answer.fault(), "405 This path does not know the request's method");
}
