//! Answers of back ends, kept so that nobody is asked the same twice.

use std::collections::BTreeSet;

use crate::catalog::now;
use crate::error::Result;
use crate::{Answer, Catalog, ContentHash, Millis, StoreName, TenantId, blob, row, sql};

impl Catalog {
    /// What was answered to this question.
    pub async fn answer(&self, tenant: TenantId, question: &ContentHash) -> Result<Option<Answer>> {
        let query = "SELECT a.mime, a.facts, b.hash AS made_hash, b.sha1 AS made_sha1, b.crc32c AS made_crc32c, \
             b.size AS made_size \
             FROM answers a LEFT JOIN blobs b ON b.hash = a.blob WHERE a.tenant = $1 AND a.question = $2";
        let values = [tenant.0.into(), question.0.to_vec().into()];
        let row = sql::first(&self.database.reader, query, values).await?;
        row.as_ref().map(row::answer).transpose()
    }

    /// Keeps an answer. One that is there already stays.
    ///
    /// The bytes of its picture are in the blob store before this is called; see [`Catalog::touch_blob`] for the order
    /// of steps.
    pub async fn keep_answer(
        &self,
        tenant: TenantId,
        question: &ContentHash,
        answer: &Answer,
    ) -> Result<()> {
        let tx = self.database.begin().await?;
        if let Some(picture) = &answer.picture {
            blob::hold(&*tx, &picture.blob).await?;
        }
        let insert = "INSERT INTO answers (tenant, question, blob, mime, facts, kept) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        let picture = answer.picture.as_ref();
        let values = [
            tenant.0.into(),
            question.0.to_vec().into(),
            picture.map(|picture| picture.blob.hash.0.to_vec()).into(),
            picture.map(|picture| picture.mime.clone()).into(),
            row::object_text(&answer.facts).into(),
            now().into(),
        ];
        sql::run(&*tx, insert, values).await?;
        tx.commit().await
    }

    /// Forgets some of the answers that were kept before that time. Returns how many.
    pub async fn forget_answers(&self, kept_before: Millis) -> Result<u64> {
        let tx = self.database.begin().await?;
        let some =
            "SELECT tenant, question, blob FROM answers WHERE kept < $1 ORDER BY kept LIMIT 1000";
        let rows = sql::all(&*tx, some, [kept_before.into()]).await?;
        let mut blobs = BTreeSet::new();
        for row in &rows {
            let delete = "DELETE FROM answers WHERE tenant = $1 AND question = $2";
            let tenant: i64 = row.get("tenant")?;
            let question: Vec<u8> = row.get("question")?;
            sql::run(&*tx, delete, [tenant.into(), question.into()]).await?;
            blobs.extend(row.bytes_or_null("blob")?.map(ContentHash));
        }
        // Whoever is reading them finishes first.
        for hash in &blobs {
            blob::let_go_of(&tx, hash, &StoreName::default()).await?;
        }
        tx.commit().await?;
        Ok(rows.len() as u64)
    }
}
