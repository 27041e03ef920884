//! Clauses of Elasticsearch as JSON.

use library::{Comparison, Glob, GlobPart, Query};
use serde_json::{Map, Value};

use super::{
    Result, Unreadable, everything, fields,
    fields::Field,
    not, nothing,
    text::{self, Operator},
};

/// What a search may cost to read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    clauses: usize,
    depth: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { clauses: 256, depth: 32 }
    }
}

impl Budget {
    /// One more clause.
    pub(super) fn spend(&mut self) -> Result<()> {
        self.clauses = self.clauses.checked_sub(1).ok_or(Unreadable)?;
        Ok(())
    }

    /// Runs something one level deeper.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.depth = self.depth.checked_sub(1).ok_or(Unreadable)?;
        let result = read(self);
        self.depth += 1;
        result
    }
}

/// The query of a source. An empty one finds everything.
pub(super) fn query(value: &Value, budget: &mut Budget) -> Result<Query> {
    match value {
        Value::Object(object) if object.is_empty() => Ok(everything()),
        Value::Null => Ok(everything()),
        value => clause(value, budget),
    }
}

/// One clause, or a list of which all hold.
pub(super) fn filter(value: &Value, budget: &mut Budget) -> Result<Query> {
    all(value, budget).map(Query::All)
}

/// `{"field": value}` or `field=="value"`: all must match.
pub(super) fn conditions(text: &str, budget: &mut Budget) -> Result<Query> {
    let text = text.trim();
    if text.starts_with('{') {
        let object: Map<String, Value> = serde_json::from_str(text).map_err(|_| Unreadable)?;
        let terms = object.iter().map(|(field, value)| {
            budget.spend()?;
            match value {
                Value::Object(_) | Value::Array(_) | Value::Null => Err(Unreadable),
                value => Ok(exact(field, value)),
            }
        });
        return Ok(Query::All(terms.collect::<Result<Vec<_>>>()?));
    }
    let (field, value) = text.split_once("==").ok_or(Unreadable)?;
    budget.spend()?;
    Ok(exact(field.trim(), &fields::literal(value.trim()).ok_or(Unreadable)?))
}

fn clause(value: &Value, budget: &mut Budget) -> Result<Query> {
    let object = value.as_object().ok_or(Unreadable)?;
    let mut entries = object.iter();
    let (Some((kind, body)), None) = (entries.next(), entries.next()) else {
        return Err(Unreadable);
    };
    budget.spend()?;
    budget.deeper(|budget| match kind.as_str() {
        "bool" => boolean(body, budget),
        "term" => term(body),
        "terms" => terms(body),
        "query_string" => query_string(body, budget),
        "range" => range(body),
        "match_all" => body.is_object().then(everything).ok_or(Unreadable),
        "match_none" => body.is_object().then(nothing).ok_or(Unreadable),
        "match" => matched(body),
        "match_phrase" => {
            let (field, text, _) = texts(body, "query")?;
            Ok(known(&field, |field| field.phrase(&text)))
        }
        "exists" => {
            let field = body.get("field").and_then(Value::as_str).ok_or(Unreadable)?;
            // Objects are there where what they hold is.
            let field = match field {
                "tags" => "tags.code",
                "lock_time" => "lock_user",
                other => other,
            };
            Ok(known(field, Field::exists))
        }
        "ids" => {
            let values = body.get("values").and_then(Value::as_array).ok_or(Unreadable)?;
            Ok(Field::Id.any_of(values))
        }
        "prefix" => {
            let (field, text, _) = texts(body, "value")?;
            Ok(known(&field, |field| field.pattern(&Glob::prefix(text))))
        }
        "wildcard" => {
            let (field, text, options) = texts(body, "value")?;
            let text = options.get("wildcard").and_then(Value::as_str).unwrap_or(&text);
            let glob = wildcards(text);
            Ok(known(&field, |field| field.pattern(&glob)))
        }
        _ => Err(Unreadable),
    })
}

/// A field that nobody knows finds nothing.
fn known(field: &str, query: impl FnOnce(Field) -> Query) -> Query {
    Field::parse(field).map_or(nothing(), query)
}

fn exact(field: &str, value: &Value) -> Query {
    known(field, |field| field.exact(value))
}

fn boolean(body: &Value, budget: &mut Budget) -> Result<Query> {
    let body = body.as_object().ok_or(Unreadable)?;
    let (mut parts, mut should, mut minimum) = (Vec::new(), Vec::new(), None);
    let mut has_other = false;
    for (key, value) in body {
        match key.as_str() {
            "must" | "filter" => {
                let all = all(value, budget)?;
                has_other |= !all.is_empty();
                parts.extend(all);
            }
            "must_not" => parts.extend(all(value, budget)?.into_iter().map(not)),
            "should" => should = all(value, budget)?,
            "minimum_should_match" => minimum = Some(minimum_of(value)?),
            "boost" | "_name" | "adjust_pure_negative" => {}
            _ => return Err(Unreadable),
        }
    }
    if !should.is_empty() {
        let minimum = minimum.unwrap_or(i64::from(!has_other));
        let minimum = if minimum < 0 { should.len() as i64 + minimum } else { minimum };
        parts.push(at_least(usize::try_from(minimum).unwrap_or(0), &should)?);
    }
    Ok(Query::All(parts))
}

fn all(value: &Value, budget: &mut Budget) -> Result<Vec<Query>> {
    match value {
        Value::Array(items) => items.iter().map(|item| query(item, budget)).collect(),
        item => Ok(vec![query(item, budget)?]),
    }
}

