//! What a notification says of the sale that it is about, besides the fact: it is read from the order's record when the
//! notification is delivered, because an event may come before the record knows of the sale, and because a customer who was
//! erased is then named nowhere.

use crate::model::sale::{Sale, SaleLabels};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where the order's id goes in a link.
const ID_PLACEHOLDER: &str = "{id}";

/// Reference, metadata, customer, link and language of a sale.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Labels {
    /// The session's reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The session's metadata.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// The customer: an e-mail address, upstream's `usr_…`, or a pseudonym.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Where the customer sees the order: an address with `{id}` in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_link: Option<String>,
    /// The customer's language, such as `pt-BR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

impl Labels {
    /// Those of an order: `sale` if we sold it, and its `customer`.
    pub fn of_order(sale: Option<&Sale>, customer: Option<&str>) -> Self {
        let SaleLabels { reference, metadata, order_link, locale } =
            sale.map(|sale| sale.labels.clone()).unwrap_or_default();
        Self { reference, metadata, customer: customer.map(str::to_owned), order_link, locale }
    }

    /// The link to order `id`: the session's, or else the one of the stage.
    pub fn link_to(&self, id: &str, order_link: Option<&str>) -> Option<String> {
        let template = self.order_link.as_deref().or(order_link)?;
        Some(template.replace(ID_PLACEHOLDER, id))
    }
}
