//! Deliveries: captured, signed, and judged.

pub(crate) mod capture;
pub(crate) mod diagnosis;
pub(crate) mod json_text;
pub(crate) mod reencoding;
mod search;
pub(crate) mod signature;