fn minimum_of(value: &Value) -> Result<i64> {
    let text = || value.as_str().and_then(|text| text.trim().parse().ok());
    value.as_i64().or_else(text).ok_or(Unreadable)
}

/// So many of them hold. Every choice of that many is written out, so there must not be too many.
fn at_least(count: usize, of: &[Query]) -> Result<Query> {
    const MOST: usize = 200;
    match count {
        0 => return Ok(everything()),
        1 => return Ok(Query::Any(of.to_vec())),
        _ if count > of.len() => return Ok(nothing()),
        _ => {}
    }
    let mut choices: Vec<Vec<Query>> = vec![Vec::new()];
    for (place, query) in of.iter().enumerate() {
        let left = of.len() - place - 1;
        let mut next = Vec::new();
        for choice in choices {
            if choice.len() + left >= count || choice.len() == count {
                next.push(choice.clone());
            }
            if choice.len() < count {
                next.push(choice.into_iter().chain([query.clone()]).collect());
            }
        }
        if next.len() > MOST {
            return Err(Unreadable);
        }
        choices = next;
    }
    Ok(Query::Any(
        choices.into_iter().filter(|choice| choice.len() == count).map(Query::All).collect(),
    ))
}

/// The one field of a clause, and what is said of it.
fn only(body: &Value) -> Result<(&str, &Value)> {
    let mut entries = body.as_object().ok_or(Unreadable)?.iter().filter(|(key, _)| *key != "boost");
    match (entries.next(), entries.next()) {
        (Some((field, value)), None) => Ok((field.as_str(), value)),
        _ => Err(Unreadable),
    }
}

fn term(body: &Value) -> Result<Query> {
    let (field, value) = only(body)?;
    let value = match value {
        Value::Object(options) => options.get("value").ok_or(Unreadable)?,
        value => value,
    };
    match value {
        Value::Object(_) | Value::Array(_) | Value::Null => Err(Unreadable),
        value => Ok(exact(field, value)),
    }
}

fn terms(body: &Value) -> Result<Query> {
    let (field, values) = only(body)?;
    let values = values.as_array().ok_or(Unreadable)?;
    if values.iter().any(|value| value.is_object() || value.is_array()) {
        return Err(Unreadable);
    }
    Ok(known(field, |field| field.any_of(values)))
}

/// Field and text of a clause in its short and its long form, and the other options.
fn texts(body: &Value, key: &str) -> Result<(String, String, Map<String, Value>)> {
    let (field, value) = only(body)?;
    let options = value.as_object().cloned().unwrap_or_default();
    let text = match value {
        Value::Object(options) => {
            options.get(key).or_else(|| options.get("wildcard")).ok_or(Unreadable)?
        }
        value => value,
    };
    let text = match text {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => return Err(Unreadable),
    };
    Ok((field.to_owned(), text, options))
}

fn matched(body: &Value) -> Result<Query> {
    let (field, text, options) = texts(body, "query")?;
    let operator = match options.get("operator") {
        None => Operator::Or,
        Some(word) => word.as_str().and_then(Operator::parse).ok_or(Unreadable)?,
    };
    Ok(known(&field, |field| field.analyzed(&text, operator)))
}

fn query_string(body: &Value, budget: &mut Budget) -> Result<Query> {
    let body = body.as_object().ok_or(Unreadable)?;
    let text = body.get("query").and_then(Value::as_str).ok_or(Unreadable)?;
    let mut fields = Vec::new();
    if let Some(several) = body.get("fields") {
        for field in several.as_array().ok_or(Unreadable)? {
            let name = field.as_str().ok_or(Unreadable)?;
            // How much it counts has no effect.
            fields.push(name.split('^').next().unwrap_or_default());
        }
    } else if let Some(field) = body.get("default_field") {
        fields.push(field.as_str().ok_or(Unreadable)?);
    }
    let operator = match body.get("default_operator") {
        None => Operator::Or,
        Some(word) => word.as_str().and_then(Operator::parse).ok_or(Unreadable)?,
    };
    text::query(text, &fields, operator, budget)
}

fn range(body: &Value) -> Result<Query> {
    let (name, bounds) = only(body)?;
    let bounds = bounds.as_object().ok_or(Unreadable)?;
    let Some(field) = Field::parse(name) else { return Ok(nothing()) };
    let mut parts = Vec::new();
    for (key, bound) in bounds {
        let comparison = match key.as_str() {
            "gte" => Comparison::AtLeast,
            "gt" => Comparison::More,
            "lte" => Comparison::AtMost,
            "lt" => Comparison::Less,
            "format" | "time_zone" | "boost" | "relation" => continue,
            _ => return Err(Unreadable),
        };
        if !bound.is_null() {
            parts.push(field.compared(comparison, bound).ok_or(Unreadable)?);
        }
    }
    Ok(Query::All(parts))
}

/// `*` and `?` leave characters open, a backslash takes that from them.
fn wildcards(text: &str) -> Glob {
    let (mut parts, mut piece) = (Vec::new(), String::new());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        let part = match c {
            '*' => GlobPart::Any,
            '?' => GlobPart::One,
            '\\' => {
                piece.extend(characters.next());
                continue;
            }
            c => {
                piece.push(c);
                continue;
            }
        };
        if !piece.is_empty() {
            parts.push(GlobPart::Text(std::mem::take(&mut piece)));
        }
        parts.push(part);
    }
    if !piece.is_empty() {
        parts.push(GlobPart::Text(piece));
    }
    Glob(parts)
}
