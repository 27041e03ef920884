//! Events on their way to webhooks and callbacks, over real HTTP.

use library::{
    Actor, Change, FollowUp, Herald, Letter, Message, Posting, PostingState, Told, Upload,
    WebhookPatch,
};
use testkit::{App, Picture, Reply, Service, builder, upload_to};

/// Says the kind of an event and the name of its asset.
fn herald() -> Herald {
    let tell = |told: &Told<'_>| {
        let kind = format!("{:?}", told.event.kind);
        let about = told.asset.map(|asset| asset.name.as_str().to_owned());
        let about = about.or_else(|| told.folder.map(|folder| folder.path.to_string()));
        let body = format!("{kind} {} {}", about.unwrap_or_default(), told.event.note);
        Some(Message { name: kind, body })
    };
    let sign = |letter: &Letter<'_>| {
        vec![("x-signed", format!("{} {} {}", letter.id, letter.secret, letter.body.len()))]
    };
    Herald { tell: Box::new(tell), sign: Box::new(sign) }
}

async fn app() -> App {
    let app = builder()
        .config(|config| {
            config.fetch.allow_private = true;
            config.webhooks.retry_ms = 20;
        })
        .build()
        .await;
    app.library.tell_with(herald());
    app
}

async fn listen(app: &App, url: String, events: &[&str]) -> library::Webhook {
    let events = events.iter().map(|&event| event.to_owned()).collect();
    app.library.add_webhook(app.owner(), url, events, true).await.unwrap()
}

