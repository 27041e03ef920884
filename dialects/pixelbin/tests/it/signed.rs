//! Signed URLs and private files.

use library::{Access, Change};
use testkit::{Picture, upload_to};
use wire::sign::hmac_sha256_hex;

use crate::server::{SECRET, Server};

async fn server() -> Server {
    let server = Server::start().await;
    server.app.add("/open.png", Picture::png(600, 400)).await;
    let mut upload = upload_to("/vault.png");
    upload.access = Change::Set(Access::Private);
    server.app.upload(upload, Picture::png(60, 40).bytes()).await.unwrap();
    server
}

/// As Python's `sign_url` does it; `expiry` in Unix seconds.
async fn signed(server: &Server, path: &str, query: &str, expiry: &str) -> String {
    let info = server.api(http::Method::GET, "/service/platform/organization/v1.0/apps/info", "");
    let token = info.await.json()["app"]["accessKey"].as_str().unwrap().to_owned();
    let signed = path.trim_start_matches('/');
    let pbs = hmac_sha256_hex(SECRET.as_bytes(), &[signed.as_bytes(), expiry.as_bytes()]);
    format!("{path}?{query}pbs={pbs}&pbe={expiry}&pbt={token}")
}

const LATER: &str = "9999999999";

#[tokio::test]
async fn private_files_need_a_signature() {
    let server = server().await;
    for path in ["/v2/demo/original/vault.png", "/pixelbin/v2/demo/t.flip()/vault.png"] {
        assert_eq!(server.get(path).await.fault(), "401 This file needs a signed URL", "{path}");
        for header in [("if-none-match", "*"), ("range", "bytes=0-1")] {
            assert_eq!(server.get_with(path, &[header]).await.status, 401, "{path}");
        }
        let url = signed(&server, path, "", LATER).await;
        let answer = server.get(&url).await;
        assert_eq!(answer.status, 200, "{url}: {answer:?}");
        assert_eq!(answer.header("cache-control"), "private, no-store");
        let more = signed(&server, path, "dpr=2&", LATER).await;
        assert_eq!(server.get(&more).await.status, 200, "{more}");
        assert_eq!(server.get(path).await.status, 401, "still");
    }
}

#[tokio::test]
async fn a_signature_that_is_there_must_be_valid() {
    const WRONG: &str = "401 The signature is not valid, or has expired";
    let server = server().await;
    let path = "/v2/demo/original/open.png";
    let url = signed(&server, path, "", LATER).await;
    let answer = server.get(&url).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("cache-control")),
        (200, "private, no-store")
    );
    assert_eq!(server.get(&url.replace("original", "t.flip()")).await.fault(), WRONG);
    assert_eq!(server.get(&url.replace("open.png", "vault.png")).await.fault(), WRONG);
    assert_eq!(server.get(&url.replace("pbe=9", "pbe=8")).await.fault(), WRONG);
    for part in ["pbs", "pbe", "pbt"] {
        let without = url.replace(part, "x");
        assert_eq!(server.get(&without).await.fault(), WRONG, "{without}");
        assert_eq!(server.get(&format!("{path}?{part}=1")).await.fault(), WRONG, "{part}");
    }
    let expired = signed(&server, path, "", "1600000000").await;
    assert_eq!(server.get(&expired).await.fault(), WRONG);
}

#[tokio::test]
async fn private_layers_need_the_url_s_signature() {
    let server = server().await;
    // "vault.png"
    let path = "/v2/demo/t.merge(i:dmF1bHQucG5n)/open.png";
    assert_eq!(server.get(path).await.fault(), "401 This file needs a signed URL");
    let url = signed(&server, path, "", LATER).await;
    let answer = server.get(&url).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("cache-control")),
        (200, "private, no-store")
    );
}
