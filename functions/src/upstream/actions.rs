//! Pending actions upstream: what an order waits for, row by row, whatever a row lacks.

use crate::clock::{Clock, Timestamp};
use crate::upstream::{Upstream, UpstreamError};
use futures::{StreamExt, TryStreamExt};
use serde_json::Value;
use shared::answers::{PendingAction, Person};
use shared::ids::OrderId;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};

/// Pages that are read: 10 × 100 rows, and an order has at most 1,000 domains.
const MAX_PAGES: usize = 10;
/// Characters of a text that are passed on.
const MAX_TEXT: usize = 500;
/// Seconds for which an answer serves later looks: a page looks every few seconds, and often from several tabs.
const FRESH_FOR: Timestamp = 10;
/// Orders whose answers are kept; more are waited for at once by nobody.
const MAX_KEPT: usize = 1_000;
/// Keys under which a row may have its person (docs/upstream.md#pending-actions).
const PERSON_KEYS: [&str; 3] = ["user", "persona", "person"];

/// Answers that are a few seconds old.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<HashMap<OrderId, (Timestamp, Vec<PendingAction>)>>);

impl Recent {
    fn find(&self, id: &OrderId, clock: &Clock) -> Option<Vec<PendingAction>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let age = |at: Timestamp| clock.now().saturating_sub(at);
        kept.get(id).filter(|(at, _)| (0..FRESH_FOR).contains(&age(*at))).map(|(_, actions)| actions.clone())
    }

    fn keep(&self, id: &OrderId, at: Timestamp, actions: &[PendingAction]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(id.clone(), (at, actions.to_vec()));
    }
}

impl Upstream {
    /// What the order waits for; an answer serves for ten seconds.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn pending_actions(&self, id: &OrderId) -> Result<Vec<PendingAction>, UpstreamError> {
        if let Some(actions) = self.actions.find(id, &self.clock) {
            return Ok(actions);
        }
        let mut actions = Vec::new();
        let of_order = vec![("order_id".to_owned(), id.to_string())];
        let mut pages = pin!(self.pages("/orders/pending", of_order).take(MAX_PAGES));
        while let Some(page) = pages.try_next().await? {
            actions.extend(page.rows.iter().filter_map(read));
        }
        self.actions.keep(id, self.clock.now(), &actions);
        Ok(actions)
    }
}

/// A row; `None` when it is no object, or is done.
fn read(row: &Value) -> Option<PendingAction> {
    let text = |key: &str| text_of(row, key);
    let is_done = text("status").is_some_and(|status| status == "resolved");
    (row.is_object() && !is_done).then(|| PendingAction {
        id: text("id"),
        kind: text("type").unwrap_or_else(|| "unknown".to_owned()),
        reason: text("reason"),
        domain: text("domain"),
        person: PERSON_KEYS.iter().find_map(|key| person_of(row.get(*key)?)),
        message: text("message"),
        who: None,
        what_to_do: None,
    })
}

fn person_of(person: &Value) -> Option<Person> {
    let name = |key: &str| text_of(person, key);
    let (first_name, last_name) = (name("first_name"), name("last_name"));
    (first_name.is_some() || last_name.is_some())
        .then(|| Person { first_name: first_name.unwrap_or_default(), last_name: last_name.unwrap_or_default() })
}

fn text_of(value: &Value, key: &str) -> Option<String> {
    let text = value.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())?;
    Some(text.chars().take(MAX_TEXT).collect())
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde_json::{Value, json};

    #[test]
    fn a_row_is_kept_whatever_it_lacks_and_names_its_person() {
        for (row, expected) in [
            (
                json!({"id": "act_1", "type": "google_profile_picture", "status": "open", "domain": "acme.com",
                       "user": {"first_name": "Sam", "last_name": "Lee", "profile_picture_url": "https://x/s.jpg"}}),
                json!({"id": "act_1", "type": "google_profile_picture", "domain": "acme.com",
                       "person": {"first_name": "Sam", "last_name": "Lee"}}),
            ),
            (json!({}), json!({"type": "unknown"})),
            (json!({"type": 5, "reason": null, "later": {"words": []}}), json!({"type": "unknown"})),
            (json!({"type": "x", "persona": {"first_name": "Sam"}}), {
                json!({"type": "x", "person": {"first_name": "Sam", "last_name": ""}})
            }),
            (json!({"type": "x", "user": "usr_1", "domain": ["acme.com"]}), json!({"type": "x"})),
            (json!({"type": "x", "status": "resolved"}), Value::Null),
            (json!("act_1"), Value::Null),
        ] {
            assert_eq!(serde_json::to_value(read(&row)).unwrap_or_default(), expected, "{row}");
        }
    }
}
