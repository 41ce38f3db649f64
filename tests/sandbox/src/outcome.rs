//! What a domain is made to answer, by a test or by hand.

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
    /// The word upstream uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }
}

/// What availability and orders say about a domain from now on.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum DomainOutcome {
    /// What the name alone says.
    #[default]
    ByName,
    /// Somebody else has registered it.
    Taken,
    /// Sold at a premium, which the API cannot order.
    Premium,
    /// Not a name that can be registered.
    Invalid,
    /// The registry cannot be asked.
    Errored,
    /// The cached answer is too old: stale at the first ask, available at the second.
    Stale,
    /// It can be registered; what is left out comes from the name.
    Available {
        /// First year, in cents.
        #[serde(default)]
        price_cents: Option<u64>,
        /// Each further year, in cents.
        #[serde(default)]
        renewal_price_cents: Option<u64>,
        /// For which providers.
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
