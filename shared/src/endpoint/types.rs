//! The types of notifications, for the functions that send them and the filters of endpoints.

/// Every type, in the order of the catalogue. The functions have an example of each.
pub const TYPES: [&str; 15] = [
    "order.placed",
    "order.not_placed",
    "order.completed",
    "order.needs_action",
    "order.failed",
    "order.cancel_scheduled",
    "order.cancelled",
    "order.renews_soon",
    "domain.connected",
    "import.needs_nameservers",
    "import.completed",
    "upstream.drift",
    "margin.below_floor",
    "endpoint.disabled",
    "endpoint.recovered",
];
