//! The partner's pages: signup, orders, signing in and out; and their files.

use crate::account::{self, Account};
use crate::files;
use crate::partner::{Partner, Visitor};
use crate::payments;
use crate::prices;
use crate::troubles;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;

/// The frame of all pages.
const FRAME: &str = include_str!("../page/frame.html");
/// The demo's additions to pages with a checkout.
const TOOLS: &str = include_str!("../page/tools.html");
const SIGNUP: &str = include_str!("../page/signup.html");
/// The card form of a brand that takes payments.
const PAYMENT: &str = include_str!("../page/payment.html");
const ORDERS: &str = include_str!("../page/orders.html");
const SIGN_IN: &str = include_str!("../page/signin.html");
const OPERATOR: &str = include_str!("../page/operator.html");
const STATES: &str = include_str!("../states/index.html");

/// Serves the pages, the requests of their scripts, their files, and the built package: as it is now, or with `watch` as it
/// is at each request.
pub(crate) fn router(partner: Partner, dist: &Path, watch: bool) -> Result<Router, String> {
    let router = Router::new()
        .route("/", get(signup))
        .route("/new", get(start_over))
        .route("/orders", get(orders))
        .route("/operator", get(operator));
    let router = router.route("/signin", get(ask_who).post(sign_in)).route("/signout", post(sign_out));
    let router = router.route("/demo/session", get(session)).route("/demo/trouble", post(troubles::make));
    let router = router.route("/demo/pay", post(payments::pay));
    let mut router = router.route("/states", get(async || html(STATES.to_owned(), ""))).with_state(partner);
    router = router.route("/page/reload.mjs", get(async move || files::reload(watch)));
    let package = files::package(dist)?;
    for (path, kind, bytes) in files::own().chain(package.into_iter().filter(|_| !watch)) {
        router = router.route(&path, get(async move || files::answer(kind, bytes)));
    }
    if watch {
        let dist = dist.to_path_buf();
        router = router.fallback(async move |uri: Uri| files::fresh(&dist, uri.path()));
    }
    Ok(router)
}

/// `GET /`: a visitor keeps its session across reloads; a signed-in customer has one of its own.
async fn signup(
    State(partner): State<Partner>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let account = Account::read(&headers);
    let token = match account.session {
        Some(ref token) if partner.is_good(token).await => Ok(token.clone()),
        _ => partner.welcome(&account, plan_of(&query)).await,
    };
    match token {
        Ok(token) => {
            let takes_cards = account.prices.as_deref().is_some_and(prices::takes_cards);
            let form = if takes_cards { PAYMENT } else { "" };
            let page = frame("Sign up", &account, SIGNUP).replace("{{payment}}", form).replace("{{session}}", &token);
            account::keep_session(html(page.replace("{{endpoint}}", &partner.api), &partner.api), &token)
        }
        Err(error) => no_session(&error),
    }
}

/// `GET /orders`: the customer's orders, with a session that cannot order.
async fn orders(State(partner): State<Partner>, headers: HeaderMap) -> Response {
    let account = Account::read(&headers);
    let Some(customer) = partner.customer_of(&account) else {
        return Redirect::to("/signin").into_response();
    };
    match partner.mint(&Visitor { customer, plan: None, prices: account.prices.clone() }).await {
        Ok(token) => {
            let page = frame("My orders", &account, ORDERS).replace("{{session}}", &token);
            account::unkept(html(page.replace("{{endpoint}}", &partner.api), &partner.api))
        }
        Err(error) => no_session(&error),
    }
}

/// `GET /signin`: the last address is filled in.
async fn ask_who(headers: HeaderMap) -> Response {
    let account = Account::read(&headers);
    let last = account.last.clone().unwrap_or_default();
    sign_in_page(&account, &last, "")
}

#[derive(Deserialize)]
struct Who {
    #[serde(default)]
    email: String,
}

/// `POST /signin`: the browser now belongs to this customer.
async fn sign_in(headers: HeaderMap, Form(who): Form<Who>) -> Response {
    let email = who.email.trim();
    if !account::is_address(email) {
        let page = sign_in_page(&Account::read(&headers), email, "Give an e-mail address, such as ada@example.com.");
        return (StatusCode::BAD_REQUEST, page).into_response();
    }
    account::signed_in(Redirect::to("/").into_response(), email)
}

