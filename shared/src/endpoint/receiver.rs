//! A receiver of notifications.

use super::secret::SigningSecret;

/// Maximum number of endpoints: each notification is sent to all of them.
pub const MAX_ENDPOINTS: usize = 20;

/// A receiver of notifications.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Its name in logs, metrics and the list of attempts.
    pub name: String,
    /// Where notifications are sent.
    pub destination: Destination,
    /// The types that it receives; empty for all.
    pub types: Vec<String>,
}

/// Where notifications are sent.
#[derive(Debug, Clone)]
pub enum Destination {
    /// An address of the partner's backend.
    Http {
        /// The address.
        url: String,
        /// The current secret, and the one that is being rotated out.
        secrets: Vec<SigningSecret>,
    },
    /// An EventBridge bus.
    Bus {
        /// Its ARN.
        arn: String,
    },
}

impl Endpoint {
    /// Whether it receives notifications of this type.
    pub fn wants(&self, type_name: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|wanted| wanted == type_name)
    }
}
