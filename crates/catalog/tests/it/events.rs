//! The outbox, and what is posted because of it.

use catalog::{
    AssetPatch, Attempt, Audience, Catalog, Change, Event, EventKind, Learned, Name, NewEvent,
    NewFollowUp, NewPosting, NewVersion, NewWebhook, POST, PostingState, Subject, TELL_EVENTS,
    TenantId, Versions, WebhookPatch,
};
use serde_json::json;

use crate::databases::on_every_database;
use crate::sample::{add, auto_tag, folder, now, tags, tenant, upload};

on_every_database!(
    what_happens_is_written_down_where_somebody_listens,
    relocations_and_trees_are_told_too,
    where_nobody_listens_nothing_is_written_down,
    what_did_not_happen_is_not_written_down,
    a_callback_needs_no_webhook,
    an_event_is_told_once,
    attempts_are_entered_into_the_log,
    ended_postings_are_forgotten,
    follow_ups_come_with_their_version,
    what_is_learned_replaces_what_was_known_from_there,
);

async fn listen(catalog: &Catalog, tenant: TenantId) {
    let webhook = NewWebhook {
        tenant,
        url: "https://a.example".to_owned(),
        events: vec!["x".to_owned()],
        enabled: true,
        sealed_secret: vec![1],
    };
    catalog.add_webhook(webhook).await.unwrap();
}

async fn outbox(catalog: &Catalog) -> Vec<Event> {
    catalog.outbox(1000).await.unwrap()
}

async fn kinds(catalog: &Catalog) -> Vec<EventKind> {
    outbox(catalog).await.into_iter().map(|event| event.kind).collect()
}

/// Takes everything from the outbox.
async fn clear(catalog: &Catalog) {
    for event in outbox(catalog).await {
        assert!(catalog.tell(&event, Vec::new()).await.unwrap());
    }
}

async fn what_happens_is_written_down_where_somebody_listens(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    listen(catalog, tenant).await;
    let began = now();
    let first = add(catalog, tenant, "/a/b/cat.jpg", 1).await.asset;
    let events = outbox(catalog).await;
    let shown: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(
        shown,
        [EventKind::FolderCreated, EventKind::FolderCreated, EventKind::AssetCreated]
    );
    assert_eq!(events[2].subject, Subject::asset(first.id));
    assert!(events.iter().all(|event| event.tenant == tenant && event.created >= began));
    let b = catalog.folder(tenant, &folder("/a/b")).await.unwrap().unwrap();
    assert_eq!(events[1].subject, Subject::folder(b.id));
    assert_eq!(catalog.folder_by_id(tenant, b.id).await.unwrap(), Some(b));
    clear(catalog).await;

    let second = add(catalog, tenant, "/a/b/cat.jpg", 2).await.asset;
    let events = outbox(catalog).await;
    assert_eq!(events[0].kind, EventKind::AssetUpdated);
    assert_eq!(events[1].kind, EventKind::VersionCreated);
    assert_eq!(events[1].subject, Subject::version(first.id, second.current.id));
    clear(catalog).await;

    let patch = AssetPatch { tags: tags(&["x"]), ..AssetPatch::default() };
    catalog.update_asset(tenant, first.id, patch).await.unwrap();
    catalog.restore_version(tenant, first.id, first.current.id).await.unwrap();
    catalog.delete_version(tenant, first.id, second.current.id).await.unwrap();
    catalog.delete_asset(tenant, first.id).await.unwrap();
    assert_eq!(
        kinds(catalog).await,
        [
            EventKind::AssetUpdated,
            EventKind::AssetUpdated,
            EventKind::VersionDeleted,
            EventKind::AssetDeleted
        ]
    );
    assert!(catalog.claim_job(&[TELL_EVENTS], "w", 1000).await.unwrap().is_some());
}

