//! Upstream's other environment: it has its own orders, and its events come to the same URL, signed with its own
//! secret.

use crate::courier::Courier;
use crate::dice::Dice;
use crate::peeker::Peeker;
use crate::tally::Tally;
use crate::time::{START, pause};
use crate::values::Values;
use bytes::Bytes;
use functions::clock::to_iso;
use http::{Method, Request, header};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// Milliseconds between two orders there: minimum and maximum.
const PAUSE: (u64, u64) = (60_000, 900_000);
/// The signed base string.
const TEMPLATE: &str = "{timestamp}.{body}";

/// The other environment.
#[derive(Debug, Clone)]
pub(crate) struct Elsewhere {
    peeker: Peeker,
    courier: Courier,
    values: Values,
    tally: Tally,
    dice: Dice,
    /// Ids of the orders and events of that environment.
    ids: Arc<Mutex<Vec<String>>>,
}

impl Elsewhere {
    pub(crate) fn new(peeker: &Peeker, courier: &Courier, values: &Values, tally: &Tally, dice: Dice) -> Self {
        let (peeker, courier, values, tally) = (peeker.clone(), courier.clone(), values.clone(), tally.clone());
        Self { peeker, courier, values, tally, dice, ids: Arc::default() }
    }

    /// Places orders until it is stopped. After each order, it sends an event about an order of this environment.
    pub(crate) async fn go_on(self) {
        for number in 0_u32.. {
            pause(self.dice.between(PAUSE.0, PAUSE.1)).await;
            self.order(number).await;
            self.pretend(number);
        }
    }

    /// Ids of the orders and events of that environment.
    pub(crate) fn ids(&self) -> Vec<String> {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let events = self.peeker.sandbox().events();
        ids.extend(events.into_iter().filter(|event| event.environment == "live").map(|event| event.id));
        ids
    }

    fn note(&self, id: String) {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).push(id);
    }

    async fn order(&self, number: u32) {
        let body = json!({
            "user": format!("somebody{number}@elsewhere.example"),
            "google_licenses": 2,
            "microsoft_licenses": 0,
            "google_inboxes_per_domain": 2,
            "sequencer": {"provider": "smartlead", "client_id": null, "login_email": "ops@elsewhere.example",
                          "login_password": "of another shop"},
            "domains": [format!("elsewhere-{number}.com")],
            "personas": [{"first_name": "Grace", "last_name": "Hopper", "profile_picture_url": null}],
        });
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}/orders", self.peeker.sandbox().base_url()))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.values.other_key()))
            .header(header::CONTENT_TYPE, "application/json");
        let Ok(request) = request.body(Bytes::from(body.to_string())) else { return };
        let Some(answer) = self.peeker.answer(request).await else { return };
        let answer: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        if let Some(id) = answer.pointer("/data/id").and_then(Value::as_str) {
            self.note(id.to_owned());
        }
    }

    /// Sends an event, signed with the other environment's secret, that an order of this one has failed.
    fn pretend(&self, number: u32) {
        let orders = self.peeker.sandbox().orders();
        let mine = self.ids();
        let theirs =
            orders.iter().filter_map(|order| order.get("id")?.as_str()).filter(|id| !mine.iter().any(|m| m == id));
        let theirs: Vec<&str> = theirs.collect();
        let Some(order) = self.dice.choice(&theirs) else { return };
        let id = format!("evt_ELSEWHERE{number}");
        let now = START.saturating_add(i64::try_from(self.peeker.now() / 1_000).unwrap_or(0));
        let body = json!({"id": id, "type": "order.failed", "created_at": to_iso(now),
                          "data": {"id": order, "status": "failed"}});
        let body = body.to_string();
        let signature = sandbox::signature(TEMPLATE, self.values.other_secret(), &id, now, &body);
        let webhook = Request::builder()
            .method(Method::POST)
            .header(header::CONTENT_TYPE, "application/json")
            .header("peeker-event-id", &id)
            .header("peeker-timestamp", now)
            .header("peeker-signature", signature);
        self.note(id);
        if let Ok(webhook) = webhook.body(Bytes::from(body)) {
            self.tally.count("webhooks: of the other environment, about an order of this one");
            self.courier.take(webhook);
        }
    }
}
