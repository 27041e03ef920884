//! Deliveries in which other programs have a part, against a small real back end.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use library::{
    Access, Actor, Change, Error, ExtensionKind, Operation, Prediction, Result, Stage, Upload, What,
};
use serde_json::{Map, Value, json};
use testkit::{App, EchoEngine, Picture, Reply, Service, builder, upload_to};

use crate::ask::{read, rendering};

/// With a back end for `erase`.
async fn app(service: &Service) -> App {
    with(|config| {
        config.extensions.operations =
            BTreeMap::from([("erase".to_owned(), service.url("/erase"))]);
        "s3cret".clone_into(&mut config.extensions.operations_token);
    })
    .await
}

async fn with(change: impl FnOnce(&mut library::Config)) -> App {
    let engine = Arc::new(EchoEngine::drawing());
    builder().engine(engine).config(change).build().await
}

fn operation(options: Value) -> Operation {
    let Value::Object(options) = options else { panic!("options are an object") };
    Operation {
        name: "erase.bg".to_owned(),
        plugin: "erase".to_owned(),
        like: None,
        needs_credentials: false,
        options,
        files: Vec::new(),
    }
}

fn stage(plan: &str, options: Value) -> Stage {
    Stage { plan: plan.parse().unwrap(), operation: operation(options) }
}

/// Sees `/cat.jpg` through its stages, and then through `plan`.
async fn get(app: &App, actor: Actor, stages: Vec<Stage>, plan: &str) -> Result<String> {
    let mut request = rendering("/cat.jpg", plan);
    let staged = app.library.staged(actor, &request, stages).await?;
    if let What::Rendering { plan, .. } = &mut request.what {
        staged.lead(plan);
    }
    let delivery = app.library.deliver_staged(actor, &request, staged).await?;
    Ok(String::from_utf8(read(delivery).await?).unwrap())
}

fn anonymous(app: &App) -> Actor {
    Actor::anonymous(app.tenant)
}

async fn made(picture: Picture) -> Service {
    Service::start(move |_, _| Reply::new("image/png", picture.bytes())).await
}

