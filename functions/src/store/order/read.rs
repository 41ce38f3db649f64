//! Reads orders.

use crate::store::dynamo::item::from_item;
use crate::store::key::Key;
use crate::store::key::range::KeyRange;
use crate::store::order::documents::{FullOrder, NamesItem, read_full_order};
use crate::store::order::head::{HeadItem, OrderHead};
use crate::store::order::view::{StoredOrder, read_order};
use crate::store::pack::unpack;
use crate::store::{Store, StoreError};
use serde_bytes::ByteBuf;
use shared::domain_name::DomainName;
use shared::ids::OrderId;

impl Store {
    /// One order, as it is now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn order(&self, id: &OrderId) -> Result<Option<StoredOrder>, StoreError> {
        let items = self.range(KeyRange::order(id)).await?;
        if items.is_empty() {
            return Ok(None);
        }
        read_order(id, items).map(Some)
    }

    /// The head of an order: everything but its domains, events and inboxes, for one small read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn order_head(&self, id: &OrderId) -> Result<Option<OrderHead>, StoreError> {
        let item: Option<HeadItem> = self.get(&Key::order(id)).await?;
        Ok(item.map(|item| item.read(id)))
    }

    /// The heads of those of `ids` that exist, in that order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn order_heads(&self, ids: &[OrderId]) -> Result<Vec<OrderHead>, StoreError> {
        let mut items = self.get_batch(ids.iter().map(Key::order).collect()).await?;
        let found = ids.iter().filter_map(|id| Some((id, items.remove(&Key::order(id))?)));
        found.map(|(id, item)| Ok(from_item::<HeadItem>(item)?.read(id))).collect()
    }

    /// Those of `heads` whose order has the domain `name`: it was placed with it, or an event about it has come.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn with_domain(&self, heads: Vec<OrderHead>, name: &DomainName) -> Result<Vec<OrderHead>, StoreError> {
        let is_in = |names: &ByteBuf| unpack(names).is_some_and(|json| has_name(&json, name));
        let is_known = |head: &OrderHead| head.names.as_ref().is_some_and(is_in);
        let others = heads.iter().filter(|head| !is_known(head));
        let keys = others.flat_map(|head| [Key::order_names(&head.id), Key::order_domain(&head.id, name)]);
        let mut items = self.get_batch(keys.collect()).await?;
        let mut found = Vec::new();
        for head in heads {
            let listed = items.remove(&Key::order_names(&head.id)).map(from_item::<NamesItem>).transpose()?;
            let is_listed = listed.is_some_and(|item| is_in(&item.names));
            if is_known(&head) || is_listed || items.contains_key(&Key::order_domain(&head.id, name)) {
                found.push(head);
            }
        }
        Ok(found)
    }

    /// The newest full order from upstream, without people; `None` when none has come yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn full_order(&self, id: &OrderId) -> Result<Option<FullOrder>, StoreError> {
        let item = self.get_item(&Key::order_document(id)).await?;
        Ok(item.map(read_full_order).transpose()?.flatten())
    }
}

/// Whether the list of names in `json` has `name`.
fn has_name(json: &str, name: &DomainName) -> bool {
    serde_json::from_str::<Vec<String>>(json).is_ok_and(|names| names.iter().any(|known| known == name.as_str()))
}
