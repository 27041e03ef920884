//! Values by key, and where each came from.

use std::{collections::BTreeMap, fmt, path::Path};

use anyhow::{Result, anyhow, bail};
use toml::{Table, Value};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File(String),
    /// The name of the variable.
    Environment(String),
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => f.write_str(path),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag => f.write_str("command line"),
        }
    }
}

/// All values so far, by dotted key.
#[derive(Debug, Clone)]
pub(crate) struct Layers {
    values: BTreeMap<String, (Value, Origin)>,
}

impl Layers {
    /// The lowest layer, which decides what keys there are.
    pub(crate) fn new(defaults: &Table) -> Self {
        let values = leaves(defaults).into_iter();
        Self { values: values.map(|(key, value)| (key, (value, Origin::Default))).collect() }
    }

    /// Values in order of key.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value, &Origin)> {
        self.values.iter().map(|(key, (value, origin))| (key.as_str(), value, origin))
    }

    /// All values as sections.
    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new();
        for (key, value, _) in self.iter() {
            insert(&mut table, key, value.clone());
        }
        table
    }

    pub(crate) fn add_file(&mut self, path: &Path, text: &str) -> Result<()> {
        let path = path.display().to_string();
        let table: Table = text.parse().map_err(|error| anyhow!("{path}: {error}"))?;
        if let Some((section, _)) = table.iter().find(|(_, values)| !values.is_table()) {
            bail!("{path}: `{section}` must be a section, as in `[{section}]`");
        }
        for (key, value) in leaves(&table) {
            let known = self.known(&key).map_err(|error| anyhow!("{path}: {error}"))?;
            if known.type_str() != value.type_str() && !is_list(&key, &value) {
                let (expected, found) = (known.type_str(), value.type_str());
                bail!("{path}: `{key}` must be of type {expected}, found {found}");
            }
            self.values.insert(key, (value, Origin::File(path.clone())));
        }
        Ok(())
    }

    /// Variables of the form `HALFTONE_SECTION__NAME`. Names of variables have no `-`: there a `_` stands for it.
    pub(crate) fn add_environment(
        &mut self,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<()> {
        for (variable, text) in variables {
            let Some(name) = variable.strip_prefix("HALFTONE_").filter(|it| it.contains("__"))
            else {
                continue;
            };
            let key = self.spelled(&name.replace("__", ".").to_ascii_lowercase());
            self.set(&key, &text, Origin::Environment(variable.clone()))
                .map_err(|error| anyhow!("{variable}: {error}"))?;
        }
        Ok(())
    }

    /// Sets a key from text, which is read as the type that the key has.
    pub(crate) fn set(&mut self, key: &str, text: &str, origin: Origin) -> Result<()> {
        let value = match self.known(key)? {
            Value::Boolean(_) => match text {
                "true" | "1" => Value::Boolean(true),
                "false" | "0" => Value::Boolean(false),
                _ => bail!("`{key}` must be true or false, found `{text}`"),
            },
            Value::Integer(_) => match text.parse() {
                Ok(number) => Value::Integer(number),
                Err(_) => bail!("`{key}` must be a whole number, found `{text}`"),
            },
            _ if LISTS.contains(&key) && text.trim_start().starts_with('[') => list(key, text)?,
            _ => Value::String(text.to_owned()),
        };
        self.values.insert(key.to_owned(), (value, origin));
        Ok(())
    }

    /// The key that a variable means.
    fn spelled(&self, plain: &str) -> String {
        let known = self.values.keys().find(|known| known.replace('-', "_") == plain);
        known.map_or_else(|| plain.to_owned(), Clone::clone)
    }

    /// The value so far of a key that exists, or may be made; else an error that names the nearest one.
    fn known(&self, key: &str) -> Result<&Value> {
        if let Some((value, _)) = self.values.get(key) {
            return Ok(value);
        }
        let is_made =
            |section: &&str| key.strip_prefix(*section).is_some_and(|name| !name.is_empty());
        if OPEN.iter().any(is_made) {
            return Ok(&EMPTY);
        }
        let nearest = self.values.keys().max_by(|one, other| {
            strsim::jaro_winkler(key, one).total_cmp(&strsim::jaro_winkler(key, other))
        });
        match nearest {
            Some(nearest) => Err(anyhow!("unknown key `{key}`; did you mean `{nearest}`?")),
            None => Err(anyhow!("unknown key `{key}`")),
        }
    }
}

/// Sections whose keys are names that the administrator gives; their values are texts.
const OPEN: [&str; 1] = ["extensions.operations."];

static EMPTY: Value = Value::String(String::new());

/// Keys whose value is a text, or a list of tables instead.
const LISTS: [&str; 1] = ["sams.destinations"];

fn is_list(key: &str, value: &Value) -> bool {
    LISTS.contains(&key) && matches!(value, Value::Array(_) | Value::String(_))
}

/// A list as it would stand in a file.
fn list(key: &str, text: &str) -> Result<Value> {
    let table: Table = format!("list = {text}")
        .parse()
        .map_err(|_| anyhow!("`{key}` must be names between commas, or a list in TOML"))?;
    Ok(table.get("list").cloned().unwrap_or(Value::Array(Vec::new())))
}

/// All values of a table and the tables in it, by dotted key.
fn leaves(table: &Table) -> Vec<(String, Value)> {
    let below = |(name, value): (&String, &Value)| match value {
        Value::Table(table) => leaves(table)
            .into_iter()
            .map(|(key, value)| (format!("{name}.{key}"), value))
            .collect::<Vec<_>>(),
        value => vec![(name.clone(), value.clone())],
    };
    table.iter().flat_map(below).collect()
}

/// Puts a value where its dotted key says, making the tables on the way.
fn insert(table: &mut Table, key: &str, value: Value) {
    insert_below(table, key, OPEN.iter().find_map(|section| key.strip_prefix(*section)), value);
}

/// `name`: the end of the key that is not divided, because it is a name.
fn insert_below(table: &mut Table, key: &str, name: Option<&str>, value: Value) {
    let divided = if name == Some(key) { None } else { key.split_once('.') };
    let Some((section, rest)) = divided else {
        table.insert(key.to_owned(), value);
        return;
    };
    let section = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
    if let Some(section) = section.as_table_mut() {
        insert_below(section, rest, name, value);
    }
}
