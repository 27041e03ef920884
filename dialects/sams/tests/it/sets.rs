//! Sets, keys, addresses.

use http::Method;
use serde_json::json;

use crate::server::{Server, body, fault, request};

#[tokio::test]
async fn the_root_is_there_with_and_without_a_slash() {
    let server = Server::start().await;
    for path in ["", "/"] {
        assert_eq!(server.get(path).await.status, 200, "{path:?}");
    }
    let without = |path: &str| server.send(request(Method::GET, path).body("".into()).unwrap());
    assert_eq!(without("/").await.fault(), fault(401, "04003"));
    assert_eq!(without("/nothing").await.fault(), fault(404, "03404"));
    assert_eq!(without("/admin/sets").await.fault(), fault(405, "03405"));
    assert_eq!(without("/consume/sets/nothing").await.fault(), fault(404, "03404"));
}

#[tokio::test]
async fn options_need_no_key_and_answer_the_origin() {
    let server = Server::start().await;
    let ask = request(Method::OPTIONS, "/consume/assets").header("origin", "https://a.example");
    let answer = server.send(ask.body("".into()).unwrap()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), "https://a.example");
    assert_eq!(answer.header("access-control-max-age"), "86400");
}

#[tokio::test]
async fn a_set_is_made_changed_and_deleted() {
    let server = Server::start().await;
    let new = body(
        &json!({"name": "a/b", "destination_name": "internal", "destination_config": {"x": 1}}),
    );
    let made =
        server.call(Method::POST, "/admin/sets?external_user_id=ann", None, new.clone()).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.text("original_creator"), "ann");
    let path = format!("/admin/sets/{}", made.text("_id"));
    let twice = server.call(Method::POST, "/admin/sets", None, new).await;
    assert_eq!(twice.json()["errors"], json!({"name": ["unique"]}));

    let etag = made.text("_etag");
    let usable = body(&json!({"state": "usable"}));
    assert_eq!(
        server.call(Method::PATCH, &path, None, usable.clone()).await.fault(),
        fault(428, "03428")
    );
    let changed = server.call(Method::PATCH, &path, Some(&etag), usable.clone()).await;
    assert_eq!((changed.status.as_u16(), changed.text("state")), (200, "usable".to_owned()));
    assert_eq!(
        server.call(Method::PATCH, &path, Some(&etag), usable).await.fault(),
        fault(412, "03412")
    );
    let etag = changed.text("_etag");
    for (change, code) in [
        (json!({"state": "draft"}), "07001"),
        (json!({"destination_name": "x"}), "07002"),
        (json!({"destination_config": {}}), "07003"),
        (json!({"firstcreated": "2020-01-01T00:00:00+0000"}), "04001"),
    ] {
        let refused = server.call(Method::PATCH, &path, Some(&etag), body(&change)).await;
        assert_eq!(refused.fault(), fault(400, code), "{change}");
    }
    assert_eq!(
        server.call(Method::DELETE, &path, Some(&etag), "").await.fault(),
        fault(400, "07005")
    );
    let disabled = body(&json!({"state": "disabled"}));
    let etag = server.call(Method::PATCH, &path, Some(&etag), disabled).await.text("_etag");
    assert_eq!(server.call(Method::DELETE, &path, Some(&etag), "").await.status, 204);
}

#[tokio::test]
async fn a_set_keeps_its_bytes_where_its_destination_is() {
    let place = tempfile::tempdir().unwrap();
    let archive = place.path().join("archive");
    let server = Server::with(|config| {
        let named = |name: &str, place| library::DestinationConfig {
            name: name.to_owned(),
            provider: "LocalDisk".to_owned(),
            place,
        };
        config.destinations = vec![
            named("internal", library::DestinationPlace::Home),
            named("archive", library::DestinationPlace::Directory(archive.clone())),
        ];
    })
    .await;
    let destinations = server.get("/admin/destinations").await.json();
    let names: Vec<_> =
        destinations["_items"].as_array().unwrap().iter().map(|item| &item["_id"]).collect();
    assert_eq!(names, ["archive", "internal"]);
    let second = server.get("/admin/destinations?max_results=1&page=2").await.json();
    assert_eq!(
        (&second["_items"][0]["_id"], &second["_meta"]["total"]),
        (&json!("internal"), &json!(2))
    );

    let new = json!({"name": "A", "destination_name": "archive", "state": "usable"});
    let set = server.call(Method::POST, "/admin/sets", None, body(&new)).await.text("_id");
    let id = server.upload(&set, &[], b"hello").await.text("_id");
    let asset = server.app.library.asset(server.app.owner(), id.parse().unwrap()).await.unwrap();
    let hash = asset.current.blob.hash.to_string();
    let file = archive.join(&hash[..2]).join(&hash[2..4]).join(&hash);
    assert_eq!(std::fs::read(file).unwrap(), b"hello");
    assert_eq!(server.get(&format!("/consume/assets/binary/{id}")).await.body, "hello");
    let zip = server.get(&format!("/consume/assets/compressed_binary/{id}")).await;
    assert_eq!(zip.body.len(), 5 + 76 + 2 * 5 + 22);
}

#[tokio::test]
async fn what_belongs_to_no_set_has_one_while_it_is_there() {
    let server = Server::start().await;
    let count = async || server.get("/consume/sets").await.json()["_meta"]["total"].clone();
    assert_eq!(count().await, 1);
    let asset = server.app.add_bytes("/elsewhere.txt", "words").await;
    let sets = server.get("/consume/sets").await.json();
    assert_eq!(sets["_meta"]["total"], 2);
    let last = sets["_items"][1]["_id"].as_str().unwrap().to_owned();
    assert_eq!(server.get(&format!("/consume/assets/{}", asset.id)).await.text("set_id"), last);
    assert_eq!(server.upload(&last, &[], b"more").await.status, 201);
    server.app.library.delete(server.app.owner(), asset.id).await.unwrap();
    assert_eq!(count().await, 2, "the upload is in it");
}
