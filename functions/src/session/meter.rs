//! A session's budget of upstream calls, as the meter that the upstream client charges.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::session::Session;
use crate::store::{Store, StoreError};
use crate::upstream::UpstreamError;
use crate::upstream::meter::Meter;
use futures::future::BoxFuture;
use shared::ids::SessionId;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Seconds that a session's counter outlives the session.
const KEEP: Timestamp = 24 * 60 * 60;
/// Checks of the whole plan that a session may make beside its fixed part.
pub const PLAN_CHECKS: u64 = 10;

/// The budget of one session during one request.
#[derive(Debug)]
pub struct SessionMeter {
    store: Store,
    session: SessionId,
    until: Timestamp,
    limit: AtomicU64,
    /// Calls that were taken from the budget in advance, with one write for all, and are not made yet.
    reserved: AtomicU64,
}

impl SessionMeter {
    /// The meter of `session`, which may make `limit` calls in all.
    pub fn new(store: Store, session: &Session, limit: u64) -> Arc<Self> {
        let until = session.expires_at.saturating_add(KEEP);
        Arc::new(Self {
            store,
            session: session.id.clone(),
            until,
            limit: AtomicU64::new(limit),
            reserved: AtomicU64::new(0),
        })
    }

    /// Changes what the session may make in all.
    pub fn set_limit(&self, limit: u64) {
        self.limit.store(limit, Ordering::Relaxed);
    }

    fn limit(&self) -> u64 {
        self.limit.load(Ordering::Relaxed)
    }

    /// Reserves up to `calls` calls from the budget in advance; later calls use them.
    ///
    /// # Errors
    /// [`Failure::BudgetSpent`], [`Failure::Store`]; nothing was taken then.
    pub async fn reserve(&self, calls: u64) -> Result<(), Failure> {
        let calls = calls.saturating_sub(self.reserved.load(Ordering::Relaxed));
        if calls == 0 {
            return Ok(());
        }
        if !self.store.spend(&self.session, calls, self.limit(), self.until).await? {
            return Err(Failure::BudgetSpent);
        }
        self.reserved.fetch_add(calls, Ordering::Relaxed);
        Ok(())
    }

    /// Gives back what was reserved and not used, so that the budget counts what upstream received. Should this fail,
    /// the session has a few calls less, and never more.
    pub async fn give_back(&self) {
        let left = self.reserved.swap(0, Ordering::Relaxed);
        if left > 0
            && let Err(error) = self.store.give_calls_back(&self.session, left, self.until).await
        {
            tracing::warn!(session.id = %self.session, error.cause = %error, "reserved calls not returned");
        }
    }

    fn use_reserved(&self) -> bool {
        self.reserved.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    async fn take_one(&self, may_refuse: bool) -> Result<(), UpstreamError> {
        if self.use_reserved() {
            return Ok(());
        }
        let unknown = |error: StoreError| UpstreamError::BudgetUnknown(error.to_string());
        if !may_refuse {
            // A wrong count costs nothing; an order that is not searched for does.
            if let Err(error) = self.store.count_calls(&self.session, 1, self.until).await {
                tracing::warn!(session.id = %self.session, error.cause = %error, "call not counted");
            }
            return Ok(());
        }
        match self.store.spend(&self.session, 1, self.limit(), self.until).await.map_err(unknown)? {
            true => Ok(()),
            false => Err(UpstreamError::BudgetSpent),
        }
    }
}

impl Meter for SessionMeter {
    fn take(&self, may_refuse: bool) -> BoxFuture<'_, Result<(), UpstreamError>> {
        Box::pin(self.take_one(may_refuse))
    }
}
