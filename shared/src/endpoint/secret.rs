//! Signing secrets of endpoints as Standard Webhooks writes them: `whsec_` and base64 of 24 to 64 bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// What a signing secret starts with.
const PREFIX: &str = "whsec_";
/// Bytes of a key: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.
const LENGTH: std::ops::RangeInclusive<usize> = 24..=64;

/// A signing secret. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningSecret(String);

impl SigningSecret {
    /// The secret itself, for the place that signs with it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

/// Whether `text` is one secret: `whsec_` and base64 of 24 to 64 bytes.
pub fn is_signing_secret(text: &str) -> bool {
    let key = text.strip_prefix(PREFIX).and_then(|key| STANDARD.decode(key).ok());
    key.is_some_and(|key| LENGTH.contains(&key.len()))
}

/// Reads `whsec_new`, or `whsec_new,whsec_old` during a rotation.
///
/// # Errors
/// What is wrong, without the secret.
pub fn read_secrets(text: &str) -> Result<Vec<SigningSecret>, &'static str> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    if parts.len() > 2 {
        return Err("give one secret, or two while rotating: the new one, a comma, the old one");
    }
    if parts.iter().any(|part| !part.starts_with(PREFIX)) {
        return Err("a secret starts with whsec_. To make one: echo whsec_$(openssl rand -base64 32)");
    }
    if !parts.iter().all(|part| is_signing_secret(part)) {
        return Err(
            "after whsec_, a secret is base64 of 24 to 64 bytes. To make one: echo whsec_$(openssl rand -base64 32)",
        );
    }
    if let [new, old] = parts.as_slice()
        && new == old
    {
        return Err("both secrets are the same: leave one out");
    }
    Ok(parts.into_iter().map(|part| SigningSecret(part.to_owned())).collect())
}
