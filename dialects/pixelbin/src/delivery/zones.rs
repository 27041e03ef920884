//! Zones, and the rules that make a pattern and a file of a worker's path.
//!
//! ```text
//! rules = rule *( newline rule )
//! rule  = [ "@" zone " " ] regular-expression " => " replacement      without a zone: of URLs that name none
//! ```
//!
//! `^old/(.*)$ => t.resize(w:100)/$1`: the first rule of the zone that matches the path (percent-decoded, without a
//! slash before it) replaces what it matches.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

use super::url::is_zone;

/// Compiled, a rule takes no more than this.
const RULE_BYTES: usize = 1 << 20;

#[derive(Debug, Clone, Default)]
pub struct Zones {
    names: Vec<String>,
    rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    zone: Option<String>,
    from: Regex,
    to: String,
}

impl PartialEq for Zones {
    fn eq(&self, other: &Self) -> bool {
        let rule =
            |rule: &Rule| (rule.zone.clone(), rule.from.as_str().to_owned(), rule.to.clone());
        self.names == other.names && self.rules.iter().map(rule).eq(other.rules.iter().map(rule))
    }
}

impl Eq for Zones {}

impl Zones {
    /// A comma list of zones, and rules. The error says what is wrong.
    pub fn parse(names: &str, rules: &str) -> Result<Self, String> {
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        let names: Vec<String> = names.map(str::to_owned).collect();
        if let Some(name) = names.iter().find(|name| !is_zone(name)) {
            return Err(format!("a zone has 6 letters, digits, `_` and `-`, found `{name}`"));
        }
        let rules = rules.lines().map(str::trim).filter(|line| !line.is_empty());
        let rules = rules.map(Rule::parse).collect::<Result<Vec<_>, _>>()?;
        let mut zones = rules.iter().filter_map(|rule| rule.zone.as_ref());
        if let Some(zone) = zones.find(|zone| !names.contains(zone)) {
            return Err(format!(
                "there is a rule of the zone `{zone}`, which is not among the zones"
            ));
        }
        Ok(Self { names, rules })
    }

    pub(super) fn knows(&self, zone: &str) -> bool {
        self.names.iter().any(|name| name == zone)
    }

    /// What the first rule that matches makes of a worker's path.
    pub(super) fn rewritten(&self, zone: Option<&str>, worker: &[Cow<'_, str>]) -> Option<String> {
        let mut rules = self.rules.iter().filter(|rule| rule.zone.as_deref() == zone).peekable();
        rules.peek()?;
        let path = worker.join("/");
        let rule = rules.find(|rule| rule.from.is_match(&path))?;
        Some(rule.from.replace(&path, rule.to.as_str()).into_owned())
    }
}

impl Rule {
    fn parse(line: &str) -> Result<Self, String> {
        let wrong = || format!("a rule reads `regular expression => replacement`, found `{line}`");
        let (zone, rule) = match line.strip_prefix('@') {
            Some(rule) => {
                let (zone, rule) = rule.split_once(' ').ok_or_else(wrong)?;
                (Some(zone.to_owned()), rule)
            }
            None => (None, line),
        };
        let (from, to) = rule.split_once(" => ").ok_or_else(wrong)?;
        let from = RegexBuilder::new(from.trim()).size_limit(RULE_BYTES).build();
        let from = from.map_err(|error| format!("the rule `{line}` cannot be used: {error}"))?;
        Ok(Self { zone, from, to: to.trim().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_checked() {
        assert!(Zones::parse("", "").is_ok());
        assert!(Zones::parse("abcdef", "@abcdef ^a => b\n^c => d").is_ok());
        for (names, rules) in
            [("abc", ""), ("", "a b"), ("", "( => b"), ("", "@abcdef a => b"), ("", "@abcdef")]
        {
            assert!(Zones::parse(names, rules).is_err(), "{names} {rules}");
        }
    }

    #[test]
    fn the_first_rule_that_matches_counts() {
        let zones = Zones::parse("abcdef", "^a/ => 1/\n^a/b => 2\n@abcdef (x+) => [$1]").unwrap();
        let rewritten = |zone, path: &'static str| {
            let segments: Vec<Cow<'_, str>> = path.split('/').map(Cow::Borrowed).collect();
            zones.rewritten(zone, &segments)
        };
        assert_eq!(rewritten(None, "a/b").as_deref(), Some("1/b"));
        assert_eq!(rewritten(None, "b/a/b"), None);
        assert_eq!(rewritten(Some("abcdef"), "yxxy").as_deref(), Some("y[xx]y"));
        assert_eq!(rewritten(Some("abcdef"), "a/b"), None);
    }
}
