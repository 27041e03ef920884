//! Presets.

use catalog::{Catalog, Error, NewPreset, PresetId, PresetPatch, TenantId};

use crate::databases::on_every_database;
use crate::sample::tenant;

on_every_database!(
    presets_are_found_and_listed_in_order,
    a_name_is_taken_once_in_each_namespace,
    presets_are_changed_field_by_field,
    presets_are_deleted,
    presets_belong_to_a_tenant,
);

const IMAGEKIT: &str = "imagekit";

fn preset(tenant: TenantId, namespace: &'static str, name: &str) -> NewPreset {
    NewPreset {
        tenant,
        namespace,
        name: name.to_owned(),
        text: "tr:w-300,h-200:rt-90".to_owned(),
        enabled: true,
    }
}

async fn presets_are_found_and_listed_in_order(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    assert!(catalog.presets(tenant, IMAGEKIT).await.unwrap().is_empty());
    let second = catalog.add_preset(preset(tenant, IMAGEKIT, "b")).await.unwrap();
    let disabled = NewPreset { enabled: false, ..preset(tenant, IMAGEKIT, "a") };
    let first = catalog.add_preset(disabled).await.unwrap();
    assert_eq!(second.text, "tr:w-300,h-200:rt-90");
    assert!(second.enabled && !first.enabled && second.created == second.updated);
    assert_eq!(catalog.preset(tenant, IMAGEKIT, first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(catalog.presets(tenant, IMAGEKIT).await.unwrap(), [second, first.clone()]);
    assert_eq!(catalog.preset(tenant, IMAGEKIT, PresetId::generate()).await.unwrap(), None);
    assert_eq!(catalog.preset(tenant, "pixelbin", first.id).await.unwrap(), None);
}

async fn a_name_is_taken_once_in_each_namespace(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let first = catalog.add_preset(preset(tenant, IMAGEKIT, "a")).await.unwrap();
    let again = catalog.add_preset(preset(tenant, IMAGEKIT, "a")).await.unwrap_err();
    assert!(matches!(&again, Error::Conflict(what) if what.contains("`a`")), "{again}");
    for free in [
        preset(tenant, IMAGEKIT, "A"),
        preset(tenant, "pixelbin", "a"),
        preset(other, IMAGEKIT, "a"),
    ] {
        catalog.add_preset(free).await.unwrap();
    }
    let renamed = PresetPatch { name: Some("A".to_owned()), ..PresetPatch::default() };
    let taken = catalog.update_preset(tenant, IMAGEKIT, first.id, renamed).await.unwrap_err();
    assert!(matches!(&taken, Error::Conflict(what) if what.contains("`A`")), "{taken}");
    let same = PresetPatch { name: Some("a".to_owned()), ..PresetPatch::default() };
    catalog.update_preset(tenant, IMAGEKIT, first.id, same).await.unwrap();
    let nobody = catalog.add_preset(preset(TenantId(404), IMAGEKIT, "a")).await.unwrap_err();
    assert!(matches!(nobody, Error::NotFound(_)), "{nobody}");
    let long = catalog.add_preset(preset(tenant, IMAGEKIT, &"x".repeat(2000))).await.unwrap_err();
    assert!(matches!(long, Error::Invalid(_)), "{long}");
}

async fn presets_are_changed_field_by_field(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let before = catalog.add_preset(preset(tenant, IMAGEKIT, "a")).await.unwrap();
    let change =
        async |patch| catalog.update_preset(tenant, IMAGEKIT, before.id, patch).await.unwrap();
    let after = change(PresetPatch::default()).await;
    assert_eq!((&after.name, &after.text, after.enabled), (&before.name, &before.text, true));
    let after = change(PresetPatch { enabled: Some(false), ..PresetPatch::default() }).await;
    assert_eq!((after.name.as_str(), after.enabled), ("a", false));
    let after = change(PresetPatch {
        name: Some("b".to_owned()),
        text: Some("w-1".to_owned()),
        enabled: None,
    })
    .await;
    assert_eq!((after.name.as_str(), after.text.as_str(), after.enabled), ("b", "w-1", false));
    assert_eq!((after.id, after.created), (before.id, before.created));
    assert_eq!(catalog.presets(tenant, IMAGEKIT).await.unwrap(), [after]);
    let unknown = PresetId::generate();
    let missing = catalog.update_preset(tenant, IMAGEKIT, unknown, PresetPatch::default()).await;
    assert!(matches!(missing, Err(Error::NotFound(_))), "{missing:?}");
}

async fn presets_are_deleted(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let id = catalog.add_preset(preset(tenant, IMAGEKIT, "a")).await.unwrap().id;
    let elsewhere = catalog.delete_preset(tenant, "pixelbin", id).await;
    assert!(matches!(elsewhere, Err(Error::NotFound(_))), "{elsewhere:?}");
    catalog.delete_preset(tenant, IMAGEKIT, id).await.unwrap();
    let again = catalog.delete_preset(tenant, IMAGEKIT, id).await;
    assert!(matches!(again, Err(Error::NotFound(_))), "{again:?}");
    catalog.add_preset(preset(tenant, IMAGEKIT, "a")).await.unwrap();
}

async fn presets_belong_to_a_tenant(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let id = catalog.add_preset(preset(tenant, IMAGEKIT, "a")).await.unwrap().id;
    assert_eq!(catalog.preset(other, IMAGEKIT, id).await.unwrap(), None);
    assert!(catalog.presets(other, IMAGEKIT).await.unwrap().is_empty());
    let change = catalog.update_preset(other, IMAGEKIT, id, PresetPatch::default()).await;
    assert!(matches!(change, Err(Error::NotFound(_))), "{change:?}");
    let delete = catalog.delete_preset(other, IMAGEKIT, id).await;
    assert!(matches!(delete, Err(Error::NotFound(_))), "{delete:?}");
}
