//! A forwarding job: redirects of connected domains.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::table::Row;
use crate::times::iso;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Forwarding {
    pub(crate) id: String,
    pub(crate) forwarding_url: String,
    /// The requested names, until the job completes.
    pub(crate) waiting: Vec<String>,
    pub(crate) completed: Vec<String>,
    /// Name and reason of each failure.
    pub(crate) failed: Vec<(String, String)>,
    pub(crate) created_at: i64,
    pub(crate) completed_at: Option<i64>,
}

impl Row for Forwarding {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Forwarding {
    fn status(&self) -> &'static str {
        match (self.completed_at, self.completed.is_empty(), self.failed.is_empty()) {
            (None, ..) => "in_progress",
            (Some(_), _, true) => "completed",
            (Some(_), true, false) => "failed",
            (Some(_), false, false) => "partial_success",
        }
    }

    pub(crate) fn json(&self) -> Value {
        let failed: Vec<Value> =
            self.failed.iter().map(|(domain, reason)| json!({"domain": domain, "reason": reason})).collect();
        let mut job = json!({
            "id": self.id,
            "status": self.status(),
            "completed_count": self.completed.len(),
            "failed_count": self.failed.len(),
            "forwarding_url": self.forwarding_url,
            "completed": self.completed,
            "failed": failed,
            "created_at": iso(self.created_at),
        });
        if let (Some(at), Some(fields)) = (self.completed_at, job.as_object_mut()) {
            fields.insert("completed_at".to_owned(), iso(at).into());
        }
        job
    }
}
