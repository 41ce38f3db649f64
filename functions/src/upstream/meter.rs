//! The budget of calls: a client that works for a session counts each call against it, where the call is made.

use crate::upstream::error::UpstreamError;
use futures::future::BoxFuture;
use std::fmt;

/// Counts calls against a budget. It is asked right before each call, retries included.
pub trait Meter: fmt::Debug + Send + Sync {
    /// Takes one call. `may_refuse`: only if the budget has room for it. Otherwise it is counted in any case, because an
    /// order may be under way.
    ///
    /// # Errors
    /// [`UpstreamError::BudgetSpent`], or [`UpstreamError::BudgetUnknown`] when the budget cannot be read.
    fn take(&self, may_refuse: bool) -> BoxFuture<'_, Result<(), UpstreamError>>;
}
