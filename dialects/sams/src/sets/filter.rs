//! Searching sets in the manner of MongoDB. There are few of them, so documents themselves are looked at.
//!
//! `where` is a JSON object (equality, `$in`, `$nin`, `$ne`, `$gt`, `$gte`, `$lt`, `$lte`, `$exists`, `$regex`, `$not`,
//! `$and`, `$or`, `$nor`) or a Python expression of `==`, `!=`, `<`, `<=`, `>`, `>=` joined by `and` and `or`. `sort` is
//! a list of pairs, or names with a `-` before those that descend.

use std::cmp::Ordering;

use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value, json};

use super::{Document, Parameters};
use crate::{
    error::ApiError,
    eve::Projection,
    search::{fields, order},
};

/// Nesting of conditions.
const DEPTH: usize = 32;
/// Memory of a regular expression.
const REGEX_BYTES: usize = 1 << 20;

/// Which sets, in which order, and what of them.
#[derive(Debug)]
pub(super) struct Wanted {
    condition: Condition,
    sort: Vec<(String, bool)>,
    pub(super) projection: Projection,
}

impl Wanted {
    pub(super) fn parse(parameters: &Parameters) -> Result<Self, ApiError> {
        let fault = |what: &str| ApiError::bad_request(format!("`{what}` cannot be read."));
        let condition = parameters.filled("where").map(condition);
        let sort = parameters.filled("sort").map(order::parse);
        let projection =
            ["projection", "projections"].into_iter().find_map(|name| parameters.filled(name));
        Ok(Self {
            condition: match condition {
                None => Condition::All(Vec::new()),
                Some(condition) => condition.ok_or_else(|| fault("where"))?,
            },
            sort: match sort {
                None => Vec::new(),
                Some(sort) => sort.ok_or_else(|| fault("sort"))?,
            },
            projection: match projection.map(fields::projection) {
                None => Projection::default(),
                Some(projection) => projection.ok_or_else(|| fault("projection"))?,
            },
        })
    }

    pub(super) fn of(&self, mut documents: Vec<Document>) -> Vec<Document> {
        documents.retain(|document| self.condition.holds(document));
        // From the last key to the first; sorting keeps what is equal in its order.
        for (field, descending) in self.sort.iter().rev() {
            documents.sort_by(|one, other| {
                let order = compare(one.get(field), other.get(field));
                if *descending { order.reverse() } else { order }
            });
        }
        documents
    }
}

#[derive(Debug)]
enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Field(String, Test),
}

#[derive(Debug)]
enum Test {
    In(Vec<Value>),
    Compare(Ordering, bool, Value),
    Exists(bool),
    Like(Regex),
    Not(Box<Test>),
    All(Vec<Test>),
}

fn condition(text: &str) -> Option<Condition> {
    let text = text.trim();
    if text.starts_with('{') {
        let object: Map<String, Value> = serde_json::from_str(text).ok()?;
        return of_object(&object, 0);
    }
    python(text)
}

fn of_object(object: &Map<String, Value>, depth: usize) -> Option<Condition> {
    if depth > DEPTH {
        return None;
    }
    let list = |value: &Value| {
        let items = value.as_array()?;
        items.iter().map(|item| of_object(item.as_object()?, depth + 1)).collect::<Option<Vec<_>>>()
    };
    let conditions = object.iter().map(|(key, value)| match key.as_str() {
        "$and" => list(value).map(Condition::All),
        "$or" => list(value).map(Condition::Any),
        "$nor" => list(value).map(|any| Condition::Not(Box::new(Condition::Any(any)))),
        key if key.starts_with('$') => None,
        field => Some(Condition::Field(field.to_owned(), test(value, depth)?)),
    });
    conditions.collect::<Option<Vec<_>>>().map(Condition::All)
}

