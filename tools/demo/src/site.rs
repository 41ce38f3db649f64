//! The partner's signup page, and the widget's two files beside it.

use crate::partner::Partner;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use std::collections::HashMap;
use std::path::Path;

const PAGE: &str = include_str!("../page/index.html");
const STYLE: &str = include_str!("../page/style.css");
const COOKIE: &str = "demo_session";

/// Serves `/`, `/new`, and the files of `dist`.
pub(crate) fn router(partner: Partner, dist: &Path) -> Result<Router, String> {
    let mut router = Router::new().route("/", get(page)).route("/new", get(start_over)).with_state(partner);
    let files = [
        ("style.css", "text/css; charset=utf-8", STYLE.as_bytes().to_vec()),
        ("peeker-checkout.js", "text/javascript; charset=utf-8", read(dist, "peeker-checkout.js")?),
        ("peeker-checkout.wasm", "application/wasm", read(dist, "peeker-checkout.wasm")?),
    ];
    for (name, kind, bytes) in files {
        router = router.route(&format!("/{name}"), get(async move || file(kind, bytes)));
    }
    Ok(router)
}

fn read(dist: &Path, name: &str) -> Result<Vec<u8>, String> {
    let path = dist.join(name);
    std::fs::read(&path).map_err(|error| format!("{}: {error}. Build it: cargo xtask build-widget", path.display()))
}

/// Files of the widget may be used from any page, isolated ones included.
fn file(kind: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    (headers, bytes).into_response()
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
            partner.mint(plan).await
        }
    };
    let token = match token {
        Ok(token) => token,
        Err(error) => return (StatusCode::BAD_GATEWAY, format!("No session could be minted: {error}")).into_response(),
    };
    let html = PAGE.replace("{{endpoint}}", &partner.api).replace("{{session}}", &token);
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: https:; \
         connect-src 'self' {}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'",
        partner.api
    );
    let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
    let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax");
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (header::SET_COOKIE, cookie.as_str()),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
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
