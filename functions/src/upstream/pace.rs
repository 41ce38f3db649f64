//! The rate of one key, shared by everything in the process: a steady trickle with small bursts, a reserve for orders,
//! and silence for as long as upstream asks for it.

use crate::clock::{Clock, Random};
use std::sync::{Mutex, PoisonError};

/// Calls of a minute that only orders may use: searching customers must not keep others from ordering.
const RESERVE_PER_MINUTE: u32 = 60;
/// Thousandths of a call: what comes back in a second is not a whole number.
const MILLI: i64 = 1_000;
/// Upstream asks for up to a second more than it says, so that those who wait do not come back together.
const JITTER_MS: u64 = 1_000;

/// Longest silence, in seconds: upstream counts by the minute, so that a longer wait is a mistake or a lie, and nobody
/// could order meanwhile.
const MAX_SILENCE: u32 = 60;

/// How urgent a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    /// It may wait.
    LookUp,
    /// It may use the reserve.
    Order,
}

/// What is left of the rate.
#[derive(Debug)]
pub(super) struct Pace {
    clock: Clock,
    random: Random,
    per_minute: Option<u32>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Thousandths of calls that were made and are not made up for yet.
    debt: i64,
    /// Up to when they are.
    paid_until: i64,
    /// Until when, in milliseconds, upstream wants to hear nothing.
    silent_until_ms: i64,
}

impl Pace {
    /// `per_minute`: what upstream lets through; `None` is no limit.
    pub(super) fn new(clock: Clock, random: Random, per_minute: Option<u32>) -> Self {
        Self { clock, random, per_minute, state: Mutex::default() }
    }

    /// Takes one call, or tells in how many seconds it is worth asking again.
    pub(super) fn take(&self, urgency: Urgency) -> Result<(), u32> {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let silent_ms = state.silent_until_ms.saturating_sub(now.saturating_mul(MILLI));
        if silent_ms > 0 {
            return Err(seconds(silent_ms, MILLI));
        }
        let Some(per_minute) = self.per_minute else {
            return Ok(());
        };
        // In any minute at most a burst and what trickles back meanwhile: together the limit less the reserve.
        let shared = i64::from(per_minute.saturating_sub(RESERVE_PER_MINUTE).max(1));
        let burst = (shared / 10).max(1).saturating_mul(MILLI);
        let back = shared.saturating_mul(MILLI).saturating_sub(burst).max(60) / 60;
        let passed = now.saturating_sub(state.paid_until).max(0);
        state.debt = state.debt.saturating_sub(passed.saturating_mul(back)).max(0);
        state.paid_until = now;
        let room = match urgency {
            Urgency::LookUp => burst,
            Urgency::Order => burst.saturating_add(i64::from(RESERVE_PER_MINUTE).saturating_mul(MILLI)),
        };
        let over = state.debt.saturating_add(MILLI).saturating_sub(room);
        if over > 0 {
            return Err(seconds(over, back));
        }
        state.debt = state.debt.saturating_add(MILLI);
        Ok(())
    }

    /// Upstream wants no calls for `seconds`, of which at most a minute is kept to: no call of this process goes out until
    /// then, and a little longer.
    pub(super) fn silence(&self, seconds: u32) {
        let seconds = seconds.min(MAX_SILENCE);
        let jitter = i64::try_from(self.random.below(JITTER_MS.saturating_add(1))).unwrap_or(0);
        let until = self.clock.now().saturating_add(i64::from(seconds)).saturating_mul(MILLI).saturating_add(jitter);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.silent_until_ms = state.silent_until_ms.max(until);
    }

    /// A pause before something is tried again: two who failed together should not come back together.
    pub(super) fn jitter(&self, most_ms: u64) -> std::time::Duration {
        std::time::Duration::from_millis(self.random.below(most_ms.saturating_add(1)))
    }
}

/// `amount / rate` in whole seconds, rounded up, at least one.
fn seconds(amount: i64, rate: i64) -> u32 {
    let rate = rate.max(1);
    let whole = amount.saturating_add(rate).saturating_sub(1).checked_div(rate).unwrap_or(1);
    u32::try_from(whole.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Pace, Urgency};
    use crate::clock::{Clock, Random};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    fn pace(per_minute: u32, jitter: u8) -> (Pace, Arc<AtomicI64>) {
        let now = Arc::new(AtomicI64::new(1_000));
        let told = Arc::clone(&now);
        let clock = Clock::from_fn(move || told.load(Ordering::Relaxed));
        (Pace::new(clock, Random::from_fn(move || Some([jitter; 16])), Some(per_minute)), now)
    }

    fn taken(pace: &Pace, urgency: Urgency) -> u32 {
        let mut count = 0;
        while pace.take(urgency).is_ok() {
            count += 1;
        }
        count
    }

    #[test]
    fn no_minute_sees_more_than_the_limit_less_the_reserve_and_orders_may_use_the_reserve() {
        let (pace, now) = pace(600, 0);
        let mut of_second = Vec::new();
        for _ in 0..180 {
            of_second.push(taken(&pace, Urgency::LookUp));
            now.fetch_add(1, Ordering::Relaxed);
        }
        for minute in of_second.windows(60) {
            let calls: u32 = minute.iter().sum();
            assert!((480..=540).contains(&calls), "{calls} calls in a minute");
        }
        assert!((8..=9).contains(&taken(&pace, Urgency::LookUp)), "what came back in a second");
        assert_eq!(pace.take(Urgency::LookUp), Err(1));
        assert_eq!(taken(&pace, Urgency::Order), 60);
    }

    #[test]
    fn silence_lasts_as_long_as_upstream_says_and_up_to_a_second_more() {
        for (jitter, waits) in [(0, 17), (1, 18), (77, 18)] {
            let (pace, now) = pace(600, jitter);
            pace.silence(17);
            assert_eq!(pace.take(Urgency::Order), Err(waits), "jitter {jitter}");
            now.fetch_add(16, Ordering::Relaxed);
            assert!(pace.take(Urgency::Order).is_err());
            now.fetch_add(2, Ordering::Relaxed);
            assert_eq!(pace.take(Urgency::Order), Ok(()));
        }
    }

    #[test]
    fn a_silence_of_a_day_lasts_a_minute() {
        let (pace, now) = pace(600, 0);
        pace.silence(86_400);
        assert_eq!(pace.take(Urgency::Order), Err(60));
        now.fetch_add(61, Ordering::Relaxed);
        assert_eq!(pace.take(Urgency::Order), Ok(()));
    }

    #[test]
    fn a_shorter_silence_does_not_end_a_longer_one() {
        let (pace, _) = pace(600, 0);
        pace.silence(60);
        pace.silence(5);
        assert_eq!(pace.take(Urgency::LookUp), Err(60));
    }
}
