//! `POST /v1/domains/availability`: what each name costs and serves, in the order asked.

use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::reply;
use crate::order_proxy::Proxy;
use crate::session::Customer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use shared::answers::AvailabilityAnswer;
use shared::availability::{AvailabilityRow, MAX_NAMES, fold_names};
use shared::domain_name::DomainName;

pub(super) async fn check(
    State(proxy): State<Proxy>,
    Customer(session): Customer,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let inputs = read(body)?;
    let (names, entries) = fold_names(&inputs);
    let desk = proxy.desk();
    // What the customer has brought is known here, whatever its ending. The budget does not wait to hear it: it counts
    // brought names as if upstream were asked, and a key's worth of typing is one trip to the table shorter.
    let mut asked: Vec<DomainName> = names.iter().filter(|name| proxy.sells(name)).cloned().collect();
    let spent = desk.spend(&session, asked.len());
    let (mut of_names, ()) = futures::try_join!(desk.owned_rows(&session, &names, false), spent)?;
    asked.retain(|name| !of_names.contains_key(name));
    let answered = proxy.upstream.availability(&asked).await?;
    of_names.extend(asked.into_iter().zip(answered));
    let row = |name: &DomainName| match of_names.get(name) {
        Some(row) => row.clone(),
        None => AvailabilityRow::tld_not_offered(name),
    };
    let of_names: Vec<AvailabilityRow> = names.iter().map(row).collect();
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
