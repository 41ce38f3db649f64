//! Keys and passwords: a type that cannot be printed or serialised.

use std::fmt;

/// A key, password or signing secret. There is no `Display`, no `Serialize`, and `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// Takes `text` without the line end that editors and `echo` leave behind, and without a byte order mark.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.trim_start_matches('\u{feff}').trim().to_owned())
    }

    /// The secret itself, for the one place that sends it or computes with it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The parts of `new,old`: during a rotation there are two.
    pub(crate) fn split(&self) -> Vec<Self> {
        self.0.split(',').map(Self::new).filter(|part| !part.is_empty()).collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
