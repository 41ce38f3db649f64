//! A domain of the account: in the inventory, or in an order.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::outcome::Provider;
use crate::readings::InventoryUses;
use crate::table::Row;
use crate::times::iso;

/// The order that a domain belongs to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Placement {
    pub(crate) order_id: String,
    pub(crate) user_id: String,
    pub(crate) email: String,
    pub(crate) provider: Provider,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Domain {
    pub(crate) id: String,
    pub(crate) domain: String,
    /// `available` in the inventory; in an order `provisioning`, `action_required`, `active` or `cancel_scheduled`.
    /// Only `available` and `active` are documented: docs/upstream.md#inventory.
    pub(crate) status: String,
    pub(crate) placement: Option<Placement>,
    /// Whether a customer imported it; otherwise upstream registered it.
    pub(crate) imported: bool,
    pub(crate) usable_for: Vec<Provider>,
    /// The value of `usable_for` in its row.
    #[serde(default)]
    pub(crate) uses: InventoryUses,
    pub(crate) forwarding_url: Option<String>,
    pub(crate) created_at: i64,
}

impl Row for Domain {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Domain {
    /// A domain without an order.
    pub(crate) fn new(id: String, domain: String, usable_for: Vec<Provider>, created_at: i64) -> Self {
        Self {
            id,
            domain,
            status: "available".to_owned(),
            placement: None,
            imported: false,
            usable_for,
            uses: InventoryUses::Known,
            forwarding_url: None,
            created_at,
        }
    }

    pub(crate) fn place(&mut self, order_id: &str, user_id: &str, email: &str, provider: Provider) {
        self.placement = Some(Placement {
            order_id: order_id.to_owned(),
            user_id: user_id.to_owned(),
            email: email.to_owned(),
            provider,
        });
        "provisioning".clone_into(&mut self.status);
    }

    /// Returns the domain to the inventory.
    pub(crate) fn release(&mut self) {
        self.placement = None;
        self.forwarding_url = None;
        "available".clone_into(&mut self.status);
    }

    pub(crate) fn category(&self) -> &'static str {
        if self.placement.is_some() { "connected" } else { "inventory" }
    }

    /// `usable_for` in its row; `None` if the field is absent.
    fn usable_for_json(&self) -> Option<Value> {
        let known = self.usable_for.iter().map(|provider| provider.as_str());
        match self.uses {
            InventoryUses::Null => Some(Value::Null),
            InventoryUses::Missing => None,
            InventoryUses::Unknown => Some(known.chain(["a_later_word", "another"]).collect()),
            _ => Some(known.collect()),
        }
    }

    pub(crate) fn json(&self) -> Value {
        let mut row = json!({
            "id": self.id,
            "domain": self.domain,
            "category": self.category(),
            "status": self.status,
            "created_at": iso(self.created_at),
        });
        if let Some(fields) = row.as_object_mut() {
            if let Some(uses) = self.usable_for_json() {
                fields.insert("usable_for".to_owned(), uses);
            }
            if let Some(placement) = &self.placement {
                fields.insert("provider".to_owned(), placement.provider.as_str().into());
                fields.insert("user_id".to_owned(), placement.user_id.clone().into());
                fields.insert("order_id".to_owned(), placement.order_id.clone().into());
            }
            if let Some(url) = &self.forwarding_url {
                fields.insert("forwarding_url".to_owned(), url.clone().into());
            }
        }
        row
    }
}
