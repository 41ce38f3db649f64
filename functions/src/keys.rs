//! One key per purpose, derived from the stage's secrets by HKDF-SHA256 (RFC 5869).
//!
//! Quotes and sealed claims use keys derived from the session keys: rotating those ends at most these. Pseudonyms and
//! fingerprints use keys derived from the data key, which is never rotated, so that they stay what they are.

use crate::secret::{Secret, SessionKey};
use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, Payload};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// The purpose of a derived key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signing quotes.
    Quote,
    /// Encrypting claims of session tokens.
    Sealed,
    /// Naming a customer who was erased.
    Pseudonym,
    /// Recognising an order by its content.
    Fingerprint,
}

impl Purpose {
    /// The `info` of HKDF, different for each key.
    const fn info(self) -> &'static [u8] {
        match self {
            Self::Quote => b"peeker-checkout quote v1",
            Self::Sealed => b"peeker-checkout sealed claims v1",
            Self::Pseudonym => b"peeker-checkout pseudonym v1",
            Self::Fingerprint => b"peeker-checkout fingerprint v1",
        }
    }
}

/// Bytes of the number that is used once with a key that encrypts.
pub const NONCE_LENGTH: usize = 12;

/// A key for one purpose. It cannot be printed.
pub struct DerivedKey([u8; 32]);

impl DerivedKey {
    /// The key of `purpose` that follows from `secret`.
    pub fn of(secret: &Secret, purpose: Purpose) -> Self {
        let mut key = [0; 32];
        // 32 bytes are far below the most that HKDF gives, so this cannot fail.
        let _ = Hkdf::<Sha256>::new(None, secret.expose().as_bytes()).expand(purpose.info(), &mut key);
        Self(key)
    }

    /// HMAC-SHA256 of `parts`, one after the other, in lower-case hexadecimal digits. `None` cannot occur: HMAC takes
    /// keys of any length.
    pub fn hmac(&self, parts: &[&[u8]]) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        for part in parts {
            mac.update(part);
        }
        Some(hex::encode(mac.finalize().into_bytes()))
    }

    /// `plain`, encrypted and authenticated together with `context` (ChaCha20-Poly1305, RFC 8439). Of one key, each
    /// `nonce` is used once.
    pub fn seal(&self, plain: &[u8], nonce: [u8; NONCE_LENGTH], context: &[u8]) -> Option<Vec<u8>> {
        let cipher = ChaCha20Poly1305::new(&self.0.into());
        cipher.encrypt(&nonce.into(), Payload { msg: plain, aad: context }).ok()
    }

    /// What was sealed with the same key, nonce and context; `None` for anything else.
    pub fn open(&self, sealed: &[u8], nonce: [u8; NONCE_LENGTH], context: &[u8]) -> Option<Vec<u8>> {
        let cipher = ChaCha20Poly1305::new(&self.0.into());
        cipher.decrypt(&nonce.into(), Payload { msg: sealed, aad: context }).ok()
    }

    /// The key as one that signs tokens, under the name of the key that it follows from.
    fn signing(&self, kid: &str) -> SessionKey {
        SessionKey { kid: kid.to_owned(), key: Secret::new(hex::encode(self.0)) }
    }
}

impl fmt::Debug for DerivedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DerivedKey(…)")
    }
}

/// The keys that sign quotes: one for each live session key, in the same order.
pub fn quote_keys(session: &[SessionKey]) -> Vec<SessionKey> {
    session.iter().map(|key| DerivedKey::of(&key.key, Purpose::Quote).signing(&key.kid)).collect()
}

#[cfg(test)]
mod tests {
    use super::{DerivedKey, Purpose};
    use crate::secret::Secret;

    #[test]
    fn derived_keys_match_another_hkdf_implementation() {
        // Python: hkdf = lambda info: hmac(hmac(b"\0"*32, secret), info + b"\x01"), then hmac(key, b"order")
        let secret = Secret::new("a-data-key-of-at-least-32-characters");
        let hmac = |purpose| DerivedKey::of(&secret, purpose).hmac(&[b"or", b"der"]);
        assert_eq!(hmac(Purpose::Pseudonym).as_deref(), Some(PSEUDONYM));
        assert_eq!(hmac(Purpose::Fingerprint).as_deref(), Some(FINGERPRINT));
    }

    #[test]
    fn debug_output_hides_the_key() {
        let key = DerivedKey::of(&Secret::new("a-data-key-of-at-least-32-characters"), Purpose::Pseudonym);
        assert_eq!(format!("{key:?}"), "DerivedKey(…)");
    }

    const PSEUDONYM: &str = "d9056e349c6635f385e89820b7b88fcbcd0781156d550f2db575dfd9bc993186";
    const FINGERPRINT: &str = "fa7300d253e431c7fcc8043ae0d7f193781327a98d2784a442413fbebc42b1f8";
}
