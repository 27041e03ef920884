//! Signing in and out.

use axum::{
    body::{Body, to_bytes},
    extract::{Path, State},
    response::Response,
};
use http::{StatusCode, request::Parts};
use library::{Error, Session, SessionKind, User};
use serde::Serialize;
use serde_json::{Value, json};
use wire::{json::Object, peer::Peer};

use crate::{
    PhotoPrism, answer,
    auth::Caller,
    client_config,
    error::{ApiError, INVALID_CREDENTIALS},
    ids::{hex, uid},
    moments::iso,
};

/// The token of everybody in public mode, which nobody looks at: some clients take an empty one for a failure.
const EVERYBODY: &str = "000000000000000000000000000000000000000000000000";

/// Bytes of a body that signs somebody in.
const MAX_BODY: usize = 64 << 10;

/// `POST /session`.
pub(crate) async fn create(
    State(app): State<PhotoPrism>,
    parts: Parts,
    body: Body,
) -> Result<Response, ApiError> {
    if app.config.public {
        let caller = Caller::find(&app, &parts).await?.ok_or_else(ApiError::unauthorized)?;
        return answer_with(&app, &caller).await;
    }
    let client = Peer::of(&parts);
    if app.limits.logins.is_spent(client) {
        app.limits.logins.take(client)?;
    }
    let body = to_bytes(body, MAX_BODY).await.map_err(|_| ApiError::bad_request())?;
    if body.trim_ascii().is_empty() {
        return Err(ApiError::bad_request());
    }
    let mut form = Object::parse(&body)?;
    let name = form.text("username")?.unwrap_or_default();
    let password = form.text("password")?.unwrap_or_default();
    let tenant = app.tenant().await?;
    let signed_in = match name.trim() {
        "" => None,
        name => app.library.sign_in(tenant, name, &password).await?,
    };
    let Some(signed_in) = signed_in else {
        // Counted after the fact, so that who signs in rightly costs nothing.
        app.limits.logins.take(client)?;
        return Err(ApiError::new(StatusCode::UNAUTHORIZED, INVALID_CREDENTIALS));
    };
    let caller = Caller {
        actor: library::Actor::full(tenant),
        user: signed_in.session.user.clone(),
        signed_in: Some((signed_in.token, signed_in.session)),
    };
    answer_with(&app, &caller).await
}

/// `GET /session`.
pub(crate) async fn show(
    State(app): State<PhotoPrism>,
    caller: Caller,
) -> Result<Response, ApiError> {
    answer_with(&app, &caller).await
}

/// `GET /session/{id}`.
pub(crate) async fn show_one(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    own(&caller, &id)?;
    answer_with(&app, &caller).await
}

/// `DELETE /session`.
pub(crate) async fn delete(
    State(app): State<PhotoPrism>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let Some((_, session)) = &caller.signed_in else {
        return Ok(answer::ok(&json!({ "status": "deleted", "session_id": "" })));
    };
    app.library.end_session(caller.actor.tenant, session.digest).await?;
    Ok(answer::ok(&json!({ "status": "deleted", "session_id": hex(&session.digest) })))
}

/// `DELETE /session/{id}`.
pub(crate) async fn delete_one(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    own(&caller, &id)?;
    delete(State(app), caller).await
}

/// 400: no session can have that id. 403: it is somebody else's.
fn own(caller: &Caller, id: &str) -> Result<(), ApiError> {
    let is_id = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_id {
        return Err(ApiError::bad_request());
    }
    match &caller.signed_in {
        Some((_, session)) if hex(&session.digest) != id.to_ascii_lowercase() => {
            Err(ApiError::forbidden())
        }
        _ => Ok(()),
    }
}

async fn answer_with(app: &PhotoPrism, caller: &Caller) -> Result<Response, ApiError> {
    let token = caller.signed_in.as_ref().map_or(EVERYBODY, |(token, _)| token.as_str());
    let session = caller.signed_in.as_ref().map(|(_, session)| session);
    let config = client_config::of(app, caller).await?;
    Ok(answer::ok(&SessionObject {
        status: "success",
        id: token,
        access_token: token,
        token_type: "Bearer",
        session_id: session.map_or_else(String::new, |session| hex(&session.digest)),
        expires_in: session.map_or(-1, expires_in),
        provider: provider(session),
        scope: "*",
        user: UserObject::from(&caller.user),
        data: json!({}),
        config,
    }))
}

/// Seconds; -1: never.
fn expires_in(session: &Session) -> i64 {
    session.expires.map_or(-1, |moment| (moment - wire::time::now_millis()).max(0) / 1000)
}

fn provider(session: Option<&Session>) -> &'static str {
    match session.map(|session| session.kind) {
        Some(SessionKind::AppPassword) => "application",
        Some(SessionKind::Login) => "local",
        None => "none",
    }
}

#[derive(Debug, Serialize)]
struct SessionObject<'a> {
    status: &'static str,
    /// The token, which old clients read here.
    id: &'a str,
    access_token: &'a str,
    token_type: &'static str,
    session_id: String,
    expires_in: i64,
    provider: &'static str,
    scope: &'static str,
    user: UserObject,
    data: Value,
    config: Value,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserObject {
    #[serde(rename = "ID")]
    id: i64,
    #[serde(rename = "UID")]
    uid: String,
    name: String,
    display_name: String,
    email: String,
    role: &'static str,
    super_admin: bool,
    can_login: bool,
    #[serde(rename = "WebDAV")]
    web_dav: bool,
    auth_provider: &'static str,
    created_at: String,
}

impl From<&User> for UserObject {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            uid: user.uid().uid(),
            name: user.name.clone(),
            display_name: user.name.clone(),
            email: String::new(),
            role: if user.is_admin { "admin" } else { "user" },
            super_admin: user.is_admin,
            can_login: true,
            web_dav: false,
            auth_provider: "local",
            created_at: iso(user.created),
        }
    }
}

/// `POST /users/{uid}/passwords`: mints an app password for one's own use, which is shown this once.
pub(crate) async fn mint(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(user): Path<String>,
    body: Body,
) -> Result<Response, ApiError> {
    if uid(&user) != Some(caller.user.uid()) {
        return Err(ApiError::forbidden());
    }
    let mut form = Object::read(body).await?;
    let label = form.text("client_name")?.unwrap_or_default();
    let (tenant, name) = (caller.actor.tenant, &caller.user.name);
    let minted = app.library.mint_app_password(tenant, name, &label).await;
    let minted = minted.map_err(|error| match error {
        Error::NotFound(_) => ApiError::forbidden(),
        error => error.into(),
    })?;
    Ok(answer::ok(&json!({
        "status": "success",
        "access_token": minted.token.as_str(),
        "token_type": "Bearer",
        "session_id": hex(&minted.session.digest),
        "client_name": label,
        "scope": "*",
    })))
}
