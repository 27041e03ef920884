//! Presets: chains by name, with variables.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    arguments::color,
    grammar::{Call, MAX_OPERATIONS, Op, Pairs, Pattern, shown},
    meaning::{MeaningError, operation},
};

/// Presets that name presets, the outermost included.
const MAX_DEPTH: usize = 5;

/// Operations of a chain that is stored.
const MAX_STORED: usize = 15;

/// A stored chain.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chain {
    pub(crate) text: String,
    pub(crate) variables: Variables,
}

/// Where names are looked up.
pub(crate) trait Chains {
    /// `None`: there is no preset of this name.
    fn find(&self, name: &str) -> Option<Chain>;
}

/// Where no tenant is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoChains;

impl Chains for NoChains {
    fn find(&self, _: &str) -> Option<Chain> {
        None
    }
}

/// The variables that a preset declares, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Variables(BTreeMap<String, Variable>);

#[derive(Debug, Clone, PartialEq)]
struct Variable {
    kind: VariableKind,
    default: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum VariableKind {
    Integer,
    Float,
    Text,
    Color,
    Enum(Vec<String>),
    Boolean,
}

impl Variables {
    /// From `{"w": {"type": "integer", "default": 200}}`. The error says what is wrong.
    pub(crate) fn read(params: &Map<String, Value>) -> Result<Self, String> {
        let read = |(name, declared): (&String, &Value)| {
            Variable::read(declared)
                .map(|variable| (name.clone(), variable))
                .map_err(|why| format!("`params.{}` {why}", shown(name)))
        };
        params.iter().map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl Variable {
    fn read(declared: &Value) -> Result<Self, String> {
        let kind = match declared["type"].as_str() {
            Some("integer") => VariableKind::Integer,
            Some("float") => VariableKind::Float,
            Some("string" | "file") => VariableKind::Text,
            Some("color") => VariableKind::Color,
            Some("boolean") => VariableKind::Boolean,
            Some("enum") => {
                let values = declared["enum"].as_array().filter(|values| !values.is_empty());
                let values = values.ok_or("of the type enum expects a list `enum` of values")?;
                let text = |value: &Value| scalar(value).ok_or("holds a value that is no text");
                VariableKind::Enum(values.iter().map(text).collect::<Result<_, _>>()?)
            }
            _ => {
                return Err(
                    "expects a `type` of integer, float, string, color, enum, boolean, file"
                        .to_owned(),
                );
            }
        };
        let default = match (declared.get("default"), &kind) {
            (None, _) => None,
            (Some(Value::Number(_) | Value::Bool(_)), VariableKind::Text) => {
                return Err("expects a text for its default".to_owned());
            }
            (Some(default), _) => {
                Some(scalar(default).ok_or("has a default that is no single value")?)
            }
        };
        let variable = Self { kind, default };
        match &variable.default {
            Some(default) if !variable.accepts(default) => {
                Err(format!("expects a default of its type, found `{}`", shown(default)))
            }
            _ => Ok(variable),
        }
    }

    fn accepts(&self, value: &str) -> bool {
        match &self.kind {
            VariableKind::Integer => value.parse::<i64>().is_ok(),
            VariableKind::Float => value.parse::<f64>().is_ok_and(f64::is_finite),
            VariableKind::Text => true,
            VariableKind::Color => color(value).is_some(),
            VariableKind::Enum(values) => values.iter().any(|known| known == value),
            VariableKind::Boolean => matches!(value, "true" | "false" | "0" | "1"),
        }
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Whether a chain may be stored: it can be read, what it calls exists, and it is not too long. What it calls presets may
/// come to be later. Its variables, in the order of their names.
pub(crate) fn check(text: &str) -> Result<BTreeSet<String>, MeaningError> {
    let Pattern::Chain(ops) = Pattern::parse(text)? else {
        return Err(MeaningError::OriginalPreset);
    };
    if ops.len() > MAX_STORED {
        return Err(MeaningError::TooManyOperations { found: ops.len(), limit: MAX_STORED });
    }
    let mut used = BTreeSet::new();
    for op in &ops {
        let values = match op {
            Op::Call(call) => {
                operation(call)?;
                &call.values
            }
            Op::Preset { values, .. } => values,
        };
        for (_, value) in &values.0 {
            used.extend(pieces(value).filter_map(|piece| match piece {
                Piece::Variable(name) => Some(name.to_owned()),
                Piece::Text(_) => None,
            }));
        }
    }
    Ok(used)
}

/// The operations that a chain stands for, presets taken apart.
pub(super) fn expanded(ops: &[Op], chains: &dyn Chains) -> Result<Vec<Call>, MeaningError> {
    let mut calls = Vec::new();
    expand(ops, chains, MAX_DEPTH, &mut calls)?;
    Ok(calls)
}

fn expand(
    ops: &[Op],
    chains: &dyn Chains,
    depth: usize,
    calls: &mut Vec<Call>,
) -> Result<(), MeaningError> {
    for op in ops {
        match op {
            // Chains of chains grow fast, so this is asked before each.
            Op::Call(_) if calls.len() == MAX_OPERATIONS => {
                return Err(MeaningError::TooManyOperations {
                    found: calls.len() + 1,
                    limit: MAX_OPERATIONS,
                });
            }
            Op::Call(call) => calls.push(call.clone()),
            Op::Preset { name, values } => {
                let depth = depth.checked_sub(1).ok_or(MeaningError::PresetsTooDeep(MAX_DEPTH))?;
                let chain = chains.find(name);
                let chain = chain.ok_or_else(|| MeaningError::NoPreset(name.clone()))?;
                let Pattern::Chain(ops) = Pattern::parse(&chain.text)? else {
                    return Err(MeaningError::OriginalPreset);
                };
                let ops = ops.into_iter().map(|op| filled(op, name, values, &chain.variables));
                let ops = ops.collect::<Result<Vec<_>, _>>()?;
                expand(&ops, chains, depth, calls)?;
            }
        }
    }
    Ok(())
}

/// An operation with values in the place of variables.
fn filled(op: Op, preset: &str, given: &Pairs, variables: &Variables) -> Result<Op, MeaningError> {
    let fill = |pairs: Pairs| -> Result<Pairs, MeaningError> {
        let fill = |(key, value): (String, String)| {
            let value = pieces(&value).map(|piece| match piece {
                Piece::Text(text) => Ok(text.to_owned()),
                Piece::Variable(name) => value_of(name, preset, given, variables),
            });
            value.collect::<Result<String, _>>().map(|value| (key, value))
        };
        pairs.0.into_iter().map(fill).collect::<Result<_, _>>().map(Pairs)
    };
    Ok(match op {
        Op::Call(call) => Op::Call(Call { values: fill(call.values)?, ..call }),
        Op::Preset { name, values } => Op::Preset { name, values: fill(values)? },
    })
}

fn value_of(
    name: &str,
    preset: &str,
    given: &Pairs,
    variables: &Variables,
) -> Result<String, MeaningError> {
    let variable = variables.0.get(name);
    let variable = variable.ok_or_else(|| MeaningError::NoVariable(name.to_owned()))?;
    match given.get(name) {
        Some(value) if variable.accepts(value) => Ok(value.to_owned()),
        Some(value) => Err(MeaningError::Variable {
            preset: preset.to_owned(),
            name: name.to_owned(),
            expected: expected(&variable.kind),
            found: shown(value),
        }),
        // Nothing is said of it, as if the value were empty.
        None => Ok(variable.default.clone().unwrap_or_default()),
    }
}

fn expected(kind: &VariableKind) -> String {
    match kind {
        VariableKind::Integer => "an integer".to_owned(),
        VariableKind::Float => "a number".to_owned(),
        VariableKind::Text => "a text".to_owned(),
        VariableKind::Color => "6 or 8 hex digits".to_owned(),
        VariableKind::Enum(values) => format!("one of {}", values.join(", ")),
        VariableKind::Boolean => "true or false".to_owned(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    /// Without the `$`.
    Variable(&'a str),
}

/// A value cut at its variables. A `$` before something else is just that.
fn pieces(value: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = value;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(behind) = rest.strip_prefix('$') {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let end = behind.find(|c| !is_part(c)).unwrap_or(behind.len());
            if end > 0 {
                let (name, left) = behind.split_at(end);
                rest = left;
                return Some(Piece::Variable(name));
            }
        }
        let start = usize::from(rest.starts_with('$'));
        let end = rest[start..].find('$').map_or(rest.len(), |at| at + start);
        let (text, left) = rest.split_at(end);
        rest = left;
        Some(Piece::Text(text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_in_values() {
        use Piece::{Text, Variable};
        let found = |value| pieces(value).collect::<Vec<_>>();
        assert_eq!(found("$w"), [Variable("w")]);
        assert_eq!(found("$w_$h-x"), [Variable("w_"), Variable("h"), Text("-x")]);
        assert_eq!(found("$$a$"), [Text("$"), Variable("a"), Text("$")]);
        assert_eq!(found(""), []);
    }

    #[test]
    fn chains_are_checked_before_they_are_stored() {
        #[track_caller]
        fn check_(text: &str, expected: Result<&str, &str>) {
            let found = check(text).map(|used| used.into_iter().collect::<Vec<_>>().join(","));
            let found = found.map_err(|error| error.to_string());
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{text}");
        }
        check_("t.resize(w:$w,h:1)~p:other(a:$a)", Ok("a,w"));
        check_("t.resize(a:0)", Ok(""));
        check_("t.resize(w:abc)", Ok(""));
        check_("t.nothing()", Err("`t` has no operation `nothing`"));
        check_("x.flip()", Err("there is no plug-in `x`"));
        check_("original", Err("a preset holds operations; `original` is none"));
        check_(&["t.flip()"; 16].join("~"), Err("a chain holds at most 15 operations, found 16"));
        assert!(check(&["t.flip()"; 15].join("~")).is_ok());
    }

    #[test]
    fn declarations_have_types_and_defaults_of_them() {
        let read = |json: &str| Variables::read(&serde_json::from_str(json).unwrap()).map(|_| ());
        for fine in [
            "{}",
            r#"{"w":{"type":"integer","default":200}}"#,
            r#"{"w":{"type":"integer","default":"200"},"f":{"type":"file"}}"#,
            r#"{"c":{"type":"color","default":"FF0000"}}"#,
            r#"{"e":{"type":"enum","enum":["a","b"],"default":"a"}}"#,
            r#"{"b":{"type":"boolean","default":true}}"#,
        ] {
            assert_eq!(read(fine), Ok(()), "{fine}");
        }
        for wrong in [
            r#"{"w":1}"#,
            r#"{"w":{"type":"number"}}"#,
            r#"{"w":{"type":"integer","default":1.5}}"#,
            r#"{"w":{"type":"integer","default":"x"}}"#,
            r#"{"c":{"type":"color","default":"red"}}"#,
            r#"{"e":{"type":"enum","default":"a"}}"#,
            r#"{"e":{"type":"enum","enum":["b"],"default":"a"}}"#,
            r#"{"b":{"type":"boolean","default":"yes"}}"#,
            r#"{"b":{"type":"string","default":[]}}"#,
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
