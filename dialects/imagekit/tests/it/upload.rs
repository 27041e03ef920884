//! `POST /api/v1/files/upload` with a private key.

use base64::{Engine, prelude::BASE64_STANDARD};
use testkit::Picture;

use crate::server::{Server, bare_file, basic, file, request, text};

fn cat() -> Vec<u8> {
    Picture::jpeg(600, 400).bytes()
}

#[tokio::test]
async fn a_picture_is_stored_and_described() {
    let server = Server::start().await;
    let answer = server
        .upload(&[
            file(&cat()),
            text("fileName", "cat.jpg"),
            text("useUniqueFileName", "false"),
            text("folder", "/shop/cats"),
            text("tags", "a, b"),
        ])
        .await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "AITags": null,
      "fileId": "[id]",
      "filePath": "/shop/cats/cat.jpg",
      "fileType": "image",
      "height": 400,
      "name": "cat.jpg",
      "size": 49,
      "thumbnailUrl": "https://images.example.com/imagekit/demo/tr:n-ik_ml_thumbnail/shop/cats/cat.jpg",
      "url": "https://images.example.com/imagekit/demo/shop/cats/cat.jpg",
      "versionInfo": {
        "id": "[id]",
        "name": "Version 1"
      },
      "width": 600
    }
    "#);
    assert_eq!(answer.json()["versionInfo"]["id"], answer.json()["fileId"]);
    assert_eq!(answer.header("x-ik-requestid").len(), 32);
    assert_eq!(answer.header("x-ratelimit-limit"), "", "uploads are not limited");
    assert_eq!(server.get("/demo/shop/cats/cat.jpg?tr=orig-true").await.body, cat());
}

#[tokio::test]
async fn response_fields_are_answered_on_demand() {
    let server = Server::start().await;
    let fields = "tags,customCoordinates,isPrivateFile,isPublished,embeddedMetadata,customMetadata,metadata,selectedFieldsSchema";
    let answer = server
        .upload(&[
            file(&cat()),
            text("fileName", "cat.jpg"),
            text("useUniqueFileName", "false"),
            text("tags", "a,b"),
            text("customCoordinates", "10,20,30,40"),
            text("isPrivateFile", "true"),
            text("isPublished", "false"),
            text("description", "a cat"),
            text("responseFields", fields),
        ])
        .await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "AITags": null,
      "customCoordinates": "10,20,30,40",
      "customMetadata": {},
      "description": "a cat",
      "embeddedMetadata": {},
      "fileId": "[id]",
      "filePath": "/cat.jpg",
      "fileType": "image",
      "height": 400,
      "isPrivateFile": true,
      "isPublished": false,
      "metadata": {
        "density": 72,
        "exif": {},
        "format": "jpg",
        "hasColorProfile": false,
        "hasTransparency": false,
        "height": 400,
        "pHash": "0123456789abcdef",
        "quality": 90,
        "size": 49,
        "width": 600
      },
      "name": "cat.jpg",
      "selectedFieldsSchema": {},
      "size": 49,
      "tags": [
        "a",
        "b"
      ],
      "thumbnailUrl": "https://images.example.com/imagekit/demo/tr:n-ik_ml_thumbnail/cat.jpg",
      "url": "https://images.example.com/imagekit/demo/cat.jpg",
      "versionInfo": {
        "id": "[id]",
        "name": "Version 1"
      },
      "width": 600
    }
    "#);
    let unset = server
        .upload(&[file(&cat()), text("fileName", "b.jpg"), text("responseFields", fields)])
        .await
        .json();
    assert!(unset["tags"].is_null() && unset["customCoordinates"].is_null());
    assert_eq!((&unset["isPrivateFile"], &unset["isPublished"]), (&false.into(), &true.into()));
    assert_eq!(unset["customMetadata"], serde_json::json!({}));
}

