//! Bodies of our HTTP responses, serialized by the functions and parsed by the widget.

use crate::availability::AvailabilityRow;
use crate::order::{Charge, Costs, OrderStatus, Receipt, Renewal};
use crate::plan::RequiredDomains;
use crate::pricing::ShownPricing;
use serde::{Deserialize, Serialize};

/// `{"data": …}`, the envelope of every success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data<T> {
    /// What was asked for.
    pub data: T,
}

/// A new session: `POST /v1/sessions`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct MintedSession {
    /// The session, the `jti` of its token: `ses_…`.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Id"))]
    pub id: String,
    /// The token that the page sends as `Authorization: Bearer`. It permits an order, so give it only to this customer.
    pub token: String,
    /// When the session ends, ISO 8601 in UTC.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Time"))]
    pub expires_at: String,
}

impl std::fmt::Debug for MintedSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MintedSession").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A session as its customer sees it: `GET /v1/session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct SessionView {
    /// The session, the `jti` of its token.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Id"))]
    pub id: String,
    /// The customer of the token: an e-mail address or upstream's `usr_…`.
    pub customer: String,
    /// The plan; `null` if the session can read, not order.
    pub plan: Option<PlanView>,
    /// Limits of one request.
    pub limits: Limits,
    /// The approval by the partner that an order needs: `none`, `token` or `call`.
    #[serde(default = "no_approval")]
    pub approval: String,
    /// The prices that are shown. Absent from older servers, which show upstream's.
    #[serde(default = "ShownPricing::cost")]
    pub pricing: ShownPricing,
    /// Endings for suggested names, without the dot, such as `com`. Empty: all that upstream sells.
    pub tlds: Vec<String>,
    /// The session's order; `null` until there is one.
    pub order: Option<PlacedView>,
    /// When the session ends, ISO 8601 in UTC.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Time"))]
    pub expires_at: String,
}

fn no_approval() -> String {
    "none".to_owned()
}

/// The plan of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct PlanView {
    /// Display name of the plan.
    pub name: String,
    /// Number of domains to pick, from upstream.
    pub required_domains: RequiredDomains,
}

/// Limits of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct Limits {
    /// Maximum number of names in one call to `/v1/domains/availability`.
    pub availability_names: u32,
    /// Maximum number of personas of one order.
    pub personas: u32,
}

/// Status of the session's order.
///
/// While the order is being placed, `id` is absent and `status` is `placing`: poll again later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_family = "wasm"), schemars(rename = "Placed"))]
pub struct PlacedView {
    /// Upstream's `ord_…`; `null` while the order is being placed.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "Option<crate::schema::Id>"))]
    pub id: Option<String>,
    /// `placing`, or the order's status.
    pub status: String,
}

/// The status while an order is being placed.
pub const PLACING: &str = "placing";

/// Response of `POST /v1/domains/availability`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_family = "wasm"), schemars(rename = "Availability"))]
pub struct AvailabilityAnswer {
    /// One row per name, in the order asked.
    pub domains: Vec<AvailabilityRow>,
}

/// A receipt, and whether the same order had been placed before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct PlacedOrder {
    /// The receipt.
    #[serde(flatten)]
    pub receipt: Receipt,
    /// `true` if the same order was placed before, by this or another session, and nothing was ordered now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replayed: bool,
}

/// `POST /v1/orders`: 201 with the receipt, or 202 while the order is still being placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OrderAnswer {
    /// Placed.
    Placed(PlacedOrder),
    /// Being placed: nothing needs to be sent again.
    Placing(PlacedView),
}

/// Response of `GET /v1/orders/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct OrderView {
    /// Upstream's `ord_…`.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Id"))]
    pub id: String,
    /// Latest known status: `in_progress`, `action_required`, `completed`, `failed`, `cancel_scheduled`, `cancelled`;
    /// other values may be added.
    pub status: OrderStatus,
    /// Whether the status is final, so that polling can stop.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Number of domains in the order.
    pub domain_count: u32,
    /// Price that upstream charges the partner, if upstream's amounts are shown; absent until it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<Costs>,
    /// Price that the customer pays; absent if no amounts are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    /// Price of the domains' renewal, as it was when they were ordered; absent if it is not known, and if no amounts are
    /// shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domains_renewal: Option<Renewal>,
    /// The domains, sorted by name.
    pub domains: Vec<DomainView>,
    /// The inboxes that upstream has reported, sorted by domain and address; never passwords.
    #[serde(default)]
    pub inboxes: Vec<InboxView>,
    /// `true` if there are more inboxes than are stored; absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inboxes_truncated: bool,
    /// Actions that are required before provisioning continues.
    pub pending_actions: Vec<PendingAction>,
    /// Events of the order, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// `true` if older entries exist; absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub timeline_truncated: bool,
    /// When upstream accepted the order, ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// When the paid period ends and the next one begins, ISO 8601; absent until it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews_at: Option<String>,
    /// When a cancellation takes effect, ISO 8601; absent without a cancellation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancels_at: Option<String>,
    /// Time of the latest change, ISO 8601 in UTC.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Time"))]
    pub updated_at: String,
}

