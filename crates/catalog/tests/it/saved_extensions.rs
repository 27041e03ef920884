//! Saved extensions.

use catalog::{Catalog, Error, NewSavedExtension, SavedExtensionId, SavedExtensionPatch, TenantId};
use serde_json::json;

use crate::databases::on_every_database;
use crate::sample::tenant;

on_every_database!(
    saved_extensions_are_found_and_listed_in_order,
    saved_extensions_are_changed_part_by_part,
    saved_extensions_belong_to_a_tenant,
);

fn extension(tenant: TenantId, name: &str) -> NewSavedExtension {
    NewSavedExtension {
        tenant,
        name: name.to_owned(),
        description: "What it does.".to_owned(),
        config: json!({"name": "remove-bg", "options": {"bg_color": "\u{0}green"}}),
    }
}

async fn saved_extensions_are_found_and_listed_in_order(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let first = catalog.add_saved_extension(extension(tenant, "b")).await.unwrap();
    let second = catalog.add_saved_extension(extension(tenant, "a")).await.unwrap();
    assert_eq!(first.config, extension(tenant, "b").config);
    assert_eq!((first.name.as_str(), first.description.as_str()), ("b", "What it does."));
    let found = catalog.saved_extension(tenant, second.id).await.unwrap();
    assert_eq!(found, Some(second.clone()));
    assert_eq!(catalog.saved_extensions(tenant).await.unwrap(), [first, second]);
    let unknown = SavedExtensionId::generate();
    assert_eq!(catalog.saved_extension(tenant, unknown).await.unwrap(), None);
    let nobody = catalog.add_saved_extension(extension(TenantId(404), "a")).await;
    assert!(matches!(nobody, Err(Error::NotFound(_))), "{nobody:?}");
}

async fn saved_extensions_are_changed_part_by_part(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let before = catalog.add_saved_extension(extension(tenant, "a")).await.unwrap();
    let change =
        async |patch| catalog.update_saved_extension(tenant, before.id, patch).await.unwrap();
    let default = SavedExtensionPatch::default;
    let after = change(SavedExtensionPatch { name: Some("b".to_owned()), ..default() }).await;
    assert_eq!((after.name.as_str(), &after.config), ("b", &before.config));
    let config = json!({"name": "ai-auto-description"});
    let after = change(SavedExtensionPatch { config: Some(config.clone()), ..default() }).await;
    assert_eq!((after.name.as_str(), &after.config), ("b", &config));
    assert_eq!((after.id, after.created), (before.id, before.created));
    assert_eq!(catalog.saved_extensions(tenant).await.unwrap(), [after]);
}

async fn saved_extensions_belong_to_a_tenant(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let id = catalog.add_saved_extension(extension(tenant, "a")).await.unwrap().id;
    assert_eq!(catalog.saved_extension(other, id).await.unwrap(), None);
    assert!(catalog.saved_extensions(other).await.unwrap().is_empty());
    let patch = SavedExtensionPatch::default();
    let change = catalog.update_saved_extension(other, id, patch).await;
    assert!(matches!(change, Err(Error::NotFound(_))), "{change:?}");
    let delete = catalog.delete_saved_extension(other, id).await;
    assert!(matches!(delete, Err(Error::NotFound(_))), "{delete:?}");
    catalog.delete_saved_extension(tenant, id).await.unwrap();
    let again = catalog.delete_saved_extension(tenant, id).await;
    assert!(matches!(again, Err(Error::NotFound(_))), "{again:?}");
}
