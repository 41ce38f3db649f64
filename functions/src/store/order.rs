//! Reads an order and its full text.

use crate::store::error::was_written;
use crate::store::item::{Item, get_bytes, get_flag, get_text, key, text};
use crate::store::order_items::{DOC, HEAD, head_key, order_pk};
use crate::store::order_view::{OrderHead, StoredOrder, read_head, read_order};
use crate::store::pack::unpack;
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::Update;
use serde_json::Value;
use shared::ids::OrderId;

/// The full order as upstream had it last, without people.
#[derive(Debug, Clone, PartialEq)]
pub struct FullOrder {
    /// What may be kept of it.
    pub order: Value,
    /// Whether long texts and lists in it were cut.
    pub truncated: bool,
}

impl Store {
    /// One order, as it is now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn order(&self, id: &OrderId) -> Result<Option<StoredOrder>, StoreError> {
        let items = self.partition(&order_pk(id), HEAD).await?;
        Ok((!items.is_empty()).then(|| read_order(id, &items)))
    }

    /// The head of an order: all but its domains, events and inboxes, at the price of one small read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn order_head(&self, id: &OrderId) -> Result<Option<OrderHead>, StoreError> {
        let read = self.client.get_item().table_name(&self.table).set_key(Some(head_key(id))).consistent_read(true);
        let found = read.send().await.map_err(StoreError::from_sdk)?.item;
        Ok(found.as_ref().map(|item| read_head(id, item)))
    }

    /// The heads of those of `ids` that the table knows, in that order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn order_heads(&self, ids: &[OrderId]) -> Result<Vec<OrderHead>, StoreError> {
        let items = self.read_batch(ids.iter().map(head_key).collect()).await?;
        let of = |id: &OrderId| {
            let pk = order_pk(id);
            items.iter().find(|item| get_text(item, "pk") == Some(pk.as_str())).map(|item| read_head(id, item))
        };
        Ok(ids.iter().filter_map(of).collect())
    }

    /// The items of a partition whose sort key begins with `prefix`, as they are now: a request for each megabyte.
    pub(crate) async fn partition(&self, pk: &str, prefix: &str) -> Result<Vec<Item>, StoreError> {
        let pages = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":prefix", text(prefix))
            .into_paginator()
            .items()
            .send();
        pages.collect::<Result<Vec<Item>, _>>().await.map_err(StoreError::from_sdk)
    }

    /// The full order as upstream had it last, without people; `None` when nobody has brought it yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn full_order(&self, id: &OrderId) -> Result<Option<FullOrder>, StoreError> {
        let items = self.read_batch(vec![key(order_pk(id), DOC)]).await?;
        Ok(items.first().and_then(read_doc))
    }

    /// Carries out an update alone, unless its condition does not hold.
    pub(crate) async fn write_if(&self, update: Update) -> Result<bool, StoreError> {
        let written = self
            .client
            .update_item()
            .table_name(update.table_name)
            .set_key(Some(update.key))
            .update_expression(update.update_expression)
            .set_condition_expression(update.condition_expression)
            .set_expression_attribute_names(update.expression_attribute_names)
            .set_expression_attribute_values(update.expression_attribute_values)
            .send()
            .await;
        was_written(written)
    }
}

/// The full order in the item that holds it.
pub(crate) fn read_doc(item: &Item) -> Option<FullOrder> {
    let order = serde_json::from_str(&unpack(get_bytes(item, "doc")?)?).ok()?;
    Some(FullOrder { order, truncated: get_flag(item, "truncated") })
}
