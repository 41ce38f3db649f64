//! An order: the short receipt, and the full order in webhooks.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::inbox::{self, Inbox};
use super::persona::Persona;
use crate::readings::InboxForm;
use crate::table::Row;
use crate::times::iso;

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrderStatus {
    InProgress,
    Completed,
    Failed,
    ActionRequired,
    CancelScheduled,
    Cancelled,
}

impl OrderStatus {
    pub(crate) const ALL: [Self; 6] =
        [Self::InProgress, Self::Completed, Self::Failed, Self::ActionRequired, Self::CancelScheduled, Self::Cancelled];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::ActionRequired => "action_required",
            Self::CancelScheduled => "cancel_scheduled",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether domains are still being set up.
    pub(crate) fn provisioning(self) -> bool {
        matches!(self, Self::InProgress | Self::ActionRequired)
    }
}

/// One line of the costs; the amount is the total of the line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LineItem {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) quantity: u64,
    pub(crate) amount_cents: u64,
}

/// A domain of an order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OrderDomain {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Whether the customer imported it.
    pub(crate) imported: bool,
    pub(crate) connected: bool,
    /// Whether its setup will fail.
    pub(crate) fails: bool,
    /// Whether it waits for a pending action.
    pub(crate) blocked: bool,
}

/// The time of the cancellation, and the time when it takes effect.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Cancellation {
    pub(crate) scheduled_at: i64,
    pub(crate) cancels_at: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) email: String,
    pub(crate) bundle_id: Option<String>,
    pub(crate) status: OrderStatus,
    pub(crate) domains: Vec<OrderDomain>,
    pub(crate) personas: Vec<Persona>,
    pub(crate) line_items: Vec<LineItem>,
    pub(crate) created_ms: i64,
    pub(crate) renews_at: i64,
    pub(crate) cancellation: Option<Cancellation>,
    /// Number of inboxes per Google domain.
    #[serde(default)]
    pub(crate) inboxes_per_domain: u64,
    /// Inboxes of the connected domains.
    #[serde(default)]
    pub(crate) inboxes: Vec<Inbox>,
}

impl Row for Order {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Order {
    pub(crate) fn created_at(&self) -> i64 {
        self.created_ms.div_euclid(1000)
    }

    fn total_cents(&self) -> u64 {
        self.line_items.iter().map(|item| item.amount_cents).sum()
    }

    /// The receipt in responses and lists: all documented fields, or the `minimal` id.
    pub(crate) fn receipt_of(&self, minimal: bool) -> Value {
        if minimal { json!({ "id": self.id }) } else { self.receipt() }
    }

    fn receipt(&self) -> Value {
        json!({
            "id": self.id,
            "user_id": self.user_id,
            "email": self.email,
            "bundle_id": self.bundle_id,
            "status": self.status.as_str(),
            "domain_count": self.domains.len(),
            "costs": {"total_cents": self.total_cents(), "currency": "usd"},
            "renews_at": iso(self.renews_at),
            "created_at": iso(self.created_at()),
        })
    }

    /// The full order in responses and webhooks: May's shape with June's names, docs/upstream.md#full-order.
    pub(crate) fn full(&self, inboxes: InboxForm) -> Value {
        let names = |imported: bool| -> Vec<&str> {
            let rows = self.domains.iter().filter(|row| row.imported == imported);
            rows.map(|row| row.name.as_str()).collect()
        };
        let mut order = self.receipt();
        if let Some(fields) = order.as_object_mut() {
            if let Some(costs) = fields.get_mut("costs").and_then(Value::as_object_mut) {
                costs.insert("line_items".to_owned(), json!(self.line_items));
            }
            fields.insert("domains".to_owned(), json!({"registered": names(false), "imported": names(true)}));
            fields.insert("personas".to_owned(), json!(self.personas));
            if let Some(list) = inbox::list(&self.inboxes, inboxes) {
                fields.insert("inboxes".to_owned(), list);
            }
            if let Some(cancellation) = self.cancellation {
                fields.insert("cancellation_scheduled_at".to_owned(), iso(cancellation.scheduled_at).into());
                fields.insert("cancels_at".to_owned(), iso(cancellation.cancels_at).into());
            }
        }
        order
    }
}
