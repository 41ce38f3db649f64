//! Refusals by upstream of an order that was checked a moment before: the names concerned, in our words.

use crate::failure::Failure;
use crate::model::placement::Placement;
use crate::upstream::UpstreamError;
use shared::picks::unavailable;
use shared::problem::{Details, Finding, Problem, QuoteDetail};
use shared::quote::SignedQuote;

/// The message about an expired quote.
pub(super) const EXPIRED: &str = "The quote has expired. Look at the prices again before you order.";

/// The refusal of an order that was sent. Where upstream names domains of the order, there is a finding for each; a
/// customer who was shown a price learns that something has changed since.
pub(super) fn of(error: UpstreamError, placement: &Placement) -> Failure {
    let Some(sent) = &placement.sent else {
        return error.into();
    };
    let domains = sent.order.domains().iter().enumerate();
    let findings: Vec<Finding> = domains
        .filter_map(|(index, entry)| {
            let (name, reason) = error.refused_names().iter().find(|(name, _)| *name == entry.domain)?;
            Some(unavailable(name, reason.as_deref(), format!("domains[{index}]")))
        })
        .collect();
    let request_id = error.request_id().map(str::to_owned);
    match Problem::from_findings(findings) {
        None => error.into(),
        Some(problem) if sent.quote.is_some() => changed(problem.details.findings, None),
        Some(mut problem) => {
            problem.details.upstream_request_id = request_id;
            Failure::Invalid(Box::new(problem))
        }
    }
}

/// The quote is no longer valid: the differences, and a new quote if possible.
pub(super) fn changed(findings: Vec<Finding>, quote: Option<SignedQuote>) -> Failure {
    let is_old = !findings.is_empty() && findings.iter().all(|finding| finding.code == "quote_expired");
    let message = match is_old {
        true => EXPIRED,
        false => "Something has changed since the prices were shown. Look at them again before you order.",
    };
    let problem = Problem::new("quote_changed", message).at("quote");
    let quote = quote.map(|quote| QuoteDetail::Signed(Box::new(quote)));
    let details = Details { findings, quote, ..Details::default() };
    Failure::Changed(Box::new(Problem { details, ..problem }))
}