#[tokio::test]
async fn a_chain_goes_on_with_what_the_back_end_made() {
    let service = made(Picture::png(300, 200).alpha()).await;
    let app = app(&service).await;
    app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let stages = vec![stage("resize(300x)|png", json!({"i": "car"}))];
    let shown = get(&app, anonymous(&app), stages, "resize(150x)|source").await.unwrap();
    assert_eq!(shown, "ECHO png 150x100 orientation=1 frames=1 serial=0");

    let seen = service.seen().remove(0);
    assert_eq!((seen.path.as_str(), seen.header("authorization")), ("/erase", "Bearer s3cret"));
    let form = seen.text();
    assert!(form.contains("name=\"extension\"\r\n\r\nerase.bg\r\n"), "{form}");
    assert!(form.contains(r#"{"i":"car"}"#), "{form}");
    assert!(form.contains("Content-Type: image/png\r\n\r\nECHO png 300x200"), "{form}");
    assert!(!form.contains("credentials"), "{form}");
}

#[tokio::test]
async fn the_same_is_asked_once() {
    let service = made(Picture::png(60, 40).alpha()).await;
    let app = app(&service).await;
    app.add("/cat.jpg", Picture::jpeg(60, 40)).await;
    let ask = |options| get(&app, anonymous(&app), vec![stage("png", options)], "webp");
    ask(json!({"a": 1})).await.unwrap();
    let statements = app.library.statements();
    ask(json!({"a": 1})).await.unwrap();
    assert_eq!(app.library.statements(), statements, "from RAM");
    assert_eq!(service.seen().len(), 1);
    // As it was stored: nothing has to be rendered first.
    assert!(service.seen()[0].text().contains("Content-Type: image/jpeg\r\n\r\nECHO jpeg 60x40"));
    ask(json!({"a": 2})).await.unwrap();
    assert_eq!(service.seen().len(), 2);
}

#[tokio::test]
async fn many_who_ask_at_once_wait_for_one_answer() {
    let picture = Picture::png(60, 40);
    let service = Service::start(move |_, _| {
        Reply::new("image/png", picture.bytes()).after(Duration::from_millis(100))
    })
    .await;
    let app = app(&service).await;
    app.add("/cat.jpg", Picture::jpeg(60, 40)).await;
    let asks = (0..20).map(|_| get(&app, anonymous(&app), vec![stage("png", json!({}))], "png"));
    for shown in futures_util::future::join_all(asks).await {
        assert!(shown.unwrap().starts_with("ECHO png 60x40"));
    }
    assert_eq!(service.seen().len(), 1);
}

#[tokio::test]
async fn what_is_only_found_out_leaves_the_picture_alone() {
    let service = Service::start(|_, _| Reply::new("application/json", r#"{"n": 3}"#)).await;
    let app = app(&service).await;
    app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let request = rendering("/cat.jpg", "source");
    let stages = vec![stage("resize(300x)|png", json!({})), stage("rotate(90)|png", json!({}))];
    let staged = app.library.staged(anonymous(&app), &request, stages.clone()).await.unwrap();
    let found: Vec<_> = staged.reports.iter().map(|report| report.facts["n"].clone()).collect();
    assert_eq!(found, [3, 3]);
    assert!(staged.reports.iter().all(|report| report.made.is_none()));
    let shown = get(&app, anonymous(&app), stages, "source").await.unwrap();
    assert_eq!(shown, "ECHO jpeg 200x300 orientation=1 frames=1 serial=0");
    // The second one saw what the first one left alone.
    assert!(service.seen()[1].text().contains("ECHO png 200x300"));
}

#[tokio::test]
async fn pictures_are_sent_upright() {
    let service = made(Picture::png(40, 60)).await;
    let app = app(&service).await;
    app.add("/cat.jpg", Picture::jpeg(60, 40).orientation(6)).await;
    get(&app, anonymous(&app), vec![stage("png", json!({}))], "png").await.unwrap();
    assert!(service.seen()[0].text().contains("ECHO png 40x60"), "{:?}", service.seen());
}

#[tokio::test]
async fn other_files_and_credentials_go_along() {
    let service = made(Picture::png(60, 40)).await;
    let app = app(&service).await;
    app.add("/cat.jpg", Picture::jpeg(60, 40)).await;
    app.add("/logo.png", Picture::png(7, 7)).await;
    let credentials = json!({"key": "hidden"});
    app.library.add_plugin_credential(app.owner(), "erase", &credentials).await.unwrap();
    let mut one = stage("png", json!({}));
    one.operation.files = vec![("logo".to_owned(), "/logo.png".to_owned())];
    get(&app, anonymous(&app), vec![one.clone()], "png").await.unwrap();
    let seen = service.seen().remove(0);
    assert!(seen.text().contains(r#"{"key":"hidden"}"#));
    assert!(seen.text().contains("name=\"logo\"; filename=\"logo\"\r\nContent-Type: image/png"));
    assert!(seen.text().contains("ECHO png 7x7"));

    // Nobody gets to see by a back end what is shut to them.
    let shut = Upload { access: Change::Set(Access::Private), ..upload_to("/logo.png") };
    app.upload(shut, Picture::png(8, 8).bytes()).await.unwrap();
    let refused = get(&app, anonymous(&app), vec![one], "png").await.unwrap_err();
    assert!(matches!(refused, Error::Denied), "{refused}");
}

#[tokio::test]
async fn failures_are_told_apart() {
    let service = Service::start(|_, number| match number {
        0 => Reply::status(500),
        1 => Reply::status(422),
        2 => Reply::new("text/html", "<p>"),
        3 => Reply::new("image/png", "no picture"),
        _ => Reply::new("image/png", Picture::png(6, 4).bytes()),
    })
    .await;
    let app = app(&service).await;
    app.add("/cat.jpg", Picture::jpeg(60, 40)).await;
    let ask = || get(&app, anonymous(&app), vec![stage("png", json!({}))], "png");
    assert!(matches!(ask().await, Err(Error::Unavailable(_))));
    for expected in [
        "`erase.bg`: the back end answered 422 Unprocessable Entity",
        "`erase.bg`: the back end answered with neither an image nor JSON",
        "`erase.bg`: the back end's picture: ",
    ] {
        let error = ask().await.unwrap_err();
        assert!(matches!(&error, Error::Invalid(why) if why.starts_with(expected)), "{error}");
    }
    // No failure is kept.
    assert!(ask().await.unwrap().starts_with("ECHO png 6x4"));

    let mut one = stage("png", json!({"x": 1}));
    one.operation.needs_credentials = true;
    let refused = get(&app, anonymous(&app), vec![one], "png").await.unwrap_err();
    assert_eq!(refused.to_string(), "`erase.bg`: it needs credentials, and none are stored");
}

#[tokio::test]
async fn shut_pictures_are_sent_nowhere() {
    let service = made(Picture::png(60, 40)).await;
    let app = app(&service).await;
    let shut = Upload { access: Change::Set(Access::Private), ..upload_to("/cat.jpg") };
    app.upload(shut, Picture::jpeg(60, 40).bytes()).await.unwrap();
    let refused = get(&app, anonymous(&app), vec![stage("png", json!({}))], "png").await;
    assert!(matches!(refused, Err(Error::Denied)));
    assert!(service.seen().is_empty());
    let signed = Actor::signed(app.tenant);
    assert!(get(&app, signed, vec![stage("png", json!({}))], "png").await.is_ok());
}

#[tokio::test]
async fn operations_have_back_ends_of_their_own_or_of_a_plug_in_or_of_an_extension() {
    let of = |name: &str, like| Operation {
        name: name.to_owned(),
        plugin: name.split('.').next().unwrap().to_owned(),
        like,
        needs_credentials: false,
        options: Map::new(),
        files: Vec::new(),
    };
    let app = with(|config| {
        let url = || "http://127.0.0.1:9/".to_owned();
        // As the environment writes it.
        config.extensions.operations =
            BTreeMap::from([("awsrek".to_owned(), url()), ("qr.scan".to_owned(), url())]);
        config.extensions.remove_bg.url = url();
    })
    .await;
    let like = Some(ExtensionKind::RemoveBackground);
    for (operation, expected) in [
        (of("awsRek.moderation", None), true),
        (of("qr.scan", None), true),
        (of("qr.generate", None), false),
        (of("erase.bg", like), true),
        (of("erase.bg", None), false),
    ] {
        assert_eq!(app.library.runs(&operation), expected, "{}", operation.name);
    }
}

/// Waits until it is over. Bounded, so that what never comes is a failure.
async fn ended(app: &App, prediction: &Prediction) -> Prediction {
    for _ in 0..2000 {
        let seen = app.library.prediction(app.owner(), prediction.id).await.unwrap();
        if seen.outcome.is_some() {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it never ended");
}

async fn predict(app: &App, picture: Vec<u8>, callback: Option<String>) -> Result<Prediction> {
    let mut spool = app.library.spool()?;
    spool.write(picture.into()).await?;
    let bytes = spool.finish().await?;
    let shown = json!({"image": "a.jpg"});
    app.library.predict(app.owner(), operation(json!({})), bytes, shown, callback).await
}

#[tokio::test]
async fn a_prediction_is_made_in_the_background_and_told() {
    let service = Service::start(|seen, _| match seen.path.as_str() {
        "/told" => Reply::status(204),
        _ => Reply::new("image/png", Picture::png(60, 40).alpha().bytes()),
    })
    .await;
    let app = with(|config| {
        config.extensions.operations = BTreeMap::from([("erase".to_owned(), service.url("/"))]);
        config.fetch.allow_private = true;
    })
    .await;
    app.library.tell_predictions_with(Box::new(|prediction, owner| {
        format!("{} {} {:?}", owner.name, prediction.new.operation, prediction.outcome.is_some())
    }));
    let picture = Picture::jpeg(60, 40).bytes();
    let begun = predict(&app, picture, Some(service.url("/told"))).await.unwrap();
    assert_eq!(begun.new.request["shown"], json!({"image": "a.jpg"}));
    let over = ended(&app, &begun).await;
    let answer = over.outcome.unwrap().unwrap();
    assert_eq!(answer.picture.unwrap().mime, "image/png");
    let delivery = app.library.predicted(app.tenant, begun.id).await.unwrap();
    assert_eq!(delivery.mime, "image/png");
    assert_eq!(read(delivery).await.unwrap(), Picture::png(60, 40).alpha().bytes());
    assert_eq!(service.wait_for(2).await[1].text(), "demo erase.bg true");
}

#[tokio::test]
async fn a_prediction_that_fails_says_why() {
    let service = Service::start(|_, _| Reply::status(422)).await;
    let app = app(&service).await;
    let begun = predict(&app, Picture::jpeg(60, 40).bytes(), None).await.unwrap();
    let why = ended(&app, &begun).await.outcome.unwrap().unwrap_err();
    assert_eq!(why, "`erase.bg`: the back end answered 422 Unprocessable Entity");
    assert!(matches!(app.library.predicted(app.tenant, begun.id).await, Err(Error::NotFound(_))));
    let refused = predict(&app, b"no picture".to_vec(), None).await.unwrap_err();
    assert!(matches!(refused, Error::NotAnImage(_)), "{refused}");
    let stranger = Actor::full(app.library.ensure_tenant("other").await.unwrap());
    let missing = app.library.prediction(stranger, begun.id).await;
    assert!(matches!(missing, Err(Error::NotFound(_))));
}
