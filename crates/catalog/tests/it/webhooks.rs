//! Webhooks.

use catalog::{Catalog, Error, NewWebhook, TenantId, WebhookId, WebhookPatch};

use crate::databases::on_every_database;
use crate::sample::tenant;

on_every_database!(
    webhooks_are_found_and_listed_in_order,
    no_two_webhooks_share_a_url,
    webhooks_are_changed_field_by_field,
    webhooks_belong_to_a_tenant,
);

fn webhook(tenant: TenantId, url: &str) -> NewWebhook {
    NewWebhook {
        tenant,
        url: url.to_owned(),
        events: vec!["file.created".to_owned(), "file.deleted".to_owned()],
        enabled: true,
        sealed_secret: vec![0, 255, 1],
    }
}

async fn webhooks_are_found_and_listed_in_order(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let first = catalog.add_webhook(webhook(tenant, "https://b.example/x")).await.unwrap();
    let quiet = NewWebhook { enabled: false, events: Vec::new(), ..webhook(tenant, "https://a") };
    let second = catalog.add_webhook(quiet).await.unwrap();
    assert_eq!(first.events, ["file.created", "file.deleted"]);
    assert_eq!(first.sealed_secret, [0, 255, 1]);
    assert!(first.enabled && !second.enabled && second.events.is_empty());
    assert_eq!(catalog.webhook(tenant, second.id).await.unwrap(), Some(second.clone()));
    assert_eq!(catalog.webhooks(tenant).await.unwrap(), [first, second]);
    assert_eq!(catalog.webhook(tenant, WebhookId::generate()).await.unwrap(), None);
}

async fn no_two_webhooks_share_a_url(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let first = catalog.add_webhook(webhook(tenant, "https://a")).await.unwrap();
    let again = catalog.add_webhook(webhook(tenant, "https://a")).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    catalog.add_webhook(webhook(other, "https://a")).await.unwrap();
    catalog.add_webhook(webhook(tenant, "https://b")).await.unwrap();
    let moved = WebhookPatch { url: Some("https://b".to_owned()), ..WebhookPatch::default() };
    let taken = catalog.update_webhook(tenant, first.id, moved).await;
    assert!(matches!(taken, Err(Error::Conflict(_))), "{taken:?}");
    let nobody = catalog.add_webhook(webhook(TenantId(404), "https://a")).await;
    assert!(matches!(nobody, Err(Error::NotFound(_))), "{nobody:?}");
}

async fn webhooks_are_changed_field_by_field(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let before = catalog.add_webhook(webhook(tenant, "https://a")).await.unwrap();
    let change = async |patch| catalog.update_webhook(tenant, before.id, patch).await.unwrap();
    let after = change(WebhookPatch { enabled: Some(false), ..WebhookPatch::default() }).await;
    assert_eq!((&after.url, &after.events, after.enabled), (&before.url, &before.events, false));
    let events = Some(vec!["folder.created".to_owned()]);
    let url = Some("https://c".to_owned());
    let after = change(WebhookPatch { url, events, enabled: None }).await;
    assert_eq!((after.url.as_str(), after.enabled), ("https://c", false));
    assert_eq!(after.events, ["folder.created"]);
    assert_eq!((after.id, &after.sealed_secret), (before.id, &before.sealed_secret));
    assert_eq!(catalog.webhooks(tenant).await.unwrap(), [after]);
}

async fn webhooks_belong_to_a_tenant(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let id = catalog.add_webhook(webhook(tenant, "https://a")).await.unwrap().id;
    assert_eq!(catalog.webhook(other, id).await.unwrap(), None);
    assert!(catalog.webhooks(other).await.unwrap().is_empty());
    let change = catalog.update_webhook(other, id, WebhookPatch::default()).await;
    assert!(matches!(change, Err(Error::NotFound(_))), "{change:?}");
    assert!(matches!(catalog.delete_webhook(other, id).await, Err(Error::NotFound(_))));
    catalog.delete_webhook(tenant, id).await.unwrap();
    assert!(matches!(catalog.delete_webhook(tenant, id).await, Err(Error::NotFound(_))));
}
