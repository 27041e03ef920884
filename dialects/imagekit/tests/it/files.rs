//! Listing, details, deletion.

use http::Method;
use library::{Access, Change, Visibility};
use serde_json::Value;
use testkit::{Picture, upload_to};

use crate::server::Server;

async fn list(server: &Server, query: &str) -> Vec<Value> {
    let answer = server.api(Method::GET, &format!("/v1/files{query}"), "").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json().as_array().unwrap().clone()
}

async fn names(server: &Server, query: &str) -> Vec<String> {
    list(server, query).await.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn files_are_listed_with_everything() {
    let server = Server::start().await;
    let mut upload = upload_to("/shop/cat.jpg");
    upload.tags = Change::Set(vec!["b".to_owned(), "a".to_owned()]);
    upload.focus = Change::Set(Some([1, 2, 3, 4]));
    upload.access = Change::Set(Access::PresetsOnly);
    upload.visibility = Change::Set(Visibility::Draft);
    server.app.upload(upload, Picture::png(600, 400).alpha().bytes()).await.unwrap();
    server.app.add_bytes("/shop/paper.txt", "hello").await;
    let answer = server.api(Method::GET, "/v1/files/", "").await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    [
      {
        "AITags": null,
        "createdAt": "[moment]",
        "customCoordinates": "1,2,3,4",
        "customMetadata": {},
        "embeddedMetadata": {},
        "fileId": "[id]",
        "filePath": "/shop/cat.jpg",
        "fileType": "image",
        "hasAlpha": true,
        "height": 400,
        "isPrivateFile": true,
        "isPublished": false,
        "mime": "image/png",
        "name": "cat.jpg",
        "size": 54,
        "tags": [
          "b",
          "a"
        ],
        "thumbnail": "https://images.example.com/imagekit/demo/tr:n-ik_ml_thumbnail/shop/cat.jpg",
        "type": "file",
        "updatedAt": "[moment]",
        "url": "https://images.example.com/imagekit/demo/shop/cat.jpg",
        "versionInfo": {
          "id": "[id]",
          "name": "Version 1"
        },
        "width": 600
      },
      {
        "AITags": null,
        "createdAt": "[moment]",
        "customCoordinates": null,
        "customMetadata": {},
        "embeddedMetadata": {},
        "fileId": "[id]",
        "filePath": "/shop/paper.txt",
        "fileType": "non-image",
        "hasAlpha": false,
        "isPrivateFile": false,
        "isPublished": true,
        "mime": "text/plain",
        "name": "paper.txt",
        "size": 5,
        "tags": null,
        "thumbnail": "https://images.example.com/imagekit/demo/tr:n-ik_ml_thumbnail/shop/paper.txt",
        "type": "file",
        "updatedAt": "[moment]",
        "url": "https://images.example.com/imagekit/demo/shop/paper.txt",
        "versionInfo": {
          "id": "[id]",
          "name": "Version 1"
        }
      }
    ]
    "#);
    assert_eq!(answer.header("x-total-count"), "2");
}

#[tokio::test]
async fn folders_are_listed_inside_their_parent() {
    let server = Server::start().await;
    server.app.add("/a/b/cat.jpg", Picture::jpeg(1, 1)).await;
    let answer = server.api(Method::GET, "/v1/files?type=folder&path=/a", "").await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    [
      {
        "createdAt": "[moment]",
        "customMetadata": {},
        "folderId": "[id]",
        "folderPath": "/a/b",
        "name": "b",
        "type": "folder",
        "updatedAt": "[moment]"
      }
    ]
    "#);
    assert_eq!(names(&server, "?type=folder&path=%2F").await, ["a"]);
}

#[tokio::test]
async fn options_choose() {
    let server = Server::start().await;
    server.app.add("/a.jpg", Picture::jpeg(10, 10)).await;
    let mut tagged = upload_to("/f/b.jpg");
    tagged.tags = Change::Set(vec!["x".to_owned()]);
    server.app.upload(tagged, Picture::jpeg(30, 30).bytes()).await.unwrap();
    server.app.add("/f/c.jpg", Picture::jpeg(20, 20)).await;
    server.app.add_bytes("/d.txt", "words").await;
    for (query, expected) in [
        ("", &["a.jpg", "b.jpg", "c.jpg", "d.txt"][..]),
        ("?sort=DESC_NAME", &["d.txt", "c.jpg", "b.jpg", "a.jpg"]),
        ("?sort=DESC_WIDTH&fileType=image", &["b.jpg", "c.jpg", "a.jpg"]),
        ("?fileType=non-image", &["d.txt"]),
        ("?path=/f", &["b.jpg", "c.jpg"]),
        ("?path=f/", &["b.jpg", "c.jpg"]),
        ("?path=/nowhere", &[]),
        ("?name=a.jpg", &["a.jpg"]),
        ("?name=A.jpg", &[]),
        ("?tags=y, x", &["b.jpg"]),
        ("?limit=2", &["a.jpg", "b.jpg"]),
        ("?limit=2&skip=3", &["d.txt"]),
        ("?type=all&sort=ASC_NAME", &["a.jpg", "b.jpg", "c.jpg", "d.txt", "f"]),
        ("?includeFolder=true&sort=ASC_NAME", &["a.jpg", "b.jpg", "c.jpg", "d.txt", "f"]),
        ("?type=file-version", &[]),
    ] {
        assert_eq!(names(&server, &query.replace(' ', "%20")).await, expected, "{query}");
    }
}

#[tokio::test]
async fn past_versions_have_urls_of_their_own() {
    let server = Server::start().await;
    server.app.add("/cat.jpg", Picture::jpeg(1, 1)).await;
    server.app.add("/cat.jpg", Picture::jpeg(2, 2)).await;
    let items = list(&server, "?type=file-version").await;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["type"], "file-version");
    assert_eq!(items[0]["versionInfo"]["name"], "Version 1");
    assert_eq!(items[0]["width"], 1);
    let url = items[0]["url"]
        .as_str()
        .unwrap()
        .strip_prefix("https://images.example.com/imagekit")
        .unwrap();
    assert_eq!(server.get(&format!("{url}&tr=orig-true")).await.body, Picture::jpeg(1, 1).bytes());
    assert_eq!(server.get("/demo/cat.jpg?tr=orig-true").await.body, Picture::jpeg(2, 2).bytes());
    assert_eq!(
        server.get("/demo/cat.jpg?ik-obj-version=0123456789abcdef01234567").await.status,
        404
    );
    assert_eq!(server.get("/demo/cat.jpg?ik-obj-version=nothing").await.status, 404);
}

