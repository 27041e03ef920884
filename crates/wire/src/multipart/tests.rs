use axum::body::Body;
use futures_util::{StreamExt, stream};
use http::HeaderValue;
use proptest::prelude::*;

use super::*;

/// What versions 3 and 4 of a vendor's Python client send.
const SDK: &str = "--randomBoundary---------------------";

#[tokio::test]
async fn the_clients_form_is_read() {
    let form = format!(
        "--{SDK}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cat.jpg\"\r\n\r\n\
         \u{0}\r\n--random\r\n------\r\n\r\n--{SDK}\r\n\
         Content-Disposition: form-data; name=\"fileName\"\r\n\r\ncat.jpg\r\n--{SDK}\r\n\
         Content-Disposition: form-data; name=\"tags\"\r\nContent-Type: text/plain\r\n\r\n\r\n--{SDK}--\r\n"
    );
    for size in [1, 2, 3, 7, 64, 4096] {
        let parts = read(SDK, form.as_bytes(), size, Limits::default()).await.unwrap();
        assert_eq!(
            parts,
            [
                "file (cat.jpg) = \0\r\n--random\r\n------\r\n",
                "fileName = cat.jpg",
                "tags [text/plain] = "
            ],
            "in chunks of {size}"
        );
    }
}

#[tokio::test]
async fn parts_that_are_not_read_are_skipped() {
    let form = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nAAA\r\n--b\r\n\
                Content-Disposition: form-data; name=\"b\"\r\n\r\nBBB\r\n--b--";
    for size in [1, 5, 4096] {
        let mut form = open("b", form.as_bytes(), size, Limits::default());
        let part = form.next_part().await.unwrap().unwrap();
        assert_eq!(part.name, "a");
        let mut part = form.next_part().await.unwrap().unwrap();
        assert_eq!(part.name, "b");
        assert!(part.chunk().await.unwrap().is_some());
        assert!(form.next_part().await.unwrap().is_none());
        assert!(form.next_part().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_preamble_an_epilogue_and_padding_are_ignored() {
    let form =
        "hello\r\n--b  \r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nA\r\n--b--\r\nbye";
    assert_eq!(read("b", form.as_bytes(), 4096, Limits::default()).await.unwrap(), ["a = A"]);
}

#[tokio::test]
async fn a_form_may_have_no_parts() {
    let parts = read("b", b"--b--\r\n", 4096, Limits::default()).await.unwrap();
    assert!(parts.is_empty());
}

#[test]
fn only_forms_are_forms() {
    let check = |content_type: Option<&'static str>, expected: MultipartError| {
        let mut headers = HeaderMap::new();
        if let Some(value) = content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
        }
        let form = Multipart::from_request(&headers, Body::empty(), Limits::default());
        assert_eq!(form.err(), Some(expected), "{content_type:?}");
    };
    let malformed = |text: &str| MultipartError::Malformed(text.into());
    check(None, MultipartError::NotMultipart);
    check(Some(""), MultipartError::NotMultipart);
    check(Some("application/json"), MultipartError::NotMultipart);
    check(Some("multipart/mixed; boundary=b"), MultipartError::NotMultipart);
    check(Some("multipart/form-data"), malformed("the Content-Type names no boundary"));
    check(Some("multipart/form-data; boundary"), malformed("the Content-Type names no boundary"));
    check(Some("multipart/form-data; boundary="), malformed("the boundary is empty"));
    check(Some("multipart/form-data; boundary=\"\""), malformed("the boundary is empty"));
    check(
        Some(
            "multipart/form-data; boundary=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ),
        malformed("the boundary is longer than 70 characters"),
    );
}

#[tokio::test]
async fn malformed_forms_are_refused() {
    const CUT: &str = "it ends before the closing boundary";
    const HEAD: &str = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
    // Nothing, and the wrong boundary.
    refused("", CUT).await;
    refused("--other\r\n\r\n", CUT).await;
    refused("just text", CUT).await;
    // Cut at every stage.
    for end in 1..HEAD.len() {
        refused(&HEAD[..end], CUT).await;
    }
    refused(HEAD, CUT).await;
    refused(&format!("{HEAD}AAA"), CUT).await;
    refused(&format!("{HEAD}AAA\r\n--b"), CUT).await;
    refused(&format!("{HEAD}AAA\r\n--b-"), CUT).await;
    refused(&format!("{HEAD}AAA\r\n--b\r\n"), CUT).await;
    refused(&format!("{HEAD}AAA\r\n--bb--"), CUT).await;
    // No name, broken headers.
    // Without any header the end of the headers is looked for in vain.
    refused("--b\r\n\r\nAAA\r\n--b--", CUT).await;
    refused("--b\r\nContent-Type: text/plain\r\n\r\nAAA\r\n--b--", "part 1 has no name").await;
    refused("--b\r\nContent-Disposition: form-data\r\n\r\nAAA\r\n--b--", "part 1 has no name")
        .await;
    refused(
        "--b\r\nContent Disposition form-data\r\n\r\nAAA\r\n--b--",
        "the headers of a part cannot be read",
    )
    .await;
}

#[tokio::test]
async fn a_boundary_that_never_comes_is_given_up_early() {
    let body = Body::from_stream(stream::repeat_with(|| {
        Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 4096]))
    }));
    let mut form = Multipart::from_request(&content_type("b"), body, Limits::default()).unwrap();
    let error = form.next_part().await.unwrap_err();
    assert_eq!(error.to_string(), "the form is malformed: no part begins in the first 16384 bytes");
    assert!(form.source.body.received() < 32 << 10, "{}", form.source.body.received());
}