fn test(value: &Value, depth: usize) -> Option<Test> {
    if depth > DEPTH {
        return None;
    }
    let Some(operators) = value
        .as_object()
        .filter(|object| object.keys().next().is_some_and(|key| key.starts_with('$')))
    else {
        return Some(Test::In(vec![value.clone()]));
    };
    let tests = operators.iter().map(|(operator, value)| {
        let not = |test| Test::Not(Box::new(test));
        Some(match operator.as_str() {
            "$eq" => Test::In(vec![value.clone()]),
            "$ne" => not(Test::In(vec![value.clone()])),
            "$in" => Test::In(value.as_array()?.clone()),
            "$nin" => not(Test::In(value.as_array()?.clone())),
            "$gt" => Test::Compare(Ordering::Greater, false, value.clone()),
            "$gte" => Test::Compare(Ordering::Greater, true, value.clone()),
            "$lt" => Test::Compare(Ordering::Less, false, value.clone()),
            "$lte" => Test::Compare(Ordering::Less, true, value.clone()),
            "$exists" => Test::Exists(value.as_bool().or_else(|| Some(value.as_i64()? != 0))?),
            "$regex" => Test::Like(regex(value.as_str()?, operators.get("$options"))?),
            "$options" => operators.contains_key("$regex").then_some(Test::All(Vec::new()))?,
            "$not" => not(self::test(value, depth + 1)?),
            _ => return None,
        })
    });
    tests.collect::<Option<Vec<_>>>().map(Test::All)
}

fn regex(pattern: &str, options: Option<&Value>) -> Option<Regex> {
    let options = options.and_then(Value::as_str).unwrap_or_default();
    RegexBuilder::new(pattern)
        .case_insensitive(options.contains('i'))
        .multi_line(options.contains('m'))
        .dot_matches_new_line(options.contains('s'))
        .size_limit(REGEX_BYTES)
        .build()
        .ok()
}

/// `name=="x" and state != 'draft'`
fn python(text: &str) -> Option<Condition> {
    let any = split(text, "or")?;
    let any: Option<Vec<Condition>> = any
        .into_iter()
        .map(|all| {
            let all: Option<Vec<Condition>> =
                split(all, "and")?.into_iter().map(comparison).collect();
            all.map(Condition::All)
        })
        .collect();
    any.map(Condition::Any)
}

/// At a word that stands by itself, outside of quotes.
fn split<'a>(text: &'a str, word: &str) -> Option<Vec<&'a str>> {
    let (mut parts, mut begin, mut quote) = (Vec::new(), 0, None);
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c.is_whitespace() && at >= begin => {
                let rest = &text[at + c.len_utf8()..];
                let is_word = rest
                    .strip_prefix(word)
                    .is_some_and(|after| after.starts_with(char::is_whitespace));
                if is_word {
                    parts.push(&text[begin..at]);
                    begin = at + c.len_utf8() + word.len();
                }
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    quote.is_none().then_some(parts)
}

fn comparison(text: &str) -> Option<Condition> {
    const OPERATORS: [&str; 6] = ["==", "!=", "<=", ">=", "<", ">"];
    let text = text.trim().trim_start_matches('(').trim_end_matches(')').trim();
    let end = text.find(['=', '!', '<', '>'])?;
    let (field, rest) = text.split_at(end);
    let operator = OPERATORS.into_iter().find(|operator| rest.starts_with(operator))?;
    let value = fields::literal(rest[operator.len()..].trim())?;
    let field = field.trim();
    let is_name =
        !field.is_empty() && field.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    let test = match operator {
        "==" => Test::In(vec![value]),
        "!=" => Test::Not(Box::new(Test::In(vec![value]))),
        "<=" => Test::Compare(Ordering::Less, true, value),
        ">=" => Test::Compare(Ordering::Greater, true, value),
        "<" => Test::Compare(Ordering::Less, false, value),
        _ => Test::Compare(Ordering::Greater, false, value),
    };
    is_name.then(|| Condition::Field(field.to_owned(), test))
}

impl Condition {
    fn holds(&self, document: &Document) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(document)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(document)),
            Self::Not(part) => !part.holds(document),
            Self::Field(name, test) => test.holds(find(document, name)),
        }
    }
}

/// A field, or one inside of others: `destination_config.a`.
fn find<'a>(document: &'a Document, name: &str) -> Option<&'a Value> {
    if let Some(value) = document.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    find(document.get(first)?.as_object()?, rest)
}

