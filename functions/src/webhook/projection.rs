//! What an event says about its order, with a version that only grows. Pure.

use crate::clock::from_iso;
use serde_json::Value;
use shared::domain_name::DomainName;
use shared::event::Event;
use shared::ids::OrderId;
use shared::order::{Costs, OrderStatus};

/// Versions per second: ranks of statuses fit below it.
const VERSIONS_PER_SECOND: i64 = 16;

/// An event's statement about one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    /// About which order.
    pub order: OrderId,
    /// Newer statements have a larger one.
    pub version: i64,
    /// What it says.
    pub fact: Fact,
}

/// What can be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The order's own state.
    Order {
        /// Where it stands.
        status: OrderStatus,
        /// Whose it is, when the event tells.
        customer: Option<String>,
        /// When upstream took it.
        created_at: Option<String>,
        /// Domains in it.
        domain_count: Option<u32>,
        /// What it costs.
        costs: Option<Costs>,
    },
    /// One domain's state.
    Domain {
        /// Which.
        name: DomainName,
        /// `connected`, `action_required`, or a later word.
        status: String,
        /// Who hosts it.
        provider: Option<String>,
    },
}

/// The version of a statement made at `at` that says `rank`.
pub fn version(at: i64, rank: u8) -> i64 {
    at.saturating_mul(VERSIONS_PER_SECOND).saturating_add(i64::from(rank))
}

impl Projection {
    /// What `event` says; `None` when it speaks of no order, which is no error: it is stored all the same.
    pub fn of(event: &Event) -> Option<Self> {
        // A time that cannot be read is older than all: the event is kept, and moves nothing.
        let at = from_iso(&event.created_at).unwrap_or(0);
        match event.family() {
            "order" => {
                let order = OrderId::parse(event.text("id")?)?;
                // The type is what happened; the entity's own status may be of a later moment.
                let status = OrderStatus::from(event.verb().to_owned());
                let status = match status {
                    OrderStatus::Other(_) => OrderStatus::from(event.text("status")?.to_owned()),
                    known => known,
                };
                let version = version(at, status.rank());
                Some(Self { order, version, fact: order_fact(event, status) })
            }
            "domain" => {
                let order = OrderId::parse(event.text("order_id")?)?;
                let name = DomainName::parse(event.text("domain")?).ok()?;
                let status = event.verb().to_owned();
                let rank = u8::from(status == "connected").saturating_add(1);
                let provider = event.text("provider").map(str::to_owned);
                Some(Self { order, version: version(at, rank), fact: Fact::Domain { name, status, provider } })
            }
            _ => None,
        }
    }
}

fn order_fact(event: &Event, status: OrderStatus) -> Fact {
    let costs = event.entity.get("costs").and_then(|costs| {
        Some(Costs {
            total_cents: costs.get("total_cents")?.as_u64()?,
            currency: costs.get("currency").and_then(Value::as_str).unwrap_or("usd").to_owned(),
        })
    });
    Fact::Order {
        status,
        customer: event.text("email").filter(|email| !email.is_empty()).map(str::to_owned),
        created_at: event.text("created_at").filter(|at| from_iso(at).is_some()).map(str::to_owned),
        domain_count: event
            .entity
            .get("domain_count")
            .and_then(Value::as_u64)
            .and_then(|count| u32::try_from(count).ok()),
        costs,
    }
}
