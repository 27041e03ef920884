//! Searches: clauses, parameters, orders, limits.

use serde_json::{Value, json};

use crate::server::{Server, fault, query};

#[tokio::test]
async fn searches_find() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let first = server.upload(&set, &[("name", "bbb_0001.png")], b"1").await.text("_id");
    let second =
        server.upload(&set, &[("name", "Élan"), ("state", "internal")], b"22").await.text("_id");
    for (query, expected) in [
        (json!({"match_all": {}}), vec![&first, &second]),
        (json!({"query_string": {"query": "name:(bbb AND 0001)"}}), vec![&first]),
        (json!({"query_string": {"query": "elan"}}), vec![&second]),
        (json!({"query_string": {"query": "\"bbb png\""}}), vec![]),
        (json!({"query_string": {"query": "b*b OR el?n"}}), vec![&first, &second]),
        (json!({"bool": {"must_not": {"term": {"state": "draft"}}}}), vec![&second]),
        (json!({"term": {"name.keyword": "Élan"}}), vec![&second]),
        (json!({"wildcard": {"mimetype": "text/*"}}), vec![&first, &second]),
        (json!({"range": {"length": {"gt": 1}}}), vec![&second]),
        (json!({"range": {"_created": {"lte": i64::MIN}}}), vec![]),
        (json!({"range": {"_created": {"gt": i64::MAX}}}), vec![]),
        // What must be there, and what must not, is no alternative.
        (json!({"query_string": {"query": "png NOT bbb"}}), vec![]),
        (json!({"query_string": {"query": "elan NOT bbb"}}), vec![&second]),
        (json!({"query_string": {"query": "elan OR NOT bbb"}}), vec![&second]),
        (json!({"query_string": {"query": "+png -elan"}}), vec![&first]),
        (json!({"query_string": {"query": "+png elan"}}), vec![&first]),
        (json!({"query_string": {"query": "NOT bbb"}}), vec![&second]),
        (json!({"query_string": {"query": "(png OR elan) NOT bbb"}}), vec![&second]),
        (
            json!({"query_string": {"query": "bbb", "fields": ["description", "name^2"]}}),
            vec![&first],
        ),
        (json!({"query_string": {"query": "bbb", "fields": ["description", "filename"]}}), vec![]),
        (json!({"query_string": {"query": ""}}), vec![]),
        (json!({"exists": {"field": "tags"}}), vec![]),
        (json!({"terms": {"set_id": [set]}}), vec![&first, &second]),
        (json!({"exists": {"field": "description"}}), vec![]),
    ] {
        let source = json!({"query": query}).to_string();
        let found =
            server.get(&format!("/consume/assets?{}", self::query(&[("source", &source)]))).await;
        assert_eq!(found.status, 200, "{query}: {found:?}");
        let json = found.json();
        let ids: Vec<&str> = json["_items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["_id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, expected, "{query}");
        assert_eq!(json["_meta"]["total"], expected.len(), "{query}");
    }
    let counts = r#"{"size":0,"aggs":{"counts":{"terms":{"field":"set_id"}}}}"#;
    let counted =
        server.get(&format!("/consume/assets?{}", query(&[("source", counts)]))).await.json();
    assert_eq!(
        counted["_aggregations"]["counts"]["buckets"],
        json!([{"key": set, "doc_count": 2}])
    );
    assert_eq!(server.get("/consume/assets?source={").await.fault(), fault(400, "04002"));
    let last = server.get("/consume/assets?page=18446744073709551615").await;
    assert_eq!((last.status.as_u16(), &last.json()["_items"]), (200, &json!([])));
    let page = server.get("/consume/assets?max_results=1&sort=name").await.json();
    assert_eq!(page["_links"]["next"]["href"], "consume/assets?max_results=1&sort=name&page=2");
    for (projection, has) in
        [(r#"{"name":1}"#, true), (r#"["name"]"#, true), (r#"{"name":0}"#, false)]
    {
        let path = format!("/consume/assets?{}", query(&[("projection", projection)]));
        let item = server.get(&path).await.json()["_items"][0].clone();
        assert_eq!(
            (item["name"].is_string(), item["filename"].is_string(), item["_id"].is_string()),
            (has, !has, true),
            "{projection}"
        );
    }
}

#[tokio::test]
async fn every_parameter_narrows() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let add = async |name, text: &str, state| {
        let fields = [("name", name), ("description", text), ("state", state)];
        server.upload(&set, &fields, b"x").await.text("_id")
    };
    let red = add("red", "a boat at sea", "draft").await;
    let blue = add("blue", "a boat on land", "draft").await;
    let open = add("open", "a sea", "public").await;
    for (parameters, expected) in [
        (&[("q", "boat")][..], vec![&red, &blue]),
        (&[("q", "boat sea")], vec![&red, &blue, &open]),
        (&[("q", "boat sea"), ("default_operator", "AND")], vec![&red]),
        (&[("q", "red"), ("df", "description")], vec![]),
        (&[("q", "land"), ("df", "description")], vec![&blue]),
        (&[("filter", r#"{"term":{"state":"public"}}"#)], vec![&open]),
        (&[("filter", r#"{"term":{"state":"draft"}}"#), ("q", "sea")], vec![&red]),
        (&[("where", r#"{"state":"draft","name":"blue"}"#)], vec![&blue]),
        (&[("where", r#"state=="public""#)], vec![&open]),
        (
            &[("source", r#"{"query":{"match":{"description":"boat"}}}"#), ("q", "land")],
            vec![&blue],
        ),
    ] {
        let found = server.found(parameters).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{parameters:?}");
    }
}

#[tokio::test]
async fn further_keys_sort_what_the_first_leaves() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let add = async |name, content: &'static [u8]| {
        server.upload(&set, &[("name", name)], content).await.text("_id")
    };
    let b = add("b", b"1").await;
    let long = add("a", b"22").await;
    let a = add("a", b"1").await;
    for (parameters, expected) in [
        (("sort", r#"[("name",1)]"#), [&long, &a, &b]),
        (("sort", r#"[("name",1),("length",1)]"#), [&a, &long, &b]),
        (("sort", "length,-name"), [&b, &a, &long]),
        (("sort", r#"[["length",-1],["name.keyword",1]]"#), [&long, &a, &b]),
        (("source", r#"{"sort":[{"name":"desc"},{"length":{"order":"asc"}}]}"#), [&b, &a, &long]),
        // A key that was named before has nothing left to decide.
        (("sort", "length,-length,name"), [&a, &b, &long]),
    ] {
        let found = server.found(&[parameters]).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{parameters:?}");
    }
}

#[tokio::test]
async fn a_search_has_256_clauses() {
    let server = Server::start().await;
    let set = server.first_set().await;
    let id = server.upload(&set, &[], b"x").await.text("_id");
    let source = |clauses: usize| {
        let clause = |n| json!({"term": {"name.keyword": if n == 0 { "a" } else { "b" }}});
        let clauses: Vec<Value> = (0..clauses).map(clause).collect();
        json!({"query": {"bool": {"should": clauses}}}).to_string()
    };
    assert_eq!(server.found(&[("source", &source(255))]).await, [id]);
    let path = format!("/consume/assets?{}", query(&[("source", &source(257))]));
    assert_eq!(server.get(&path).await.fault(), fault(400, "04002"));
}
