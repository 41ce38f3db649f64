//! Choosing for the customer: the cheapest candidates that fill the plan, or exactly what is missing.

use crate::picks::Supply;
use crate::plan::RequiredDomains;

/// A domain that could be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// What it costs in the first year.
    pub price_cents: u32,
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

/// Candidates of one kind: places in the list given, the kept ones first, then the cheapest, then the earliest.
#[derive(Debug, Default)]
struct Shelf {
    /// (price, place); kept ones cost nothing here, because they are paid in any choice.
    entries: Vec<(u64, usize)>,
    kept: u32,
}

/// Which candidates to take: the cheapest that fill the plan. Among choices of one price the one
/// that takes most for one provider alone wins, so that what serves either is left for later.
///
/// Each domain goes to one provider. With two providers a choice is told by three numbers: how many serve Google
/// alone, Microsoft alone, and either. The cheapest of each kind are taken, so all pairs of the first two numbers are
/// tried and nothing else has to be.
///
/// # Errors
/// The [`Shortage`] that is to be mended first.
pub fn solve_split(required: &RequiredDomains, candidates: &[Candidate]) -> Result<Vec<bool>, Shortage> {
    let (mut only_google, mut only_microsoft, mut either) = (Shelf::default(), Shelf::default(), Shelf::default());
    for (place, candidate) in candidates.iter().enumerate() {
        match (candidate.google, candidate.microsoft) {
            (true, true) => either.add(place, candidate),
            (true, false) => only_google.add(place, candidate),
            (false, true) => only_microsoft.add(place, candidate),
            (false, false) => {}
        }
    }
    surplus(required, &only_google, &only_microsoft, &either)?;
    missing(required, &only_google, &only_microsoft, &either)?;
    let (of_google, of_microsoft, of_either) = (only_google.sums(), only_microsoft.sums(), either.sums());
    let total = required.google.saturating_add(required.microsoft);
    let mut best: Option<(u64, u32, u32)> = None;
    for google in (only_google.kept..=required.google.min(only_google.count())).rev() {
        for microsoft in (only_microsoft.kept..=required.microsoft.min(only_microsoft.count())).rev() {
            let rest = total.saturating_sub(google).saturating_sub(microsoft);
            let (Some(one), Some(other), Some(both)) =
                (sum(&of_google, google), sum(&of_microsoft, microsoft), sum(&of_either, rest))
            else {
                continue;
            };
            if rest < either.kept {
                continue;
            }
            let price = one.saturating_add(other).saturating_add(both);
            if best.is_none_or(|(least, ..)| price < least) {
                best = Some((price, google, microsoft));
            }
        }
    }
    let Some((_, google, microsoft)) = best else {
        // Cannot be: kept ones that have a place each can always be completed when there are enough candidates.
        return Err(Shortage::Surplus { domains: either.kept });
    };
    let rest = total.saturating_sub(google).saturating_sub(microsoft);
    let mut chosen = vec![false; candidates.len()];
    for (shelf, count) in [(only_google, google), (only_microsoft, microsoft), (either, rest)] {
        for (_, place) in shelf.entries.iter().take(as_size(count)) {
            if let Some(slot) = chosen.get_mut(*place) {
                *slot = true;
            }
        }
    }
    Ok(chosen)
}

/// Kept domains that find no place.
fn surplus(required: &RequiredDomains, google: &Shelf, microsoft: &Shelf, either: &Shelf) -> Result<(), Shortage> {
    let kept = Supply { only_google: google.kept, only_microsoft: microsoft.kept, either: either.kept };
    let (to_google, to_microsoft) = kept.assign(required);
    let all = google.kept.saturating_add(microsoft.kept).saturating_add(either.kept);
    let domains = all.saturating_sub(to_google.filled).saturating_sub(to_microsoft.filled);
    if domains == 0 { Ok(()) } else { Err(Shortage::Surplus { domains }) }
}

/// Places that no candidate can take.
fn missing(required: &RequiredDomains, google: &Shelf, microsoft: &Shelf, either: &Shelf) -> Result<(), Shortage> {
    let (for_google, for_microsoft) =
        (required.google.saturating_sub(google.count()), required.microsoft.saturating_sub(microsoft.count()));
    let domains = for_google.saturating_add(for_microsoft).saturating_sub(either.count());
    if domains == 0 {
        return Ok(());
    }
    Err(Shortage::Missing {
        domains,
        google: domains.saturating_sub(for_microsoft),
        microsoft: domains.saturating_sub(for_google),
    })
}

impl Shelf {
    /// Puts it where it belongs. A sort would do, and its code weighs as much as this file.
    fn add(&mut self, place: usize, candidate: &Candidate) {
        if candidate.keep {
            self.entries.insert(as_size(self.kept), (0, place));
            self.kept = self.kept.saturating_add(1);
            return;
        }
        let price = u64::from(candidate.price_cents);
        let kept = as_size(self.kept);
        let index = kept + self.entries.iter().skip(kept).take_while(|(other, _)| *other <= price).count();
        self.entries.insert(index, (price, place));
    }

    fn count(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// What the first so many cost together, from none to all.
    fn sums(&self) -> Vec<u64> {
        let mut sums = vec![0];
        let mut sum = 0_u64;
        for (price, _) in &self.entries {
            sum = sum.saturating_add(*price);
            sums.push(sum);
        }
        sums
    }
}

fn sum(sums: &[u64], count: u32) -> Option<u64> {
    sums.get(as_size(count)).copied()
}

fn as_size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
