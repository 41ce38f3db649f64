//! The keys of the table's items. Only this folder formats or parses keys: `range.rs` those of queries, `index.rs`
//! those of the indexes, `notification.rs` those of notifications.
//!
//! ```text
//! ORDER#<id> / ORDER           the head: status, price, customer, time of the next look
//!            / ORDER#N         the names of its domains, when the head cannot hold them
//!            / ORDER#D#<name>  the status of one domain
//!            / ORDER#E#<evt>   an entry of the timeline
//!            / ORDER#I, ORDER#I#<name>  inbox addresses of the order, or of one domain
//!            / DOC             the full order, without people
//!            / QUOTE           the quote that it was placed with
//!            / APPROVAL        the approval that it is paid with
//!            / BY#<customer>   lists the order for that customer
//!            / ENDS            when its personal data are removed
//! ```
//!
//! What a status shows of an order begins with `ORDER`, so one query reads it. An event writes small items of its own,
//! so it costs the same however many came before, and events of different domains do not conflict.

pub mod index;
pub(crate) mod notification;
pub(crate) mod range;

use crate::model::projection::Entity;
use crate::store::key::index::day;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use shared::ids::{ApprovalId, EventId, ImportId, OrderId, QuoteId, SessionId};

const PLACEMENT: &str = "PLACEMENT";
const HEAD: &str = "ORDER";
const NAMES: &str = "ORDER#N";
const DOMAINS: &str = "ORDER#D#";
const EVENTS: &str = "ORDER#E#";
const INBOXES: &str = "ORDER#I";
const INBOXES_OF_DOMAIN: &str = "ORDER#I#";
const DOCUMENT: &str = "DOC";
const CUSTOMERS: &str = "BY#";
const END_OF_PERSONAL_DATA: &str = "ENDS";
const EVENT: &str = "EVENT";
const DOMAIN: &str = "DOMAIN#";
const IMPORT: &str = "IMPORT#";
const APPROVAL: &str = "APPROVAL";
const IMPORT_ITEM: &str = "IMPORT";

/// The key of one item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Key {
    /// Partition key, for example `ORDER#ord_1`.
    pub(crate) pk: String,
    /// Sort key, for example `ORDER#D#acme.com`.
    pub(crate) sk: String,
}

