//! A user: one of the partner's customers.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::table::Row;
use crate::times::iso;

/// The sequencer that receives a user's inboxes. Login data are never part of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Sequencer {
    pub(crate) provider: String,
    /// `None` means the partner's default route.
    pub(crate) client_id: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) sequencer: Sequencer,
    pub(crate) deleted: bool,
    pub(crate) created_at: i64,
}

impl Row for User {
    fn id(&self) -> &str {
        &self.id
    }
}

impl User {
    pub(crate) fn status(&self) -> &'static str {
        if self.deleted { "deleted" } else { "active" }
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id,
            "email": self.email,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "status": self.status(),
            "sequencer": {
                "provider": self.sequencer.provider,
                "client_id": self.sequencer.client_id,
            },
            "created_at": iso(self.created_at),
        })
    }
}
