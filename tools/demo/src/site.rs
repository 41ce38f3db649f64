//! The partner's pages: signup, a customer's orders, signing in and out; and the files beside them.

use crate::account::{self, Account};
use crate::files;
use crate::partner::{Partner, Visitor};
use crate::troubles;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;

/// What all pages of the partner share.
const FRAME: &str = include_str!("../page/frame.html");
/// What the demo adds to pages with a checkout.
const TOOLS: &str = include_str!("../page/tools.html");
const SIGNUP: &str = include_str!("../page/signup.html");
const ORDERS: &str = include_str!("../page/orders.html");
const SIGN_IN: &str = include_str!("../page/signin.html");
const STATES: &str = include_str!("../states/index.html");

/// Serves the pages, what their scripts ask for, the pages' own files, and those of the built package.
pub(crate) fn router(partner: Partner, dist: &Path) -> Result<Router, String> {
    let router = Router::new().route("/", get(signup)).route("/new", get(start_over)).route("/orders", get(orders));
    let router = router.route("/signin", get(ask_who).post(sign_in)).route("/signout", post(sign_out));
    let router = router.route("/demo/session", get(session)).route("/demo/trouble", post(troubles::make));
    let mut router = router.route("/states", get(async || html(STATES.to_owned(), ""))).with_state(partner);
    for (path, kind, bytes) in files::own().chain(files::package(dist)?) {
        router = router.route(&path, get(async move || files::answer(kind, bytes)));
    }
    Ok(router)
}

/// `GET /`: the same visitor keeps its session over reloads; who signed in gets one of their own.
async fn signup(
    State(partner): State<Partner>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let account = Account::read(&headers);
    let token = match account.session {
        Some(ref token) if partner.is_good(token).await => Ok(token.clone()),
        _ => partner.welcome(account.customer.as_deref(), plan_of(&query)).await,
    };
    match token {
        Ok(token) => {
            let page = frame("Sign up", &account, SIGNUP).replace("{{session}}", &token);
            account::keep_session(html(page.replace("{{endpoint}}", &partner.api), &partner.api), &token)
        }
        Err(error) => no_session(&error),
    }
}

/// `GET /orders`: the customer's orders, by a session that may look and not order.
async fn orders(State(partner): State<Partner>, headers: HeaderMap) -> Response {
    let account = Account::read(&headers);
    let Some(customer) = partner.customer_of(&account) else {
        return Redirect::to("/signin").into_response();
    };
    match partner.mint(&Visitor { customer, plan: None }).await {
        Ok(token) => {
            let page = frame("My orders", &account, ORDERS).replace("{{session}}", &token);
            account::unkept(html(page.replace("{{endpoint}}", &partner.api), &partner.api))
        }
        Err(error) => no_session(&error),
    }
}

/// `GET /signin`: the address that was used last stands there already.
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

/// `POST /signin`: from now on the browser belongs to this customer.
async fn sign_in(headers: HeaderMap, Form(who): Form<Who>) -> Response {
    let email = who.email.trim();
    if !account::is_address(email) {
        let page = sign_in_page(&Account::read(&headers), email, "Give an e-mail address, such as ada@example.com.");
        return (StatusCode::BAD_REQUEST, page).into_response();
    }
    account::signed_in(Redirect::to("/").into_response(), email)
}

/// `POST /signout`: the browser belongs to a new visitor; the address is remembered for the next time.
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

/// `GET /demo/session`: a new session for the visitor, one without a plan (`?orders`), or one that is over (`?ended`).
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
        (_, None) => Err("nobody is signed in".to_owned()),
        (true, Some(customer)) => partner.mint(&Visitor { customer, plan: None }).await,
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

/// `GET /new`: the next look at the signup page brings a new session, of a new visitor where nobody is signed in.
async fn start_over(Query(query): Query<HashMap<String, String>>) -> Response {
    let target = if plan_of(&query) > 0 { "/?plan=growth" } else { "/" };
    account::without_session(Redirect::to(target).into_response())
}

/// The number of the plan that was chosen on a page before.
fn plan_of(query: &HashMap<String, String>) -> usize {
    usize::from(query.get("plan").is_some_and(|plan| plan == "growth"))
}

/// A page of the partner: the frame around `main`.
fn frame(title: &str, account: &Account, main: &str) -> String {
    let tools = if main.contains("<peeker-checkout") { TOOLS } else { "" };
    let page = FRAME.replace("{{title}}", title).replace("{{tools}}", tools).replace("{{main}}", main);
    page.replace("{{account}}", &account.links())
}

fn no_session(error: &str) -> Response {
    (StatusCode::BAD_GATEWAY, format!("No session could be minted: {error}")).into_response()
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
