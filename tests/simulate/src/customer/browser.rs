//! The customer's side of the wire: sends what the widget sends, and writes down what it hears.

use crate::customer::character::Character;
use crate::diary::{Attempt, Diary, Draft, Shown, Sight, View, Word};
use crate::fleet::{Answer, Fleet, Heard, ask};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::answers::ImportRow;
use std::time::Duration;
use tracing::Instrument;

/// Milliseconds that a customer waits for anything but an order.
const PATIENCE: Duration = Duration::from_secs(35);

/// An import as the customer is shown it.
#[derive(Debug, Clone)]
pub(crate) struct Import {
    pub(crate) id: Option<String>,
    rows: Vec<ImportRow>,
}

impl Import {
    /// The domains whose row is `wanted`.
    pub(crate) fn domains(&self, wanted: impl Fn(&ImportRow) -> bool) -> Vec<String> {
        self.rows.iter().filter(|row| wanted(row)).map(|row| row.domain.clone()).collect()
    }
}

/// One customer's browser.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(crate) fleet: Fleet,
    pub(crate) diary: Diary,
    pub(crate) name: String,
    /// Its address.
    pub(crate) customer: String,
    pub(crate) token: String,
}

impl Browser {
    fn now(&self) -> u64 {
        self.fleet.shop.timeline.millis()
    }

