//! What a tenant has used.

use std::ops::RangeInclusive;

use library::{Actor, Answered, Error, TenantId, Traffic};
use testkit::{Picture, app};

use crate::restart::Place;

/// Every day that there is.
const EVER: RangeInclusive<i64> = 0..=i64::MAX;

fn webp(tenant: TenantId) -> Answered {
    let mime = "image/webp".to_owned();
    Answered { tenant, endpoint: String::new(), mime, status: 200, is_hit: false }
}

#[tokio::test]
async fn answers_are_counted_without_sql_and_told_at_once() {
    let app = app().await;
    let library = &app.library;
    let before = library.statements();
    let meter = library.meter(webp(app.tenant));
    meter.count(100);
    library.meter(webp(app.tenant)).count(20);
    assert_eq!(library.statements(), before);
    let other = library.ensure_tenant("other").await.unwrap();
    library.meter(webp(other)).count(7);

    let usage = library.usage(app.owner(), EVER).await.unwrap();
    let counted = |requests, bytes| [(webp(app.tenant), Traffic { requests, bytes })];
    assert_eq!(usage.deliveries, counted(2, 120));
    meter.count(5);
    let usage = library.usage(app.owner(), EVER).await.unwrap();
    assert_eq!(usage.deliveries, counted(3, 125), "a meter goes on after it was read");
    let tomorrow = library.usage(app.owner(), 1_000_000..=i64::MAX).await.unwrap();
    assert!(tomorrow.deliveries.is_empty());
}

#[tokio::test]
async fn extensions_and_stored_bytes_are_counted() {
    let app = app().await;
    let library = &app.library;
    for _ in 0..2 {
        library.count_extension(app.tenant, "remove-bg").await.unwrap();
    }
    let size = app.add("/cat.jpg", Picture::jpeg(60, 40)).await.current.blob.size;
    let usage = library.usage(app.owner(), EVER).await.unwrap();
    assert_eq!(usage.extensions, [("remove-bg".to_owned(), 2)]);
    assert_eq!(usage.stored_bytes, size);
    let denied = library.usage(Actor::anonymous(app.tenant), EVER).await;
    assert!(matches!(denied, Err(Error::Denied)), "{denied:?}");
}

#[tokio::test]
async fn what_was_counted_outlives_the_process() {
    let place = Place::new();
    let library = place.open().await;
    let tenant = library.ensure_tenant("demo").await.unwrap();
    library.meter(webp(tenant)).count(100);
    library.close().await;
    drop(library);

    let library = place.open().await;
    let usage = library.usage(Actor::full(tenant), EVER).await.unwrap();
    assert_eq!(usage.deliveries, [(webp(tenant), Traffic { requests: 1, bytes: 100 })]);
}
