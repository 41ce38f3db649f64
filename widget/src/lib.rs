#![doc = include_str!("../README.md")]

mod api;
mod element;
mod events;
mod exports;
mod host;
mod js;
mod picker;
mod read;
mod suggest;
mod text;
mod view;
mod write;

/// Half the bytes of the standard library's allocator.
#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[cfg(test)]
mod tests;

pub use element::Checkout;
pub use exports::{check_forwarding_url, check_personas, check_picks, validate_domain};
pub use host::Host;
