//! URL endpoints in RAM, and the secrets of origins.

use library::{Actor, NewOrigin, UrlEndpointSettings};
use serde_json::json;
use testkit::app;

use crate::restart::Place;

fn shop() -> UrlEndpointSettings {
    UrlEndpointSettings {
        prefix: "shop".to_owned(),
        description: "For the shop.".to_owned(),
        origins: Vec::new(),
        rewriter: None,
    }
}

#[tokio::test]
async fn endpoints_are_known_without_sql_until_they_change() {
    let app = app().await;
    let (library, owner) = (&app.library, app.owner());
    let none = library.url_endpoints(app.tenant).await.unwrap();
    assert!(none.all().is_empty());
    let before = library.statements();
    library.url_endpoints(app.tenant).await.unwrap();
    assert_eq!(library.statements(), before);

    let added = library.add_url_endpoint(owner, shop()).await.unwrap();
    assert!(!none.freshness().is_fresh());
    let known = library.url_endpoints(app.tenant).await.unwrap();
    assert_eq!(known.find("shop"), Some(&added));
    let moved = UrlEndpointSettings { prefix: "b".to_owned(), ..shop() };
    library.set_url_endpoint(owner, added.id, moved).await.unwrap();
    assert!(!known.freshness().is_fresh());
    let known = library.url_endpoints(app.tenant).await.unwrap();
    assert!(known.find("shop").is_none() && known.find("b").is_some());
    library.delete_url_endpoint(owner, added.id).await.unwrap();
    assert!(!known.freshness().is_fresh());
    assert!(library.url_endpoints(app.tenant).await.unwrap().all().is_empty());
}

#[tokio::test]
async fn secrets_of_origins_are_not_in_the_database() {
    let place = Place::new();
    let library = place.open().await;
    let tenant = library.ensure_tenant("demo").await.unwrap();
    let secret = "a_secret_that_nobody_reads";
    let origin = NewOrigin {
        name: "a".to_owned(),
        kind: "S3".to_owned(),
        parameters: [("bucket".to_owned(), json!("bucket_that_is_read"))].into(),
        secrets: [("secretKey".to_owned(), secret.to_owned())].into(),
    };
    assert!(!format!("{origin:?}").contains(secret));
    library.add_origin(Actor::full(tenant), origin).await.unwrap();
    library.close().await;
    drop(library);
    let catalog = std::fs::read(place.path().join("catalog.db")).unwrap();
    let holds = |text: &str| catalog.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(holds("bucket_that_is_read") && !holds(secret));
}
