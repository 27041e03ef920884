//! Files from other servers.

use library::{Error, FetchConfig, Kinds};
use testkit::{App, Reply, Service, builder, upload_to};

use crate::{
    ask::{get, original},
    server::Server,
};

async fn app(change: impl FnOnce(&mut FetchConfig)) -> App {
    builder()
        .config(|config| {
            config.fetch.allow_private = true;
            config.fetch.max_bytes = 1 << 20;
            change(&mut config.fetch);
        })
        .build()
        .await
}

fn temporary_files(app: &App) -> usize {
    std::fs::read_dir(app.library.config().storage.data.join("tmp")).unwrap().count()
}

#[track_caller]
fn check(outcome: library::Result<library::Spooled>, part: &str) {
    match outcome {
        Err(Error::Invalid(why)) => assert!(why.contains(part), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_is_fetched_and_kept() {
    let (server, app) = (Server::start().await, app(|_| ()).await);
    for url in [server.url("/file"), server.url("/to?/file"), server.url("/hops?4")] {
        let spooled = app.library.fetch(&url).await.unwrap();
        assert_eq!(
            (spooled.blob.size, spooled.head.as_slice()),
            (8, b"the file".as_slice()),
            "{url}"
        );
        app.library.upload(app.owner(), upload_to("/fetched.txt"), spooled).await.unwrap();
    }
    assert_eq!(
        get(&app.library, app.owner(), original("/fetched.txt")).await.unwrap(),
        b"the file"
    );
    assert_eq!(app.library.fetch(&server.url("/gzip")).await.unwrap().blob.size, 1000);
}

#[tokio::test]
async fn private_targets_are_shut_unless_opened() {
    let (server, app) = (Server::start().await, testkit::app().await);
    let port = server.url("").rsplit_once(':').unwrap().1.to_owned();
    for host in
        ["127.0.0.1", "localhost", "[::1]", "2130706433", "127.1", "[::ffff:7f00:1]", "0.0.0.0"]
    {
        check(
            app.library.fetch(&format!("http://{host}:{port}/file")).await,
            "not at a public address",
        );
    }
    assert_eq!(server.requests(), 0, "no packet was sent");
}

#[tokio::test]
async fn the_switch_does_not_open_link_local_targets() {
    let app = app(|_| ()).await;
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://[fe80::1]/",
        "http://224.0.0.1/",
    ] {
        check(app.library.fetch(url).await, "not at a public address");
    }
}

#[tokio::test]
async fn redirects_are_followed_so_far_and_checked_like_the_first() {
    let (server, app) = (Server::start().await, app(|_| ()).await);
    check(app.library.fetch(&server.url("/hops?5")).await, "more than 5 redirects");
    check(app.library.fetch(&server.url("/loop")).await, "more than 5 redirects");
    check(app.library.fetch(&server.url("/to?file:///etc/passwd")).await, "only http and https");
    check(app.library.fetch(&server.url("/to?gopher://127.0.0.1/")).await, "only http and https");
    check(
        app.library.fetch(&server.url("/to?http://169.254.169.254/")).await,
        "not at a public address",
    );
    check(app.library.fetch(&server.url("/lost")).await, "leads nowhere");
    assert_eq!(temporary_files(&app), 0);
}

#[tokio::test]
async fn answers_that_are_no_file_are_refused() {
    let (server, app) = (Server::start().await, app(|_| ()).await);
    check(app.library.fetch(&server.url("/missing")).await, "404");
    check(app.library.fetch(&server.url("/nothing")).await, "204");
    check(app.library.fetch(&server.url("/empty")).await, "nothing");
    check(app.library.fetch(&server.url("/reset")).await, "cannot be reached");
    check(app.library.fetch(&server.url("/short")).await, "broke off");
    check(app.library.fetch("http://").await, "no URL");
    check(app.library.fetch("/etc/passwd").await, "no URL");
    assert_eq!(temporary_files(&app), 0);
    assert!(crate::upload::listed(&app, Kinds::Assets).await.is_empty());
}

#[tokio::test]
async fn what_is_too_large_is_dropped_on_the_way() {
    let (server, app) = (Server::start().await, app(|_| ()).await);
    for path in ["/announced", "/endless", "/bomb"] {
        let refused = app.library.fetch(&server.url(path)).await;
        assert!(
            matches!(&refused, Err(Error::TooLarge(why)) if why.contains("1048576")),
            "{path}: {refused:?}"
        );
    }
    assert_eq!(temporary_files(&app), 0);
}

#[tokio::test]
async fn nobody_is_waited_for_longer_than_the_limits_say() {
    let server = Server::start().await;
    let impatient = app(|fetch| fetch.headers_ms = 100).await;
    check(impatient.library.fetch(&server.url("/silent")).await, "did not answer in time");
    let impatient = app(|fetch| fetch.total_ms = 300).await;
    check(impatient.library.fetch(&server.url("/drip")).await, "took longer than 0.3 s");
    assert_eq!(temporary_files(&impatient), 0);
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_an_error_like_any_other() {
    let (server, app) = (Server::start().await, app(|_| ()).await);
    let url = server.url("/file").replace("http:", "https:");
    let refused = app.library.fetch(&url).await;
    // Without certificates on this machine there is no client at all.
    assert!(matches!(refused, Err(Error::Invalid(_) | Error::Unavailable(_))), "{refused:?}");
}

#[tokio::test]
async fn fetching_takes_one_of_the_uploads_in_flight() {
    let server = Server::start().await;
    let app = builder()
        .config(|config| {
            config.fetch.allow_private = true;
            config.limits.uploads_in_flight = 1;
        })
        .build()
        .await;
    let busy = app.library.spool().unwrap();
    let refused = app.library.fetch(&server.url("/file")).await;
    assert!(matches!(refused, Err(Error::Busy { .. })), "{refused:?}");
    assert_eq!(server.requests(), 0);
    drop(busy);
    app.library.fetch(&server.url("/file")).await.unwrap();
}

#[tokio::test]
async fn a_fault_that_passes_is_met_with_one_more_try() {
    let service = Service::start(|seen, before| match (seen.path.as_str(), before) {
        ("/shaky", 1..) => Reply::new("text/plain", "the file"),
        _ => Reply::status(503),
    })
    .await;
    let app = app(|_| ()).await;
    assert_eq!(app.library.fetch(&service.url("/shaky")).await.unwrap().blob.size, 8);
    check(app.library.fetch(&service.url("/down")).await, "503");
    assert_eq!(service.seen().len(), 4);
}
