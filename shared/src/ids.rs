//! Opaque identifiers: compared, stored and shown, never taken apart.

use serde::{Deserialize, Serialize};
use std::fmt;

/// More than any id seen upstream (32), and short enough for a table key.
pub const MAX_ID_LENGTH: usize = 128;

/// Whether `text` can be an id: visible ASCII without `#` (our key separator), `/`, `?` and `%`. `.` and `..` cannot: as a
/// part of a web address they lead to another one.
pub fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_ID_LENGTH
        && !matches!(text, "." | "..")
        && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'#' | b'/' | b'?' | b'%' | b'"' | b'\\'))
}

/// Characters of a text that [`usable_id`] leaves.
const SHOWN_OF_ID: usize = 100;

/// An id for `text`, which is none: the same each time, and another one for another text. `None` for nothing.
pub fn usable_id(text: &str) -> Option<String> {
    if text.trim().is_empty() || is_id(text) {
        return Some(text.to_owned()).filter(|text| is_id(text));
    }
    // FNV-1a, 64 bit: what was cut or replaced still counts.
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
            /// The id, when `text` can be one.
            pub fn parse(text: impl Into<String>) -> Option<Self> {
                let text = text.into();
                is_id(&text).then_some(Self(text))
            }

            /// The id as it came.
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
    /// Upstream's `ord_…`.
    OrderId
);
id!(
    /// Upstream's `bun_…`.
    BundleId
);
id!(
    /// Upstream's `evt_…`.
    EventId
);
id!(
    /// Upstream's `imp_…`.
    ImportId
);
id!(
    /// Our `quo_…`.
    QuoteId
);
id!(
    /// The `jti` of a session token, chosen by the partner's backend or by us.
    SessionId
);
