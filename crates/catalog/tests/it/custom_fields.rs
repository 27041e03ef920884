//! Fields of custom metadata.

use std::collections::BTreeMap;

use catalog::{
    AssetPatch, Bounds, Catalog, Change, CustomFieldPatch, Error, FieldId, FieldRule, FieldSchema,
    NewCustomField, TenantId, TextForm,
};
use serde_json::{Number, Value, json};

use crate::databases::on_every_database;
use crate::sample::{add, auto_tag, metadata, tenant, upload};

on_every_database!(
    schemas_come_back_as_they_were,
    a_name_is_taken_for_ever_and_a_label_while_it_lives,
    fields_are_changed_part_by_part,
    fields_belong_to_a_tenant,
    metadata_is_edited_key_by_key,
    an_upload_is_filled_with_what_it_lacks,
    automatic_tags_are_dropped_by_name,
);

fn boolean() -> FieldSchema {
    FieldSchema { rule: FieldRule::Boolean, is_required: None, default: None }
}

fn field(tenant: TenantId, name: &str, label: &str, schema: FieldSchema) -> NewCustomField {
    NewCustomField {
        tenant,
        name: name.to_owned(),
        label: label.to_owned(),
        description: None,
        schema,
    }
}

async fn schemas_come_back_as_they_were(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let options = vec![json!("small"), json!(30), json!(1.5), json!(true)];
    let number = |text: &str| -> Number { serde_json::from_str(text).unwrap() };
    let rules = [
        FieldRule::Text { form: TextForm::Line, length: Bounds { min: Some(1), max: None } },
        FieldRule::Text { form: TextForm::Area, length: Bounds { min: None, max: Some(u64::MAX) } },
        FieldRule::Number(Bounds { min: Some(number("-1.5")), max: Some(number("30")) }),
        FieldRule::Date(Bounds { min: Some("2022-01-01".to_owned()), max: None }),
        FieldRule::Boolean,
        FieldRule::One(options.clone()),
        FieldRule::Many(options),
    ];
    let mut expected = Vec::new();
    for (number, rule) in rules.into_iter().enumerate() {
        let is_required = [None, Some(true), Some(false)][number % 3];
        let default = (number % 2 == 0).then(|| json!(["Größe \u{0}", 1]));
        let schema = FieldSchema { rule, is_required, default };
        let new = NewCustomField {
            description: (number == 0).then(|| "For people.".to_owned()),
            ..field(tenant, &format!("f{number}"), &format!("Field {number}"), schema.clone())
        };
        let added = catalog.add_custom_field(new).await.unwrap();
        assert_eq!(added.schema, schema);
        expected.push(added);
    }
    assert_eq!(expected[0].description.as_deref(), Some("For people."));
    assert_eq!(catalog.custom_fields(tenant).await.unwrap(), expected);
}

async fn a_name_is_taken_for_ever_and_a_label_while_it_lives(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let first = catalog.add_custom_field(field(tenant, "a", "A", boolean())).await.unwrap();
    let second = catalog.add_custom_field(field(tenant, "b", "B", boolean())).await.unwrap();
    let refused = async |name: &str, label: &str| {
        let refused = catalog.add_custom_field(field(tenant, name, label, boolean())).await;
        refused.unwrap_err().to_string()
    };
    assert_eq!(refused("a", "C").await, "a field named `a` already exists");
    assert_eq!(refused("c", "A").await, "a field with the label `A` already exists");
    let relabel = CustomFieldPatch { label: Some("A".to_owned()), ..CustomFieldPatch::default() };
    let taken = catalog.update_custom_field(tenant, second.id, relabel).await.unwrap_err();
    assert_eq!(taken.to_string(), "a field with the label `A` already exists");
    catalog.add_custom_field(field(other, "a", "A", boolean())).await.unwrap();

    catalog.delete_custom_field(tenant, first.id).await.unwrap();
    assert_eq!(refused("a", "D").await, "a field named `a` already exists");
    let third = catalog.add_custom_field(field(tenant, "c", "A", boolean())).await.unwrap();
    let fields = catalog.custom_fields(tenant).await.unwrap();
    let deleted: Vec<bool> = fields.iter().map(|field| field.deleted.is_some()).collect();
    assert_eq!(deleted, [true, false, false]);
    assert_eq!(fields[2], third);
    let again = catalog.delete_custom_field(tenant, first.id).await;
    assert!(matches!(again, Err(Error::NotFound(_))), "{again:?}");
    let patch = CustomFieldPatch::default();
    let changed = catalog.update_custom_field(tenant, first.id, patch).await;
    assert!(matches!(changed, Err(Error::NotFound(_))), "{changed:?}");
    let nobody = catalog.add_custom_field(field(TenantId(404), "a", "A", boolean())).await;
    assert!(matches!(nobody, Err(Error::NotFound(_))), "{nobody:?}");
}

