//! One rate limit for all processes that use the key: requests to the shared bucket, and its responses.

use crate::clock::Timestamp;
use futures::future::BoxFuture;
use std::fmt;

/// Microseconds of a second: the rate of a key is a few milliseconds a call, and no whole number of them.
pub const MICROS: i64 = 1_000_000;

/// Calls that a process wants to make soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Now, by the process's clock.
    pub now: Timestamp,
    /// How many; fewer may be granted.
    pub calls: u32,
    /// Burst: calls that can be taken at the same time before the bucket is empty.
    pub most: u32,
    /// Microseconds in which one call comes back.
    pub call_us: i64,
    /// Microseconds after which taken calls must have come back; more means that a process had a wrong clock.
    pub beyond_us: i64,
}

impl Ask {
    /// Whether `paid_until` is that of a bucket which is full: nothing is out, or what cannot be.
    pub const fn is_full(&self, paid_until: i64) -> bool {
        let debt = paid_until.saturating_sub(self.now_us());
        debt < 0 || debt > self.beyond_us
    }

    /// Calls that are left when all that was taken is made up for at `paid_until`, in microseconds since 1970.
    pub fn left(&self, paid_until: i64) -> u32 {
        let debt = if self.is_full(paid_until) { 0 } else { paid_until.saturating_sub(self.now_us()) };
        let out = debt.saturating_add(self.call_us).saturating_sub(1).checked_div(self.call_us).unwrap_or(i64::MAX);
        self.most.saturating_sub(u32::try_from(out).unwrap_or(u32::MAX))
    }

    /// Calls that may be taken when `left` are left: a block leaves as much as it takes, so that a process which takes
    /// large ones leaves something to those that need little.
    pub fn granted(&self, left: u32) -> u32 {
        if left == 0 { 0 } else { self.calls.min((left / 2).max(1)) }
    }

    /// When there is one call again, in microseconds since 1970.
    pub fn next_at(&self, paid_until: i64) -> i64 {
        paid_until.saturating_add(self.call_us).saturating_sub(self.cost(self.most))
    }

    /// Now, in microseconds since 1970.
    pub const fn now_us(&self) -> i64 {
        self.now.saturating_mul(MICROS)
    }

    /// The cost of `calls`, in microseconds.
    pub fn cost(&self, calls: u32) -> i64 {
        self.call_us.saturating_mul(i64::from(calls))
    }
}

/// The bucket's response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// This number of calls may be made, at least one.
    Taken(u32),
    /// No call may be made before `until`.
    Empty {
        /// When the next call is available, unless other processes take it.
        until: Timestamp,
    },
    /// Upstream asked another process to pause until then.
    Silent {
        /// When the pause ends.
        until: Timestamp,
    },
}

/// The bucket cannot be reached.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BucketError(pub String);

/// The calls that the processes of a key may make together.
pub trait Bucket: fmt::Debug + Send + Sync {
    /// Takes calls for the next few seconds.
    ///
    /// # Errors
    /// [`BucketError`]; the process then uses its local rate.
    fn take(&self, ask: Ask) -> BoxFuture<'_, Result<Answer, BucketError>>;

    /// Stores that upstream asked for a pause until `until`.
    ///
    /// # Errors
    /// [`BucketError`]; the other processes then learn it from upstream.
    fn silence(&self, now: Timestamp, until: Timestamp) -> BoxFuture<'_, Result<(), BucketError>>;
}
