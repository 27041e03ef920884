//! The search index: rows that follow assets, folders and versions, in the transaction that changes these.
//!
//! To index one more thing: a table or a column, a line in [`Batch`], and a higher [`REVISION`], so that libraries which
//! are there already are indexed anew.

mod refresh;
mod rows;

pub(crate) use refresh::{is_fresh, refresh};

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::database::Tx;
use crate::error::Result;
use crate::query::{MOST_WORDS, words};
use crate::{Asset, FolderPath, TenantId, TokenField, Version, globe, parse_moment, row, sql};
use rows::Rows;

/// Texts that are part of an index are no longer, in bytes. Longer names of custom fields cannot be searched by.
const LONGEST_KEY: usize = 1000;

/// Items of a custom list that are indexed.
const MOST_ITEMS: usize = 1000;

/// Makes the index follow all about an asset but its content. For a new one, and when its name, its tags or its
/// custom metadata may have changed.
pub(crate) async fn follow_asset(tx: &Tx, seq: i64, asset: &Asset) -> Result<()> {
    for table in ["asset_tags", "asset_words", "asset_values", "asset_tokens", "asset_facts"] {
        let delete = format!("DELETE FROM {table} WHERE asset = $1");
        sql::run(&**tx, &delete, [seq.into()]).await?;
    }
    let mut batch = Batch::default();
    batch.add_asset(seq, asset)?;
    batch.write(tx).await
}

/// Makes the index follow the name of a folder.
pub(crate) async fn follow_folder(
    tx: &Tx,
    tenant: TenantId,
    seq: i64,
    path: &FolderPath,
) -> Result<()> {
    sql::run(&**tx, "DELETE FROM folder_words WHERE folder = $1", [seq.into()]).await?;
    let mut batch = Batch::default();
    batch.add_folder(tenant, seq, path)?;
    batch.write(tx).await
}

/// Indexes a version, which is new and will never change.
pub(crate) async fn add_version(
    tx: &Tx,
    tenant: TenantId,
    seq: i64,
    version: &Version,
) -> Result<()> {
    let mut batch = Batch::default();
    batch.add_version(tenant, seq, version);
    batch.write(tx).await
}

/// Rows of the index on their way into their tables.
struct Batch {
    tags: Rows,
    words: Rows,
    values: Rows,
    facts: Rows,
    folder_words: Rows,
    keywords: Rows,
    places: Rows,
    tokens: Rows,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            tags: Rows::of("asset_tags", &["tenant", "tag", "created", "asset"]),
            words: Rows::of("asset_words", &["tenant", "field", "word", "created", "asset"]),
            values: Rows::of(
                "asset_values",
                &["tenant", "field", "text", "number", "flag", "moment", "created", "asset"],
            ),
            facts: Rows::of("asset_facts", &["tenant", "fact", "value", "created", "asset"]),
            folder_words: Rows::of("folder_words", &["tenant", "word", "folder"]),
            keywords: Rows::of("version_keywords", &["tenant", "keyword", "version"]),
            places: Rows::of(
                "version_places",
                &["tenant", "latitude", "longitude", "x", "y", "z", "version"],
            ),
            tokens: Rows::of(
                "asset_tokens",
                &["tenant", "field", "token", "place", "created", "asset"],
            ),
        }
    }
}

impl Batch {
    fn add_asset(&mut self, seq: i64, asset: &Asset) -> Result<()> {
        let tags: BTreeSet<&str> = asset
            .tags
            .iter()
            .map(String::as_str)
            .chain(asset.auto_tags.iter().map(|tag| tag.name.as_str()))
            .collect();
        self.add_tokens(seq, asset)?;
        self.add_words(seq, asset, "name", words(asset.name.as_str()))?;
        self.add_words(seq, asset, "tags", tags.iter().flat_map(|tag| words(tag)))?;
        self.add_words(seq, asset, CAPTION, asset.captions().iter().flat_map(|text| words(text)))?;
        for (fact, value) in asset.facts() {
            let (tenant, created) = (asset.tenant.0.into(), asset.created.into());
            self.facts.add([tenant, fact.into(), value.into(), created, seq.into()]);
        }
        for tag in tags {
            let tag = sql::short_text("a tag", tag)?;
            self.tags.add([asset.tenant.0.into(), tag, asset.created.into(), seq.into()]);
        }
        for (field, value) in &asset.custom_metadata {
            if field.len() <= LONGEST_KEY && !field.contains('\0') {
                self.add_values(seq, asset, field, value)?;
            }
        }
        Ok(())
    }

