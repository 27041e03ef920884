//! Vector graphics.

use testkit::Picture;

use crate::server::Server;

// The echo engine knows no SVG text, so what it calls one is a line of its own; the cleaning itself is tested beside
// its code, and from outside by the tests with the built binary.
#[tokio::test]
async fn what_cannot_be_cleaned_is_refused() {
    let server = Server::start().await;
    server.app.add("/logo.svg", Picture::new(plan::Format::Svg, 10, 10)).await;
    let plain = server.get("/demo/logo.svg").await;
    assert_eq!(plain.header("content-type"), "image/svg+xml");
    assert!(plain.header("content-security-policy").contains("default-src 'none'"), "{plain:?}");
    let refused = server.get("/demo/logo.svg?ik-sanitizeSvg=true").await;
    insta::assert_snapshot!(refused.refusal(), @"400 | UNIDENTIFIED - this SVG cannot be cleaned: it is larger than 10 MB, no valid XML, or declares entities | this SVG cannot be cleaned: it is larger than 10 MB, no valid XML, or declares entities");
    server.app.add("/cat.jpg", Picture::jpeg(1, 1)).await;
    assert_eq!(server.get("/demo/cat.jpg?ik-sanitizeSvg=true").await.text(), "jpeg");
    assert_eq!(server.get("/demo/tr:f-png/logo.svg?ik-sanitizeSvg=true").await.text(), "png");
}
