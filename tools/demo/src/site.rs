//! The partner's signup page, and the files beside it.

use crate::files;
use crate::partner::Partner;
use crate::troubles;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use std::collections::HashMap;
use std::path::Path;

const PAGE: &str = include_str!("../page/index.html");
const STATES: &str = include_str!("../states/index.html");
const COOKIE: &str = "demo_session";

/// Serves `/`, `/new`, `/states`, the page's own files, and those of the built package.
pub(crate) fn router(partner: Partner, dist: &Path) -> Result<Router, String> {
    let router = Router::new().route("/", get(page)).route("/new", get(start_over));
    let router = router.route("/demo/session", get(session)).route("/demo/trouble", post(troubles::make));
    let mut router = router.route("/states", get(async || html(STATES.to_owned(), ""))).with_state(partner);
    for (path, kind, bytes) in files::own().chain(files::package(dist)?) {
        router = router.route(&path, get(async move || files::answer(kind, bytes)));
    }
    Ok(router)
}

/// The same visitor keeps its session over reloads, as it would when signed in.
async fn page(
    State(partner): State<Partner>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let kept = cookie(&headers);
    let token = match kept {
        Some(token) if partner.is_good(&token).await => Ok(token),
        _ => {
            let plan = usize::from(query.get("plan").is_some_and(|plan| plan == "growth"));
            partner.welcome(plan).await
        }
    };
    let token = match token {
        Ok(token) => token,
        Err(error) => return (StatusCode::BAD_GATEWAY, format!("No session could be minted: {error}")).into_response(),
    };
    let page = PAGE.replace("{{endpoint}}", &partner.api).replace("{{session}}", &token);
    remember(html(page, &partner.api), &token)
}

/// `GET /demo/session`: a new session for the visitor, or one that is over.
async fn session(
    State(partner): State<Partner>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let kept = cookie(&headers).unwrap_or_default();
    if query.contains_key("ended") {
        return axum::Json(serde_json::json!({"token": partner.ended(&kept)})).into_response();
    }
    match partner.renew(&kept).await {
        Ok(token) => remember(axum::Json(serde_json::json!({"token": token})).into_response(), &token),
        Err(error) => (StatusCode::UNAUTHORIZED, error).into_response(),
    }
}

/// Signs the visitor in.
fn remember(mut response: Response, token: &str) -> Response {
    let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A page under a policy that allows what the widget needs, calls to `endpoint`, and nothing else.
fn html(page: String, endpoint: &str) -> Response {
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: https:; \
         connect-src 'self' {endpoint}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Forgets the visitor: the next look at the page is a new customer.
async fn start_over(Query(query): Query<HashMap<String, String>>) -> Response {
    let target = if query.get("plan").is_some_and(|plan| plan == "growth") { "/?plan=growth" } else { "/" };
    let mut response = Redirect::to(target).into_response();
    let gone = HeaderValue::from_static("demo_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    response.headers_mut().insert(header::SET_COOKIE, gone);
    response
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let value = cookies.split(';').find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))?;
    (!value.is_empty()).then(|| value.to_owned())
}
