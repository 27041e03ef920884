//! What is done with what a back end answered.

use std::collections::BTreeMap;

use catalog::{Asset, AutoTag, Learned};
use serde_json::{Map, Value};

use super::{
    Extension, ExtensionKind,
    back_end::{Answer, Fault},
};
use crate::{Actor, Error, Library, Spooled, Upload};

/// Tags of one answer; more is no help to anybody.
const MAX_TAGS: usize = 100;

impl Library {
    pub(super) async fn apply(
        &self,
        extension: &Extension,
        asset: &Asset,
        answer: Answer,
    ) -> Result<(), Fault> {
        match (extension.kind, answer) {
            (ExtensionKind::RemoveBackground, Answer::Image(bytes)) => {
                self.add_picture(asset, bytes).await
            }
            (ExtensionKind::RemoveBackground, Answer::Facts(_)) => {
                Err(Fault::lasting("the back end answered with no image"))
            }
            (_, Answer::Image(_)) => Err(Fault::lasting("the back end answered with an image")),
            (_, Answer::Facts(facts)) => {
                let learned = learned(extension, &facts)?;
                self.check_metadata(asset.tenant, &learned.edit_metadata).await?;
                let (tenant, id) = (asset.tenant, asset.id);
                let library = self.clone();
                let learn = async move {
                    library.inner.catalog.learn(tenant, id, learned).await?;
                    library.inner.assets.invalidate(tenant, id);
                    Ok(())
                };
                Ok(self.to_the_end(learn).await?)
            }
        }
    }

    /// The next version, unless somebody else has added one since: theirs is newer than what this one was made from.
    async fn add_picture(&self, asset: &Asset, bytes: Spooled) -> Result<(), Fault> {
        let found = self.inner.catalog.asset(asset.tenant, asset.id).await.map_err(Error::from)?;
        let found = found.ok_or_else(|| Fault::lasting("the file was deleted meanwhile"))?;
        if found.current.blob.hash == bytes.blob.hash {
            // Done already, by a worker that could not say so.
            return Ok(());
        }
        if found.current.id != asset.current.id {
            return Err(Fault::lasting("the file was changed meanwhile"));
        }
        let upload = Upload::to(found.folder, found.name);
        self.upload(Actor::full(asset.tenant), upload, bytes).await?;
        Ok(())
    }
}

/// What the answer says, and no more than was asked for.
fn learned(extension: &Extension, facts: &Map<String, Value>) -> Result<Learned, Fault> {
    let mut learned = Learned::default();
    match extension.kind {
        ExtensionKind::RemoveBackground => {}
        ExtensionKind::GoogleTags | ExtensionKind::AwsTags => {
            learned.auto_tags =
                Some((extension.kind.name().to_owned(), auto_tags(extension, facts)?));
        }
        ExtensionKind::Describe => {
            let text = facts.get("description").and_then(Value::as_str);
            let text = text.ok_or_else(|| Fault::lasting("the answer has no `description`"))?;
            learned.description = Some(cleaned(text));
        }
        ExtensionKind::Tasks => {
            learned.add_tags = texts(facts, "add_tags")?;
            learned.remove_tags = texts(facts, "remove_tags")?;
            learned.edit_metadata = edits(facts)?;
        }
    }
    Ok(learned)
}

/// The surest first, those that are sure enough, and no more than are wanted.
fn auto_tags(extension: &Extension, facts: &Map<String, Value>) -> Result<Vec<AutoTag>, Fault> {
    let tags = facts.get("tags").and_then(Value::as_array);
    let tags = tags.ok_or_else(|| Fault::lasting("the answer has no `tags`"))?;
    let read = |tag: &Value| {
        let name = cleaned(tag["name"].as_str()?);
        let confidence = tag["confidence"].as_f64()?.clamp(0.0, 100.0);
        let source = extension.kind.name().to_owned();
        (!name.is_empty()).then_some(AutoTag { name, confidence, source })
    };
    let tags: Option<Vec<AutoTag>> = tags.iter().map(read).collect();
    let mut tags = tags.ok_or_else(|| {
        Fault::lasting("each of the answer's `tags` needs a `name` and a `confidence`")
    })?;
    let limits = extension.tags;
    tags.retain(|tag| {
        limits.is_none_or(|limits| tag.confidence >= f64::from(limits.min_confidence))
    });
    tags.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    tags.truncate(limits.map_or(MAX_TAGS, |limits| limits.most.min(MAX_TAGS)));
    Ok(tags)
}

