//! Which call to the outside fails, and how: the dice decide at every await that touches it.

use crate::dice::Dice;
use crate::life;
use crate::tally::Tally;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How a call to upstream fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UpstreamFault {
    /// No connection.
    NotSent,
    /// The time runs out, and upstream never saw it.
    TimeoutBefore,
    /// The time runs out, and upstream has acted.
    TimeoutAfter,
    /// The time runs out, and upstream acts a little later.
    TimeoutLate,
    /// The connection breaks, and upstream never saw it.
    BrokenBefore,
    /// The connection breaks after upstream has acted.
    BrokenAfter,
    /// `429`.
    RateLimited,
    /// `5xx` in upstream's envelope, and nothing was done.
    FailedBefore,
    /// `5xx` as a page, and upstream has acted.
    FailedAfter,
    /// A proxy's `504`, and upstream acts a little later.
    FailedLate,
    /// A `4xx` of a proxy as a page, and upstream has acted.
    RejectedAfter,
    /// A success that is a page of HTML, and nothing was done.
    PageBefore,
    /// A success that is a page of HTML, and upstream has acted.
    PageAfter,
    /// An answer that takes seconds.
    Slow,
    /// The function dies, and upstream never sees the request.
    CrashBefore,
    /// The function dies, and upstream acts on the request a little later.
    CrashLate,
    /// The function dies before it reads the answer.
    CrashAfter,
}

/// How a call to DynamoDB fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableFault {
    /// `ProvisionedThroughputExceededException`.
    Throttled,
    /// `ThrottlingException`.
    Throttling,
    /// Another transaction was at work on the item.
    Conflict,
    /// `500`, and nothing was done.
    FailedBefore,
    /// `500`, and it was done.
    FailedAfter,
    /// The time runs out, and nothing was done.
    TimeoutBefore,
    /// The time runs out, and it was done.
    TimeoutAfter,
    /// The time runs out, and it is done a little later.
    TimeoutLate,
    /// The connection breaks, and nothing was done.
    BrokenBefore,
    /// The connection breaks, and it was done.
    BrokenAfter,
    /// The function dies before the call.
    CrashBefore,
    /// The function dies before it reads the answer.
    CrashAfter,
}

impl TableFault {
    /// Whether the call is carried out, now or later.
    pub(crate) const fn acts(self) -> bool {
        matches!(
            self,
            Self::FailedAfter | Self::TimeoutAfter | Self::TimeoutLate | Self::BrokenAfter | Self::CrashAfter
        )
    }
}

/// What becomes of one attempt to deliver a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryFault {
    /// It never arrives.
    Lost,
    /// It arrives, and the answer is lost.
    Unanswered,
    /// It arrives twice.
    Doubled,
    /// It arrives minutes late.
    Late,
    /// It is overtaken by those behind it.
    Overtaken,
}

const UPSTREAM: [(u64, UpstreamFault, &str); 17] = [
    (10, UpstreamFault::NotSent, "upstream: no connection"),
    (9, UpstreamFault::TimeoutBefore, "upstream: timeout before acting"),
    (11, UpstreamFault::TimeoutAfter, "upstream: timeout after acting"),
    (8, UpstreamFault::TimeoutLate, "upstream: timeout, acts later"),
    (8, UpstreamFault::BrokenBefore, "upstream: connection drop before acting"),
    (10, UpstreamFault::BrokenAfter, "upstream: connection drop after acting"),
    (10, UpstreamFault::RateLimited, "upstream: 429"),
    (8, UpstreamFault::FailedBefore, "upstream: 5xx before acting"),
    (8, UpstreamFault::FailedAfter, "upstream: 5xx after acting"),
    (4, UpstreamFault::FailedLate, "upstream: 504, acts later"),
    (6, UpstreamFault::RejectedAfter, "upstream: a proxy's 4xx after acting"),
    (4, UpstreamFault::PageBefore, "upstream: not JSON before acting"),
    (5, UpstreamFault::PageAfter, "upstream: not JSON after acting"),
    (4, UpstreamFault::Slow, "upstream: slow"),
    (4, UpstreamFault::CrashBefore, "crash: before an upstream call"),
    (4, UpstreamFault::CrashLate, "crash: upstream acts later"),
    (6, UpstreamFault::CrashAfter, "crash: after an upstream call"),
];

