//! Quotes, orders and cancellations.

use crate::failure::{Failure, of_the_table};
use crate::http::describe::Describe;
use crate::order_proxy::cancel::{self, Cancelled};
use crate::order_proxy::docs::refusals::{
    names, of_partners_upstream, of_readings, of_upstream, plan, upstreams_own, wrong_orders,
};
use crate::order_proxy::quotes;
use crate::placement::documented_refusals;
use aide::transform::TransformOperation;
use axum::http::StatusCode;
use serde_json::json;
use shared::answers::{PlacedOrder, PlacedView};
use shared::quote::SignedQuote;

pub(crate) fn quote(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let too_many = vec!["acme-mail.com"; 1001];
    route
        .id("quote")
        .summary("Create a quote")
        .answer::<SignedQuote>(StatusCode::OK, "The quote. Send its token with the order.")
        .refuses(of_readings(quotes::read, [json!({ "domains": too_many })]))
        .refuses(wrong_orders())
        .refuses(documented_refusals::of_quotes())
        .refuses(plan())
        .refuses(of_upstream())
        .refuses(of_the_table())
}

pub(crate) fn place(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("placeOrder")
        .summary("Place an order")
        .description(
            "A session places one order. Repeating the same order returns the same receipt and orders nothing. If the \
             response was lost, send the order again, or poll GET /v1/session.",
        )
        .answer::<PlacedOrder>(StatusCode::CREATED, "The receipt; identical for each repeated request.")
        .answer::<PlacedView>(StatusCode::ACCEPTED, "The order is being placed: poll GET /v1/session for its outcome.")
        .refuses(wrong_orders())
        .refuses(documented_refusals::of_orders())
        .refuses(plan())
        .refuses([upstreams_own(StatusCode::BAD_REQUEST, "invalid_request").into()])
        .refuses(of_upstream())
        .refuses([Failure::OrdersStopped])
        .refuses(of_the_table())
        .refusal_means(
            StatusCode::CONFLICT,
            "A price or a domain has changed (quote_changed), the session has placed another order (session_used), or \
             the same order failed or was cancelled within the last 24 hours (order_failed_before). Nothing was \
             ordered.",
        )
}

pub(crate) fn cancel(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let wrong = [
        json!({"domains": []}),
        json!({"whole": true, "domains": ["acme-mail.com"]}),
        json!({"whole": false}),
        json!({}),
    ];
    route
        .id("cancelOrder")
        .summary("Cancel an order, or some of its domains")
        .description("The cancellation takes effect at the end of the paid period.")
        .answer::<Cancelled>(StatusCode::OK, "The cancellation and the date when it takes effect.")
        .refuses(of_readings(cancel::read, wrong))
        .refuses(names())
        .refuses([Failure::OrderNotFound])
        .refuses(of_partners_upstream([StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND, StatusCode::CONFLICT]))
        .refuses(of_the_table())
}
