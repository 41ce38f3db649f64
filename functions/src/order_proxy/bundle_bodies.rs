//! Bundles as the documentation describes them: upstream answers them, and its fields are passed on.

use crate::http::example::Example;
use crate::http::fields::Body;
use schemars::JsonSchema;
use serde::Serialize;
use shared::plan::RequiredDomains;
use shared::schema::{Id, Time, WholeOrNull};

/// Characters of a bundle's name: upstream names no limit, this is a line on a page.
pub(super) const MAX_NAME: usize = 200;
/// E-mails a month: far above any sender, far below overflow upstream.
pub(super) const MAX_VOLUME: u64 = 1_000_000_000;

/// A new bundle.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct BundleNew {
    /// Display name, on one line.
    #[schemars(length(min = 1, max = MAX_NAME))]
    name: String,
    /// E-mails per month.
    #[schemars(range(min = 1, max = MAX_VOLUME))]
    monthly_sending_volume: u64,
    /// Percent of the volume that Google inboxes send; with `microsoft_percent` 100. Absent or `null`: upstream's
    /// split.
    #[schemars(range(min = 0, max = 100))]
    google_percent: Option<u32>,
    /// Percent of the volume that Microsoft inboxes send.
    #[schemars(range(min = 0, max = 100))]
    microsoft_percent: Option<u32>,
    /// Whether e-mails are sent on Saturdays and Sundays.
    #[serde(skip_serializing_if = "Option::is_none")]
    send_on_weekends: Option<bool>,
    /// Google inboxes per domain.
    #[schemars(extend("enum" = [2, 3, null]))]
    #[serde(skip_serializing_if = "Option::is_none")]
    google_inboxes_per_domain: Option<u32>,
}

impl Example for BundleNew {
    fn example() -> Option<Self> {
        Some(Self {
            name: "Starter".to_owned(),
            monthly_sending_volume: 5_000,
            google_percent: Some(60),
            microsoft_percent: Some(40),
            send_on_weekends: Some(false),
            google_inboxes_per_domain: Some(2),
        })
    }
}

impl Body for BundleNew {}

/// The fields to change: at least one.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub(super) struct BundleChange {
    /// Display name, on one line.
    #[schemars(length(min = 1, max = MAX_NAME))]
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// E-mails per month.
    #[schemars(range(min = 1, max = MAX_VOLUME))]
    #[serde(skip_serializing_if = "Option::is_none")]
    monthly_sending_volume: Option<u64>,
    /// Percent of the volume that Google inboxes send; with `microsoft_percent` 100. Both `null`: upstream's split.
    #[schemars(range(min = 0, max = 100))]
    #[serde(skip_serializing_if = "Option::is_none")]
    google_percent: Option<u32>,
    /// Percent of the volume that Microsoft inboxes send.
    #[schemars(range(min = 0, max = 100))]
    #[serde(skip_serializing_if = "Option::is_none")]
    microsoft_percent: Option<u32>,
    /// Whether e-mails are sent on Saturdays and Sundays.
    #[serde(skip_serializing_if = "Option::is_none")]
    send_on_weekends: Option<bool>,
    /// Google inboxes per domain.
    #[schemars(extend("enum" = [2, 3, null]))]
    #[serde(skip_serializing_if = "Option::is_none")]
    google_inboxes_per_domain: Option<u32>,
}

impl Example for BundleChange {
    fn example() -> Option<Self> {
        Some(Self {
            name: None,
            monthly_sending_volume: Some(10_000),
            google_percent: None,
            microsoft_percent: None,
            send_on_weekends: None,
            google_inboxes_per_domain: None,
        })
    }
}

impl Body for BundleChange {}

/// A bundle: an order size of the partner.
#[derive(Serialize, JsonSchema)]
pub(super) struct Bundle {
    /// Upstream's `bun_…`.
    #[schemars(with = "Id")]
    id: String,
    /// Display name.
    name: String,
    /// E-mails per month.
    monthly_sending_volume: u64,
    /// Percent of the volume that Google inboxes send; `null`: upstream's split.
    #[schemars(with = "WholeOrNull")]
    #[serde(skip_serializing_if = "Option::is_none")]
    google_percent: Option<u32>,
    /// Percent of the volume that Microsoft inboxes send; `null`: upstream's split.
    #[schemars(with = "WholeOrNull")]
    #[serde(skip_serializing_if = "Option::is_none")]
    microsoft_percent: Option<u32>,
    /// Whether e-mails are sent on Saturdays and Sundays.
    #[serde(skip_serializing_if = "Option::is_none")]
    send_on_weekends: Option<bool>,
    /// Google inboxes per domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    google_inboxes_per_domain: Option<u32>,
    /// `active` or `archived`.
    status: String,
    /// The split that upstream applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    effective: Option<Split>,
    /// Number of domains of an order, by provider.
    required_domains: RequiredDomains,
    /// When it was created, ISO 8601.
    #[schemars(with = "Time")]
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
}

/// Split of the volume between providers.
#[derive(Serialize, JsonSchema)]
pub(super) struct Split {
    /// Percent of the volume that Google inboxes send.
    google_percent: u32,
    /// Percent of the volume that Microsoft inboxes send.
    microsoft_percent: u32,
}

impl Example for Bundle {
    fn example() -> Option<Self> {
        Some(Self {
            id: "bun_starter".to_owned(),
            name: "Starter".to_owned(),
            monthly_sending_volume: 5_000,
            google_percent: Some(60),
            microsoft_percent: Some(40),
            send_on_weekends: Some(false),
            google_inboxes_per_domain: Some(2),
            status: "active".to_owned(),
            effective: Some(Split { google_percent: 60, microsoft_percent: 40 }),
            required_domains: RequiredDomains::new(2, 1),
            created_at: Some("2026-05-08T12:00:00Z".to_owned()),
        })
    }
}

/// A bundle that was removed.
#[derive(Serialize, JsonSchema)]
pub(super) struct BundleGone {
    /// Upstream's `bun_…`.
    #[schemars(with = "Id")]
    id: String,
    /// `deleted` if no order has used it, `archived` otherwise.
    status: String,
}

impl Example for BundleGone {
    fn example() -> Option<Self> {
        Some(Self { id: "bun_starter".to_owned(), status: "archived".to_owned() })
    }
}
