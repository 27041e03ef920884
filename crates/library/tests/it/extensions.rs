//! Extensions against a small real back end.

use std::{sync::Arc, time::Duration};

use library::{
    Actor, Asset, Error, Extension, ExtensionKind, ExtensionStatus, FollowUp, Herald, Message,
    TagLimits, Upload,
};
use plan::Format;
use serde_json::{Value, json};
use testkit::{App, EchoEngine, Picture, Reply, Service, builder, upload_to};

async fn app(change: impl FnOnce(&mut library::Config)) -> App {
    let app = builder()
        .engine(Arc::new(EchoEngine::drawing()))
        .config(|config| {
            config.fetch.allow_private = true;
            change(config);
        })
        .build()
        .await;
    app.library.tell_with(Herald {
        tell: Box::new(|told| {
            let body = format!("{:?} {}", told.event.kind, told.event.note);
            Some(Message { name: "extension".to_owned(), body })
        }),
        sign: Box::new(|_| Vec::new()),
    });
    app
}

fn tagging() -> Extension {
    Extension {
        kind: ExtensionKind::GoogleTags,
        options: json!({"minConfidence": 50, "maxTags": 2}),
        tags: Some(TagLimits { min_confidence: 50, most: 2 }),
    }
}

fn background() -> Extension {
    Extension { kind: ExtensionKind::RemoveBackground, options: json!({}), tags: None }
}

/// Uploads a picture with an extension, and waits as a dialect does.
async fn upload(
    app: &App,
    extension: &Extension,
    callback: Option<String>,
) -> (Asset, ExtensionStatus) {
    let extensions = vec![extension.clone()];
    let follow_up = FollowUp { extensions: extensions.clone(), callback, ..FollowUp::default() };
    let watch = app.library.watch_extensions();
    let upload = Upload { follow_up, ..upload_to("/cat.jpg") };
    let asset = app.upload(upload, Picture::jpeg(60, 40).bytes()).await.unwrap();
    let status = app.library.extension_status(watch, asset.id, &extensions).await;
    (asset, status[0].1)
}

async fn now(app: &App, asset: &Asset) -> Asset {
    app.library.asset(app.owner(), asset.id).await.unwrap()
}

/// Bounded, so that what never comes is a failure.
async fn until(app: &App, asset: &Asset, holds: impl Fn(&Asset) -> bool) -> Asset {
    for _ in 0..2000 {
        let seen = now(app, asset).await;
        if holds(&seen) {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it never came: {:?}", now(app, asset).await);
}

const TAGS: &str = r#"{"tags": [
    {"name": "cat", "confidence": 80.5}, {"name": "dog", "confidence": 10},
    {"name": "pet", "confidence": 99}, {"name": "hat", "confidence": 60}
]}"#;

