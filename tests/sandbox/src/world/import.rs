//! An import job: domains that the customer owns and adds to the inventory.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::table::Row;
use crate::times::iso;

/// The nameservers to set, named as in upstream's sample.
const NAMESERVERS: [&str; 2] = ["helena.ns.cloudflare.com", "idris.ns.cloudflare.com"];

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ImportRow {
    pub(crate) domain: String,
    /// `in_progress`, `completed` or `failed`.
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
}

impl ImportRow {
    pub(crate) fn new(domain: String, status: &str, reason: Option<&str>) -> Self {
        Self { domain, status: status.to_owned(), reason: reason.map(str::to_owned) }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Import {
    pub(crate) id: String,
    /// The sorted names as one text, to find an existing job.
    pub(crate) set: String,
    /// `in_progress`, `action_required`, `completed` or `failed`.
    pub(crate) status: String,
    pub(crate) rows: Vec<ImportRow>,
    pub(crate) created_at: i64,
    /// Whether responses say `completed` while nameservers are missing.
    #[serde(default)]
    pub(crate) prepared: bool,
}

impl Row for Import {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Import {
    /// The rows without their nameservers.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &ImportRow> {
        self.rows.iter().filter(|row| row.status == "in_progress")
    }

    /// Whether the job has ended.
    pub(crate) fn ended(&self) -> bool {
        self.status == "completed" || self.status == "failed"
    }

    /// The status in responses.
    fn word<'w>(&self, status: &'w str) -> &'w str {
        match status {
            "in_progress" | "action_required" if self.prepared => "completed",
            status => status,
        }
    }

    pub(crate) fn json(&self) -> Value {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| match &row.reason {
                Some(reason) => {
                    json!({"domain": row.domain, "status": row.status, "reason": reason})
                }
                None => json!({"domain": row.domain, "status": self.word(&row.status)}),
            })
            .collect();
        let good: Vec<&str> =
            self.rows.iter().filter(|row| row.status != "failed").map(|row| row.domain.as_str()).collect();
        let groups =
            if good.is_empty() { Vec::new() } else { vec![json!({"nameservers": NAMESERVERS, "domains": good})] };
        json!({
            "id": self.id,
            "status": self.word(&self.status),
            "domains": rows,
            "nameserver_groups": groups,
            "created_at": iso(self.created_at),
        })
    }
}
