use catalog::TextForm;
use serde_json::{Number, json};

use super::*;

fn schema(rule: FieldRule) -> FieldSchema {
    FieldSchema { rule, is_required: None, default: None }
}

fn text(min: Option<u64>, max: Option<u64>) -> FieldSchema {
    schema(FieldRule::Text { form: TextForm::Line, length: Bounds { min, max } })
}

fn number(min: Option<f64>, max: Option<f64>) -> FieldSchema {
    let bound = |bound: Option<f64>| bound.and_then(Number::from_f64);
    schema(FieldRule::Number(Bounds { min: bound(min), max: bound(max) }))
}

fn date(min: Option<&str>, max: Option<&str>) -> FieldSchema {
    let [min, max] = [min, max].map(|bound| bound.map(str::to_owned));
    schema(FieldRule::Date(Bounds { min, max }))
}

fn options() -> Vec<Value> {
    vec![json!("small"), json!(30), json!(40), json!(true)]
}

#[test]
fn values_are_what_their_field_says() {
    #[track_caller]
    fn check(schema: &FieldSchema, value: &Value, expected: Option<&str>) {
        assert_eq!(value_fault(schema, value).as_deref(), expected, "{schema:?} {value}");
    }
    check(&text(None, None), &json!(""), None);
    check(&text(Some(2), Some(3)), &json!("äöü"), None);
    check(&text(Some(2), None), &json!("ä"), Some("should have at least 2 characters"));
    check(&text(None, Some(3)), &json!("abcd"), Some("should have at most 3 characters"));
    for other in [json!(1), json!(true), json!(null), json!(["a"]), json!({"a": 1})] {
        check(&text(None, None), &other, Some("should be of type string"));
    }

    check(&number(None, None), &json!(-1.5), None);
    check(&number(Some(-2.0), Some(3.5)), &json!(3.5), None);
    check(&number(Some(-2.0), None), &json!(-2.1), Some("should be at least -2.0"));
    check(&number(None, Some(3.5)), &json!(4), Some("should be at most 3.5"));
    check(&number(None, None), &json!("30"), Some("should be of type number"));
    check(&number(None, None), &json!(true), Some("should be of type number"));

    for fine in [
        "2022-11-30",
        "2022-11-30T10:11:10Z",
        "2022-11-30T10:11:10.123+02:00",
        "2022-11-30T10:11:10",
    ] {
        check(&date(None, None), &json!(fine), None);
    }
    for no_date in ["yesterday", "2022-13-01", "30.11.2022", "", "2022-11-30T25:00:00Z"] {
        check(&date(None, None), &json!(no_date), Some("should be an ISO 8601 date"));
    }
    check(&date(None, None), &json!(20_221_130), Some("should be of type string"));
    let year = date(Some("2022-01-01"), Some("2022-12-31T23:59:59Z"));
    check(&year, &json!("2022-01-01T00:00:00Z"), None);
    check(&year, &json!("2022-01-01T01:00:00+02:00"), Some("should be at least 2022-01-01"));
    check(&year, &json!("2023-01-01"), Some("should be at most 2022-12-31T23:59:59Z"));

    let boolean = schema(FieldRule::Boolean);
    check(&boolean, &json!(false), None);
    for other in [json!("true"), json!(1), json!(null)] {
        check(&boolean, &other, Some("should be of type boolean"));
    }

    let one = schema(FieldRule::One(options()));
    for fine in [json!("small"), json!(30), json!(30.0), json!(true)] {
        check(&one, &fine, None);
    }
    for other in [json!("30"), json!("true"), json!(["small"]), json!("Small"), json!(1)] {
        check(&one, &other, Some("should be one of \"small\", 30, 40, true"));
    }
    let many = schema(FieldRule::Many(options()));
    check(&many, &json!(["small", 30]), None);
    check(&many, &json!([]), None);
    check(&many, &json!("small"), Some("should be of type array"));
    let wrong = "should hold nothing else than \"small\", 30, 40, true";
    check(&many, &json!(["small", "30"]), Some(wrong));
}

#[test]
fn schemas_are_consistent() {
    #[track_caller]
    fn check(schema: &FieldSchema, expected: &[(SchemaPart, &str)]) {
        let faults = schema_faults(schema);
        let faults: Vec<_> = faults.iter().map(|(part, why)| (*part, why.as_str())).collect();
        assert_eq!(faults, expected, "{schema:?}");
    }
    use SchemaPart::{Default, Max, Min, Options};
    let below = (Max, "should not be below the minimum");
    check(&text(Some(3), Some(3)), &[]);
    check(&text(Some(4), Some(3)), &[below]);
    check(&number(Some(1.5), Some(1.0)), &[below]);
    check(&date(Some("2022-01-02"), Some("2022-01-01")), &[below]);
    check(
        &date(Some("soon"), Some("late")),
        &[(Min, "should be an ISO 8601 date"), (Max, "should be an ISO 8601 date")],
    );
    check(&schema(FieldRule::One(Vec::new())), &[(Options, "should not be empty")]);
    check(&schema(FieldRule::Many(Vec::new())), &[(Options, "should not be empty")]);

    let required = |rule: FieldSchema, default: Option<Value>| FieldSchema {
        is_required: Some(true),
        default,
        ..rule
    };
    let missing = (Default, "is required, because the field must have a value");
    check(&required(text(None, None), None), &[missing]);
    check(&required(text(None, None), Some(json!("a"))), &[]);
    check(
        &required(text(Some(2), None), Some(json!("a"))),
        &[(Default, "should have at least 2 characters")],
    );
    let many = schema(FieldRule::Many(options()));
    check(&required(many.clone(), Some(json!("small"))), &[(Default, "should be of type array")]);
    check(&required(many, Some(json!(["small"]))), &[]);
    let optional = FieldSchema { default: Some(json!("30")), ..number(None, None) };
    check(&optional, &[(Default, "should be of type number")]);
}
