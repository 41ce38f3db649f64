//! A bundle: a named order size.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::sizing::{self, Required};
use crate::table::Row;
use crate::times::iso;

/// Upstream's recommended split, as in all its examples.
const RECOMMENDED_PERCENT: u64 = 50;

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BundleStatus {
    Active,
    Archived,
}

impl BundleStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Archived => "archived",
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bundle {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) monthly_sending_volume: u64,
    /// Google's share in percent; Microsoft has the rest. `None` means the recommended split.
    pub(crate) google_percent: Option<u64>,
    pub(crate) send_on_weekends: bool,
    pub(crate) google_inboxes_per_domain: u64,
    pub(crate) status: BundleStatus,
    /// Whether any order has used it.
    pub(crate) used: bool,
    pub(crate) created_at: i64,
}

impl Row for Bundle {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Bundle {
    pub(crate) fn required(&self) -> Required {
        sizing::of_volume(
            self.monthly_sending_volume,
            self.effective_google_percent(),
            self.send_on_weekends,
            self.google_inboxes_per_domain,
        )
    }

    fn effective_google_percent(&self) -> u64 {
        self.google_percent.unwrap_or(RECOMMENDED_PERCENT)
    }

    pub(crate) fn json(&self) -> Value {
        let (required, effective) = (self.required(), self.effective_google_percent());
        json!({
            "id": self.id,
            "name": self.name,
            "monthly_sending_volume": self.monthly_sending_volume,
            "google_percent": self.google_percent,
            "microsoft_percent": self.google_percent.map(|google| 100 - google.min(100)),
            "send_on_weekends": self.send_on_weekends,
            "google_inboxes_per_domain": self.google_inboxes_per_domain,
            "effective": {"google_percent": effective, "microsoft_percent": 100 - effective.min(100)},
            "required_domains": {
                "google": required.google,
                "microsoft": required.microsoft,
                "total": required.total(),
            },
            "status": self.status.as_str(),
            "created_at": iso(self.created_at),
        })
    }
}
