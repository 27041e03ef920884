//! A small HTTP server on loopback, for files to be fetched from.

use std::{
    io::Write,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use flate2::{Compression, write::GzEncoder};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(answer(stream));
            }
        });
        Self { address, requests, accepting }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// One answer, then the end of the connection.
async fn answer(mut stream: TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
        // No method begins like that, but TLS does.
        if head[0] == 0x16 {
            return;
        }
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap_or_default();
    let redirect = |target: &str| full("302 Found", &format!("Location: {target}\r\n"), b"");
    let bytes = match path.split_once('?').unwrap_or((path, "")) {
        ("/file", _) => full("200 OK", "", b"the file"),
        ("/empty", _) => full("200 OK", "", b""),
        ("/nothing", _) => b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
        ("/missing", _) => full("404 Not Found", "", b"no such file"),
        ("/to", target) => redirect(target),
        ("/loop", _) => redirect("/loop"),
        ("/hops", "0") => redirect("/file"),
        ("/hops", more) => redirect(&format!("/hops?{}", more.parse::<u32>().unwrap() - 1)),
        ("/lost", _) => full("302 Found", "", b""),
        ("/announced", _) => b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\nx".to_vec(),
        ("/short", _) => b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nx".to_vec(),
        ("/endless", _) => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
            return;
        }
        ("/drip", _) => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while stream.write_all(b"x").await.is_ok() {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            return;
        }
        ("/silent", _) => {
            // Until the other side goes away.
            let _ = stream.read_u8().await;
            return;
        }
        ("/bomb", _) => full("200 OK", "Content-Encoding: gzip\r\n", &gzipped(8 << 20)),
        ("/gzip", _) => full("200 OK", "Content-Encoding: gzip\r\n", &gzipped(1000)),
        _ => return,
    };
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

fn full(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend_from_slice(body);
    answer
}

fn gzipped(zeros: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; zeros]).unwrap();
    encoder.finish().unwrap()
}
