//! Webhooks and their secrets.

use library::{Actor, Error, WebhookPatch};
use testkit::app;

use crate::restart::Place;

fn events(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[tokio::test]
async fn an_event_has_subscribers() {
    let app = app().await;
    let (library, owner) = (&app.library, app.owner());
    let add = async |url: &str, names: &[&str], enabled| {
        library.add_webhook(owner, url.to_owned(), events(names), enabled).await.unwrap()
    };
    let first = add("https://a.example", &["file.created", "file.deleted"], true).await;
    add("https://b.example", &["file.deleted"], true).await;
    let quiet = add("https://c.example", &["file.created"], false).await;
    assert!(first.secret.starts_with("whsec_") && first.secret.len() == 30, "{}", first.secret);
    assert_ne!(first.secret, quiet.secret);

    let heard = async || library.subscribers(app.tenant, "file.created").await.unwrap();
    assert_eq!(heard().await, std::slice::from_ref(&first));
    let patch = WebhookPatch { enabled: Some(true), ..WebhookPatch::default() };
    let loud = library.change_webhook(owner, quiet.id, patch).await.unwrap();
    assert_eq!(loud.secret, quiet.secret);
    assert_eq!(heard().await, [first.clone(), loud.clone()]);
    library.delete_webhook(owner, first.id).await.unwrap();
    assert_eq!(heard().await, [loud]);
    let other = library.ensure_tenant("other").await.unwrap();
    assert!(library.subscribers(other, "file.created").await.unwrap().is_empty());
    assert!(!format!("{quiet:?}").contains(&quiet.secret));
}

#[tokio::test]
async fn secrets_can_be_read_after_a_restart_and_not_from_the_database() {
    let place = Place::new();
    let library = place.open().await;
    let tenant = library.ensure_tenant("demo").await.unwrap();
    let owner = Actor::full(tenant);
    let url = "https://a.example".to_owned();
    let added = library.add_webhook(owner, url, events(&["file.created"]), true).await.unwrap();
    library.close().await;
    drop(library);

    let catalog = std::fs::read(place.path().join("catalog.db")).unwrap();
    assert!(!catalog.windows(added.secret.len()).any(|part| part == added.secret.as_bytes()));
    let library = place.open().await;
    assert_eq!(library.webhook(owner, added.id).await.unwrap(), added);
}

#[tokio::test]
async fn webhooks_need_a_key() {
    let app = app().await;
    let denied = app.library.webhooks(Actor::signed(app.tenant)).await;
    assert!(matches!(denied, Err(Error::Denied)), "{denied:?}");
}
