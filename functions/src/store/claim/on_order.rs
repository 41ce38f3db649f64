//! Which of a customer's own domains are on an order: noted with the claim, and read together with that order.

use crate::clock::Timestamp;
use crate::model::placement::Placement;
use crate::store::condition::newest_order_of;
use crate::store::dynamo::concurrent::{Work, at_once};
use crate::store::dynamo::item::{Item, from_item};
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::order::documents::{DomainItem, FullOrder, read_full_order};
use crate::store::order::head::HeadItem;
use crate::store::{Store, StoreError};
use crate::times;
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use shared::ids::OrderId;
use shared::order::{OrderStatus, Receipt};
use shared::root_domain;
use std::collections::HashMap;

/// One domain, and the order that it was placed with.
#[derive(Debug, Clone)]
pub struct OrderedDomain {
    /// The domain.
    pub name: DomainName,
    /// The status of the order; `None` while it is being recorded.
    pub order: Option<OrderStatus>,
    /// Whether upstream no longer knows the order.
    pub is_gone: bool,
    /// The newest status of the domain in that order.
    pub domain: Option<String>,
    /// The newest full order from upstream.
    pub full: Option<FullOrder>,
}

impl Store {
    /// Notes that the customer's own domains in `placement` are on the order of `receipt`. It costs nothing when there are
    /// none, and an older order never replaces a newer one.
    ///
    /// # Errors
    /// [`StoreError`]; a repetition continues.
    pub(in crate::store) async fn note_on_order(
        &self,
        placement: &Placement,
        receipt: &Receipt,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let at = times::read_text(&receipt.created_at).unwrap_or(now);
        let owned = placement.sent.iter().flat_map(|sent| &sent.owned);
        let mut work: Vec<Work<'_>> = Vec::new();
        for name in owned.filter_map(|name| root_domain::read(name).ok()) {
            work.push(Box::pin(self.note_one(name, &placement.customer, &receipt.id, at)));
        }
        at_once(work).await
    }

    async fn note_one(
        &self,
        name: DomainName,
        customer: &str,
        order: &OrderId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        // A new revision: a writer that replaces the whole record has to read it again.
        let update = Update::of(Key::claim(&name))
            .set("on_order", order.as_str())
            .set("on_order_at", at)
            .add("revision", 1_u64)
            .only_if(newest_order_of(&customer_key(customer), at));
        self.update(update).await.map(drop)
    }

    /// The status of each of `domains` in the order that it was placed with: three reads for a domain that is alone on its
    /// order, 100 a call.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ordered_domains(&self, domains: Vec<(DomainName, OrderId)>) -> Result<Vec<OrderedDomain>, StoreError> {
        let keys = domains
            .iter()
            .flat_map(|(name, id)| [Key::order(id), Key::order_document(id), Key::order_domain(id, name)]);
        let items = self.get_batch(keys.collect()).await?;
        domains.into_iter().map(|(name, id)| ordered_domain(name, &id, &items)).collect()
    }
}

fn ordered_domain(name: DomainName, id: &OrderId, items: &HashMap<Key, Item>) -> Result<OrderedDomain, StoreError> {
    let find = |key: Key| items.get(&key).cloned();
    let head = find(Key::order(id)).map(from_item::<HeadItem>).transpose()?.map(|item| item.read(id));
    let domain = find(Key::order_domain(id, &name)).map(from_item::<DomainItem>).transpose()?;
    Ok(OrderedDomain {
        order: head.as_ref().map(|head| head.status.clone()),
        is_gone: head.is_some_and(|head| head.is_gone),
        domain: domain.and_then(|item| item.status),
        full: find(Key::order_document(id)).map(read_full_order).transpose()?.flatten(),
        name,
    })
}