#[tokio::test]
async fn other_files_have_no_sides_and_no_thumbnail() {
    let server = Server::start().await;
    let answer = server
        .upload(&[
            file(b"%PDF-1.7 and so on"),
            text("fileName", "paper.pdf"),
            text("useUniqueFileName", "false"),
            text("responseFields", "metadata"),
        ])
        .await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "AITags": null,
      "fileId": "[id]",
      "filePath": "/paper.pdf",
      "fileType": "non-image",
      "metadata": {
        "format": "pdf",
        "size": 18
      },
      "name": "paper.pdf",
      "size": 18,
      "url": "https://images.example.com/imagekit/demo/paper.pdf",
      "versionInfo": {
        "id": "[id]",
        "name": "Version 1"
      }
    }
    "#);
}

#[tokio::test]
async fn names_are_made_unique_and_clean() {
    let server = Server::start().await;
    let answer = server.upload(&[file(&cat()), text("fileName", "my cat (1).jpg")]).await.json();
    let name = answer["name"].as_str().unwrap();
    let suffix = name.strip_prefix("my_cat__1__").and_then(|name| name.strip_suffix(".jpg"));
    assert_eq!(suffix.map(str::len), Some(9), "{name}");
    assert_eq!(answer["filePath"], format!("/{name}"));
    let url = answer["url"].as_str().unwrap();
    assert_eq!(url, format!("https://images.example.com/imagekit/demo/{name}"));
}

#[tokio::test]
async fn names_of_any_script_are_delivered_by_their_url() {
    let server = Server::start().await;
    let answer = server
        .upload(&[
            file(&cat()),
            text("fileName", "größe_猫.jpg"),
            text("useUniqueFileName", "false"),
            text("folder", "füße"),
        ])
        .await
        .json();
    assert_eq!(answer["filePath"], "/füße/größe_猫.jpg");
    let path = answer["url"]
        .as_str()
        .unwrap()
        .strip_prefix("https://images.example.com/imagekit")
        .unwrap();
    assert!(path.is_ascii(), "{path}");
    assert_eq!(server.get(path).await.status, 200);
    let thumbnail = answer["thumbnailUrl"]
        .as_str()
        .unwrap()
        .strip_prefix("https://images.example.com/imagekit")
        .unwrap();
    assert_eq!(server.get(thumbnail).await.text(), "resize(400x300,inside,no-enlarge)|jpeg");
}

#[tokio::test]
async fn a_taken_name_gets_a_new_version() {
    let server = Server::start().await;
    let (name, unique) = (text("fileName", "cat.jpg"), text("useUniqueFileName", "false"));
    let first = server
        .upload(&[file(&cat()), name.clone(), unique.clone(), text("tags", "old")])
        .await
        .json();
    let larger = Picture::jpeg(800, 400).bytes();
    let second =
        server.upload(&[file(&larger), name, unique, text("responseFields", "tags")]).await.json();
    assert_eq!(first["fileId"], second["fileId"]);
    assert_eq!(second["versionInfo"]["name"], "Version 2");
    assert_ne!(second["versionInfo"]["id"], second["fileId"]);
    assert!(second["tags"].is_null(), "tags are dropped unless told otherwise");
    assert_eq!(server.get("/demo/cat.jpg?tr=orig-true").await.body, larger);
}

#[tokio::test]
async fn a_taken_name_may_be_refused() {
    let server = Server::start().await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let answer = server
        .upload(&[
            file(&cat()),
            text("fileName", "cat.jpg"),
            text("useUniqueFileName", "false"),
            text("overwriteFile", "false"),
        ])
        .await;
    insta::assert_snapshot!(answer.fault(), @"400 /cat.jpg already exists and `overwriteFile` is false.");
}

#[tokio::test]
async fn tags_may_survive_a_new_version() {
    let server = Server::start().await;
    for (fields, expected) in [
        (vec![text("tags", "old")], serde_json::json!(["old"])),
        (vec![text("overwriteTags", "false")], serde_json::json!(["old"])),
        (vec![text("overwriteTags", "false"), text("tags", "new")], serde_json::json!(["new"])),
    ] {
        let cat = cat();
        let mut parts = vec![
            file(&cat),
            text("fileName", "cat.jpg"),
            text("useUniqueFileName", "false"),
            text("responseFields", "tags"),
        ];
        parts.extend(fields);
        assert_eq!(server.upload(&parts).await.json()["tags"], expected);
    }
}

