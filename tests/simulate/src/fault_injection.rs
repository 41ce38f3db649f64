//! Fault injection: decides at every call to the outside whether it fails, and how.

use crate::dice::Dice;
use crate::life;
use crate::tally::Tally;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A fault of a call to upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UpstreamFault {
    /// No connection.
    NotSent,
    /// Timeout; upstream never received it.
    TimeoutBefore,
    /// Timeout; upstream has executed it.
    TimeoutAfter,
    /// Timeout; upstream executes it a little later.
    TimeoutLate,
    /// Broken connection; upstream never received it.
    BrokenBefore,
    /// Broken connection after upstream has executed it.
    BrokenAfter,
    /// `429`.
    RateLimited,
    /// `5xx` in upstream's envelope; not executed.
    FailedBefore,
    /// `5xx` as a page; executed.
    FailedAfter,
    /// A proxy's `504`; upstream executes it a little later.
    FailedLate,
    /// A proxy's `4xx` as a page; executed.
    RejectedAfter,
    /// A `2xx` with an HTML page; not executed.
    PageBefore,
    /// A `2xx` with an HTML page; executed.
    PageAfter,
    /// A response that takes seconds.
    Slow,
    /// The function crashes, and upstream never receives the request.
    CrashBefore,
    /// The function crashes, and upstream executes the request a little later.
    CrashLate,
    /// The function crashes before it reads the response.
    CrashAfter,
}

/// A fault of a call to DynamoDB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableFault {
    /// `ProvisionedThroughputExceededException`.
    Throttled,
    /// `ThrottlingException`.
    Throttling,
    /// Another transaction holds the item.
    Conflict,
    /// `500`; not executed.
    FailedBefore,
    /// `500`; executed.
    FailedAfter,
    /// Timeout; not executed.
    TimeoutBefore,
    /// Timeout; executed.
    TimeoutAfter,
    /// Timeout; executed a little later.
    TimeoutLate,
    /// Broken connection; not executed.
    BrokenBefore,
    /// Broken connection; executed.
    BrokenAfter,
    /// The function crashes before the call.
    CrashBefore,
    /// The function crashes before it reads the response.
    CrashAfter,
}

impl TableFault {
    /// Whether the call is executed, now or later.
    pub(crate) const fn acts(self) -> bool {
        matches!(
            self,
            Self::FailedAfter | Self::TimeoutAfter | Self::TimeoutLate | Self::BrokenAfter | Self::CrashAfter
        )
    }
}

/// A fault of one delivery attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryFault {
    /// It never arrives.
    Lost,
    /// It arrives, and the response is lost.
    Unanswered,
    /// It arrives twice.
    Doubled,
    /// It arrives minutes late.
    Late,
    /// Later deliveries overtake it.
    Overtaken,
}

/// A fault of one attempt to deliver a notification to an endpoint of the partner's backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndpointFault {
    /// No connection.
    Unreached,
    /// Timeout; it never arrived.
    TimeoutBefore,
    /// Timeout; it was stored.
    TimeoutAfter,
    /// Timeout; it arrives later.
    Late,
    /// Broken connection after it was stored.
    BrokenAfter,
    /// `429` or `503` with `Retry-After`.
    Busy,
    /// `500` as a page that repeats the request; not stored.
    FailedBefore,
    /// `502` as such a page; stored.
    FailedAfter,
    /// A redirect.
    Redirected,
    /// `404`, or rarely `410`, by mistake.
    Gone,
    /// An answer that takes seconds.
    Slow,
    /// It arrives twice.
    Doubled,
    /// The function crashes before it is sent.
    CrashBefore,
    /// The function crashes before it reads the answer.
    CrashAfter,
}

/// A fault between a customer's page and the functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BrowserFault {
    /// The functions never receive the request.
    Unsent,
    /// The answer gets lost.
    AnswerLost,
    /// The answer never comes, and the page gives up.
    NoEnd,
    /// A gateway's page as the answer; not executed.
    PageBefore,
    /// A gateway's page as the answer; executed.
    PageAfter,
    /// The gateway's own `429`.
    TurnedAway,
    /// The request takes seconds to arrive.
    Slow,
}

