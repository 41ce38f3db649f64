//! The attempts to deliver a notification, for its log.

use crate::clock::{Timestamp, to_iso};
use crate::model::notification::{KEEP_NOTIFICATIONS, NotificationId};
use crate::store::condition::{has_no, is_still, not_exists};
use crate::store::dynamo::item::short;
use crate::store::dynamo::transaction::Transaction;
use crate::store::dynamo::update::Update;
use crate::store::dynamo::write::{Check, Put};
use crate::store::key::Key;
use crate::store::notification::delivery::{Delivery, DeliveryState, delivery_update, due_at};
use crate::store::notification::item::ERASED;
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};

/// Characters of an answer that are kept.
const KEPT_OF_RESPONSE: usize = 1024;

/// One attempt to deliver a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The id of the endpoint.
    pub endpoint: String,
    /// When it began.
    pub at: Timestamp,
    /// The status of the answer; `None` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Milliseconds until the answer, or until it was given up.
    pub ms: u64,
    /// The beginning of the answer, or why there is none.
    #[serde(default)]
    pub response: String,
}

/// What follows from an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// The endpoint has taken it.
    Delivered,
    /// The next attempt is due then.
    Retry(Timestamp),
    /// No attempt follows.
    GiveUp,
}

/// The item of an attempt.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AttemptItem {
    #[serde(flatten)]
    pub(super) attempt: Attempt,
    expires_at: Timestamp,
}

/// The writes of one attempt.
#[derive(Debug, Clone, Copy)]
enum Part {
    Attempt,
    Delivery,
    Customer,
}

impl Store {
    /// Records an attempt of `delivery`, and what follows. One that was requested again while the attempt was under way
    /// gets another. `false`: another notifier has recorded an attempt since it was read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_attempt(
        &self,
        id: &NotificationId,
        delivery: &Delivery,
        attempt: Attempt,
        after: After,
    ) -> Result<bool, StoreError> {
        let attempt = Attempt { response: short(&attempt.response, KEPT_OF_RESPONSE), ..attempt };
        let is_as_read = is_still("requested_at", delivery.requested_at);
        let update = ended(id, delivery, &attempt, after).remove("requested_at").only_if(is_as_read);
        if self.write_attempt(id, delivery, &attempt, update).await? {
            return Ok(true);
        }
        let again = ended(id, delivery, &attempt, After::Retry(attempt.at));
        self.write_attempt(id, delivery, &attempt, again).await
    }

    /// Writes the attempt, without the endpoint's answer if the customer was erased meanwhile: it may name the customer.
    async fn write_attempt(
        &self,
        id: &NotificationId,
        delivery: &Delivery,
        attempt: &Attempt,
        update: Update,
    ) -> Result<bool, StoreError> {
        // Why there is no answer is in words of ours.
        if attempt.status.is_some() && !attempt.response.is_empty() {
            let mut transaction = attempt_writes(id, delivery, attempt.clone(), update.clone())?;
            transaction.push(Part::Customer, Check { key: Key::notification(id), condition: has_no(ERASED) });
            let refused = self.transact(transaction).await?;
            if !refused.iter().any(|refusal| matches!(refusal.label, Part::Customer)) {
                return Ok(refused.is_empty());
            }
        }
        let kept = match attempt.status {
            Some(_) => Attempt { response: String::new(), ..attempt.clone() },
            None => attempt.clone(),
        };
        self.transact_all(attempt_writes(id, delivery, kept, update)?).await
    }
}

fn attempt_writes(
    id: &NotificationId,
    delivery: &Delivery,
    attempt: Attempt,
    update: Update,
) -> Result<Transaction<Part>, StoreError> {
    let key = Key::notification_attempt(id, &delivery.endpoint, number_of(delivery));
    let expires_at = expiry_of(&attempt);
    let mut transaction = Transaction::new();
    let put = Put::new(&key, &AttemptItem { attempt, expires_at })?;
    transaction.push(Part::Attempt, put.only_if(not_exists()));
    transaction.push(Part::Delivery, update);
    Ok(transaction)
}

/// The delivery after the attempt.
fn ended(id: &NotificationId, delivery: &Delivery, attempt: &Attempt, after: After) -> Update {
    let update = delivery_update(id, delivery)
        .set("attempts", number_of(delivery))
        .set("changed_at", to_iso(attempt.at))
        .set("expires_at", expiry_of(attempt))
        .remove("lease_until");
    let closed = |update: Update, state: DeliveryState| {
        update.set("state", state.as_str()).remove("open_shard").remove("open_due")
    };
    match after {
        After::Delivered => closed(update, DeliveryState::Delivered),
        After::GiveUp => closed(update, DeliveryState::GivenUp),
        After::Retry(due) => due_at(update, id, &delivery.endpoint, due),
    }
}

/// The number of the attempt that is under way.
const fn number_of(delivery: &Delivery) -> u32 {
    delivery.attempts.saturating_add(1)
}

const fn expiry_of(attempt: &Attempt) -> Timestamp {
    attempt.at.saturating_add(KEEP_NOTIFICATIONS)
}
