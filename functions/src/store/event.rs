//! Events in the table: the event and what it says of its entity, both or neither.

use crate::clock::Timestamp;
use crate::model::projection::{Entity, Projection};
use crate::store::event_item::EventItem;
use crate::store::event_plan::{Plan, Verdict};
use crate::store::item::key;
use crate::store::recorded::Recorded;
use crate::store::{Store, StoreError};
use shared::event::Event;

/// Transactions of one event: each leaves out at least one part that is known already.
const MOST_TRIES: usize = 12;

impl Store {
    /// Stores `event` and applies `projection`, if it speaks of anything known.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written, and upstream should deliver again.
    pub async fn record(
        &self,
        event: &Event,
        projection: Option<&Projection>,
        environment: &str,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let item = EventItem::new(event, projection, environment);
        let mut plan = Plan::new(item, event, projection, now)?;
        let late = plan.brings_inboxes().then(|| order_of(projection)).flatten();
        for _ in 0..MOST_TRIES {
            let refused = self.transact(plan.writes(self)?).await?;
            let outcome = match refused.is_empty() {
                true if plan.moves() => Recorded::New,
                true => Recorded::Stale,
                false => match plan.leave_out(self, &refused)? {
                    Verdict::Known => Recorded::Duplicate,
                    Verdict::Again | Verdict::Stuck => continue,
                },
            };
            // Also for one that was seen before: whoever wrote it may not have come this far.
            if let Some(id) = late {
                self.drop_inboxes_if_forgotten(id).await?;
            }
            return Ok(outcome);
        }
        Err(StoreError::Contended)
    }

    /// Whether the event `id` is stored.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_event(&self, id: &str) -> Result<bool, StoreError> {
        let key = key(format!("EVENT#{id}"), "EVENT");
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key)).projection_expression("pk");
        Ok(get.send().await.map_err(StoreError::from_sdk)?.item.is_some())
    }
}

fn order_of(projection: Option<&Projection>) -> Option<&shared::ids::OrderId> {
    match &projection?.entity {
        Entity::Order(id) => Some(id),
        _ => None,
    }
}
