//! Cards: written and read with the asset that they are about.

use crate::asset::{Held, set};
use crate::database::Tx;
use crate::error::Result;
use crate::sql::Row;
use crate::{
    AssetId, Card, CardPatch, Catalog, Change, Error, Lock, Media, SetId, TagNames, TenantId, row,
    set, sql,
};

/// In the order of [`values`], behind `asset`.
const COLUMNS: [&str; 15] = [
    "title",
    "filename",
    "parent",
    "media_type",
    "sniffed",
    "media_version",
    "tag_names",
    "extra",
    "creator",
    "editor",
    "was_locked",
    "lock_action",
    "lock_user",
    "lock_session",
    "lock_time",
];

impl Catalog {
    /// Assets that are locked by this user in this session, however many.
    pub async fn locked_by(
        &self,
        tenant: TenantId,
        user: &str,
        session: &str,
    ) -> Result<Vec<AssetId>> {
        let (Ok(user), Ok(session)) = (sql::text("a user", user), sql::text("a session", session))
        else {
            return Ok(Vec::new());
        };
        let query = "SELECT a.id FROM cards c JOIN assets a ON a.seq = c.asset \
             WHERE a.tenant = $1 AND c.lock_user = $2 AND c.lock_session = $3 AND c.lock_time IS NOT NULL \
             ORDER BY a.id";
        let rows = sql::all(&self.database.reader, query, [tenant.0.into(), user, session]).await?;
        rows.iter().map(|row| row.id("id")).collect()
    }
}

/// Makes a change to the card of an asset, and to the set that it belongs to. Whether what the index holds may be
/// something else now. [`Error::NotFound`]: the tenant has no such set.
pub(crate) async fn change(tx: &Tx, held: &mut Held, patch: CardPatch) -> Result<bool> {
    if patch == CardPatch::default() {
        return Ok(false);
    }
    if let Change::Set(set) = patch.set {
        join(tx, held, set).await?;
    }
    let of = held.asset.current.id;
    let mut card = held.asset.card.take().unwrap_or_default();
    set(&mut card.title, patch.title);
    set(&mut card.filename, patch.filename);
    set(&mut card.parent, patch.parent);
    if let Change::Set(media) = patch.media {
        card.media = media.map(|(shown, sniffed)| Media { shown, sniffed, of });
    }
    set(&mut card.tag_names, patch.tag_names);
    set(&mut card.extra, patch.extra);
    set(&mut card.creator, patch.creator);
    set(&mut card.editor, patch.editor);
    set(&mut card.lock, patch.lock);
    write(tx, held.seq, &card).await?;
    held.asset.card = Some(card);
    Ok(true)
}

async fn join(tx: &Tx, held: &mut Held, set: Option<SetId>) -> Result<()> {
    let (seq, membership) = match set {
        None => (None, None),
        Some(id) => {
            let (seq, membership) = set::refer(tx, held.asset.tenant, id).await?;
            (Some(seq), Some(membership))
        }
    };
    held.asset.set = membership;
    let update = "UPDATE assets SET set_seq = $2 WHERE seq = $1";
    sql::run(&**tx, update, [held.seq.into(), seq.into()]).await?;
    Ok(())
}

async fn write(tx: &Tx, asset: i64, card: &Card) -> Result<()> {
    let columns = COLUMNS.join(", ");
    let updates: Vec<String> =
        COLUMNS.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    let upsert = format!(
        "INSERT INTO cards (asset, {columns}) VALUES ({}) ON CONFLICT (asset) DO UPDATE SET {}",
        sql::places(1, COLUMNS.len() + 1),
        updates.join(", ")
    );
    let mut values = vec![asset.into()];
    values.extend(self::values(card)?);
    sql::run(&**tx, &upsert, values).await?;
    Ok(())
}

/// [`Error::Invalid`]: a text that the databases cannot hold.
fn values(card: &Card) -> Result<[sea_orm::Value; 15]> {
    let text = sql::text_or_null;
    let short = sql::short_text_or_null;
    let (media_type, sniffed, of) = match &card.media {
        None => (None, None, None),
        Some(media) => {
            (media.shown.as_deref(), media.sniffed.as_deref(), Some(media.of.to_bytes().to_vec()))
        }
    };
    let names = match &card.tag_names {
        TagNames::Unsaid => None,
        TagNames::Null => Some("null".to_owned()),
        TagNames::Named(names) => Some(serde_json::json!(names).to_string()),
    };
    let (action, user, lock_session, since) = match &card.lock {
        Lock::Never | Lock::Free => (None, None, None, None),
        Lock::Held { action, user, session, since } => {
            (action.as_deref(), Some(user.as_str()), Some(session.as_str()), Some(*since))
        }
    };
    Ok([
        text("the name", card.title.as_deref())?,
        text("the file name", card.filename.as_deref())?,
        card.parent.map(|id| id.to_bytes().to_vec()).into(),
        text("the media type", media_type)?,
        text("the media type", sniffed)?,
        of.into(),
        names.into(),
        card.extra.as_ref().map(row::object_text).into(),
        text("the creator", card.creator.as_deref())?,
        text("the editor", card.editor.as_deref())?,
        (card.lock != Lock::Never).into(),
        text("the action", action)?,
        short("the user", user)?,
        short("the session", lock_session)?,
        since.into(),
    ])
}

/// Reads the card in a row of [`row::SELECT`].
pub(crate) fn read(row: &Row) -> Result<Option<Card>> {
    if row.get::<Option<i64>>("card")?.is_none() {
        return Ok(None);
    }
    let media = match row.id_or_null("media_version")? {
        None => None,
        Some(of) => Some(Media { shown: row.get("media_type")?, sniffed: row.get("sniffed")?, of }),
    };
    let lock = match row.get::<Option<i64>>("lock_time")? {
        Some(since) => Lock::Held {
            action: row.get("lock_action")?,
            user: row.get("lock_user")?,
            session: row.get("lock_session")?,
            since,
        },
        None if row.get("was_locked")? => Lock::Free,
        None => Lock::Never,
    };
    Ok(Some(Card {
        title: row.get("title")?,
        filename: row.get("filename")?,
        parent: row.id_or_null("parent")?,
        media,
        tag_names: tag_names(row.get("tag_names")?)?,
        extra: row.get::<Option<String>>("extra")?.as_deref().map(row::object).transpose()?,
        creator: row.get("creator")?,
        editor: row.get("editor")?,
        lock,
    }))
}

fn tag_names(text: Option<String>) -> Result<TagNames> {
    let Some(text) = text else { return Ok(TagNames::Unsaid) };
    let names: Option<Vec<(String, String)>> =
        serde_json::from_str(&text).map_err(|error| Error::Damaged(error.to_string()))?;
    Ok(names.map_or(TagNames::Null, TagNames::Named))
}
