//! Sessions: what a token grants, how it is proven, and who else may call.

pub mod access;
pub mod approval;
pub mod approval_policy;
pub mod claims;
pub mod meter;
pub mod mint;
pub mod quote;
mod sealed;
pub mod stage_terms;
pub mod token;

pub use access::{Access, Buyer, Customer, Keys, Partner};
pub use claims::Session;
pub use stage_terms::StageTerms;
