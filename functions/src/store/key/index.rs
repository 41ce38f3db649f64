//! The partitions of the three indexes, and the sort keys in `list-index`: the only file that formats or parses them.

use crate::clock::{Timestamp, from_iso, to_iso};
use shared::customer::customer_key;
use shared::ids::OrderId;

/// Partitions of `open-index` for each queue: a day of a million orders stays below the 1,000 writes a second of one.
pub const OPEN_SHARDS: u64 = 8;

/// What an item in `open-index` waits for; each queue has its own partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// Placements and orders that are not finished.
    Unfinished,
    /// Finished orders that may still change, and imports that the partner hears of: for the next look.
    Slow,
    /// Orders with personal data: for the day on which these are removed.
    Retention,
    /// Notifications that were not handed to every endpoint.
    Notifications,
}

impl Queue {
    /// The partition number `shard` of this queue.
    pub(crate) fn shard(self, shard: u64) -> String {
        match self {
            Self::Unfinished => format!("OPEN#{shard}"),
            Self::Slow => format!("SLOW#{shard}"),
            Self::Retention => format!("ENDS#{shard}"),
            Self::Notifications => format!("NOTIFY#{shard}"),
        }
    }

    /// The partition that `id` belongs to: the same one each time.
    pub(crate) fn shard_of(self, id: &str) -> String {
        self.shard(shard_number(id))
    }
}

/// The shard that `id` belongs to.
fn shard_number(id: &str) -> u64 {
    // FNV-1a, 32 bit: stable over versions, which the standard hasher does not promise.
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    u64::from(hash) % OPEN_SHARDS
}

/// The partition number `shard` of `open-index` with the deliveries that wait for `endpoint`: each endpoint has its own, so
/// that one that fails does not stand in the way of the others.
pub(crate) fn deliveries_to(endpoint: &str, shard: u64) -> String {
    format!("TO#{endpoint}#{shard}")
}

/// The partition of [`deliveries_to`] that notification `id` belongs to.
pub(crate) fn delivery_shard(endpoint: &str, id: &str) -> String {
    deliveries_to(endpoint, shard_number(id))
}

/// The day of `at`, such as `2026-05-08`.
pub(crate) fn day(at: Timestamp) -> String {
    to_iso(at).chars().take(10).collect()
}

/// The partition of `list-index` with the events of the day of `at`.
pub(crate) fn events_of_day(at: Timestamp) -> String {
    format!("EVENTS#{}", day(at))
}

/// The partition of `list-index` with the notifications of the day of `at`.
pub(crate) fn notifications_of_day(at: Timestamp) -> String {
    format!("NOTIFICATIONS#{}", day(at))
}

/// The partition of `list-index` with the approvals that came to their state in the month of `at`.
pub(crate) fn approvals_of_month(at: Timestamp) -> String {
    format!("APPROVALS#{}", to_iso(at).chars().take(7).collect::<String>())
}

/// The partition of `list-index` with the orders of the month of `at`, such as `ORDERS#2026-05`.
pub fn orders_of_month(at: Timestamp) -> String {
    format!("ORDERS#{}", to_iso(at).chars().take(7).collect::<String>())
}

/// The partition of `list-index` with the orders of `month`, such as `2026-05`; `None` for any other text.
pub fn orders_in(month: &str) -> Option<String> {
    let partition = format!("ORDERS#{month}");
    (orders_of_month(start_of_month(&partition)?) == partition).then_some(partition)
}

/// The first second of the month of [`orders_of_month`]; `None` for any other text.
pub fn start_of_month(partition: &str) -> Option<Timestamp> {
    from_iso(&format!("{}-01T00:00:00Z", partition.strip_prefix("ORDERS#")?))
}

/// The sort key in `list-index`: by time, and by id within a second.
pub(crate) fn list_position(at: Timestamp, id: &str) -> String {
    format!("{}#{id}", to_iso(at))
}

/// The time in a sort key of `list-index`, or in a plain time.
pub(crate) fn time_of_position(position: &str) -> Option<Timestamp> {
    from_iso(position.split('#').next()?)
}

/// Partition and sort key of an order in `list-index`; `None` when its time cannot be read.
pub(crate) fn order_position(id: &OrderId, created_at: &str) -> Option<(String, String)> {
    let at = from_iso(created_at)?;
    Some((orders_of_month(at), list_position(at, id.as_str())))
}

const APPROVALS_OF: &str = "APPROVING#";

/// The partition of `customer-index` with the approvals of `customer`.
pub(crate) fn approvals_of(customer: &str) -> String {
    format!("{APPROVALS_OF}{}", customer_key(customer))
}

/// The customer of [`approvals_of`].
pub(crate) fn customer_of_approvals(partition: &str) -> Option<&str> {
    partition.strip_prefix(APPROVALS_OF)
}

/// The partition of `customer-index` with the placements of `customer`. Orders are in the partition of the customer itself.
pub(crate) fn placements_of(customer: &str) -> String {
    format!("PLACING#{}", customer_key(customer))
}

/// The partition of `customer-index` with the notifications about the order, import or session `id`: it names no customer.
pub(crate) fn notifications_about(id: &str) -> String {
    format!("NOTIFICATIONS#{id}")
}
