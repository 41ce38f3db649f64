//! What the pages told their customers was true: the words of the machine that decides what a page shows.

use crate::diary::{Attempt, Pages, Statement, Told, Visit};
use crate::invariants::facts::{Evidence, Finding, UpstreamOrder};

/// Each page that told something, with its index.
fn visits(evidence: &Evidence) -> impl Iterator<Item = (&Pages, usize, &Visit)> {
    evidence
        .pages
        .iter()
        .flat_map(|pages| pages.visits.iter().enumerate().map(move |(index, visit)| (pages, index, visit)))
}

/// The orders of a customer with their drafts.
fn orders<'e>(evidence: &'e Evidence, pages: &'e Pages) -> impl Iterator<Item = (&'e UpstreamOrder, usize)> {
    evidence.upstream.iter().filter_map(move |order| {
        let (customer, draft) = order.origin?;
        evidence.pages.get(customer).is_some_and(|other| std::ptr::eq(other, pages)).then_some((order, draft))
    })
}

/// Whoever is told that nothing is ordered has no order by what that page sent, or by what was sent before it was opened,
/// and gets none until it is sent again.
pub(super) fn denials(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (pages, index, visit) in visits(evidence) {
        for statement in visit.statements.iter().filter(|statement| statement.told == Told::Nothing) {
            let denied = orders(evidence, pages).find(|(order, draft)| {
                is_known(evidence, pages, (index, visit), (order, *draft), statement)
                    && !is_explained(pages, index, (order, *draft), statement)
            });
            if let Some((order, _)) = denied {
                let what = format!(
                    "was told by page {index} at {} ms that nothing is ordered, and has {} since {} ms",
                    statement.at, order.id, order.created
                );
                findings.push((pages.name(), what));
            }
        }
    }
    findings
}

/// Whether the page has to know that this order may be there: it sent the draft itself, or the session was asked after another
/// page had sent it.
fn is_known(
    evidence: &Evidence,
    pages: &Pages,
    (index, visit): (usize, &Visit),
    (order, draft): (&UpstreamOrder, usize),
    statement: &Statement,
) -> bool {
    let session = evidence.session_of(pages, &order.id);
    let is_told = visit
        .statements
        .iter()
        .any(|other| other.at <= statement.at && matches!(&other.told, Told::Order { id, .. } if *id == order.id));
    let sent_here = |attempt: &Attempt| attempt.visit == index && attempt.started < statement.at;
    let sent_before = |attempt: &Attempt| attempt.started < visit.opened && session == Some(statement.session.as_str());
    let of_draft = pages.attempts.iter().filter(|attempt| attempt.draft == draft);
    // Another session has another order, once this one was shown.
    let is_other = is_told && session != Some(statement.session.as_str());
    !is_other && of_draft.into_iter().any(|attempt| sent_here(attempt) || sent_before(attempt))
}

/// Whether the order can come from an attempt that the page cannot know the end of: one of another page, or a later one.
fn is_explained(pages: &Pages, index: usize, (order, draft): (&UpstreamOrder, usize), statement: &Statement) -> bool {
    let others = pages.attempts.iter().filter(|attempt| attempt.draft == draft);
    let could_place = |attempt: &Attempt| {
        attempt.started >= statement.at
            || (attempt.visit != index && attempt.ended.is_none_or(|ended| ended >= statement.since))
    };
    order.created > statement.since && others.into_iter().any(could_place)
}

/// A page shows a status only after upstream had it, and calls it final only if it never changed again.
pub(super) fn statuses(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (pages, index, visit) in visits(evidence) {
        for statement in &visit.statements {
            let Told::Order { id, status, is_final, .. } = &statement.told else { continue };
            let Some(order) = evidence.order(id) else {
                findings
                    .push((pages.name(), format!("was told of {id} by page {index}, and upstream has no such order")));
                continue;
            };
            let had = |(step, at): &(String, u64)| step == status && *at <= statement.at;
            let is_early =
                matches!(status.as_str(), "completed" | "failed" | "action_required") && !order.steps.iter().any(had);
            if is_early || (*is_final && *status != order.status) {
                let what = format!(
                    "was told by page {index} at {} ms that {id} is {status} (final: {is_final}); upstream: {:?}",
                    statement.at, order.steps
                );
                findings.push((pages.name(), what));
            }
        }
    }
    findings
}

/// When everything is quiet, each page that is looked at shows the order as it is, or knows that there is none.
pub(super) fn ends(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (pages, index, visit) in visits(evidence).filter(|(_, _, visit)| visit.is_last) {
        let Some(last) = visit.statements.last() else {
            findings.push((pages.name(), format!("was told nothing by page {index}")));
            continue;
        };
        let wrong = match &last.told {
            Told::Order { id, status, is_stale, .. } => {
                let order = evidence.order(id);
                let is_right = order.is_some_and(|order| order.status == *status) && !is_stale;
                (!is_right).then(|| order.map(|order| order.status.clone()))
            }
            Told::Nothing | Told::Unsure("unconfirmed") => own_order(evidence, pages, last).map(Some),
            Told::Unsure("doubt") => orders(evidence, pages).next().map(|(order, _)| Some(order.status.clone())),
            Told::Unsure(_) => Some(None),
        };
        if let Some(status) = wrong {
            let what = format!("was told in the end by page {index}: {last:?}; upstream: {status:?}");
            findings.push((pages.name(), what));
        }
    }
    findings
}

/// The status of an order that the customer should have been shown, when the page shows none: that of the page's session, or
/// one of which some page told the id.
fn own_order(evidence: &Evidence, pages: &Pages, last: &Statement) -> Option<String> {
    let is_shown = |id: &str| {
        evidence.session_of(pages, id) == Some(last.session.as_str()) || pages.told_by_pages().any(|told| told == id)
    };
    orders(evidence, pages).find(|(order, _)| is_shown(&order.id)).map(|(order, _)| order.status.clone())
}

/// A page sends an order when the customer asks for it, and after an answer that got lost only when it has asked the session.
pub(super) fn sending(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for pages in &evidence.pages {
        for attempt in pages.attempts.iter().filter(|attempt| !attempt.is_due) {
            let what =
                format!("page {} sent an order at {} ms that was not due: {attempt:?}", attempt.visit, attempt.started);
            findings.push((pages.name(), what));
        }
    }
    findings
}

/// Nothing that a customer does ends in a panic.
pub(super) fn panics(evidence: &Evidence) -> Vec<Finding> {
    let is_any = evidence.panics > 0;
    is_any.then(|| ("customers".to_owned(), format!("panicked: {}", evidence.panics))).into_iter().collect()
}
