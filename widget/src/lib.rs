#![doc = include_str!("../README.md")]

mod api;
mod dom;
mod element;
mod events;
mod exports;
mod locale;
mod picker;
mod suggest;
mod view;

#[cfg(test)]
mod tests;

pub use element::Checkout;
pub use exports::{check_forwarding_url, check_personas, check_picks, validate_domain};
