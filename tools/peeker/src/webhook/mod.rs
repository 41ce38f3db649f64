//! Deliveries: captured, signed, verified, and how rejected ones are signed.

pub(crate) mod capture;
pub(crate) mod criteria;
pub(crate) mod diagnosis;
pub(crate) mod doctor;
pub(crate) mod json_order;
pub(crate) mod json_text;
mod matching;
pub(crate) mod receiver;
pub(crate) mod reencoding;
pub(crate) mod rejected;
pub(crate) mod search;
pub(crate) mod signature;

/// Path of the functions' webhook receiver.
pub(crate) const RECEIVER: &str = "/v1/webhooks/peeker";
