//! Forgets the customer of one order: its drafts, the payloads of its events, its inboxes, and its names.

use crate::store::condition::is_finished;
use crate::store::dynamo::concurrent::{Work, at_once};
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::key::index::placements_of;
use crate::store::key::range::KeyRange;
use crate::store::order::change::{HeadChange, OrderCustomer};
use crate::store::order::documents::customer_update;
use crate::store::order::head::HeadItem;
use crate::store::order::placed::LABELS;
use crate::store::retention::payload::{Reason, draft_removal};
use crate::store::retention::progress::{Forgetting, Step};
use crate::store::{Store, StoreError};
use shared::ids::{OrderId, SessionId};

/// Events between two checks of the clock, and between two stored positions.
const STRIDE: usize = 200;

/// The result for one order.
#[derive(Debug)]
pub(super) struct OrderStep {
    pub(super) step: Step,
    /// All names of the customer that the order has.
    pub(super) aliases: Vec<String>,
}

impl Forgetting<'_> {
    /// Forgets the customer of order `id`, which is in the list of `found_by`.
    pub(super) async fn forget_order(&self, id: &OrderId, found_by: &str) -> Result<OrderStep, StoreError> {
        let store = self.store;
        let head = store.order_head(id).await?;
        if head.as_ref().is_some_and(|head| !head.is_forgotten) {
            // This is first: later writes do not name the customer. What earlier ones wrote is found below.
            let mut customer = OrderCustomer::default();
            customer.replace_by(self.pseudonym);
            let change = HeadChange { customer, ..HeadChange::default() };
            store.update(change.update(id).remove(LABELS)).await?;
        }
        let entries = store.range_keys(KeyRange::order_customers(id)).await?;
        let aliases: Vec<String> = entries.iter().filter_map(Key::listed_customer).map(str::to_owned).collect();
        let Some(head) = head else {
            return Ok(OrderStep { step: Step::Done, aliases });
        };
        for session in head.sessions.iter().filter_map(|id| SessionId::parse(id.as_str())) {
            store.forget_placement(&session, self.pseudonym).await?;
        }
        if self.payloads(id).await? == Step::OutOfTime {
            return Ok(OrderStep { step: Step::OutOfTime, aliases });
        }
        store.drop_inboxes(id).await?;
        store.delete(&Key::order_approval(id)).await?;
        store.forget_notifications(id.as_str()).await?;
        // These are last: by them the order is found, so a failure above is repeated the next time.
        let created_at = head.created_at.as_deref().unwrap_or(&head.updated_at);
        store.update(customer_update(id, self.pseudonym, created_at)).await?;
        let (last, others): (Vec<&String>, Vec<&String>) = aliases.iter().partition(|alias| *alias == found_by);
        for alias in others.into_iter().chain(last).filter(|alias| *alias != self.pseudonym) {
            store.delete(&Key::order_customer(id, alias)).await?;
        }
        Ok(OrderStep { step: Step::Done, aliases })
    }

    /// Removes the payloads of the events of the order, and notes how far it came.
    async fn payloads(&self, id: &OrderId) -> Result<Step, StoreError> {
        let head: Option<HeadItem> = self.store.get(&Key::order(id)).await?;
        let swept = head.and_then(|head| head.swept);
        let events = self.store.order_events(id, swept.as_deref()).await?;
        for stride in events.chunks(STRIDE) {
            self.store.remove_payloads(stride, Reason::CustomerForgotten).await?;
            if let Some(last) = stride.last() {
                self.store.update(Update::of(Key::order(id)).set("swept", last)).await?;
            }
            // The time is checked after the work, so that each call makes progress.
            if self.is_late() {
                return Ok(Step::OutOfTime);
            }
        }
        Ok(Step::Done)
    }
}

impl Store {
    /// Replaces the customer of a placement and removes its draft, once the draft is not needed to find the order
    /// upstream; `false` while it is.
    pub(super) async fn forget_placement(&self, session: &SessionId, pseudonym: &str) -> Result<bool, StoreError> {
        let update = draft_removal(session)
            .set("placement_customer", pseudonym)
            .set("placement_user", pseudonym)
            .set("customer", placements_of(pseudonym))
            .remove(LABELS)
            .remove("approval")
            .only_if(is_finished());
        if self.update(update).await? {
            self.forget_notifications(session.as_str()).await?;
            return Ok(true);
        }
        // It is not finished, or has expired.
        Ok(self.get_item(&Key::placement(session)).await?.is_none())
    }

    async fn drop_inboxes(&self, id: &OrderId) -> Result<(), StoreError> {
        let keys = self.range_keys(KeyRange::order_inboxes(id)).await?;
        let mut work: Vec<Work<'_>> = Vec::new();
        for key in &keys {
            work.push(Box::pin(self.delete(key)));
        }
        at_once(work).await
    }

    /// Removes inboxes that were written while the customer of their order was being forgotten.
    pub(crate) async fn drop_inboxes_if_forgotten(&self, id: &OrderId) -> Result<(), StoreError> {
        match self.order_head(id).await? {
            Some(head) if head.is_forgotten => self.drop_inboxes(id).await,
            _ => Ok(()),
        }
    }
}
