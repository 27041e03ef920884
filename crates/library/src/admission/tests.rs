use super::*;
use crate::RenderConfig;

const LIGHT: Cost = Cost { pixels: 1_000, memory: 1_000 };
const HEAVY: Cost = Cost { pixels: 100_000_000, memory: 1_000 };

fn admission(render: RenderConfig) -> Arc<Admission> {
    Arc::new(Admission::new(&Config { render, ..Config::default() }))
}

/// Work that ends when the other side of the channel says so, or when it is cancelled.
fn held(
    until: std::sync::mpsc::Receiver<()>,
) -> impl FnOnce(Arc<AtomicBool>) -> Result<&'static str> + Send {
    move |cancelled| {
        loop {
            if until.recv_timeout(Duration::from_millis(1)).is_ok() {
                return Ok("done");
            }
            if cancelled.load(Ordering::Relaxed) {
                return Err(EngineError::Cancelled.into());
            }
        }
    }
}

#[tokio::test]
async fn heavy_work_leaves_a_worker_for_light_work() {
    let admission = admission(RenderConfig { workers: 2, ..RenderConfig::default() });
    let mut held_back = Vec::new();
    let mut running = Vec::new();
    for _ in 0..5 {
        let (sender, receiver) = std::sync::mpsc::channel();
        held_back.push(sender);
        let admission = Arc::clone(&admission);
        running.push(tokio::spawn(async move { admission.run(HEAVY, held(receiver)).await }));
    }
    tokio::task::yield_now().await;
    assert_eq!(admission.run(LIGHT, |_| Ok("light")).await.unwrap(), "light");
    for sender in held_back {
        sender.send(()).unwrap();
    }
    for task in running {
        assert_eq!(task.await.unwrap().unwrap(), "done");
    }
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let admission =
        admission(RenderConfig { workers: 1, light_queue: 1, ..RenderConfig::default() });
    let (sender, receiver) = std::sync::mpsc::channel();
    let (inside_sender, inside) = tokio::sync::oneshot::channel();
    let first = {
        let admission = Arc::clone(&admission);
        tokio::spawn(async move {
            admission
                .run(LIGHT, move |cancelled| {
                    inside_sender.send(()).ok();
                    held(receiver)(cancelled)
                })
                .await
        })
    };
    inside.await.unwrap();
    let second = {
        let admission = Arc::clone(&admission);
        tokio::spawn(async move { admission.run(LIGHT, |_| Ok("second")).await })
    };
    while admission.light_waiting.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    let third = admission.run(LIGHT, |_| Ok("third")).await;
    assert!(matches!(third, Err(Error::Busy { .. })), "{third:?}");
    sender.send(()).unwrap();
    assert_eq!(first.await.unwrap().unwrap(), "done");
    assert_eq!(second.await.unwrap().unwrap(), "second");
}

#[tokio::test]
async fn waiting_too_long_is_busy_and_running_too_long_is_cancelled() {
    let admission = admission(RenderConfig {
        workers: 1,
        max_wait_ms: 20,
        max_run_ms: 200,
        ..RenderConfig::default()
    });
    let (_sender, receiver) = std::sync::mpsc::channel();
    let first = {
        let admission = Arc::clone(&admission);
        tokio::spawn(async move { admission.run(LIGHT, held(receiver)).await })
    };
    while admission.workers.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    let second = admission.run(LIGHT, |_| Ok("second")).await;
    assert!(matches!(second, Err(Error::Busy { .. })), "{second:?}");
    let first = first.await.unwrap();
    assert!(matches!(first, Err(Error::TooLarge(_))), "{first:?}");
    assert_eq!(admission.workers.available_permits(), 1, "the worker is free again");
}

#[tokio::test]
async fn a_client_that_goes_away_frees_its_worker() {
    let admission = admission(RenderConfig { workers: 1, ..RenderConfig::default() });
    let (_sender, receiver) = std::sync::mpsc::channel();
    let abandoned = {
        let admission = Arc::clone(&admission);
        tokio::spawn(async move { admission.run(LIGHT, held(receiver)).await })
    };
    while admission.workers.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    abandoned.abort();
    assert_eq!(admission.run(LIGHT, |_| Ok("next")).await.unwrap(), "next");
}

#[tokio::test]
async fn more_memory_than_there_is_is_refused() {
    let admission = admission(RenderConfig::default());
    let cost = Cost { pixels: 1, memory: 513 << 20 };
    let refused = admission.run(cost, |_| Ok(())).await;
    assert!(matches!(&refused, Err(Error::TooLarge(why)) if why.contains("513 MB")), "{refused:?}");
}

#[tokio::test]
async fn a_panic_in_a_render_is_an_error_of_that_request() {
    let admission = admission(RenderConfig::default());
    let result = admission.run(LIGHT, |_| -> Result<()> { panic!("a codec bug") }).await;
    assert!(matches!(result, Err(Error::NotAnImage(_))), "{result:?}");
    assert_eq!(admission.run(LIGHT, |_| Ok(1)).await.unwrap(), 1);
}
