//! Approvals.

use crate::failure::of_the_table;
use crate::http::describe::Describe;
use crate::http::query::{Parameters, refusals_of_pages};
use crate::model::approval::Amount;
use crate::model::sale::Prices;
use crate::order_proxy::approval_bodies::{ApprovalRow, MadeApproval};
use crate::order_proxy::approvals::{self, no_such_quote};
use crate::order_proxy::docs::refusals::of_readings;
use aide::transform::TransformOperation;
use axum::http::StatusCode;
use serde_json::json;
use shared::quote::Quote;

pub(crate) fn make(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let known = |rest: serde_json::Value| {
        let mut body = json!({"session": "ses_5f0c", "quote": "quo_2b9d"});
        if let (Some(body), Some(rest)) = (body.as_object_mut(), rest.as_object()) {
            body.extend(rest.clone());
        }
        body
    };
    let wrong = [
        known(json!({"session": "#"})),
        known(json!({"amount_cents": 3_900})),
        known(json!({"currency": "usd"})),
        known(json!({"amount_cents": 3_900, "currency": "USD"})),
        known(json!({"ttl_seconds": 0})),
    ];
    let costs = Quote::from_lines(Vec::new(), "usd".to_owned());
    let prices = Prices { costs: Quote { total_cents: 3_900, ..costs }, charges: None };
    let amounts =
        [(3_000, "usd"), (3_900, "eur")].map(|(cents, currency)| Amount { cents, currency: currency.to_owned() });
    route
        .id("makeApproval")
        .summary("Approves an order that a customer is about to place")
        .description("For partners who do not hold a session key. Call it once the payment is authorised.")
        .answer::<MadeApproval>(StatusCode::CREATED, "The approval; give its token to the page.")
        .refuses(of_readings(approvals::read, wrong))
        .refuses([no_such_quote()])
        .refuses(amounts.iter().filter_map(|amount| approvals::check_amount(Some(amount), &prices).err()))
        .refuses(of_the_table())
}

pub(crate) fn list(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let wrong = Parameters::refusals([("state", "paid"), ("since", "yesterday")], |parameters| {
        approvals::state_of(parameters);
        let text = parameters.take("since");
        parameters.time("since", text.as_deref());
    });
    route
        .id("listApprovals")
        .summary("How each approval ended, in the order in which they came to their state")
        .description("Ask for those since the newest that you know, and take or give back each payment once.")
        .page::<ApprovalRow>("/v1/approvals")
        .refuses(wrong)
        .refuses(refusals_of_pages())
        .refuses(of_the_table())
}
