//! Every answer of the functions was correct, whether or not a page received it. What pages made of it: `told.rs`.
//!
//! Responses that count: `201` and a session view with an id state that the order exists; `400` and `409` state that
//! this draft is not ordered and will not be; `401`, `429` and `5xx` state that this attempt failed; a session view
//! without an order states that no finished attempt succeeded. `202`, a broken connection and an error of the gateway
//! promise nothing: other checks ensure that they end in an id or in a refusal.

use crate::diary::{Attempt, Pages, Shown, Word};
use crate::invariants::facts::{Evidence, Finding, UpstreamOrder};

/// The price on a receipt is upstream's, if upstream's receipts have one.
pub(super) fn price(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for pages in &evidence.pages {
        for attempt in &pages.attempts {
            let Word::Placed { id, total_cents } = &attempt.word else { continue };
            let unknown = evidence.has_minimal_receipts() && total_cents.is_none();
            if let Some(order) = evidence.order(id).filter(|order| order.total_cents != *total_cents && !unknown) {
                let what = format!("received {total_cents:?} cents for {id}, which costs {:?}", order.total_cents);
                findings.push((pages.name(), what));
            }
        }
    }
    findings
}

/// Each order with its customer's history and the attempts at its draft.
fn stories(evidence: &Evidence) -> impl Iterator<Item = (&UpstreamOrder, &Pages, Vec<&Attempt>)> {
    evidence.upstream.iter().filter_map(|order| {
        let (customer, draft) = order.origin?;
        let pages = evidence.pages.get(customer)?;
        let session = evidence.session_of(pages, &order.id);
        // Another session knows nothing of it.
        let is_of =
            |attempt: &&Attempt| attempt.draft == draft && session.is_none_or(|session| session == attempt.session);
        let attempts = pages.attempts.iter().filter(is_of).collect();
        Some((order, pages, attempts))
    })
}

/// If every attempt at a draft was reported as failed, there is no order.
pub(super) fn failures(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (order, pages, attempts) in stories(evidence) {
        let failed = |word: &Word| matches!(word, Word::Refused(_) | Word::Failed(_));
        if attempts.iter().all(|attempt| failed(&attempt.word)) {
            let what =
                format!("{} exists since {} ms, and every attempt failed: {attempts:?}", order.id, order.created);
            findings.push((pages.name(), what));
        }
    }
    findings
}

/// If a draft was refused, it has no order, unless another attempt at it was still in progress, or came later.
pub(super) fn refusals(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (order, pages, attempts) in stories(evidence) {
        for (index, refused) in attempts.iter().enumerate() {
            let Word::Refused(code) = &refused.word else { continue };
            let others = attempts.iter().enumerate().filter(|(other, _)| *other != index);
            let explained = order.created > refused.started
                && others.into_iter().any(|(_, other)| other.ended.is_none_or(|ended| ended >= refused.started));
            if !explained {
                let what = format!("received {code} in {refused:?}, and has {} since {} ms", order.id, order.created);
                findings.push((pages.name(), what));
            }
        }
    }
    findings
}

/// If no order is shown while no attempt is in progress, there is none until the next attempt.
pub(super) fn views(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (order, pages, attempts) in stories(evidence) {
        let session = evidence.session_of(pages, &order.id);
        let of_session = pages.views.iter().filter(|view| session.is_none_or(|session| session == view.session));
        for view in of_session.filter(|view| view.shown == Shown::None) {
            let under_way = |attempt: &Attempt| {
                attempt.started < view.ended && attempt.ended.is_none_or(|ended| ended >= view.started)
            };
            if pages.attempts.iter().any(under_way) {
                continue;
            }
            let tried = attempts.iter().any(|attempt| attempt.started < view.started);
            let tried_again = attempts.iter().any(|attempt| attempt.started >= view.ended);
            if tried && (order.created <= view.started || !tried_again) {
                let what =
                    format!("was shown no order at {} ms, and has {} since {} ms", view.ended, order.id, order.created);
                findings.push((pages.name(), what));
            }
        }
    }
    findings
}