#[tokio::test]
async fn headers_of_a_part_are_limited() {
    let long = |size: usize| {
        let one = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nA\r\n";
        format!(
            "{one}{}X: {}\r\n\r\nB\r\n--b--",
            one.trim_end_matches("\r\nA\r\n"),
            "x".repeat(size)
        )
    };
    let too_large = MultipartError::TooLarge {
        what: "the header of a part".into(),
        limit: 16 << 10,
        unit: "bytes",
    };
    for size in [64, 4096, 1 << 22] {
        let parts = read("b", long(16_000).as_bytes(), size, Limits::default()).await;
        assert_eq!(parts, Ok(vec!["a = A".to_owned(), "a = B".to_owned()]), "{size}");
        let parts = read("b", long(1 << 20).as_bytes(), size, Limits::default()).await;
        assert_eq!(parts, Err(too_large.clone()), "{size}");
    }
}

#[tokio::test]
async fn parts_are_counted() {
    let form = |count: usize| {
        let one = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nA\r\n";
        format!("{}--b--", one.repeat(count))
    };
    let limits = Limits::default();
    assert_eq!(read("b", form(1000).as_bytes(), 4096, limits).await.unwrap().len(), 1000);
    let error = read("b", form(1001).as_bytes(), 4096, limits).await.unwrap_err();
    assert_eq!(error.to_string(), "the number of parts is larger than the limit of 1000 parts");
}

#[tokio::test]
async fn texts_are_limited_one_by_one_and_together() {
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{0}\r\n\
         --b\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n{0}\r\n--b--",
        "x".repeat(1000)
    );
    let read = async |max: u64, texts: u64| -> Result<usize> {
        let limits = Limits { texts, ..Limits::default() };
        let mut form = open("b", form.as_bytes(), 100, limits);
        let mut length = 0;
        while let Some(part) = form.next_part().await? {
            length += part.text(max).await?.len();
        }
        Ok(length)
    };
    assert_eq!(read(1000, 2000).await, Ok(2000));
    assert_eq!(
        read(999, 2000).await.unwrap_err().to_string(),
        "the part \"a\" is larger than the limit of 999 bytes"
    );
    assert_eq!(
        read(1000, 1999).await.unwrap_err().to_string(),
        "the text of all parts together is larger than the limit of 1999 bytes"
    );
}

#[tokio::test]
async fn text_is_utf_8() {
    let form = b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--b--";
    let mut form = open("b", form, 4096, Limits::default());
    let part = form.next_part().await.unwrap().unwrap();
    let error = part.text(TEXT_LIMIT).await.unwrap_err();
    assert_eq!(error.to_string(), "the form is malformed: the part \"a\" is not UTF-8");
}

#[tokio::test]
async fn the_body_is_limited_announced_or_not() {
    let limits = Limits { body: 1000, ..Limits::default() };
    let too_large =
        MultipartError::TooLarge { what: "the body".into(), limit: 1000, unit: "bytes" };
    let mut headers = content_type("b");
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("1001"));
    let form = Multipart::from_request(&headers, Body::empty(), limits);
    assert_eq!(form.err(), Some(too_large.clone()));

    let form =
        format!("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{}", "x".repeat(1000));
    assert_eq!(read("b", form.as_bytes(), 100, limits).await, Err(too_large.clone()));

    let body = Body::new(http_body_util::Limited::new(Body::from(form), 500));
    let mut form = Multipart::from_request(&content_type("b"), body, limits).unwrap();
    assert_eq!(form.next_part().await.err(), Some(too_large));
}

