//! How an endpoint is doing: whether it fails, since when, and whether it is disabled. A pure state machine.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// An endpoint that has failed for this long is disabled, after enough failures.
const MAX_FAILING: Timestamp = 5 * 24 * 60 * 60;
/// As many as a notification has attempts: two failures, days apart, say little of an endpoint that is seldom called.
const ENOUGH_FAILURES: u32 = 8;
/// An endpoint that takes longer, in milliseconds, is slow: its notifications go by the queue.
pub const SLOW: u64 = 250;
/// How long an endpoint counts as slow after a slow answer, in seconds: most that are slow now and then are so again.
const SLOW_FOR: Timestamp = 5 * 60;

/// How an endpoint is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// The first of the failures without a success after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// How many these are, as far as it matters.
    #[serde(default)]
    pub failures: u32,
    /// When an answer took long, if that was a short while ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slow_at: Option<Timestamp>,
    /// Why it is disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Reason>,
}

impl Reason {
    /// Its word in notifications and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }
}

/// Why an endpoint is disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It answered `410 Gone`.
    Gone,
    /// It has failed for five days.
    Failing,
}

/// What an attempt tells about its endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It took the notification.
    Taken,
    /// It did not.
    Failed,
    /// It does not want any more.
    Gone,
}

/// What changed for the partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It gets nothing any more.
    Disabled(Reason),
    /// It takes notifications again after it was disabled.
    Recovered,
}

impl Health {
    /// Whether it gets notifications as soon as they are written: it took the last one, and all of late quickly.
    pub fn is_good(&self, now: Timestamp) -> bool {
        let is_slow = self.slow_at.is_some_and(|at| now.saturating_sub(at) < SLOW_FOR);
        self.failing_since.is_none() && !is_slow && self.disabled.is_none()
    }

    /// The health after an attempt that ended `at` after `milliseconds`.
    #[must_use]
    pub fn after(&self, verdict: Verdict, milliseconds: u64, at: Timestamp) -> (Self, Option<Change>) {
        let slow_at = self.slow_after(milliseconds, at);
        match verdict {
            Verdict::Taken => {
                let next = Self { failing_since: None, failures: 0, slow_at, disabled: None };
                (next, self.disabled.map(|_| Change::Recovered))
            }
            Verdict::Gone => self.disabled_by(Reason::Gone, slow_at, at),
            Verdict::Failed => {
                let (since, failures) = (self.failing_since.unwrap_or(at), self.failures_with_this());
                if at.saturating_sub(since) >= MAX_FAILING && failures == ENOUGH_FAILURES {
                    return self.disabled_by(Reason::Failing, slow_at, at);
                }
                (Self { failing_since: Some(since), failures, slow_at, disabled: self.disabled }, None)
            }
        }
    }

    /// Not written for each slow answer: half of the time is enough.
    fn slow_after(&self, milliseconds: u64, at: Timestamp) -> Option<Timestamp> {
        let known = |limit| self.slow_at.filter(|since| at.saturating_sub(*since) < limit);
        if milliseconds > SLOW { known(SLOW_FOR / 2).or(Some(at)) } else { known(SLOW_FOR) }
    }

    /// Not counted further than it matters: each change is a write.
    fn failures_with_this(&self) -> u32 {
        self.failures.saturating_add(1).min(ENOUGH_FAILURES)
    }

    fn disabled_by(&self, reason: Reason, slow_at: Option<Timestamp>, at: Timestamp) -> (Self, Option<Change>) {
        let since = self.failing_since.unwrap_or(at);
        let (failures, disabled) = (self.failures_with_this(), self.disabled.or(Some(reason)));
        let next = Self { failing_since: Some(since), failures, slow_at, disabled };
        (next, self.disabled.is_none().then_some(Change::Disabled(reason)))
    }
}

