//! Orders in the table: a partition each, of small items.
//!
//! ```text
//! ORDER#<id> / ORDER           the head: status, receipt, whose it is, when it is looked at next
//!            / ORDER#N         the names of its domains, when they are too many for the head
//!            / ORDER#D#<name>  how one domain stands
//!            / ORDER#E#<evt>   that an event came
//!            / ORDER#I, ORDER#I#<name>  inbox addresses, of the whole order and of a domain
//!            / DOC             the full order, without people
//!            / BY#<customer>   puts the order into that customer's list
//!            / ENDS            when its personal data end
//! ```
//!
//! What is shown of an order begins with `ORDER`, so that one query reads it. What an event costs does not depend on how
//! many came before it, and events of different domains write different items.

use crate::store::error::was_written;
use crate::store::item::{Item, get_bytes, get_flag, get_text, key, text};
use crate::store::order_view::{OrderHead, read_head, read_order};
use crate::store::pack::unpack;
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::Update;
use serde_json::Value;
use shared::answers::OrderView;
use shared::customer::customer_key;
use shared::ids::OrderId;

/// The head's sort key, with which all that is shown of an order begins.
pub(crate) const HEAD: &str = "ORDER";
/// Sort key of the names.
pub(crate) const NAMES: &str = "ORDER#N";
/// Begin of a domain's sort key.
pub(crate) const DOMAINS: &str = "ORDER#D#";
/// Begin of an event's sort key.
pub(crate) const EVENTS: &str = "ORDER#E#";
/// Sort key of the inboxes; those of one domain go on with `#` and its name.
pub(crate) const INBOXES: &str = "ORDER#I";
/// Sort key of the full order.
pub(crate) const DOC: &str = "DOC";
/// Begin of the sort key that puts an order into a customer's list.
pub(crate) const BY: &str = "BY#";
/// Sort key of the end of personal data.
pub(crate) const ENDS: &str = "ENDS";
pub(crate) fn order_pk(id: &OrderId) -> String {
    format!("ORDER#{id}")
}

pub(crate) fn head_key(id: &OrderId) -> Item {
    key(order_pk(id), HEAD)
}

/// An order as the table knows it.
#[derive(Debug, Clone)]
pub struct StoredOrder {
    /// What is shown of it.
    pub view: OrderView,
    /// Sessions that placed it.
    pub sessions: Vec<String>,
    /// Whose it is: an e-mail address, upstream's `usr_…`, or a keyed hash once the customer was forgotten.
    pub customer: Option<String>,
    /// All that the customer is known by, in lower case.
    pub customers: Vec<String>,
}

/// The full order as upstream had it last, without people.
#[derive(Debug, Clone, PartialEq)]
pub struct FullOrder {
    /// What may be kept of it.
    pub order: Value,
    /// Whether long texts and lists in it were cut.
    pub truncated: bool,
}

impl StoredOrder {
    /// Whether it belongs to `customer`, in whatever letter case.
    pub fn belongs_to(&self, customer: &str) -> bool {
        self.customers.contains(&customer_key(customer))
    }
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