/// One inbox of an order. Never its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct InboxView {
    /// The e-mail address, in lower case.
    pub address: String,
    /// The domain after the `@`.
    pub domain: String,
    /// `google` or `microsoft`; absent until upstream has assigned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

/// One domain of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct DomainView {
    /// The name, in lower case.
    pub domain: String,
    /// `in_progress`, `connected`, `action_required`; other values may be added.
    pub status: String,
    /// `google` or `microsoft`; absent until upstream has assigned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

/// Actions that are required before provisioning continues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_family = "wasm"), schemars(extend("required" = ["type", "who", "what_to_do"])))]
pub struct PendingAction {
    /// Upstream's `act_…`; absent if upstream sends none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Kind of action, such as `google_profile_picture`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Why it is needed, such as `profile_picture_not_accessible`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The domain that needs the action; absent for the whole order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The persona that the action is about, such as the one on a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// What is wrong, in upstream's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Who can do it: `customer` or `partner`.
    #[cfg_attr(not(target_family = "wasm"), schemars(required, extend("enum" = ["customer", "partner"])))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// What to do, as a sentence for the customer.
    #[cfg_attr(not(target_family = "wasm"), schemars(required))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what_to_do: Option<String>,
}

/// A person by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct Person {
    /// Given name, such as `Sam`; empty if upstream sends none.
    pub first_name: String,
    /// Family name, such as `Lee`; empty if upstream sends none.
    pub last_name: String,
}

/// One event on the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct TimelineEntry {
    /// Upstream's `evt_…`.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Id"))]
    pub event_id: String,
    /// Type of the event, such as `order.completed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When the event happened, ISO 8601.
    pub at: String,
    /// The domain of the event; absent for the whole order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

/// Domains in one import: upstream's limit for a job, docs/upstream.md#imports.
pub const MAX_IMPORT_DOMAINS: usize = 500;

/// Status of an import: `POST /v1/domains/import` and the lookups of its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct ImportView {
    /// Upstream's `imp_…`; `null` if no domain could be imported, and until upstream responds.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "Option<crate::schema::Id>"))]
    pub id: Option<String>,
    /// `in_progress`, `action_required`, `completed`, `failed`; other values may be added.
    pub status: String,
    /// One row per domain, in the order of the request.
    pub domains: Vec<ImportRow>,
    /// Nameservers to set at the registrar, and for which domains.
    pub nameserver_groups: Vec<NameserverGroup>,
    /// Seconds after which to poll again.
    pub poll_after_seconds: u32,
}

/// One row of `GET /v1/domains/claims`: a domain that a customer has asked to import and that is not connected yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_family = "wasm"), schemars(rename = "Claim"))]
pub struct ClaimView {
    /// The name, in lower case.
    pub domain: String,
    /// The latest import of the domain, `imp_…`; `null` until upstream responds.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "Option<crate::schema::Id>"))]
    pub import: Option<String>,
    /// No other customer can import the domain until then, ISO 8601 in UTC.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Time"))]
    pub until: String,
}

/// One domain of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct ImportRow {
    /// The name in lower case, or the text that was sent if it is not a name.
    pub domain: String,
    /// `in_progress`, `action_required`, `completed`, `failed`; other values may be added.
    pub status: String,
    /// Why it failed: `taken`, `claim_expired`, `released`, `not_answered`, `not_imported`, `not_root_domain`,
    /// `domain_is_ending`, `registry_not_supported`; other values may be added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to do, as a sentence for the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Nameservers, and the domains that need them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct NameserverGroup {
    /// Host names: set all of them at the registrar.
    pub nameservers: Vec<String>,
    /// The domains that need these nameservers.
    pub domains: Vec<String>,
}