#[tokio::test]
async fn tags_come_at_once_where_the_back_end_is_quick() {
    let service = Service::start(|_, _| Reply::new("application/json", TAGS)).await;
    let app = app(|config| {
        config.extensions.google_auto_tagging.url = service.url("/tag");
        config.extensions.google_auto_tagging.token = "s3cret".to_owned();
    })
    .await;
    let (asset, status) = upload(&app, &tagging(), None).await;
    assert_eq!(status, ExtensionStatus::Success);
    let tags = now(&app, &asset).await.auto_tags;
    let shown: Vec<_> =
        tags.iter().map(|it| (it.name.as_str(), it.confidence, it.source.as_str())).collect();
    assert_eq!(shown, [("pet", 99.0, "google-auto-tagging"), ("cat", 80.5, "google-auto-tagging")]);

    let seen = service.seen().remove(0);
    assert_eq!(seen.path, "/tag");
    assert_eq!(seen.header("authorization"), "Bearer s3cret");
    let form = seen.text();
    assert!(form.contains("name=\"extension\"\r\n\r\ngoogle-auto-tagging\r\n"), "{form}");
    assert!(form.contains(r#"{"maxTags":2,"minConfidence":50}"#), "{form}");
    assert!(form.contains("Content-Type: image/jpeg\r\n\r\nECHO jpeg 60x40"), "{form}");

    let today = app.library.usage(app.owner(), 0..=i64::MAX).await;
    let runs = today.unwrap().extensions;
    assert_eq!(runs, [("google-auto-tagging".to_owned(), 1)]);
}

#[tokio::test]
async fn nobody_waits_long_for_a_back_end() {
    let service = Service::start(|_, _| {
        Reply::new("application/json", TAGS).after(Duration::from_millis(400))
    })
    .await;
    let app = app(|config| {
        config.extensions.google_auto_tagging.url = service.url("/");
        config.extensions.wait_ms = 50;
    })
    .await;
    let (asset, status) = upload(&app, &tagging(), Some(service.url("/callback"))).await;
    assert_eq!(status, ExtensionStatus::Pending);
    assert!(now(&app, &asset).await.auto_tags.is_empty());
    until(&app, &asset, |asset| asset.auto_tags.len() == 2).await;
    let seen = service.wait_for(2).await;
    assert_eq!(seen[1].path, "/callback");
    assert_eq!(seen[1].text(), r#"ExtensionDone {"extension":"google-auto-tagging"}"#);
}

#[tokio::test]
async fn a_picture_without_its_background_is_the_next_version() {
    let result = Picture::png(60, 40).alpha().bytes();
    let answer = result.clone();
    let service = Service::start(move |_, _| Reply::new("image/png", answer.clone())).await;
    let app = app(|config| config.extensions.remove_bg.url = service.url("/")).await;
    let (asset, status) = upload(&app, &background(), None).await;
    assert_eq!(status, ExtensionStatus::Pending, "it is never waited for");
    let after = until(&app, &asset, |asset| asset.current.number == 2).await;
    assert_eq!((after.id, after.name.as_str()), (asset.id, "cat.jpg"));
    assert_eq!(after.current.mime, "image/png");
    assert_eq!(after.current.probe.unwrap().format, Format::Png);
    let bytes = crate::ask::get(&app.library, app.owner(), crate::ask::original("/cat.jpg")).await;
    assert_eq!(bytes.unwrap(), result);
}

#[tokio::test]
async fn without_a_back_end_it_has_failed_and_the_upload_stands() {
    let app = app(|_| ()).await;
    for extension in [tagging(), background()] {
        let (asset, status) = upload(&app, &extension, None).await;
        assert_eq!(status, ExtensionStatus::Failed);
        assert_eq!(now(&app, &asset).await.current, asset.current);
        assert!(!app.library.has_back_end(extension.kind));
    }
}

#[tokio::test]
async fn what_passes_is_asked_again_and_what_does_not_has_failed() {
    let service = Service::start(|seen, before| match (seen.path.as_str(), before) {
        ("/callback", _) => Reply::status(200),
        ("/busy", 0) => Reply::status(503),
        ("/busy", _) => Reply::new("application/json", TAGS),
        _ => Reply::status(404),
    })
    .await;
    let busy = app(|config| config.extensions.google_auto_tagging.url = service.url("/busy")).await;
    let (asset, _) = upload(&busy, &tagging(), None).await;
    until(&busy, &asset, |asset| asset.auto_tags.len() == 2).await;

    let wrong = app(|config| config.extensions.google_auto_tagging.url = service.url("/no")).await;
    let (_, status) = upload(&wrong, &tagging(), Some(service.url("/callback"))).await;
    assert_eq!(status, ExtensionStatus::Failed);
    let told = service.wait_for(4).await.pop().unwrap();
    assert_eq!(
        told.text(),
        r#"ExtensionFailed {"extension":"google-auto-tagging","reason":"the back end answered 404 Not Found"}"#
    );
}

#[tokio::test]
async fn answers_that_make_no_sense_have_failed() {
    let service = Service::start(|seen, _| match seen.path.as_str() {
        "/html" => Reply::new("text/html", "<p>"),
        "/json" => Reply::new("application/json", "[]"),
        "/image" => Reply::new("image/png", Picture::png(1, 1).bytes()),
        "/broken" => Reply::new("image/png", "ECHO broken"),
        _ => Reply::new("application/json", r#"{"tags": "cat"}"#),
    })
    .await;
    for path in ["/html", "/json", "/image", "/tags"] {
        let url = service.url(path);
        let app = app(|config| config.extensions.google_auto_tagging.url = url).await;
        let (_, status) = upload(&app, &tagging(), None).await;
        assert_eq!(status, ExtensionStatus::Failed, "{path}");
    }
    let app = app(|config| config.extensions.remove_bg.url = service.url("/broken")).await;
    let (asset, _) = upload(&app, &background(), Some(service.url("/callback"))).await;
    let told = service.wait_for(6).await.pop().unwrap();
    assert!(told.text().starts_with("ExtensionFailed"), "{}", told.text());
    assert_eq!(now(&app, &asset).await.current.number, 1);
}

#[tokio::test]
async fn a_background_of_the_client_is_fetched_by_the_rules_and_never_by_the_back_end() {
    let service = Service::start(|seen, _| match seen.path.as_str() {
        "/sky.jpg" => Reply::new("image/jpeg", "the sky"),
        _ => Reply::new("image/png", Picture::png(60, 40).bytes()),
    })
    .await;
    let asks = |url: String| Extension { options: json!({"bg_image_url": url}), ..background() };
    let open = app(|config| config.extensions.remove_bg.url = service.url("/")).await;
    let (asset, _) = upload(&open, &asks(service.url("/sky.jpg")), None).await;
    until(&open, &asset, |asset| asset.current.number == 2).await;
    let form = service.seen().pop().unwrap();
    assert!(form.text().contains("the sky"), "{}", form.text());
    assert!(!form.text().contains("bg_image_url"), "{}", form.text());

    let asked = service.seen().len();
    let shut =
        builder().config(|config| config.extensions.remove_bg.url = service.url("/")).build();
    let shut = shut.await;
    let (asset, status) = upload(&shut, &asks(service.url("/sky.jpg")), None).await;
    assert_eq!(status, ExtensionStatus::Pending);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(service.seen().len(), asked, "no packet was sent");
    assert_eq!(now(&shut, &asset).await.current.number, 1);
}

#[tokio::test]
async fn descriptions_and_tasks_change_what_they_say() {
    let service = Service::start(|seen, _| {
        Reply::new(
            "application/json",
            match seen.path.as_str() {
                "/describe" => r#"{"description": "A cat on a mat."}"#,
                "/unknown" => r#"{"set_metadata": {"nobody": 1}}"#,
                _ => r#"{"add_tags": ["cat"], "remove_tags": ["dog"]}"#,
            },
        )
    })
    .await;
    let extension = |kind| Extension { kind, options: Value::Null, tags: None };
    let app_ = app(|config| {
        config.extensions.ai_auto_description.url = service.url("/describe");
        config.extensions.ai_tasks.url = service.url("/tasks");
    })
    .await;
    let (asset, status) = upload(&app_, &extension(ExtensionKind::Describe), None).await;
    assert_eq!(status, ExtensionStatus::Success);
    assert_eq!(now(&app_, &asset).await.description.as_deref(), Some("A cat on a mat."));
    let watch = app_.library.watch_extensions();
    let tasks = [extension(ExtensionKind::Tasks)];
    app_.library.extend(app_.owner(), &asset, &tasks, None).await.unwrap();
    let status = app_.library.extension_status(watch, asset.id, &tasks).await;
    assert_eq!(status, [(ExtensionKind::Tasks, ExtensionStatus::Success)]);
    assert_eq!(now(&app_, &asset).await.tags, ["cat"]);
    let refused = app_.library.extend(Actor::signed(app_.tenant), &asset, &tasks, None).await;
    assert!(matches!(refused, Err(Error::Denied)), "{refused:?}");

    let wrong = app(|config| config.extensions.ai_tasks.url = service.url("/unknown")).await;
    let (_, status) = upload(&wrong, &tasks[0], None).await;
    assert_eq!(status, ExtensionStatus::Failed, "fields that nobody defined are not set");
}
