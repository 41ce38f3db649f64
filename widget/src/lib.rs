#![doc = include_str!("../README.md")]

mod exports;
mod json;
mod latin;
mod legal_form;
#[cfg(target_family = "wasm")]
mod panic;
mod suggest;
mod wire;

#[cfg(test)]
mod tests;

pub use exports::judge;
