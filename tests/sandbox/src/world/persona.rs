//! A persona, whose name the inboxes use.

use serde::{Deserialize, Serialize};

/// A persona of an order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Persona {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) profile_picture_url: Option<String>,
}

impl Persona {
    /// Whether its picture is unreachable, according to the file name.
    pub(crate) fn unreachable(&self) -> bool {
        self.profile_picture_url.as_deref().is_some_and(|url| url.contains("unreachable"))
    }
}
