//! The body of `POST /v1/sessions`, as the documentation describes it, with an example. `session/grant.rs` reads it
//! field by field.

use crate::http::example::Example;
use crate::http::fields::Body;
use crate::order_proxy::price_list_body::PriceList;
use schemars::JsonSchema;
use serde::Serialize;
use shared::customer::MAX_CUSTOMER_LENGTH;
use shared::forwarding_url::MAX_URL_LENGTH;
use shared::ids::MAX_ID_LENGTH;
use shared::origin::MAX_ORIGINS;
use shared::plan::MAX_LICENCES;
use shared::session_grant::labels::{MAX_LABEL, MAX_PAIRS};
use shared::session_grant::new_session::{MAX_LIFETIME, MIN_LIFETIME};
use std::collections::BTreeMap;

/// An origin: scheme, host and port.
#[derive(Serialize, JsonSchema)]
#[schemars(inline, example = "https://app.acme.com")]
pub(super) struct Origin(String);

/// Permissions and lifetime of the session.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Grant")]
pub(super) struct NewSession {
    /// The customer: an e-mail address, or upstream's `usr_…`.
    #[schemars(length(max = MAX_CUSTOMER_LENGTH), example = "client@example.com")]
    customer: String,
    /// What may be ordered. Without a plan the session can read, not order.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Plan>,
    /// The client of the sequencer to which the inboxes belong.
    #[serde(skip_serializing_if = "Option::is_none")]
    sequencer: Option<Sequencer>,
    /// Origins of the pages that may use the session: scheme, host and port. Absent: all that the stage allows.
    #[schemars(length(min = 1, max = MAX_ORIGINS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    origins: Option<Vec<Origin>>,
    /// Maximum upstream price of the domains, in cents. Absent: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_total_cents: Option<u64>,
    /// The prices that the customer sees and pays. Absent: the stage's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing: Option<PriceList>,
    /// The approval by the partner that an order needs, in addition to the stage's. Default: `none`.
    #[schemars(extend("enum" = ["none", "token", "call", null]))]
    #[serde(skip_serializing_if = "Option::is_none")]
    approval: Option<String>,
    /// Your reference of the sale, for lists, the ledger and notifications. Customers never see it.
    #[schemars(length(min = 1, max = MAX_LABEL))]
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// Up to 10 notes of your own, each of 1 to 128 characters. Customers never see them.
    #[schemars(extend("maxProperties" = MAX_PAIRS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<BTreeMap<String, String>>,
    /// Address of the page that shows the order: `https`, with `{id}` in place of the order's id.
    #[schemars(length(max = MAX_URL_LENGTH), example = "https://app.acme.com/orders/{id}")]
    #[serde(skip_serializing_if = "Option::is_none")]
    order_link: Option<String>,
    /// The customer's language, such as `de` or `pt-BR`.
    #[schemars(length(min = 2, max = 35))]
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    /// Lifetime of the session in seconds. Default: 1,800.
    #[schemars(range(min = MIN_LIFETIME, max = MAX_LIFETIME))]
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl_seconds: Option<u32>,
}

/// A bundle of the partner, or licence counts.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Plan {
    /// A bundle.
    Bundle(BundlePlan),
    /// Licences without a bundle: at least one.
    #[expect(dead_code, reason = "its schema describes it")]
    Licences(LicencePlan),
}

/// A bundle.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct BundlePlan {
    /// Upstream's `bun_…`.
    #[schemars(length(min = 1, max = MAX_ID_LENGTH))]
    bundle_id: String,
}

/// Licences without a bundle: at least one.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub(super) struct LicencePlan {
    /// Google inboxes. Default: 0.
    #[schemars(range(max = MAX_LICENCES))]
    google_licenses: Option<u32>,
    /// Microsoft domains. Default: 0.
    #[schemars(range(max = MAX_LICENCES))]
    microsoft_licenses: Option<u32>,
    /// Google inboxes per domain. Default: 2.
    #[schemars(extend("enum" = [2, 3, null]))]
    google_inboxes_per_domain: Option<u32>,
}

/// A client of the sequencer.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Sequencer {
    /// The Smartlead client.
    client_id: Option<u64>,
}

impl Example for NewSession {
    fn example() -> Option<Self> {
        Some(Self {
            customer: "client@example.com".to_owned(),
            plan: Some(Plan::Bundle(BundlePlan { bundle_id: "bun_starter".to_owned() })),
            sequencer: None,
            origins: Some(vec![Origin("https://app.acme.com".to_owned())]),
            max_total_cents: Some(50_000),
            pricing: Some(PriceList::example()),
            approval: None,
            reference: Some("sale-1042".to_owned()),
            metadata: Some(BTreeMap::from([("campaign".to_owned(), "spring".to_owned())])),
            order_link: Some("https://app.acme.com/orders/{id}".to_owned()),
            locale: Some("en".to_owned()),
            ttl_seconds: Some(1800),
        })
    }
}

impl Body for NewSession {}
