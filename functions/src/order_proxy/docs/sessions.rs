//! Sessions, and customers who are forgotten.

use crate::failure::{Failure, of_the_table};
use crate::http::describe::Describe;
use crate::order_proxy::customers;
use crate::order_proxy::docs::refusals::{of_readings, of_upstream, plan};
use crate::session::approval_policy::ApprovalPolicy;
use crate::session::mint::{SessionRequest, too_large};
use crate::store::retention::Forgotten;
use aide::transform::TransformOperation;
use axum::http::StatusCode;
use serde_json::json;
use shared::answers::{MintedSession, SessionView};

pub(crate) fn mint(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let wrong = [
        json!({"customer": "client"}),
        json!({"customer": "client@example.com", "ttl_seconds": 1}),
        json!({"customer": "client@example.com", "approval": "call"}),
        json!({"customer": "client@example.com", "origins": ["app.acme.com"]}),
        json!({"customer": "client@example.com", "plan": {"bundle_id": "bun starter"}}),
        json!({"customer": "client@example.com", "plan": {"bundle_id": "bun_starter", "google_licenses": 4}}),
        json!({"customer": "client@example.com", "plan": {"google_licenses": 0}}),
        json!({"customer": "client@example.com", "approval": "yes"}),
        json!({"customer": "client@example.com", "reference": ""}),
        json!({"customer": "client@example.com", "order_link": "/"}),
        json!({"customer": "client@example.com", "locale": "d"}),
        json!({"customer": "client@example.com", "pricing": {"show": "retail", "currency": "USD"}}),
        json!({"customer": "client@example.com", "pricing": {"show": "cost", "domains": [{"tld": ".com"}]}}),
        json!({"customer": "client@example.com", "pricing": {"show": "cost", "plan": {"price_cents": 1, "per": "month"}}}),
        json!({"customer": "client@example.com", "pricing": {"show": "cost", "domains": [{"tld": "com", "owned": true}]}}),
    ];
    route
        .id("mintSession")
        .summary("Create a session for a customer")
        .answer::<MintedSession>(StatusCode::CREATED, "The session. Give its token only to this customer.")
        .refuses(of_readings(|body| SessionRequest::read(body, ApprovalPolicy::default()), wrong))
        .refuses([too_large()])
        .refuses(of_the_table())
}

pub(crate) fn show(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("showSession")
        .summary("Retrieve the session: plan, limits and order")
        .answer::<SessionView>(StatusCode::OK, "The session.")
        .refuses(plan())
        .refuses([Failure::SessionUsed(None)])
        .refuses(of_upstream())
        .refuses(of_the_table())
}

pub(crate) fn forget(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("forgetCustomer")
        .summary("Erase a customer's personal data")
        .answer::<Forgotten>(StatusCode::OK, "Result of the erasure.")
        .refuses(of_readings(customers::read, [json!({"customer": "client"})]))
        .refuses(of_the_table())
}
