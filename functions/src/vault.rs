//! The secrets in use: current and previous of each, read anew when something no longer fits.

use crate::clock::{Clock, Timestamp};
use crate::metrics;
use crate::needs::Need;
use crate::secret::{Secret, SequencerLogin, SessionKey, data_key, secret_list, session_keys};
use futures::future::BoxFuture;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, RwLock};

/// Seconds between two readings that failures can cause: a stranger's bad tokens must not hammer the source.
pub const REFRESH_PAUSE: Timestamp = 60;

/// What a stage is for. Keys of the other kind have no place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageKind {
    /// Orders nothing real.
    Test,
    /// Orders, and pays.
    Live,
}

impl StageKind {
    /// `test` or `live`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "test" => Some(Self::Test),
            "live" => Some(Self::Live),
            _ => None,
        }
    }

    /// Its name, which is also that of upstream's environment.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Live => "live",
        }
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Test => Self::Live,
            Self::Live => Self::Test,
        }
    }
}

/// A secret of upstream's webhooks and the environment whose events it signs.
#[derive(Debug, Clone)]
pub struct SigningSecret {
    /// `live` or `test`.
    pub environment: &'static str,
    /// The secret.
    pub secret: Secret,
}

/// The names of secrets; variables have the same in upper case. A name that ends in another one comes before it.
pub const SECRET_NAMES: [&str; 10] = [
    "session_keys",
    "data_key",
    "partner_keys",
    "webhook_secrets_live",
    "webhook_secrets_test",
    "peeker_keys",
    "previous_sequencer_login_email",
    "previous_sequencer_login_password",
    "sequencer_login_email",
    "sequencer_login_password",
];

/// Everything secret that a function holds. The first of each list is current, the others are being rotated out.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// Sign session tokens and quotes.
    pub session: Vec<SessionKey>,
    /// Keys of pseudonyms and fingerprints follow from it. It is made once for a stage, and never rotated.
    pub data: Option<Secret>,
    /// Open the partner's own routes.
    pub partner: Vec<Secret>,
    /// Prove deliveries.
    pub webhook: Vec<SigningSecret>,
    /// Let us in upstream.
    pub peeker: Vec<Secret>,
    /// Stands on orders. The previous login is needed to send the very same bytes again.
    pub logins: Vec<SequencerLogin>,
}

impl Secrets {
    /// Reads the secrets by name; what is absent stays empty.
    ///
    /// # Errors
    /// All that is wrong, one line each: the name and what its value should look like, never the value.
    pub fn read(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let given = |name: &str| lookup(name).filter(|text| !text.trim().is_empty());
        let text = |name: &str| given(name).unwrap_or_default();
        let mut problems = Vec::new();
        let session = match given("session_keys").map(|keys| session_keys(&keys)) {
            None => Vec::new(),
            Some(read) => read.unwrap_or_else(|problem| {
                problems.push(format!("session_keys: {problem}"));
                Vec::new()
            }),
        };
        let mut webhook = Vec::new();
        for (environment, name) in [("live", "webhook_secrets_live"), ("test", "webhook_secrets_test")] {
            webhook.extend(secret_list(&text(name)).into_iter().map(|secret| SigningSecret { environment, secret }));
        }
        let peeker = secret_list(&text("peeker_keys"));
        let known = |key: &Secret| ["pk_live_", "pk_test_"].iter().any(|prefix| key.expose().starts_with(prefix));
        if !peeker.iter().all(known) {
            problems.push("peeker_keys: each key starts with pk_live_ or pk_test_".to_owned());
        }
        let mut login = |email: &str, password: &str| match (given(email), given(password)) {
            (Some(email), Some(password)) => {
                Some(SequencerLogin { email: Secret::new(email), password: Secret::new(password) })
            }
            (None, None) => None,
            _ => {
                problems.push(format!("{email} and {password} belong together"));
                None
            }
        };
        let current = login("sequencer_login_email", "sequencer_login_password");
        let previous = login("previous_sequencer_login_email", "previous_sequencer_login_password");
        // Orders are sent with the first one: the previous must not take the place of the current.
        if current.is_none() && previous.is_some() && problems.is_empty() {
            let missing = "sequencer_login_email and sequencer_login_password are missing";
            problems.push(format!("{missing}, and the previous ones do not replace them"));
        }
        let data = given("data_key").map(|text| data_key(&text)).transpose().unwrap_or_else(|problem| {
            problems.push(format!("data_key: {problem}"));
            None
        });
        let logins = current.into_iter().chain(previous).collect();
        let partner = secret_list(&text("partner_keys"));
        if problems.is_empty() {
            Ok(Self { session, data, partner, webhook, peeker, logins })
        } else {
            Err(problems.join("\n  "))
        }
    }
}

/// Where secrets come from.
pub type Source = Arc<dyn Fn() -> BoxFuture<'static, Result<Secrets, String>> + Send + Sync>;

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
