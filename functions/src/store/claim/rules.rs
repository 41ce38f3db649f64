//! The rules of claims: who has one, until when, and what proves it. Pure.
//!
//! 1. The first customer who asks for a domain has a claim on it. A claim is *open* until the nameservers are proved to
//!    be in place, and *connected* from then on, without an end.
//! 2. An open claim keeps others away for [`CLAIM_LASTS`]. Asking again does not move that end; after it the claim
//!    still works for its customer, until another one asks. A new period starts [`CLAIM_LASTS`] after the last one.
//! 3. A job belongs to the customer with the first request that it answered. A claim that has ended moves to another
//!    customer only in another job: no customer sees the nameservers of a job of another customer, and what happens in a
//!    job counts only for its customer. The customer who lost the claim sees `claim_expired`.
//!
//!    Upstream answers the same set of names with the same job. When that job is another customer's, the names are sent again
//!    together with a name below one of them, which the customer and that job decide (`import_start.rs`): the set is
//!    another one, and so is the job; the added name fails because it is not a root domain (docs/upstream.md#imports).
//!    If upstream refuses such a set, the claim does not move. A job that the partner started is never avoided in this way.
//! 4. A proof is made in a job that the claim was asked in, or is a row of the partner's inventory that is newer than
//!    the claim: see [`Proof`]. The latter proves nothing once two customers have had a claim.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};
use shared::ids::{ImportId, OrderId};

/// Seconds that an open claim keeps others away: long enough to set nameservers, short enough that no customer can keep
/// a domain from its owner.
pub const CLAIM_LASTS: Timestamp = 7 * 24 * 60 * 60;
/// Open claims of one customer: one full import. A session whose plan needs more domains may have as many as that.
pub const MAX_OPEN_CLAIMS: usize = 500;
/// Jobs of one claim that may prove it; older ones are dropped.
const MAX_JOBS: usize = 4;

/// What proves, in one job, that the nameservers are in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The job is completed, and was not at its first response.
    Job,
    /// A row of the partner's inventory: the job's first answer said `completed`, which may mean that the import is
    /// prepared, or that the domain is connected: docs/upstream.md#import-status.
    Inventory,
}

/// A job of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimJob {
    /// Upstream's `imp_…`.
    pub id: ImportId,
    /// What proves the claim in this job.
    pub proof: Proof,
}

/// The newest order of ours that was placed with the domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnOrder {
    /// Upstream's `ord_…`.
    pub id: OrderId,
    /// When upstream accepted it.
    pub at: Timestamp,
}

/// The state of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimState {
    /// The nameservers are not proved to be in place.
    Open,
    /// The nameservers are in place.
    Connected {
        /// `google`, `microsoft`: from the inventory row. `None` without such a row.
        usable_for: Option<Vec<String>>,
    },
    /// The customer has released it; the record stays because its end counts.
    Released,
}

/// The claim on one domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The customer, in lower case, or the pseudonym of one that was erased.
    pub customer: String,
    /// Its jobs, newest last.
    pub jobs: Vec<ClaimJob>,
    /// When it began.
    pub since: Timestamp,
    /// Until when it keeps others away while it is open.
    pub until: Timestamp,
    /// Whether another customer had a claim before: then that customer may have caused a row of the inventory.
    pub contested: bool,
    /// How far it is.
    pub state: ClaimState,
    /// The order it was last placed with. That order may have ended, or may have lost the domain.
    pub on_order: Option<OnOrder>,
    /// Grows with each write.
    pub revision: u64,
}

/// What the request of a customer may do with a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    /// The customer's and connected: there is nothing to do.
    Connected,
    /// The customer's open claim: it stays unchanged.
    Mine,
    /// Can be claimed.
    Claim {
        /// When the new claim ends.
        until: Timestamp,
    },
    /// Another customer's claim has ended: it can be claimed in another job.
    TakeOver {
        /// When the new claim ends.
        until: Timestamp,
    },
    /// Another customer has it.
    Taken,
}

/// What `customer` may do at `now` with a domain of which `owner` is the record.
pub(super) fn allowed(owner: Option<&Owner>, customer: &str, now: Timestamp) -> Allowed {
    let fresh = now.saturating_add(CLAIM_LASTS);
    let Some(owner) = owner else {
        return Allowed::Claim { until: fresh };
    };
    // For as long as a claim kept others away, it is open to others before the same customer has a new period.
    let rested = now >= owner.until.saturating_add(CLAIM_LASTS);
    match (owner.customer == customer, &owner.state) {
        (true, ClaimState::Connected { .. }) => Allowed::Connected,
        (true, ClaimState::Open | ClaimState::Released) if rested => Allowed::Claim { until: fresh },
        (true, ClaimState::Open) => Allowed::Mine,
        (true, ClaimState::Released) => Allowed::Claim { until: owner.until },
        (false, ClaimState::Connected { .. }) => Allowed::Taken,
        (false, ClaimState::Open) if now < owner.until => Allowed::Taken,
        (false, ClaimState::Open | ClaimState::Released) => Allowed::TakeOver { until: fresh },
    }
}

