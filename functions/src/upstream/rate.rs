//! The numbers of a rate limit, and the local rate of one process: a steady rate with small bursts, and a reserve.

use crate::clock::Timestamp;
use crate::model::rate::{Ask, MICROS};

/// Calls of a minute that only orders may use, at most half of all: searching customers must not keep others from
/// ordering.
const RESERVE_PER_MINUTE: u32 = 60;
/// Seconds in which upstream counts.
const WINDOW: i64 = 60;
/// Seconds for which a block of calls may be used.
pub(super) const BLOCK_LIFE: i64 = 5;
/// Seconds by which a call may reach upstream after it was taken, clocks that differ included.
const DELAY: i64 = 3;

/// Seconds by which clocks may differ.
const CLOCKS_DIFFER: i64 = 10;

/// How urgent a call is, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// It may have to wait until there is room in the rate, and the budget of its session may refuse it.
    LookUp,
    /// An order waits for it: it may use the reserve of the rate.
    BeforeOrder,
    /// An order, or the search for one that may have been sent: it may use the reserve, and no budget refuses it.
    Order,
}

/// A rate: in any window at most a burst, the reserve, and what trickles back meanwhile; together the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    /// Microseconds in which one call comes back.
    call_us: i64,
    /// Burst: calls that can be made at the same time.
    pub(super) burst: u32,
    /// More of them, for orders.
    reserve: u32,
}

impl Rate {
    /// The rate of a process that has the key for itself, and makes a call when it takes it.
    pub(super) fn alone(per_minute: u32) -> Self {
        Self::over(per_minute, WINDOW)
    }

    /// The rate of all processes together: calls are taken in blocks, and made a little later.
    pub(super) fn shared(per_minute: u32) -> Self {
        Self::over(per_minute, WINDOW.saturating_add(BLOCK_LIFE).saturating_add(DELAY))
    }

    fn over(per_minute: u32, window: i64) -> Self {
        let reserve = RESERVE_PER_MINUTE.min(per_minute / 2);
        let others = per_minute.saturating_sub(reserve).max(1);
        let burst = (others / 10).max(1);
        let back = others.saturating_sub(burst).max(1);
        let window_us = window.saturating_mul(MICROS);
        // Rounded up, so that no call comes back too early.
        let call_us = window_us.saturating_add(i64::from(back)).saturating_sub(1) / i64::from(back);
        Self { call_us: call_us.max(1), burst, reserve }
    }

    /// The request to the bucket of a process that needs `calls` of this urgency.
    pub(super) fn ask(&self, urgency: Urgency, calls: u32, now: Timestamp) -> Ask {
        let all = self.burst.saturating_add(self.reserve);
        let most = match urgency {
            Urgency::LookUp => self.burst,
            Urgency::BeforeOrder | Urgency::Order => all,
        };
        let longest = self.call_us.saturating_mul(i64::from(all));
        let beyond_us = longest.saturating_add(CLOCKS_DIFFER.saturating_mul(MICROS));
        Ask { now, calls, most, call_us: self.call_us, beyond_us }
    }
}

/// Calls that one process has taken.
#[derive(Debug, Default)]
pub(super) struct Debt {
    /// When all of it is made up for, in microseconds since 1970.
    paid_until: i64,
}

impl Debt {
    /// Takes one call, or says in how many seconds there is one.
    pub(super) fn take(&mut self, ask: Ask) -> Result<(), u32> {
        if ask.left(self.paid_until) == 0 {
            return Err(seconds(ask.next_at(self.paid_until).saturating_sub(ask.now_us()), MICROS));
        }
        self.count(ask);
        Ok(())
    }

    /// Counts one call that was taken elsewhere.
    pub(super) fn count(&mut self, ask: Ask) {
        let paid_until = if ask.is_full(self.paid_until) { ask.now_us() } else { self.paid_until };
        self.paid_until = paid_until.saturating_add(ask.call_us);
    }
}

/// `amount / rate` in whole seconds, rounded up, at least one.
pub(super) fn seconds(amount: i64, rate: i64) -> u32 {
    let rate = rate.max(1);
    let whole = amount.saturating_add(rate).saturating_sub(1).checked_div(rate).unwrap_or(1);
    u32::try_from(whole.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Debt, Rate, Urgency};

    fn taken(debt: &mut Debt, rate: Rate, urgency: Urgency, now: i64) -> u32 {
        let mut count = 0;
        while debt.take(rate.ask(urgency, 1, now)).is_ok() {
            count += 1;
        }
        count
    }

    #[test]
    fn lookups_leave_the_reserve_to_orders() {
        let (rate, mut debt) = (Rate::alone(600), Debt::default());
        let of_second: Vec<u32> = (0..180).map(|now| taken(&mut debt, rate, Urgency::LookUp, 1_000 + now)).collect();
        for minute in of_second.windows(60) {
            let calls: u32 = minute.iter().sum();
            assert!((480..=540).contains(&calls), "{calls} calls in a minute");
        }
        assert!((8..=9).contains(&taken(&mut debt, rate, Urgency::LookUp, 1_180)), "what came back in a second");
        assert_eq!(debt.take(rate.ask(Urgency::LookUp, 1, 1_180)), Err(1));
        assert_eq!(taken(&mut debt, rate, Urgency::Order, 1_180), 60);
    }

    #[test]
    fn small_rate_is_respected_and_reserves_half_for_orders() {
        for per_minute in [1, 2, 10, 59, 60, 90, 119, 120, 121, 600, 60_000] {
            let (rate, mut debt) = (Rate::shared(per_minute), Debt::default());
            let of_second: Vec<u32> = (0..180).map(|now| taken(&mut debt, rate, Urgency::Order, 1_000 + now)).collect();
            let most = of_second.windows(60).map(|minute| minute.iter().sum::<u32>()).max();
            assert!(most.is_some_and(|most| (1..=per_minute).contains(&most)), "{per_minute}: {most:?}");
            let look_ups = taken(&mut Debt::default(), rate, Urgency::LookUp, 1_000);
            assert!((1..=(per_minute - per_minute / 2).max(per_minute / 2)).contains(&look_ups), "{look_ups}");
        }
    }
}
