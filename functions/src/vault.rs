//! The secrets in use: current and previous of each, read anew when something no longer fits.

use crate::clock::{Clock, Timestamp};
use crate::metrics;
use crate::needs::Need;
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
pub struct Vault(Arc<Inner>);

struct Inner {
    secrets: RwLock<Arc<Secrets>>,
    source: Option<Source>,
    needs: &'static [Need],
    read_at: AtomicI64,
    clock: Clock,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// Secrets that change only with a restart.
    pub fn fixed(secrets: Secrets) -> Self {
        Self::holding(secrets, None, &[], Clock::system())
    }

    /// Secrets of `source`, read now and again when something no longer fits. Whenever they are read, one of `needs`
    /// that is missing refuses them.
    ///
    /// # Errors
    /// What the source says, or all that is missing.
    pub async fn open(source: Source, needs: &'static [Need], clock: Clock) -> Result<Self, String> {
        let secrets = read(&source, needs).await?;
        Ok(Self::holding(secrets, Some(source), needs, clock))
    }

    fn holding(secrets: Secrets, source: Option<Source>, needs: &'static [Need], clock: Clock) -> Self {
        let read_at = AtomicI64::new(clock.now());
        Self(Arc::new(Inner { secrets: RwLock::new(Arc::new(secrets)), source, needs, read_at, clock }))
    }

    /// The secrets as of the last reading.
    pub fn secrets(&self) -> Arc<Secrets> {
        match self.0.secrets.read() {
            Ok(secrets) => Arc::clone(&secrets),
            // A writer only swaps a pointer; what is inside is whole even then.
            Err(poisoned) => Arc::clone(&poisoned.into_inner()),
        }
    }

    /// Reads the secrets anew, at most once a minute. `true`: they were read, so that it is worth trying again.
    pub async fn refresh(&self) -> bool {
        let Some(source) = &self.0.source else {
            return false;
        };
        let now = self.0.clock.now();
        let read_at = self.0.read_at.load(Ordering::Relaxed);
        let due = now.saturating_sub(read_at) >= REFRESH_PAUSE;
        // Of those who meet here, one goes on.
        let mine = due && self.0.read_at.compare_exchange(read_at, now, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if !mine {
            return false;
        }
        match read(source, self.0.needs).await {
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
                    "the secrets could not be read anew"
                );
                false
            }
        }
    }
}

/// One reading: a start and a refresh refuse the same.
async fn read(source: &Source, needs: &[Need]) -> Result<Secrets, String> {
    source().await?.complete_for(needs)
}

/// Says that a secret which is being rotated out was still needed: when that stops, it can go.
pub fn note_use(index: usize, secret: &'static str) {
    if index > 0 {
        tracing::info!(secret, "previous_secret_used");
        metrics::previous_secret_used(secret);
    }
}
