//! What somebody writes about an asset: which fields there are, and what becomes of them.

use std::collections::BTreeMap;

use library::{Access, Actor, AssetId, AssetPatch, CardPatch, Change, SetId, TagNames, Visibility};
use serde_json::Value;

use crate::{
    Sams,
    error::{ApiError, Errors},
    eve::Document,
    schema::{self, Kind, Rule},
};

const RULES: [Rule; 9] = [
    Rule::new("set_id", Kind::ObjectId).required(),
    Rule::new("parent_id", Kind::ObjectId),
    Rule::new("state", Kind::Text).one_of(&["draft", "internal", "public"]),
    Rule::new("filename", Kind::Text).required(),
    Rule::new("name", Kind::Text).required().filled(),
    Rule::new("description", Kind::Text),
    Rule::new("tags", Kind::Tags),
    Rule::new("extra", Kind::Dict),
    Rule::new("mimetype", Kind::Text),
];

/// What the service says by itself: whatever a client says there counts for nothing.
const COMPUTED: [&str; 17] = [
    "_created",
    "_updated",
    "_etag",
    "_version",
    "length",
    "_media_id",
    "binary",
    "renditions",
    "original_creator",
    "version_creator",
    "firstcreated",
    "versioncreated",
    "lock_action",
    "lock_user",
    "lock_session",
    "lock_time",
    "_links",
];

/// Takes out what is not the client's to say.
pub(super) fn without_computed(document: &mut Document) {
    for field in COMPUTED {
        document.remove(field);
    }
}

/// All that is wrong with a document. `creating`: what is required has to be there.
pub(super) async fn check(
    app: &Sams,
    actor: Actor,
    document: &Document,
    creating: bool,
) -> Result<Errors, ApiError> {
    let mut errors = schema::check(document, &RULES, creating);
    let parent = document.get("parent_id").and_then(Value::as_str);
    if let Some(id) = parent.and_then(|id| id.parse::<AssetId>().ok()) {
        match app.library.asset(actor, id).await {
            Ok(_) => {}
            Err(library::Error::NotFound(_)) => {
                let why = format!("value '{id}' must exist in resource 'assets', field '_id'.");
                errors.insert("parent_id".to_owned(), vec![why.into()]);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(errors)
}

/// What a document that has been checked says. What it does not say stays, or is the default.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Said {
    pub(super) filename: Option<String>,
    title: Option<String>,
    description: Option<String>,
    parent: Option<AssetId>,
    state: Option<State>,
    /// The inner one: `null` was sent.
    #[expect(clippy::option_option, reason = "left out and null are not the same")]
    tags: Option<Option<Vec<(String, String)>>>,
    extra: Option<BTreeMap<String, Value>>,
    pub(super) media_type: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Draft,
    Internal,
    Public,
}

impl Said {
    pub(super) fn of(document: &Document) -> Self {
        let text = |field: &str| document.get(field).and_then(Value::as_str).map(str::to_owned);
        let extra = document.get("extra").and_then(Value::as_object);
        Self {
            filename: text("filename"),
            title: text("name"),
            description: text("description"),
            parent: text("parent_id").and_then(|id| id.parse().ok()),
            state: text("state").map(|word| match word.as_str() {
                "public" => State::Public,
                "internal" => State::Internal,
                _ => State::Draft,
            }),
            tags: document.get("tags").map(|tags| tags.as_array().map(|tags| self::tags(tags))),
            extra: extra.map(|extra| extra.clone().into_iter().collect()),
            media_type: text("mimetype"),
        }
    }

    /// As a change to what is there. `media`: shown and sniffed type, where they may be others now.
    #[expect(
        clippy::option_option,
        reason = "to leave an asset where it is, or to take it out of its set"
    )]
    pub(super) fn patch(
        self,
        set: Option<Option<SetId>>,
        media: Option<(Option<String>, Option<String>)>,
        user: Option<&str>,
    ) -> AssetPatch {
        let (access, visibility) = self.state.map_or((Change::Keep, Change::Keep), State::changes);
        let codes = self.tags.as_ref().map(|tags| {
            let tags = tags.iter().flatten();
            tags.map(|(code, _)| code.clone()).collect::<Vec<_>>()
        });
        let tag_names = self.tags.map(|tags| tags.map_or(TagNames::Null, TagNames::Named));
        let card = CardPatch {
            title: set_some(self.title),
            filename: set_some(self.filename),
            parent: set_some(self.parent),
            media: set_some(media),
            tag_names: change(tag_names),
            extra: set_some(self.extra),
            editor: set_some(user.map(str::to_owned)),
            set: change(set),
            ..CardPatch::default()
        };
        AssetPatch {
            tags: change(codes),
            description: set_some(self.description),
            access,
            visibility,
            card,
            ..AssetPatch::default()
        }
    }

    /// What is not said of a new asset: it is a draft, and nobody's without a key.
    pub(super) fn or_default(self) -> Self {
        Self { state: self.state.or(Some(State::Draft)), ..self }
    }
}

impl State {
    /// Being open needs both; whoever hides something only hides it.
    fn changes(self) -> (Change<Access>, Change<Visibility>) {
        match self {
            Self::Public => (Change::Set(Access::Public), Change::Set(Visibility::Listed)),
            Self::Internal => (Change::Keep, Change::Set(Visibility::Hidden)),
            Self::Draft => (Change::Keep, Change::Set(Visibility::Draft)),
        }
    }
}

fn tags(tags: &[Value]) -> Vec<(String, String)> {
    let text = |tag: &Value, key: &str| tag[key].as_str().unwrap_or_default().to_owned();
    tags.iter().map(|tag| (text(tag, "code"), text(tag, "name"))).collect()
}

fn change<T>(value: Option<T>) -> Change<T> {
    value.map_or(Change::Keep, Change::Set)
}

fn set_some<T>(value: Option<T>) -> Change<Option<T>> {
    value.map_or(Change::Keep, |value| Change::Set(Some(value)))
}