impl Test {
    fn holds(&self, value: Option<&Value>) -> bool {
        match self {
            // What is not there is as good as null.
            Self::In(values) => values.iter().any(|one| equals(value.unwrap_or(&json!(null)), one)),
            Self::Compare(order, or_equal, bound) => value.is_some_and(|value| {
                let is_alike = rank(value) == rank(bound);
                let found = compare(Some(value), Some(bound));
                is_alike && (found == *order || *or_equal && found == Ordering::Equal)
            }),
            Self::Exists(wanted) => value.is_some() == *wanted,
            Self::Like(regex) => {
                value.and_then(Value::as_str).is_some_and(|text| regex.is_match(text))
            }
            Self::Not(test) => !test.holds(value),
            Self::All(tests) => tests.iter().all(|test| test.holds(value)),
        }
    }
}

fn equals(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one.total_cmp(&other) == Ordering::Equal,
        _ => one == other,
    }
}

/// What is not there first, then by type, then by value.
fn compare(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    let (one, other) = match (one, other) {
        (None, None) => return Ordering::Equal,
        (None, _) => return Ordering::Less,
        (_, None) => return Ordering::Greater,
        (Some(one), Some(other)) => (one, other),
    };
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => match (one.as_f64(), other.as_f64()) {
            (Some(one), Some(other)) => one.total_cmp(&other),
            _ => rank(one).cmp(&rank(other)),
        },
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Number(_) => 1,
        Value::String(_) => 2,
        Value::Object(_) => 3,
        Value::Array(_) => 4,
        Value::Bool(_) => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(query: &str) -> Result<Vec<String>, u16> {
        let set = |name: &str, state: &str, size: i64| {
            let set = json!({"_id": format!("id-{name}"), "name": name, "state": state, "size": size,
                             "config": {"a": name}});
            set.as_object().unwrap().clone()
        };
        let sets = vec![set("b", "usable", 2), set("a", "draft", 10), set("c", "usable", 1)];
        let parameters = Parameters::parse(Some(query));
        let wanted = Wanted::parse(&parameters).map_err(|error| error.status.as_u16())?;
        let found = wanted.of(sets);
        Ok(found.iter().map(|set| set["name"].as_str().unwrap().to_owned()).collect())
    }

    #[test]
    fn sets_are_chosen_and_sorted() {
        for (query, expected) in [
            ("", &["b", "a", "c"][..]),
            (r#"where={"name":"a"}"#, &["a"]),
            (r#"where={"_id":"id-c"}"#, &["c"]),
            (r#"where={"state":"usable","size":{"$gt":1}}"#, &["b"]),
            (r#"where={"name":{"$in":["a","c"]}}"#, &["a", "c"]),
            (r#"where={"name":{"$nin":["a","c"]}}"#, &["b"]),
            (r#"where={"name":{"$ne":"a"}}"#, &["b", "c"]),
            (r#"where={"name":{"$regex":"^A","$options":"i"}}"#, &["a"]),
            (r#"where={"$or":[{"name":"a"},{"size":1}]}"#, &["a", "c"]),
            (r#"where={"$nor":[{"name":"a"}]}"#, &["b", "c"]),
            (r#"where={"nothing":{"$exists":false},"config.a":"b"}"#, &["b"]),
            (r#"where={"size":{"$not":{"$gte":2}}}"#, &["c"]),
            (r#"where=name=="a""#, &["a"]),
            ("where=name=='a' or size<2", &["a", "c"]),
            (r#"where=state=="usable" and size>=2"#, &["b"]),
            (r#"sort=[("name",1)]"#, &["a", "b", "c"]),
            (r#"sort=[["size",-1]]"#, &["a", "b", "c"]),
            ("sort=state,-name", &["a", "c", "b"]),
        ] {
            let query = query.replace('+', "%2B");
            assert_eq!(
                names(&query).as_deref(),
                Ok(&expected.iter().map(ToString::to_string).collect::<Vec<_>>()[..]),
                "{query}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_a_bad_request() {
        for query in [
            "where={",
            "where=[]",
            "where=name",
            r#"where=name=="a"#,
            "where={\"name\":{\"$foo\":1}}",
            "where={\"$foo\":[]}",
            "where={\"name\":{\"$regex\":\"(\"}}",
            "sort=[",
            "sort=[(1,2)]",
            "projection=x:",
        ] {
            assert_eq!(names(query), Err(400), "{query}");
        }
    }
}
