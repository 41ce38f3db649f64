//! Compact JWTs under HS256, and nothing else: no other algorithm exists here, so none can be talked into use.

use crate::http::json;
use crate::secret::SessionKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::Sha256;
use shared::session_grant::new_session::MAX_TOKEN_LENGTH;

/// Why a token proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenProblem {
    /// Not three base64url parts with JSON in the first two.
    Malformed,
    /// More than [`MAX_TOKEN_LENGTH`] characters.
    TooLong,
    /// Signed with something else than HS256, or with nothing.
    Algorithm,
    /// No key goes by the header's `kid`.
    UnknownKey,
    /// The signature is not ours.
    Signature,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

/// The payload of `token`, once a key of `keys` has proven it, and which one. A token without `kid` is tried against
/// every key.
///
/// # Errors
/// The first [`TokenProblem`], in the order of the checks above.
pub fn verify(token: &str, keys: &[SessionKey]) -> Result<(Vec<u8>, usize), TokenProblem> {
    if token.len() > MAX_TOKEN_LENGTH {
        return Err(TokenProblem::TooLong);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenProblem::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(TokenProblem::Malformed)?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenProblem::Malformed);
    let header: Header = object(&decode(header)?).ok_or(TokenProblem::Malformed)?;
    // `crit` names extensions that must be understood (RFC 7515, 4.1.11), and none is.
    if header.alg != "HS256" || header.crit.is_some() {
        return Err(TokenProblem::Algorithm);
    }
    let named = |key: &SessionKey| header.kid.as_deref().is_none_or(|kid| kid == key.kid);
    let mut candidates = keys.iter().enumerate().filter(|(_, key)| named(key)).peekable();
    if candidates.peek().is_none() {
        return Err(TokenProblem::UnknownKey);
    }
    let signature = decode(signature)?;
    let signs = |key: &SessionKey| mac_of(key, signed).is_some_and(|mac| mac.verify_slice(&signature).is_ok());
    let (index, _) = candidates.find(|(_, key)| signs(key)).ok_or(TokenProblem::Signature)?;
    decode(payload).map(|payload| (payload, index))
}

/// A token over `payload`, signed with `key`; `None` when the key cannot be one.
pub fn sign(payload: &[u8], key: &SessionKey) -> Option<String> {
    let header = serde_json::json!({"alg": "HS256", "typ": "JWT", "kid": key.kid}).to_string();
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = mac_of(key, &signed)?.finalize().into_bytes();
    Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// JSON that is an object, each name once (RFC 7515, 4): a struct would be read from a list as well.
pub(super) fn object<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    let (value, doubled) = json::read(json).ok()?;
    if doubled.is_empty() && value.is_object() { serde_json::from_value(value).ok() } else { None }
}

fn mac_of(key: &SessionKey, signed: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.key.expose().as_bytes()).ok()?;
    mac.update(signed.as_bytes());
    Some(mac)
}
