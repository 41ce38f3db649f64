//! The partitions of the indexes that lists are read from, and where in one something stands.

use crate::clock::{Timestamp, from_iso, to_iso};
use shared::customer::customer_key;
use shared::ids::OrderId;

/// The bucket of the events of a day.
pub(crate) fn events_of_day(at: Timestamp) -> String {
    format!("EVENTS#{}", to_iso(at).chars().take(10).collect::<String>())
}

/// The bucket of the orders of a month.
pub fn orders_of_month(at: Timestamp) -> String {
    format!("ORDERS#{}", to_iso(at).chars().take(7).collect::<String>())
}

/// Where in its bucket something stands: by time, and by id within a second.
pub(crate) fn place(at: Timestamp, id: &str) -> String {
    format!("{}#{id}", to_iso(at))
}

/// Bucket and place of an order; `None` when its time cannot be read.
pub(crate) fn order_place(id: &OrderId, created_at: &str) -> Option<(String, String)> {
    let at = from_iso(created_at)?;
    Some((orders_of_month(at), place(at, id.as_str())))
}

/// The partition of the customer index that holds the placements of `customer`.
pub(crate) fn placements_of(customer: &str) -> String {
    format!("PLACING#{}", customer_key(customer))
}
