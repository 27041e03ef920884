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
async fn each_failure_has_its_answer() {
    let mut lines = Vec::new();
    for error in all() {
        let response = ApiError::from(error).into_response();
        let status = response.status().as_u16();
        let retry_after = header(&response, "retry-after").to_owned();
        lines.push(format!("{status} retry-after {retry_after} {}", text(response).await));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    404 retry-after - {"message":"the file /a.jpg does not exist","status":404,"errorCode":"JR-0404","code":"JR-0404","exception":"NotFoundError"}
    409 retry-after - {"message":"the file /a.jpg already exists","status":409,"errorCode":"JR-0409","code":"JR-0409","exception":"ConflictError"}
    409 retry-after - {"message":"the file /a.jpg was changed meanwhile","status":409,"errorCode":"JR-0409","code":"JR-0409","exception":"ConflictError"}
    400 retry-after - {"message":"the text","status":400,"errorCode":"JR-0400","code":"JR-0400","exception":"BadRequestError"}
    400 retry-after - {"message":"`metadata` is not valid: the text","status":400,"errorCode":"JR-0400","code":"JR-0400","exception":"BadRequestError"}
    401 retry-after - {"message":"this needs a valid signature or key","status":401,"errorCode":"JR-0401","code":"JR-0401","exception":"UnauthorizedError"}
    400 retry-after - {"message":"the text","status":400,"errorCode":"JR-0400","code":"JR-0400","exception":"BadRequestError"}
    400 retry-after - {"message":"the text","status":400,"errorCode":"JR-0400","code":"JR-0400","exception":"BadRequestError"}
    400 retry-after - {"message":"the text","status":400,"errorCode":"JR-0400","code":"JR-0400","exception":"BadRequestError"}
    503 retry-after 2 {"message":"the server is busy","status":503,"errorCode":"JR-0503","code":"JR-0503","exception":"ServiceUnavailableError"}
    429 retry-after 1 {"message":"too many requests","status":429,"errorCode":"JR-0429","code":"JR-0429","exception":"TooManyRequestsError"}
    503 retry-after 1 {"message":"temporarily unavailable","status":503,"errorCode":"JR-0503","code":"JR-0503","exception":"ServiceUnavailableError"}
    507 retry-after - {"message":"no space is left","status":507,"errorCode":"JR-0507","code":"JR-0507","exception":"InsufficientStorageError"}
    "#);
}