async fn fields_are_changed_part_by_part(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let before = catalog.add_custom_field(field(tenant, "a", "A", boolean())).await.unwrap();
    let change = async |patch| catalog.update_custom_field(tenant, before.id, patch).await.unwrap();
    let default = CustomFieldPatch::default;
    let after = change(CustomFieldPatch { label: Some("B".to_owned()), ..default() }).await;
    assert_eq!((after.label.as_str(), &after.schema), ("B", &before.schema));
    let schema = FieldSchema { default: Some(json!(true)), ..boolean() };
    let after = change(CustomFieldPatch { schema: Some(schema.clone()), ..default() }).await;
    assert_eq!((after.label.as_str(), &after.schema), ("B", &schema));
    let said = change(CustomFieldPatch { description: Some("x".to_owned()), ..default() }).await;
    assert_eq!(said.description.as_deref(), Some("x"));
    let silent = change(CustomFieldPatch { description: Some(String::new()), ..default() }).await;
    assert_eq!(silent.description, None);
    assert_eq!((silent.id, &silent.name), (before.id, &before.name));
    assert_eq!(catalog.custom_fields(tenant).await.unwrap(), [silent]);
}

async fn fields_belong_to_a_tenant(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let id = catalog.add_custom_field(field(tenant, "a", "A", boolean())).await.unwrap().id;
    assert!(catalog.custom_fields(other).await.unwrap().is_empty());
    let patch = CustomFieldPatch::default();
    let changed = catalog.update_custom_field(other, id, patch.clone()).await;
    assert!(matches!(changed, Err(Error::NotFound(_))), "{changed:?}");
    let deleted = catalog.delete_custom_field(other, id).await;
    assert!(matches!(deleted, Err(Error::NotFound(_))), "{deleted:?}");
    let unknown = catalog.update_custom_field(tenant, FieldId::generate(), patch).await;
    assert!(matches!(unknown, Err(Error::NotFound(_))), "{unknown:?}");
}

fn values<const N: usize>(pairs: [(&str, Value); N]) -> BTreeMap<String, Value> {
    pairs.map(|(key, value)| (key.to_owned(), value)).into()
}

async fn metadata_is_edited_key_by_key(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut new = upload(tenant, "/a", 1);
    new.custom_metadata = Change::Set(metadata());
    let id = catalog.add_version(new).await.unwrap().asset.id;
    let patch = AssetPatch {
        edit_metadata: values([
            ("brand", json!("other")),
            ("rating", Value::Null),
            ("unknown", Value::Null),
            ("new", json!([1])),
        ]),
        fill_metadata: values([("rating", json!(1)), ("ok", json!(1)), ("brand", json!(1))]),
        ..AssetPatch::default()
    };
    let asset = catalog.update_asset(tenant, id, patch).await.unwrap();
    let mut expected = metadata();
    expected.extend(values([("brand", json!("other")), ("rating", json!(1)), ("new", json!([1]))]));
    assert_eq!(asset.custom_metadata, expected);
    assert_eq!(catalog.asset(tenant, id).await.unwrap(), Some(asset));
}

async fn an_upload_is_filled_with_what_it_lacks(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut new = upload(tenant, "/a", 1);
    new.custom_metadata = Change::Set(values([("a", json!(1))]));
    new.fill_metadata = values([("a", json!(2)), ("b", json!(2))]);
    let first = catalog.add_version(new).await.unwrap().asset;
    assert_eq!(first.custom_metadata, values([("a", json!(1)), ("b", json!(2))]));
    let mut next = upload(tenant, "/a", 2);
    next.fill_metadata = values([("a", json!(3)), ("c", json!(3))]);
    let second = catalog.add_version(next).await.unwrap().asset;
    let expected = values([("a", json!(1)), ("b", json!(2)), ("c", json!(3))]);
    assert_eq!(second.custom_metadata, expected);
}

async fn automatic_tags_are_dropped_by_name(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let id = add(catalog, tenant, "/a", 1).await.asset.id;
    let given = AssetPatch {
        auto_tags: Change::Set(vec![auto_tag("cat"), auto_tag("dog"), auto_tag("cow")]),
        ..AssetPatch::default()
    };
    catalog.update_asset(tenant, id, given).await.unwrap();
    let patch = AssetPatch {
        drop_auto_tags: vec!["cow".to_owned(), "cat".to_owned(), "bird".to_owned()],
        ..AssetPatch::default()
    };
    let asset = catalog.update_asset(tenant, id, patch).await.unwrap();
    assert_eq!(asset.auto_tags, [auto_tag("dog")]);
}
