//! Predictions: work of back ends that is done in the background and asked after.

use std::collections::BTreeSet;

use serde_json::json;

use crate::catalog::now;
use crate::error::Result;
use crate::sql::Row;
use crate::{
    Answer, Catalog, ContentHash, Millis, NewJob, NewPrediction, Picture, Prediction, PredictionId,
    StoreName, TenantId, blob, job, row, sql,
};

/// The kind of job that asks the back end; its payload names the `prediction`.
pub const PREDICT: &str = "predict";

const SELECT: &str = "SELECT p.id, p.operation, p.request, p.source_mime, p.callback, p.mime, p.facts, p.error, \
     p.created, p.ended, s.hash, s.sha1, s.crc32c, s.size, '' AS store, \
     r.hash AS made_hash, r.sha1 AS made_sha1, r.crc32c AS made_crc32c, r.size AS made_size \
     FROM predictions p JOIN blobs s ON s.hash = p.source LEFT JOIN blobs r ON r.hash = p.blob";

impl Catalog {
    /// Adds a prediction, and the job that sees to it. The bytes of its source are in the blob store before this is
    /// called; see [`Catalog::touch_blob`] for the order of steps.
    pub async fn add_prediction(
        &self,
        tenant: TenantId,
        id: PredictionId,
        new: NewPrediction,
    ) -> Result<Prediction> {
        let tx = self.database.begin().await?;
        blob::hold(&*tx, &new.source.blob).await?;
        let created = now();
        let insert = "INSERT INTO predictions (tenant, id, operation, request, source, source_mime, callback, created) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values = [
            tenant.0.into(),
            id.0.to_vec().into(),
            sql::short_text("the operation", &new.operation)?,
            new.request.to_string().into(),
            new.source.blob.hash.0.to_vec().into(),
            new.source.mime.as_str().into(),
            sql::text_or_null("the callback", new.callback.as_deref())?,
            created.into(),
        ];
        sql::run(&*tx, insert, values).await?;
        let payload = json!({"prediction": id.to_string()});
        job::insert(&tx, tenant, &NewJob { kind: PREDICT, payload, run_at: created }).await?;
        tx.commit().await?;
        Ok(Prediction { id, new, outcome: None, created })
    }

    pub async fn prediction(
        &self,
        tenant: TenantId,
        id: PredictionId,
    ) -> Result<Option<Prediction>> {
        let query = format!("{SELECT} WHERE p.tenant = $1 AND p.id = $2");
        let values = [tenant.0.into(), id.0.to_vec().into()];
        let row = sql::first(&self.database.reader, &query, values).await?;
        row.as_ref().map(read).transpose()
    }

    /// Ends a prediction. One that is over already stays as it is: false.
    pub async fn end_prediction(
        &self,
        tenant: TenantId,
        id: PredictionId,
        outcome: &Result<Answer, String>,
    ) -> Result<bool> {
        let tx = self.database.begin().await?;
        let picture = outcome.as_ref().ok().and_then(|answer| answer.picture.as_ref());
        if let Some(picture) = picture {
            blob::hold(&*tx, &picture.blob).await?;
        }
        let update = "UPDATE predictions SET blob = $3, mime = $4, facts = $5, error = $6, ended = $7 \
             WHERE tenant = $1 AND id = $2 AND ended IS NULL";
        let facts = outcome.as_ref().ok().map(|answer| row::object_text(&answer.facts));
        let values = [
            tenant.0.into(),
            id.0.to_vec().into(),
            picture.map(|picture| picture.blob.hash.0.to_vec()).into(),
            picture.map(|picture| picture.mime.clone()).into(),
            facts.into(),
            // Whatever the reason holds, the end is recorded.
            outcome.as_ref().err().map(|why| why.replace('\0', "")).into(),
            now().into(),
        ];
        let is_ended = sql::run(&*tx, update, values).await? == 1;
        tx.commit().await?;
        Ok(is_ended)
    }

    /// Forgets some of the predictions that were asked for before that time. Returns how many.
    pub async fn forget_predictions(&self, created_before: Millis) -> Result<u64> {
        let tx = self.database.begin().await?;
        let some = "SELECT tenant, id, source, blob FROM predictions WHERE created < $1 ORDER BY created LIMIT 1000";
        let rows = sql::all(&*tx, some, [created_before.into()]).await?;
        let mut blobs = BTreeSet::new();
        for row in &rows {
            let tenant: i64 = row.get("tenant")?;
            let values = [tenant.into(), row.bytes::<16>("id")?.to_vec().into()];
            sql::run(&*tx, "DELETE FROM predictions WHERE tenant = $1 AND id = $2", values).await?;
            blobs.insert(ContentHash(row.bytes("source")?));
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

fn read(row: &Row) -> Result<Prediction> {
    let outcome = match (row.get::<Option<Millis>>("ended")?, row.get("error")?) {
        (None, _) => None,
        (Some(_), Some(why)) => Some(Err(why)),
        (Some(_), None) => Some(Ok(row::answer(row)?)),
    };
    Ok(Prediction {
        id: PredictionId(row.bytes("id")?),
        new: NewPrediction {
            operation: row.get("operation")?,
            request: row::json(&row.get::<String>("request")?)?,
            source: Picture { blob: row::blob(row)?, mime: row.get("source_mime")? },
            callback: row.get("callback")?,
        },
        outcome,
        created: row.get("created")?,
    })
}
