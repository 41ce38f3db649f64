//! Records events: the event and the change of its entity, both or neither.

use crate::clock::Timestamp;
use crate::model::projection::{Entity, Projection};
use crate::store::event::plan::{AfterRefusal, Plan};
use crate::store::key::Key;
use crate::store::{Store, StoreError};
use shared::event::Event;
use shared::ids::{ImportId, OrderId};

/// Transactions of one event: each leaves out at least one part that is known already.
const ATTEMPTS: usize = 12;

/// The result of recording an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// Stored, and its entity was changed.
    New,
    /// Stored; the entity already had a newer status.
    Stale,
    /// Stored before: nothing was written.
    Duplicate,
}

impl Store {
    /// Stores `event` and applies `projection`, which is `None` for an event of unknown type.
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
        let known = self.known_before(projection).await?;
        let mut plan = Plan::new(self, event, projection, environment, now)?.after(known);
        let has_inboxes = plan.has_inboxes();
        for _ in 0..ATTEMPTS {
            let refused = self.transact(plan.transaction()?).await?;
            let outcome = match refused.is_empty() {
                true if plan.changes_entity() => Recorded::New,
                true => Recorded::Stale,
                false => match plan.leave_out(refused)? {
                    AfterRefusal::Duplicate => Recorded::Duplicate,
                    AfterRefusal::Retry => continue,
                },
            };
            // An import that is watched is looked at soon: what the event says is proved first.
            if let (Some(id), true) = (import_of(projection), outcome != Recorded::Duplicate) {
                self.look_at_import_at(id, now).await?;
            }
            // Also for a duplicate: the function that wrote it may have stopped before this.
            if let (true, Some(id)) = (has_inboxes, order_of(projection)) {
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
        let call = self.get_call(&Key::event(id)).projection_expression("pk");
        Ok(call.send().await.map_err(StoreError::from_sdk)?.item.is_some())
    }
}

fn import_of(projection: Option<&Projection>) -> Option<&ImportId> {
    match &projection?.entity {
        Entity::Import(id) => Some(id),
        _ => None,
    }
}

fn order_of(projection: Option<&Projection>) -> Option<&OrderId> {
    match &projection?.entity {
        Entity::Order(id) => Some(id),
        _ => None,
    }
}