/// The log, once nothing in it waits any more.
async fn settled(app: &App, postings: usize) -> Vec<Posting> {
    for _ in 0..2000 {
        let log = app.library.postings(app.owner(), 100).await.unwrap();
        let is_settled = log.iter().all(|posting| posting.state != PostingState::Waiting);
        if log.len() >= postings && is_settled {
            return log;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("{:?}", app.library.postings(app.owner(), 100).await);
}

#[tokio::test]
async fn a_webhook_hears_what_it_asked_for() {
    let service = Service::start(|_, _| Reply::status(204)).await;
    let app = app().await;
    let webhook = listen(&app, service.url("/hook?a=b"), &["AssetCreated", "FolderCreated"]).await;
    let asset = app.add("/shop/cat.jpg", Picture::jpeg(6, 4)).await;
    let seen = service.wait_for(2).await;
    app.library.delete(app.owner(), asset.id).await.unwrap();
    let bodies: Vec<&str> = seen.iter().map(testkit::Seen::text).collect();
    assert!(bodies.contains(&"FolderCreated /shop null"), "{bodies:?}");
    let log = settled(&app, 2).await;
    assert!(log.iter().all(|it| it.state == PostingState::Delivered && it.status == Some(204)));
    for request in &seen {
        assert_eq!(request.path, "/hook?a=b");
        assert_eq!(request.header("content-type"), "application/json");
        let posting = log.iter().find(|posting| posting.body == request.text()).unwrap();
        let expected = format!("{} {} {}", posting.event, webhook.secret, request.body.len());
        assert_eq!(request.header("x-signed"), expected);
    }
    assert!(!seen.iter().any(|request| request.text().starts_with("AssetDeleted")));
}

#[tokio::test]
async fn what_is_not_taken_is_posted_again_with_the_same_id() {
    let service = Service::start(|_, before| Reply::status([500, 302, 200][before.min(2)])).await;
    let app = app().await;
    listen(&app, service.url("/"), &["AssetCreated"]).await;
    app.add("/cat.jpg", Picture::jpeg(6, 4)).await;
    let seen = service.wait_for(3).await;
    let log = settled(&app, 1).await;
    assert_eq!((log[0].attempts, log[0].status), (3, Some(200)));
    assert_eq!(log[0].error, None);
    assert!(seen.iter().all(|request| request.header("x-signed") == seen[0].header("x-signed")));
    assert!(seen.iter().all(|request| request.body == seen[0].body));
}

#[tokio::test]
async fn what_is_never_taken_is_given_up() {
    let service = Service::start(|_, _| Reply::status(500)).await;
    let app = builder()
        .config(|config| {
            config.fetch.allow_private = true;
            config.webhooks.retry_ms = 20;
            config.webhooks.give_up_ms = 100;
        })
        .build()
        .await;
    app.library.tell_with(herald());
    listen(&app, service.url("/"), &["AssetCreated"]).await;
    app.add("/cat.jpg", Picture::jpeg(6, 4)).await;
    let log = settled(&app, 1).await;
    assert_eq!((log[0].state, log[0].status), (PostingState::Failed, Some(500)));
    assert_eq!(log[0].error.as_deref(), Some("the server answered 500"));
    assert!(log[0].attempts >= 2, "{log:?}");
}

#[tokio::test]
async fn a_webhook_that_is_gone_is_not_called() {
    let service = Service::start(|_, _| Reply::status(500)).await;
    let app = app().await;
    let webhook = listen(&app, service.url("/"), &["AssetCreated"]).await;
    app.add("/cat.jpg", Picture::jpeg(6, 4)).await;
    service.wait_for(1).await;
    let quiet = WebhookPatch { enabled: Some(false), ..WebhookPatch::default() };
    app.library.change_webhook(app.owner(), webhook.id, quiet).await.unwrap();
    let log = settled(&app, 1).await;
    assert_eq!(log[0].state, PostingState::Failed);
    assert_eq!(log[0].error.as_deref(), Some("the webhook was deleted or disabled"));
}

/// Also: the upload is not kept waiting.
#[tokio::test]
async fn private_addresses_are_not_connected_to() {
    let service = Service::start(|_, _| Reply::status(200)).await;
    let app = builder().config(|config| config.webhooks.give_up_ms = 0).build().await;
    app.library.tell_with(herald());
    listen(&app, service.url("/"), &["AssetCreated"]).await;
    listen(&app, "http://169.254.169.254/".to_owned(), &["AssetCreated"]).await;
    app.add("/cat.jpg", Picture::jpeg(6, 4)).await;
    for posting in settled(&app, 2).await {
        assert_eq!((posting.state, posting.status), (PostingState::Failed, None));
        assert!(posting.error.as_ref().unwrap().contains("not at a public address"), "{posting:?}");
    }
    assert_eq!(service.seen().len(), 0, "no packet was sent");
}

#[tokio::test]
async fn redirects_are_answers_and_long_answers_are_not_read() {
    let service = Service::start(|seen, _| match seen.path.as_str() {
        "/long" => Reply::new("text/plain", vec![b'x'; 8 << 20]),
        _ => Reply::status(200),
    })
    .await;
    let app = app().await;
    listen(&app, service.url("/long"), &["AssetCreated"]).await;
    app.add("/cat.jpg", Picture::jpeg(6, 4)).await;
    assert_eq!(settled(&app, 1).await[0].state, PostingState::Delivered);
}

#[tokio::test]
async fn events_wait_until_somebody_can_tell_them() {
    let service = Service::start(|_, _| Reply::status(200)).await;
    let app = builder().config(|config| config.fetch.allow_private = true).build().await;
    listen(&app, service.url("/"), &["AssetCreated"]).await;
    app.library.tell_with(herald());
    app.add("/cat.jpg", Picture::jpeg(6, 4)).await;
    service.wait_for(1).await;
}

#[tokio::test]
async fn the_log_is_for_who_holds_a_key() {
    let app = app().await;
    for actor in [Actor::anonymous(app.tenant), Actor::signed(app.tenant)] {
        assert!(matches!(app.library.postings(actor, 1).await, Err(library::Error::Denied)));
    }
}

#[tokio::test]
async fn variants_are_made_ahead_of_time_and_told_of() {
    let service = Service::start(|_, _| Reply::status(200)).await;
    let app = app().await;
    listen(&app, service.url("/"), &["VariantMade", "VariantFailed"]).await;
    let variant = |plan: Result<&str, &str>, note: &str| library::Variant {
        plan: plan.map(|plan| plan.parse().unwrap()).map_err(str::to_owned),
        accepts: vec![library::Accepts::default(), library::Accepts { webp: true, avif: false }],
        note: serde_json::json!({"n": note}),
    };
    let follow_up = FollowUp {
        variants: vec![
            variant(Ok("resize(3x)"), "fine"),
            variant(Ok("crop(9x9,at=90:0,reject)"), "beyond"),
            variant(Err("no videos"), "video"),
        ],
        ..FollowUp::default()
    };
    let upload = Upload { follow_up, tags: Change::Keep, ..upload_to("/cat.jpg") };
    app.upload(upload, Picture::jpeg(6, 4).bytes()).await.unwrap();
    let mut told: Vec<String> =
        service.wait_for(3).await.iter().map(|it| it.text().to_owned()).collect();
    told.sort();
    assert_eq!(told[2], r#"VariantMade cat.jpg {"n":"fine"}"#);
    assert_eq!(told[1], r#"VariantFailed cat.jpg {"n":"video","reason":"no videos"}"#);
    assert!(told[0].starts_with(r#"VariantFailed cat.jpg {"n":"beyond","reason":"#), "{told:?}");

    assert_eq!(app.echo.renders(), 2, "one for each kind of client");
    for accepts in [false, true] {
        let mut request = crate::ask::rendering("/cat.jpg", "resize(3x)");
        request.accepts.webp = accepts;
        crate::ask::get(&app.library, app.owner(), request).await.unwrap();
    }
    assert_eq!(app.echo.renders(), 2, "nobody waits for them any more");
}
