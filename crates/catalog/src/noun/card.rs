//! What editors write about an asset beside the facts of the library.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Asset, Change, Millis, SetId};
use crate::{AssetId, VersionId};

/// The words of a newsroom about an asset. Nothing here opens or hides it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Card {
    /// `None`: the name of the file.
    pub title: Option<String>,
    /// As it was given: may be empty, may repeat. `None`: the name in the library.
    pub filename: Option<String>,
    pub parent: Option<AssetId>,
    pub media: Option<Media>,
    pub tag_names: TagNames,
    /// Whatever else somebody wants to remember.
    pub extra: Option<BTreeMap<String, Value>>,
    /// Who made it, by a name that means something elsewhere.
    pub creator: Option<String>,
    /// Who changed it last.
    pub editor: Option<String>,
    pub lock: Lock,
}

/// What somebody says that the bytes are, and what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Declared, sniffed, or guessed from the name.
    pub shown: Option<String>,
    /// What the bytes themselves tell.
    pub sniffed: Option<String>,
    /// The version that this is said of. Set where it is written down.
    pub of: VersionId,
}

/// How tags are called, beside what they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TagNames {
    /// Nobody said anything about tags.
    #[default]
    Unsaid,
    /// Somebody said that there is nothing to say.
    Null,
    /// Tags and their names, in the order given. A tag that is not here is called what it is.
    Named(Vec<(String, String)>),
}

/// Says who works on an asset. It keeps nobody from anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Lock {
    /// It has never been locked.
    #[default]
    Never,
    Free,
    Held {
        /// Without one it is as good as free.
        action: Option<String>,
        user: String,
        session: String,
        since: Millis,
    },
}

/// Changes to a card.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CardPatch {
    pub title: Change<Option<String>>,
    pub filename: Change<Option<String>>,
    pub parent: Change<Option<AssetId>>,
    /// Shown and sniffed type of what is the current version then.
    pub media: Change<Option<(Option<String>, Option<String>)>>,
    pub tag_names: Change<TagNames>,
    pub extra: Change<Option<BTreeMap<String, Value>>>,
    pub creator: Change<Option<String>>,
    pub editor: Change<Option<String>>,
    pub lock: Change<Lock>,
    /// The set that the asset belongs to; `None` for none.
    pub set: Change<Option<SetId>>,
}

/// A state of an asset or a set: every change leads to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    pub revision: u64,
    pub updated: Millis,
}

/// On what an upload insists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// The id that a new asset gets; without one it is given a fresh one. [`crate::Error::Conflict`]: it is taken.
    pub id: Option<AssetId>,
    /// Only as the next version of this asset, and only if it is in this state still. [`crate::Error::Stale`] otherwise.
    pub only_if: Option<(AssetId, Stamp)>,
}

impl Asset {
    pub fn stamp(&self) -> Stamp {
        Stamp { revision: self.revision, updated: self.updated }
    }

    /// The file name as somebody gave it, else that of the library.
    pub fn filename(&self) -> &str {
        let given = self.card.as_ref().and_then(|card| card.filename.as_deref());
        given.unwrap_or(self.name.as_str())
    }

    /// What the asset is called, else its file name.
    pub fn title(&self) -> &str {
        let given = self.card.as_ref().and_then(|card| card.title.as_deref());
        given.unwrap_or_else(|| self.filename())
    }

    /// What is said of the current version.
    pub fn media(&self) -> Option<&Media> {
        let media = self.card.as_ref()?.media.as_ref()?;
        (media.of == self.current.id).then_some(media)
    }

    /// Each tag with its name.
    pub fn named_tags(&self) -> impl Iterator<Item = (&str, &str)> {
        let names = match self.card.as_ref().map(|card| &card.tag_names) {
            Some(TagNames::Named(names)) => names.as_slice(),
            _ => &[],
        };
        let mut used = vec![false; names.len()];
        self.tags.iter().map(move |tag| {
            // A tag that is there twice may have two names.
            let place = (0..names.len()).find(|&place| !used[place] && names[place].0 == *tag);
            let name = place.map_or(tag.as_str(), |place| {
                used[place] = true;
                &names[place].1
            });
            (tag.as_str(), name)
        })
    }
}