const TABLE: [(u64, TableFault, &str); 12] = [
    (16, TableFault::Throttled, "dynamodb: throughput exceeded"),
    (8, TableFault::Throttling, "dynamodb: throttling"),
    (14, TableFault::Conflict, "dynamodb: conflict"),
    (8, TableFault::FailedBefore, "dynamodb: 500 before acting"),
    (6, TableFault::FailedAfter, "dynamodb: 500 after acting"),
    (9, TableFault::TimeoutBefore, "dynamodb: timeout before acting"),
    (12, TableFault::TimeoutAfter, "dynamodb: timeout after acting"),
    (5, TableFault::TimeoutLate, "dynamodb: timeout, acts later"),
    (7, TableFault::BrokenBefore, "dynamodb: connection drop before acting"),
    (9, TableFault::BrokenAfter, "dynamodb: connection drop after acting"),
    (5, TableFault::CrashBefore, "crash: before a table call"),
    (6, TableFault::CrashAfter, "crash: after a table call"),
];

const DELIVERY: [(u64, DeliveryFault, &str); 5] = [
    (3, DeliveryFault::Lost, "webhook: lost"),
    (2, DeliveryFault::Unanswered, "webhook: answer lost"),
    (2, DeliveryFault::Doubled, "webhook: doubled"),
    (2, DeliveryFault::Late, "webhook: late"),
    (3, DeliveryFault::Overtaken, "webhook: reordered"),
];

/// Decides about faults until it is told to clear up.
#[derive(Debug, Clone)]
pub(crate) struct Weather {
    dice: Dice,
    percent: u64,
    stormy: Arc<AtomicBool>,
    tally: Tally,
}

impl Weather {
    pub(crate) fn new(dice: Dice, percent: u64, tally: Tally) -> Self {
        Self { dice, percent, stormy: Arc::default(), tally }
    }

    /// From now on calls fail.
    pub(crate) fn break_out(&self) {
        self.stormy.store(true, Ordering::Relaxed);
    }

    /// From now on nothing fails any more.
    pub(crate) fn clear_up(&self) {
        self.stormy.store(false, Ordering::Relaxed);
    }

    /// The generator behind the faults, for what goes with them.
    pub(crate) fn dice(&self) -> &Dice {
        &self.dice
    }

    /// Where faults are counted.
    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Whether a rare thing happens that is no fault of a call: `per_mille` of the times, while it storms.
    pub(crate) fn also(&self, per_mille: u64, name: &'static str) -> bool {
        let happens = self.stormy.load(Ordering::Relaxed) && self.percent > 0 && self.dice.chance(per_mille);
        if happens {
            self.tally.count(name);
        }
        happens
    }

    /// How this call to upstream fails, if it does.
    pub(crate) fn upstream(&self) -> Option<UpstreamFault> {
        self.draw(&UPSTREAM)
    }

    /// How this call to DynamoDB fails, if it does.
    pub(crate) fn table(&self) -> Option<TableFault> {
        self.draw(&TABLE)
    }

    /// What goes wrong with this delivery, if anything does.
    pub(crate) fn delivery(&self) -> Option<DeliveryFault> {
        self.draw(&DELIVERY)
    }

    fn draw<F: Copy>(&self, faults: &[(u64, F, &'static str)]) -> Option<F> {
        if !self.stormy.load(Ordering::Relaxed) || self.dice.between(1, 100) > self.percent {
            return None;
        }
        let mortal = life::is_alive();
        let possible: Vec<_> = faults
            .iter()
            .filter(|(_, _, name)| mortal || !name.starts_with("crash"))
            .map(|(weight, fault, name)| (*weight, (*fault, *name)))
            .collect();
        let (fault, name) = self.dice.weighted(&possible)?;
        self.tally.count(name);
        tracing::info!(fault = name, "the outside fails");
        Some(fault)
    }
}
