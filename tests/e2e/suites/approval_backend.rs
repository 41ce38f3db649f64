//! The partner's side of approvals: signs tokens, answers questions, and adds up how each approval ended.

use crate::client::{CUSTOMER, Call, FOUR, Harness, Reply, draft};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use e2e::StackConfig;
use functions::config::ApprovalSettings;
use functions::model::approval::ApprovalMode;
use functions::placement::ApprovalUrl;
use sandbox::Fault;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// What the backend answers to one question.
#[derive(Debug, Clone)]
pub(crate) enum Says {
    /// Yes, to what was asked.
    Yes,
    /// Yes, with fields that differ.
    Other(Value),
    /// These bytes, under a status and with headers.
    Exactly(u16, &'static [(&'static str, &'static str)], String),
    /// Nothing.
    Nothing,
}

/// A question as it came.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Question {
    pub(crate) fn data(&self) -> Value {
        serde_json::from_slice::<Value>(&self.body).unwrap()["data"].clone()
    }

    pub(crate) fn id(&self) -> String {
        self.data()["id"].as_str().unwrap().to_owned()
    }
}

#[derive(Debug, Default)]
struct Talk {
    answers: VecDeque<Says>,
    asked: Vec<Question>,
}

/// The partner's backend.
#[derive(Debug, Clone)]
pub(crate) struct Backend {
    pub(crate) url: String,
    talk: Arc<Mutex<Talk>>,
}

impl Backend {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/approve", listener.local_addr().unwrap());
        let backend = Self { url, talk: Arc::default() };
        let router = Router::new().route("/approve", post(hear)).with_state(backend.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        backend
    }

    /// A backend that does not run.
    pub(crate) fn nowhere() -> Self {
        Self { url: "http://127.0.0.1:9/approve".to_owned(), talk: Arc::default() }
    }

    /// The answers to the next questions; then it says yes.
    pub(crate) fn will(&self, answers: impl IntoIterator<Item = Says>) {
        self.talk.lock().unwrap().answers.extend(answers);
    }

    pub(crate) fn asked(&self) -> Vec<Question> {
        self.talk.lock().unwrap().asked.clone()
    }
}

async fn hear(State(backend): State<Backend>, headers: HeaderMap, body: Bytes) -> Response {
    let question = Question { headers, body };
    let says = {
        let mut talk = backend.talk.lock().unwrap();
        talk.asked.push(question.clone());
        talk.answers.pop_front().unwrap_or(Says::Yes)
    };
    let data = question.data();
    let mut yes =
        json!({"approved": true, "id": data["id"], "amount_cents": data["amount_cents"], "currency": data["currency"]});
    match says {
        Says::Yes => axum::Json(yes).into_response(),
        Says::Other(fields) => {
            yes.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            axum::Json(yes).into_response()
        }
        Says::Exactly(status, headers, body) => {
            let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
            for (name, value) in headers {
                response.headers_mut().insert(*name, value.parse().unwrap());
            }
            if !headers.iter().any(|(name, _)| *name == "content-type") {
                response.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
            }
            response
        }
        Says::Nothing => std::future::pending().await,
    }
}

/// A stage whose orders need an approval that comes with them.
pub(crate) fn by_token() -> StackConfig {
    let approvals = ApprovalSettings { least: ApprovalMode::Token, url: None };
    StackConfig { approvals, ..StackConfig::paused() }
}

/// A stage that asks `backend`.
pub(crate) fn by_call(backend: &Backend) -> StackConfig {
    let approvals = ApprovalSettings { least: ApprovalMode::Call, url: ApprovalUrl::parse(&backend.url) };
    StackConfig { approvals, ..StackConfig::paused() }
}

/// A quote for [`FOUR`] in the session of `token`.
pub(crate) async fn quote(harness: &Harness, token: &str) -> Value {
    quote_for(harness, token, &FOUR).await
}

pub(crate) async fn quote_for(harness: &Harness, token: &str, names: &[&str]) -> Value {
    let call = Call::post("/v1/quotes").bearer(token).json(&json!({ "domains": names }));
    harness.send(call, 200).await.data()
}

/// The claims of an approval of `quote` in `session`, for half an hour.
pub(crate) fn claims(harness: &Harness, session: &str, id: &str, quote: &Value) -> Value {
    json!({
        "aud": "peeker-checkout/approval", "jti": id, "exp": harness.stack.sandbox.now() + 1_800,
        "session": session, "quote": quote["id"], "amount_cents": quote["total_cents"], "currency": quote["currency"],
    })
}

/// The order of [`FOUR`] with a quote, and an approval if there is one.
pub(crate) fn order(quote: &Value, approval: Option<&str>) -> Value {
    order_of(&FOUR, quote, approval)
}

pub(crate) fn order_of(names: &[&str], quote: &Value, approval: Option<&str>) -> Value {
    let mut body = draft(names);
    body["quote"] = quote["token"].clone();
    if let Some(approval) = approval {
        body["approval"] = approval.into();
    }
    body
}

/// The order with an approval of these claims.
pub(crate) async fn place_with(harness: &Harness, token: &str, quote: &Value, claims: &Value, status: u16) -> Reply {
    harness.place(token, &order(quote, Some(&harness.sign(claims))), status).await
}

/// What the partner is told about approvals: state and order of each.
pub(crate) async fn states(harness: &Harness) -> BTreeMap<String, (String, Option<String>)> {
    let rows = harness.as_partner("GET", "/v1/approvals?per_page=100", None, 200).await.data();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let row = |row: &Value| (text(&row["approval"]).unwrap(), (text(&row["state"]).unwrap(), text(&row["order"])));
    let all = rows.as_array().unwrap();
    let states: BTreeMap<_, _> = all.iter().map(row).collect();
    assert_eq!(states.len(), all.len(), "an approval is listed twice: {rows}");
    states
}

/// Only the states, in the order of the ids.
pub(crate) async fn words(harness: &Harness) -> Vec<String> {
    states(harness).await.into_values().map(|(state, _)| state).collect()
}

/// Nothing was ordered, nor sent.
pub(crate) fn assert_nothing_ordered(harness: &Harness, what: &str) {
    assert_eq!(harness.stack.sandbox.orders_of(CUSTOMER), 0, "{what}");
    assert_eq!(harness.orders_sent(), 0, "{what}");
}

/// Upstream refuses the next order, because a name was taken meanwhile.
pub(crate) fn refuse_next(harness: &Harness) {
    let details = json!({"domains": [{"domain": FOUR[2], "reason": "taken"}]});
    let error = json!({"code": "invalid_request", "message": "No", "field": "domains", "details": details});
    let body = Some(json!({ "error": error }).to_string());
    harness.stack.sandbox.fail_next(Fault { status: Some(400), body, ..Fault::on("POST", "/orders") });
}

/// Lets leases end, and the reconciler run.
pub(crate) async fn reconcile_after(harness: &Harness, seconds: u64) {
    harness.advance(seconds).await;
    harness.stack.reconciler.run().await.unwrap();
}
