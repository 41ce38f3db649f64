//! Secrets: a type that cannot be printed or serialised, and the set of them that a function holds.

use std::collections::BTreeSet;
use std::fmt;
use subtle::ConstantTimeEq;

/// A key, password or signing secret. There is no `Display`, no `Serialize`, and `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes `text` as a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that sends or computes with it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Compares in time that does not depend on where the two differ.
    pub fn matches(&self, candidate: &str) -> bool {
        !self.0.is_empty() && bool::from(self.0.as_bytes().ct_eq(candidate.as_bytes()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A key that session tokens are signed with, under the name that tokens give it.
#[derive(Debug, Clone)]
pub struct SessionKey {
    /// The token header's `kid`.
    pub kid: String,
    /// At least 32 bytes (RFC 7518, 3.2).
    pub key: Secret,
}

/// The sequencer account that inboxes are connected to: the partner's, one per deployment.
#[derive(Debug, Clone)]
pub struct SequencerLogin {
    /// Whose account.
    pub email: Secret,
    /// Its password.
    pub password: Secret,
}

/// Splits `a,b` into secrets: the current one first, then the one being rotated out.
pub fn secret_list(text: &str) -> Vec<Secret> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Secret::new).collect()
}

/// The shortest key: for HS256 by RFC 7518, 3.2, and for the others so that guessing is hopeless.
pub const MIN_KEY_LENGTH: usize = 32;

/// Reads the partner's keys.
///
/// # Errors
/// A sentence that says what is wrong, without the key.
pub fn partner_keys(text: &str) -> Result<Vec<Secret>, &'static str> {
    let keys = secret_list(text);
    let is_short = |key: &Secret| key.expose().len() < MIN_KEY_LENGTH;
    if keys.iter().any(is_short) { Err("each key needs at least 32 characters") } else { Ok(keys) }
}

/// Reads the data key.
///
/// # Errors
/// A sentence that says what is wrong, without the key.
pub fn data_key(text: &str) -> Result<Secret, &'static str> {
    let key = text.trim();
    if key.len() < MIN_KEY_LENGTH { Err("it needs at least 32 characters") } else { Ok(Secret::new(key)) }
}

/// Reads `kid:key,kid:key`.
///
/// # Errors
/// A sentence that says what is wrong, without the key.
pub fn session_keys(text: &str) -> Result<Vec<SessionKey>, &'static str> {
    let keys: Vec<SessionKey> = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (kid, key) = part.split_once(':').ok_or("each key is written kid:key")?;
            if kid.is_empty() {
                return Err("each key needs a kid before the colon");
            }
            if key.len() < MIN_KEY_LENGTH {
                return Err("each key needs at least 32 characters");
            }
            Ok(SessionKey { kid: kid.to_owned(), key: Secret::new(key) })
        })
        .collect::<Result<_, _>>()?;
    let kids: BTreeSet<&str> = keys.iter().map(|key| key.kid.as_str()).collect();
    match keys.len() {
        0 => Err("at least one kid:key is needed"),
        count if kids.len() < count => Err("each key needs a kid of its own"),
        _ => Ok(keys),
    }
}
