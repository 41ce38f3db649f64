//! `POST /v1/domains/availability`: availability and prices of names, in the order of the request.

use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::reply;
use crate::order_proxy::bodies::Names;
use crate::order_proxy::proxy::Proxy;
use crate::placement::Precision;
use crate::session::Buyer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use shared::answers::AvailabilityAnswer;
use shared::availability::{AvailabilityRow, MAX_NAMES, fold_names};
use shared::root_domain;

pub(super) async fn check(
    State(proxy): State<Proxy>,
    Buyer(session): Buyer,
    body: JsonObject<Names>,
) -> Result<Response, Failure> {
    let inputs = read(body.fields)?;
    let (names, entries) = fold_names(&inputs, root_domain::read);
    let order_placement = proxy.order_placement().charging(&session);
    let of_names = order_placement.rows(&session, &names, Precision::Known, Some(&session.pricing)).await;
    order_placement.settle_budget().await;
    let of_names = of_names?;
    let domains = inputs
        .iter()
        .zip(entries)
        .map(|(input, entry)| match entry {
            Ok(index) => {
                let row = of_names.get(index).cloned().unwrap_or_else(|| AvailabilityRow::unanswered(input));
                session.pricing.shown(row)
            }
            Err(problem) => AvailabilityRow::not_a_name(&shortened(input), problem),
        })
        .collect();
    Ok(reply::data(StatusCode::OK, AvailabilityAnswer { domains }))
}

pub(super) fn read(body: Map<String, Value>) -> Result<Vec<String>, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let values = fields.required_array("domains").unwrap_or_default();
    if fields.is_clean() && !(1..=MAX_NAMES).contains(&values.len()) {
        let message = format!("domains must have 1 to 200 entries; it has {}.", values.len());
        fields.add_finding("domains", "out_of_range", message);
    }
    let names = fields.strings("domains", values.into_iter().take(MAX_NAMES).collect());
    fields.finish();
    refuse_if_any(findings)?;
    Ok(names)
}

/// The sent text is returned, shortened, so that the client can match rows.
fn shortened(input: &str) -> String {
    input.chars().take(shared::domain_name::MAX_NAME_LENGTH).collect()
}
