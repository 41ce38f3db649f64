//! The keys that a query of one partition reads.

use crate::model::notification::NotificationId;
use crate::store::key::notification::notification_partition;
use crate::store::key::{CUSTOMERS, DOMAIN, EVENTS, HEAD, IMPORT, INBOXES, customer_partition, order_partition};
use shared::ids::OrderId;

/// Ids are ASCII, so each of them sorts before this character.
const AFTER_ALL_IDS: char = '\u{7f}';

/// Keys that one query reads: those of a partition whose sort keys are in a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyRange {
    pub(crate) pk: String,
    pub(crate) sort: SortRange,
}

/// A range of sort keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SortRange {
    /// Those that begin with this text.
    Prefix(String),
    /// Those from the first text to the second, both included.
    Between(String, String),
}

impl KeyRange {
    fn prefix(pk: String, prefix: &str) -> Self {
        Self { pk, sort: SortRange::Prefix(prefix.to_owned()) }
    }

    /// Everything that a status shows of an order.
    pub(crate) fn order(id: &OrderId) -> Self {
        Self::prefix(order_partition(id), HEAD)
    }

    /// The inboxes of an order and of its domains.
    pub(crate) fn order_inboxes(id: &OrderId) -> Self {
        Self::prefix(order_partition(id), INBOXES)
    }

    /// The customers in whose lists the order is.
    pub(crate) fn order_customers(id: &OrderId) -> Self {
        Self::prefix(order_partition(id), CUSTOMERS)
    }

    /// The timeline of an order, from the event `from` on.
    pub(crate) fn order_events(id: &OrderId, from: Option<&str>) -> Self {
        let first = format!("{EVENTS}{}", from.unwrap_or_default());
        let sort = SortRange::Between(first, format!("{EVENTS}{AFTER_ALL_IDS}"));
        Self { pk: order_partition(id), sort }
    }

    /// A notification, its deliveries and its attempts.
    pub(crate) fn notification(id: &NotificationId) -> Self {
        let sort = SortRange::Between("A".to_owned(), AFTER_ALL_IDS.to_string());
        Self { pk: notification_partition(id), sort }
    }

    /// The claims of a customer.
    pub(crate) fn customer_claims(customer: &str) -> Self {
        Self::prefix(customer_partition(customer), DOMAIN)
    }

    /// The imports of a customer.
    pub(crate) fn customer_imports(customer: &str) -> Self {
        Self::prefix(customer_partition(customer), IMPORT)
    }
}