/// What an item in the partition of an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrderItem<'k> {
    Head,
    Names,
    Domain(&'k str),
    Event(&'k str),
    Inboxes,
    DomainInboxes(&'k str),
}

impl Key {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    pub(crate) fn placement(session: &SessionId) -> Self {
        Self::new(format!("SESSION#{session}"), PLACEMENT)
    }

    /// How many upstream calls a session has made.
    pub(crate) fn budget(session: &SessionId) -> Self {
        Self::new(format!("SESSION#{session}"), "BUDGET")
    }

    /// One part of a draft that is too large for the placement. Each part has its own partition, because one partition
    /// takes fewer writes in a second than the parts need.
    pub(crate) fn draft_part(session: &SessionId, fingerprint: &str, index: usize) -> Self {
        Self::new(format!("PART#DRAFT#{session}#{fingerprint}#{index}"), "PART")
    }

    pub(crate) fn order(id: &OrderId) -> Self {
        Self::new(order_partition(id), HEAD)
    }

    pub(crate) fn order_names(id: &OrderId) -> Self {
        Self::new(order_partition(id), NAMES)
    }

    pub(crate) fn order_domain(id: &OrderId, name: &DomainName) -> Self {
        Self::new(order_partition(id), format!("{DOMAINS}{name}"))
    }

    pub(crate) fn order_event(id: &OrderId, event: &str) -> Self {
        Self::new(order_partition(id), format!("{EVENTS}{event}"))
    }

    pub(crate) fn order_inboxes(id: &OrderId) -> Self {
        Self::new(order_partition(id), INBOXES)
    }

    pub(crate) fn order_domain_inboxes(id: &OrderId, name: &DomainName) -> Self {
        Self::new(order_partition(id), format!("{INBOXES_OF_DOMAIN}{name}"))
    }

    pub(crate) fn order_document(id: &OrderId) -> Self {
        Self::new(order_partition(id), DOCUMENT)
    }

    pub(crate) fn order_quote(id: &OrderId) -> Self {
        Self::new(order_partition(id), "QUOTE")
    }

    /// The approval that an order is paid with.
    pub(crate) fn order_approval(id: &OrderId) -> Self {
        Self::new(order_partition(id), APPROVAL)
    }

    /// Lists the order for `customer`, which is in lower case.
    pub(crate) fn order_customer(id: &OrderId, customer: &str) -> Self {
        Self::new(order_partition(id), format!("{CUSTOMERS}{customer}"))
    }

    pub(crate) fn order_end_of_personal_data(id: &OrderId) -> Self {
        Self::new(order_partition(id), END_OF_PERSONAL_DATA)
    }

    /// The item with the status of `entity`.
    pub(crate) fn entity(entity: &Entity) -> Self {
        match entity {
            Entity::Order(id) => Self::order(id),
            Entity::Import(id) => Self::import(id),
            Entity::Swap(id) => Self::new(format!("SWAP#{id}"), "SWAP"),
            Entity::Forwarding(id) => Self::new(format!("FORWARDING#{id}"), "FORWARDING"),
            Entity::Domain(name) => Self::new(domain_partition(name), "DOMAIN"),
        }
    }

    /// The item with the full text of `entity`.
    pub(crate) fn entity_document(entity: &Entity) -> Self {
        Self { sk: DOCUMENT.to_owned(), ..Self::entity(entity) }
    }

    pub(crate) fn event(id: &str) -> Self {
        Self::new(format!("EVENT#{id}"), EVENT)
    }

    pub(crate) fn import(id: &ImportId) -> Self {
        Self::new(format!("{IMPORT}{id}"), IMPORT_ITEM)
    }

    pub(crate) fn import_document(id: &ImportId) -> Self {
        Self::new(format!("{IMPORT}{id}"), DOCUMENT)
    }

    /// Where a search of the inventory stopped.
    pub(crate) fn import_listing(id: &ImportId) -> Self {
        Self::new(format!("{IMPORT}{id}"), "LISTING")
    }

    /// Lists an import for its customer.
    pub(crate) fn customer_import(customer: &str, id: &ImportId) -> Self {
        Self::new(customer_partition(customer), format!("{IMPORT}{id}"))
    }

    /// The claim on a domain.
    pub(crate) fn claim(name: &DomainName) -> Self {
        Self::new(domain_partition(name), "OWNER")
    }

    /// Lists the claim on a domain for its customer.
    pub(crate) fn customer_claim(customer: &str, name: &DomainName) -> Self {
        Self::new(customer_partition(customer), domain_partition(name))
    }

    /// A lock that serialises the claims of one customer.
    pub(crate) fn claims_lock(customer: &str) -> Self {
        Self::new(customer_partition(customer), "CLAIMS_LOCK")
    }

    pub(crate) fn quote(id: &QuoteId) -> Self {
        Self::new(format!("QUOTE#{id}"), "QUOTE")
    }

    pub(crate) fn approval(id: &ApprovalId) -> Self {
        Self::new(format!("APPROVAL#{id}"), APPROVAL)
    }

    /// The rate of the upstream key of `environment`, `test` or `live`.
    pub(crate) fn rate(environment: &str) -> Self {
        Self::new(format!("RATE#{environment}"), "RATE")
    }

    /// Counts what `customer` ordered on the day of `at`.
    pub(crate) fn customer_counter(customer: &str, at: i64) -> Self {
        Self::new(format!("SPEND#{}#CUSTOMER#{}", day(at), customer_key(customer)), "SPEND")
    }

    /// Counts what all customers of the partner ordered on the day of `at`.
    pub(crate) fn partner_counter(at: i64) -> Self {
        Self::new(format!("SPEND#{}#PARTNER", day(at)), "SPEND")
    }

    /// The switch that stops new orders.
    pub(crate) fn order_switch() -> Self {
        Self::new("SWITCH", "ORDERS")
    }

    /// One slot of the ring of rejected deliveries.
    pub(crate) fn rejected_slot(slot: u64) -> Self {
        Self::new(format!("REJECTED#{slot}"), "REJECTED")
    }

    /// The number of the newest rejected delivery.
    pub(crate) fn newest_rejected() -> Self {
        Self::new("REJECTED", "LAST")
    }

    /// The tombstone of an erased customer: a digest, so that the table does not name the customer. It uses no secret
    /// key, because the webhook function computes it as well and has no access to the data key.
    pub(crate) fn forgotten(customer: &str) -> Self {
        let digest = Sha256::digest(format!("forgotten customer:{}", customer_key(customer)));
        let digest = hex::encode(digest);
        Self::new(format!("FORGOTTEN#{digest}"), "FORGOTTEN")
    }

    /// An item that does not exist.
    pub(crate) fn ping() -> Self {
        Self::new("PING", "PING")
    }

    /// The head of an order in the partition `pk`.
    pub(crate) fn order_at(pk: &str) -> Self {
        Self::new(pk, HEAD)
    }

    /// The entry of `customer`'s list in the partition `pk` of an order.
    pub(crate) fn order_customer_at(pk: &str, customer: &str) -> Self {
        Self::new(pk, format!("{CUSTOMERS}{customer}"))
    }

    /// The placement in the partition `pk`.
    pub(crate) fn placement_at(pk: &str) -> Self {
        Self::new(pk, PLACEMENT)
    }

    /// The event in the partition `pk`.
    pub(crate) fn event_at(pk: &str) -> Self {
        Self::new(pk, EVENT)
    }

    /// The approval in the partition `pk`.
    pub(crate) fn approval_at(pk: &str) -> Self {
        Self::new(pk, APPROVAL)
    }

    /// The approval that the reconciler looks at.
    pub(crate) fn open_approval(&self) -> Option<ApprovalId> {
        (self.sk == APPROVAL).then(|| approval_of_partition(&self.pk)).flatten()
    }

    /// The session of a placement.
    pub(crate) fn placement_session(&self) -> Option<SessionId> {
        if self.sk != PLACEMENT {
            return None;
        }
        SessionId::parse(self.pk.strip_prefix("SESSION#")?)
    }

    /// The order in the partition of which this key is.
    pub(crate) fn order_id(&self) -> Option<OrderId> {
        order_of_partition(&self.pk)
    }

    /// The order that the reconciler checks: by its head, or by the end of its personal data.
    pub(crate) fn open_order(&self) -> Option<OrderId> {
        matches!(self.sk.as_str(), HEAD | END_OF_PERSONAL_DATA).then(|| self.order_id()).flatten()
    }

    /// What this item of an order is, if a status shows it.
    pub(crate) fn order_item(&self) -> Option<OrderItem<'_>> {
        match self.sk.as_str() {
            HEAD => return Some(OrderItem::Head),
            NAMES => return Some(OrderItem::Names),
            INBOXES => return Some(OrderItem::Inboxes),
            _ => {}
        }
        let behind = |prefix: &str| self.sk.strip_prefix(prefix);
        behind(DOMAINS)
            .map(OrderItem::Domain)
            .or_else(|| behind(EVENTS).map(OrderItem::Event))
            .or_else(|| behind(INBOXES_OF_DOMAIN).map(OrderItem::DomainInboxes))
    }

    /// The customer in whose list this item puts an order.
    pub(crate) fn listed_customer(&self) -> Option<&str> {
        self.sk.strip_prefix(CUSTOMERS)
    }

    /// The domain of a claim, or of its entry in the customer's list.
    pub(crate) fn claimed_domain(&self) -> Option<&str> {
        self.pk.strip_prefix(DOMAIN).or_else(|| self.sk.strip_prefix(DOMAIN))
    }

    /// The import in the customer's list.
    pub(crate) fn listed_import(&self) -> Option<ImportId> {
        ImportId::parse(self.sk.strip_prefix(IMPORT)?)
    }
}

fn order_partition(id: &OrderId) -> String {
    format!("ORDER#{id}")
}

fn domain_partition(name: &DomainName) -> String {
    format!("{DOMAIN}{name}")
}

fn customer_partition(customer: &str) -> String {
    format!("OWNER#{}", customer_key(customer))
}

/// The order in the partition `pk`.
pub(crate) fn order_of_partition(pk: &str) -> Option<OrderId> {
    OrderId::parse(pk.strip_prefix("ORDER#")?)
}

/// The approval in the partition `pk`.
pub(crate) fn approval_of_partition(pk: &str) -> Option<ApprovalId> {
    ApprovalId::parse(pk.strip_prefix("APPROVAL#")?)
}

/// The event in the partition `pk`.
pub(crate) fn event_of_partition(pk: &str) -> Option<EventId> {
    EventId::parse(pk.strip_prefix("EVENT#")?)
}

#[cfg(test)]
mod tests;
