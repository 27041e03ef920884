//! Direct uploads and uploads by URL: what becomes of names, and of what is there already.

use http::Method;
use serde_json::{Value, json};
use testkit::{Picture, Reply, Service};

use crate::server::Server;

#[tokio::test]
async fn an_upload_is_answered_with_all_that_is_known() {
    let server = Server::start().await;
    let picture = Picture::png(60, 40).alpha().bytes();
    let fields = [
        ("path", "/My Dir//x/"),
        ("tags", "a, b"),
        ("metadata", r#"{"key":"välue"}"#),
        ("access", "private"),
    ];
    let answer = server.upload(("Ná me (1).jpeg", &picture), &fields).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "_id": "[uuid]",
      "access": "private",
      "assetType": "image",
      "context": {
        "meta": {
          "assetType": "image",
          "channels": 4,
          "contentType": "image/png",
          "density": 72,
          "extension": "png",
          "format": "png",
          "hasAlpha": true,
          "hasProfile": false,
          "height": 40,
          "isAudioAsset": false,
          "isImageAsset": true,
          "isRawAsset": false,
          "isTransformationSupported": true,
          "isVideoAsset": false,
          "size": 52,
          "width": 60
        },
        "req": {
          "headers": {},
          "query": {}
        },
        "steps": []
      },
      "createdAt": "[moment]",
      "fileId": "My_Dir/x/Na_me_1_",
      "format": "png",
      "height": 40,
      "isActive": true,
      "isOriginal": true,
      "kvStore": [],
      "meta": {},
      "metadata": {
        "key": "välue",
        "source": "direct"
      },
      "name": "Na_me_1_",
      "orgId": 1,
      "path": "My_Dir/x",
      "size": 52,
      "tags": [
        "a",
        "b"
      ],
      "thumbnail": "https://images.example.com/pixelbin/v2/demo/t.resize(w:200,h:200,f:inside)/My_Dir/x/Na_me_1_.png",
      "type": "file",
      "updatedAt": "[moment]",
      "url": "https://images.example.com/pixelbin/v2/demo/original/My_Dir/x/Na_me_1_.png",
      "width": 60
    }
    "#);
}

#[tokio::test]
async fn a_file_that_is_no_picture_has_the_format_of_its_name() {
    let server = Server::start().await;
    let shown = async |file: &str, fields: &[(&str, &str)]| {
        let json = server.upload((file, b"text"), fields).await.json();
        let part = |key: &str| json[key].as_str().unwrap_or("-").to_owned();
        let tail = part("url");
        let tail = tail.rsplit('/').next().unwrap().to_owned();
        [part("name"), part("format"), part("assetType"), tail].join(" ")
    };
    assert_eq!(shown("a.csv", &[]).await, "a csv raw a.csv");
    assert_eq!(shown("b.tar.gz", &[]).await, "b.tar.gz gz raw b.tar.gz");
    assert_eq!(shown("file", &[("name", "c.PDF")]).await, "c pdf raw c.pdf");
    assert_eq!(shown("file", &[("name", "d")]).await, "d bin raw d.bin");
}

#[tokio::test]
async fn sounds_and_films_are_known_by_their_bytes_and_else_by_their_names() {
    let server = Server::start().await;
    for (file, bytes, expected) in [
        ("a.mp4", &b"\x00\x00\x00\x18ftypmp42"[..], "video"),
        ("b.mp4", b"\x00\x01\x02", "video"),
        ("c.avi", b"RIFF\x00\x00\x00\x00AVI LIST", "video"),
        ("d.m4a", b"\x00\x00\x00\x18ftypM4A ", "audio"),
        ("e.m4a", b"\x00\x00\x00\x18ftypmp42", "audio"),
        ("f.mp3", b"\xff\xfb\x90\x00", "audio"),
        ("g.ogg", b"OggS\x00", "audio"),
        ("h.aac", b"\xff\xf1\x50", "audio"),
        ("i.zip", b"PK\x03\x04", "raw"),
        ("j.dat", b"\x00\x01\x02", "raw"),
    ] {
        let json = server.upload((file, bytes), &[]).await.json();
        assert_eq!(json["assetType"], expected, "{file}");
    }
}

#[tokio::test]
async fn what_is_there_is_kept_replaced_or_avoided() {
    let server = Server::start().await;
    let upload = async |serial, format: plan::Format, fields: &[(&str, &str)]| {
        let picture = Picture::new(format, 10, 10).serial(serial).bytes();
        server.upload(("cat.png", &picture), fields).await
    };
    let first = upload(1, plan::Format::Png, &[("tags", "old")]).await.json();
    let refused = upload(2, plan::Format::Png, &[]).await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.json()["errorCode"], "JR-0409");
    let other = upload(2, plan::Format::Png, &[("filenameOverride", "true")]).await.json();
    assert_ne!(other["_id"], first["_id"]);
    let name = other["name"].as_str().unwrap();
    assert!(name.starts_with("cat_") && name.len() >= 10, "{name}");
    for fields in
        [&[("overwrite", "true")][..], &[("overwrite", "true"), ("filenameOverride", "true")]]
    {
        let replaced = upload(3, plan::Format::Webp, fields).await.json();
        assert_eq!((&replaced["_id"], &replaced["tags"]), (&first["_id"], &json!([])));
        assert!(replaced["url"].as_str().unwrap().ends_with("/cat.webp"), "{replaced}");
    }
    // Another file is delivered under the name already.
    let tail = json!({"name": "cat", "format": "webp", "overwrite": true});
    let signed = server.call(Method::POST, "/upload/signed-url", &tail).await;
    assert_eq!(signed.status, 200);
    server.app.add("/dog.png", Picture::png(1, 1)).await;
    let picture = Picture::png(2, 2).bytes();
    let fields = [("name", "dog"), ("overwrite", "true")];
    assert_eq!(server.upload(("x.png", &picture), &fields).await.status, 409);
}

