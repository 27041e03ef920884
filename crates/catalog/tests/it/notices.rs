//! Word of changes reaches every process on a PostgreSQL.

use std::time::Duration;

use catalog::{
    AssetPatch, Catalog, CustomFieldPatch, FieldRule, FieldSchema, NewCustomField, NewKey,
    NewPreset, Notice, OnConflict, Options, PresetPatch, UrlEndpointSettings,
};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use sqlx::{Connection, Executor, PgConnection};

use crate::databases::{on_postgres, on_sqlite, ready};
use crate::sample::{add, tenant, upload};

/// Far longer than any notice takes; what does not come within it never comes.
const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn sqlite_has_none() {
    on_sqlite(async |options| assert!(ready(options).await.changes().await.unwrap().is_none()))
        .await;
    assert!(ready(&Options::default()).await.changes().await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_change_is_heard_by_another_process() {
    on_postgres(async |options| {
        let catalog = ready(options).await;
        let tenant = tenant(&catalog).await;
        let other = ready(options).await;
        let mut heard = listen(&other).await;

        let asset = add(&catalog, tenant, "/a", 1).await.asset.id;
        assert_eq!(next(&mut heard).await, Notice::Asset { tenant, asset });
        let second = add(&catalog, tenant, "/a", 2).await.asset.current.id;
        assert_eq!(next(&mut heard).await, Notice::Asset { tenant, asset });
        catalog.update_asset(tenant, asset, AssetPatch::default()).await.unwrap();
        assert_eq!(next(&mut heard).await, Notice::Asset { tenant, asset });
        catalog.restore_version(tenant, asset, asset.cast()).await.unwrap();
        assert_eq!(next(&mut heard).await, Notice::Asset { tenant, asset });
        catalog.delete_version(tenant, asset, second).await.unwrap();
        assert_eq!(next(&mut heard).await, Notice::Asset { tenant, asset });
        catalog.delete_asset(tenant, asset).await.unwrap();
        assert_eq!(next(&mut heard).await, Notice::Asset { tenant, asset });

        let key = NewKey {
            tenant,
            public_key: "public".to_owned(),
            secret_digest: [0; 32],
            sealed_secret: Vec::new(),
            label: String::new(),
            expires: None,
            read_only: false,
        };
        let key = catalog.add_key(key).await.unwrap();
        assert_eq!(next(&mut heard).await, Notice::Keys { tenant });
        catalog.set_key_enabled(tenant, key.id, false).await.unwrap();
        assert_eq!(next(&mut heard).await, Notice::Keys { tenant });

        let preset = NewPreset {
            tenant,
            namespace: "imagekit",
            name: "a".to_owned(),
            text: "w-1".to_owned(),
            enabled: true,
        };
        let id = catalog.add_preset(preset).await.unwrap().id;
        assert_eq!(next(&mut heard).await, Notice::Presets { tenant });
        catalog.update_preset(tenant, "imagekit", id, PresetPatch::default()).await.unwrap();
        assert_eq!(next(&mut heard).await, Notice::Presets { tenant });
        catalog.delete_preset(tenant, "imagekit", id).await.unwrap();
        assert_eq!(next(&mut heard).await, Notice::Presets { tenant });

        let field = NewCustomField {
            tenant,
            name: "a".to_owned(),
            label: "A".to_owned(),
            description: None,
            schema: FieldSchema { rule: FieldRule::Boolean, is_required: None, default: None },
        };
        let id = catalog.add_custom_field(field).await.unwrap().id;
        assert_eq!(next(&mut heard).await, Notice::CustomFields { tenant });
        let patch = CustomFieldPatch::default();
        catalog.update_custom_field(tenant, id, patch).await.unwrap();
        assert_eq!(next(&mut heard).await, Notice::CustomFields { tenant });
        catalog.delete_custom_field(tenant, id).await.unwrap();
        assert_eq!(next(&mut heard).await, Notice::CustomFields { tenant });

        let settings = UrlEndpointSettings {
            prefix: "shop".to_owned(),
            description: String::new(),
            origins: Vec::new(),
            rewriter: None,
        };
        let id = catalog.add_url_endpoint(tenant, settings.clone()).await.unwrap().id;
        assert_eq!(next(&mut heard).await, Notice::UrlEndpoints { tenant });
        catalog.set_url_endpoint(tenant, id, settings).await.unwrap();
        assert_eq!(next(&mut heard).await, Notice::UrlEndpoints { tenant });
        catalog.delete_url_endpoint(tenant, id).await.unwrap();
        assert_eq!(next(&mut heard).await, Notice::UrlEndpoints { tenant });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_did_not_happen_is_not_heard() {
    on_postgres(async |options| {
        let catalog = ready(options).await;
        let tenant = tenant(&catalog).await;
        let first = add(&catalog, tenant, "/a", 1).await.asset.id;
        let mut heard = listen(&catalog).await;
        let mut taken = upload(tenant, "/a", 2);
        taken.on_conflict = OnConflict::Reject;
        catalog.add_version(taken).await.unwrap_err();
        // The first word is of what happened next.
        let asset = add(&catalog, tenant, "/b", 1).await.asset.id;
        assert!(asset != first);
        assert_eq!(
            next(&mut heard).await,
            Notice::Asset { tenant, asset },
            "one's own changes are heard too"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_connection_is_told_and_mended() {
    on_postgres(async |options| {
        let catalog = ready(options).await;
        let tenant = tenant(&catalog).await;
        let mut heard = listen(&catalog).await;
        let mut admin = PgConnection::connect(&options.url).await.unwrap();
        let end_listeners = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND query LIKE 'LISTEN%'";
        assert_eq!(admin.execute(end_listeners).await.unwrap().rows_affected(), 1);
        assert_eq!(next(&mut heard).await, Notice::Missed);
        let asset = add(&catalog, tenant, "/a", 1).await.asset.id;
        assert_eq!(next(&mut heard).await, Notice::Asset { tenant, asset });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_of_a_newer_version_means_anything() {
    on_postgres(async |options| {
        let catalog = ready(options).await;
        let mut heard = listen(&catalog).await;
        let mut admin = PgConnection::connect(&options.url).await.unwrap();
        admin
            .execute("SELECT pg_notify('halftone', 'album 1 66f0c2a000000e8d4a50ffff')")
            .await
            .unwrap();
        assert_eq!(next(&mut heard).await, Notice::Missed);
    })
    .await;
}

async fn listen(catalog: &Catalog) -> BoxStream<'static, Notice> {
    catalog.changes().await.unwrap().expect("PostgreSQL tells of changes")
}

async fn next(heard: &mut BoxStream<'static, Notice>) -> Notice {
    tokio::time::timeout(LONG, heard.next())
        .await
        .expect("a notice comes")
        .expect("the stream never ends")
}
