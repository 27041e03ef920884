//! What holds for every answer: validators, browsers of other origins, limits of bodies, and what is counted.

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::Method;
use testkit::Picture;

use crate::server::{Server, fault, request};

#[tokio::test]
async fn an_item_that_has_not_changed_since_is_not_sent_again() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let asset = server.upload(&set, &[], b"hello").await.text("_id");
    for path in [format!("/consume/sets/{set}"), format!("/consume/assets/{asset}")] {
        let read = server.get(&path).await;
        let modified = read.header("last-modified").to_owned();
        for (since, status) in [(modified.as_str(), 304), ("Thu, 01 Jan 1970 00:00:00 GMT", 200)] {
            let again = server.get_with(&path, &[("if-modified-since", since)]).await;
            assert_eq!(again.status, status, "{path} since {since}");
            assert_eq!(again.body.is_empty(), status == 304);
            assert_eq!(again.header("etag"), read.header("etag"));
        }
        let known = server.get_with(&path, &[("if-none-match", read.header("etag"))]).await;
        assert_eq!(known.status, 304);
    }
}

#[tokio::test]
async fn nothing_is_where_no_public_file_is() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let id = server.upload(&set, &[("state", "public")], b"hello").await.text("_id");
    for path in [
        format!("/assets/{set}"),
        format!("/assets/{set}/"),
        format!("/assets/{set}/{id}/x"),
        format!("/assets/x/{id}"),
    ] {
        let answer = server.send(request(Method::GET, &path).body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (404, 0), "{path}");
    }
    assert_eq!(server.get("/").await.header("cache-control"), "max-age=0, no-cache");
}

#[tokio::test]
async fn a_rendition_is_as_old_as_itself() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let id = server.upload(&set, &[], &Picture::png(40, 20).bytes()).await.text("_id");
    let path = format!("/consume/assets/images/{id}?width=10");
    let made = server.get(&path).await.header("last-modified").to_owned();
    let asset = server.get(&format!("/consume/assets/{id}")).await.json();
    let created = asset["renditions"][1]["versioncreated"].as_str().unwrap();
    // 2026-01-02T03:04:05+0000 and Fri, 02 Jan 2026 03:04:05 GMT
    assert_eq!(made[17..25], created[11..19]);
    assert_eq!((&made[5..7], &made[12..16]), (&created[8..10], &created[..4]));
    let known = server.get_with(&path, &[("if-modified-since", &made)]).await;
    assert_eq!(known.status, 304);
}

#[tokio::test]
async fn another_origin_may_read_every_answer() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let asset = server.upload(&set, &[], b"hello").await.text("_id");
    for (path, status) in [
        ("/".to_owned(), 200),
        ("/consume/sets".to_owned(), 200),
        (format!("/consume/sets/{set}"), 200),
        (format!("/consume/assets/{asset}"), 200),
        (format!("/consume/assets/binary/{asset}"), 200),
        ("/consume/assets?source={".to_owned(), 400),
        ("/nothing".to_owned(), 404),
        ("/admin/sets".to_owned(), 405),
    ] {
        let answer = server.get_with(&path, &[("origin", "https://a.example")]).await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "https://a.example", "{path}");
        assert_eq!(answer.header("vary"), "Origin", "{path}");
        assert_eq!(server.get(&path).await.header("access-control-allow-origin"), "", "{path}");
    }
    let public = server.upload(&set, &[("state", "public")], b"hello").await.text("_id");
    let path = format!("/assets/{set}/{public}");
    let anybody = server.send(request(Method::GET, &path).body(Body::empty()).unwrap()).await;
    assert_eq!(
        (anybody.status.as_u16(), anybody.header("access-control-allow-origin")),
        (200, "*")
    );
}

#[tokio::test]
async fn a_form_that_is_too_long_is_so_whether_it_says_so_or_not() {
    const HEAD: &str =
        "--b\r\nContent-Disposition: form-data; name=\"binary\"; filename=\"f\"\r\n\r\n";
    let server = Server::with(|config| config.limits.upload_bytes = 1000).await;
    let set = server.first_set().await;
    let fields: String = [("set_id", set.as_str()), ("name", "a"), ("filename", "a")]
        .map(|(name, value)| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        })
        .concat();
    // One byte of a file too many, and a second file that nobody wants and that never ends.
    for files in [vec![1001], vec![1, 20 << 20]] {
        let mut pieces = vec![fields.clone()];
        for size in files {
            pieces.push(HEAD.to_owned());
            pieces.extend(std::iter::repeat_n("x".repeat(500), size / 500));
            pieces.push("x".repeat(size % 500) + "\r\n");
        }
        pieces.push("--b--\r\n".to_owned());
        let length: usize = pieces.iter().map(String::len).sum();
        let post = || {
            request(Method::POST, "/produce/assets")
                .header("authorization", "Basic private_key_test")
                .header("content-type", "multipart/form-data; boundary=b")
        };
        let pieces = pieces.into_iter().map(|piece| Ok::<_, std::io::Error>(Bytes::from(piece)));
        let pieces: Vec<_> = pieces.collect();
        let chunked = || {
            Body::from_stream(stream::iter(
                pieces
                    .iter()
                    .map(|piece| match piece {
                        Ok(piece) => Ok(piece.clone()),
                        Err(_) => Err(std::io::Error::other("never")),
                    })
                    .collect::<Vec<_>>(),
            ))
        };
        let answer = server.send(post().body(chunked()).unwrap()).await;
        assert_eq!(answer.fault(), fault(400, "08004"), "{length} bytes in chunks");
        let announced = post().header("content-length", length).body(chunked()).unwrap();
        assert_eq!(server.send(announced).await.fault(), fault(400, "08004"), "{length} bytes");
    }
}

#[tokio::test]
async fn what_is_delivered_is_counted() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let state = [("state", "public")];
    let id = server.upload(&set, &state, &Picture::png(40, 20).bytes()).await.text("_id");
    let original = server.get(&format!("/consume/assets/binary/{id}")).await;
    let mut bytes = original.body.len();
    for path in [
        format!("/consume/assets/images/{id}?width=10"),
        format!("/consume/assets/compressed_binary/{id}"),
        "/consume/assets/binary/nothing".to_owned(),
    ] {
        bytes += server.get(&path).await.body.len();
    }
    let public = request(Method::GET, &format!("/assets/{set}/{id}")).body(Body::empty()).unwrap();
    bytes += server.send(public).await.body.len();
    let known = [("if-none-match", original.header("etag"))];
    server.get_with(&format!("/consume/assets/binary/{id}"), &known).await;
    // What is read about assets is no delivery, and what is nobody's is not counted.
    server.get(&format!("/consume/assets/{id}")).await;
    let missing = request(Method::GET, &format!("/assets/{id}/{id}")).body(Body::empty()).unwrap();
    server.send(missing).await;

    let used = server.app.library.usage(server.app.owner(), 0..=1_000_000).await.unwrap();
    let mut statuses: Vec<u16> = Vec::new();
    for (answered, traffic) in &used.deliveries {
        statuses.extend(std::iter::repeat_n(answered.status, traffic.requests as usize));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 304, 404]);
    let counted: u64 = used.deliveries.iter().map(|(_, traffic)| traffic.bytes).sum();
    assert_eq!(counted, bytes as u64);
}