    /// Whether the customer is gone for good: nothing is asked for any more, and nothing that still comes is read.
    pub(crate) fn has_left(&self) -> bool {
        self.fleet.shop.erasures.has_left(&self.customer)
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Heard {
        if self.has_left() {
            return Heard::Nothing;
        }
        let call = ask(&self.fleet, &self.name, method, path, &self.token, body);
        let heard = tokio::time::timeout(PATIENCE, call).await.unwrap_or(Heard::Nothing);
        if self.has_left() { Heard::Nothing } else { heard }
    }

    /// The partner's backend mints the session.
    pub(crate) async fn mint(&mut self, character: &Character) -> bool {
        let mut grant =
            json!({"customer": character.email, "plan": character.plan, "ttl_seconds": character.session_life});
        if let (Some(client_id), Some(grant)) = (character.client_id, grant.as_object_mut()) {
            grant.insert("sequencer".to_owned(), json!({ "client_id": client_id }));
        }
        let key = self.fleet.shop.values.partner_key().to_owned();
        if self.has_left() {
            return false;
        }
        let heard = ask(&self.fleet, &self.name, Method::POST, "/v1/sessions", &key, Some(grant)).await;
        let Heard::Answer(Answer { status: StatusCode::CREATED, body, .. }) = heard else {
            return false;
        };
        let text = |path: &str| body.pointer(path).and_then(Value::as_str).map(str::to_owned);
        self.token = text("/data/token").unwrap_or_default();
        self.diary.open().session = text("/data/id");
        !self.token.is_empty()
    }

    /// Asks for the import of domains; `None`: no answer that says anything.
    pub(crate) async fn import(&self, names: &[String]) -> Option<Import> {
        import_of(self.send(Method::POST, "/v1/domains/import", Some(json!({ "domains": names }))).await)
    }

    /// Looks at an import.
    pub(crate) async fn look_at_import(&self, id: &str) -> Option<Import> {
        import_of(self.send(Method::GET, &format!("/v1/domains/import/{id}"), None).await)
    }

    /// Gives domains of an import up; `false`: it is not known whether that was done.
    pub(crate) async fn release(&self, id: &str, names: &[String]) -> bool {
        let path = format!("/v1/domains/import/{id}/release");
        import_of(self.send(Method::POST, &path, Some(json!({ "domains": names }))).await).is_some()
    }

    /// Asks whether the names can be had.
    pub(crate) async fn look_up(&self, names: &[String]) {
        let body = json!({ "domains": names });
        self.send(Method::POST, "/v1/domains/availability", Some(body)).await;
    }

    /// Asks what the names cost; `None`: no quote.
    pub(crate) async fn quote(&self, draft: usize) -> Option<String> {
        let names = self.diary.open().drafts.get(draft)?.domains.clone();
        let heard = self.send(Method::POST, "/v1/quotes", Some(json!({ "domains": names }))).await;
        let Heard::Answer(Answer { status: StatusCode::OK, body, .. }) = heard else {
            return None;
        };
        body.pointer("/data/token").and_then(Value::as_str).map(str::to_owned)
    }

    /// Looks at the session; `None`: no answer that says anything.
    pub(crate) async fn reload(&self) -> Option<Shown> {
        let started = self.now();
        let Heard::Answer(Answer { status: StatusCode::OK, body, .. }) =
            self.send(Method::GET, "/v1/session", None).await
        else {
            return None;
        };
        let order = body.pointer("/data/order").filter(|order| !order.is_null());
        let shown = match order.map(|order| order.get("id").and_then(Value::as_str)) {
            None => Shown::None,
            Some(None) => Shown::Placing,
            Some(Some(id)) => Shown::Order(id.to_owned()),
        };
        let view = View { started, ended: self.now(), shown: shown.clone() };
        self.diary.open().views.push(view);
        Some(shown)
    }

    /// Looks at the order; `true`: it is final.
    pub(crate) async fn watch(&self, id: &str) -> bool {
        let at = self.now();
        let Heard::Answer(answer) = self.send(Method::GET, &format!("/v1/orders/{id}"), None).await else {
            return false;
        };
        let data = answer.body.get("data").cloned().unwrap_or_default();
        let sight = match answer.status {
            StatusCode::OK => Sight {
                at,
                status: data.get("status").and_then(Value::as_str).map(str::to_owned),
                domains: domains_of(&data),
            },
            StatusCode::NOT_FOUND => Sight { at, status: None, domains: Vec::new() },
            _ => return false,
        };
        self.diary.open().sights.push(sight);
        data.get("final").and_then(Value::as_bool).unwrap_or(false)
    }

    /// Adds a draft to the diary and says which it is.
    pub(crate) fn fill_in(&self, character: &Character) -> usize {
        let mut pages = self.diary.open();
        let variant = pages.drafts.len();
        let mark = format!("Lovelace-{}-{variant}", character.number);
        pages.drafts.push(Draft { mark, domains: character.names(variant) });
        variant
    }

    /// Orders `draft`. When patience ends, the tab is closed, and the function works on.
    pub(crate) async fn order(&self, character: &Character, draft: usize, quote: Option<&str>) -> Word {
        let Some(body) = self.body(character, draft, quote).filter(|_| !self.has_left()) else {
            return Word::Nothing;
        };
        let place = {
            let mut pages = self.diary.open();
            pages.attempts.push(Attempt { draft, started: self.now(), ended: None, word: Word::Nothing });
            pages.attempts.len().saturating_sub(1)
        };
        self.diary.order();
        let tab = self.clone();
        let call = tokio::spawn(
            async move {
                let heard = ask(&tab.fleet, &tab.name, Method::POST, "/v1/orders", &tab.token, Some(body)).await;
                let now = tab.now();
                if let Some(attempt) = tab.diary.open().attempts.get_mut(place) {
                    attempt.ended = Some(now);
                }
                heard
            }
            .in_current_span(),
        );
        let heard = match tokio::time::timeout(Duration::from_millis(character.patience), call).await {
            Ok(Ok(heard)) if !self.has_left() => heard,
            _ => Heard::Nothing,
        };
        let word = word_of(heard);
        if let Some(attempt) = self.diary.open().attempts.get_mut(place) {
            attempt.word = word.clone();
        }
        word
    }

    fn body(&self, character: &Character, draft: usize, quote: Option<&str>) -> Option<Value> {
        let pages = self.diary.open();
        let draft = pages.drafts.get(draft)?;
        let picture = character.unreachable.then_some("https://pictures.acme-shop.com/unreachable.png");
        let mut body = json!({
            "domains": draft.domains,
            "personas": [{"first_name": "Ada", "last_name": draft.mark, "profile_picture_url": picture}],
            "forwarding_url": "https://www.acme-shop.com/",
        });
        if let (Some(quote), Some(body)) = (quote, body.as_object_mut()) {
            body.insert("quote".to_owned(), quote.into());
        }
        Some(body)
    }
}

fn import_of(heard: Heard) -> Option<Import> {
    let Heard::Answer(Answer { status: StatusCode::OK | StatusCode::ACCEPTED, body }) = heard else {
        return None;
    };
    let id = body.pointer("/data/id").and_then(Value::as_str).map(str::to_owned);
    let rows = body.pointer("/data/domains").cloned().unwrap_or_default();
    Some(Import { id, rows: serde_json::from_value(rows).unwrap_or_default() })
}

fn word_of(heard: Heard) -> Word {
    let Heard::Answer(answer) = heard else {
        return Word::Nothing;
    };
    let data = |name: &str| answer.body.pointer(name);
    match answer.status {
        StatusCode::CREATED => Word::Placed {
            id: data("/data/id").and_then(Value::as_str).unwrap_or_default().to_owned(),
            total_cents: data("/data/costs/total_cents").and_then(Value::as_u64),
        },
        StatusCode::ACCEPTED => Word::Placing,
        StatusCode::BAD_REQUEST | StatusCode::CONFLICT => Word::Refused(answer.code().to_owned()),
        _ => Word::Failed(answer.code().to_owned()),
    }
}

fn domains_of(data: &Value) -> Vec<(String, String)> {
    let text = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let rows = data.get("domains").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    rows.iter().map(|row| (text(row, "domain"), text(row, "status"))).collect()
}
