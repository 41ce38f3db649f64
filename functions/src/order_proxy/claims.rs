//! `/v1/domains/claims`: lists and releases domains that the customer has asked to import and that are not connected
//! yet.

use crate::clock::to_iso;
use crate::failure::Failure;
use crate::http::fields::{JsonObject, refuse_if_any};
use crate::http::reply;
use crate::order_proxy::bodies::ImportNames;
use crate::order_proxy::import_rows::asked_row;
use crate::order_proxy::import_view::view;
use crate::order_proxy::imports::{give_up, read};
use crate::order_proxy::proxy::Proxy;
use crate::session::Buyer;
use crate::store::claim::Owner;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::answers::{ClaimView, ImportRow};
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use shared::problem::Finding;
use shared::root_domain;

pub(super) async fn list(State(proxy): State<Proxy>, Buyer(session): Buyer) -> Result<Response, Failure> {
    let open = proxy.store.open_claims(&customer_key(&session.customer)).await?;
    let view = |(name, owner): (DomainName, Owner)| ClaimView {
        domain: name.to_string(),
        import: owner.newest_job().map(ToString::to_string),
        until: to_iso(owner.until),
    };
    Ok(reply::data(StatusCode::OK, open.into_iter().map(view).collect::<Vec<ClaimView>>()))
}

/// Gives up open claims by their names alone: also those of an import that has no id.
pub(super) async fn release(
    State(proxy): State<Proxy>,
    Buyer(session): Buyer,
    body: JsonObject<ImportNames>,
) -> Result<Response, Failure> {
    let given = read(body.fields)?;
    let customer = customer_key(&session.customer);
    let mut findings = Vec::new();
    let mut names: Vec<DomainName> = Vec::with_capacity(given.len());
    for (index, input) in given.iter().enumerate() {
        match root_domain::read(input) {
            Ok(name) => names.push(name),
            Err(problem) => findings.push(problem.at(format!("domains[{index}]"))),
        }
    }
    refuse_if_any(findings)?;
    let owners = proxy.store.owners(&names).await?;
    let is_mine = |name: &DomainName| owners.get(name).is_some_and(|owner| owner.customer == customer);
    let not_mine = names.iter().enumerate().filter(|(_, name)| !is_mine(name));
    let not_mine = not_mine.map(|(index, name)| not_claimed(name, index));
    refuse_if_any(not_mine.collect())?;
    give_up(&proxy, &customer, &names).await?;
    let asked: Vec<ImportRow> = given.iter().map(|input| asked_row(input)).collect();
    let owners = proxy.store.owners(&names).await?;
    Ok(reply::data(StatusCode::OK, view(None, &owners, &customer, &asked, proxy.shop.import_poll_seconds)))
}

/// The finding about a name that the customer has no claim on.
pub(super) fn not_claimed(name: &DomainName, index: usize) -> Finding {
    let message = format!("No claim on {name}. Remove it.");
    Finding::new("not_claimed", format!("domains[{index}]"), message)
}
