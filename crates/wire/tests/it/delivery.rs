//! `respond` on real deliveries.

use http::{Method, StatusCode};
use library::{Access, Change, Upload};
use testkit::{Picture, upload_to};

use crate::site::{Answer, Site};

const CHROME: (&str, &str) = ("accept", "image/avif,image/webp,*/*;q=0.8");

#[tokio::test]
async fn a_rendering_comes_with_its_head() {
    let site = site().await;
    let answer = site.get("/resize(300x)/cat.jpg", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.text(), "resize(300x)|jpeg");
    assert_eq!(answer.header("content-length"), "17");
    assert_eq!(answer.header("content-type"), "image/jpeg");
    assert_eq!(answer.header("cache-control"), "public, max-age=60");
    assert_eq!(answer.header("vary"), "Accept");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("timing-allow-origin"), "*");
    assert!(answer.header("last-modified").ends_with(" GMT"), "{answer:?}");
    let etag = answer.header("etag");
    assert!(etag.len() == 34 && etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    assert_eq!(answer.header("accept-ranges"), "");
}

#[tokio::test]
async fn only_what_was_negotiated_varies() {
    let site = site().await;
    let answer = site.get("/resize(300x)/cat.jpg", &[("accept", "image/webp")]).await;
    assert_eq!((answer.header("content-type"), answer.header("vary")), ("image/webp", "Accept"));
    let answer = site.get("/png/cat.jpg", &[CHROME]).await;
    assert_eq!((answer.header("content-type"), answer.header("vary")), ("image/png", ""));
    let answer = site.get("/original/cat.jpg", &[CHROME]).await;
    assert_eq!((answer.header("content-type"), answer.header("vary")), ("image/jpeg", ""));
}

#[tokio::test]
async fn what_the_client_has_is_not_rendered() {
    let site = site().await;
    let answer = site.get("/resize(300x)/cat.jpg", &[("if-none-match", "*")]).await;
    assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
    assert_eq!(site.app.echo.renders(), 0);

    let etag = answer.header("etag").to_owned();
    for path in ["/resize(300x)/cat.jpg", "/resize(300x)/cat.jpg?signed"] {
        let list = format!("\"x\", W/{etag}");
        let answer = site.get(path, &[("if-none-match", &list)]).await;
        assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
        assert_eq!(answer.header("etag"), etag);
    }
    assert_eq!(site.app.echo.renders(), 0);
    let answer = site.get("/resize(300x)/cat.jpg", &[("if-none-match", "\"x\"")]).await;
    assert_eq!((answer.status, answer.header("etag")), (StatusCode::OK, etag.as_str()));
    assert_eq!(site.app.echo.renders(), 1);
}

#[tokio::test]
async fn a_304_repeats_what_the_200_said_and_has_no_length() {
    let site = site().await;
    let whole = site.get("/resize(300x)/cat.jpg", &[]).await;
    let answer =
        site.get("/resize(300x)/cat.jpg", &[("if-none-match", whole.header("etag"))]).await;
    assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
    assert_eq!(answer.body, b"");
    for name in ["etag", "last-modified", "cache-control", "vary", "access-control-allow-origin"] {
        assert_eq!(answer.header(name), whole.header(name), "{name}");
    }
    for name in ["content-length", "content-type"] {
        assert_eq!(answer.header(name), "", "{name}");
    }
    // The same before anything is known of the asset's answers.
    let cold = self::site().await.get("/resize(300x)/cat.jpg", &[("if-none-match", "*")]).await;
    assert_eq!((cold.status, cold.header("content-length")), (StatusCode::NOT_MODIFIED, ""));
}

#[tokio::test]
async fn dates_count_where_there_is_no_tag() {
    let site = site().await;
    let modified = site.get("/original/cat.jpg", &[]).await.header("last-modified").to_owned();
    let status =
        async |headers: &[(&str, &str)]| site.get("/original/cat.jpg?x", headers).await.status;
    assert_eq!(status(&[("if-modified-since", &modified)]).await, 304);
    assert_eq!(status(&[("if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT")]).await, 200);
    assert_eq!(status(&[("if-modified-since", "soon")]).await, 200);
    assert_eq!(status(&[("if-modified-since", &modified), ("if-none-match", "\"x\"")]).await, 200);
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let site = site().await;
    for path in ["/resize(300x)/cat.jpg", "/original/cat.jpg", "/original/large.bin"] {
        let head = site.ask(Method::HEAD, path, &[]).await;
        let get = site.ask(Method::GET, &format!("{path}?again"), &[]).await;
        assert_eq!((head.status, &head.headers), (get.status, &get.headers), "{path}");
        assert_eq!(head.header("content-length"), get.body.len().to_string(), "{path}");
        assert_eq!(head.body, b"", "{path}");
    }
    let head = site.ask(Method::HEAD, "/original/cat.jpg", &[("if-none-match", "*")]).await;
    assert_eq!(head.status, StatusCode::NOT_MODIFIED);
    let head = site.ask(Method::HEAD, "/original/cat.jpg", &[("range", "bytes=0-1")]).await;
    assert_eq!(head.status, StatusCode::OK);
}