#[tokio::test]
async fn silence_ends_the_wait() {
    let limits = Limits { idle: Duration::from_millis(20), ..Limits::default() };
    let begin = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nA";
    let body = Body::from_stream(
        stream::iter([Ok::<_, std::io::Error>(Bytes::from(begin))]).chain(stream::pending()),
    );
    let mut form = Multipart::from_request(&content_type("b"), body, limits).unwrap();
    let mut part = form.next_part().await.unwrap().unwrap();
    assert_eq!(part.chunk().await, Ok(Some(Bytes::from_static(b"A"))));
    assert_eq!(part.chunk().await, Err(MultipartError::TooSlow(Duration::from_millis(20))));
}

#[tokio::test]
async fn a_broken_connection_is_told_apart() {
    let begin = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nA";
    let body = Body::from_stream(stream::iter([
        Ok(Bytes::from(begin)),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ]));
    let mut form = Multipart::from_request(&content_type("b"), body, Limits::default()).unwrap();
    let part = form.next_part().await.unwrap().unwrap();
    assert_eq!(part.text(TEXT_LIMIT).await, Err(MultipartError::Interrupted));
}

/// A thousand small parts before a large one must not pull the large one into RAM.
#[tokio::test]
async fn no_more_is_taken_than_needed() {
    let one = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nA\r\n";
    let first = Bytes::from(format!(
        "{}--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n",
        one.repeat(500)
    ));
    let length = first.len() as u64;
    let body = Body::from_stream(
        stream::once(async { Ok::<_, std::io::Error>(first) })
            .chain(stream::repeat_with(|| Ok(Bytes::from_static(&[0; 4096])))),
    );
    let mut form = Multipart::from_request(&content_type("b"), body, Limits::default()).unwrap();
    for _ in 0..500 {
        assert_eq!(form.next_part().await.unwrap().unwrap().text(TEXT_LIMIT).await.unwrap(), "A");
    }
    assert_eq!(form.next_part().await.unwrap().unwrap().name, "file");
    assert_eq!(form.source.body.received(), length);
}

fn content_type(boundary: &str) -> HeaderMap {
    let value = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}")).unwrap();
    HeaderMap::from_iter([(header::CONTENT_TYPE, value)])
}

/// A form whose body comes in chunks of `size` bytes.
fn open(boundary: &str, body: &[u8], size: usize, limits: Limits) -> Multipart {
    let chunks: Vec<_> = body
        .chunks(size)
        .map(|chunk| Ok::<_, std::io::Error>(Bytes::copy_from_slice(chunk)))
        .collect();
    let body = Body::from_stream(stream::iter(chunks));
    Multipart::from_request(&content_type(boundary), body, limits).unwrap()
}

/// All parts as `name (file name) [type] = content`.
async fn read(boundary: &str, body: &[u8], size: usize, limits: Limits) -> Result<Vec<String>> {
    let mut form = open(boundary, body, size, limits);
    let mut parts = Vec::new();
    while let Some(mut part) = form.next_part().await? {
        let file_name = part.file_name.take().map(|name| format!(" ({name})")).unwrap_or_default();
        let kind = part.content_type.take().map(|kind| format!(" [{kind}]")).unwrap_or_default();
        let mut line = format!("{}{file_name}{kind} = ", part.name);
        while let Some(chunk) = part.chunk().await? {
            assert!(!chunk.is_empty());
            line.push_str(&String::from_utf8_lossy(&chunk));
        }
        parts.push(line);
    }
    Ok(parts)
}

#[track_caller]
fn expect_malformed(got: &Result<Vec<String>>, expected: &str, body: &str) {
    assert_eq!(*got, Err(MultipartError::Malformed(expected.into())), "{body:?}");
}

async fn refused(body: &str, expected: &str) {
    for size in [1, 4096] {
        let got = read("b", body.as_bytes(), size, Limits::default()).await;
        expect_malformed(&got, expected, body);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read(
        body in prop::collection::vec(prop_oneof![
            Just(b"--b".to_vec()), Just(b"\r\n".to_vec()), Just(b"--".to_vec()),
            Just(b"Content-Disposition: form-data; name=\"a\"".to_vec()),
            prop::collection::vec(any::<u8>(), 0..8),
        ], 0..20),
        size in 1_usize..50,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _ = runtime.block_on(read("b", &body.concat(), size, Limits::default()));
    }
}
