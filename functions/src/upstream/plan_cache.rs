//! Plans of bundles that were read lately, shared by the clones of a client.

use shared::ids::BundleId;
use shared::plan::Plan;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long a plan is shown from the cache.
const SHOWN_FOR: Duration = Duration::from_secs(60);
/// How long a bundle that is gone is believed to be gone.
const GONE_FOR: Duration = Duration::from_secs(10);
/// Plans that are kept: a partner has a handful of bundles.
const KEPT_PLANS: usize = 64;

/// The known data of a bundle.
#[derive(Debug, Clone)]
pub(super) enum Known {
    Plan(Plan),
    /// It is archived, or unknown upstream.
    Unavailable,
}

/// Plans that were read lately.
#[derive(Debug, Default)]
pub(super) struct Plans {
    known: Mutex<HashMap<BundleId, (Instant, Known)>>,
    /// Held while a plan is read for a page.
    pub(super) reading: tokio::sync::Mutex<()>,
}

impl Plans {
    pub(super) fn find(&self, id: &BundleId) -> Option<Known> {
        let plans = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, known) = plans.get(id)?;
        let good_for = match known {
            Known::Plan(_) => SHOWN_FOR,
            Known::Unavailable => GONE_FOR,
        };
        (read_at.elapsed() < good_for).then(|| known.clone())
    }

    /// How many domains it had when it was read last.
    pub(super) fn size(&self, id: &BundleId) -> Option<u32> {
        let plans = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match plans.get(id) {
            Some((_, Known::Plan(plan))) => Some(plan.required_domains.total),
            _ => None,
        }
    }

    /// Discards the cached bundle, so that a changed one is read again.
    pub(super) fn forget(&self, id: &BundleId) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    pub(super) fn keep(&self, id: &BundleId, known: Known) {
        let mut plans = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.len() >= KEPT_PLANS {
            plans.clear();
        }
        plans.insert(id.clone(), (Instant::now(), known));
    }
}
