//! An order's life as upstream tells it, with words of later editions kept.

use crate::lenient_json::whole;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Upstream's order status. A word that we do not know is kept, and is never an error.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum OrderStatus {
    /// Accepted, being provisioned.
    InProgress,
    /// Somebody has to do something first.
    ActionRequired,
    /// Every domain and inbox is live.
    Completed,
    /// Cannot be completed.
    Failed,
    /// Runs until the paid period ends.
    CancelScheduled,
    /// Over; its domains are free again.
    Cancelled,
    /// A word of a later edition.
    Other(String),
}

impl OrderStatus {
    /// The word on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::InProgress => "in_progress",
            Self::ActionRequired => "action_required",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::CancelScheduled => "cancel_scheduled",
            Self::Cancelled => "cancelled",
            Self::Other(word) => word,
        }
    }

    /// Whether provisioning is over, so that nobody needs to keep watching.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// How far along the life this is. Breaks the tie between events of one second: upstream stamps whole seconds.
    pub const fn rank(&self) -> u8 {
        match self {
            Self::Other(_) => 0,
            Self::InProgress => 1,
            Self::ActionRequired => 2,
            Self::Completed => 3,
            Self::Failed => 4,
            Self::CancelScheduled => 5,
            Self::Cancelled => 6,
        }
    }
}

impl From<String> for OrderStatus {
    fn from(word: String) -> Self {
        match word.as_str() {
            "in_progress" => Self::InProgress,
            "action_required" => Self::ActionRequired,
            "completed" => Self::Completed,
            "failed" => Self::Failed,
            "cancel_scheduled" => Self::CancelScheduled,
            "cancelled" => Self::Cancelled,
            _ => Self::Other(word),
        }
    }
}

impl From<OrderStatus> for String {
    fn from(status: OrderStatus) -> Self {
        status.as_str().to_owned()
    }
}

/// What an order costs, in cents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Costs {
    /// The sum of all lines.
    pub total_cents: u64,
    /// ISO 4217, in whatever letter case upstream sends.
    pub currency: String,
}

/// Characters of a currency that are kept: ISO 4217 has three.
const MAX_CURRENCY: usize = 8;

impl Costs {
    /// Upstream's `costs`, read leniently; `None` when they name no total. Without a currency they are in US dollars,
    /// as in all of upstream's examples.
    pub fn read(costs: &Value) -> Option<Self> {
        let currency = costs.get("currency").and_then(Value::as_str).filter(|text| !text.is_empty());
        Some(Self {
            total_cents: whole(costs.get("total_cents")?)?,
            currency: currency.unwrap_or("usd").chars().take(MAX_CURRENCY).collect(),
        })
    }
}

/// Proof that upstream took the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Upstream's `ord_…`.
    pub id: crate::ids::OrderId,
    /// Where it stood when it was placed.
    pub status: OrderStatus,
    /// Domains in it.
    pub domain_count: u32,
    /// Upstream's price; absent only if upstream sent none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<Costs>,
    /// When upstream took it, ISO 8601.
    pub created_at: String,
    /// When the paid period ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews_at: Option<String>,
    /// Upstream's `usr_…` of the customer: read, and never part of an answer of ours.
    #[serde(default, skip_serializing)]
    pub user_id: Option<String>,
    /// The customer's address at upstream: read, and never part of an answer of ours.
    #[serde(default, skip_serializing)]
    pub email: Option<String>,
}
