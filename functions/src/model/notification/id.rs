//! The id of a notification: made from the fact, so that a fact has one id however often and in whatever way it is learned.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

const PREFIX: &str = "ntf_";
/// Bytes of an id: half of a SHA-256.
const BYTES: usize = 16;
/// Sequences per version of a statement: facts of one moment get different ones, and all of them are below 2^53, the
/// largest number that JavaScript counts to, until the year 2106.
const SEQUENCES_PER_VERSION: u64 = 1 << 17;

/// Our notification id, `ntf_…`: the same at every endpoint and every attempt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NotificationId(String);

impl NotificationId {
    /// The id of the fact of type `kind` that `fact` names among all of its type.
    pub fn of_fact(kind: &str, fact: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in std::iter::once(&kind).chain(fact) {
            // A length before each part: no two lists of parts are the same bytes.
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        Self::from_bytes(hash.finalize().iter().take(BYTES).copied())
    }

    /// An id of random bytes, for a notification that was made for a test.
    pub fn of_random(bytes: [u8; BYTES]) -> Self {
        Self::from_bytes(bytes)
    }

    fn from_bytes(bytes: impl IntoIterator<Item = u8>) -> Self {
        Self(format!("{PREFIX}{}", hex::encode(bytes.into_iter().collect::<Vec<u8>>())))
    }

    /// Parses an id; `None` if it is invalid.
    pub fn parse(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let digits = text.strip_prefix(PREFIX)?;
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (digits.len() == 2 * BYTES && digits.bytes().all(is_digit)).then_some(Self(text))
    }

    /// The id, unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The sequence of this fact about an order, which a statement of `version` made: a later statement of upstream's
    /// has a larger one, whenever it reached us. Facts of one version are told apart by the id.
    pub fn sequence(&self, version: i64) -> u64 {
        let version = u64::try_from(version).unwrap_or(0);
        // FNV-1a, 64 bit: stable over versions of this program.
        let hash = self
            .0
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        version.saturating_mul(SEQUENCES_PER_VERSION).saturating_add(hash % SEQUENCES_PER_VERSION)
    }
}

impl fmt::Display for NotificationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for NotificationId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(text).ok_or("a notification id is ntf_ and 32 hexadecimal digits")
    }
}

impl From<NotificationId> for String {
    fn from(id: NotificationId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::NotificationId;
    use crate::model::projection::version;

    #[test]
    fn a_fact_has_one_id_and_no_two_facts_share_one() {
        let id = |kind, fact: &[&str]| NotificationId::of_fact(kind, fact);
        let one = id("order.completed", &["ord_1", "7"]);
        assert_eq!(one, id("order.completed", &["ord_1", "7"]));
        for other in [id("order.failed", &["ord_1", "7"]), id("order.completed", &["ord_17", ""]), id("a", &[])] {
            assert_ne!(one, other);
        }
        assert_eq!(NotificationId::parse(one.as_str()), Some(one));
        for wrong in ["", "ntf_", "evt_1", "ntf_0123456789abcdef0123456789abcdeF", "ntf_0123456789abcdef"] {
            assert_eq!(NotificationId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn sequences_follow_versions_and_fit_into_doubles() {
        let id = |part| NotificationId::of_fact("domain.connected", &[part]);
        // 2105-12-31, in seconds.
        let late = 4_291_747_200;
        assert!(id("a").sequence(version(late, 15)) < 1 << 53);
        assert!(id("a").sequence(version(late, 3)) < id("b").sequence(version(late, 4)));
        assert_ne!(id("a").sequence(version(late, 3)), id("b").sequence(version(late, 3)));
    }
}
