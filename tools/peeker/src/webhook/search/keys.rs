//! Ways to decode the text of a secret as a key.

use crate::secret::Secret;
use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::collections::HashSet;
use std::fmt;

/// Prefix of the secrets of Peeker and Standard Webhooks.
const PREFIX: &str = "whsec_";

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
/// With `+` and `/`, padded or not.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
/// With `-` and `_`, padded or not.
pub(crate) const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// How common a decoding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// As in the functions: the bytes of the text.
    Written,
    /// As in other webhook libraries.
    Usual,
    /// Copying mistakes.
    Odd,
}

/// A possible key, and the secret that it comes from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// Index of the secret, from zero.
    pub(crate) secret: usize,
    /// How the secret is decoded; empty if unchanged.
    pub(crate) reading: &'static str,
    pub(crate) rank: Rank,
    pub(crate) bytes: Vec<u8>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key(secret {}, {})", self.secret, self.reading)
    }
}

impl Key {
    /// Whether these bytes can be the text of a secret: the functions split lists at commas, and trim.
    pub(crate) fn can_be_text(&self) -> bool {
        let text = std::str::from_utf8(&self.bytes).ok();
        text.is_some_and(|text| {
            !text.is_empty() && text.trim() == text && !text.contains(',') && !text.contains(char::is_control)
        })
    }
}

/// All keys of all secrets, the most common first, without duplicates.
pub(crate) fn keys(secrets: &[Secret]) -> Vec<Key> {
    let mut all: Vec<Key> = secrets
        .iter()
        .enumerate()
        .flat_map(|(secret, text)| {
            let key = move |(rank, reading, bytes)| Key { secret, reading, rank, bytes };
            readings(text.expose()).into_iter().map(key)
        })
        .collect();
    all.sort_by_key(|key| key.rank);
    let mut seen = HashSet::new();
    all.retain(|key| !key.bytes.is_empty() && seen.insert(key.bytes.clone()));
    all
}

fn readings(whole: &str) -> Vec<(Rank, &'static str, Vec<u8>)> {
    let mut all = vec![(Rank::Written, "", whole.as_bytes().to_vec())];
    let mut encoded = vec![whole];
    if let Some(bare) = whole.strip_prefix(PREFIX) {
        all.push((Rank::Usual, "without its whsec_", bare.as_bytes().to_vec()));
        encoded.insert(0, bare);
    }
    if let Some((_, last)) = whole.rsplit_once('_').filter(|(before, _)| *before != "whsec") {
        all.push((Rank::Usual, "with only what follows its last _", last.as_bytes().to_vec()));
        encoded.push(last);
    }
    for text in &encoded {
        all.extend(BASE64.decode(text).ok().map(|bytes| (Rank::Usual, "decoded from base64", bytes)));
    }
    for text in &encoded {
        all.extend(BASE64_URL.decode(text).ok().map(|bytes| (Rank::Usual, "decoded from base64url", bytes)));
        all.extend(hex::decode(text).ok().map(|bytes| (Rank::Usual, "decoded from hexadecimal", bytes)));
    }
    all.push((Rank::Odd, "with a line end after it", format!("{whole}\n").into_bytes()));
    all.push((Rank::Odd, "with a line end (CRLF) after it", format!("{whole}\r\n").into_bytes()));
    all.push((Rank::Odd, "in quotes", format!("\"{whole}\"").into_bytes()));
    let unquoted = ['"', '\''].into_iter().find_map(|mark| whole.strip_prefix(mark)?.strip_suffix(mark));
    all.extend(unquoted.map(|bare| (Rank::Odd, "without the quotes around it", bare.as_bytes().to_vec())));
    all
}

#[cfg(test)]
mod tests {
    use super::keys;
    use crate::secret::Secret;

    #[test]
    fn equal_keys_count_once_and_stay_hidden() {
        let secrets = [Secret::new("whsec_YWJj"), Secret::new("whsec_YWJj"), Secret::new("YWJj")];
        let all = keys(&secrets);
        let found: Vec<(usize, &str)> = all.iter().map(|key| (key.secret, key.reading)).take(3).collect();
        assert_eq!(found, [(0, ""), (2, ""), (0, "decoded from base64")]);
        assert!(!format!("{all:?}").contains("YWJj"));
    }
}
