//! Removal of personal data: of one order after it is final, and of a customer who asks to be forgotten.

mod approval;
mod customer;
mod end;
mod order;
mod payload;
mod progress;
pub(crate) mod tombstone;

pub use progress::Forgotten;
