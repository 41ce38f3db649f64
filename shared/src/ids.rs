//! Opaque identifiers: they are compared, stored and shown, but never parsed.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Characters of an id: more than any upstream id so far (32), and short enough for a table key.
pub const MAX_ID_LENGTH: usize = 128;

/// Whether `text` is a valid id: visible ASCII without `#` (the key separator), `/`, `?` and `%`. `.` and `..` are
/// invalid, because URL resolution removes them.
pub fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_ID_LENGTH
        && !matches!(text, "." | "..")
        && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'#' | b'/' | b'?' | b'%' | b'"' | b'\\'))
}

/// Characters of the original text that [`usable_id`] keeps.
const SHOWN_OF_ID: usize = 100;

/// Derives a valid id from an invalid one: deterministic, and distinct for distinct texts. `None` for empty text.
pub fn usable_id(text: &str) -> Option<String> {
    if text.trim().is_empty() || is_id(text) {
        return Some(text.to_owned()).filter(|text| is_id(text));
    }
    // FNV-1a, 64 bit: distinguishes texts that are equal after shortening.
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let tame = |c: char| if is_id(c.encode_utf8(&mut [0; 4])) { c } else { '_' };
    let shown: String = text.chars().take(SHOWN_OF_ID).map(tame).collect();
    Some(format!("{shown}~{hash:016x}"))
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses an id; `None` if it is invalid.
            pub fn parse(text: impl Into<String>) -> Option<Self> {
                let text = text.into();
                is_id(&text).then_some(Self(text))
            }

            /// The id, unchanged.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(text).ok_or("an id has 1 to 128 visible ASCII characters")
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id!(
    /// Upstream's order id, `ord_…`.
    OrderId
);
id!(
    /// Upstream's bundle id, `bun_…`.
    BundleId
);
id!(
    /// Upstream's event id, `evt_…`.
    EventId
);
id!(
    /// Upstream's import id, `imp_…`.
    ImportId
);
id!(
    /// An approval: our `apr_…`, or the `jti` of the partner's token.
    ApprovalId
);
id!(
    /// Our quote id, `quo_…`.
    QuoteId
);
id!(
    /// The `jti` of a session token, chosen by the partner's backend or by our API.
    SessionId
);
