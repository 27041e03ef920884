use axum::body::to_bytes;
use library::Error as E;

use super::*;

/// Every kind of failure that the library knows. A new one has to be added here, because the compiler asks for it.
fn all() -> Vec<E> {
    let texts = "the text".to_owned();
    let all = vec![
        E::NotFound("the file /a.jpg".to_owned()),
        E::Conflict("the file /a.jpg".to_owned()),
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

#[tokio::test]
async fn each_failure_has_its_answer() {
    let mut lines = Vec::new();
    let mut errors: Vec<ApiError> = all().into_iter().map(ApiError::from).collect();
    errors.push(ApiError::unauthorized("who?"));
    errors.push(ApiError::method_not_allowed());
    for error in errors {
        let response = error.into_response();
        let header =
            |name| response.headers().get(name).map_or("-", |value| value.to_str().unwrap());
        let head = format!(
            "retry-after {} www-authenticate {}",
            header("retry-after"),
            header("www-authenticate")
        );
        let bytes = to_bytes(response.into_body(), 10_000).await.unwrap();
        lines.push(format!("{head} {}", String::from_utf8(bytes.to_vec()).unwrap()));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    retry-after - www-authenticate - {"type":"about:blank","title":"Not Found","status":404,"detail":"there is no such image","code":"not_found"}
    retry-after - www-authenticate - {"type":"about:blank","title":"Bad Request","status":400,"detail":"the file /a.jpg already exists","code":"invalid_request"}
    retry-after - www-authenticate - {"type":"about:blank","title":"Bad Request","status":400,"detail":"the text","code":"invalid_request"}
    retry-after - www-authenticate - {"type":"about:blank","title":"Bad Request","status":400,"detail":"the custom metadata is not valid","code":"invalid_request"}
    retry-after - www-authenticate Bearer {"type":"about:blank","title":"Unauthorized","status":401,"detail":"this token is for reading only","code":"authentication_required"}
    retry-after - www-authenticate - {"type":"about:blank","title":"Bad Request","status":400,"detail":"the text","code":"invalid_request"}
    retry-after - www-authenticate - {"type":"about:blank","title":"Bad Request","status":400,"detail":"the text","code":"invalid_request"}
    retry-after - www-authenticate - {"type":"about:blank","title":"Bad Request","status":400,"detail":"the text","code":"invalid_request"}
    retry-after 2 www-authenticate - {"type":"about:blank","title":"Service Unavailable","status":503,"detail":"the server is busy","code":"service_unavailable"}
    retry-after 1 www-authenticate - {"type":"about:blank","title":"Too Many Requests","status":429,"detail":"too many requests","code":"rate_limit_exceeded"}
    retry-after 1 www-authenticate - {"type":"about:blank","title":"Service Unavailable","status":503,"detail":"temporarily unavailable","code":"service_unavailable"}
    retry-after - www-authenticate - {"type":"about:blank","title":"Insufficient Storage","status":507,"detail":"no space is left","code":"insufficient_storage"}
    retry-after - www-authenticate Bearer {"type":"about:blank","title":"Unauthorized","status":401,"detail":"who?","code":"authentication_required"}
    retry-after - www-authenticate - {"type":"about:blank","title":"Method Not Allowed","status":405,"detail":"this endpoint does not know the request's method","code":"method_not_allowed"}
    "#);
}