async fn relocations_and_trees_are_told_too(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    listen(catalog, tenant).await;
    let cat = add(catalog, tenant, "/a/cat.jpg", 1).await.asset;
    let dog = add(catalog, tenant, "/b/dog.jpg", 2).await.asset;
    clear(catalog).await;
    catalog.touch_blob(&cat.current.blob).await.unwrap();
    catalog.copy_asset(tenant, cat.id, &folder("/c"), Versions::Current).await.unwrap();
    catalog.rename_asset(tenant, cat.id, &Name::parse("tom.jpg").unwrap()).await.unwrap();
    catalog.move_asset(tenant, cat.id, &folder("/b")).await.unwrap();
    assert_eq!(
        kinds(catalog).await,
        [
            EventKind::FolderCreated,
            EventKind::AssetCreated,
            EventKind::AssetUpdated,
            EventKind::AssetUpdated
        ]
    );
    clear(catalog).await;
    catalog.delete_folder(tenant, &folder("/b")).await.unwrap();
    let events = outbox(catalog).await;
    let subjects: Vec<_> = events.iter().filter_map(|event| event.subject.asset).collect();
    assert_eq!(subjects, [cat.id, dog.id]);
    assert_eq!(events.last().unwrap().kind, EventKind::FolderDeleted);
    clear(catalog).await;

    let cat = catalog.asset_at(tenant, &folder("/c"), "cat.jpg").await.unwrap().unwrap();
    catalog.delete_assets(tenant, &[cat.id]).await.unwrap();
    assert_eq!(kinds(catalog).await, [EventKind::AssetDeleted]);
}

async fn where_nobody_listens_nothing_is_written_down(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    listen(catalog, other).await;
    add(catalog, tenant, "/cat.jpg", 1).await;
    assert_eq!(outbox(catalog).await, []);

    let webhook = catalog.webhooks(other).await.unwrap().remove(0);
    let quiet = WebhookPatch { enabled: Some(false), ..WebhookPatch::default() };
    catalog.update_webhook(other, webhook.id, quiet).await.unwrap();
    add(catalog, other, "/cat.jpg", 1).await;
    assert_eq!(outbox(catalog).await, []);
    assert_eq!(catalog.claim_job(&[TELL_EVENTS], "w", 1000).await.unwrap(), None);
}

async fn what_did_not_happen_is_not_written_down(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    listen(catalog, tenant).await;
    add(catalog, tenant, "/f/cat.jpg", 1).await;
    clear(catalog).await;
    let taken =
        NewVersion { on_conflict: catalog::OnConflict::Reject, ..upload(tenant, "/f/cat.jpg", 2) };
    catalog.add_version(taken).await.unwrap_err();
    catalog.delete_asset(tenant, catalog::AssetId::generate()).await.unwrap_err();
    assert_eq!(outbox(catalog).await, []);
}

async fn a_callback_needs_no_webhook(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let note = json!({"why": "größer \u{0} als"});
    let event = |audience| NewEvent {
        tenant,
        kind: EventKind::ExtensionFailed,
        subject: Subject::default(),
        note: note.clone(),
        audience,
    };
    let callback = Audience::Callback("https://b.example".to_owned());
    catalog.add_events(vec![event(Audience::Webhooks), event(callback.clone())]).await.unwrap();
    let events = outbox(catalog).await;
    assert_eq!(events.len(), 1);
    assert_eq!((&events[0].audience, &events[0].note), (&callback, &note));
}

fn posting(url: &str) -> NewPosting {
    NewPosting {
        webhook: None,
        url: url.to_owned(),
        kind: "file.created".to_owned(),
        body: r#"{"ü": 1}"#.to_owned(),
    }
}

async fn an_event_is_told_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    listen(catalog, tenant).await;
    add(catalog, tenant, "/cat.jpg", 1).await;
    let event = outbox(catalog).await.remove(0);
    let postings = || vec![posting("https://a"), posting("https://b")];
    assert!(catalog.tell(&event, postings()).await.unwrap());
    assert!(!catalog.tell(&event, postings()).await.unwrap(), "somebody was faster");
    assert_eq!(outbox(catalog).await, []);

    let log = catalog.postings(tenant, 10).await.unwrap();
    assert_eq!(
        log.iter().map(|it| it.url.as_str()).collect::<Vec<_>>(),
        ["https://b", "https://a"]
    );
    assert!(log.iter().all(|it| it.event == event.id && it.state == PostingState::Waiting));
    assert_eq!(catalog.postings(tenant, 1).await.unwrap(), log[..1]);
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    assert_eq!(catalog.postings(other, 10).await.unwrap(), []);
    assert_eq!(catalog.posting(other, log[0].id).await.unwrap(), None);

    let job = catalog.claim_job(&[POST], "w", 1000).await.unwrap().unwrap();
    assert_eq!(job.payload, json!({"posting": log[1].id.to_string()}));
    assert_eq!(catalog.posting(tenant, log[1].id).await.unwrap().as_ref(), Some(&log[1]));
}

