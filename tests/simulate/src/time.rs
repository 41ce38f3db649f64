//! Virtual time: the runtime's clock is paused until every task waits, and every other clock follows it.

use functions::clock::{Clock, Timestamp};
use std::time::Duration;
use tokio::time::Instant;

/// The start time of every world: 2026-05-08, 12:00 UTC.
pub(crate) const START: Timestamp = 1_778_241_600;

/// The time of one world.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeline(Instant);

impl Timeline {
    /// Starts now; only inside a runtime.
    pub(crate) fn begin() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since the start of the world.
    pub(crate) fn millis(self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// A function's clock, which is `skew` seconds off.
    pub(crate) fn clock(self, skew: Timestamp) -> Clock {
        Clock::from_fn(move || {
            let elapsed = Timestamp::try_from(self.0.elapsed().as_secs()).unwrap_or(Timestamp::MAX);
            START.saturating_add(elapsed).saturating_add(skew)
        })
    }
}

/// Sleeps for `millis` of virtual time.
pub(crate) async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
