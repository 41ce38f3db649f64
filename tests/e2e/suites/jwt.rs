//! An independent JWT signer (RFC 7515), so that tokens do not come from the code under test.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384};

/// `header.payload`, encoded.
pub(crate) fn unsigned(header: &Value, payload: &[u8]) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(payload))
}

/// The HS256 signature over `text`, encoded.
pub(crate) fn hs256(text: &str, key: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// The HS384 signature over `text`, encoded.
pub(crate) fn hs384(text: &str, key: &str) -> String {
    let mut mac = Hmac::<Sha384>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// A token with any header, signed with HS256.
pub(crate) fn with_header(header: &Value, claims: &Value, key: &str) -> String {
    let text = unsigned(header, claims.to_string().as_bytes());
    format!("{text}.{}", hs256(&text, key))
}

/// An ordinary token.
pub(crate) fn sign(claims: &Value, kid: &str, key: &str) -> String {
    with_header(&json!({"alg": "HS256", "typ": "JWT", "kid": kid}), claims, key)
}
