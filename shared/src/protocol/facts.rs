//! What a client decides on in the records of the order proxy. A field that is missing or of another shape has its default,
//! so that a client goes on with what came.

use crate::domain_name::DomainName;
use crate::protocol::json::Json;

/// Names of one availability call where the session does not say.
const AVAILABILITY_NAMES: u64 = 25;

/// A session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// Whom it is for; empty when the server does not say.
    pub customer: String,
    /// When it ends, ISO 8601.
    pub expires_at: String,
    /// The order that it has placed.
    pub order: Option<Placed>,
    /// Names of one availability call.
    pub availability_names: usize,
}

impl Session {
    /// What is in a record of a session.
    pub fn of<J: Json>(record: &J) -> Self {
        let names = record.member("limits").and_then(|limits| limits.number("availability_names"));
        let names = names.filter(|names| *names > 0).unwrap_or(AVAILABILITY_NAMES);
        Self {
            id: word(record, "id"),
            customer: word(record, "customer"),
            expires_at: word(record, "expires_at"),
            // Whatever it is: there is an order.
            order: record.member("order").map(|order| Placed::of(&order)),
            availability_names: usize::try_from(names).unwrap_or(usize::MAX),
        }
    }
}

/// An order that was placed, or is being placed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Placed {
    /// Upstream's `ord_…`; nothing while the order is being placed.
    pub id: Option<String>,
    /// `placing`, or the order's status.
    pub status: String,
}

impl Placed {
    /// What is in a receipt, or in what a session says of its order.
    pub fn of<J: Json>(record: &J) -> Self {
        Self { id: record.text("id").filter(|id| !id.is_empty()), status: word(record, "status") }
    }
}

/// The record of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    /// Upstream's `ord_…`.
    pub id: String,
    /// The newest status.
    pub status: String,
    /// Whether the status will not change any more.
    pub is_final: bool,
}

impl Order {
    /// What is in the record of an order.
    pub fn of<J: Json>(record: &J) -> Self {
        Self { id: word(record, "id"), status: word(record, "status"), is_final: record.flag("final") == Some(true) }
    }
}

/// A text under `key`; empty when there is none.
pub fn word<J: Json>(record: &J, key: &str) -> String {
    record.text(key).unwrap_or_default()
}

/// The entries of the list under `key`.
pub fn list<J: Json>(record: Option<&J>, key: &str) -> Vec<J> {
    record.and_then(|record| record.member(key)).map(|list| list.items()).unwrap_or_default()
}

/// The names under `domains`, such as those of an order or of a draft: rows with a `domain`, or the names themselves. Each in
/// its one spelling and in its place; empty where there is none.
pub fn domains_of<J: Json>(record: Option<&J>) -> Vec<String> {
    let name = |row: &J| row.as_text().or_else(|| row.text("domain")).unwrap_or_default();
    list(record, "domains").iter().map(|row| DomainName::spelling_of(&name(row))).collect()
}