#[tokio::test]
async fn a_bare_field_may_be_base64() {
    let server = Server::start().await;
    let encoded = BASE64_STANDARD.encode(cat());
    let data_uri = format!("data:image/jpeg;base64,{encoded}");
    let broken_lines = format!("{}\r\n{}\r\n", &encoded[..8], &encoded[8..]);
    for content in [&encoded, &data_uri, &broken_lines] {
        let answer =
            server.upload(&[bare_file(content.as_bytes()), text("fileName", "cat.jpg")]).await;
        assert_eq!(answer.json()["size"], cat().len(), "{content}");
    }
    // With a file name it is what it is.
    let answer = server.upload(&[file(encoded.as_bytes()), text("fileName", "cat.txt")]).await;
    assert_eq!(answer.json()["size"], encoded.len());
}

#[tokio::test]
async fn a_bare_field_may_be_bytes() {
    let server = Server::start().await;
    for content in
        [cat(), b"just words, no code".to_vec(), b"hello".to_vec(), vec![0xff, 0xfe, 0x00]]
    {
        let answer = server.upload(&[bare_file(&content), text("fileName", "a")]).await;
        assert_eq!(answer.json()["size"], content.len(), "{content:?}");
    }
}

#[tokio::test]
async fn large_base64_is_decoded_piece_by_piece() {
    let server = Server::start().await;
    let mut picture = cat();
    picture.push(b'\n');
    picture.resize(3_000_000, b'x');
    let encoded = BASE64_STANDARD.encode(&picture);
    let answer = server.upload(&[bare_file(encoded.as_bytes()), text("fileName", "cat.jpg")]).await;
    assert_eq!(answer.json()["size"], 3_000_000);
    // One wrong character at the very end, and it is plain text after all.
    let spoilt = format!("{encoded}!");
    let answer = server.upload(&[bare_file(spoilt.as_bytes()), text("fileName", "cat.txt")]).await;
    assert_eq!(answer.json()["size"], spoilt.len());
}

#[tokio::test]
async fn our_own_urls_are_read_without_a_connection() {
    let server = Server::start().await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let answer = server
        .upload(&[
            bare_file(b"https://images.example.com/imagekit/demo/cat.jpg?tr=orig-true"),
            text("fileName", "copy.jpg"),
            text("useUniqueFileName", "false"),
        ])
        .await;
    assert_eq!(answer.json()["width"], 600);
    let missing = server
        .upload(&[
            bare_file(b"https://images.example.com/imagekit/demo/dog.jpg"),
            text("fileName", "copy.jpg"),
        ])
        .await;
    insta::assert_snapshot!(missing.fault(), @"400 `file` could not be downloaded: the requested file does not exist");
}

#[tokio::test]
async fn other_urls_are_fetched_by_the_rules() {
    let server = Server::start().await;
    for url in ["http://127.0.0.1:1/a.jpg", "http://169.254.169.254/latest", "https://[::1]/a.jpg"]
    {
        let answer = server.upload(&[bare_file(url.as_bytes()), text("fileName", "a.jpg")]).await;
        assert_eq!(answer.status, 400, "{url}");
        assert!(answer.fault().contains("`file` could not be downloaded"), "{}", answer.fault());
    }
    let answer =
        server.upload(&[bare_file(b"http://a.example/\r\nx: y"), text("fileName", "a.jpg")]).await;
    insta::assert_snapshot!(answer.fault(), @"400 `file` begins like a URL, but is none.");
    assert_eq!(server.api(http::Method::GET, "/v1/files", "").await.json(), serde_json::json!([]));
}

