use axum::body::to_bytes;
use library::Error as E;

use super::*;

/// Every kind of failure that the library knows. A new one has to be added here, because the compiler asks for it.
fn all() -> Vec<E> {
    let texts = "the text".to_owned();
    let all = vec![
        E::NotFound("the file /a.jpg".to_owned()),
        E::Conflict("the file /a.jpg".to_owned()),
        E::Stale("the file /a.jpg".to_owned()),
        E::Invalid(texts.clone()),
        E::Fields([("rating".to_owned(), texts.clone())].into()),
        E::Denied,
        E::TooLarge(texts.clone()),
        E::NotAnImage(texts.clone()),
        E::Unsupported(texts),
        E::Busy { retry_after: Duration::from_millis(1500) },
        E::RateLimited { retry_after: Duration::from_millis(20) },
        E::Unavailable(std::sync::Arc::new(std::io::Error::other("SELECT secret FROM /var/lib/x"))),
        E::Full,
    ];
    for error in &all {
        match error {
            E::NotFound(_)
            | E::Conflict(_)
            | E::Stale(_)
            | E::Invalid(_)
            | E::Fields(_)
            | E::Denied
            | E::TooLarge(_)
            | E::NotAnImage(_)
            | E::Unsupported(_)
            | E::Busy { .. }
            | E::RateLimited { .. }
            | E::Unavailable(_)
            | E::Full => {}
        }
    }
    all
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 10_000).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("-", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn the_api_has_one_shape_for_each() {
    let mut lines = Vec::new();
    for error in all() {
        let response = ApiError::from(error).into_response();
        let head = format!(
            "{} retry-after {} x-should-retry {}",
            response.status().as_u16(),
            header(&response, "retry-after"),
            header(&response, "x-should-retry")
        );
        lines.push(format!("{head} {}", text(response).await.replace(HELP, "H")));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    404 retry-after - x-should-retry - {"message":"the file /a.jpg does not exist","help":"H"}
    409 retry-after - x-should-retry false {"message":"the file /a.jpg already exists","help":"H"}
    409 retry-after - x-should-retry false {"message":"the file /a.jpg was changed meanwhile","help":"H"}
    400 retry-after - x-should-retry - {"message":"the text","help":"H"}
    400 retry-after - x-should-retry - {"message":"`customMetadata` holds values that their fields do not take.","help":"H","errors":{"rating":"the text"}}
    403 retry-after - x-should-retry - {"message":"This API key may not do that.","help":"H"}
    400 retry-after - x-should-retry - {"message":"the text","help":"H"}
    400 retry-after - x-should-retry - {"message":"the text","help":"H"}
    400 retry-after - x-should-retry - {"message":"the text","help":"H"}
    503 retry-after 2 x-should-retry - {"message":"the server is busy","help":"H"}
    429 retry-after 1 x-should-retry - {"message":"You have sent more requests than this API key may. Try again in a moment.","help":"H"}
    503 retry-after 1 x-should-retry - {"message":"The server is temporarily unavailable.","help":"H"}
    507 retry-after - x-should-retry - {"message":"The server has no space left.","help":"H"}
    "#);
}

#[tokio::test]
async fn delivery_has_one_shape_for_each() {
    let mut lines = Vec::new();
    for error in all() {
        let response = DeliveryError::from(error).into_response();
        let head = format!(
            "{} retry-after {} ik-error {}",
            response.status().as_u16(),
            header(&response, "retry-after"),
            header(&response, "ik-error")
        );
        lines.push(format!("{head} | {}", text(response).await));
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    404 retry-after - ik-error ENOENT - the requested file does not exist | Not Found
    400 retry-after - ik-error UNIDENTIFIED - the file /a.jpg already exists | the file /a.jpg already exists
    400 retry-after - ik-error UNIDENTIFIED - the file /a.jpg was changed meanwhile | the file /a.jpg was changed meanwhile
    400 retry-after - ik-error UNIDENTIFIED - the text | the text
    400 retry-after - ik-error UNIDENTIFIED - the custom metadata is not valid | the custom metadata is not valid
    401 retry-after - ik-error EACCES - this file needs a valid signature | this file needs a valid signature
    400 retry-after - ik-error ELIMIT - the text | the text
    400 retry-after - ik-error UNIDENTIFIED - the text | the text
    400 retry-after - ik-error UNIDENTIFIED - the text | the text
    503 retry-after 2 ik-error - | the server is busy
    429 retry-after 1 ik-error UNIDENTIFIED - too many requests | too many requests
    503 retry-after 1 ik-error - | temporarily unavailable
    507 retry-after - ik-error - | no space is left
    ");
}

#[test]
fn header_texts_are_one_line_of_ascii() {
    assert_eq!(header_text("a\r\nb: ü\u{0}c").to_str().unwrap(), "a??b: ??c");
    assert_eq!(header_text(&"x".repeat(9000)).len(), 400);
}
