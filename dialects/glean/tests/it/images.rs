//! `GET /images`.

use http::Method;
use library::{AssetPatch, Change, Visibility};
use plan::Format;
use testkit::{Picture, upload_to};

use crate::server::{GLOBAL, Server};

fn picture(serial: u32) -> Vec<u8> {
    Picture::png(6, 4).serial(serial).bytes()
}

#[tokio::test]
async fn an_image_comes_with_its_headers() {
    let server = Server::start().await;
    server.put("type=ICON", picture(1)).await;
    let headers = [("authorization", GLOBAL), ("accept", "image/*")];
    let answer = server.send(Method::GET, "/images?type=ICON", &headers, "").await;
    assert_eq!((answer.status.as_u16(), answer.body.as_ref()), (200, picture(1).as_slice()));
    assert_eq!(answer.header("content-type"), "image/png");
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let etag = answer.header("etag").to_owned();
    assert!(etag.starts_with('"'), "{etag}");

    let head = server.send(Method::HEAD, "/images?type=ICON", &headers, "").await;
    assert_eq!((head.status, head.body.len()), (answer.status, 0));
    assert_eq!(head.headers, answer.headers);

    let known = [("authorization", GLOBAL), ("if-none-match", &etag)];
    let same = server.send(Method::GET, "/images?type=ICON", &known, "").await;
    assert_eq!((same.status.as_u16(), same.body.len()), (304, 0));
    assert_eq!(same.header("cache-control"), "private, no-cache");
    server.put("type=ICON", picture(2)).await;
    let other = server.send(Method::GET, "/images?type=ICON", &known, "").await;
    assert_eq!((other.status.as_u16(), other.body.as_ref()), (200, picture(2).as_slice()));
    assert_ne!(other.header("etag"), etag);
}

#[tokio::test]
async fn what_is_delivered_is_counted() {
    let server = Server::start().await;
    let key = server.put("type=ICON", picture(1)).await;
    let answer = server.get(&format!("/images?key={key}")).await;
    let missing = server.get("/images?type=USER&id=nobody").await;
    assert_eq!((answer.status.as_u16(), missing.status.as_u16()), (200, 404));
    let used = server.app.library.usage(server.app.owner(), 0..=1_000_000).await.unwrap();
    let counted = used.deliveries.iter().map(|(kind, traffic)| (kind.status, traffic.bytes));
    let mut counted: Vec<(u16, u64)> = counted.collect();
    counted.sort_unstable();
    assert_eq!(counted, [(200, answer.body.len() as u64), (404, missing.body.len() as u64)]);
}

#[tokio::test]
async fn a_vector_graphic_is_locked_in() {
    let server = Server::start().await;
    let key = server.put("type=LOGO", Picture::new(Format::Svg, 6, 4).bytes()).await;
    let answer = server.get(&format!("/images?key={key}")).await;
    assert_eq!(answer.header("content-type"), "image/svg+xml");
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    );
}

