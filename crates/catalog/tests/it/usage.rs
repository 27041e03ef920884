//! What a tenant has used.

use catalog::{Answered, Catalog, TenantId, Traffic};

use crate::databases::on_every_database;
use crate::sample::{add, tenant};

on_every_database!(
    deliveries_add_up_over_days,
    runs_of_extensions_add_up,
    stored_bytes_count_content_once,
);

fn answered(tenant: TenantId, mime: &str, status: u16, is_hit: bool) -> Answered {
    Answered { tenant, endpoint: String::new(), mime: mime.to_owned(), status, is_hit }
}

async fn deliveries_add_up_over_days(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let webp = answered(tenant, "image/webp", 200, false);
    let hit = answered(tenant, "image/webp", 200, true);
    let traffic = |requests, bytes| Traffic { requests, bytes };
    let count = async |day, counted: &[(Answered, Traffic)]| {
        catalog.count_deliveries(day, counted).await.unwrap();
    };
    count(100, &[(webp.clone(), traffic(1, 10)), (hit.clone(), traffic(2, u64::from(u32::MAX)))])
        .await;
    count(100, &[(webp.clone(), traffic(3, 30))]).await;
    count(101, &[(webp.clone(), traffic(5, 50))]).await;
    count(101, &[(answered(other, "image/webp", 200, false), traffic(7, 70))]).await;
    count(101, &[]).await;

    let between = async |days| catalog.deliveries(tenant, days).await.unwrap();
    let large = (hit, traffic(2, u64::from(u32::MAX)));
    assert_eq!(between(100..=100).await, [(webp.clone(), traffic(4, 40)), large.clone()]);
    assert_eq!(between(100..=101).await, [(webp.clone(), traffic(9, 90)), large]);
    assert_eq!(between(101..=200).await, [(webp, traffic(5, 50))]);
    assert!(between(102..=200).await.is_empty());
}

async fn runs_of_extensions_add_up(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    for (tenant, day, name) in [
        (tenant, 1, "remove-bg"),
        (tenant, 1, "remove-bg"),
        (tenant, 2, "remove-bg"),
        (tenant, 2, "ai-tasks"),
        (other, 2, "ai-tasks"),
    ] {
        catalog.count_extension(tenant, day, name).await.unwrap();
    }
    let runs = async |days| catalog.extension_runs(tenant, days).await.unwrap();
    assert_eq!(runs(1..=1).await, [("remove-bg".to_owned(), 2)]);
    assert_eq!(runs(1..=2).await, [("ai-tasks".to_owned(), 1), ("remove-bg".to_owned(), 3)]);
    assert!(runs(3..=9).await.is_empty());
}

async fn stored_bytes_count_content_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    assert_eq!(catalog.stored_bytes(tenant).await.unwrap(), 0);
    // The number of a sample's content is its size.
    add(catalog, tenant, "/a", 100).await;
    add(catalog, tenant, "/a", 20).await;
    let id = add(catalog, tenant, "/b", 100).await.asset.id;
    add(catalog, other, "/a", 3).await;
    assert_eq!(catalog.stored_bytes(tenant).await.unwrap(), 120);
    assert_eq!(catalog.stored_bytes(other).await.unwrap(), 3);
    catalog.delete_asset(tenant, id).await.unwrap();
    assert_eq!(catalog.stored_bytes(tenant).await.unwrap(), 120);
}
