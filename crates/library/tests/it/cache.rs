//! What is spared.

use std::{sync::Arc, time::Duration};

use library::Error;
use testkit::{EchoEngine, Picture, app, builder};

use crate::{
    ask::{get, original, read, rendering},
    gate::Gate,
};

#[tokio::test]
async fn a_cached_delivery_executes_no_sql_and_no_render() {
    let app = app().await;
    app.add("/a.jpg", Picture::jpeg(600, 400)).await;
    let request = || rendering("/a.jpg", "resize(300x)|auto");
    let first = get(&app.library, app.owner(), request()).await.unwrap();
    let before = app.library.statements();
    assert!(before > 0);
    for _ in 0..10 {
        assert_eq!(get(&app.library, app.owner(), request()).await.unwrap(), first);
        // Originals and refusals neither.
        get(&app.library, library::Actor::anonymous(app.tenant), original("/a.jpg")).await.unwrap();
    }
    assert_eq!(app.library.statements(), before);
    assert_eq!(app.echo.renders(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_fifty_six_at_once_render_once() {
    let app = app().await;
    app.add("/a.jpg", Picture::jpeg(600, 400)).await;
    let tasks: Vec<_> = (0..256)
        .map(|_| {
            let (library, owner) = (app.library.clone(), app.owner());
            tokio::spawn(async move {
                get(&library, owner, rendering("/a.jpg", "resize(300x)|auto")).await.unwrap()
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), b"resize(300x)|jpeg");
    }
    assert_eq!(app.echo.renders(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_is_busy_and_waiting_for_the_same_takes_no_place() {
    let gate = Arc::new(Gate::default());
    let app = builder()
        .engine(Arc::clone(&gate) as Arc<_>)
        .config(|config| {
            config.render.workers = 1;
            config.render.light_queue = 1;
            // Only the gate decides, however slow the machine.
            config.render.max_wait_ms = 600_000;
            config.render.max_run_ms = 600_000;
        })
        .build()
        .await;
    app.add("/a.jpg", Picture::jpeg(600, 400)).await;
    let render = |width: u32| {
        let (library, owner) = (app.library.clone(), app.owner());
        let plan = format!("resize({width}x)|auto");
        tokio::spawn(async move { get(&library, owner, rendering("/a.jpg", &plan)).await })
    };
    let running = render(10);
    gate.begun(1).await;
    let mut waiting = vec![render(20)];
    // One of these takes the seat if the second one has not come to it yet; all others are refused.
    let mut refused = Ok(Vec::new());
    for width in 100.. {
        let mut asked = render(width);
        let outcome = tokio::time::timeout(Duration::from_millis(20), &mut asked).await;
        if let Ok(outcome) = outcome {
            refused = outcome.unwrap();
            break;
        }
        waiting.push(asked);
    }
    assert!(matches!(refused, Err(Error::Busy { .. })), "{refused:?}");
    waiting.extend((0..20).map(|_| render(10)));
    // A cached answer and a 304 need no place.
    app.library.deliver(app.owner(), rendering("/a.jpg", "resize(40x)|auto")).await.unwrap();
    gate.let_go();
    running.await.unwrap().unwrap();
    for task in waiting {
        match task.await.unwrap() {
            Ok(bytes) => assert!(bytes.starts_with(b"resize(")),
            // The seat may have gone to one of those that were asked to find it taken.
            Err(error) => assert!(matches!(error, Error::Busy { .. }), "{error:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_render_is_not_remembered() {
    let gate = Arc::new(Gate::default());
    let app = builder()
        .engine(Arc::clone(&gate) as Arc<_>)
        .config(|config| config.render.max_run_ms = 50)
        .build()
        .await;
    app.add("/a.jpg", Picture::jpeg(600, 400)).await;
    let request = || rendering("/a.jpg", "resize(10x)|auto");
    let stopped = get(&app.library, app.owner(), request()).await;
    assert!(matches!(stopped, Err(Error::TooLarge(_))), "{stopped:?}");
    gate.let_go();
    assert_eq!(get(&app.library, app.owner(), request()).await.unwrap(), b"resize(10x)|jpeg");
}

#[tokio::test]
async fn a_second_library_on_the_same_data_keeps_its_cache_in_ram() {
    let app = app().await;
    app.add("/a.jpg", Picture::jpeg(600, 400)).await;
    let mut config = app.library.config().clone();
    config.storage.database_url = "sqlite::memory:".into();
    let second = library::Library::open(config, Arc::new(EchoEngine::default())).await.unwrap();
    let tenant = second.ensure_tenant("demo").await.unwrap();
    let missing = second.deliver(library::Actor::full(tenant), original("/a.jpg")).await;
    assert!(matches!(missing, Err(Error::NotFound(_))), "it has a catalog of its own");
    let delivery =
        app.library.deliver(app.owner(), rendering("/a.jpg", "resize(10x)|auto")).await.unwrap();
    read(delivery).await.unwrap();
}
