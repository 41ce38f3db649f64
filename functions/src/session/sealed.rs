//! The claim `sealed`: what the partner's customer must not read in a token that we mint, encrypted.

use crate::clock::Random;
use crate::failure::Failure;
use crate::http::json;
use crate::keys::{DerivedKey, NONCE_LENGTH, Purpose};
use crate::secret::SessionKey;
use crate::store::deflate::{deflated, inflated};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use shared::ids::SessionId;

/// Most bytes of the claims inside; a token has fewer.
const MAX_CLAIMS: usize = 256 * 1024;
/// The claims that are sealed.
const CLAIMS: [&str; 3] = ["pricing", "reference", "metadata"];

/// `claims`, encrypted for the session `id` under `key`.
///
/// # Errors
/// [`Failure::Internal`] when there is no randomness.
pub(super) fn seal(
    claims: &Map<String, Value>,
    id: &SessionId,
    key: &SessionKey,
    random: &Random,
) -> Result<String, Failure> {
    let json = serde_json::to_vec(claims).map_err(|_| Failure::Internal("claims are not JSON".into()))?;
    let nonce = random.bytes().and_then(|bytes| bytes.first_chunk::<NONCE_LENGTH>().copied());
    let nonce = nonce.ok_or(Failure::Internal("no randomness".into()))?;
    let sealed = DerivedKey::of(&key.key, Purpose::Sealed).seal(&deflated(&json), nonce, id.as_str().as_bytes());
    let sealed = sealed.ok_or(Failure::Internal("claims cannot be encrypted".into()))?;
    Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
}

/// The claims in `sealed`, which was made for the session `id` under one of `keys`. `None` for anything else.
pub(super) fn open(sealed: &str, id: &SessionId, keys: &[SessionKey]) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LENGTH>()?;
    let opened =
        |key: &SessionKey| DerivedKey::of(&key.key, Purpose::Sealed).open(sealed, *nonce, id.as_str().as_bytes());
    let packed = keys.iter().find_map(opened)?;
    match json::read(&inflated(&packed, MAX_CLAIMS)?).ok()? {
        (Value::Object(claims), doubled) if doubled.is_empty() => {
            Some(claims.into_iter().filter(|(name, _)| CLAIMS.contains(&name.as_str())).collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{open, seal};
    use crate::clock::Random;
    use crate::secret::{Secret, SessionKey};
    use serde_json::{Map, Value, json};
    use shared::ids::SessionId;

    fn key(kid: &str) -> SessionKey {
        SessionKey { kid: kid.to_owned(), key: Secret::new(format!("a-session-key-of-32-characters-{kid}")) }
    }

    fn claims() -> Map<String, Value> {
        Map::from_iter([("reference".to_owned(), json!("inv-7"))])
    }

    #[test]
    fn claims_open_with_any_live_key_and_for_their_session_only() {
        let (Some(one), Some(two)) = (SessionId::parse("ses_1"), SessionId::parse("ses_2")) else {
            panic!("ids");
        };
        let Ok(sealed) = seal(&claims(), &one, &key("old"), &Random::system()) else {
            panic!("sealed");
        };
        assert!(!sealed.contains("inv-7"));
        assert_eq!(open(&sealed, &one, &[key("new"), key("old")]), Some(claims()));
        assert_eq!(open(&sealed, &one, &[key("new")]), None);
        assert_eq!(open(&sealed, &two, &[key("old")]), None);
        for wrong in ["", "AAAA", "no base64!", sealed.get(1..).unwrap_or_default()] {
            assert_eq!(open(wrong, &one, &[key("old")]), None, "{wrong}");
        }
    }
}
