//! The same tests, of values at hand: what a search finds among assets, these tell about an upload.

use serde_json::Value;

use super::words::words;
use super::{Comparison, Measure, Scalar, TagTest, TextTest, ValueTest};
use crate::parse_moment;

impl TextTest {
    pub fn holds(&self, text: &str) -> bool {
        match self {
            TextTest::OneOf(texts) => texts.iter().any(|one| one == text),
            TextTest::Prefix(prefix) => text.starts_with(prefix),
            TextTest::Words(wanted) => has_words(wanted, [text]),
        }
    }
}

impl TagTest {
    pub fn holds(&self, tags: &[String]) -> bool {
        match self {
            TagTest::AnyOf(wanted) => tags.iter().any(|tag| wanted.contains(tag)),
            TagTest::Exists => !tags.is_empty(),
            TagTest::Words(wanted) => has_words(wanted, tags.iter().map(String::as_str)),
            TagTest::Like(glob) => tags.iter().any(|tag| glob.fits(tag)),
        }
    }
}

impl Measure {
    /// What has no such measure passes no test.
    pub fn holds(&self, value: Option<i64>) -> bool {
        value.is_some_and(|value| match self {
            Measure::OneOf(values) => values.contains(&value),
            Measure::Compare(comparison, bound) => comparison.holds(&value, bound),
        })
    }
}

impl ValueTest {
    /// `None`: there is no such value.
    pub fn holds(&self, value: Option<&Value>) -> bool {
        let items = match value {
            Some(Value::Array(items)) => items.as_slice(),
            one => one.map_or(&[][..], std::slice::from_ref),
        };
        let mut items = items.iter().filter(|item| !item.is_null());
        let text = |item: &Value| item.as_str().map(str::to_owned);
        match self {
            ValueTest::Exists => items.next().is_some(),
            ValueTest::OneOf(scalars) => {
                items.any(|item| scalars.iter().any(|scalar| scalar.equals(item)))
            }
            ValueTest::Compare(comparison, bound) => {
                items.any(|item| bound.compares(*comparison, item))
            }
            ValueTest::Prefix(prefix) => {
                items.any(|item| text(item).is_some_and(|text| text.starts_with(prefix)))
            }
            ValueTest::Words(wanted) => has_words(wanted, items.filter_map(Value::as_str)),
        }
    }
}

impl Comparison {
    fn holds<T: PartialOrd>(self, value: &T, bound: &T) -> bool {
        match self {
            Comparison::Less => value < bound,
            Comparison::AtMost => value <= bound,
            Comparison::More => value > bound,
            Comparison::AtLeast => value >= bound,
        }
    }
}

impl Scalar {
    fn equals(&self, item: &Value) -> bool {
        match self {
            Scalar::Text(text) => item.as_str() == Some(text),
            Scalar::Number(number) => item.as_f64() == Some(*number),
            Scalar::Flag(flag) => item.as_bool() == Some(*flag),
            Scalar::Moment(moment) => item.as_str().and_then(parse_moment) == Some(*moment),
        }
    }

    fn compares(&self, comparison: Comparison, item: &Value) -> bool {
        match self {
            Scalar::Text(bound) => {
                item.as_str().is_some_and(|text| comparison.holds(&text, &bound.as_str()))
            }
            Scalar::Number(bound) => {
                item.as_f64().is_some_and(|number| comparison.holds(&number, bound))
            }
            Scalar::Flag(bound) => {
                item.as_bool().is_some_and(|flag| comparison.holds(&flag, bound))
            }
            Scalar::Moment(bound) => {
                let moment = item.as_str().and_then(parse_moment);
                moment.is_some_and(|moment| comparison.holds(&moment, bound))
            }
        }
    }
}

/// Every word wanted, the last one as the beginning of a word.
fn has_words<'a>(wanted: &str, texts: impl IntoIterator<Item = &'a str>) -> bool {
    let mut wanted: Vec<String> = words(wanted).collect();
    let Some(last) = wanted.pop() else {
        return false;
    };
    let found: Vec<String> = texts.into_iter().flat_map(words).collect();
    wanted.iter().all(|word| found.contains(word))
        && found.iter().any(|word| word.starts_with(&last))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_and_tags() {
        let tags = ["big car".to_owned(), "red".to_owned()];
        assert!(TextTest::Words("RED sho".to_owned()).holds("shoes, red"));
        assert!(!TextTest::Words("sho red".to_owned()).holds("shoes, red"));
        assert!(!TextTest::Words("-".to_owned()).holds("a - b"));
        assert!(TextTest::Prefix("a".to_owned()).holds("ab"));
        assert!(!TextTest::OneOf(vec!["A".to_owned()]).holds("a"));
        assert!(TagTest::Words("red car".to_owned()).holds(&tags));
        assert!(TagTest::AnyOf(vec!["x".to_owned(), "red".to_owned()]).holds(&tags));
        assert!(!TagTest::AnyOf(vec!["car".to_owned()]).holds(&tags));
        assert!(!TagTest::Exists.holds(&[]));
    }

    #[test]
    fn measures_and_values() {
        assert!(Measure::Compare(Comparison::AtMost, 5).holds(Some(5)));
        assert!(!Measure::Compare(Comparison::Less, 5).holds(None));
        let equals = |scalar, value| ValueTest::OneOf(vec![scalar]).holds(Some(&value));
        assert!(equals(Scalar::Number(30.0), json!(["a", 30])));
        assert!(!equals(Scalar::Number(30.0), json!("30")));
        assert!(equals(Scalar::Moment(0), json!("1970-01-01T01:00+01:00")));
        assert!(!equals(Scalar::Flag(true), json!(1)));
        let more = ValueTest::Compare(Comparison::More, Scalar::Number(1.5));
        assert!(more.holds(Some(&json!(2))));
        assert!(!more.holds(Some(&json!("2"))));
        assert!(!ValueTest::Exists.holds(Some(&json!(null))));
        assert!(!ValueTest::Exists.holds(None));
        assert!(ValueTest::Words("b".to_owned()).holds(Some(&json!(["a", "bc"]))));
    }
}
