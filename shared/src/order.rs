//! Orders in upstream's terms. Unknown words of later editions are kept.

use crate::lenient_json::whole;
use crate::pricing::{Period, PlanPrice, Show};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Upstream's order status. A word that we do not know is kept, and is never an error.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum OrderStatus {
    /// Accepted, being provisioned.
    InProgress,
    /// Pending actions come first.
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

#[cfg(not(target_family = "wasm"))]
impl schemars::JsonSchema for OrderStatus {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OrderStatus".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string"})
    }
}

impl OrderStatus {
    /// The word in JSON.
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

    /// Whether provisioning has ended, so that polling can stop.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// The progress of the status. It orders events of the same second, because upstream's times are whole seconds.
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
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct Costs {
    /// Sum of all lines, in cents.
    pub total_cents: u64,
    /// ISO 4217, such as `usd`, in whatever letter case upstream sends.
    pub currency: String,
}

/// What the customer pays the partner for an order, in cents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct Charge {
    /// The domains, and the first period of the plan.
    pub total_cents: u64,
    /// ISO 4217 in lower case, such as `usd`.
    pub currency: String,
    /// Price of the plan; absent if the plan has no price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanPrice>,
}

/// What the customer pays for the domains of an order in each further period, in cents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct Renewal {
    /// All domains that were ordered.
    pub total_cents: u64,
    /// ISO 4217 in lower case, such as `usd`.
    pub currency: String,
    /// The period: domains renew yearly, whatever the period of the plan.
    pub per: Period,
}

impl Charge {
    /// A charge of what upstream charges.
    pub fn equal_to(costs: &Costs) -> Self {
        Self { total_cents: costs.total_cents, currency: costs.currency.to_ascii_lowercase(), plan: None }
    }
}

/// Maximum number of characters of a currency; ISO 4217 has three.
const MAX_CURRENCY: usize = 8;

impl Costs {
    /// Parses upstream's `costs` leniently; `None` without a total. Without a currency they are US dollars, as in all
    /// of upstream's examples.
    pub fn read(costs: &Value) -> Option<Self> {
        let currency = costs.get("currency").and_then(Value::as_str).filter(|text| !text.is_empty());
        Some(Self {
            total_cents: whole(costs.get("total_cents")?)?,
            currency: currency.unwrap_or("usd").chars().take(MAX_CURRENCY).collect(),
        })
    }
}

/// Proof that upstream accepted the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct Receipt {
    /// Upstream's `ord_…`.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Id"))]
    pub id: crate::ids::OrderId,
    /// Status at the time of the order, such as `in_progress`.
    pub status: OrderStatus,
    /// Number of domains in the order.
    pub domain_count: u32,
    /// Price that upstream charges the partner, if upstream's amounts are shown; absent also if upstream sent no price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<Costs>,
    /// Price that the customer pays; absent if no amounts are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Box<Charge>>,
    /// When upstream accepted the order, ISO 8601.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Time"))]
    pub created_at: String,
    /// When the paid period ends, ISO 8601; absent if upstream does not send it.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Time"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews_at: Option<String>,
    /// Upstream's `usr_…` of the customer: read, and never part of an answer of ours.
    #[serde(default, skip_serializing)]
    pub user_id: Option<String>,
    /// The customer's address at upstream: read, and never part of an answer of ours.
    #[serde(default, skip_serializing)]
    pub email: Option<String>,
}

impl Receipt {
    /// The receipt as a customer sees it who is shown these amounts.
    #[must_use]
    pub fn shown(self, show: Show) -> Self {
        match show {
            Show::None => Self { costs: None, charge: None, ..self },
            Show::Retail => Self { costs: None, ..self },
            Show::Cost => {
                let charge = self.charge.or_else(|| self.costs.as_ref().map(|costs| Box::new(Charge::equal_to(costs))));
                Self { charge, ..self }
            }
        }
    }
}
