//! What the bytes of a file tell: by its id, and by a URL of ours.

use http::Method;
use plan::Format;
use testkit::Picture;

use crate::server::{PUBLIC_URL, Server};

async fn of_url(server: &Server, url: &str) -> crate::server::Answer {
    let url: String = url.bytes().map(|byte| format!("%{byte:02X}")).collect();
    server.api(Method::GET, &format!("/v1/metadata?url={url}"), "").await
}

#[tokio::test]
async fn pictures_have_every_key() {
    let server = Server::start().await;
    let file = server.app.add("/a/cat.png", Picture::png(600, 400).alpha().orientation(6)).await;
    let answer = server.api(Method::GET, &format!("/v1/files/{}/metadata/", file.id), "").await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "density": 72,
      "exif": {},
      "format": "png",
      "hasColorProfile": false,
      "hasTransparency": true,
      "height": 400,
      "pHash": "0123456789abcdef",
      "quality": 0,
      "size": 54,
      "width": 600
    }
    "#);
}

#[tokio::test]
async fn other_files_have_size_and_format() {
    let server = Server::start().await;
    let file = server.app.add_bytes("/paper.TXT", "hello").await;
    let answer = server.api(Method::GET, &format!("/v1/files/{}/metadata", file.id), "").await;
    assert_eq!((answer.status.as_u16(), answer.text()), (200, r#"{"size":5,"format":"txt"}"#));
}

#[tokio::test]
async fn unknown_files_are_404() {
    let server = Server::start().await;
    for id in ["64b0c0ffee64b0c0ffee64b0", "nonsense", "%00", "%2e%2e"] {
        let answer = server.api(Method::GET, &format!("/v1/files/{id}/metadata"), "").await;
        assert_eq!(answer.fault(), "404 The requested file does not exist.", "{id}");
    }
}

#[tokio::test]
async fn the_url_of_a_file_stands_for_it() {
    let server = Server::start().await;
    let file = server.app.add("/a/b c.gif", Picture::new(Format::Gif, 20, 10)).await;
    let expected = server.api(Method::GET, &format!("/v1/files/{}/metadata", file.id), "").await;
    for below in [
        "/demo/a/b%20c.gif",
        "/demo/a/b c.gif",
        "/demo/tr:w-5/a/b%20c.gif",
        "/demo/a/b%20c.gif?tr=w-5&v=1",
        "/demo/a/b%20c.gif?ik-t=1&ik-s=0",
        "/demo/a/ik-seo/b%20c/words.gif",
        "/demo/a/b%20c.gif#part",
        "/%64emo/a/b%20c.gif",
    ] {
        let answer = of_url(&server, &format!("{PUBLIC_URL}/imagekit{below}")).await;
        assert_eq!((answer.status, answer.text()), (expected.status, expected.text()), "{below}");
    }
}

#[tokio::test]
async fn the_url_of_a_past_version_stands_for_that() {
    let server = Server::start().await;
    let first = server.app.add("/a.png", Picture::png(10, 10)).await;
    server.app.add("/a.png", Picture::png(20, 10)).await;
    let url = format!("{PUBLIC_URL}/imagekit/demo/a.png");
    assert_eq!(of_url(&server, &url).await.json()["width"], 20);
    let past = of_url(&server, &format!("{url}?ik-obj-version={}", first.current.id)).await;
    assert_eq!(past.json()["width"], 10);
    for version in ["nonsense", "64b0c0ffee64b0c0ffee64b0", ""] {
        let answer = of_url(&server, &format!("{url}?ik-obj-version={version}")).await;
        assert_eq!(answer.status, 404, "{version}");
    }
}

#[tokio::test]
async fn urls_that_lead_elsewhere_are_refused() {
    let server = Server::start().await;
    server.app.add("/a.jpg", Picture::jpeg(20, 10)).await;
    let cases = [
        (
            "https://elsewhere.example.com/imagekit/demo/a.jpg",
            "400 `url` expects a URL below `https://images.example.com/imagekit/`, found one below `https://elsewhere.example.com`.",
        ),
        (
            "https://images.example.com.evil.example/imagekit/demo/a.jpg",
            "400 `url` expects a URL below `https://images.example.com/imagekit/`, found one below `https://images.example.com.evil.example`.",
        ),
        (
            "https://images.example.com/imagekit",
            "400 `url` expects a URL below `https://images.example.com/imagekit/`, found one below `https://images.example.com`.",
        ),
        (
            "file:///secret",
            "400 `url` expects a URL below `https://images.example.com/imagekit/`, found one below `file://`.",
        ),
        (
            "a.jpg",
            "400 `url` expects a URL below `https://images.example.com/imagekit/`, found one below `a.jpg`.",
        ),
        (
            "https://images.example.com/imagekit/demo/b.jpg",
            "404 The requested file does not exist.",
        ),
        (
            "https://images.example.com/imagekit/demo/b.jpg?tr=di-a.jpg",
            "404 The requested file does not exist.",
        ),
        ("https://images.example.com/imagekit/demo/", "404 The requested file does not exist."),
        (
            "https://images.example.com/imagekit/other/a.jpg",
            "404 The requested file does not exist.",
        ),
        (
            "https://images.example.com/imagekit/demo/../a.jpg",
            "404 The requested file does not exist.",
        ),
    ];
    for (url, expected) in cases {
        assert_eq!(of_url(&server, url).await.fault(), expected, "{url}");
    }
    for (query, expected) in [
        ("", "400 `url` is missing: it expects the URL of a file."),
        ("?url=", "400 `url` is missing: it expects the URL of a file."),
        ("?URL=x", "400 `url` is missing: it expects the URL of a file."),
        ("?url=a&url=b", "400 `url` is given twice."),
    ] {
        let answer = server.api(Method::GET, &format!("/v1/metadata{query}"), "").await;
        assert_eq!(answer.fault(), expected, "{query}");
    }
}

#[tokio::test]
async fn a_key_is_needed() {
    let server = Server::start().await;
    let file = server.app.add("/a.jpg", Picture::jpeg(20, 10)).await;
    for path in [format!("/v1/files/{}/metadata", file.id), "/v1/metadata?url=x".to_owned()] {
        assert_eq!(server.get(&path).await.status, 401, "{path}");
    }
}
