//! Chooses domains for the customer: the cheapest candidates that match the plan, or the number of missing ones.

use crate::picks::Supply;
use crate::plan::RequiredDomains;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A domain that can be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Price of the first year in cents; `None` if the customer sees no prices.
    pub price_cents: Option<u32>,
    /// Whether Google can host inboxes on it.
    pub google: bool,
    /// Whether Microsoft can host inboxes on it.
    pub microsoft: bool,
    /// Whether the customer already picked it. Such a domain stays.
    pub keep: bool,
}

/// The reason why no choice matches the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortage {
    /// More candidates are needed.
    Missing {
        /// Minimum number of missing domains.
        domains: u32,
        /// Number of them that must support Google.
        google: u32,
        /// Number of them that must support Microsoft.
        microsoft: u32,
    },
    /// The kept domains do not fit the plan: some must be removed first.
    Surplus {
        /// Number of kept domains to remove.
        domains: u32,
    },
}

/// Selects the cheapest candidates that match the plan: one `bool` per candidate. Candidates without a price come after
/// priced ones, in the given order. Among equal prices, candidates that support only one provider come first, so that
/// flexible ones remain for later.
///
/// Sets of domains that can be assigned together form a matroid, so the greedy choice in order of price is optimal.
///
/// # Errors
/// The [`Shortage`] to solve first.
pub fn solve_split(required: &RequiredDomains, candidates: &[Candidate]) -> Result<Vec<bool>, Shortage> {
    surplus(required, &supply(candidates.iter().filter(|candidate| candidate.keep)))?;
    missing(required, &supply(candidates.iter()))?;
    let mut order: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::with_capacity(candidates.len());
    order.extend(candidates.iter().enumerate().map(|(place, candidate)| Reverse((rank(candidate), place))));
    let mut chosen = vec![false; candidates.len()];
    let mut taken = Supply::default();
    while let Some(Reverse((_, place))) = order.pop() {
        if let (Some(candidate), Some(slot)) = (candidates.get(place), chosen.get_mut(place)) {
            *slot = taken.add_if_it_fits(required, candidate.google, candidate.microsoft);
        }
    }
    Ok(chosen)
}

/// Sort key: kept candidates first, then by price, then Google only, Microsoft only, both. Equal candidates stay in the
/// given order; without prices, only that order counts.
fn rank(candidate: &Candidate) -> u64 {
    let kind = match (candidate.google, candidate.microsoft) {
        (true, false) => 1,
        (false, true) => 2,
        _ => 3,
    };
    match (candidate.keep, candidate.price_cents) {
        (true, _) => 0,
        (false, Some(price)) => (u64::from(price) << 2) | kind,
        (false, None) => u64::MAX,
    }
}

fn supply<'c>(candidates: impl Iterator<Item = &'c Candidate>) -> Supply {
    let mut supply = Supply::default();
    for candidate in candidates {
        supply.add(candidate.google, candidate.microsoft);
    }
    supply
}

/// Fails if kept domains exceed the plan.
fn surplus(required: &RequiredDomains, kept: &Supply) -> Result<(), Shortage> {
    let domains = kept.count().saturating_sub(kept.placed(required));
    if domains == 0 { Ok(()) } else { Err(Shortage::Surplus { domains }) }
}

/// Fails if the candidates cannot fill the plan.
fn missing(required: &RequiredDomains, all: &Supply) -> Result<(), Shortage> {
    let for_google = required.google.saturating_sub(all.only_google);
    let for_microsoft = required.microsoft.saturating_sub(all.only_microsoft);
    let domains = for_google.saturating_add(for_microsoft).saturating_sub(all.either);
    if domains == 0 {
        return Ok(());
    }
    Err(Shortage::Missing {
        domains,
        google: domains.saturating_sub(for_microsoft),
        microsoft: domains.saturating_sub(for_google),
    })
}
