//! A pending action that the partner must resolve before an order continues.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::persona::Persona;
use crate::table::Row;
use crate::times::iso;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Action {
    pub(crate) id: String,
    pub(crate) order_id: String,
    pub(crate) user_id: String,
    pub(crate) email: String,
    pub(crate) domain_id: String,
    pub(crate) domain: String,
    pub(crate) persona: Persona,
    pub(crate) resolved: bool,
    pub(crate) created_at: i64,
}

impl Row for Action {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Action {
    pub(crate) fn status(&self) -> &'static str {
        if self.resolved { "resolved" } else { "open" }
    }

    /// The row names the domain, not the order: docs/upstream.md#pending-actions.
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id,
            "type": "google_profile_picture",
            "reason": "profile_picture_not_accessible",
            "status": self.status(),
            "domain_id": self.domain_id,
            "domain": self.domain,
            "user": self.persona,
            "message": "The profile picture URL must be a publicly accessible image URL.",
            "created_at": iso(self.created_at),
        })
    }
}
