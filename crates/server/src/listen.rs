//! Connections: accepting them, bounding them, ending them.

use std::{convert::Infallible, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use wire::peer::Peer;

use crate::{app::App, config::Server};

/// A request's head may have this many bytes; beyond it the answer is 431.
const HEAD_BYTES: usize = 64 << 10;
/// And this many fields.
const HEAD_FIELDS: usize = 100;

/// Binds the address, with a sentence that helps when it is taken.
pub(crate) async fn bind(address: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "{address} is in use by another program; choose another address with --listen"
        ),
        _ => anyhow::anyhow!("cannot listen on {address}: {error}"),
    })
}

/// Serves until `stop` resolves, then lets running requests end within the deadline.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    server: &Server,
    stop: impl Future<Output = ()>,
) -> Result<()> {
    let places = Arc::new(Semaphore::new(server.max_connections));
    let connections = GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(server.header_timeout_ms))
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEAD_FIELDS);

    tokio::pin!(stop);
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place.context("the server is closing")?,
            () = &mut stop => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok((stream, address)) => (stream, Peer(address.ip())),
            Err(error) => {
                // Out of file descriptors, or the client is gone already: neither ends the server.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        set_up(&stream);
        let app = Arc::clone(&app);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let app = Arc::clone(&app);
            async move { Ok::<_, Infallible>(app.answer(request, peer).await) }
        });
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            // A client that hangs up, or sends what is no HTTP, is none of our errors.
            if let Err(error) = connection.await {
                tracing::trace!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    let deadline = Duration::from_millis(server.shutdown_ms);
    if tokio::time::timeout(deadline, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end within {} s", deadline.as_secs());
    }
    Ok(())
}

fn set_up(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::trace!(%error, "a socket cannot be set up");
    }
}
