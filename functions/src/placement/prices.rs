//! What picks cost, what the customer pays for them, and whether that covers the cost.

use crate::failure::Failure;
use crate::model::notification::parts::BelowFloorPart;
use crate::model::sale::Prices;
use crate::session::Session;
use crate::upstream::UpstreamError;
use axum::http::StatusCode;
use shared::availability::AvailabilityRow;
use shared::pricing::{BelowFloor, Show};
use shared::quote::Quote;
use std::collections::HashSet;

/// The error for an order whose price is below its cost.
pub(super) const BELOW_COST: Failure = Failure::Conflict(
    "price_below_cost",
    "This order cannot be placed at the price shown. Nothing was ordered or charged.",
);

/// Why an order is refused, and what the partner is told of it.
#[derive(Debug)]
pub(super) struct Refusal {
    /// What the customer hears.
    pub(super) failure: Failure,
    /// That the charge does not cover the cost, if that is why.
    pub(super) below_floor: Option<Box<BelowFloorPart>>,
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self { failure, below_floor: None }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        refusal.failure
    }
}

/// Checks that upstream has told the price of each row that it offers. Without prices of the partner's, such a row is one
/// that could not be checked.
///
/// # Errors
/// `409 price_below_cost`.
pub(super) fn check_priced(session: &Session, rows: &[AvailabilityRow]) -> Result<(), Refusal> {
    match session.pricing.show == Show::Retail && rows.iter().any(|row| row.unpriced) {
        true => Err(below_cost(session, "cost_missing", None)),
        false => Ok(()),
    }
}

/// The cost of `rows` together, in the session's currency where there is nothing to register.
///
/// # Errors
/// `409 price_below_cost` for a session with prices of its own; [`Failure::Upstream`] for others.
pub(super) fn costs(session: &Session, rows: &[AvailabilityRow]) -> Result<Quote, Refusal> {
    match Quote::of(rows) {
        Some(mut quote) => {
            if let Some(currency) = session.pricing.currency.as_ref().filter(|_| rows.iter().all(|row| row.owned)) {
                quote.currency.clone_from(currency);
            }
            Ok(quote)
        }
        None if session.pricing.show == Show::Retail => Err(below_cost(session, "several_currencies", None)),
        None => {
            tracing::error!(alarm = "upstream_edition", "upstream prices have several currencies");
            Err(Failure::from(UpstreamError::Unreadable { status: StatusCode::OK, request_id: None }).into())
        }
    }
}

/// What the customer pays for `rows`, which cost `costs`.
///
/// # Errors
/// `409 price_below_cost`.
pub(super) fn prices(session: &Session, costs: Quote, rows: &[AvailabilityRow]) -> Result<Prices, Refusal> {
    if session.pricing.show != Show::Retail {
        return Ok(Prices { costs, charges: None });
    }
    let owned: HashSet<&str> = rows.iter().filter(|row| row.owned).map(|row| row.domain.as_str()).collect();
    // A name that no entry fits was refused before.
    let charges = session.pricing.charges(&costs, |domain| owned.contains(domain));
    let charges = charges.ok_or(Failure::Internal("a name without a price was taken for sale".into()))?;
    check_floor(session, &charges, &costs)?;
    Ok(Prices { costs, charges: Some(charges) })
}

/// Checks that `charges` cover `costs`.
///
/// # Errors
/// `409 price_below_cost`.
pub(super) fn check_floor(session: &Session, charges: &Quote, costs: &Quote) -> Result<(), Refusal> {
    session.pricing.check_floor(charges, costs).map_err(|problem| {
        let reason = match problem {
            BelowFloor::TooLow => "too_low",
            BelowFloor::OtherCurrency => "other_currency",
        };
        below_cost(session, reason, Some((charges, costs)))
    })
}

/// The refusal for `reason`, with charges and costs as far as they are known.
fn below_cost(session: &Session, reason: &'static str, known: Option<(&Quote, &Quote)>) -> Refusal {
    tracing::error!(alarm = "price_below_cost", session.id = %session.id, why = reason, "order rejected: price below cost");
    let list = session.pricing.currency.as_ref();
    let below = BelowFloorPart {
        reason: reason.to_owned(),
        cost_cents: known.map(|(_, costs)| costs.total_cents),
        cost_currency: known.map(|(_, costs)| costs.currency.clone()),
        charge_cents: known.map(|(charges, _)| charges.total_cents),
        currency: known.map(|(charges, _)| &charges.currency).or(list).cloned().unwrap_or_default(),
        min_margin_percent: session.pricing.min_margin_percent,
    };
    Refusal { failure: BELOW_COST, below_floor: Some(Box::new(below)) }
}
