//! `POST /v1/domains/availability`: what each name costs and serves, in the order asked.

use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::reply;
use crate::order_proxy::Proxy;
use crate::placement::Look;
use crate::root_domain;
use crate::session::Buyer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use shared::answers::AvailabilityAnswer;
use shared::availability::{AvailabilityRow, MAX_NAMES, fold_names};

pub(super) async fn check(
    State(proxy): State<Proxy>,
    Buyer(session): Buyer,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let inputs = read(body)?;
    let (names, entries) = fold_names(&inputs, root_domain::read);
    let desk = proxy.desk().charging(&session);
    let of_names = desk.rows(&session, &names, Look::Quick).await;
    desk.settle_budget().await;
    let of_names = of_names?;
    let domains = inputs
        .iter()
        .zip(entries)
        .map(|(input, entry)| match entry {
            Ok(index) => of_names.get(index).cloned().unwrap_or_else(|| AvailabilityRow::unanswered(input)),
            Err(problem) => AvailabilityRow::not_a_name(&shortened(input), problem),
        })
        .collect();
    Ok(reply::data(StatusCode::OK, AvailabilityAnswer { domains }))
}

fn read(body: Map<String, Value>) -> Result<Vec<String>, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let values = fields.required_array("domains").unwrap_or_default();
    if fields.is_clean() && !(1..=MAX_NAMES).contains(&values.len()) {
        let message = format!("Ask about 1 to 200 names at once; {} were given.", values.len());
        fields.blame("domains", "out_of_range", message);
    }
    let names = fields.strings("domains", values.into_iter().take(MAX_NAMES).collect());
    fields.finish();
    refuse_if_any(findings)?;
    Ok(names)
}

/// What was sent comes back, so that rows can be told apart, but not at any length.
fn shortened(input: &str) -> String {
    input.chars().take(shared::domain_name::MAX_NAME_LENGTH).collect()
}
