//! The data of each type of notification, as its schema describes it.

use crate::model::notification::parts::{
    AboutOrder, AboutSale, ActionPart, ApprovalPart, BelowFloorPart, EndpointPart, ImportPart,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::answers::NameserverGroup;
use shared::schema::{Id, Time};

/// An order was placed: capture the payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderPlaced {
    /// The order and its sale.
    #[serde(flatten)]
    pub about: AboutOrder,
    /// The session that placed it, the `jti` of its token.
    #[schemars(with = "Id")]
    pub session: String,
    /// The approval that it was placed with; `null` without one.
    pub approval: Option<ApprovalPart>,
}

/// No order came of an approval or of an order that was sent: void the payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderNotPlaced {
    /// The session, the `jti` of its token.
    #[schemars(with = "Id")]
    pub session: String,
    /// The approval, which is void; `null` without one.
    pub approval: Option<ApprovalPart>,
    /// The sale.
    #[serde(flatten)]
    pub sale: AboutSale,
}

/// Every domain and inbox of an order is live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderCompleted {
    /// The order and its sale.
    #[serde(flatten)]
    pub about: AboutOrder,
}

/// Somebody has to do something before the order can continue. `subject` and `body` are the text of an e-mail to the
/// customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderNeedsAction {
    /// The order and its sale.
    #[serde(flatten)]
    pub about: AboutOrder,
    /// What is to be done, as far as upstream has said it; empty otherwise.
    pub actions: Vec<ActionPart>,
    /// Subject of an e-mail, in `language`.
    pub subject: String,
    /// Plain text of an e-mail, in `language`.
    pub body: String,
    /// Where the customer sees the order; absent if neither the session nor the stage names a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Language of the customer, such as `pt-BR`. The text is in English if it is not available in this language.
    pub language: String,
}

/// An order cannot be completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderFailed {
    /// The order and its sale.
    #[serde(flatten)]
    pub about: AboutOrder,
}

/// An order ends at the end of the paid period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderCancelScheduled {
    /// The order and its sale.
    #[serde(flatten)]
    pub about: AboutOrder,
    /// When it ends, ISO 8601 in UTC; `null` if upstream has not said it.
    #[schemars(with = "Option<Time>")]
    pub cancels_at: Option<String>,
}

/// An order has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderCancelled {
    /// The order and its sale.
    #[serde(flatten)]
    pub about: AboutOrder,
}

/// The paid period ends in seven days, and upstream charges for the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderRenewsSoon {
    /// The order and its sale.
    #[serde(flatten)]
    pub about: AboutOrder,
    /// When the paid period ends, ISO 8601 in UTC.
    #[schemars(with = "Time")]
    pub renews_at: String,
}

/// A domain works with its provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DomainConnected {
    /// The order and its sale.
    #[serde(flatten)]
    pub about: AboutOrder,
    /// The domain.
    pub domain: String,
    /// Its provider: `google`, `microsoft`; `null` if upstream has not said it.
    pub provider: Option<String>,
}

/// A customer has to set the nameservers of domains that it imports. It is sent again after 1, 3 and 6 days, until all of
/// them are set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportNeedsNameservers {
    /// The import, with the domains whose nameservers are not set.
    pub import: ImportPart,
    /// Nameservers to set at the registrar, and for which domains.
    pub nameserver_groups: Vec<NameserverGroup>,
    /// Number of the reminder: 0 for the first notification, then 1 to 3.
    pub reminder: u32,
    /// The sale.
    #[serde(flatten)]
    pub sale: AboutSale,
}

/// All domains of an import can be used, or were refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportCompleted {
    /// The import, with the domains that can be used.
    pub import: ImportPart,
    /// The sale.
    #[serde(flatten)]
    pub sale: AboutSale,
}

/// The record of an order differed from upstream, and was corrected: events were missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UpstreamDrift {
    /// The order and its sale.
    #[serde(flatten)]
    pub about: AboutOrder,
    /// The status that was recorded before.
    pub recorded_status: String,
}

/// An order was refused, because its charge does not cover its cost and the minimum margin: the price list needs a
/// change. It is sent once for an order, however often the customer tries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MarginBelowFloor {
    /// The session, the `jti` of its token.
    #[schemars(with = "Id")]
    pub session: String,
    /// Why.
    #[serde(flatten)]
    pub below: BelowFloorPart,
    /// The sale.
    #[serde(flatten)]
    pub sale: AboutSale,
}

/// An endpoint receives nothing any more, because it has failed for too long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointDisabled {
    /// The endpoint.
    pub endpoint: EndpointPart,
    /// Why: `gone` after a `410`, `failing` after five days of failures.
    pub reason: String,
    /// Since when it has failed, ISO 8601 in UTC.
    #[schemars(with = "Time")]
    pub failing_since: String,
    /// The sale.
    #[serde(flatten)]
    pub sale: AboutSale,
}

/// An endpoint receives notifications again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointRecovered {
    /// The endpoint.
    pub endpoint: EndpointPart,
    /// The sale.
    #[serde(flatten)]
    pub sale: AboutSale,
}
