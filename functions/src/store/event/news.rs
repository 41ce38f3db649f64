//! What an event says that the record did not have: the notification that is written with it.

use crate::model::notification::Notification;
use crate::model::notification::parts::ActionPart;
use crate::model::pending_action;
use crate::model::projection::{Entity, Fact, Projection};
use crate::store::dynamo::item::{Item, from_item};
use crate::store::key::Key;
use crate::store::notification::of_order::{
    Before, DomainBefore, DomainStatement, Statement, is_told, is_told_of_domain,
};
use crate::store::order::documents::DomainItem;
use crate::store::order::head::HeadItem;
use crate::store::{Store, StoreError};
use crate::times;
use serde_json::Value;
use shared::event::Event;
use shared::ids::OrderId;
use shared::order::OrderStatus;

/// What the record said before an event.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    order: Before,
    domain: DomainBefore,
}

impl Known {
    /// Reads the head of an order.
    pub(super) fn set_head(&mut self, id: &OrderId, item: Item) -> Result<(), StoreError> {
        self.order = from_item::<HeadItem>(item)?.read(id).before();
        Ok(())
    }

    /// Reads a domain of an order.
    pub(super) fn set_domain(&mut self, item: Item) -> Result<(), StoreError> {
        let DomainItem { status, version, .. } = from_item(item)?;
        self.domain = DomainBefore { status, version };
        Ok(())
    }

    /// The version of the status of the order.
    pub(super) const fn order_version(&self) -> Option<i64> {
        self.order.version
    }

    /// The version of the status of the domain.
    pub(super) const fn domain_version(&self) -> Option<i64> {
        self.domain.version
    }

    /// The notification of `event`.
    pub(super) fn notification(&self, event: &Event, projection: &Projection) -> Option<Notification> {
        let Projection { entity: Entity::Order(order), version, fact, .. } = projection else {
            return None;
        };
        let version = *version;
        match fact {
            Fact::Order { status, .. } => {
                let cancels_at = event.entity.get("cancels_at").and_then(times::read);
                let statement = Statement { order, status, version, cancels_at };
                statement.notification(&self.order, &actions_in(&event.entity))
            }
            Fact::Domain { name, status, provider } => {
                let in_progress = OrderStatus::InProgress;
                let order_status = self.order.status.as_ref().unwrap_or(&in_progress);
                let provider = provider.as_deref();
                DomainStatement { order, order_status, name, status, provider, version }.notification(&self.domain)
            }
            Fact::Status(_) => None,
        }
    }
}

impl Store {
    /// What the record said before; `None` when no notification can follow from the event.
    pub(super) async fn known_before(&self, projection: Option<&Projection>) -> Result<Option<Known>, StoreError> {
        let Some(Projection { entity: Entity::Order(id), fact, .. }) = projection else {
            return Ok(None);
        };
        let head = Key::order(id);
        let domain = match fact {
            Fact::Order { status, .. } if is_told(status) => None,
            Fact::Domain { name, status, .. } if is_told_of_domain(status) => Some(Key::order_domain(id, name)),
            _ => return Ok(None),
        };
        let mut known = Known::default();
        let Some(domain) = domain else {
            if let Some(item) = self.get_item(&head).await? {
                known.set_head(id, item)?;
            }
            return Ok(Some(known));
        };
        let mut items = self.get_batch(vec![head.clone(), domain.clone()]).await?;
        if let Some(item) = items.remove(&head) {
            known.set_head(id, item)?;
        }
        if let Some(item) = items.remove(&domain) {
            known.set_domain(item)?;
        }
        Ok(Some(known))
    }
}

/// The pending actions in an order, if upstream puts them there (docs/upstream.md#pending-actions).
fn actions_in(order: &Value) -> Vec<ActionPart> {
    let rows = order.get("pending_actions").and_then(Value::as_array).into_iter().flatten();
    rows.filter_map(pending_action::read).map(ActionPart::of).collect()
}
