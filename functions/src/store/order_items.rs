//! The items of an order: a partition each, of small items.
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

use crate::store::item::{Item, key};
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

/// The partition of an order.
pub(crate) fn order_pk(id: &OrderId) -> String {
    format!("ORDER#{id}")
}

/// The key of an order's head.
pub(crate) fn head_key(id: &OrderId) -> Item {
    key(order_pk(id), HEAD)
}
