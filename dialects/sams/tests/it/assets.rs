//! Assets, locks, bytes.

use http::Method;
use serde_json::json;

use crate::server::{Server, body, fault, request};

#[tokio::test]
async fn an_asset_is_made_changed_and_deleted() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let tags = r#"[{"code":"t","name":"A tag"}]"#;
    let made = server.upload(&set, &[("filename", "../x.txt"), ("tags", tags)], b"hello").await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.json()["tags"], json!([{"code": "t", "name": "A tag"}]));
    assert_eq!(
        (made.text("filename"), made.text("state")),
        ("../x.txt".to_owned(), "draft".to_owned())
    );
    let id = made.text("_id");
    let inside = server.app.library.asset(server.app.owner(), id.parse().unwrap()).await.unwrap();
    assert_eq!((inside.folder.as_str(), inside.name.as_str()), ("/sams/Default", ".._x.txt"));

    let path = format!("/produce/assets/{id}");
    let change = body(&json!({"state": "public", "name": "b", "length": 7}));
    let changed = server.call(Method::PATCH, &path, Some(&made.text("_etag")), change).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(
        (changed.text("name"), changed.json()["length"].clone()),
        ("b".to_owned(), json!(5))
    );
    let public = format!("/assets/{set}/{id}");
    let anybody = |path: String| server.send(request(Method::GET, &path).body("".into()).unwrap());
    assert_eq!(anybody(public.clone()).await.body, "hello");
    assert_eq!(anybody(format!("/assets/{id}/{id}")).await.status, 404);
    let stale = server.call(Method::DELETE, &path, Some(&made.text("_etag")), "").await;
    assert_eq!(stale.fault(), fault(412, "03412"));
    assert_eq!(
        server.call(Method::DELETE, &path, Some(&changed.text("_etag")), "").await.status,
        204
    );
    let gone = anybody(public).await;
    assert_eq!((gone.status.as_u16(), gone.body.len()), (404, 0));
}

#[tokio::test]
async fn all_that_is_wrong_with_an_upload_is_said() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let fields = |refused: crate::server::Answer| -> Vec<String> {
        assert_eq!(refused.fault(), fault(400, "04001"));
        refused.json()["errors"].as_object().unwrap().keys().cloned().collect()
    };
    let form = |fields: &[(&str, &str)]| {
        let parts = fields.iter().map(|(name, value)| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        });
        let body = parts.collect::<String>() + "--b--\r\n";
        request(Method::POST, "/produce/assets")
            .header("authorization", "Basic private_key_test")
            .header("content-type", "multipart/form-data; boundary=b")
            .body(body.into())
            .unwrap()
    };
    let refused = server.send(form(&[("foo", "x")])).await;
    assert_eq!(fields(refused), ["filename", "foo", "name", "set_id"]);
    let refused = server.send(form(&[("set_id", &set), ("foo", "x")])).await;
    assert_eq!(refused.fault(), fault(400, "08001"), "what is missing first is said first");
    let refused = server.upload(&set, &[("foo", "x"), ("name", "")], b"x").await;
    assert_eq!(fields(refused), ["foo", "name"]);
}

#[tokio::test]
async fn a_file_is_too_large_once_nothing_else_is_wrong() {
    let server = Server::with(|config| config.limits.upload_bytes = 2000).await;
    let set = server.first_set().await;
    let large = vec![b'x'; 150_000];
    let refused = server.upload(&set, &[], &large).await;
    assert_eq!(refused.fault(), fault(400, "08004"));
    let said = "Asset size (146.48 KB) exceeds the maximum size for the Set (1.95 KB)";
    assert_eq!(refused.text("description"), said);
    let elsewhere = server.upload("0123456789abcdef01234567", &[], &large).await;
    assert_eq!(elsewhere.fault(), fault(400, "07006"));
    let unnamed = server.upload(&set, &[("name", "")], &large).await;
    assert_eq!(unnamed.fault(), fault(400, "04001"));
}

#[tokio::test]
async fn a_file_can_be_replaced_again_and_again() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let id = server.upload(&set, &[], b"0").await.text("_id");
    let path = format!("/produce/assets/{id}");
    let mut etag = server.get(&format!("/consume/assets/{id}")).await.text("_etag");
    for n in 1..=101 {
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"binary\"; filename=\"f\"\r\n\r\n{n}\r\n--b--\r\n"
        );
        let change = request(Method::PATCH, &path)
            .header("authorization", "Basic private_key_test")
            .header("if-match", etag.as_str())
            .header("content-type", "multipart/form-data; boundary=b");
        let changed = server.send(change.body(body.into()).unwrap()).await;
        assert_eq!(changed.status, 200, "{n}: {changed:?}");
        etag = changed.text("_etag");
    }
    assert_eq!(server.get(&format!("/consume/assets/binary/{id}")).await.body, "101");
}

#[tokio::test]
async fn a_change_elsewhere_is_another_state() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let made = server.upload(&set, &[], b"hello").await;
    let (id, etag) = (made.text("_id"), made.text("_etag"));
    let patch = library::AssetPatch {
        tags: library::Change::Set(vec!["x".to_owned()]),
        ..library::AssetPatch::default()
    };
    server.app.library.update(server.app.owner(), id.parse().unwrap(), patch).await.unwrap();
    let stale =
        server.call(Method::PATCH, &format!("/produce/assets/{id}"), Some(&etag), "{}").await;
    assert_eq!(stale.fault(), fault(412, "03412"));
    let read = server.get(&format!("/consume/assets/{id}")).await;
    assert_eq!(read.json()["tags"], json!([{"code": "x", "name": "x"}]));
}

#[tokio::test]
async fn locks_say_who_works() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let id = server.upload(&set, &[], b"hello").await.text("_id");
    let patch = async |path: String, text: &'static str| {
        server.call(Method::PATCH, &path, None, text).await
    };
    let who = "external_user_id=ann&external_session_id=s";
    let locked =
        patch(format!("/produce/assets/lock/{id}?{who}"), r#"{"lock_action":"edit"}"#).await;
    assert_eq!((locked.status.as_u16(), locked.text("lock_user")), (200, "ann".to_owned()));
    let again = patch(format!("/produce/assets/lock/{id}"), "null").await;
    assert_eq!(again.fault(), fault(400, "08009"));
    let other = patch(
        format!("/produce/assets/unlock/{id}?external_user_id=bob&external_session_id=s"),
        "",
    )
    .await;
    assert_eq!(other.fault(), fault(400, "08007"));
    assert_eq!(
        patch(format!("/produce/assets/unlock_user_session?{who}"), "null").await.status,
        200
    );
    let free = server.get(&format!("/consume/assets/{id}")).await.json();
    assert_eq!(free["lock_user"], json!(null));
}
