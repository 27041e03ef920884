//! Orders: as list literals of Python, as JSON, as names with signs.

use library::SortKey;
use serde_json::Value;

use super::{Result, Unreadable};

/// `[("name.keyword",1)]`, `[["_updated",-1]]` or `name,-length`: fields, and whether they descend. Positive ascends, zero and
/// negative descend.
pub(crate) fn parse(text: &str) -> Option<Vec<(String, bool)>> {
    let text = text.trim();
    if !text.starts_with('[') {
        let keys = text.split(',').map(str::trim).map(|key| {
            let (name, descending) = match key.strip_prefix('-') {
                Some(name) => (name, true),
                None => (key, false),
            };
            is_name(name).then(|| (name.to_owned(), descending))
        });
        return keys.collect();
    }
    // Apart from its brackets and quotes, the literal is JSON.
    let json: String = text
        .chars()
        .map(|c| match c {
            '(' => '[',
            ')' => ']',
            '\'' => '"',
            c => c,
        })
        .collect();
    let json = json.replace(",]", "]").replace(", ]", "]");
    let pairs: Vec<(String, f64)> = serde_json::from_str(&json).ok()?;
    let keys = pairs
        .into_iter()
        .map(|(name, direction)| is_name(&name).then_some((name, direction <= 0.0)));
    keys.collect()
}

/// `"f"`, `{"f": "asc"}`, `{"f": {"order": "asc"}}`, or a list of these.
pub(super) fn of_source(sort: &Value) -> Result<Vec<(String, bool)>> {
    match sort {
        Value::Array(items) => {
            let lists = items.iter().map(of_source).collect::<Result<Vec<_>>>()?;
            Ok(lists.concat())
        }
        Value::String(name) => Ok(vec![(name.clone(), false)]),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, direction)| {
                let word = match direction {
                    Value::Object(options) => options
                        .get("order")
                        .map_or(Ok("asc"), |order| order.as_str().ok_or(Unreadable)),
                    other => other.as_str().ok_or(Unreadable),
                };
                match word? {
                    "asc" => Ok((name.clone(), false)),
                    "desc" => Ok((name.clone(), true)),
                    _ => Err(Unreadable),
                }
            })
            .collect(),
        _ => Err(Unreadable),
    }
}

/// What assets can be sorted by. Names of texts mean their whole values.
pub(super) fn key(field: &str) -> Option<SortKey> {
    Some(match field {
        "name" | "name.keyword" => SortKey::Title,
        "filename" | "filename.keyword" => SortKey::FileName,
        "_created" | "firstcreated" | "_id" => SortKey::Created,
        "_updated" | "versioncreated" => SortKey::Updated,
        "length" => SortKey::Size,
        "state" => SortKey::State,
        "mimetype" => SortKey::MediaType,
        _ => return None,
    })
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read() {
        for (text, expected) in [
            (r#"[("name.keyword",1)]"#, Some(&[("name.keyword", false)][..])),
            (r#"[["_updated",-1]]"#, Some(&[("_updated", true)])),
            (r#"[("_updated", 0), ('name', 1),]"#, Some(&[("_updated", true), ("name", false)])),
            ("name,-length", Some(&[("name", false), ("length", true)])),
            ("[]", Some(&[])),
            ("", None),
            ("[(", None),
            (r#"[("a",)]"#, None),
            ("a b", None),
            ("-", None),
        ] {
            let found = parse(text);
            let found: Option<Vec<(&str, bool)>> = found
                .as_ref()
                .map(|keys| keys.iter().map(|(name, down)| (name.as_str(), *down)).collect());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
