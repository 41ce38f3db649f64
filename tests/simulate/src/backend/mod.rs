//! The partner's backend: its endpoints, what happens to them, and how it gets what they have missed.

pub(crate) mod document;
pub(crate) mod receiving;
mod repair;
pub(crate) mod trouble;
