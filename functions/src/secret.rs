//! Secrets: a type that cannot be printed or serialised, and the set of a function's secrets.

use shared::endpoint::is_signing_secret;
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
    /// The account's e-mail address.
    pub email: Secret,
    /// Its password.
    pub password: Secret,
}

/// Splits `a,b` into its parts: the current secret first, then the one being rotated out.
///
/// # Errors
/// A sentence with the problem, without the secret.
fn parts_of(text: &str) -> Result<Vec<&str>, &'static str> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    if parts.iter().any(|part| part.is_empty()) {
        return Err("a part before or after a comma is empty");
    }
    if parts.iter().any(|part| is_quoted(part)) || is_quoted(text.trim()) {
        return Err("leave out the quotation marks around it");
    }
    Ok(parts)
}

/// Whether `text` is enclosed in quotation marks, which a shell or an editor was meant to remove.
fn is_quoted(text: &str) -> bool {
    ['"', '\''].iter().any(|mark| text.len() > 1 && text.starts_with(*mark) && text.ends_with(*mark))
}

fn secret_list(text: &str) -> Result<Vec<Secret>, &'static str> {
    Ok(parts_of(text)?.into_iter().map(Secret::new).collect())
}

/// The shortest key: for HS256 by RFC 7518, 3.2, and for the others so that guessing is hopeless.
pub const MIN_KEY_LENGTH: usize = 32;
/// The shortest secret of upstream's webhooks. Their form is unknown; whatever is shorter was cut or mistyped.
pub const MIN_WEBHOOK_SECRET_LENGTH: usize = 16;

/// Reads the partner's keys.
///
/// # Errors
/// A sentence with the problem, without the key.
pub fn partner_keys(text: &str) -> Result<Vec<Secret>, &'static str> {
    let keys = secret_list(text)?;
    let is_short = |key: &Secret| key.expose().len() < MIN_KEY_LENGTH;
    if keys.iter().any(is_short) { Err("each key needs at least 32 characters") } else { Ok(keys) }
}

/// Reads the secrets that sign questions to the partner's backend.
///
/// # Errors
/// A sentence that says what is wrong, without the secret.
pub fn approval_secrets(text: &str) -> Result<Vec<Secret>, &'static str> {
    let secrets = secret_list(text)?;
    let is_known = |secret: &Secret| is_signing_secret(secret.expose());
    if secrets.iter().all(is_known) { Ok(secrets) } else { Err("each secret is whsec_ and base64 of 24 to 64 bytes") }
}

/// Reads the keys of upstream.
///
/// # Errors
/// A sentence with the problem, without the key.
pub fn peeker_keys(text: &str) -> Result<Vec<Secret>, &'static str> {
    let keys = secret_list(text)?;
    let is_known = |key: &Secret| ["pk_live_", "pk_test_"].iter().any(|prefix| key.expose().starts_with(prefix));
    if keys.iter().all(is_known) { Ok(keys) } else { Err("each key starts with pk_live_ or pk_test_") }
}

/// Reads the secrets that upstream signs deliveries with.
///
/// # Errors
/// A sentence with the problem, without the secret.
pub fn webhook_secrets(text: &str) -> Result<Vec<Secret>, &'static str> {
    let secrets = secret_list(text)?;
    if secrets.iter().any(|secret| secret.expose().starts_with("pk_")) {
        return Err("a pk_… key is no webhook secret: both are in Peeker's portal");
    }
    let is_short = |secret: &Secret| secret.expose().len() < MIN_WEBHOOK_SECRET_LENGTH;
    if secrets.iter().any(is_short) { Err("each secret needs at least 16 characters") } else { Ok(secrets) }
}

/// Reads the data key.
///
/// # Errors
/// A sentence with the problem, without the key.
pub fn data_key(text: &str) -> Result<Secret, &'static str> {
    let key = text.trim();
    if is_quoted(key) {
        return Err("leave out the quotation marks around it");
    }
    if key.len() < MIN_KEY_LENGTH { Err("it needs at least 32 characters") } else { Ok(Secret::new(key)) }
}

/// Reads `kid:key,kid:key`.
///
/// # Errors
/// A sentence with the problem, without the key.
pub fn session_keys(text: &str) -> Result<Vec<SessionKey>, &'static str> {
    let keys: Vec<SessionKey> = parts_of(text)?
        .into_iter()
        .map(|part| {
            let (kid, key) = part.split_once(':').ok_or("each key is written kid:key")?;
            if kid.is_empty() {
                return Err("each key needs a kid before the colon");
            }
            if is_quoted(key) {
                return Err("leave out the quotation marks around it");
            }
            if key.len() < MIN_KEY_LENGTH {
                return Err("each key needs at least 32 characters");
            }
            Ok(SessionKey { kid: kid.to_owned(), key: Secret::new(key) })
        })
        .collect::<Result<_, _>>()?;
    let kids: BTreeSet<&str> = keys.iter().map(|key| key.kid.as_str()).collect();
    if kids.len() < keys.len() { Err("each key needs a kid of its own") } else { Ok(keys) }
}

#[cfg(test)]
mod tests {
    use super::approval_secrets;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn approval_secrets_have_a_prefix_and_enough_bytes() {
        for wrong in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_not base64, is it?"] {
            assert!(approval_secrets(wrong).is_err(), "{wrong}");
        }
        let of = |bytes: usize| approval_secrets(&format!("whsec_{}", STANDARD.encode(vec![7; bytes]))).is_ok();
        assert_eq!([23, 24, 64, 65].map(of), [false, true, true, false]);
    }
}