#[tokio::test]
async fn checks_decide_before_anything_is_stored() {
    let server = Server::start().await;
    let cat = cat();
    let upload = async |checks| {
        let parts = [
            file(&cat),
            text("fileName", "a.jpg"),
            text("folder", "/shop"),
            text("tags", "sale"),
            text("checks", checks),
        ];
        server.upload(&parts).await
    };
    let refused = upload(r#""file.size" < "1kb" AND "mediaMetadata.width" > 10000"#).await;
    assert_eq!(
        refused.fault(),
        "400 The upload does not pass `checks`: what they ask of `mediaMetadata.width` at character 25 does not hold."
    );
    let malformed = upload(r#""file.size" < "1kb" AND "#).await;
    assert_eq!(
        malformed.fault(),
        "400 `checks`: at character 25: expected a field or `(`, found the end."
    );
    let listed = server.api(http::Method::GET, "/v1/files?type=all", "").await;
    assert_eq!(listed.json(), serde_json::json!([]));
    let checks =
        r#""file.mime" : "image/" AND "request.folder" = "shop" AND "request.tags" IN ["sale"]"#;
    assert_eq!(upload(checks).await.status, 200);
}

#[tokio::test]
async fn faults_name_the_field() {
    let server = Server::start().await;
    let cat = cat();
    let mut faults = Vec::new();
    for parts in [
        vec![text("fileName", "a.jpg")],
        vec![file(&cat)],
        vec![file(b""), text("fileName", "a.jpg")],
        vec![file(&cat), file(&cat), text("fileName", "a.jpg")],
        vec![file(&cat), text("fileName", "a.jpg"), text("tags", "100%")],
        vec![file(&cat), text("fileName", "a.jpg"), text("isPrivateFile", "maybe")],
        vec![file(&cat), text("fileName", "a.jpg"), text("customCoordinates", "1,2")],
        vec![file(&cat), text("fileName", "a.jpg"), text("responseFields", "everything")],
        vec![file(&cat), text("fileName", "a.jpg"), text("extensions", "{}")],
        vec![file(&cat), text("fileName", "a.jpg"), text("checks", "")],
        vec![file(&cat), text("fileName", "a.jpg"), text("customMetadata", "{")],
        vec![bare_file(b"data:image/png;base64,$$$"), text("fileName", "a.jpg")],
        vec![bare_file(b"data:image/png"), text("fileName", "a.jpg")],
    ] {
        faults.push(server.upload(&parts).await.fault());
    }
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 Your request is missing the `file` field.
    400 Your request is missing the `fileName` field.
    400 `file` is empty.
    400 `file` is given twice.
    400 `tags` may not contain `%` or control characters.
    400 `isPrivateFile` expects true or false, found `maybe`.
    400 `customCoordinates` expects x,y,width,height as whole numbers from 0, found `1,2`.
    400 `responseFields` expects some of tags, customCoordinates, isPrivateFile, isPublished, embeddedMetadata, customMetadata, metadata, selectedFieldsSchema, found `everything`.
    400 `extensions` expects an array of objects.
    400 `checks`: at character 1: expected a field or `(`, found the end.
    400 `customMetadata` expects a JSON object: EOF while parsing an object at line 1 column 1.
    400 `file` is a data URI whose content is not valid base64.
    400 `file` is a data URI without a comma.
    ");
    assert_eq!(
        server.api(http::Method::GET, "/v1/files", "").await.json(),
        serde_json::json!([]),
        "nothing was stored"
    );
}

#[tokio::test]
async fn undefined_custom_metadata_is_refused() {
    let server = Server::start().await;
    let answer = server
        .upload(&[
            file(&cat()),
            text("fileName", "a.jpg"),
            text("customMetadata", r#"{"price": 5}"#),
        ])
        .await;
    insta::assert_snapshot!(answer.shown(), @r#"
    400
    {
      "errors": {
        "price": "is not a defined custom metadata field"
      },
      "help": "For support, see docs/dialects/imagekit.md of your Halftone server and mention the request id.",
      "message": "`customMetadata` holds values that their fields do not take."
    }
    "#);
}

#[tokio::test]
async fn a_picture_that_does_not_decode_is_refused() {
    let server = Server::start().await;
    let answer = server.upload(&[file(b"ECHO broken"), text("fileName", "a.jpg")]).await;
    insta::assert_snapshot!(answer.fault(), @"400 the file begins like jpeg, but the picture does not decode");
    let huge = Picture::png(60_000, 60_000).bytes();
    let answer = server.upload(&[file(&huge), text("fileName", "a.png")]).await;
    insta::assert_snapshot!(answer.fault(), @"400 the picture has more than 100 megapixels");
}

#[tokio::test]
async fn forms_that_cannot_be_read_are_refused() {
    let server = Server::start().await;
    let upload = |content_type: &'static str, body: &'static str| {
        let request = request(http::Method::POST, "/api/v1/files/upload")
            .header("authorization", basic("private_key_test"));
        server.send(request.header("content-type", content_type).body(body.into()).unwrap())
    };
    for (content_type, body) in [
        ("application/json", "{}"),
        ("multipart/form-data", "x"),
        ("multipart/form-data; boundary=x", "--y\r\n\r\n"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nno end",
        ),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n",
        ),
    ] {
        let answer = upload(content_type, body).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.fault());
    }
}

#[tokio::test]
async fn a_client_is_told_what_may_be_sent_from_other_origins() {
    let server = Server::start().await;
    let preflight = request(http::Method::OPTIONS, "/api/v1/files/upload").body("".into()).unwrap();
    let answer = server.send(preflight).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let answer = server.upload(&[text("fileName", "a.jpg")]).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*", "also on failures");
}

/// Clients that send everything before they read anything would see a reset instead of the answer.
#[tokio::test]
async fn the_rest_of_a_refused_form_is_read() {
    let server = Server::start().await;
    let read = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&read);
    let chunks = futures_util::stream::iter((0..50).map(move |_| {
        counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Ok::<_, std::io::Error>(bytes::Bytes::from_static(&[b'x'; 1000]))
    }));
    let request = request(http::Method::POST, "/api/v1/files/upload")
        .header("authorization", basic("private_unknown"));
    let answer = server.send(request.body(axum::body::Body::from_stream(chunks)).unwrap()).await;
    assert_eq!(answer.status, 403);
    assert_eq!(read.load(std::sync::atomic::Ordering::SeqCst), 50);
}

#[tokio::test]
async fn a_key_may_send_so_many_uploads_at_once() {
    let app = testkit::builder().config(|config| config.limits.uploads_per_key = 1).build().await;
    let server = Server::around(app, |_| {});
    let key = base64::prelude::BASE64_STANDARD
        .encode(<sha2::Sha256 as sha2::Digest>::digest(crate::server::PRIVATE_KEY));
    let turn = server.app.library.upload_turn(&key).unwrap();
    let cat = cat();
    let parts = [file(&cat), text("fileName", "cat.jpg")];
    let refused = server.upload(&parts).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (503, "1"));
    drop(turn);
    assert_eq!(server.upload(&parts).await.status, 200);
}

#[tokio::test]
async fn a_taken_name_is_refused_before_anything_is_fetched() {
    let service = testkit::Service::start(|_, _| testkit::Reply::new("text/plain", "hello")).await;
    let app = testkit::builder().config(|config| config.fetch.allow_private = true).build().await;
    let server = Server::around(app, |_| {});
    let url = service.url("/file");
    let parts = [
        bare_file(url.as_bytes()),
        text("fileName", "a.txt"),
        text("useUniqueFileName", "false"),
        text("overwriteFile", "false"),
    ];
    assert_eq!(server.upload(&parts).await.status, 200);
    assert_eq!(
        server.upload(&parts).await.fault(),
        "400 /a.txt already exists and `overwriteFile` is false."
    );
    assert_eq!(service.seen().len(), 1);
}