#[tokio::test]
async fn what_is_not_there_and_what_cannot_be_asked_are_told_apart() {
    let server = Server::start().await;
    server.put("type=USER&id=a", picture(1)).await;
    let mut faults = Vec::new();
    for query in [
        "type=USER",
        "type=USER&id=a&cid=b",
        "type=USER&id=a&ds=b",
        "type=USER&id=b",
        "key=nothing",
        "key=..%2f..%2fetc%2fpasswd&type=NOTHING",
        "key=0123456789abcdef01234567",
        "",
        "id=a",
        "type=user&id=a",
        "key=&cid=a",
    ] {
        faults.push(server.get(&format!("/images?{query}")).await.fault());
    }
    insta::assert_snapshot!(faults.join("\n"), @r"
    404 not_found there is no such image
    404 not_found there is no such image
    404 not_found there is no such image
    404 not_found there is no such image
    404 not_found there is no such image
    404 not_found there is no such image
    404 not_found there is no such image
    400 invalid_request either `key` or `type` is needed, with `id`, `ds` and `cid` where the image has them
    400 invalid_request either `key` or `type` is needed, with `id`, `ds` and `cid` where the image has them
    400 invalid_request `type` expects one of BACKGROUND, FEEDBACK, HEADER, ICON, LOGO, UGC, USER, found `user`
    400 invalid_request either `key` or `type` is needed, with `id`, `ds` and `cid` where the image has them
    ");
}

#[tokio::test]
async fn images_of_other_dialects_are_found_by_any_spelling_of_their_id() {
    let server = Server::start().await;
    let mut upload = upload_to("/shop/cat.png");
    upload.access = Change::Set(library::Access::Private);
    let asset = server.app.upload(upload, picture(1)).await.unwrap();
    for key in [asset.id.to_string(), asset.id.uid(), asset.id.uuid()] {
        let answer = server.get(&format!("/images?key={key}&type=NOTHING")).await;
        assert_eq!(answer.body, picture(1), "{key}");
    }
    // Also where an upload of ours would lie.
    server.app.add("/glean/icon/a.png", Picture::png(1, 1)).await;
    assert_eq!(server.get("/images?type=ICON").await.status, 404);
}

#[tokio::test]
async fn other_files_and_what_is_hidden_are_not_there() {
    let server = Server::start().await;
    let text = server.app.add_bytes("/a.txt", "text").await;
    assert_eq!(server.get(&format!("/images?key={}", text.id)).await.status, 404);
    let photo = server.app.add("/a.qoi", Picture::new(Format::Qoi, 6, 4)).await;
    assert_eq!(server.get(&format!("/images?key={}", photo.id)).await.status, 404);

    let key = server.put("type=ICON", picture(1)).await;
    let set = async |visibility| {
        let patch = AssetPatch { visibility: Change::Set(visibility), ..AssetPatch::default() };
        let owner = server.app.owner();
        server.app.library.update(owner, key.parse().unwrap(), patch).await.unwrap();
    };
    for hidden in [Visibility::Draft, Visibility::Archived, Visibility::Hidden] {
        set(hidden).await;
        assert_eq!(server.get(&format!("/images?key={key}")).await.status, 404);
        assert_eq!(server.get("/images?type=ICON").await.status, 404);
    }
    // Who uploads it anew wants it to be seen.
    assert_eq!(server.put("type=ICON", picture(2)).await, key);
    assert_eq!(server.get("/images?type=ICON").await.body, picture(2));
}

#[tokio::test]
async fn a_deleted_image_frees_its_place() {
    let server = Server::start().await;
    let key = server.put("type=ICON", picture(1)).await;
    assert_eq!(server.get("/images?type=ICON").await.status, 200);
    server.app.library.delete(server.app.owner(), key.parse().unwrap()).await.unwrap();
    assert_eq!(server.get("/images?type=ICON").await.status, 404);
    assert_eq!(server.get(&format!("/images?key={key}")).await.status, 404);
    assert_ne!(server.put("type=ICON", picture(2)).await, key);
    assert_eq!(server.get("/images?type=ICON").await.body, picture(2));
}

#[tokio::test]
async fn a_known_image_is_found_without_sql() {
    let server = Server::start().await;
    server.put("type=ICON&id=a", picture(1)).await;
    let ask = async || assert_eq!(server.get("/images?type=ICON&id=a").await.status, 200);
    ask().await;
    let before = server.app.library.statements();
    ask().await;
    assert_eq!(server.app.library.statements(), before);
}

#[tokio::test]
async fn tenants_do_not_see_each_other() {
    let server = Server::start().await;
    let key = server.put("type=ICON", picture(1)).await;
    let other = server.app.library.ensure_tenant("other").await.unwrap();
    let pair = library::KeyPair::generate().unwrap();
    server.app.library.add_key(other, &pair, "").await.unwrap();
    let bearer = format!("Bearer {}", pair.private_key);
    for query in ["type=ICON".to_owned(), format!("key={key}")] {
        let target = format!("/images?{query}");
        let answer = server.send(Method::GET, &target, &[("authorization", &bearer)], "").await;
        assert_eq!(answer.status, 404);
    }
}
