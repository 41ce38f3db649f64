//! Sessions: what a token grants, how it is proven, and who else may call.

pub mod access;
pub mod claims;
pub mod grant;
pub mod meter;
pub mod mint;
pub mod quote;
pub mod token;

pub use access::{Access, Buyer, Customer, Keys, Partner};
pub use claims::Session;
