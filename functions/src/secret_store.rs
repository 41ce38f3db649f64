//! The secrets in use, current and previous of each, read again when one is rejected.

use crate::clock::{Clock, Timestamp};
use crate::metrics;
use crate::secret_kind::SecretKind;
use crate::secrets::{Reading, Secrets};
use futures::future::BoxFuture;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, RwLock};

/// Seconds between two readings that failures can cause: a stranger's bad tokens must not hammer the source.
pub const REFRESH_PAUSE: Timestamp = 60;

/// Where secrets come from. An error means that they could not be read at all.
pub type Source = Arc<dyn Fn() -> BoxFuture<'static, Result<Reading, String>> + Send + Sync>;

/// The secrets that are valid now.
#[derive(Clone)]
pub struct SecretStore(Arc<Inner>);

struct Inner {
    secrets: RwLock<Arc<Secrets>>,
    source: Option<Source>,
    /// The kinds that a reading must contain.
    needed: Arc<[SecretKind]>,
    read_at: AtomicI64,
    clock: Clock,
}

impl fmt::Debug for SecretStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretStore")
    }
}

impl SecretStore {
    /// Secrets that change only with a restart.
    pub fn fixed(secrets: Secrets) -> Self {
        Self::holding(secrets, None, Arc::default(), Clock::system())
    }

    /// Secrets of `source`, read now and again when something no longer fits. Whenever they are read and one of the
    /// `needed` kinds is missing, they are refused.
    ///
    /// # Errors
    /// The problem that the source reports, or all secrets that are missing.
    pub async fn open(source: Source, needed: &[SecretKind], clock: Clock) -> Result<Self, String> {
        let secrets = read(&source, needed).await?;
        Ok(Self::holding(secrets, Some(source), needed.into(), clock))
    }

    fn holding(secrets: Secrets, source: Option<Source>, needed: Arc<[SecretKind]>, clock: Clock) -> Self {
        let read_at = AtomicI64::new(clock.now());
        Self(Arc::new(Inner { secrets: RwLock::new(Arc::new(secrets)), source, needed, read_at, clock }))
    }

    /// The secrets as of the last reading.
    pub fn secrets(&self) -> Arc<Secrets> {
        match self.0.secrets.read() {
            Ok(secrets) => Arc::clone(&secrets),
            // A writer only swaps a pointer, so the content is complete even after a panic.
            Err(poisoned) => Arc::clone(&poisoned.into_inner()),
        }
    }

    /// Reads the secrets again, at most once a minute. `true`: they were read, so a retry may succeed.
    pub async fn refresh(&self) -> bool {
        let Some(source) = &self.0.source else {
            return false;
        };
        let now = self.0.clock.now();
        let read_at = self.0.read_at.load(Ordering::Relaxed);
        let due = now.saturating_sub(read_at) >= REFRESH_PAUSE;
        // One of the concurrent requests continues.
        let mine = due && self.0.read_at.compare_exchange(read_at, now, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if !mine {
            return false;
        }
        match read(source, &self.0.needed).await {
            Ok(fresh) => {
                match self.0.secrets.write() {
                    Ok(mut secrets) => *secrets = Arc::new(fresh),
                    Err(poisoned) => *poisoned.into_inner() = Arc::new(fresh),
                }
                true
            }
            Err(cause) => {
                tracing::error!(
                    alarm = "secrets_unreadable",
                    error.cause = cause,
                    "secrets not reloaded; current values stay in use"
                );
                false
            }
        }
    }
}

/// One reading: a start and a refresh refuse the same.
async fn read(source: &Source, needed: &[SecretKind]) -> Result<Secrets, String> {
    source().await?.complete_for(needed)
}

/// Says that a secret which is being rotated out was still needed: when that stops, it can go.
pub fn note_use(index: usize, secret: &'static str) {
    if index > 0 {
        tracing::info!(secret, "previous_secret_used");
        metrics::previous_secret_used(secret);
    }
}