/// `POST /signout`: the browser belongs to a new visitor; the address is kept for the next sign-in.
async fn sign_out() -> Response {
    account::signed_out(Redirect::to("/signin").into_response())
}

fn sign_in_page(account: &Account, email: &str, problem: &str) -> Response {
    let (described, problem) = match problem {
        "" => ("", String::new()),
        words => (
            r#" aria-invalid="true" aria-describedby="wrong""#,
            format!(r#"<p id="wrong" role="alert">{}</p>"#, account::escaped(words)),
        ),
    };
    let page = frame("Sign in", account, SIGN_IN).replace("{{problem}}", &problem).replace("{{described}}", described);
    account::unkept(html(page.replace("{{email}}", &account::escaped(email)), ""))
}

/// `GET /demo/session`: a new session for the visitor, one without a plan (`?orders`), or an expired one (`?ended`).
async fn session(
    State(partner): State<Partner>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let account = Account::read(&headers);
    let kept = account.session.clone().unwrap_or_default();
    if query.contains_key("ended") {
        return axum::Json(serde_json::json!({"token": partner.ended(&kept)})).into_response();
    }
    let token = match (query.contains_key("orders"), partner.customer_of(&account)) {
        (_, None) => Err("no one is signed in".to_owned()),
        (true, Some(customer)) => partner.mint(&Visitor { customer, plan: None, prices: account.prices.clone() }).await,
        (false, Some(customer)) => partner.renew(&kept, customer).await,
    };
    match token {
        Ok(token) => {
            let answer = axum::Json(serde_json::json!({"token": token})).into_response();
            if query.contains_key("orders") { account::unkept(answer) } else { account::keep_session(answer, &token) }
        }
        Err(error) => (StatusCode::UNAUTHORIZED, error).into_response(),
    }
}

/// `GET /new`: the next signup page has a new session, for a new visitor if no one is signed in. With `prices` the looks
/// and prices of that brand hold; an unknown one is the first brand with upstream's prices.
async fn start_over(Query(query): Query<HashMap<String, String>>) -> Response {
    let target = if plan_of(&query) > 0 { "/?plan=growth" } else { "/" };
    let response = account::without_session(Redirect::to(target).into_response());
    match query.get("prices") {
        Some(brand) => account::with_prices(response, if prices::of(brand).is_some() { brand } else { "" }),
        None => response,
    }
}

/// `GET /operator`: the partner's own view of its orders.
async fn operator(State(partner): State<Partner>, headers: HeaderMap) -> Response {
    match (partner.margins().await, partner.payments().await) {
        (Ok(rows), Ok(payments)) => {
            let page = frame("Operator", &Account::read(&headers), OPERATOR);
            account::unkept(html(page.replace("{{rows}}", &rows).replace("{{payments}}", &payments), ""))
        }
        (Err(error), _) => (StatusCode::BAD_GATEWAY, format!("The orders cannot be read: {error}")).into_response(),
        (_, Err(error)) => (StatusCode::BAD_GATEWAY, format!("The approvals cannot be read: {error}")).into_response(),
    }
}

/// The index of the plan chosen on a page before.
fn plan_of(query: &HashMap<String, String>) -> usize {
    usize::from(query.get("plan").is_some_and(|plan| plan == "growth"))
}

/// A page of the partner: the frame around `main`.
pub(crate) fn frame(title: &str, account: &Account, main: &str) -> String {
    let tools = if main.contains("<peeker-checkout") { TOOLS } else { "" };
    let brand = account.prices.as_deref();
    let option = format!("<option value=\"{}\"", brand.unwrap_or_default());
    let page = FRAME.replace("{{brand}}", brand.unwrap_or("acme")).replace(&option, &format!("{option} selected"));
    let page = page.replace("{{title}}", title).replace("{{tools}}", tools).replace("{{main}}", main);
    page.replace("{{account}}", &account.links())
}

fn no_session(error: &str) -> Response {
    (StatusCode::BAD_GATEWAY, format!("No session could be minted: {error}")).into_response()
}

/// A page with a content security policy that allows only the widget's needs and calls to `endpoint`.
pub(crate) fn html(page: String, endpoint: &str) -> Response {
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