#[tokio::test]
async fn an_inactive_file_keeps_its_name_until_it_is_overwritten() {
    let server = Server::start().await;
    let picture = Picture::png(10, 10).bytes();
    server.upload(("cat.png", &picture), &[]).await;
    let off = server.call(Method::PATCH, "/files/cat", &json!({"isActive": false})).await;
    assert_eq!(off.json()["isActive"], false);
    assert_eq!(server.upload(("cat.png", &picture), &[]).await.status, 409);
    let again = server.upload(("cat.png", &picture), &[("overwrite", "true")]).await;
    assert_eq!(again.json()["isActive"], true);
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_leaves_nothing() {
    let server = Server::start().await;
    let picture = Picture::png(10, 10).bytes();
    let huge = Picture::png(10_001, 10).bytes();
    let faults = [
        server.upload(("a.png", b""), &[]).await.fault(),
        server.upload(("a.exe.bat", &picture), &[]).await.fault(),
        server.upload(("a.png", &picture), &[("access", "secret")]).await.fault(),
        server.upload(("a.png", &picture), &[("metadata", "[1]")]).await.fault(),
        server.upload(("a.png", &picture), &[("overwrite", "yes")]).await.fault(),
        server.upload(("a.png", &picture), &[("path", "a/../b")]).await.fault(),
        server.upload(("a.png", &huge), &[]).await.fault(),
        server.upload(("a.png", b"ECHO broken"), &[]).await.fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `file` is empty
    400 `file`: files with the extension `bat` are not accepted
    400 `access` expects public-read or private, found `secret`
    400 `metadata` expects a JSON object: invalid type: sequence, expected a map at line 1 column 0
    400 `overwrite` expects true or false, found `yes`
    400 `path` expects names separated by slashes, without `.`, `..` and control characters
    400 the image has 10001 x 10 pixels, a side may have 10000
    400 the file begins like jpeg, but the picture does not decode
    ");
    let listed = server.api(Method::GET, "/listFiles", "").await.json();
    assert_eq!(listed["page"]["itemTotal"], 0);
}

#[tokio::test]
async fn a_url_is_fetched() {
    let picture = Picture::png(30, 20).bytes();
    let reply = move |_: &testkit::Seen, _| Reply::new("image/jpeg", picture.clone());
    let service = Service::start(reply).await;
    let app = testkit::builder().config(|config| config.fetch.allow_private = true).build().await;
    let server = Server::around(app, |_| {});
    let url = service.url("/dir/c%20at.jpg?x=1");
    let body = json!({"url": url, "path": "p", "tags": ["u"]});
    let stored = server.call(Method::POST, "/upload/url", &body).await.json();
    assert_eq!((&stored["fileId"], &stored["format"]), (&json!("p/c_at"), &json!("png")));
    assert_eq!(stored["metadata"], json!({"source": "direct"}));
    for body in [json!({}), json!({"url": 1}), json!({"url": "ftp://a/b"})] {
        assert_eq!(server.call(Method::POST, "/upload/url", &body).await.status, 400, "{body}");
    }
}

#[tokio::test]
async fn private_addresses_are_not_fetched_from() {
    let server = Server::start().await;
    for url in ["http://127.0.0.1:1/a.png", "localhost/a.png", "http://[::1]/a.png"] {
        let answer = server.call(Method::POST, "/upload/url", &json!({ "url": url })).await;
        assert_eq!(answer.status, 400, "{url}");
    }
}

#[tokio::test]
async fn a_token_that_only_reads_uploads_nothing() {
    let server = Server::start().await;
    let pair = library::KeyPair { public_key: "p".into(), private_key: "reading-secret".into() };
    server.app.library.add_read_only_key(server.app.tenant, &pair, "reads").await.unwrap();
    let bearer = crate::server::bearer("reading-secret");
    let ask = async |method: Method, path: &str| {
        let path = format!("{}{path}", crate::server::ASSETS);
        let request = http::Request::builder().method(method).uri(path);
        let request = request.header("authorization", bearer.as_str());
        server.send(request.body(axum::body::Body::from("{}")).unwrap()).await
    };
    assert_eq!(ask(Method::GET, "/listFiles").await.status, 200);
    let refused = ask(Method::POST, "/folders").await;
    assert_eq!(refused.fault(), "403 This token has no permission to write");
    let info = "/service/platform/organization/v1.0/apps/info";
    let info: Value = server.get_with(info, &[("authorization", &bearer)]).await.json();
    assert_eq!(info["app"]["permissions"], json!(["read"]));
}
