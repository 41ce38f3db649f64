//! When an order is checked again, and what a check writes.

use crate::clock::{Timestamp, from_iso, to_iso};
use crate::model::notification::Notification;
use crate::model::projection::version;
use crate::store::condition::{has, later_than};
use crate::store::dynamo::transaction::Transaction;
use crate::store::dynamo::update::Update;
use crate::store::dynamo::value::IntoValue;
use crate::store::key::Key;
use crate::store::key::index::Queue;
use crate::store::notification::item::notification_put;
use crate::store::notification::of_order::Statement;
use crate::store::open::POSTPONE;
use crate::store::order::change::HeadChange;
use crate::store::order::documents::first_end_update;
use crate::store::order::facts::{OrderFacts, status_facts};
use crate::store::order::head::OrderHead;
use crate::store::{Store, StoreError};
use serde_json::Value;
use shared::ids::OrderId;
use shared::order::OrderStatus;

/// Seconds without a statement after which an order that is not final is looked up: upstream usually takes hours.
pub const SILENT_AFTER: Timestamp = 60 * 60;
/// Seconds until an order with pending actions is checked again.
const ACTION_AFTER: Timestamp = 10 * 60;
/// Seconds between two checks of a live order, and from the last check before its renewal until then.
const WEEK: Timestamp = 7 * 24 * 60 * 60;

/// The writes of one look.
#[derive(Debug, Clone, Copy)]
enum Part {
    Head,
    EndOfPersonalData,
    Notification,
}

/// What upstream answered about an order.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'o> {
    /// Its status.
    pub status: &'o OrderStatus,
    /// The order, as upstream sent it.
    pub order: &'o Value,
    /// When it was so, on upstream's clock.
    pub at: Timestamp,
    /// Whether we have just changed it: then a status that the table does not have is no drift.
    pub is_our_doing: bool,
}

impl Store {
    /// Postpones the next look at an order a little, in whatever queue it is.
    async fn postpone_order(&self, id: &OrderId, now: Timestamp) -> Result<(), StoreError> {
        self.update(open_head(id).set("open_due", now.saturating_add(POSTPONE))).await.map(drop)
    }

