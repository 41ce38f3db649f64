//! Keys and passwords: a type without `Display` and `Serialize`.

use std::fmt;

/// A key, password or signing secret. There is no `Display`, no `Serialize`, and `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// Removes a trailing line end, as left by editors and `echo`, and a byte order mark.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.trim_start_matches('\u{feff}').trim().to_owned())
    }

    /// The secret text, for sending or computing with it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the secret is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The parts of `new,old`: two during a rotation.
    pub(crate) fn split(&self) -> Vec<Self> {
        self.0.split(',').map(Self::new).filter(|part| !part.is_empty()).collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
