#![doc = include_str!("../README.md")]

mod api;
mod dom;
mod element;
mod events;
mod exports;
mod host;
mod picker;
mod read;
mod suggest;
mod view;
mod write;

#[cfg(test)]
mod tests;

pub use element::Checkout;
pub use exports::{check_forwarding_url, check_personas, check_picks, validate_domain};
pub use host::Host;