/// An array of texts; empty if it is missing.
fn texts(facts: &Map<String, Value>, key: &str) -> Result<Vec<String>, Fault> {
    let wrong = || Fault::lasting(format!("the answer's `{key}` is no array of texts"));
    let Some(value) = facts.get(key) else { return Ok(Vec::new()) };
    let items = value.as_array().ok_or_else(wrong)?.iter().take(MAX_TAGS);
    let texts: Option<Vec<String>> = items.map(|text| text.as_str().map(cleaned)).collect();
    Ok(texts.ok_or_else(wrong)?.into_iter().filter(|text| !text.is_empty()).collect())
}

/// `set_metadata` is an object of values, `unset_metadata` a list of keys.
fn edits(facts: &Map<String, Value>) -> Result<BTreeMap<String, Value>, Fault> {
    let mut edits: BTreeMap<String, Value> = match facts.get("set_metadata") {
        None | Some(Value::Null) => BTreeMap::new(),
        Some(Value::Object(values)) => values.clone().into_iter().collect(),
        Some(_) => return Err(Fault::lasting("the answer's `set_metadata` is no object")),
    };
    let gone = texts(facts, "unset_metadata")?;
    edits.extend(gone.into_iter().map(|key| (key, Value::Null)));
    Ok(edits)
}

/// A text of a stranger as one of ours.
fn cleaned(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::TagLimits;

    fn read(kind: ExtensionKind, facts: &Value) -> Result<Learned, String> {
        let tags = Some(TagLimits { min_confidence: 50, most: 2 });
        let extension = Extension { kind, options: Value::Null, tags };
        learned(&extension, facts.as_object().unwrap()).map_err(|fault| match fault {
            Fault::Lasting(why) | Fault::Passing(why) => why,
        })
    }

    #[test]
    fn tags_are_the_surest_that_were_asked_for() {
        let facts = json!({"tags": [
            {"name": "cat", "confidence": 60},
            {"name": " dog\n", "confidence": 99.5},
            {"name": "hat", "confidence": 55},
            {"name": "fish", "confidence": 49.9},
        ]});
        let (source, tags) = read(ExtensionKind::AwsTags, &facts).unwrap().auto_tags.unwrap();
        assert_eq!(source, "aws-auto-tagging");
        let shown: Vec<_> = tags.iter().map(|tag| (tag.name.as_str(), tag.confidence)).collect();
        assert_eq!(shown, [("dog", 99.5), ("cat", 60.0)]);
        assert!(tags.iter().all(|tag| tag.source == source));
    }

    #[test]
    fn answers_that_say_something_else_are_refused() {
        for (kind, facts, expected) in [
            (ExtensionKind::GoogleTags, json!({}), "the answer has no `tags`"),
            (
                ExtensionKind::GoogleTags,
                json!({"tags": [{"name": "cat"}]}),
                "each of the answer's `tags` needs a `name` and a `confidence`",
            ),
            (ExtensionKind::Describe, json!({"tags": []}), "the answer has no `description`"),
            (
                ExtensionKind::Tasks,
                json!({"add_tags": "cat"}),
                "the answer's `add_tags` is no array of texts",
            ),
        ] {
            assert_eq!(read(kind, &facts).unwrap_err(), expected);
        }
    }

    #[test]
    fn tasks_and_descriptions_are_taken_as_text() {
        let described = read(ExtensionKind::Describe, &json!({"description": "A cat.\0 \n"}));
        assert_eq!(described.unwrap().description.as_deref(), Some("A cat."));
        let facts = json!({"add_tags": ["a", " "], "remove_tags": ["b"], "tags": 5});
        let tasks = read(ExtensionKind::Tasks, &facts).unwrap();
        assert_eq!(
            (tasks.add_tags, tasks.remove_tags),
            (vec!["a".to_owned()], vec!["b".to_owned()])
        );
        assert_eq!(tasks.auto_tags, None);
    }
}
