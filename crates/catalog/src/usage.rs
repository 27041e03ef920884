//! What a tenant has used, day by day.

use std::ops::RangeInclusive;

use crate::error::Result;
use crate::{Answered, Catalog, Day, TenantId, Traffic, sql};

impl Catalog {
    /// Adds to what was counted of that day; all of it or nothing.
    pub async fn count_deliveries(&self, day: Day, counted: &[(Answered, Traffic)]) -> Result<()> {
        let tx = self.database.begin().await?;
        let upsert = "INSERT INTO deliveries (tenant, day, endpoint, mime, status, is_hit, requests, bytes) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (tenant, day, endpoint, mime, status, is_hit) DO UPDATE \
             SET requests = deliveries.requests + excluded.requests, bytes = deliveries.bytes + excluded.bytes";
        for (answered, traffic) in counted {
            let values = [
                answered.tenant.0.into(),
                day.into(),
                sql::short_text("the URL endpoint", &answered.endpoint)?,
                sql::short_text("the media type", &answered.mime)?,
                i64::from(answered.status).into(),
                answered.is_hit.into(),
                sql::number("the number of requests", traffic.requests)?,
                sql::number("the number of bytes", traffic.bytes)?,
            ];
            sql::run(&*tx, upsert, values).await?;
        }
        tx.commit().await
    }

    /// What was delivered on these days, added up.
    pub async fn deliveries(
        &self,
        tenant: TenantId,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<(Answered, Traffic)>> {
        // PostgreSQL adds up to another type.
        let query = "SELECT endpoint, mime, status, is_hit, CAST(SUM(requests) AS BIGINT) AS requests, \
             CAST(SUM(bytes) AS BIGINT) AS bytes FROM deliveries \
             WHERE tenant = $1 AND day BETWEEN $2 AND $3 \
             GROUP BY endpoint, mime, status, is_hit ORDER BY endpoint, mime, status, is_hit";
        let values = [tenant.0.into(), (*days.start()).into(), (*days.end()).into()];
        let rows = sql::all(&self.database.reader, query, values).await?;
        let read = |row: &sql::Row| {
            let answered = Answered {
                tenant,
                endpoint: row.get("endpoint")?,
                mime: row.get("mime")?,
                status: row.count("status")?,
                is_hit: row.get("is_hit")?,
            };
            Ok((answered, Traffic { requests: row.count("requests")?, bytes: row.count("bytes")? }))
        };
        rows.iter().map(read).collect()
    }

    /// Notes that an extension ran once on that day.
    pub async fn count_extension(&self, tenant: TenantId, day: Day, name: &str) -> Result<()> {
        let upsert = "INSERT INTO extension_runs (tenant, day, name, runs) VALUES ($1, $2, $3, 1) \
             ON CONFLICT (tenant, day, name) DO UPDATE SET runs = extension_runs.runs + 1";
        let name = sql::short_text("the name of the extension", name)?;
        sql::run(&self.database.writer, upsert, [tenant.0.into(), day.into(), name]).await?;
        Ok(())
    }

    /// How often each extension ran on these days, by name.
    pub async fn extension_runs(
        &self,
        tenant: TenantId,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<(String, u64)>> {
        let query = "SELECT name, CAST(SUM(runs) AS BIGINT) AS runs FROM extension_runs \
             WHERE tenant = $1 AND day BETWEEN $2 AND $3 GROUP BY name ORDER BY name";
        let values = [tenant.0.into(), (*days.start()).into(), (*days.end()).into()];
        let rows = sql::all(&self.database.reader, query, values).await?;
        rows.iter().map(|row| Ok((row.get("name")?, row.count("runs")?))).collect()
    }

    /// Bytes of everything that the tenant's assets hold, in all their versions; what several share counts once.
    pub async fn stored_bytes(&self, tenant: TenantId) -> Result<u64> {
        let query = "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes FROM blobs WHERE hash IN \
             (SELECT v.blob FROM versions v JOIN assets a ON a.seq = v.asset WHERE a.tenant = $1)";
        let row = sql::first(&self.database.reader, query, [tenant.0.into()]).await?;
        row.map_or(Ok(0), |row| row.count("bytes"))
    }
}
