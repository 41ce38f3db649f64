//! `/v1/domains/claims`: domains that the customer has asked for and that are not connected yet, with or without an import;
//! and giving them up.

use crate::clock::to_iso;
use crate::failure::Failure;
use crate::http::fields::{JsonObject, refuse_if_any};
use crate::http::reply;
use crate::order_proxy::Proxy;
use crate::order_proxy::import_rows::asked_row;
use crate::order_proxy::import_view::view;
use crate::order_proxy::imports::{give_up, read};
use crate::root_domain;
use crate::session::Buyer;
use crate::store::claim::Owner;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::answers::{ClaimView, ImportRow};
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use shared::problem::Finding;

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
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let given = read(body)?;
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
    let not_mine = names.iter().enumerate().filter(|(_, name)| !is_mine(name)).map(|(index, name)| {
        let message = format!("You have not asked to import {name}. Leave it out.");
        Finding::new("not_claimed", format!("domains[{index}]"), message)
    });
    refuse_if_any(not_mine.collect())?;
    give_up(&proxy, &customer, &names).await?;
    let asked: Vec<ImportRow> = given.iter().map(|input| asked_row(input)).collect();
    let owners = proxy.store.owners(&names).await?;
    Ok(reply::data(StatusCode::OK, view(None, &owners, &customer, &asked, proxy.offer.import_poll_seconds)))
}