async fn attempts_are_entered_into_the_log(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    listen(catalog, tenant).await;
    add(catalog, tenant, "/cat.jpg", 1).await;
    catalog.tell(&outbox(catalog).await[0], vec![posting("https://a")]).await.unwrap();
    let id = catalog.postings(tenant, 1).await.unwrap()[0].id;
    let failed = Attempt {
        state: PostingState::Waiting,
        status: Some(500),
        error: Some("it \0 failed".to_owned()),
    };
    catalog.note_attempt(tenant, id, failed).await.unwrap();
    let seen = catalog.posting(tenant, id).await.unwrap().unwrap();
    assert_eq!((seen.attempts, seen.status), (1, Some(500)));
    assert_eq!(seen.error.as_deref(), Some("it  failed"));
    let taken = Attempt { state: PostingState::Delivered, status: Some(204), error: None };
    catalog.note_attempt(tenant, id, taken).await.unwrap();
    let seen = catalog.posting(tenant, id).await.unwrap().unwrap();
    assert_eq!((seen.attempts, seen.state), (2, PostingState::Delivered));
    assert_eq!((seen.status, seen.error), (Some(204), None));
}

async fn ended_postings_are_forgotten(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    listen(catalog, tenant).await;
    add(catalog, tenant, "/cat.jpg", 1).await;
    let postings = vec![posting("https://a"), posting("https://b")];
    catalog.tell(&outbox(catalog).await[0], postings).await.unwrap();
    let id = catalog.postings(tenant, 1).await.unwrap()[0].id;
    let given_up = Attempt { state: PostingState::Failed, status: None, error: None };
    catalog.note_attempt(tenant, id, given_up).await.unwrap();
    assert_eq!(catalog.forget_postings(now() - 60_000).await.unwrap(), 0);
    assert_eq!(catalog.forget_postings(now() + 1).await.unwrap(), 1, "what waits stays");
    assert_eq!(catalog.posting(tenant, id).await.unwrap(), None);
}

async fn follow_ups_come_with_their_version(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    listen(catalog, tenant).await;
    let follow_up = NewFollowUp {
        jobs: vec![("make-variant", json!({"plan": "x"}))],
        events: vec![(EventKind::Prepared, json!({"by": "w-1"}))],
    };
    let new = NewVersion { follow_up, ..upload(tenant, "/cat.jpg", 1) };
    let asset = catalog.add_version(new).await.unwrap().asset;
    let job = catalog.claim_job(&["make-variant"], "w", 1000).await.unwrap().unwrap();
    let (id, version) = (asset.id.to_string(), asset.current.id.to_string());
    assert_eq!(job.payload, json!({"plan": "x", "asset": id, "version": version}));
    let events = outbox(catalog).await;
    assert_eq!(events[1].kind, EventKind::Prepared);
    assert_eq!(events[1].note, json!({"by": "w-1"}));
    assert_eq!(events[1].subject, Subject::version(asset.id, asset.current.id));
}

async fn what_is_learned_replaces_what_was_known_from_there(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let asset = add(catalog, tenant, "/cat.jpg", 1).await.asset;
    let mut elsewhere = auto_tag("elsewhere");
    "aws-auto-tagging".clone_into(&mut elsewhere.source);
    let patch = AssetPatch {
        tags: tags(&["a", "b"]),
        auto_tags: Change::Set(vec![auto_tag("old"), elsewhere.clone()]),
        ..AssetPatch::default()
    };
    catalog.update_asset(tenant, asset.id, patch).await.unwrap();
    let source = "google-auto-tagging".to_owned();
    let learned = Learned {
        auto_tags: Some((source, vec![auto_tag("new")])),
        description: Some("a cat".to_owned()),
        add_tags: vec!["b".to_owned(), "c".to_owned()],
        remove_tags: vec!["a".to_owned()],
        edit_metadata: [("brand".to_owned(), json!("x"))].into(),
    };
    let after = catalog.learn(tenant, asset.id, learned).await.unwrap();
    assert_eq!(after.auto_tags, [elsewhere, auto_tag("new")]);
    assert_eq!(after.tags, ["b", "c"]);
    assert_eq!(after.description.as_deref(), Some("a cat"));
    assert_eq!(after.custom_metadata["brand"], json!("x"));
    assert_eq!(catalog.asset(tenant, asset.id).await.unwrap(), Some(after));
    catalog.learn(tenant, asset.id, Learned::default()).await.unwrap();
    let kept = catalog.asset(tenant, asset.id).await.unwrap().unwrap();
    assert_eq!(kept.description.as_deref(), Some("a cat"), "what is not said stays");
}
