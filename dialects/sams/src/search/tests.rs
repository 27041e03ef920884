use library::SortKey;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn wanted(query: &str) -> Result<Wanted> {
    Wanted::parse(&Parameters::parse(Some(query)))
}

fn of(name: &str, text: &str) -> Result<Wanted> {
    let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    wanted(&format!("{name}={encoded}"))
}

fn source(value: &Value) -> Result<Wanted> {
    of("source", &value.to_string())
}

#[test]
fn what_superdesk_sends_is_read() {
    for query in [
        json!({"bool": {"must": [{"terms": {"_id": ["0123456789abcdef01234567"]}}]}}),
        json!({"terms": {"set_id": ["0123456789abcdef01234567"]}}),
        json!({"query_string": {"query": "name:(foo bar)", "default_operator": "AND", "lenient": true}}),
        json!({"query_string": {"query": "mimetype:(image\\/*) OR mimetype:(video\\/*) OR mimetype:(audio\\/*)"}}),
        json!({"query_string": {"query": "red", "default_field": "tags.name"}}),
        json!({"range": {"length": {"gte": 10, "lte": 20}}}),
        json!({"range": {"_updated": {"gte": "2020-01-01T00:00:00.000Z"}}}),
        json!({"bool": {"must_not": {"term": {"state": "draft"}}, "should": [{"match_all": {}}], "minimum_should_match": 1}}),
        json!({}),
    ] {
        assert!(source(&json!({"query": query})).is_ok(), "{query}");
    }
    let page =
        source(&json!({"size": 0, "from": 5, "sort": [{"name.keyword": {"order": "desc"}}]}))
            .unwrap();
    assert_eq!((page.limit, page.skip), (0, 5));
    assert_eq!(page.sort, [Sort { by: SortKey::Title, descending: true }]);
    assert_eq!(page.paging, Paging { page: 1, max_results: 25 });
}

#[test]
fn what_cannot_be_read_is_refused() {
    for query in [
        json!({"nonsense": {}}),
        json!({"term": {}}),
        json!({"term": {"a": 1, "b": 2}}),
        json!({"term": {"state": ["a"]}}),
        json!({"terms": {"state": "a"}}),
        json!({"terms": {"state": [[1]]}}),
        json!({"bool": []}),
        json!({"bool": {"musst": []}}),
        json!({"range": {"length": {"gte": "x"}}}),
        json!({"range": {"length": {"at_least": 1}}}),
        json!({"query_string": {"query": "name:("}}),
        json!({"query_string": {}}),
        json!([]),
        json!("text"),
    ] {
        assert_eq!(source(&json!({"query": query})), Err(Unreadable), "{query}");
    }
    for source in [
        json!({"size": -1}),
        json!({"from": -1}),
        json!({"size": "x"}),
        json!({"sort": "nothing"}),
        json!({"sort": [{"name": "up"}]}),
        json!({"aggs": []}),
        json!({"aggs": {"a": {"sum": {"field": "length"}}}}),
        json!({"unknown": 1}),
    ] {
        assert_eq!(self::source(&source), Err(Unreadable), "{source}");
    }
    for (name, text) in [
        ("source", "{"),
        ("source", "[]"),
        ("where", "{"),
        ("where", "name"),
        ("where", r#"{"name":{"$in":[]}}"#),
        ("filter", "x"),
        ("filter", r#"{"nonsense":1}"#),
        ("sort", "["),
        ("sort", "colour"),
        ("projections", "x"),
        ("q", "a AND"),
        ("q", "(a"),
        ("q", "a)"),
        ("q", "\"a"),
        ("q", "name:"),
        ("q", ":a"),
        ("q", "a\\"),
        ("q", "a:b:c"),
    ] {
        assert_eq!(of(name, text), Err(Unreadable), "{name}={text}");
    }
}

#[test]
fn there_is_a_limit_to_everything() {
    assert_eq!(of("q", &"(".repeat(10_000)), Err(Unreadable));
    assert_eq!(of("q", &format!("{}a{}", "(".repeat(40), ")".repeat(40))), Err(Unreadable));
    assert_eq!(of("q", &"a ".repeat(300)), Err(Unreadable));
    assert_eq!(of("q", &"a".repeat(9000)), Err(Unreadable));
    let deep = (0..40).fold(json!({"match_all": {}}), |inner, _| json!({"bool": {"must": inner}}));
    assert_eq!(source(&json!({"query": deep})), Err(Unreadable));
    let wide: Vec<Value> = (0..300).map(|n| json!({"term": {"state": n}})).collect();
    assert_eq!(source(&json!({"query": {"bool": {"should": wide}}})), Err(Unreadable));
}

#[test]
fn negation_reaches_every_clause() {
    let query = source(&json!({"query": {"bool": {"must_not": [
        {"bool": {"must": [{"term": {"state": "draft"}}, {"term": {"lock_user": "u"}}]}},
    ]}}}))
    .unwrap()
    .query;
    let Query::All(outer) = query else { panic!("{query:?}") };
    let text = format!("{outer:?}");
    assert!(text.contains("Any(["), "{text}");
    assert_eq!(text.matches("negated: true").count(), 2, "{text}");
}

proptest! {
    #[test]
    fn never_panics(text in "[a-z:()\"\\\\*?~^!+\\-\\[\\]{}<>=&| ANDORT]{0,60}|.{0,60}") {
        for name in ["q", "source", "where", "filter", "sort", "projections"] {
            let _ = of(name, &text);
        }
        let _ = source(&json!({"query": {"query_string": {"query": text}}}));
    }
}
