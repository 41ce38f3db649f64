//! Forgetting one order's customer: its drafts, the payloads of its events, its inboxes, and whose it is.

use crate::store::buckets::placements_of;
use crate::store::ending::{Work, at_once};
use crate::store::error::was_written;
use crate::store::forgetting::Forgetting;
use crate::store::item::{get_text, key, text};
use crate::store::order_items::{BY, INBOXES, head_key, order_pk};
use crate::store::order_write::HeadChange;
use crate::store::placement::placement_key;
use crate::store::transact::update;
use crate::store::{Store, StoreError};
use shared::ids::{OrderId, SessionId};

/// Events between two looks at the clock, and between two notes of how far it came.
const STRIDE: usize = 200;

/// How far a part came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// To its end.
    Done,
    /// As far as there was time.
    OutOfTime,
}

/// What was found of one order.
pub(crate) struct OrderStep {
    pub(crate) step: Step,
    /// All that the customer is known by there.
    pub(crate) aliases: Vec<String>,
}

impl Forgetting<'_> {
    /// Forgets the customer of order `id`, which was found by `found_by`.
    pub(crate) async fn forget_order(&self, id: &OrderId, found_by: &str) -> Result<OrderStep, StoreError> {
        let store = self.store;
        let head = store.order_head(id).await?;
        if head.as_ref().is_some_and(|head| !head.is_forgotten) {
            // First: what comes in from now on names nobody. What came in before is found below.
            let mut change = HeadChange::default();
            change.belongs.replace_by(self.pseudonym);
            store.transact(vec![update(change.build(&store.table, id)?)]).await?;
        }
        let lists = store.partition(&order_pk(id), BY).await?;
        let listed: Vec<&str> = lists.iter().filter_map(|item| get_text(item, "sk")?.strip_prefix(BY)).collect();
        let aliases: Vec<String> = listed.iter().map(|alias| (*alias).to_owned()).collect();
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
        // Last: by these the order is found, so that what failed above is done when it is tried again.
        let created_at = head.created_at.as_deref().unwrap_or(&head.updated_at);
        store.write_if(store.alias_update(id, self.pseudonym, created_at)?).await?;
        let (last, others): (Vec<&str>, Vec<&str>) = listed.into_iter().partition(|alias| *alias == found_by);
        for alias in others.into_iter().chain(last).filter(|alias| *alias != self.pseudonym) {
            store.drop_item(key(order_pk(id), format!("{BY}{alias}"))).await?;
        }
        Ok(OrderStep { step: Step::Done, aliases })
    }

    /// Removes the payloads of the order's events, and notes how far it came.
    async fn payloads(&self, id: &OrderId) -> Result<Step, StoreError> {
        let head = self.store.read_batch(vec![head_key(id)]).await?;
        let swept = head.first().and_then(|item| get_text(item, "swept"));
        let events = self.store.order_events(id, swept).await?;
        for stride in events.chunks(STRIDE) {
            let mut work: Vec<Work<'_>> = Vec::new();
            for event in stride {
                work.push(Box::pin(self.store.drop_payload(event)));
            }
            at_once(work).await?;
            if let Some(last) = stride.last() {
                self.note_swept(id, last).await?;
            }
            // After the work: each call comes further.
            if self.is_late() {
                return Ok(Step::OutOfTime);
            }
        }
        Ok(Step::Done)
    }

    async fn note_swept(&self, id: &OrderId, last: &str) -> Result<(), StoreError> {
        let note = self.store.client.update_item().table_name(&self.store.table).set_key(Some(head_key(id)));
        let note = note.update_expression("SET swept = :last").expression_attribute_values(":last", text(last));
        note.send().await.map(|_| ()).map_err(StoreError::from_sdk)
    }
}

impl Store {
    async fn drop_payload(&self, event: &str) -> Result<(), StoreError> {
        let updated = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(format!("EVENT#{event}"), "EVENT")))
            .update_expression("REMOVE entity")
            .condition_expression("attribute_exists(pk)")
            .send()
            .await;
        was_written(updated).map(drop)
    }

    /// The draft goes once it is not needed to find out what became of the order; `false` while it is.
    pub(crate) async fn forget_placement(&self, session: &SessionId, pseudonym: &str) -> Result<bool, StoreError> {
        let updated = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(placement_key(session)))
            .update_expression(
                "SET placement_customer = :pseudonym, placement_user = :pseudonym, customer = :listed \
                 REMOVE draft, sent_at",
            )
            .condition_expression("phase IN (:placed, :refused)")
            .expression_attribute_values(":pseudonym", text(pseudonym))
            .expression_attribute_values(":listed", text(placements_of(pseudonym)))
            .expression_attribute_values(":placed", text("placed"))
            .expression_attribute_values(":refused", text("refused"))
            .send()
            .await;
        if was_written(updated)? {
            return Ok(true);
        }
        // When not: open, or expired by itself.
        let read = self.client.get_item().table_name(&self.table).set_key(Some(placement_key(session)));
        Ok(read.consistent_read(true).send().await.map_err(StoreError::from_sdk)?.item.is_none())
    }

    async fn drop_inboxes(&self, id: &OrderId) -> Result<(), StoreError> {
        let items = self.partition(&order_pk(id), INBOXES).await?;
        let mut work: Vec<Work<'_>> = Vec::new();
        for sk in items.iter().filter_map(|item| get_text(item, "sk")) {
            work.push(Box::pin(self.drop_item(key(order_pk(id), sk))));
        }
        at_once(work).await
    }

    /// Removes inboxes that were written while their order's customer was being forgotten.
    pub(crate) async fn drop_inboxes_if_forgotten(&self, id: &OrderId) -> Result<(), StoreError> {
        match self.order_head(id).await? {
            Some(head) if head.is_forgotten => self.drop_inboxes(id).await,
            _ => Ok(()),
        }
    }
}