#[tokio::test]
async fn stored_bytes_come_in_parts() {
    let site = site().await;
    for (path, length) in [
        ("/original/cat.jpg", Picture::jpeg(600, 400).bytes().len()),
        ("/original/large.bin", 300_000),
    ] {
        let whole = site.get(path, &[]).await;
        assert_eq!(whole.body.len(), length);
        assert_eq!(whole.header("accept-ranges"), "bytes");
        for (range, from, to) in [
            ("bytes=0-0", 0, 1),
            ("bytes=3-5", 3, 6),
            ("bytes=7-", 7, length),
            ("bytes=-4", length - 4, length),
            ("bytes=0-99999999999999999999", 0, length),
        ] {
            let part = site.get(path, &[("range", range)]).await;
            assert_eq!(part.status, StatusCode::PARTIAL_CONTENT, "{path} {range}");
            assert_eq!(part.body, whole.body[from..to], "{path} {range}");
            assert_eq!(part.header("content-length"), (to - from).to_string());
            assert_eq!(part.header("content-range"), format!("bytes {from}-{}/{length}", to - 1));
            for name in ["etag", "last-modified", "cache-control", "content-type"] {
                assert_eq!(part.header(name), whole.header(name), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn an_impossible_range_names_the_length() {
    let site = site().await;
    for range in ["bytes=300000-", "bytes=999999999999999999999-", "bytes=-0"] {
        let answer = site.get("/original/large.bin", &[("range", range)]).await;
        assert_eq!(answer.status, StatusCode::RANGE_NOT_SATISFIABLE, "{range}");
        assert_eq!(answer.header("content-range"), "bytes */300000");
        assert_eq!(answer.header("content-length"), "0");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("etag"), "");
        assert_eq!(answer.body, b"");
    }
}

#[tokio::test]
async fn other_ranges_get_the_whole_once() {
    let site = site().await;
    let etag = site.get("/original/large.bin", &[]).await.header("etag").to_owned();
    let whole = async |headers: &[(&str, &str)]| {
        let answer = site.get("/original/large.bin", headers).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 300_000), "{headers:?}");
        assert_eq!(answer.header("content-range"), "");
    };
    whole(&[("range", "bytes=0-1,3-4")]).await;
    whole(&[("range", &format!("bytes={}", ["0-"; 1000].join(",")))]).await;
    whole(&[("range", "bytes=5-3")]).await;
    whole(&[("range", "bytes=a-b")]).await;
    whole(&[("range", "bytes=0-1"), ("if-range", "\"other\"")]).await;
    whole(&[("range", "bytes=0-1"), ("if-range", &format!("W/{etag}"))]).await;
    let same = [("range", "bytes=0-1"), ("if-range", etag.as_str())];
    assert_eq!(site.get("/original/large.bin", &same).await.status, StatusCode::PARTIAL_CONTENT);
    // A rendering is not there in parts.
    let answer = site.get("/resize(300x)/cat.jpg", &[("range", "bytes=0-1")]).await;
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, "resize(300x)|jpeg"));
}

#[tokio::test]
async fn private_answers_are_kept_by_nobody() {
    let site = site().await;
    let upload = Upload { access: Change::Set(Access::Private), ..upload_to("/secret.jpg") };
    site.app.upload(upload, Picture::jpeg(60, 40).bytes()).await.unwrap();
    assert_eq!(site.get("/resize(30x)/secret.jpg", &[]).await.status, StatusCode::BAD_REQUEST);
    let answer = site.get("/resize(30x)/secret.jpg?signed", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    assert!(site.hot.is_empty());
    let unsigned = site.get("/resize(30x)/secret.jpg", &[("if-none-match", "*")]).await;
    assert_eq!(unsigned.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn downloads_have_one_name() {
    let site = site().await;
    let name = async |query: &str| {
        let answer = site.get(&format!("/original/cat.jpg?as={query}"), &[]).await;
        answer.header("content-disposition").to_owned()
    };
    assert_eq!(name("x.jpg").await, "attachment; filename=\"x.jpg\"");
    assert_eq!(site.get("/original/cat.jpg", &[]).await.header("content-disposition"), "");
}

#[tokio::test]
async fn active_types_cannot_act() {
    let site = site().await;
    site.app.add_bytes("/a.html", "<!doctype html><script>alert(1)</script>").await;
    let answer = site.get("/original/a.html", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("content-type"), "text/html");
    assert_eq!(answer.header("content-security-policy"), "sandbox");

    site.app.add("/a.svg", Picture::new(plan::Format::Svg, 10, 10)).await;
    let answer = site.get("/auto/a.svg", &[]).await;
    assert_eq!(answer.header("content-type"), "image/svg+xml");
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    );
    let answer = site.get("/png/a.svg", &[]).await;
    assert_eq!(
        (answer.header("content-type"), answer.header("content-security-policy")),
        ("image/png", "")
    );
}

#[tokio::test]
async fn hostile_headers_do_no_harm() {
    let site = site().await;
    let plain = site.get("/original/large.bin", &[]).await;
    for value in ["", ",", "\"", "W/", "*,*", "bytes=", "%00", "\u{fe}\u{ff}", &"9".repeat(8000)] {
        for name in ["if-none-match", "if-modified-since", "if-range", "range", "accept"] {
            let answer: Answer = site.get("/original/large.bin", &[(name, value)]).await;
            assert_eq!(answer, plain, "{name}: {value:.20}");
        }
    }
}

/// With a picture and a file that is too large to be read at once.
async fn site() -> Site {
    let site = Site::new().await;
    site.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let large: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    site.app.add_bytes("/large.bin", large).await;
    site
}
