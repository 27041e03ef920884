//! URL endpoints: where delivery URLs begin, below the tenant.

use std::collections::HashMap;

use crate::database::Tx;
use crate::error::Result;
use crate::{
    Catalog, EndpointId, Error, Notice, OriginId, TenantId, UrlEndpoint, UrlEndpointSettings, row,
    sql,
};

const PREFIX: &str = "the prefix of the URL endpoint";
const DESCRIPTION: &str = "the description of the URL endpoint";

impl Catalog {
    /// * [`Error::Conflict`]: the tenant has an endpoint with that prefix.
    /// * [`Error::Invalid`]: it has not all of the origins.
    /// * [`Error::NotFound`]: there is no such tenant.
    pub async fn add_url_endpoint(
        &self,
        tenant: TenantId,
        settings: UrlEndpointSettings,
    ) -> Result<UrlEndpoint> {
        let id = EndpointId::generate();
        let insert = "INSERT INTO url_endpoints (tenant, id, prefix, description, rewriter) \
             SELECT id, $2, $3, $4, $5 FROM tenants WHERE id = $1 \
             ON CONFLICT (tenant, prefix) DO NOTHING RETURNING seq";
        let values = values(tenant, id, &settings)?;
        let mut tx = self.database.begin().await?;
        let Some(row) = sql::first(&*tx, insert, values).await? else {
            drop(tx);
            return Err(self.taken_unless_no_tenant(tenant, taken(&settings.prefix)).await?);
        };
        link(&tx, tenant, row.get("seq")?, &settings.origins).await?;
        tx.notice(Notice::UrlEndpoints { tenant });
        tx.commit().await?;
        Ok(UrlEndpoint { id, settings })
    }

    /// All of the tenant, in the order in which they came.
    pub async fn url_endpoints(&self, tenant: TenantId) -> Result<Vec<UrlEndpoint>> {
        let linked = "SELECT l.endpoint, o.id FROM url_endpoint_origins l JOIN origins o ON o.seq = l.origin \
             WHERE o.tenant = $1 ORDER BY l.endpoint, l.place";
        let mut origins: HashMap<i64, Vec<OriginId>> = HashMap::new();
        for row in sql::all(&self.database.reader, linked, [tenant.0.into()]).await? {
            origins.entry(row.get("endpoint")?).or_default().push(row.id("id")?);
        }
        let query = "SELECT seq, id, prefix, description, rewriter FROM url_endpoints \
             WHERE tenant = $1 ORDER BY seq";
        let rows = sql::all(&self.database.reader, query, [tenant.0.into()]).await?;
        let read = |row: &sql::Row| {
            let rewriter: Option<String> = row.get("rewriter")?;
            Ok(UrlEndpoint {
                id: row.id("id")?,
                settings: UrlEndpointSettings {
                    prefix: row.get("prefix")?,
                    description: row.get("description")?,
                    origins: origins.remove(&row.get("seq")?).unwrap_or_default(),
                    rewriter: rewriter.as_deref().map(row::json).transpose()?,
                },
            })
        };
        rows.iter().map(read).collect()
    }

    /// Gives the endpoint other settings. Errors as of [`Catalog::add_url_endpoint`]; [`Error::NotFound`]: the tenant has
    /// no such endpoint.
    pub async fn set_url_endpoint(
        &self,
        tenant: TenantId,
        id: EndpointId,
        settings: UrlEndpointSettings,
    ) -> Result<UrlEndpoint> {
        let update = "UPDATE url_endpoints SET prefix = $3, description = $4, rewriter = $5 \
             WHERE tenant = $1 AND id = $2 RETURNING seq";
        let values = values(tenant, id, &settings)?;
        let mut tx = self.database.begin().await?;
        let row = sql::first(&*tx, update, values).await;
        let row = row.map_err(|error| error.or_taken(|| taken(&settings.prefix)))?;
        let seq: i64 = row.ok_or_else(|| missing(id))?.get("seq")?;
        sql::run(&*tx, "DELETE FROM url_endpoint_origins WHERE endpoint = $1", [seq.into()])
            .await?;
        link(&tx, tenant, seq, &settings.origins).await?;
        tx.notice(Notice::UrlEndpoints { tenant });
        tx.commit().await?;
        Ok(UrlEndpoint { id, settings })
    }

    /// [`Error::NotFound`]: the tenant has no such endpoint.
    pub async fn delete_url_endpoint(&self, tenant: TenantId, id: EndpointId) -> Result<()> {
        let mut tx = self.database.begin().await?;
        let delete = "DELETE FROM url_endpoints WHERE tenant = $1 AND id = $2";
        if sql::run(&*tx, delete, [tenant.0.into(), id.into()]).await? == 0 {
            return Err(missing(id));
        }
        tx.notice(Notice::UrlEndpoints { tenant });
        tx.commit().await
    }
}

async fn link(tx: &Tx, tenant: TenantId, endpoint: i64, origins: &[OriginId]) -> Result<()> {
    for (place, origin) in origins.iter().enumerate() {
        let insert = "INSERT INTO url_endpoint_origins (endpoint, place, origin) \
             SELECT $1, $2, seq FROM origins WHERE tenant = $3 AND id = $4";
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        let values = [endpoint.into(), place.into(), tenant.0.into(), (*origin).into()];
        if sql::run(&**tx, insert, values).await? == 0 {
            return Err(Error::Invalid(format!("there is no origin {origin}")));
        }
    }
    Ok(())
}

fn values(
    tenant: TenantId,
    id: EndpointId,
    settings: &UrlEndpointSettings,
) -> Result<[sea_orm::Value; 5]> {
    Ok([
        tenant.0.into(),
        id.into(),
        sql::short_text(PREFIX, &settings.prefix)?,
        sql::text(DESCRIPTION, &settings.description)?,
        settings.rewriter.as_ref().map(ToString::to_string).into(),
    ])
}

fn taken(prefix: &str) -> Error {
    Error::Conflict(format!("a URL endpoint with the prefix `{prefix}`"))
}

fn missing(id: EndpointId) -> Error {
    Error::NotFound(format!("URL endpoint {id}"))
}