    /// Plans a check an hour after `at`, when a change without an event takes effect, unless the order is no longer
    /// checked. Checks planned earlier stay.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn look_after(&self, id: &OrderId, at: Timestamp) -> Result<(), StoreError> {
        self.update(open_head(id).set("takes_effect", at)).await?;
        let due = at.saturating_add(SILENT_AFTER);
        self.update(open_head(id).set("open_due", due).only_if(later_than("open_due", due))).await.map(drop)
    }

    /// Removes the order from the open work, because upstream does not know it at `now`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn close(&self, id: &OrderId, now: Timestamp) -> Result<(), StoreError> {
        let change =
            HeadChange { next_look: Some(None), plain: vec![("gone", true.into_value())], ..HeadChange::default() };
        let mut transaction = Transaction::new();
        transaction.push(Part::Head, change.update(id));
        transaction.push(Part::EndOfPersonalData, first_end_update(id, self.end_of_personal(now)));
        self.transact(transaction).await.map(drop)
    }

    /// Writes the status that upstream answered, with the dates in the order, and the notifications that follow. `true`: the
    /// table had another status.
    ///
    /// An event that is newer than the answer wins: then only the time of the next look is written.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn observe(
        &self,
        id: &OrderId,
        observation: Observation<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let found = self.order_head(id).await?;
        let Observation { status, order, at, is_our_doing } = observation;
        let facts = OrderFacts::of(order, now);
        let date = |pick: fn(&OrderHead) -> Option<&String>| found.as_ref().and_then(pick).and_then(|at| from_iso(at));
        let renews_at = facts.renews_at.or_else(|| date(|head| head.renews_at.as_ref()));
        let cancels_at = facts.cancels_at.or_else(|| date(|head| head.cancels_at.as_ref()));
        let takes_effect = found.as_ref().and_then(|head| head.takes_effect);
        let version = version(at, status.rank());
        let before = found.as_ref().map(OrderHead::before).unwrap_or_default();
        let statement = Statement { order: id, status, version, cancels_at };
        let mut notifications: Vec<Notification> = statement.notification(&before, &[]).into_iter().collect();
        notifications.extend(statement.drift(&before).filter(|_| !is_our_doing));
        let mut plain = vec![("seen_at", now.into_value())];
        let told_renewal = found.as_ref().and_then(|head| head.told_renewal.as_deref());
        if let Some(renews_at) = renews_at.filter(|at| renews_soon(status, *at, told_renewal, now)) {
            notifications.push(statement.renewal(renews_at));
            plain.push(("told_renewal", to_iso(renews_at).into_value()));
        }
        let change = HeadChange {
            facts: status_facts(status),
            version,
            next_look: Some(next_look(status, renews_at, cancels_at, takes_effect, now)),
            plain,
            status_so_far: (!notifications.is_empty()).then_some(before.version),
            ..HeadChange::default()
        };
        let mut transaction = Transaction::new();
        transaction.push(Part::Head, change.update(id));
        for notification in &notifications {
            transaction.push(Part::Notification, notification_put(notification, now)?);
        }
        if status.is_final() && !found.as_ref().is_some_and(|head| head.has_ended) {
            transaction.push(Part::EndOfPersonalData, first_end_update(id, self.end_of_personal(now)));
        }
        if !self.transact_all(transaction).await? {
            return self.postpone_order(id, now).await.map(|()| false);
        }
        Ok(found.is_some_and(|head| head.version.is_some() && head.status != *status))
    }
}

/// An update of the head of an order that is in the open work; it does nothing to any other.
fn open_head(id: &OrderId) -> Update {
    Update::of(Key::order(id)).only_if(has("open_shard"))
}

/// Whether an order renews within a week, and the partner was not told of that.
fn renews_soon(status: &OrderStatus, renews_at: Timestamp, told: Option<&str>, now: Timestamp) -> bool {
    let is_soon = (renews_at.saturating_sub(WEEK)..renews_at).contains(&now);
    // One that was cancelled does not renew. One that waits for an action is paid for all the same.
    let renews = matches!(status, OrderStatus::Completed | OrderStatus::ActionRequired | OrderStatus::InProgress);
    renews && is_soon && told != Some(to_iso(renews_at).as_str())
}

/// The next look at an order with this status: soon while it is in progress, rarely once it is live, and none once it
/// is over.
pub(crate) fn next_look(
    status: &OrderStatus,
    renews_at: Option<Timestamp>,
    cancels_at: Option<Timestamp>,
    takes_effect: Option<Timestamp>,
    now: Timestamp,
) -> Option<(Queue, Timestamp)> {
    match status {
        OrderStatus::Failed | OrderStatus::Cancelled => None,
        OrderStatus::ActionRequired => Some((Queue::Unfinished, now.saturating_add(ACTION_AFTER))),
        OrderStatus::CancelScheduled if cancels_at.is_some_and(|at| at <= now) => {
            Some((Queue::Slow, now.saturating_add(SILENT_AFTER)))
        }
        OrderStatus::Completed | OrderStatus::CancelScheduled => {
            let before = renews_at.map(|at| at.saturating_sub(WEEK));
            let after = takes_effect.map(|at| at.saturating_add(SILENT_AFTER));
            let dates = [before, renews_at, cancels_at, after, Some(now.saturating_add(WEEK))];
            let next = dates.into_iter().flatten().filter(|at| *at > now).min();
            next.map(|at| (Queue::Slow, at))
        }
        OrderStatus::InProgress | OrderStatus::Other(_) => Some((Queue::Unfinished, now.saturating_add(SILENT_AFTER))),
    }
}
