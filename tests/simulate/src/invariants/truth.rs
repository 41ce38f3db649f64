//! Every customer was told the truth.
//!
//! What counts as told: `201` and a session view with an id say that there is this order; `400` and `409` say that this
//! draft is not ordered and will not be; `401`, `429` and `5xx` say that this attempt failed; a session view without
//! an order says that nothing came of all attempts that are over. `202`, a broken connection and a gateway's own
//! error promise nothing: the other checks see to it that they end in an id or in a refusal.

use super::{Evidence, Finding, UpstreamOrder};
use crate::diary::{Attempt, Pages, Shown, Word};

/// The price on a receipt is upstream's, where upstream's receipts name one.
pub(super) fn price(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for pages in &evidence.pages {
        for attempt in &pages.attempts {
            let Word::Placed { id, total_cents } = &attempt.word else { continue };
            let unknown = evidence.has_minimal_receipts() && total_cents.is_none();
            if let Some(order) = evidence.order(id).filter(|order| order.total_cents != *total_cents && !unknown) {
                let what = format!("was told {total_cents:?} cents for {id}, which costs {:?}", order.total_cents);
                findings.push((pages.name(), what));
            }
        }
    }
    findings
}

/// Each order with its customer's pages and the attempts at the draft that it came from.
fn stories(evidence: &Evidence) -> impl Iterator<Item = (&UpstreamOrder, &Pages, Vec<&Attempt>)> {
    evidence.upstream.iter().filter_map(|order| {
        let (customer, draft) = order.origin?;
        let pages = evidence.pages.get(customer)?;
        let attempts = pages.attempts.iter().filter(|attempt| attempt.draft == draft).collect();
        Some((order, pages, attempts))
    })
}

/// Where every attempt at a draft was told that it failed, there is no order.
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

/// Who is told that a draft cannot be ordered has no such order, unless another attempt at the same draft was still
/// under way, or came later.
pub(super) fn refusals(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (order, pages, attempts) in stories(evidence) {
        for (index, refused) in attempts.iter().enumerate() {
            let Word::Refused(code) = &refused.word else { continue };
            let others = attempts.iter().enumerate().filter(|(other, _)| *other != index);
            let explained = order.created > refused.started
                && others.into_iter().any(|(_, other)| other.ended.is_none_or(|ended| ended >= refused.started));
            if !explained {
                let what = format!("was told {code} by {refused:?}, and has {} since {} ms", order.id, order.created);
                findings.push((pages.name(), what));
            }
        }
    }
    findings
}

/// Who is shown no order while nothing is under way has none, until another attempt is made.
pub(super) fn views(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (order, pages, attempts) in stories(evidence) {
        for view in pages.views.iter().filter(|view| view.shown == Shown::None) {
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