impl Owner {
    /// Whether it keeps others away at `now`.
    pub fn holds(&self, now: Timestamp) -> bool {
        match self.state {
            ClaimState::Connected { .. } => true,
            ClaimState::Open => now < self.until,
            ClaimState::Released => false,
        }
    }

    /// Whether its nameservers are proved to be in place.
    pub const fn is_connected(&self) -> bool {
        matches!(self.state, ClaimState::Connected { .. })
    }

    /// Its latest job.
    pub fn newest_job(&self) -> Option<&ImportId> {
        self.jobs.last().map(|job| &job.id)
    }

    /// Notes that it was asked in `job`. What proves it in a job never changes; a contested claim has no job that was
    /// completed at its first answer.
    pub fn asked_in(&mut self, job: &ImportId, proof: Proof) {
        let known = self.jobs.iter().position(|known| known.id == *job);
        let known = known.map(|index| self.jobs.remove(index));
        let fresh = (!self.contested || proof == Proof::Job).then(|| ClaimJob { id: job.clone(), proof });
        self.jobs.extend(known.or(fresh));
        let over = self.jobs.len().saturating_sub(MAX_JOBS);
        self.jobs.drain(..over);
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowed, CLAIM_LASTS, ClaimJob, ClaimState, Owner, Proof, allowed};
    use shared::ids::ImportId;

    const START: i64 = 1_000_000;

    fn owner(customer: &str, state: ClaimState) -> Owner {
        let until = START + CLAIM_LASTS;
        Owner {
            customer: customer.to_owned(),
            jobs: Vec::new(),
            since: START,
            until,
            contested: false,
            state,
            on_order: None,
            revision: 1,
        }
    }

    #[test]
    fn claim_decision_depends_on_record_and_time() {
        let connected = || ClaimState::Connected { usable_for: None };
        let end = START + CLAIM_LASTS;
        let fresh = |now: i64| now + CLAIM_LASTS;
        for (customer, state, now, expected) in [
            ("a", ClaimState::Open, START, Allowed::Mine),
            ("a", ClaimState::Open, end + 1, Allowed::Mine),
            ("a", ClaimState::Open, end + CLAIM_LASTS, Allowed::Claim { until: fresh(end + CLAIM_LASTS) }),
            ("a", ClaimState::Released, START, Allowed::Claim { until: end }),
            ("a", ClaimState::Released, end + CLAIM_LASTS, Allowed::Claim { until: fresh(end + CLAIM_LASTS) }),
            ("a", connected(), end + CLAIM_LASTS, Allowed::Connected),
            ("b", ClaimState::Open, end - 1, Allowed::Taken),
            ("b", ClaimState::Open, end, Allowed::TakeOver { until: fresh(end) }),
            ("b", ClaimState::Released, START, Allowed::TakeOver { until: fresh(START) }),
            ("b", connected(), end + CLAIM_LASTS, Allowed::Taken),
        ] {
            let owner = owner("a", state.clone());
            assert_eq!(allowed(Some(&owner), customer, now), expected, "{customer} {state:?} at {now}");
        }
        assert_eq!(allowed(None, "a", START), Allowed::Claim { until: end });
    }

    #[test]
    fn repeated_claims_hold_a_domain_at_most_half_the_time() {
        // The customer asks again every hour for a year, and releases now and then.
        let mut owner = owner("a", ClaimState::Open);
        let mut held = 0;
        let hours = 365 * 24;
        for hour in 0..hours {
            let now = START + hour * 3_600;
            if let Allowed::Claim { until } = allowed(Some(&owner), "a", now) {
                owner.until = until;
                owner.state = ClaimState::Open;
            }
            held += i64::from(allowed(Some(&owner), "b", now) == Allowed::Taken);
            if hour % 7 == 0 {
                owner.state = ClaimState::Released;
            }
        }
        assert!(held <= hours / 2 + 7 * 24, "{held} of {hours} hours");
    }

    #[test]
    fn claim_keeps_first_proof_per_job_and_newest_jobs() {
        let mut owner = owner("a", ClaimState::Open);
        let id = |n: u32| ImportId::parse(format!("imp_{n}")).expect("an id");
        owner.asked_in(&id(1), Proof::Job);
        owner.asked_in(&id(2), Proof::Inventory);
        owner.asked_in(&id(1), Proof::Inventory);
        let expected = [(2, Proof::Inventory), (1, Proof::Job)].map(|(n, proof)| ClaimJob { id: id(n), proof });
        assert_eq!(owner.jobs, expected);
        for n in 3..9 {
            owner.asked_in(&id(n), Proof::Job);
        }
        assert_eq!(owner.jobs.iter().map(|job| job.id.clone()).collect::<Vec<_>>(), [5, 6, 7, 8].map(id));
    }
}
