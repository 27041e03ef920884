//! `POST /uploadimage`.

use http::Method;
use library::{Access, Visibility};
use plan::Format;
use serde_json::json;
use testkit::Picture;

use crate::server::{GLOBAL, PUBLIC_URL, Server};

fn picture(serial: u32) -> Vec<u8> {
    Picture::png(6, 4).serial(serial).bytes()
}

#[tokio::test]
async fn an_image_is_stored_and_told_where_it_is() {
    let server = Server::start().await;
    let answer = server.upload("type=UGC&id=a%20b&ds=d&cid=%2B&unknown=1", picture(1)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    let key = answer.key();
    assert_eq!(
        answer.json(),
        json!({
            "url": format!("{PUBLIC_URL}/glean/rest/api/v1/images?key={key}"),
            "metadata": {"type": "UGC", "id": "a b", "ds": "d", "cid": "+", "ext": "png"},
        })
    );
    assert_eq!(server.get(&format!("/images?key={key}")).await.body, picture(1));

    let asset = server.app.library.asset(server.app.owner(), key.parse().unwrap()).await.unwrap();
    assert_eq!(asset.folder.as_str(), "/glean/ugc");
    assert_eq!(asset.name.extension(), Some("png"));
    assert_eq!((asset.access, asset.visibility), (Access::Private, Visibility::Listed));
}

#[tokio::test]
async fn urls_follow_the_client_where_no_address_is_configured() {
    let server = Server::with(|config| config.follow_host = true).await;
    let answer = server.upload("type=ICON", picture(1)).await;
    let url = answer.json()["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("http://client.example/glean/rest/api/v1/images?key="), "{url}");
}

#[tokio::test]
async fn the_bytes_decide_on_the_type() {
    let server = Server::start().await;
    for (format, ext) in [
        (Format::Jpeg, "jpg"),
        (Format::Png, "png"),
        (Format::Gif, "gif"),
        (Format::Webp, "webp"),
        (Format::Bmp, "bmp"),
        (Format::Tiff, "tiff"),
        (Format::Ico, "ico"),
        (Format::Avif, "avif"),
        (Format::Svg, "svg"),
    ] {
        for declared in ["image/*", "image/webp", "application/octet-stream", "text/html", ""] {
            let headers = [("authorization", GLOBAL), ("content-type", declared)];
            let body = Picture::new(format, 6, 4).bytes();
            let answer = server.send(Method::POST, "/uploadimage?type=ICON", &headers, body).await;
            assert_eq!(answer.json()["metadata"], json!({"type": "ICON", "ext": ext}));
            let image = server.get(&format!("/images?key={}", answer.key())).await;
            assert_eq!(image.header("content-type"), format.mime());
        }
    }
}

#[tokio::test]
async fn what_is_no_image_is_refused_and_leaves_the_old_one() {
    let server = Server::with(|config| config.upload_bytes = 1000).await;
    server.put("type=ICON", picture(1)).await;
    let mut faults = Vec::new();
    for (query, body) in [
        ("type=ICON", Vec::new()),
        ("type=ICON", b"<html>".to_vec()),
        ("type=ICON", b"ECHO nonsense".to_vec()),
        ("type=ICON", Picture::new(Format::Qoi, 6, 4).bytes()),
        ("type=ICON", Picture::new(Format::Heic, 6, 4).bytes()),
        ("type=ICON", Picture::png(60_000, 60_000).bytes()),
        ("type=ICON", [picture(1), vec![b'\n'; 1000]].concat()),
        ("type=icon", picture(2)),
        ("id=a", picture(2)),
        ("", picture(2)),
    ] {
        faults.push(server.upload(query, body).await.fault());
    }
    let headers = [("authorization", GLOBAL), ("content-type", "Multipart/Form-Data; boundary=x")];
    let form = server.send(Method::POST, "/uploadimage?type=ICON", &headers, picture(2)).await;
    faults.push(form.fault());
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 invalid_request the body expects the bytes of an image, found nothing
    400 invalid_request the body expects an image of one of the types jpg, png, gif, webp, bmp, tiff, ico, avif, svg, found something else
    400 invalid_request the file begins like jpeg, but the picture does not decode
    400 invalid_request the body expects an image of one of the types jpg, png, gif, webp, bmp, tiff, ico, avif, svg, found qoi
    400 invalid_request the body expects an image of one of the types jpg, png, gif, webp, bmp, tiff, ico, avif, svg, found heic
    400 invalid_request the picture has more than 100 megapixels
    400 invalid_request the body is larger than the limit of 1000 bytes
    400 invalid_request `type` expects one of BACKGROUND, FEEDBACK, HEADER, ICON, LOGO, UGC, USER, found `icon`
    400 invalid_request `type` is missing
    400 invalid_request `type` is missing
    400 invalid_request the body expects the bytes of an image, found a multipart/form-data form
    ");
    assert_eq!(server.get("/images?type=ICON").await.body, picture(1));
}

#[tokio::test]
async fn an_upload_replaces_what_is_in_its_place_and_nothing_else() {
    let server = Server::start().await;
    let places = [
        "type=USER",
        "type=USER&id=a",
        "type=USER&id=A",
        "type=USER&ds=a",
        "type=USER&cid=a",
        "type=USER&id=a&ds=a",
        "type=ICON&id=a",
    ];
    for (serial, place) in (1..).zip(places) {
        server.put(place, picture(serial)).await;
    }
    let before = server.put("type=USER&id=a", picture(20)).await;
    let after = server.put("id=a&type=USER&ds=", Picture::jpeg(1, 1).bytes()).await;
    assert_eq!(before, after);
    for (serial, place) in (1..).zip(places) {
        let expected =
            if place == "type=USER&id=a" { Picture::jpeg(1, 1).bytes() } else { picture(serial) };
        assert_eq!(server.get(&format!("/images?{place}")).await.body, expected, "{place}");
    }
    let key = server.get(&format!("/images?key={before}")).await;
    assert_eq!(key.header("content-type"), "image/jpeg");
    let versions = server.app.library.versions(server.app.owner(), after.parse().unwrap()).await;
    assert_eq!(versions.unwrap().len(), 3);
}

#[tokio::test]
async fn uploads_without_an_id_get_one_where_they_would_collide() {
    let server = Server::start().await;
    for kind in ["UGC", "FEEDBACK"] {
        let query = format!("type={kind}&cid=c");
        let first = server.upload(&query, picture(1)).await;
        let second = server.upload(&query, picture(2)).await;
        assert_ne!(first.key(), second.key());
        let id = first.json()["metadata"]["id"].as_str().unwrap().to_owned();
        assert_eq!(server.get(&format!("/images?{query}&id={id}")).await.body, picture(1));
        assert_eq!(server.get(&format!("/images?{query}")).await.status, 404);
    }
    for kind in ["BACKGROUND", "HEADER", "ICON", "LOGO", "USER"] {
        let query = format!("type={kind}");
        let answer = server.upload(&query, picture(1)).await;
        assert_eq!(answer.json()["metadata"].get("id"), None);
        assert_eq!(server.put(&query, picture(2)).await, answer.key());
    }
}
