//! Choosing for the customer: the cheapest candidates that fill the plan, or exactly what is missing.

use crate::picks::Supply;
use crate::plan::RequiredDomains;

/// A domain that could be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// What it costs in the first year, in cents; `None` where the customer is shown no amounts.
    pub price_cents: Option<u32>,
    /// Whether Google can host inboxes on it.
    pub google: bool,
    /// Whether Microsoft can.
    pub microsoft: bool,
    /// The customer picked it already: it stays.
    pub keep: bool,
}

/// Why no choice fills the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortage {
    /// More candidates are needed.
    Missing {
        /// Domains that are missing, at the least.
        domains: u32,
        /// How many of them have to serve Google.
        google: u32,
        /// How many of them have to serve Microsoft.
        microsoft: u32,
    },
    /// What is kept does not fit the plan: so many have to go first.
    Surplus {
        /// Kept domains beyond what the plan has room for.
        domains: u32,
    },
}

/// Which candidates to take: the cheapest that fill the plan, one `bool` per candidate. Candidates without a price come
/// after those with one, in the order given. Among choices of one price the one that takes most for one provider alone
/// wins, so that what serves either is left for later.
///
/// Sets of domains that can be placed together form a matroid, so taking each candidate that still finds a place, from
/// the cheapest to the dearest, gives the cheapest choice.
///
/// # Errors
/// The [`Shortage`] that has to be solved first.
pub fn solve_split(required: &RequiredDomains, candidates: &[Candidate]) -> Result<Vec<bool>, Shortage> {
    surplus(required, &supply(candidates.iter().filter(|candidate| candidate.keep)))?;
    missing(required, &supply(candidates.iter()))?;
    let mut order: Vec<(usize, &Candidate)> = candidates.iter().enumerate().collect();
    order.sort_by_key(|(_, candidate)| rank(candidate));
    let mut chosen = vec![false; candidates.len()];
    let mut taken = Supply::default();
    for (place, candidate) in order {
        if taken.add_if_it_fits(required, candidate.google, candidate.microsoft)
            && let Some(slot) = chosen.get_mut(place)
        {
            *slot = true;
        }
    }
    Ok(chosen)
}

/// What is taken first: kept ones, then by price, then what serves Google alone, Microsoft alone, and either. The sort
/// is stable, so equal ones stay in the order given; without a price, nothing but that order counts.
fn rank(candidate: &Candidate) -> (bool, bool, u32, u8) {
    let kind = match (candidate.google, candidate.microsoft) {
        (true, false) => 0,
        (false, true) => 1,
        _ => 2,
    };
    match (candidate.keep, candidate.price_cents) {
        (true, _) => (false, false, 0, 0),
        (false, Some(price)) => (true, false, price, kind),
        (false, None) => (true, true, 0, 0),
    }
}

fn supply<'c>(candidates: impl Iterator<Item = &'c Candidate>) -> Supply {
    let mut supply = Supply::default();
    for candidate in candidates {
        supply.add(candidate.google, candidate.microsoft);
    }
    supply
}

/// Kept domains that find no place.
fn surplus(required: &RequiredDomains, kept: &Supply) -> Result<(), Shortage> {
    let domains = kept.count().saturating_sub(kept.placed(required));
    if domains == 0 { Ok(()) } else { Err(Shortage::Surplus { domains }) }
}

/// Places that no candidate can take.
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
