//! The bodies of our HTTP answers, as the functions write them and the widget reads them.

use crate::availability::AvailabilityRow;
use crate::order::{Costs, OrderStatus, Receipt};
use crate::plan::RequiredDomains;
use serde::{Deserialize, Serialize};

/// `{"data": …}`, the envelope of every success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data<T> {
    /// What was asked for.
    pub data: T,
}

/// `POST /v1/sessions`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MintedSession {
    /// The session's id, the token's `jti`.
    pub id: String,
    /// What the widget sends. It grants an order: hand it to that customer alone.
    pub token: String,
    /// ISO 8601.
    pub expires_at: String,
}

impl std::fmt::Debug for MintedSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MintedSession").field("id", &self.id).finish_non_exhaustive()
    }
}

/// `GET /v1/session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// The session's id.
    pub id: String,
    /// The token's `sub`.
    pub customer: String,
    /// What has to be picked; `null` when the session may look, not order.
    pub plan: Option<PlanView>,
    /// How much one call takes.
    pub limits: Limits,
    /// Endings to suggest names under.
    pub tlds: Vec<String>,
    /// The session's order, once there is one.
    pub order: Option<PlacedView>,
    /// ISO 8601.
    pub expires_at: String,
}

/// The plan of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanView {
    /// For people.
    pub name: String,
    /// Upstream's figures.
    pub required_domains: RequiredDomains,
}

/// Limits that the widget keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Names per availability call.
    pub availability_names: u32,
    /// Personas per order.
    pub personas: u32,
}

/// How the session's one order stands.
///
/// `id` is absent while the order is being placed: then `status` is `placing`, and asking again later tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedView {
    /// Upstream's `ord_…`, once it is known.
    pub id: Option<String>,
    /// `placing`, or how the order stands.
    pub status: String,
}

/// The status word while an order is being placed.
pub const PLACING: &str = "placing";

/// `POST /v1/domains/availability`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailabilityAnswer {
    /// One row per name, in the order asked.
    pub domains: Vec<AvailabilityRow>,
}

/// A receipt, and whether this very order had been placed before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedOrder {
    /// The receipt.
    #[serde(flatten)]
    pub receipt: Receipt,
    /// `true` when an earlier call placed it: nothing was ordered now.
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

/// `GET /v1/orders/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// Upstream's `ord_…`.
    pub id: String,
    /// The newest status that reached us.
    pub status: OrderStatus,
    /// Whether watching can stop.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Domains in it.
    pub domain_count: u32,
    /// Upstream's price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<Costs>,
    /// Domain by domain, by name.
    pub domains: Vec<DomainView>,
    /// The inboxes as far as upstream has said, by domain and address.
    #[serde(default)]
    pub inboxes: Vec<InboxView>,
    /// Whether there are more inboxes than are kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inboxes_truncated: bool,
    /// What somebody has to do first.
    pub pending_actions: Vec<PendingAction>,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// Whether there are older entries than these.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub timeline_truncated: bool,
    /// When upstream took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// When the paid period ends and the next one begins, ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews_at: Option<String>,
    /// When a cancellation takes effect, ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancels_at: Option<String>,
    /// When the newest fact happened, ISO 8601.
    pub updated_at: String,
}

/// One inbox of an order. Never its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxView {
    /// The e-mail address, in lower case.
    pub address: String,
    /// The domain behind its `@`.
    pub domain: String,
    /// `google` or `microsoft`, when upstream has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

/// One domain of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainView {
    /// The name.
    pub domain: String,
    /// `in_progress`, `connected`, `action_required`, or a later word.
    pub status: String,
    /// `google` or `microsoft`, once upstream has decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

/// What somebody has to do before provisioning goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingAction {
    /// Upstream's `act_…`, when it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Such as `google_profile_picture`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Such as `profile_picture_not_accessible`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The domain that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The person that it is about, such as the one on a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// What is the matter, in upstream's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Who can do it: `customer` or `partner`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// What to do, in our words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what_to_do: Option<String>,
}

/// A person by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Such as `Sam`; empty when upstream names none.
    pub first_name: String,
    /// Such as `Lee`; empty when upstream names none.
    pub last_name: String,
}

/// One event on the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Upstream's `evt_…`.
    pub event_id: String,
    /// Such as `order.completed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When upstream saw it happen.
    pub at: String,
    /// Which domain it is about; absent when it is about the whole order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

/// Domains in one import: upstream's limit for a job, docs/upstream.md#imports.
pub const MAX_IMPORT_DOMAINS: usize = 500;

/// `POST /v1/domains/import` and the look-ups of what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportView {
    /// Upstream's `imp_…`; absent when nothing of what was asked could be imported.
    pub id: Option<String>,
    /// `in_progress`, `action_required`, `completed`, `failed`, or a later word.
    pub status: String,
    /// One row per domain asked, in the order asked.
    pub domains: Vec<ImportRow>,
    /// The nameservers to set, for which domains.
    pub nameserver_groups: Vec<NameserverGroup>,
    /// When it is worth asking again.
    pub poll_after_seconds: u32,
}

/// One row of `GET /v1/domains/claims`: a domain that a customer has asked for, and that is not connected yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimView {
    /// The name in its one spelling.
    pub domain: String,
    /// The import that it was asked in last, `imp_…`; absent while upstream's answer is not known.
    pub import: Option<String>,
    /// Until when it keeps other customers away, ISO 8601.
    pub until: String,
}

/// One domain of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// The name in its one spelling; what was sent when it is not a name.
    pub domain: String,
    /// `in_progress`, `action_required`, `completed`, `failed`, or a later word.
    pub status: String,
    /// Why it failed, such as `not_root_domain`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Nameservers, and the domains that need them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameserverGroup {
    /// To set at the registrar, all of them.
    pub nameservers: Vec<String>,
    /// At which domains.
    pub domains: Vec<String>,
}
