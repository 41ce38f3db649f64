//! The statement that an event makes about its entity, with a version that only grows. Pure.

use crate::clock::{Timestamp, to_iso};
use crate::model::import_job::ImportJob;
use crate::model::redact::Redacted;
use crate::times;
use shared::customer::MAX_CUSTOMER_LENGTH;
use shared::domain_name::DomainName;
use shared::event::Event;
use shared::ids::{ImportId, OrderId, is_id};
use shared::lenient_json;
use shared::order::{Costs, OrderStatus};
use shared::root_domain;

/// Versions per second: ranks of statuses fit below it.
const VERSIONS_PER_SECOND: i64 = 16;
/// Maximum stored characters of a status or a provider: four times the longest known one.
const MAX_WORD: usize = 64;

/// An event's statement about one entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    /// The subject of the statement.
    pub entity: Entity,
    /// Version: newer statements have a larger one.
    pub version: i64,
    /// The statement.
    pub fact: Fact,
    /// The full entity as upstream sent it, without personal data and credentials, when the event contains it.
    pub doc: Option<String>,
}

/// The entity that an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entity {
    /// An order, or a domain of it.
    Order(OrderId),
    /// An import of owned domains.
    Import(ImportId),
    /// A domain's swap.
    Swap(String),
    /// A change of redirects.
    Forwarding(String),
    /// A domain without an order in the event.
    Domain(DomainName),
}

/// A statement about an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The order's own state.
    Order {
        /// Its status.
        status: OrderStatus,
        /// Its customer, when the event names one.
        customer: Option<String>,
        /// When upstream accepted it.
        created_at: Option<String>,
        /// Number of domains.
        domain_count: Option<u32>,
        /// Price that upstream charges.
        costs: Option<Costs>,
    },
    /// One domain's state.
    Domain {
        /// The domain.
        name: DomainName,
        /// `connected`, `action_required`; other values may be added.
        status: String,
        /// The provider.
        provider: Option<String>,
    },
    /// The state of anything else: the event's verb.
    Status(String),
}

/// The version of a statement with `rank`, made at `at`.
pub fn version(at: i64, rank: u8) -> i64 {
    at.saturating_mul(VERSIONS_PER_SECOND).saturating_add(i64::from(rank))
}

/// The time of a statement with this version.
pub fn time_of_version(version: i64) -> i64 {
    version.div_euclid(VERSIONS_PER_SECOND)
}

/// How far along anything but an order is: breaks the tie between statements of one second.
pub fn rank_of(status: &str) -> u8 {
    match status {
        "created" => 1,
        "in_progress" => 2,
        "action_required" => 3,
        "completed" | "connected" | "forwarding_updated" => 4,
        "failed" | "forwarding_failed" => 5,
        _ => 0,
    }
}

impl Projection {
    /// What `event`, which happened `at`, states at `now`; `None` for an unknown type, which is not an error: it is
    /// stored as well.
    pub fn of(event: &Event, at: Timestamp, now: Timestamp) -> Option<Self> {
        match event.family() {
            "order" => order(event, at, now),
            // For any other entity, the verb of the event type alone gives the status.
            _ if event.verb().is_empty() => None,
            "domain" => domain(event, at),
            "domain_import" => {
                let job = ImportJob::read(&event.entity)?;
                let doc = job.detail.and_then(|detail| serde_json::to_string(&detail).ok());
                Some(status(Entity::Import(job.id), doc, event, at))
            }
            "swap" => Some(status(Entity::Swap(id_of(event)?), whole(event), event, at)),
            _ => None,
        }
    }
}

fn id_of(event: &Event) -> Option<String> {
    event.text("id").filter(|id| is_id(id)).map(str::to_owned)
}

fn status(entity: Entity, doc: Option<String>, event: &Event, at: i64) -> Projection {
    let status = event.verb().to_owned();
    Projection { entity, version: version(at, rank_of(&status)), fact: Fact::Status(status), doc }
}

fn order(event: &Event, at: Timestamp, now: Timestamp) -> Option<Projection> {
    let order = OrderId::parse(event.text("id").or_else(|| event.text("order_id"))?)?;
    // The type is what happened; the entity's own status may be of a later moment.
    let status = OrderStatus::from(event.verb().to_owned());
    let status = match status {
        OrderStatus::Other(_) => OrderStatus::from(word(event.text("status")?)),
        known => known,
    };
    let version = version(at, status.rank());
    // An order's event may be thin (docs/upstream.md#event-types); the full order has its domains.
    let doc = event.entity.get("domains").and_then(|_| whole(event));
    Some(Projection { entity: Entity::Order(order), version, fact: order_fact(event, status, now), doc })
}

fn domain(event: &Event, at: i64) -> Option<Projection> {
    if event.verb().starts_with("forwarding") {
        return Some(status(Entity::Forwarding(id_of(event)?), whole(event), event, at));
    }
    let name = root_domain::read(event.text("domain")?).ok()?;
    let Some(order) = event.text("order_id").and_then(OrderId::parse) else {
        return Some(status(Entity::Domain(name), whole(event), event, at));
    };
    let status = event.verb().to_owned();
    let rank = u8::from(status == "connected").saturating_add(1);
    let provider = event.text("provider").map(word);
    let fact = Fact::Domain { name, status, provider };
    Some(Projection { entity: Entity::Order(order), version: version(at, rank), fact, doc: None })
}

/// The entity without people and credentials; `None` when it is its id and status only.
fn whole(event: &Event) -> Option<String> {
    let kept = Redacted::without_people(&event.entity);
    kept.keys().any(|key| key != "id" && key != "status").then(|| kept.json())
}

fn order_fact(event: &Event, status: OrderStatus, now: Timestamp) -> Fact {
    Fact::Order {
        status,
        customer: event.text("email").filter(|email| is_key(email)).map(str::to_owned),
        created_at: times::believable(event.entity.get("created_at").and_then(times::read), now).map(to_iso),
        domain_count: event
            .entity
            .get("domain_count")
            .and_then(lenient_json::whole)
            .and_then(|count| u32::try_from(count).ok()),
        costs: event.entity.get("costs").and_then(Costs::read),
    }
}

/// Whether it can be a key of the table, and an e-mail address.
fn is_key(email: &str) -> bool {
    !email.is_empty() && email.len() <= MAX_CUSTOMER_LENGTH
}

/// A value from upstream, limited to a plausible length.
fn word(text: &str) -> String {
    text.chars().take(MAX_WORD).collect()
}
