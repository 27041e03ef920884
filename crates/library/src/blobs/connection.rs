//! Connections of `object_store` to services: through the HTTP client and the TLS of the rest of the house.

use std::time::Duration;

use futures_util::future::BoxFuture;
use object_store::{
    ClientOptions,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
        HttpResponseBody, HttpService,
    },
};
use reqwest::{Body, Client, Request, Url, redirect::Policy};

use crate::fetch::install_cryptography;

const CONNECT: Duration = Duration::from_secs(4);
/// Longest wait for the next bytes.
const IDLE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        install_cryptography();
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .read_timeout(IDLE)
            .user_agent("Halftone")
            .build();
        let client = client
            .map_err(|error| object_store::Error::Generic { store: "S3", source: error.into() })?;
        Ok(HttpClient::new(Service(client)))
    }
}

#[derive(Debug)]
struct Service(Client);

impl HttpService for Service {
    // Written out as the attribute of the trait would write it.
    fn call<'a, 'async_trait>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'async_trait, Result<HttpResponse, HttpError>>
    where
        'a: 'async_trait,
    {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let url: Url = head
                .uri
                .to_string()
                .parse()
                .map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
            let mut request = Request::new(head.method, url);
            *request.headers_mut() = head.headers;
            *request.body_mut() = Some(Body::wrap(body));
            let response = self.0.execute(request).await.map_err(fault)?;
            let (head, body) = http_response(response).into_parts();
            let body = HttpResponseBody::new(http_body_util::BodyExt::map_err(body, fault));
            Ok(HttpResponse::from_parts(head, body))
        })
    }
}

fn http_response(response: reqwest::Response) -> http::Response<Body> {
    response.into()
}

/// What of it may go better the next time.
fn fault(error: reqwest::Error) -> HttpError {
    let kind = if error.is_timeout() {
        HttpErrorKind::Timeout
    } else if error.is_connect() {
        HttpErrorKind::Connect
    } else if error.is_decode() {
        HttpErrorKind::Decode
    } else {
        HttpErrorKind::Interrupted
    };
    // Errors of the store name its URL already, where there is no secret in it.
    HttpError::new(kind, error.without_url())
}
