//! Builds deliveries: documented events, signed by code that is independent of the functions.

use crate::client::{Call, Harness, Reply};
use functions::clock::from_iso;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// Lower-case hex of the HMAC-SHA256 of `bytes`.
pub(crate) fn hmac_hex(secret: &str, bytes: impl AsRef<[u8]>) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(bytes.as_ref());
    hex::encode(mac.finalize().into_bytes())
}

/// The body of an event; `data` is the entity: docs/upstream.md#event-envelope.
pub(crate) fn event(id: &str, kind: &str, at: &str, data: &Value) -> String {
    json!({"id": id, "type": kind, "created_at": at, "data": data}).to_string()
}

/// Events with ids `evt_0`, `evt_1` …, each with a type, a second and an entity. Returns ids and bodies.
pub(crate) fn numbered(facts: &[(&str, u8, Value)]) -> Vec<(String, String)> {
    let body = |(index, (kind, second, data)): (usize, &(&str, u8, Value))| {
        let id = format!("evt_{index}");
        let body = event(&id, kind, &format!("2026-05-08T12:00:{second:02}Z"), data);
        (id, body)
    };
    facts.iter().enumerate().map(body).collect()
}

/// A delivery with headers and body, which a test may change.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Delivery {
    /// `body` of the event `id`, signed with `secret` at `timestamp`.
    pub(crate) fn signed(secret: &str, id: &str, timestamp: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref().to_vec();
        let signature = hmac_hex(secret, [format!("{timestamp}.").as_bytes(), &body].concat());
        let headers = vec![
            ("peeker-event-id", id.to_owned()),
            ("peeker-timestamp", timestamp.to_owned()),
            ("peeker-signature", format!("v1={signature}")),
        ];
        Self { headers, body }
    }

    /// A redelivery: `resigned` with `secret` at `timestamp`, or with the first signature (docs/upstream.md#delivery).
    pub(crate) fn again(&self, resigned: bool, secret: &str, timestamp: i64) -> Self {
        let (_, id) = self.headers.iter().find(|(name, _)| *name == "peeker-event-id").unwrap();
        if resigned { Self::signed(secret, id, &timestamp.to_string(), &self.body) } else { self.clone() }
    }

    /// The hexadecimal digits of the signature.
    pub(crate) fn signature(&self) -> String {
        let (_, value) = self.headers.iter().find(|(name, _)| *name == "peeker-signature").unwrap();
        value.trim_start_matches("v1=").to_owned()
    }

    /// Replaces the header `name`.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    /// Adds a second value of a header.
    pub(crate) fn and(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn call(&self) -> Call {
        let call = Call::post("/v1/webhooks/peeker").body(self.body.clone());
        self.headers.iter().fold(call, |call, (name, value)| call.header(name, value))
    }
}

impl Harness {
    /// An event signed now, as upstream does. An event dated a little ahead is signed at its own time, because nothing
    /// is signed before it happens.
    pub(crate) fn signed(&self, id: &str, body: &str) -> Delivery {
        let now = self.stack.sandbox.now();
        let dated = serde_json::from_str::<Value>(body).ok().and_then(|body| from_iso(body["created_at"].as_str()?));
        let signed_at = dated.filter(|at| (now..=now + 60).contains(at)).unwrap_or(now);
        Delivery::signed(&self.stack.values.webhook_secret, id, &signed_at.to_string(), body)
    }

    pub(crate) async fn deliver(&self, delivery: &Delivery, status: u16) -> Reply {
        self.send(delivery.call(), status).await
    }

    /// Delivers an event that must be accepted.
    pub(crate) async fn deliver_event(&self, id: &str, kind: &str, at: &str, data: &Value) {
        self.deliver(&self.signed(id, &event(id, kind, at, data)), 204).await;
    }

    /// An order as the partner sees it.
    pub(crate) async fn partner_view(&self, id: &str) -> Value {
        self.order(&self.stack.values.partner_key, id).await
    }
}
