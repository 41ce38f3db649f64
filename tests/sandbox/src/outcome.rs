//! Scripted results of domain names, set by tests or by hand.

use serde::{Deserialize, Serialize};

/// A mail provider.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Google Workspace.
    Google,
    /// Microsoft 365.
    Microsoft,
}

impl Provider {
    /// Upstream's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }
}

/// The result for a domain in availability and orders.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum DomainOutcome {
    /// The default result of the name.
    #[default]
    ByName,
    /// Registered by another party.
    Taken,
    /// Sold at a premium price, which the API cannot order.
    Premium,
    /// Not a valid name to register.
    Invalid,
    /// The registry is unavailable.
    Errored,
    /// The cached result is too old: stale at the first request, available at the second.
    Stale,
    /// It can be registered; absent fields have the name's defaults.
    Available {
        /// Price of the first year in cents.
        #[serde(default)]
        price_cents: Option<u64>,
        /// Price of each further year in cents.
        #[serde(default)]
        renewal_price_cents: Option<u64>,
        /// Supported providers.
        #[serde(default)]
        usable_for: Option<Vec<Provider>>,
    },
}

impl DomainOutcome {
    /// Available at a price.
    pub fn priced(price_cents: u64, renewal_price_cents: u64) -> Self {
        Self::Available {
            price_cents: Some(price_cents),
            renewal_price_cents: Some(renewal_price_cents),
            usable_for: None,
        }
    }

    /// Available for some providers only.
    pub fn usable_for(providers: &[Provider]) -> Self {
        Self::Available { price_cents: None, renewal_price_cents: None, usable_for: Some(providers.to_vec()) }
    }
}
