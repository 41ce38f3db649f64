//! The partner's backend as a receiver of notifications: it verifies each, keeps it once, and can be broken and repaired.

use crate::account::{self, Account};
use crate::partner::Partner;
use crate::site;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Where notifications are received.
pub(crate) const PATH: &str = "/hooks/peeker";
/// The name of the endpoint.
pub(crate) const NAME: &str = "partner";
/// Notifications that are kept: the page shows no more.
const KEPT: usize = 200;
const PAGE: &str = include_str!("../page/notifications.html");

/// What the partner's backend knows.
#[derive(Clone)]
struct Inbox {
    partner: Partner,
    webhook: Arc<Webhook>,
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    /// Newest first: id, and the body with the time of its arrival.
    received: VecDeque<(String, Value)>,
    /// Since when it refuses everything.
    broken: Option<String>,
    /// What it refused meanwhile.
    refused: u32,
    /// What came again and was recognised.
    again: u32,
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The endpoint, the page, and the requests of its script.
pub(crate) fn routes(partner: Partner, secret: &str) -> Result<Router, String> {
    let webhook = Arc::new(Webhook::new(secret).map_err(|error| error.to_string())?);
    let inbox = Inbox { partner, webhook, known: Arc::default() };
    let router = Router::new().route(PATH, post(receive)).route("/notifications", get(page));
    let router = router.route("/demo/notifications", get(list)).route("/demo/endpoint", post(switch));
    Ok(router.with_state(inbox))
}

/// `POST /hooks/peeker`: what any backend of a partner does.
async fn receive(State(inbox): State<Inbox>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if inbox.webhook.verify(&body, &headers).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let mut known = inbox.lock();
    if known.broken.is_some() {
        known.refused = known.refused.saturating_add(1);
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    if known.received.iter().any(|(other, _)| *other == id) {
        known.again = known.again.saturating_add(1);
        return StatusCode::NO_CONTENT;
    }
    let Ok(mut body) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    if let Some(fields) = body.as_object_mut() {
        fields.insert("id".to_owned(), json!(id));
        fields.insert("received_at".to_owned(), json!(now()));
    }
    known.received.push_front((id, body));
    known.received.truncate(KEPT);
    StatusCode::NO_CONTENT
}

/// `GET /notifications`: the page.
async fn page(headers: HeaderMap) -> Response {
    let page = site::frame("Notifications", &Account::read(&headers), PAGE);
    account::unkept(site::html(page, ""))
}

/// `GET /demo/notifications`: what was received, newest first.
async fn list(State(inbox): State<Inbox>) -> Json<Value> {
    let known = inbox.lock();
    let received: Vec<&Value> = known.received.iter().map(|(_, body)| body).collect();
    Json(json!({"broken": known.broken, "refused": known.refused, "again": known.again, "received": received}))
}

/// Whether the endpoint is to refuse everything.
#[derive(Deserialize)]
struct Switch {
    broken: bool,
}

/// `POST /demo/endpoint`: breaks it, or repairs it and requests what it missed.
async fn switch(State(inbox): State<Inbox>, Json(Switch { broken }): Json<Switch>) -> Response {
    let since = {
        let mut known = inbox.lock();
        if broken {
            known.broken.get_or_insert_with(now);
            known.refused = 0;
            return Json(json!({"said": "The endpoint answers 503. Place an order, and repair it."})).into_response();
        }
        known.broken.take()
    };
    let Some(since) = since else {
        return Json(json!({"said": "The endpoint works."})).into_response();
    };
    match inbox.partner.request_again(&since, NAME).await {
        Ok(()) => Json(json!({"said": "The endpoint works again, and what it missed was requested."})).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, Json(json!({"said": error}))).into_response(),
    }
}

fn now() -> String {
    OffsetDateTime::now_utc().replace_nanosecond(0).ok().and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default()
}