/// What an answer's status tells about its endpoint.
pub fn verdict(status: Option<u16>) -> Verdict {
    match status {
        Some(200..=299) => Verdict::Taken,
        Some(410) => Verdict::Gone,
        // A redirect is not followed: the address that it names was not checked.
        _ => Verdict::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Health, Reason, Verdict, verdict};

    const DAY: i64 = 24 * 60 * 60;

    #[test]
    fn five_days_of_failures_disable_an_endpoint() {
        let (mut failing, mut change) = Health::default().after(Verdict::Failed, 20, 1_000);
        assert_eq!((failing.failing_since, change), (Some(1_000), None));
        for _ in 0..7 {
            (failing, change) = failing.after(Verdict::Failed, 20, 1_000 + 5 * DAY - 1);
            assert_eq!((failing.disabled, change), (None, None));
        }
        let (disabled, change) = failing.after(Verdict::Failed, 20, 1_000 + 5 * DAY);
        assert_eq!((disabled.disabled, change), (Some(Reason::Failing), Some(Change::Disabled(Reason::Failing))));
        let (still, change) = disabled.after(Verdict::Failed, 20, 1_000 + 6 * DAY);
        assert_eq!((still, change), (disabled, None), "it is said once");
    }

    #[test]
    fn few_failures_do_not_disable_an_endpoint_that_is_seldom_called() {
        let (mut failing, _) = Health::default().after(Verdict::Failed, 20, 1_000);
        for day in 1..=6 {
            let change;
            (failing, change) = failing.after(Verdict::Failed, 20, 1_000 + 5 * day * DAY);
            assert_eq!((failing.disabled, change), (None, None), "failure {}", day + 1);
        }
        let (disabled, change) = failing.after(Verdict::Failed, 20, 1_000 + 35 * DAY);
        assert_eq!((disabled.disabled, change), (Some(Reason::Failing), Some(Change::Disabled(Reason::Failing))));
    }

    #[test]
    fn a_success_begins_the_five_days_again() {
        let (failing, _) = Health::default().after(Verdict::Failed, 20, 1_000);
        let (good, change) = failing.after(Verdict::Taken, 20, 1_000 + 4 * DAY);
        assert_eq!((good.is_good(1_000 + 4 * DAY), change), (true, None));
        let (failing, change) = good.after(Verdict::Failed, 20, 1_000 + 5 * DAY);
        assert_eq!((failing.failing_since, failing.failures, change), (Some(1_000 + 5 * DAY), 1, None));
    }

    #[test]
    fn gone_disables_at_once_and_a_success_recovers() {
        let (gone, change) = Health::default().after(Verdict::Gone, 20, 7);
        assert_eq!((gone.disabled, change), (Some(Reason::Gone), Some(Change::Disabled(Reason::Gone))));
        assert!(!gone.is_good(8));
        let (back, change) = gone.after(Verdict::Taken, 20, 8);
        assert_eq!((back, change), (Health::default(), Some(Change::Recovered)));
    }

    #[test]
    fn a_slow_endpoint_is_not_waited_for_with_others() {
        let (quick, _) = Health::default().after(Verdict::Taken, 250, 7);
        let (slow, change) = quick.after(Verdict::Taken, 251, 8);
        assert_eq!((quick.is_good(8), slow.is_good(8), change), (true, false, None));
        let (again, _) = slow.after(Verdict::Taken, 40, 9);
        assert_eq!((again.is_good(307), again.is_good(308)), (false, true), "one quick answer says little");
        assert_eq!(again.after(Verdict::Taken, 40, 308).0, Health::default());
    }

    #[test]
    fn slow_answers_are_written_twice_in_five_minutes_at_most() {
        let (slow, _) = Health::default().after(Verdict::Taken, 900, 1_000);
        assert_eq!(slow.after(Verdict::Taken, 900, 1_149).0, slow);
        assert_eq!(slow.after(Verdict::Taken, 900, 1_150).0.slow_at, Some(1_150));
    }

    #[test]
    fn only_2xx_is_taken() {
        for (status, expected) in [
            (Some(200), Verdict::Taken),
            (Some(204), Verdict::Taken),
            (Some(301), Verdict::Failed),
            (Some(308), Verdict::Failed),
            (Some(404), Verdict::Failed),
            (Some(410), Verdict::Gone),
            (Some(429), Verdict::Failed),
            (Some(503), Verdict::Failed),
            (Some(199), Verdict::Failed),
            (None, Verdict::Failed),
        ] {
            assert_eq!(verdict(status), expected, "{status:?}");
        }
    }
}