#[tokio::test]
async fn options_without_effect_are_refused() {
    let server = Server::start().await;
    let mut faults = Vec::new();
    for query in [
        "colour=red",
        "limit=0",
        "limit=1001",
        "skip=-1",
        "sort=NAME",
        "type=files",
        "searchQuery=x",
        "path=/../x",
    ] {
        faults.push(server.api(Method::GET, &format!("/v1/files?{query}"), "").await.fault());
    }
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `colour` is not an option of this endpoint.
    400 `limit` expects a whole number from 1 to 1000, found `0`.
    400 `limit` expects a whole number from 1 to 1000, found `1001`.
    400 `skip` expects a whole number from 0 to 9223372036854775807, found `-1`.
    400 `sort` expects ASC_ or DESC_ and NAME, CREATED, UPDATED, HEIGHT, WIDTH, SIZE, RELEVANCE, DURATION or ORIGINAL_CREATION_DATE, found `NAME`.
    400 `type` expects file, file-version, folder or all, found `files`.
    400 `searchQuery`: at character 2: expected an operator (=, :, <, <=, >, >=, IN, HAS, EXISTS or NOT), found the end.
    400 `path`: `/../x` cannot be a folder path: `..` is no name.
    ");
}

#[tokio::test]
async fn searches_find() {
    let server = Server::start().await;
    define(&server, "brand", r#"{"type":"Text"}"#).await;
    let mut sale = upload_to("/shop/red-shoe.jpg");
    sale.tags = Change::Set(vec!["sale".to_owned(), "big deal".to_owned()]);
    sale.access = Change::Set(Access::PresetsOnly);
    sale.custom_metadata = Change::Set([("brand".to_owned(), Value::from("Acme"))].into());
    server.app.upload(sale, Picture::png(600, 400).alpha().bytes()).await.unwrap();
    server.app.add("/shop/summer/shoes.jpg", Picture::jpeg(1000, 500)).await;
    server.app.add("/shop/summer/shoes.jpg", Picture::jpeg(900, 500)).await;
    server.app.add_bytes("/paper.txt", "words").await;
    for (search, expected) in [
        (r#"name = "paper.txt""#, &["paper.txt"][..]),
        (r#"name : "shoe" OR name:"red""#, &["red-shoe.jpg", "shoes.jpg"]),
        (r#"name HAS "SHOE""#, &["red-shoe.jpg", "shoes.jpg"]),
        (r#"tags IN ["sale", "other"]"#, &["red-shoe.jpg"]),
        (r#"tags HAS "deal""#, &["red-shoe.jpg"]),
        ("tags NOT EXISTS", &["paper.txt", "shoes.jpg"]),
        (r#"type = "folder""#, &["shop", "summer"]),
        (r#"type = "file-version""#, &["shoes.jpg"]),
        (r#"path : "/shop" AND type = "file""#, &["red-shoe.jpg", "shoes.jpg"]),
        (r#"path = "/shop""#, &["red-shoe.jpg", "summer"]),
        ("private = true", &["red-shoe.jpg"]),
        ("transparency = false AND width < 950", &["shoes.jpg"]),
        (r#"createdAt > "1h" AND format NOT = "txt""#, &[]),
        (r"created_at > '1h' AND format IN ['txt']", &["paper.txt"]),
        (r#""customMetadata.brand" : "Ac""#, &["red-shoe.jpg"]),
        (r#"size < "1kb" AND (width = 600 OR height = 500)"#, &["red-shoe.jpg", "shoes.jpg"]),
    ] {
        let search =
            percent_encoding::utf8_percent_encode(search, percent_encoding::NON_ALPHANUMERIC);
        let answer = server
            .api(
                Method::GET,
                &format!("/v1/files?sort=ASC_NAME&tags=ignored&searchQuery={search}"),
                "",
            )
            .await;
        if expected.is_empty() {
            assert!(
                answer.fault().starts_with("400 `searchQuery`: at character "),
                "{}",
                answer.text()
            );
            continue;
        }
        let found: Vec<String> = answer
            .json()
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(found, expected, "{search}");
        assert_eq!(answer.header("x-total-count"), expected.len().to_string());
    }
}

async fn define(server: &Server, name: &str, schema: &str) {
    let body = format!(r#"{{"name":"{name}","label":"{name}","schema":{schema}}}"#);
    let answer = server.api(Method::POST, "/v1/customMetadataFields", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
}

#[tokio::test]
async fn a_custom_field_has_the_operators_of_its_type() {
    let server = Server::start().await;
    define(&server, "text", r#"{"type":"Text"}"#).await;
    define(&server, "number", r#"{"type":"Number"}"#).await;
    define(&server, "date", r#"{"type":"Date"}"#).await;
    define(&server, "flag", r#"{"type":"Boolean"}"#).await;
    define(&server, "one", r#"{"type":"SingleSelect","selectOptions":["a","b"]}"#).await;
    define(&server, "sized", r#"{"type":"SingleSelect","selectOptions":["a",2]}"#).await;
    define(&server, "many", r#"{"type":"MultiSelect","selectOptions":["a","b"]}"#).await;
    for (clauses, status) in [
        (
            &["text : 'a'", "text HAS 'a'", "text NOT IN ['a']", "number >= 3", "number EXISTS"][..],
            200,
        ),
        (&["date < '2020-01-01'", "flag = true", "one : 'a'", "sized > 1", "many IN ['a']"], 200),
        (&["text > 'a'", "number : 3", "number HAS 'a'", "date HAS 'a'", "flag > true"], 400),
        (&["one > 1", "one HAS 'a'", "many = 'a'", "nobody = 1", "nobody NOT EXISTS"], 400),
    ] {
        for clause in clauses {
            let (name, rest) = clause.split_once(' ').unwrap();
            let search = format!("'customMetadata.{name}' {rest}");
            let search =
                percent_encoding::utf8_percent_encode(&search, percent_encoding::NON_ALPHANUMERIC);
            let answer =
                server.api(Method::GET, &format!("/v1/files?searchQuery={search}"), "").await;
            assert_eq!(answer.status, status, "{clause}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_search_keeps_to_path_and_file_type() {
    let server = Server::start().await;
    server.app.add("/a/cat.jpg", Picture::jpeg(10, 10)).await;
    server.app.add_bytes("/a/cat.txt", "words").await;
    server.app.add_bytes("/cat.txt", "words").await;
    assert_eq!(
        names(&server, "?path=/a&fileType=non-image&searchQuery=name:%22cat%22").await,
        ["cat.txt"]
    );
    assert_eq!(names(&server, "?limit=1&skip=1&searchQuery=name:%22cat%22").await, ["cat.txt"]);
    assert_eq!(
        names(&server, "?sort=DESC_RELEVANCE&searchQuery=name+HAS+%22cat%22").await,
        ["cat.txt", "cat.txt", "cat.jpg"]
    );
}

#[tokio::test]
async fn details_are_those_of_the_listing() {
    let server = Server::start().await;
    let asset = server.app.add("/cat.jpg", Picture::jpeg(600, 400).orientation(6)).await;
    let details = server.api(Method::GET, &format!("/v1/files/{}/details", asset.id), "").await;
    assert_eq!(details.status, 200);
    assert_eq!(vec![details.json()], list(&server, "").await);
    assert_eq!(
        (&details.json()["width"], &details.json()["height"]),
        (&600.into(), &400.into()),
        "as stored"
    );
    let with_slash = server.api(Method::GET, &format!("/v1/files/{}/details/", asset.id), "").await;
    assert_eq!(with_slash.json(), details.json());
}

#[tokio::test]
async fn unknown_files_are_404() {
    let server = Server::start().await;
    for id in ["0123456789abcdef01234567", "nothing", "%ff", "..%2f"] {
        let details = server.api(Method::GET, &format!("/v1/files/{id}/details"), "").await;
        assert_eq!(details.fault(), "404 The requested file does not exist.", "{id}");
        let deleted = server.api(Method::DELETE, &format!("/v1/files/{id}"), "").await;
        assert_eq!(deleted.fault(), "404 The requested file does not exist.", "{id}");
    }
}

#[tokio::test]
async fn other_tenants_files_do_not_exist() {
    let server = Server::start().await;
    let asset = server.app.add("/cat.jpg", Picture::jpeg(1, 1)).await;
    let other = server.app.library.ensure_tenant("other").await.unwrap();
    let keys = library::KeyPair {
        public_key: "public_other".to_owned(),
        private_key: "private_other".to_owned(),
    };
    server.app.library.add_key(other, &keys, "other").await.unwrap();
    let request = |method, path: String| {
        let request = crate::server::request(method, &path)
            .header("authorization", crate::server::basic("private_other"));
        server.send(request.body("".into()).unwrap())
    };
    assert_eq!(request(Method::GET, format!("/v1/files/{}/details", asset.id)).await.status, 404);
    assert_eq!(request(Method::DELETE, format!("/v1/files/{}", asset.id)).await.status, 404);
    assert_eq!(request(Method::GET, "/v1/files".to_owned()).await.json(), serde_json::json!([]));
    assert_eq!(server.get("/other/cat.jpg").await.status, 404);
    assert_eq!(server.get("/demo/cat.jpg").await.status, 200);
}

#[tokio::test]
async fn a_deleted_file_is_gone_at_once() {
    let server = Server::start().await;
    let asset = server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    assert_eq!(server.get("/demo/cat.jpg").await.status, 200);
    // SDKs announce JSON on requests without a body.
    let request = crate::server::request(Method::DELETE, &format!("/v1/files/{}", asset.id))
        .header("authorization", crate::server::basic("private_key_test"))
        .header("content-type", "application/json");
    let answer = server.send(request.body("".into()).unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (204, ""));
    assert_eq!(server.get("/demo/cat.jpg").await.status, 404);
    assert_eq!(list(&server, "").await, Vec::<Value>::new());
}