const BROWSER: [(u64, BrowserFault, &str); 7] = [
    (4, BrowserFault::Unsent, "browser: request lost"),
    (5, BrowserFault::AnswerLost, "browser: answer lost"),
    (2, BrowserFault::NoEnd, "browser: no answer in time"),
    (2, BrowserFault::PageBefore, "browser: a gateway's page before acting"),
    (3, BrowserFault::PageAfter, "browser: a gateway's page after acting"),
    (1, BrowserFault::TurnedAway, "browser: the gateway's 429"),
    (3, BrowserFault::Slow, "browser: slow"),
];

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

const ENDPOINT: [(u64, EndpointFault, &str); 14] = [
    (8, EndpointFault::Unreached, "endpoint: no connection"),
    (6, EndpointFault::TimeoutBefore, "endpoint: timeout before storing"),
    (8, EndpointFault::TimeoutAfter, "endpoint: timeout after storing"),
    (5, EndpointFault::Late, "endpoint: timeout, stores later"),
    (9, EndpointFault::BrokenAfter, "endpoint: answer lost after storing"),
    (5, EndpointFault::Busy, "endpoint: busy"),
    (6, EndpointFault::FailedBefore, "endpoint: 500 before storing"),
    (6, EndpointFault::FailedAfter, "endpoint: 502 after storing"),
    (2, EndpointFault::Redirected, "endpoint: redirect"),
    (1, EndpointFault::Gone, "endpoint: 404 or 410"),
    (8, EndpointFault::Slow, "endpoint: slow"),
    (8, EndpointFault::Doubled, "endpoint: doubled"),
    (4, EndpointFault::CrashBefore, "crash: before a notification is sent"),
    (5, EndpointFault::CrashAfter, "crash: after a notification was sent"),
];

/// Decides about faults while they are enabled.
#[derive(Debug, Clone)]
pub(crate) struct FaultInjector {
    dice: Dice,
    percent: u64,
    enabled: Arc<AtomicBool>,
    tally: Tally,
}

impl FaultInjector {
    pub(crate) fn new(dice: Dice, percent: u64, tally: Tally) -> Self {
        Self { dice, percent, enabled: Arc::default(), tally }
    }

    /// Enables faults.
    pub(crate) fn enable(&self) {
        self.enabled.store(true, Ordering::Relaxed);
    }

    /// Disables faults.
    pub(crate) fn disable(&self) {
        self.enabled.store(false, Ordering::Relaxed);
    }

    /// The random generator of the faults.
    pub(crate) fn dice(&self) -> &Dice {
        &self.dice
    }

    /// The counters of the faults.
    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Whether a rare event besides the faults of calls happens: with a probability of `per_mille`, while faults are
    /// enabled.
    pub(crate) fn happens(&self, per_mille: u64, name: &'static str) -> bool {
        let happens = self.enabled.load(Ordering::Relaxed) && self.percent > 0 && self.dice.chance(per_mille);
        if happens {
            self.tally.count(name);
        }
        happens
    }

    /// The fault of this request of a page, if any.
    pub(crate) fn browser(&self) -> Option<BrowserFault> {
        self.draw(&BROWSER)
    }

    /// The fault of this call to upstream, if any.
    pub(crate) fn upstream(&self) -> Option<UpstreamFault> {
        self.draw(&UPSTREAM)
    }

    /// The fault of this call to DynamoDB, if any.
    pub(crate) fn table(&self) -> Option<TableFault> {
        self.draw(&TABLE)
    }

    /// The fault of this delivery, if any.
    pub(crate) fn delivery(&self) -> Option<DeliveryFault> {
        self.draw(&DELIVERY)
    }

    /// The fault of this attempt to deliver a notification, if any.
    pub(crate) fn endpoint(&self) -> Option<EndpointFault> {
        self.draw(&ENDPOINT)
    }

    fn draw<F: Copy>(&self, faults: &[(u64, F, &'static str)]) -> Option<F> {
        if !self.enabled.load(Ordering::Relaxed) || self.dice.between(1, 100) > self.percent {
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
