//! Time and randomness, handed in from outside so that tests decide them.

use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Seconds since 1970. Upstream's times have whole seconds, so nothing finer is stored.
pub type Timestamp = i64;

/// The source of the current time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Arc::new(|| OffsetDateTime::now_utc().unix_timestamp()))
    }

    /// A clock of the caller's making.
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Makes ids that cannot be guessed.
#[derive(Clone)]
pub struct Random(Arc<dyn Fn() -> Option<[u8; 16]> + Send + Sync>);

impl Random {
    /// The operating system's generator.
    pub fn system() -> Self {
        Self::from_fn(|| {
            let mut bytes = [0; 16];
            getrandom::fill(&mut bytes).ok().map(|()| bytes)
        })
    }

    /// A generator supplied by the caller; `None` means that no randomness is available.
    pub fn from_fn(bytes: impl Fn() -> Option<[u8; 16]> + Send + Sync + 'static) -> Self {
        Self(Arc::new(bytes))
    }

    /// 16 fresh bytes; `None` when the machine has no randomness.
    pub fn bytes(&self) -> Option<[u8; 16]> {
        (self.0)()
    }

    /// A number below `limit`, close enough to even; 0 when there is no randomness.
    pub fn below(&self, limit: u64) -> u64 {
        let bytes = (self.0)().map_or([0; 8], |[a, b, c, d, e, f, g, h, ..]| [a, b, c, d, e, f, g, h]);
        u64::from_be_bytes(bytes).checked_rem(limit).unwrap_or(0)
    }

    /// A fresh id: `prefix` and 32 hexadecimal digits, or `None` when the machine has no randomness.
    pub fn id(&self, prefix: &str) -> Option<String> {
        Some(format!("{prefix}{}", hex::encode((self.0)()?)))
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}

/// `2026-05-08T12:00:00Z`. A time outside the years 0 to 9999 is written as 1970.
pub fn to_iso(at: Timestamp) -> String {
    let time = OffsetDateTime::from_unix_timestamp(at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    time.format(&Rfc3339).unwrap_or_else(|_| "1970-01-01T00:00:00Z".to_owned())
}

/// Reads a time as [`to_iso`] writes it. What upstream writes is read by [`crate::times`].
pub fn from_iso(text: &str) -> Option<Timestamp> {
    OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp)
}
