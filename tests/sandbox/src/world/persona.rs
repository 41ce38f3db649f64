//! A person whose name inboxes carry.

use serde::{Deserialize, Serialize};

/// One of the people whose names the inboxes carry.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Persona {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) profile_picture_url: Option<String>,
}

impl Persona {
    /// The picture that nobody can reach, by its name.
    pub(crate) fn unreachable(&self) -> bool {
        self.profile_picture_url.as_deref().is_some_and(|url| url.contains("unreachable"))
    }
}
