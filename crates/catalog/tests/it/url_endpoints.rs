//! Origins and URL endpoints.

use catalog::{
    Catalog, EndpointId, Error, OriginId, OriginSettings, TenantId, UrlEndpointSettings,
};
use serde_json::json;

use crate::databases::on_every_database;
use crate::sample::tenant;

on_every_database!(
    origins_come_back_as_they_were,
    endpoints_keep_the_order_of_their_origins,
    a_prefix_is_taken_once,
    an_origin_in_use_stays,
    endpoints_belong_to_a_tenant,
);

fn origin(name: &str) -> OriginSettings {
    OriginSettings {
        name: name.to_owned(),
        kind: "S3".to_owned(),
        parameters: [("bucket".to_owned(), json!("b")), ("useIAMRole".to_owned(), json!(true))]
            .into(),
        sealed_secrets: vec![0, 255, 1],
    }
}

fn endpoint(prefix: &str, origins: &[OriginId]) -> UrlEndpointSettings {
    UrlEndpointSettings {
        prefix: prefix.to_owned(),
        description: "For the shop.".to_owned(),
        origins: origins.to_vec(),
        rewriter: Some(json!({"type": "IMGIX"})),
    }
}

async fn origins_come_back_as_they_were(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let first = catalog.add_origin(tenant, &origin("b")).await.unwrap();
    let second = catalog.add_origin(tenant, &origin("a")).await.unwrap();
    assert_eq!(first.settings, origin("b"));
    assert_eq!(catalog.origin(tenant, second.id).await.unwrap(), Some(second.clone()));
    assert_eq!(catalog.origins(tenant).await.unwrap(), [first.clone(), second]);
    let settings = OriginSettings {
        kind: "WEB_PROXY".to_owned(),
        parameters: [].into(),
        sealed_secrets: Vec::new(),
        ..origin("c")
    };
    let changed = catalog.set_origin(tenant, first.id, &settings).await.unwrap();
    assert_eq!(
        (changed.id, changed.created, changed.settings),
        (first.id, first.created, settings)
    );
    let unknown = catalog.set_origin(tenant, OriginId::generate(), &origin("a")).await;
    assert!(matches!(unknown, Err(Error::NotFound(_))), "{unknown:?}");
    let nobody = catalog.add_origin(TenantId(404), &origin("a")).await;
    assert!(matches!(nobody, Err(Error::NotFound(_))), "{nobody:?}");
}

async fn endpoints_keep_the_order_of_their_origins(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let a = catalog.add_origin(tenant, &origin("a")).await.unwrap().id;
    let b = catalog.add_origin(tenant, &origin("b")).await.unwrap().id;
    let shop = catalog.add_url_endpoint(tenant, endpoint("shop", &[b, a, b])).await.unwrap();
    let plain = UrlEndpointSettings { rewriter: None, ..endpoint("", &[]) };
    let plain = catalog.add_url_endpoint(tenant, plain).await.unwrap();
    assert_eq!(shop.settings, endpoint("shop", &[b, a, b]));
    assert_eq!(catalog.url_endpoints(tenant).await.unwrap(), [shop.clone(), plain.clone()]);
    let other = endpoint("other", &[a]);
    let changed = catalog.set_url_endpoint(tenant, shop.id, other.clone()).await.unwrap();
    assert_eq!((changed.id, &changed.settings), (shop.id, &other));
    assert_eq!(catalog.url_endpoints(tenant).await.unwrap(), [changed, plain.clone()]);
    catalog.delete_url_endpoint(tenant, shop.id).await.unwrap();
    assert_eq!(catalog.url_endpoints(tenant).await.unwrap(), [plain]);
}

async fn a_prefix_is_taken_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    catalog.add_url_endpoint(tenant, endpoint("shop", &[])).await.unwrap();
    let second = catalog.add_url_endpoint(tenant, endpoint("b", &[])).await.unwrap();
    let again = catalog.add_url_endpoint(tenant, endpoint("shop", &[])).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let moved = catalog.set_url_endpoint(tenant, second.id, endpoint("shop", &[])).await;
    assert!(matches!(moved, Err(Error::Conflict(_))), "{moved:?}");
    catalog.add_url_endpoint(other, endpoint("shop", &[])).await.unwrap();
    let nobody = catalog.add_url_endpoint(TenantId(404), endpoint("shop", &[])).await;
    assert!(matches!(nobody, Err(Error::NotFound(_))), "{nobody:?}");
}

async fn an_origin_in_use_stays(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let used = catalog.add_origin(tenant, &origin("a")).await.unwrap().id;
    let shop = catalog.add_url_endpoint(tenant, endpoint("shop", &[used])).await.unwrap();
    let refused = catalog.delete_origin(tenant, used).await;
    assert!(matches!(&refused, Err(Error::Invalid(why)) if why.contains("in use")), "{refused:?}");
    let foreign = catalog.add_origin(other, &origin("a")).await.unwrap().id;
    for unknown in [foreign, OriginId::generate()] {
        let added = catalog.add_url_endpoint(tenant, endpoint("b", &[used, unknown])).await;
        assert!(matches!(added, Err(Error::Invalid(_))), "{added:?}");
        let set = catalog.set_url_endpoint(tenant, shop.id, endpoint("b", &[unknown])).await;
        assert!(matches!(set, Err(Error::Invalid(_))), "{set:?}");
    }
    let kept = catalog.url_endpoints(tenant).await.unwrap();
    assert_eq!(kept, std::slice::from_ref(&shop), "nothing happened");
    catalog.delete_url_endpoint(tenant, shop.id).await.unwrap();
    catalog.delete_origin(tenant, used).await.unwrap();
    let again = catalog.delete_origin(tenant, used).await;
    assert!(matches!(again, Err(Error::NotFound(_))), "{again:?}");
}

async fn endpoints_belong_to_a_tenant(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let id = catalog.add_url_endpoint(tenant, endpoint("shop", &[])).await.unwrap().id;
    let origin_id = catalog.add_origin(tenant, &origin("a")).await.unwrap().id;
    assert!(catalog.url_endpoints(other).await.unwrap().is_empty());
    assert!(catalog.origins(other).await.unwrap().is_empty());
    assert_eq!(catalog.origin(other, origin_id).await.unwrap(), None);
    for result in [
        catalog.set_url_endpoint(other, id, endpoint("b", &[])).await.map(drop),
        catalog.delete_url_endpoint(other, id).await,
        catalog.set_origin(other, origin_id, &origin("b")).await.map(drop),
        catalog.delete_origin(other, origin_id).await,
        catalog.delete_url_endpoint(tenant, EndpointId::generate()).await,
    ] {
        assert!(matches!(result, Err(Error::NotFound(_))), "{result:?}");
    }
}
