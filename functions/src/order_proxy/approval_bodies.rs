//! What the routes of approvals take and answer, as the documentation describes it.

use crate::http::example::Example;
use crate::http::fields::Body;
use schemars::JsonSchema;
use serde::Serialize;
use shared::schema::{Id, Time};

/// What is approved, and for how long.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct NewApproval {
    /// The session's id, as `checkout.approve` is given it.
    #[schemars(length(min = 1, max = 128))]
    session: String,
    /// The quote's id, `quo_…`, likewise.
    #[schemars(length(min = 1, max = 128))]
    quote: String,
    /// What the customer pays, in cents; absent where no amounts are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_cents: Option<u64>,
    /// Its currency, ISO 4217 in lower case; absent where no amounts are shown.
    #[schemars(length(equal = 3))]
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// Seconds that it can be used; 3,600 when absent.
    #[schemars(range(min = 1, max = 3600))]
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl_seconds: Option<u32>,
}

impl Example for NewApproval {
    fn example() -> Option<Self> {
        Some(Self {
            session: "ses_5f0c".to_owned(),
            quote: "quo_2b9d".to_owned(),
            amount_cents: Some(3_900),
            currency: Some("usd".to_owned()),
            ttl_seconds: Some(1800),
        })
    }
}

impl Body for NewApproval {}

/// An approval that was made.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MadeApproval {
    /// Ours, `apr_…`.
    #[schemars(with = "Id")]
    pub(super) id: String,
    /// Give it to the page, which sends it with the order as `approval`.
    pub(super) token: String,
    /// Until when it can be used, ISO 8601 in UTC.
    #[schemars(with = "Time")]
    pub(super) expires_at: String,
}

impl Example for MadeApproval {
    fn example() -> Option<Self> {
        // A token is three parts of base64; this one is shortened.
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOi.c2lnbmF0dXJl".to_owned();
        Some(Self { id: "apr_8e5d".to_owned(), token, expires_at: "2026-05-08T12:30:00Z".to_owned() })
    }
}

/// How an approval stands.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Approval")]
pub(super) struct ApprovalRow {
    /// Ours, `apr_…`, or the `jti` of the partner's token.
    #[schemars(with = "Id")]
    pub(super) approval: String,
    /// The session that it was for.
    #[schemars(with = "Id")]
    pub(super) session: String,
    /// The order that is paid with it; `null` unless its state is `capture`.
    #[schemars(with = "Option<Id>")]
    pub(super) order: Option<String>,
    /// `capture`: the order is placed, take the payment. `void`: no order comes of it, give the payment back. `open`: neither
    /// yet.
    #[schemars(extend("enum" = ["open", "capture", "void"]))]
    pub(super) state: String,
    /// What was approved, in cents; `null` where no amounts are shown.
    pub(super) amount_cents: Option<u64>,
    /// Its currency, ISO 4217 in lower case; `null` where no amounts are shown.
    pub(super) currency: Option<String>,
    /// When it came to its state, ISO 8601 in UTC.
    #[schemars(with = "Time")]
    pub(super) at: String,
}

impl Example for ApprovalRow {
    fn example() -> Option<Self> {
        Some(Self {
            approval: "apr_8e5d".to_owned(),
            session: "ses_5f0c".to_owned(),
            order: Some("ord_1c4e".to_owned()),
            state: "capture".to_owned(),
            amount_cents: Some(3_900),
            currency: Some("usd".to_owned()),
            at: "2026-05-08T12:05:00Z".to_owned(),
        })
    }
}

/// Which approvals to list.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "names and describes the parameters")]
pub(super) struct ApprovalFilters {
    /// Only approvals in this state.
    #[schemars(extend("enum" = ["open", "capture", "void"]))]
    state: Option<String>,
    /// Approvals that came to their state from then on: a day or a time, ISO 8601; all that are kept when absent.
    since: Option<String>,
    /// Most rows of a page; it may have fewer.
    #[schemars(range(min = 1, max = 100), extend("default" = 25))]
    per_page: Option<u32>,
    /// From `links.next`, as it is.
    page_token: Option<String>,
}