    /// What the card says of an asset, where it says anything: most assets have their file name only.
    fn add_tokens(&mut self, seq: i64, asset: &Asset) -> Result<()> {
        let (title, filename) = (asset.title(), asset.filename());
        self.add_field(seq, asset, TokenField::FileName, filename)?;
        if title != filename {
            // Says that the title is another one, whatever words it has.
            self.add_token(seq, asset, TokenField::Title, "", -1)?;
            self.add_field(seq, asset, TokenField::Title, title)?;
        }
        if let Some(description) = &asset.description {
            self.add_field(seq, asset, TokenField::Description, description)?;
        }
        let names: BTreeSet<&str> = asset.named_tags().map(|(_, name)| name).collect();
        for name in names {
            sql::short_text("the name of a tag", name)?;
            self.add_token(seq, asset, TokenField::TagName, name, 0)?;
        }
        Ok(())
    }

    fn add_field(&mut self, seq: i64, asset: &Asset, field: TokenField, text: &str) -> Result<()> {
        for (place, token) in field.tokens(text).iter().take(MOST_WORDS).enumerate() {
            self.add_token(seq, asset, field, token, place as i64)?;
        }
        Ok(())
    }

    fn add_token(
        &mut self,
        seq: i64,
        asset: &Asset,
        field: TokenField,
        token: &str,
        place: i64,
    ) -> Result<()> {
        self.tokens.add([
            asset.tenant.0.into(),
            token_field(field).into(),
            sql::text("a word", token)?,
            place.into(),
            asset.created.into(),
            seq.into(),
        ]);
        Ok(())
    }

    fn add_values(&mut self, seq: i64, asset: &Asset, field: &str, value: &Json) -> Result<()> {
        let items = match value {
            Json::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let is_first = |place: usize| !items[..place].contains(&items[place]);
        let places = (0..items.len()).filter(|&place| !items[place].is_null() && is_first(place));
        for item in places.take(MOST_ITEMS).map(|place| &items[place]) {
            // What cannot be stored as a text is there, and equals nothing that can be asked for.
            let text = item.as_str().filter(|text| !text.contains('\0'));
            self.values.add([
                asset.tenant.0.into(),
                field.into(),
                text.into(),
                item.as_f64().into(),
                item.as_bool().into(),
                text.and_then(parse_moment).into(),
                asset.created.into(),
                seq.into(),
            ]);
        }
        let texts = items.iter().filter_map(Json::as_str).flat_map(words);
        self.add_words(seq, asset, &custom_field(field), texts)
    }

    fn add_words(
        &mut self,
        seq: i64,
        asset: &Asset,
        field: &str,
        words: impl Iterator<Item = String>,
    ) -> Result<()> {
        let words: BTreeSet<String> = words.take(MOST_WORDS).collect();
        for word in words {
            self.words.add([
                asset.tenant.0.into(),
                field.into(),
                sql::text("a word", &word)?,
                asset.created.into(),
                seq.into(),
            ]);
        }
        Ok(())
    }

    fn add_folder(&mut self, tenant: TenantId, seq: i64, path: &FolderPath) -> Result<()> {
        let words: BTreeSet<String> = words(path.name().unwrap_or_default()).collect();
        for word in words {
            self.folder_words.add([tenant.0.into(), sql::text("a word", &word)?, seq.into()]);
        }
        Ok(())
    }

    fn add_version(&mut self, tenant: TenantId, seq: i64, version: &Version) {
        let Some(probe) = &version.probe else {
            return;
        };
        for keyword in row::keywords(probe) {
            // Whatever a file holds inside, it can be uploaded.
            if let Ok(keyword) = sql::short_text("a keyword", &keyword) {
                self.keywords.add([tenant.0.into(), keyword, seq.into()]);
            }
        }
        if let Some(place) = row::place(probe) {
            let [x, y, z] = globe::point(place);
            let (latitude, longitude) = place;
            self.places.add([
                tenant.0.into(),
                latitude.into(),
                longitude.into(),
                x.into(),
                y.into(),
                z.into(),
                seq.into(),
            ]);
        }
    }

    async fn write(self, tx: &Tx) -> Result<()> {
        let tables = [
            self.tags,
            self.words,
            self.values,
            self.facts,
            self.folder_words,
            self.keywords,
            self.places,
            self.tokens,
        ];
        for table in tables {
            table.write(tx).await?;
        }
        Ok(())
    }
}

/// What tokens are found under.
pub(crate) fn token_field(field: TokenField) -> &'static str {
    match field {
        TokenField::Title => "title",
        TokenField::FileName => "filename",
        TokenField::Description => "description",
        TokenField::TagName => "tag",
    }
}

/// What the words are found under that tell what is to be seen: title, original name, description, keywords.
pub(crate) const CAPTION: &str = "caption";

/// What the words of a custom text are found under.
pub(crate) fn custom_field(field: &str) -> String {
    format!("custom.{field}")
}
