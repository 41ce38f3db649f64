//! Reads notifications, with what the records of their orders and imports say of the sale.

use crate::clock::Timestamp;
use crate::model::notification::catalogue::Event;
use crate::model::notification::data::OrderNeedsAction;
use crate::model::notification::labels::Labels;
use crate::model::notification::parts::ActionPart;
use crate::model::notification::{Body, Notification, NotificationId};
use crate::model::pending_action::DOMAIN_WAITS;
use crate::store::condition::exists;
use crate::store::dynamo::item::{Item, from_item, json_text, key_of};
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::key::notification::NotificationItem;
use crate::store::key::range::KeyRange;
use crate::store::notification::attempt::{Attempt, AttemptItem};
use crate::store::notification::delivery::{Delivery, DeliveryItem};
use crate::store::notification::item::FactItem;
use crate::store::{Store, StoreError};
use futures::future::BoxFuture;
use futures::{StreamExt, TryStreamExt};
use shared::customer::is_pseudonym;
use shared::ids::{ImportId, OrderId};

/// Notifications that are read at the same time.
const AT_ONCE: usize = 16;

/// One read of several.
type Read<'r> = BoxFuture<'r, Result<Option<StoredNotification>, StoreError>>;

/// A notification in the table.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredNotification {
    notification: Notification,
    recorded_at: Timestamp,
    labels: Labels,
    /// How its delivery to each endpoint stands.
    pub deliveries: Vec<Delivery>,
    /// Whether it was requested again for every endpoint.
    is_for_all: bool,
    /// Every attempt, oldest first.
    pub attempts: Vec<Attempt>,
}

/// An order, or one of its domains, that waits for an action that is not named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The order.
    pub order: OrderId,
    /// The domain; `None` if the order waits.
    pub domain: Option<String>,
}

impl StoredNotification {
    /// Its id.
    pub const fn id(&self) -> &NotificationId {
        &self.notification.id
    }

    /// Its type, such as `order.placed`.
    pub const fn kind(&self) -> &'static str {
        self.notification.event.kind()
    }

    /// When it happened.
    pub const fn at(&self) -> Timestamp {
        self.notification.at
    }

    /// When it was recorded.
    pub const fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    /// Whether the customer that it is about was erased.
    pub fn is_of_erased_customer(&self) -> bool {
        self.labels.customer.as_deref().is_some_and(is_pseudonym)
    }

    /// Its body. `order_link` is the stage's link to an order.
    pub fn body(&self, order_link: Option<&str>) -> Body {
        let mut notification = self.notification.clone();
        // One for a test has everything already.
        if !notification.test {
            notification.complete(&self.labels, order_link);
        }
        notification.body()
    }

    /// What it waits for, if it is not said: it names no action, or only that a domain waits.
    pub fn waits_for_unknown(&self) -> Option<Waiting> {
        let Event::OrderNeedsAction(OrderNeedsAction { about, actions, .. }) = &self.notification.event else {
            return None;
        };
        let order = OrderId::parse(about.order.id.as_str()).filter(|_| !self.notification.test)?;
        match actions.as_slice() {
            [] => Some(Waiting { order, domain: None }),
            [only] if only.kind == DOMAIN_WAITS => Some(Waiting { order, domain: only.domain.clone() }),
            _ => None,
        }
    }

    /// The delivery to `endpoint`: a new one when none was begun, which is requested when all endpoints were meant.
    pub fn delivery_to(&self, endpoint: &str) -> Delivery {
        let known = self.deliveries.iter().find(|delivery| delivery.endpoint == endpoint);
        known.cloned().unwrap_or_else(|| Delivery::new(endpoint).requested(self.is_for_all))
    }
}

impl Store {
    /// One notification; `None` when there is none, or it has expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn notification(
        &self,
        id: &NotificationId,
        now: Timestamp,
    ) -> Result<Option<StoredNotification>, StoreError> {
        let Some(mut found) = read(id, self.range(KeyRange::notification(id)).await?, now)? else {
            return Ok(None);
        };
        found.labels = self.labels_of(&found.notification).await?;
        Ok(Some(found))
    }

    /// Adds `actions` to a notification that waits for something, and keeps them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tell_actions(
        &self,
        mut found: StoredNotification,
        told: Vec<ActionPart>,
    ) -> Result<StoredNotification, StoreError> {
        if let Event::OrderNeedsAction(OrderNeedsAction { actions, .. }) = &mut found.notification.event {
            *actions = told;
        }
        let event = json_text(&found.notification.event)?;
        self.update(Update::of(Key::notification(found.id())).set("event", event).only_if(exists())).await?;
        Ok(found)
    }

    /// Those of `ids` that exist, in that order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn notifications(
        &self,
        ids: &[NotificationId],
        now: Timestamp,
    ) -> Result<Vec<StoredNotification>, StoreError> {
        let mut reads: Vec<Read<'_>> = Vec::new();
        for id in ids {
            reads.push(Box::pin(self.notification(id, now)));
        }
        let found: Vec<Option<StoredNotification>> =
            futures::stream::iter(reads).buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn labels_of(&self, notification: &Notification) -> Result<Labels, StoreError> {
        if notification.test {
            return Ok(Labels::default());
        }
        if let Some(order) = notification.event.order().and_then(|order| OrderId::parse(order.id.as_str())) {
            let head = self.order_head(&order).await?;
            let customer = head.as_ref().and_then(|head| head.customer.as_deref());
            return Ok(Labels::of_order(head.as_ref().and_then(|head| head.sale.as_ref()), customer));
        }
        if let Some(import) = notification.event.import().and_then(|import| ImportId::parse(import.id.as_str())) {
            let customer = self.import(&import).await?.and_then(|import| import.customers.into_iter().next());
            return Ok(Labels { customer, ..Labels::default() });
        }
        Ok(Labels::default())
    }
}

/// The notification in the items of its partition.
fn read(id: &NotificationId, items: Vec<Item>, now: Timestamp) -> Result<Option<StoredNotification>, StoreError> {
    let (mut fact, mut is_for_all) = (None, false);
    let (mut deliveries, mut attempts) = (Vec::new(), Vec::new());
    for item in items {
        let key = key_of(&item)?;
        match key.notification_item() {
            Some(NotificationItem::Fact) => {
                let found = from_item::<FactItem>(item)?;
                (is_for_all, fact) = (found.to_all, found.read(id, now));
            }
            Some(NotificationItem::Delivery(endpoint)) => {
                deliveries.push(from_item::<DeliveryItem>(item)?.read(endpoint));
            }
            Some(NotificationItem::Attempt) => attempts.push(from_item::<AttemptItem>(item)?.attempt),
            None => {}
        }
    }
    attempts.sort_by_key(|attempt| attempt.at);
    Ok(fact.map(|(notification, recorded_at)| StoredNotification {
        notification,
        recorded_at,
        labels: Labels::default(),
        deliveries,
        is_for_all,
        attempts,
    }))
}
